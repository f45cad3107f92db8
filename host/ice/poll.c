#include <string.h>

#include "host/ice/agent_state.h"

static bool take_answer(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  const pcs_ice_answer *first = &agent->answers[0];
  memcpy(agent->request, first->bytes, first->len);
  out_event->kind = PCS_ICE_EVENT_SEND;
  out_event->path_id = first->path_id;
  out_event->to = first->to;
  out_event->bytes = (pcs_span){agent->request, first->len};
  agent->num_answers--;
  memmove(&agent->answers[0], &agent->answers[1], agent->num_answers * sizeof agent->answers[0]);
  return pcs_ice_relay_wrap(agent, out_event);
}

/* What was to go through a relay that is gone by now is lost. */
static bool poll_answer(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  while (agent->num_answers > 0) {
    if (take_answer(agent, out_event)) {
      return true;
    }
  }
  return false;
}

static bool poll_request(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  pcs_transaction *due = NULL;
  while ((due = pcs_transactions_next_due(&agent->transactions)) != NULL) {
    if (pcs_ice_check_write(agent, due, &out_event->bytes) == PCS_OK &&
        pcs_ice_may_ask(agent, due, out_event->bytes.len)) {
      out_event->kind = PCS_ICE_EVENT_SEND;
      out_event->path_id = due->path_id;
      out_event->to = due->to;
      if (pcs_ice_relay_wrap(agent, out_event)) {
        return true;
      }
    }
  }
  return false;
}

static bool poll_resolve(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  for (uint8_t i = 0; i < agent->gathering.servers.num; i++) {
    if (agent->gathering.queries[i].resolve_due) {
      const pcs_ice_server_slot *server = &agent->gathering.servers.entries[i];
      agent->gathering.queries[i].resolve_due = false;
      out_event->kind = PCS_ICE_EVENT_RESOLVE;
      out_event->server = i;
      out_event->bytes = (pcs_span){(const uint8_t *)server->host, server->host_len};
      return true;
    }
  }
  return false;
}

/* Peer-reflexive ones are never announced: the other side knows them already. */
static bool poll_candidate(pcs_ice_agent *agent, const pcs_ice_generation *generation,
                           pcs_ice_event *out_event) {
  for (size_t i = 0; i < agent->local.num; i++) {
    pcs_ice_candidate *candidate = &agent->local.entries[i];
    if (candidate->owner != generation->number || candidate->told || candidate->hidden ||
        candidate->type == PCS_CANDIDATE_PRFLX) {
      continue;
    }
    candidate->told = true;
    out_event->kind = PCS_ICE_EVENT_CANDIDATE;
    pcs_ice_candidate_describe(candidate, &out_event->candidate);
    if (candidate->type == PCS_CANDIDATE_SRFLX || candidate->type == PCS_CANDIDATE_RELAY) {
      out_event->url = pcs_ice_gather_url(agent, candidate->server);
    }
    return true;
  }
  return false;
}

static bool poll_candidate_error(pcs_ice_agent *agent, const pcs_ice_generation *generation,
                                 pcs_ice_event *out_event) {
  pcs_ice_gathering *gathering = &agent->gathering;
  for (uint8_t i = 0; i < gathering->servers.num; i++) {
    if (gathering->generation == generation->number && gathering->queries[i].error_due) {
      gathering->queries[i].error_due = false;
      out_event->kind = PCS_ICE_EVENT_CANDIDATE_ERROR;
      out_event->code = gathering->queries[i].error_code;
      out_event->url = pcs_ice_gather_url(agent, i);
      return true;
    }
  }
  return false;
}

static bool poll_gathering_state(pcs_ice_generation *generation, pcs_gathering_state state,
                                 pcs_ice_event *out_event) {
  if (generation->gathering < state || generation->gathering_told >= state) {
    return false;
  }
  generation->gathering_told = state;
  out_event->kind = PCS_ICE_EVENT_GATHERING;
  out_event->gathering = state;
  return true;
}

/* "gathering" comes before a generation's candidates, "complete" after them and the errors. */
static bool poll_gathering(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  for (size_t i = 0; i < PCS_ICE_GENERATIONS_MAX; i++) {
    pcs_ice_generation *generation = &agent->generations[i];
    if (generation->number == 0) {
      continue;
    }
    out_event->generation = generation->number;
    if (poll_gathering_state(generation, PCS_GATHERING_GATHERING, out_event) ||
        poll_candidate(agent, generation, out_event) ||
        poll_candidate_error(agent, generation, out_event) ||
        poll_gathering_state(generation, PCS_GATHERING_COMPLETE, out_event)) {
      return true;
    }
  }
  out_event->generation = 0;
  return false;
}

static bool poll_selected(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  const pcs_ice_pair *pair = pcs_ice_selected(agent);
  if (!agent->selected_due || pair == NULL) {
    return false;
  }
  agent->selected_due = false;
  out_event->kind = PCS_ICE_EVENT_SELECTED;
  out_event->generation = agent->sessions[pair->session].generation;
  pcs_ice_describe_shown(pcs_ice_candidates_get(&agent->local, pair->valid_local_id),
                         &out_event->candidate);
  pcs_ice_describe_shown(pcs_ice_candidates_get(&agent->remote, pair->remote_id),
                         &out_event->remote);
#ifdef PCS_TEST_LEAK_TRANSACTION_ID
  /* The sabotaged build that proves the scan for secrets finds one. */
  out_event->candidate.foundation =
      (pcs_span){(const uint8_t *)pcs_transaction_leak, sizeof pcs_transaction_leak};
#endif
  return true;
}

static bool poll_state(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  if (agent->num_states_due == 0) {
    return false;
  }
  out_event->kind = PCS_ICE_EVENT_STATE;
  out_event->state = agent->states_due[0];
  out_event->role = agent->role;
  agent->num_states_due--;
  memmove(&agent->states_due[0], &agent->states_due[1],
          agent->num_states_due * sizeof agent->states_due[0]);
  return true;
}

void pcs_ice_agent_poll(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  *out_event = (pcs_ice_event){0};
  if (!poll_answer(agent, out_event) && !poll_request(agent, out_event) &&
      !poll_resolve(agent, out_event) && !pcs_ice_relay_poll(agent, out_event) &&
      !pcs_ice_tcp_poll(agent, out_event) && !poll_gathering(agent, out_event) &&
      !poll_selected(agent, out_event) && !poll_state(agent, out_event)) {
    *out_event = (pcs_ice_event){.kind = PCS_ICE_EVENT_NONE};
  }
  out_event->masked =
      out_event->kind == PCS_ICE_EVENT_SEND && pcs_ice_tcp_masks(agent, out_event->path_id);
}
