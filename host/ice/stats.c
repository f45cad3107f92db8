#include "host/ice/agent_state.h"

/* draft mdns-ice 3.3.1: of a reflexive address that no signalling named the page learns nothing; nor
 * of one that came too late to be told, which is such an address to the other side. */
void pcs_ice_describe_shown(const pcs_ice_candidate *candidate, pcs_candidate *out_candidate) {
  *out_candidate = (pcs_candidate){.component = 1};
  if (candidate == NULL) {
    return;
  }
  pcs_ice_candidate_describe(candidate, out_candidate);
  if (candidate->type == PCS_CANDIDATE_PRFLX || candidate->late) {
    out_candidate->type = PCS_CANDIDATE_PRFLX;
    out_candidate->address = (pcs_address){0};
    out_candidate->related = (pcs_address){0};
    out_candidate->name = (pcs_span){0};
  }
}

static pcs_pair_stats describe_pair(const pcs_ice_pair *pair) {
  const pcs_pair_counters *counters = &pair->counters;
  return (pcs_pair_stats){
      .id = pair->id,
      .local_id = pair->valid_local_id != 0 ? pair->valid_local_id : pair->local_id,
      .remote_id = pair->remote_id,
      .state = (uint8_t)pair->state,
      .nominated = pair->nominated,
      .priority = pair->priority,
      .bytes_sent = counters->bytes_sent,
      .bytes_received = counters->bytes_received,
      .packets_sent = counters->packets_sent,
      .packets_received = counters->packets_received,
      .round_trip_us = counters->round_trip_us,
      .total_round_trip_us = counters->total_round_trip_us,
      .requests_sent = counters->requests_sent,
      .responses_received = counters->responses_received,
      .requests_received = counters->requests_received,
      .responses_sent = counters->responses_sent,
      .consent_requests_sent = counters->consent_requests_sent,
      .last_consent_us = pair->consent.answered_us,
  };
}

/* draft mdns-ice 3.3: whether a name had an answer is not to be seen. A pair with it would tell, so it
 * is there once the other side has answered, which tells as much. */
static bool may_show_pair(const pcs_ice_agent *agent, const pcs_ice_pair *pair) {
  const pcs_ice_candidate *remote = pcs_ice_candidates_get(&agent->remote, pair->remote_id);
  return remote == NULL || !remote->named || pair->counters.responses_received > 0 ||
         pair->counters.requests_received > 0;
}

size_t pcs_ice_agent_pair_stats(const pcs_ice_agent *agent, pcs_pair_stats *out, size_t capacity) {
  size_t num = 0;
  for (size_t i = 0; i < agent->pairs.num && num < capacity; i++) {
    if (may_show_pair(agent, &agent->pairs.entries[i])) {
      out[num++] = describe_pair(&agent->pairs.entries[i]);
    }
  }
  return num;
}

static size_t describe_all(const pcs_ice_candidates *table, pcs_candidate_stats *out,
                           size_t capacity) {
  size_t num = table->num < capacity ? table->num : capacity;
  for (size_t i = 0; i < num; i++) {
    out[i] = (pcs_candidate_stats){.id = table->entries[i].id};
    pcs_ice_describe_shown(&table->entries[i], &out[i].candidate);
  }
  return num;
}

/* webrtc-stats 6.17: the other side's ufrag is exposed once it is known by signalling. A check that
 * came before could bring any (requirement X12): the page is told whose candidate is, and takes the
 * text from the description. */
static uint8_t is_described(const pcs_ice_agent *agent, const pcs_ice_candidate *remote) {
  const pcs_ice_session *session = &agent->sessions[agent->current];
  return session->used && remote->owner == pcs_ice_remote_owner(session->remote) ? 1 : 0;
}

size_t pcs_ice_agent_candidate_stats(const pcs_ice_agent *agent, pcs_candidate_stats *out,
                                     size_t capacity) {
  size_t num_local = describe_all(&agent->local, out, capacity);
  pcs_candidate_stats *remote = out + num_local;
  size_t num_remote = describe_all(&agent->remote, remote, capacity - num_local);
  for (size_t i = 0; i < num_remote; i++) {
    remote[i].is_remote = 1;
    remote[i].is_described = is_described(agent, &agent->remote.entries[i]);
  }
  return num_local + num_remote;
}

uint32_t pcs_ice_agent_selected_pair(const pcs_ice_agent *agent, uint32_t *out_changes) {
  *out_changes = agent->selected_changes;
  return agent->selected;
}

void pcs_ice_agent_count(pcs_ice_agent *agent, uint64_t sent_packets, uint64_t sent_bytes,
                         uint64_t received_packets, uint64_t received_bytes) {
  pcs_ice_pair *selected = pcs_ice_selected(agent);
  if (selected != NULL) {
    selected->counters.packets_sent += sent_packets;
    selected->counters.bytes_sent += sent_bytes;
    selected->counters.packets_received += received_packets;
    selected->counters.bytes_received += received_bytes;
  }
}

uint32_t pcs_ice_agent_round_trip_us(const pcs_ice_agent *agent) {
  const pcs_ice_pair *selected = pcs_ice_selected_pair_of(agent);
  return selected != NULL ? selected->counters.round_trip_us : 0;
}
