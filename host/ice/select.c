#include "host/ice/agent_state.h"

typedef enum wanted { WANTED_VALID, WANTED_NOMINATED } wanted;

pcs_ice_pair *pcs_ice_selected(pcs_ice_agent *agent) {
  return agent->selected != 0 ? pcs_ice_pairs_find(&agent->pairs, agent->selected) : NULL;
}

const pcs_ice_pair *pcs_ice_selected_pair_of(const pcs_ice_agent *agent) {
  return agent->selected != 0 ? pcs_ice_pairs_get(&agent->pairs, agent->selected) : NULL;
}

/* The current session's best pair that may carry data, but for one. */
static pcs_ice_pair *best_of(pcs_ice_agent *agent, uint64_t now_us, wanted kind, uint32_t but_id) {
  pcs_ice_pair *best = NULL;
  for (size_t i = 0; i < agent->pairs.num; i++) {
    pcs_ice_pair *pair = &agent->pairs.entries[i];
    bool fits = pair->session == agent->current && pair->id != but_id &&
                pair->state == PCS_PAIR_SUCCEEDED && (kind == WANTED_VALID || pair->nominated) &&
                pcs_ice_consent_is_fresh(&pair->consent, now_us);
    if (fits && (best == NULL || pair->priority > best->priority)) {
      best = pair;
    }
  }
  return best;
}

static pcs_ice_pair *best_but(pcs_ice_agent *agent, uint64_t now_us, uint32_t but_id) {
  pcs_ice_pair *nominated = best_of(agent, now_us, WANTED_NOMINATED, but_id);
  return nominated != NULL ? nominated : best_of(agent, now_us, WANTED_VALID, but_id);
}

/* ---- nomination ---- */

void pcs_ice_nominated(pcs_ice_agent *agent, pcs_ice_pair *pair) {
  pair->nominated = true;
  pair->nominate_next = false;
  pair->nominated_by_peer = false;
  agent->sessions[pair->session].nominated = true;
  agent->sessions[pair->session].searching = false;
  pcs_ice_stop_checks(agent, pair->session);
}

static bool nomination_runs(const pcs_ice_agent *agent) {
  for (size_t i = 0; i < agent->pairs.num; i++) {
    if (agent->pairs.entries[i].nominate_next) {
      return true;
    }
  }
  return false;
}

static bool better_may_come(const pcs_ice_agent *agent, const pcs_ice_pair *best) {
  for (size_t i = 0; i < agent->pairs.num; i++) {
    const pcs_ice_pair *pair = &agent->pairs.entries[i];
    if (pair->session == best->session && pair->state != PCS_PAIR_FAILED &&
        pair->state != PCS_PAIR_SUCCEEDED && pair->priority > best->priority) {
      return true;
    }
  }
  return false;
}

/* The pair to nominate, now or after the wait; NULL when that is not ours to do, or done. */
static pcs_ice_pair *to_nominate(pcs_ice_agent *agent, uint64_t now_us) {
  const pcs_ice_session *session = pcs_ice_current(agent);
  if (agent->role != PCS_ICE_CONTROLLING || !session->used || session->failed ||
      session->nominated || nomination_runs(agent)) {
    return NULL;
  }
  return best_of(agent, now_us, WANTED_VALID, 0);
}

static bool is_relayed(const pcs_ice_agent *agent, const pcs_ice_pair *pair) {
  const pcs_ice_candidate *local = pcs_ice_candidates_get(&agent->local, pair->local_id);
  const pcs_ice_candidate *remote = pcs_ice_candidates_get(&agent->remote, pair->remote_id);
  return (local != NULL && local->type == PCS_CANDIDATE_RELAY) ||
         (remote != NULL && remote->type == PCS_CANDIDATE_RELAY);
}

/* When a pair is nominated: at once if nothing better can come, else after a short wait. */
static uint64_t nominates_at(pcs_ice_agent *agent, const pcs_ice_pair *best) {
  uint64_t first_us = pcs_ice_current(agent)->first_valid_us;
  if (!better_may_come(agent, best)) {
    return first_us;
  }
  return first_us + (is_relayed(agent, best) ? PCS_ICE_RELAYED_NOMINATION_WAIT_US
                                             : PCS_ICE_NOMINATION_WAIT_US);
}

/* RFC 8445 8.1.1: regular nomination, by a check of its own on a pair known to be valid. */
static void nominate(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_pair *best = to_nominate(agent, now_us);
  if (best == NULL || now_us < nominates_at(agent, best)) {
    return;
  }
  best->nominate_next = true;
  pcs_ice_pairs_enqueue(&agent->pairs, best);
}

/* ---- the selected pair ---- */

/*
 * Before nomination the best valid pair carries data (RFC 8445 12.1); after it the best nominated
 * one, for peers that nominate more than once. A pair of an older session stays until the new one
 * has a nominated pair. One that went silent gives way to any that was heard of later.
 */
static pcs_ice_pair *choose(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_pair *selected = pcs_ice_selected(agent);
  if (selected == NULL) {
    return best_but(agent, now_us, 0);
  }
  if (pcs_ice_consent_is_silent(&selected->consent, now_us)) {
    pcs_ice_pair *other = best_but(agent, now_us, selected->id);
    bool is_alive = other != NULL && other->consent.answered_us > selected->consent.answered_us;
    return is_alive ? other : selected;
  }
  pcs_ice_pair *moved = pcs_ice_search_moved(agent, now_us, selected);
  if (moved != NULL) {
    return moved;
  }
  pcs_ice_pair *nominated = best_of(agent, now_us, WANTED_NOMINATED, 0);
  if (nominated != NULL || selected->session != agent->current) {
    return nominated != NULL ? nominated : selected;
  }
  pcs_ice_pair *valid = best_of(agent, now_us, WANTED_VALID, 0);
  return valid != NULL && valid->priority > selected->priority ? valid : selected;
}

/* A pair that is left because the other side is not there any more must be asked again, and
 * nominated again, before data goes there. */
static void leave(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair,
                  const pcs_ice_pair *chosen) {
  bool has_moved = chosen == pcs_ice_search_moved(agent, now_us, pair);
  if (!has_moved && !pcs_ice_consent_is_silent(&pair->consent, now_us)) {
    pcs_ice_consent_rest(&pair->consent);
    return;
  }
  pcs_ice_consent_doubt(&pair->consent);
  pair->nominated = false;
  agent->sessions[pair->session].nominated = chosen->nominated;
}

static void select_pair(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *chosen) {
  pcs_ice_pair *before = pcs_ice_selected(agent);
  if (before != NULL) {
    leave(agent, now_us, before, chosen);
  }
  agent->selected = chosen->id;
  agent->selected_changes++;
  agent->selected_due = true;
  pcs_ice_consent_keep(&chosen->consent, now_us, agent->random);
  pcs_ice_session_end_old(agent); /* chosen is always of the current session */
}

void pcs_ice_select_step(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_session *session = pcs_ice_current(agent);
  pcs_ice_search_step(agent, now_us);
  pcs_ice_pair *chosen = choose(agent, now_us);
  if (chosen != NULL && chosen->id != agent->selected) {
    select_pair(agent, now_us, chosen);
  }
  if (agent->selected != 0) {
    session->lost_us = PCS_NEVER;
  } else if (session->used && session->first_valid_us != PCS_NEVER) {
    session->lost_us = pcs_ice_earlier(session->lost_us, now_us);
  }
  nominate(agent, now_us);
}

uint64_t pcs_ice_select_wake_at(pcs_ice_agent *agent, uint64_t now_us) {
  const pcs_ice_pair *selected = pcs_ice_selected(agent);
  uint64_t wake_us =
      selected != NULL ? pcs_ice_consent_wake_at(&selected->consent, now_us) : PCS_NEVER;
  const pcs_ice_pair *best = to_nominate(agent, now_us);
  return best != NULL ? pcs_ice_earlier(wake_us, nominates_at(agent, best)) : wake_us;
}

/* ---- consent ---- */

void pcs_ice_consent_lost(pcs_ice_agent *agent, pcs_ice_pair *pair) {
  pcs_ice_consent_revoke(&pair->consent);
  if (agent->selected == pair->id) {
    pcs_ice_session *session = &agent->sessions[pair->session];
    pcs_ice_generation_of(agent, session->generation)->spent = true;
    pcs_ice_session_fail(agent, session);
    return;
  }
  pair->nominated = false;
  if (pcs_ice_pair_move(pair, PCS_PAIR_FAIL) != PCS_OK) {
    pair->triggered = 0; /* It was frozen or has failed already. */
  }
}

void pcs_ice_expire_consent(pcs_ice_agent *agent, uint64_t now_us) {
  for (size_t i = 0; i < agent->pairs.num; i++) {
    if (pcs_ice_consent_expire(&agent->pairs.entries[i].consent, now_us)) {
      pcs_ice_consent_lost(agent, &agent->pairs.entries[i]);
      return; /* Only the selected pair's consent is kept, and its session ended with it. */
    }
  }
}

void pcs_ice_keep_consent(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_pair *selected = pcs_ice_selected(agent);
  if (selected != NULL && pcs_ice_consent_request_due(&selected->consent, now_us)) {
    pcs_ice_consent_start(agent, now_us, selected);
  }
}

pcs_status pcs_ice_agent_route(const pcs_ice_agent *agent, uint64_t now_us,
                               pcs_ice_route *out_route) {
  *out_route = (pcs_ice_route){0};
  const pcs_ice_pair *selected = pcs_ice_selected_pair_of(agent);
  if (selected == NULL || !pcs_ice_consent_is_fresh(&selected->consent, now_us)) {
    return PCS_ERR_DENIED;
  }
  if (pcs_ice_tcp_of(agent, selected->path_id) != NULL) {
    *out_route = (pcs_ice_route){.path_id = selected->path_id,
                                 .to = selected->to,
                                 .masked = pcs_ice_tcp_masks(agent, selected->path_id)};
    return PCS_OK;
  }
  return pcs_ice_relay_route(agent, now_us, selected, out_route);
}

bool pcs_ice_agent_is_nominated(const pcs_ice_agent *agent) {
  const pcs_ice_pair *selected = pcs_ice_selected_pair_of(agent);
  return selected != NULL && selected->nominated;
}

bool pcs_ice_agent_accepts(const pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                           const pcs_address *from) {
  (void)now_us; /* To receive needs no consent, only to know who it is. */
  for (size_t i = 0; i < agent->pairs.num; i++) {
    const pcs_ice_pair *pair = &agent->pairs.entries[i];
    if (pair->state == PCS_PAIR_SUCCEEDED && pair->path_id == path_id &&
        pcs_address_equal(&pair->to, from)) {
      return true;
    }
  }
  return false;
}

void pcs_ice_agent_revoke(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_expire_consent(agent, now_us);
  pcs_ice_pair *selected = pcs_ice_selected(agent);
  if (selected != NULL) {
    pcs_ice_consent_lost(agent, selected);
  }
  pcs_ice_step(agent, now_us);
}

/* ---- RTCIceTransportState ---- */

static bool is_complete(pcs_ice_agent *agent, const pcs_ice_session *session) {
  const pcs_ice_generation *generation = pcs_ice_generation_of(agent, session->generation);
  return session->nominated && agent->remotes[session->remote].ended &&
         generation->gathering == PCS_GATHERING_COMPLETE &&
         (session->searching || !pcs_ice_checks_left(agent, agent->current));
}

/* webrtc-pc 5.6.4: a restart begun while disconnected is checking, as if connectivity had never
 * been lost. */
static pcs_ice_state state_of_selected(pcs_ice_agent *agent, uint64_t now_us,
                                       const pcs_ice_pair *selected) {
  bool is_silent = pcs_ice_consent_is_silent(&selected->consent, now_us);
  if (selected->session != agent->current) {
    return is_silent ? PCS_ICE_CHECKING : PCS_ICE_CONNECTED;
  }
  if (is_silent) {
    return PCS_ICE_DISCONNECTED;
  }
  return is_complete(agent, pcs_ice_current(agent)) ? PCS_ICE_COMPLETED : PCS_ICE_CONNECTED;
}

static pcs_ice_state state_now(pcs_ice_agent *agent, uint64_t now_us) {
  const pcs_ice_session *session = pcs_ice_current(agent);
  const pcs_ice_pair *selected = pcs_ice_selected(agent);
  if (selected != NULL) {
    return state_of_selected(agent, now_us, selected);
  }
  if (!session->used) {
    return PCS_ICE_NEW;
  }
  if (session->failed) {
    return PCS_ICE_FAILED;
  }
  if (session->lost_us != PCS_NEVER) {
    return PCS_ICE_DISCONNECTED;
  }
  uint32_t owner = pcs_ice_remote_owner(session->remote);
  bool has_begun = session->follows || pcs_ice_candidates_count(&agent->remote, owner) > 0;
  return has_begun ? PCS_ICE_CHECKING : PCS_ICE_NEW;
}

void pcs_ice_state_step(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_state state = state_now(agent, now_us);
  bool role_matters = state != PCS_ICE_NEW && agent->role != agent->role_told;
  if (state == agent->state && !role_matters) {
    return;
  }
  agent->state = state;
  agent->role_told = agent->role;
  if (agent->num_states_due == PCS_ICE_STATES_MAX) {
    agent->num_states_due--; /* The owner did not poll: the latest state is what counts. */
  }
  agent->states_due[agent->num_states_due++] = state;
}
