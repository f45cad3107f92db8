#include "host/ice/agent_state.h"
#include "host/ice/tcp_candidate.h"

/* RFC 8445 6.1.2.3, with the local candidate the other side sees once that is known. */
static void rank(pcs_ice_agent *agent, pcs_ice_pair *pair) {
  uint32_t local_id = pair->valid_local_id != 0 ? pair->valid_local_id : pair->local_id;
  const pcs_ice_candidate *local = pcs_ice_candidates_get(&agent->local, local_id);
  const pcs_ice_candidate *remote = pcs_ice_candidates_get(&agent->remote, pair->remote_id);
  uint32_t ours = local != NULL ? local->priority : 0;
  uint32_t theirs = remote != NULL ? remote->priority : 0;
  bool controlling = agent->role == PCS_ICE_CONTROLLING;
  pair->priority = pcs_ice_pair_priority(
      (pcs_pair_rank){controlling ? ours : theirs, controlling ? theirs : ours});
}

void pcs_ice_rank_all(pcs_ice_agent *agent) {
  for (size_t i = 0; i < agent->pairs.num; i++) {
    rank(agent, &agent->pairs.entries[i]);
  }
}

/* RFC 8445 6.1.2.2: the same family; and where this machine itself may be reached, what is its own
 * stays on loopback. Elsewhere a loopback address makes pairs as any that does not answer. */
bool pcs_ice_fit_together(const pcs_ice_agent *agent, const pcs_ice_candidate *local,
                          const pcs_address *remote) {
  return local->base.family == remote->family &&
         (pcs_ice_reach(agent) != PCS_REACH_LOOPBACK ||
          pcs_address_is_loopback(&local->base) == pcs_address_is_loopback(remote));
}

/* Through a relay only to addresses that were signalled as such: its server would learn one that an
 * mDNS name hides (draft mdns-ice 3.2.1) or that only a check on another way revealed. */
static bool may_be_told_to_relay(const pcs_ice_candidate *local, const pcs_ice_candidate *remote) {
  return local->type != PCS_CANDIDATE_RELAY || (remote->told && !remote->named);
}

pcs_ice_pair *pcs_ice_pair_make(pcs_ice_agent *agent, const pcs_ice_session *session,
                                const pcs_ice_candidate *local, const pcs_ice_candidate *remote) {
  /* RFC 6544 6.2: transports that meet. */
  bool meet = pcs_tcp_candidate_may_pair(local->tcp_type, remote->tcp_type);
  bool names_to_relay = local->type == PCS_CANDIDATE_RELAY && remote->named;
  if (!meet || !pcs_ice_fit_together(agent, local, &remote->address) || names_to_relay) {
    return NULL;
  }
  pcs_ice_pair pair = {
      .id = pcs_ice_next_id(agent),
      .session = pcs_ice_session_index(agent, session),
      .state = PCS_PAIR_FROZEN,
      .local_id = local->id,
      .remote_id = remote->id,
      .path_id = local->path_id,
      .to = remote->address,
      .foundation = (uint64_t)local->foundation << 32 | remote->foundation,
  };
  rank(agent, &pair);
  uint32_t dropped = 0;
  pcs_ice_pair *made = pcs_ice_pairs_add(&agent->pairs, &pair, &dropped);
  if (dropped != 0) {
    pcs_transactions_drop(&agent->transactions, PCS_TRANSACTION_CHECK, dropped);
    pcs_ice_tcp_release(agent, dropped);
  }
  return made;
}

/* A pair over TCP is known by its candidates: its path changes with its connection. */
static bool is_paired(pcs_ice_agent *agent, uint8_t session, const pcs_ice_candidate *local,
                      const pcs_ice_candidate *remote) {
  if (local->tcp_type == PCS_TCP_NONE) {
    return pcs_ice_pairs_between(&agent->pairs, session, local->path_id, &remote->address) != NULL;
  }
  for (size_t i = 0; i < agent->pairs.num; i++) {
    const pcs_ice_pair *pair = &agent->pairs.entries[i];
    if (pair->session == session && pair->local_id == local->id && pair->remote_id == remote->id) {
      return true;
    }
  }
  return false;
}

void pcs_ice_pair_up(pcs_ice_agent *agent, pcs_ice_session *session, uint32_t remote_id) {
  const pcs_ice_candidate *remote = pcs_ice_candidates_get(&agent->remote, remote_id);
  uint8_t index = pcs_ice_session_index(agent, session);
  if (session->failed || (session->nominated && !session->searching)) {
    return; /* RFC 8838 12: a list that is done takes no more pairs. */
  }
  for (size_t i = 0; i < agent->local.num; i++) {
    const pcs_ice_candidate *local = &agent->local.entries[i];
    if (local->owner == session->generation && pcs_ice_candidate_is_base(local) &&
        pcs_tcp_candidate_checks(local->tcp_type) && may_be_told_to_relay(local, remote) &&
        !is_paired(agent, index, local, remote)) {
      (void)pcs_ice_pair_make(agent, session, local, remote);
    }
  }
}

void pcs_ice_pair_up_all(pcs_ice_agent *agent, pcs_ice_session *session) {
  for (size_t i = 0; i < agent->remote.num; i++) {
    if (agent->remote.entries[i].owner == pcs_ice_remote_owner(session->remote)) {
      pcs_ice_pair_up(agent, session, agent->remote.entries[i].id);
    }
  }
}

void pcs_ice_pair_end(pcs_ice_agent *agent, uint32_t id) {
  pcs_transactions_drop(&agent->transactions, PCS_TRANSACTION_CHECK, id);
  pcs_transactions_drop(&agent->transactions, PCS_TRANSACTION_CONSENT, id);
  pcs_ice_tcp_release(agent, id);
  pcs_ice_pairs_drop(&agent->pairs, id);
  if (agent->selected == id) {
    agent->selected = 0;
  }
}

static bool may_still_succeed(const pcs_ice_pair *pair) {
  return pair->state != PCS_PAIR_SUCCEEDED && pair->state != PCS_PAIR_FAILED;
}

void pcs_ice_stop_checks(pcs_ice_agent *agent, uint8_t session) {
  for (size_t i = agent->pairs.num; i > 0; i--) {
    const pcs_ice_pair *pair = &agent->pairs.entries[i - 1];
    if (pair->session == session && may_still_succeed(pair)) {
      pcs_ice_pair_end(agent, pair->id);
    }
  }
}

bool pcs_ice_checks_left(const pcs_ice_agent *agent, uint8_t session) {
  for (size_t i = 0; i < agent->pairs.num; i++) {
    const pcs_ice_pair *pair = &agent->pairs.entries[i];
    if (pair->session == session && may_still_succeed(pair)) {
      return true;
    }
  }
  return false;
}

bool pcs_ice_check_waits(const pcs_ice_agent *agent) {
  for (size_t i = 0; i < agent->pairs.num; i++) {
    const pcs_ice_pair *pair = &agent->pairs.entries[i];
    if (pair->triggered != 0 || pair->state == PCS_PAIR_WAITING) {
      return true;
    }
  }
  return false;
}

/* RFC 8445 6.1.4.2: triggered checks first, then the best pair that waits. */
pcs_ice_pair *pcs_ice_next_pair(pcs_ice_agent *agent) {
  pcs_ice_pair *triggered = pcs_ice_pairs_next_triggered(&agent->pairs);
  return triggered != NULL ? triggered
                           : pcs_ice_pairs_best(&agent->pairs, agent->current, PCS_PAIR_WAITING);
}
