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

void pcs_ice_search(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_session *session = pcs_ice_current(agent);
  if (!session->used || session->failed) {
    return;
  }
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

/* What silenced the selected pair may have silenced others: those that were found valid earlier
 * must show that they still are. */
static void doubt_others(pcs_ice_agent *agent) {
  for (size_t i = 0; i < agent->pairs.num; i++) {
    pcs_ice_pair *pair = &agent->pairs.entries[i];
    if (pair->session == agent->current && pair->id != agent->selected) {
      pcs_ice_consent_doubt(&pair->consent);
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
    doubt_others(agent);
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
