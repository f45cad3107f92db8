#include "host/ice/agent_state.h"

/* How much later than on the selected pair the other side must have asked on another, nominated
 * one before it counts as having moved: longer than any round trip, shorter than an interval of
 * consent. */
#define MOVED_US 2000000u

/* ---- sockets that come ---- */

/* RFC 8838 14: after the end of candidates none is announced any more, nor would a page expect it
 * (browsers: `gatherContinually` off). Checks go from it all the same: the other side learns it as
 * peer-reflexive, and the page is shown as little of it. */
static void add_base(pcs_ice_agent *agent, const pcs_ice_generation *generation,
                     const pcs_ice_path *path) {
  if (generation->gathering == PCS_GATHERING_NEW) {
    return;
  }
  pcs_ice_candidate *host = pcs_ice_add_host(agent, generation->number, path);
  if (host != NULL && generation->gathering == PCS_GATHERING_COMPLETE) {
    host->late = true;
    host->told = true;
  }
  pcs_ice_tcp_gather(agent, generation->number, path->id);
}

void pcs_ice_search_from(pcs_ice_agent *agent, const pcs_ice_path *path) {
  if (pcs_ice_relays_only(agent)) {
    return; /* RFC 8827 6.4: nothing leaves from it but to relays, which gathering asks. */
  }
  for (size_t i = 0; i < PCS_ICE_GENERATIONS_MAX; i++) {
    if (agent->generations[i].number != 0) {
      add_base(agent, &agent->generations[i], path);
    }
  }
  pcs_ice_session *session = pcs_ice_current(agent);
  if (session->used && !session->failed) {
    session->searching = true;
    pcs_ice_pair_up_all(agent, session);
  }
}

/* ---- a selected pair that is silent or gone ---- */

static bool is_worth_asking(const pcs_ice_agent *agent, const pcs_ice_pair *pair, uint64_t now_us) {
  bool is_known =
      pair->state == PCS_PAIR_SUCCEEDED && pcs_ice_consent_is_young(&pair->consent, now_us);
  return pair->session == agent->current && pair->id != agent->selected && !is_known &&
         (pair->state == PCS_PAIR_FAILED || pair->state == PCS_PAIR_SUCCEEDED) &&
         pair->consent.state != PCS_ICE_CONSENT_LOST;
}

/* What silenced the selected pair, or took its socket away, may have silenced others: those that
 * were found valid earlier must show that they still are. From another address of this machine the
 * way may have led through the interface that went. */
static void doubt_others(pcs_ice_agent *agent) {
  for (size_t i = 0; i < agent->pairs.num; i++) {
    pcs_ice_pair *pair = &agent->pairs.entries[i];
    if (pair->session == agent->current && pair->id != agent->selected) {
      pcs_ice_consent_doubt(&pair->consent);
    }
  }
}

void pcs_ice_search(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_session *session = pcs_ice_current(agent);
  if (!session->used || session->failed) {
    return;
  }
  doubt_others(agent);
  session->searching = true;
  session->nominated = session->nominated && agent->selected != 0;
  pcs_ice_pair_up_all(agent, session);
  for (size_t i = 0; i < agent->pairs.num; i++) {
    pcs_ice_pair *pair = &agent->pairs.entries[i];
    if (is_worth_asking(agent, pair, now_us) &&
        pcs_ice_pair_move(pair, PCS_PAIR_TRIGGER) == PCS_OK) {
      pcs_ice_consent_doubt(&pair->consent);
      pcs_ice_pairs_enqueue(&agent->pairs, pair);
    }
  }
}

void pcs_ice_search_step(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_session *session = pcs_ice_current(agent);
  const pcs_ice_pair *selected = pcs_ice_selected(agent);
  if (selected == NULL || selected->session != agent->current) {
    return;
  }
  bool is_silent = pcs_ice_consent_is_silent(&selected->consent, now_us);
  if (is_silent && !session->silent) {
    pcs_ice_search(agent, now_us);
  }
  if (!is_silent && session->nominated && !pcs_ice_checks_left(agent, agent->current)) {
    session->searching = false;
  }
  session->silent = is_silent;
}

/* ---- a peer that has moved ---- */

static uint64_t last_sign_us(const pcs_ice_consent *consent) {
  return consent->heard_us > consent->answered_us ? consent->heard_us : consent->answered_us;
}

pcs_ice_pair *pcs_ice_search_moved(pcs_ice_agent *agent, uint64_t now_us,
                                   const pcs_ice_pair *selected) {
  pcs_ice_pair *moved = NULL;
  uint64_t since_us = last_sign_us(&selected->consent) + MOVED_US;
  for (size_t i = 0; i < agent->pairs.num && agent->role == PCS_ICE_CONTROLLED; i++) {
    pcs_ice_pair *pair = &agent->pairs.entries[i];
    if (pair->session == agent->current && pair->id != selected->id && pair->nominated &&
        pair->state == PCS_PAIR_SUCCEEDED && pcs_ice_consent_is_young(&pair->consent, now_us) &&
        pair->consent.heard_us >= since_us) {
      since_us = pair->consent.heard_us;
      moved = pair;
    }
  }
  return moved;
}

/* ---- a peer that uses another pair than ours ---- */

/* The pair may have ended with another one's nomination. Not by a relay: checklist.c says whom that
 * may be told of. */
static pcs_ice_pair *pair_with(pcs_ice_agent *agent, const pcs_ice_session *session,
                               uint32_t path_id, const pcs_address *from) {
  pcs_ice_pair *pair =
      pcs_ice_pairs_between(&agent->pairs, pcs_ice_session_index(agent, session), path_id, from);
  const pcs_ice_candidate *local =
      pcs_ice_candidates_base(&agent->local, session->generation, path_id);
  const pcs_ice_candidate *remote =
      pcs_ice_candidates_at(&agent->remote, pcs_ice_remote_owner(session->remote), from);
  bool can_be = local != NULL && local->type != PCS_CANDIDATE_RELAY && remote != NULL;
  return pair == NULL && can_be ? pcs_ice_pair_make(agent, session, local, remote) : pair;
}

void pcs_ice_agent_expect(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                          const pcs_address *from) {
  const pcs_ice_session *session = pcs_ice_current(agent);
  pcs_ice_pair *pair =
      session->used && !session->failed ? pair_with(agent, session, path_id, from) : NULL;
  bool is_unasked = pair != NULL && pair->triggered == 0 &&
                    (pair->state == PCS_PAIR_FROZEN || pair->state == PCS_PAIR_WAITING);
  if (is_unasked && pcs_ice_pair_move(pair, PCS_PAIR_TRIGGER) == PCS_OK) {
    pcs_ice_pairs_enqueue(&agent->pairs, pair);
    pcs_ice_step(agent, now_us);
  }
}
