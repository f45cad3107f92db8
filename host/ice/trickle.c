#include "core/plan/address.h"
#include "host/ice/agent_state.h"

/* Whose candidate it is: an empty ufrag means the generation that is being connected. */
static uint8_t remote_named(pcs_ice_agent *agent, pcs_span ufrag) {
  const pcs_ice_session *session = pcs_ice_current(agent);
  if (ufrag.len == 0) {
    return session->used ? session->remote : PCS_REMOTE_UFRAGS_MAX;
  }
  return pcs_ice_remote_learn(agent, ufrag);
}

/* draft mdns-ice 3.2.1: names of the one form, of host candidates, and none where a relay's server
 * would learn the address. */
static bool is_usable_name(const pcs_ice_agent *agent, const pcs_candidate *candidate) {
  return candidate->type == PCS_CANDIDATE_HOST && !pcs_ice_relays_only(agent) &&
         pcs_address_is_mdns_name(candidate->name);
}

/* RFC 6544 6.2: only to a passive candidate can we connect; an active one connects to us, from a
 * port of which its candidate tells nothing. */
static bool is_of_use(const pcs_ice_agent *agent, const pcs_candidate *candidate) {
  return candidate->transport == PCS_TRANSPORT_UDP ||
         (candidate->tcp_type == PCS_TCP_PASSIVE && pcs_ice_tcp_may_connect(agent));
}

/* What can be a pair: UDP or TCP that we can connect to, RTP's component (all is multiplexed), an
 * address or an mDNS name. Whether anything may be sent there is asked before each request leaves
 * (reach.c), so that the page cannot tell. */
static bool is_usable(const pcs_ice_agent *agent, const pcs_candidate *candidate) {
  bool is_named = candidate->name.len > 0 || candidate->address.family == PCS_ADDRESS_NAME;
  return candidate->component == 1 && is_of_use(agent, candidate) &&
         candidate->type <= PCS_CANDIDATE_RELAY &&
         (!is_named || is_usable_name(agent, candidate)) &&
         candidate->address.family != PCS_ADDRESS_NONE;
}

/* RFC 8445 7.3.1.3: a peer-reflexive candidate that is signalled later takes the signalled type,
 * priority and foundation. */
void pcs_ice_describe_known(pcs_ice_agent *agent, pcs_ice_candidate *known,
                            const pcs_candidate *candidate) {
  if (known->told) {
    return;
  }
  known->told = true;
  known->type = (pcs_candidate_type)candidate->type;
  known->priority = candidate->priority;
  known->related = candidate->related;
  known->named = candidate->name.len > 0;
  pcs_ice_candidate_set_name(known, candidate->name);
  pcs_ice_candidates_set_remote_foundation(&agent->remote, known, candidate->foundation);
  pcs_ice_rank_all(agent);
  /* What was hidden of the selected pair may be shown from now on. */
  const pcs_ice_pair *selected = pcs_ice_selected(agent);
  if (selected != NULL && selected->remote_id == known->id) {
    agent->selected_due = true;
  }
}

pcs_ice_candidate *pcs_ice_add_signalled(pcs_ice_agent *agent, uint8_t remote,
                                         const pcs_candidate *candidate) {
  if (agent->remote.num >= PCS_ICE_SIGNALLED_MAX) {
    return NULL;
  }
  pcs_ice_candidate entry = {
      .id = pcs_ice_next_id(agent),
      .owner = pcs_ice_remote_owner(remote),
      .type = (pcs_candidate_type)candidate->type,
      .tcp_type = (pcs_tcp_type)candidate->tcp_type,
      .priority = candidate->priority,
      .address = candidate->address,
      .related = candidate->related,
      .named = candidate->name.len > 0,
      .told = true,
  };
  pcs_ice_candidate_set_name(&entry, candidate->name);
  pcs_ice_candidates_set_remote_foundation(&agent->remote, &entry, candidate->foundation);
  return pcs_ice_candidates_add(&agent->remote, &entry);
}

pcs_ice_session *pcs_ice_checked_session(pcs_ice_agent *agent, uint8_t remote) {
  pcs_ice_session *session = pcs_ice_current(agent);
  bool checked = session->used && !session->failed && session->remote == remote;
  return checked ? session : NULL;
}

static pcs_ice_candidate *known_as(pcs_ice_agent *agent, uint32_t owner,
                                   const pcs_candidate *candidate) {
  return candidate->transport == PCS_TRANSPORT_TCP
             ? pcs_ice_candidates_at_tcp(&agent->remote, owner, &candidate->address)
             : pcs_ice_candidates_at(&agent->remote, owner, &candidate->address);
}

static void take_candidate(pcs_ice_agent *agent, uint64_t now_us, pcs_span ufrag,
                           const pcs_candidate *candidate) {
  uint8_t remote = remote_named(agent, ufrag);
  if (remote == PCS_REMOTE_UFRAGS_MAX) {
    return;
  }
  if (candidate->address.family == PCS_ADDRESS_NAME) {
    pcs_ice_take_named(agent, now_us, remote, candidate);
    return;
  }
  uint32_t owner = pcs_ice_remote_owner(remote);
  pcs_ice_candidate *known = known_as(agent, owner, candidate);
  if (known != NULL) {
    pcs_ice_describe_known(agent, known, candidate);
    return;
  }
  known = pcs_ice_add_signalled(agent, remote, candidate);
  pcs_ice_session *session = pcs_ice_checked_session(agent, remote);
  if (known != NULL && session != NULL) {
    pcs_ice_session_began(session, now_us);
    pcs_ice_pair_up(agent, session, known->id);
  }
}

pcs_status pcs_ice_agent_add_candidate(pcs_ice_agent *agent, uint64_t now_us, pcs_span ufrag,
                                       const pcs_candidate *candidate) {
  pcs_ice_expire_consent(agent, now_us);
  if (is_usable(agent, candidate)) {
    take_candidate(agent, now_us, ufrag, candidate);
  }
  pcs_ice_step(agent, now_us);
  return PCS_OK;
}

void pcs_ice_agent_end_of_candidates(pcs_ice_agent *agent, uint64_t now_us, pcs_span ufrag) {
  pcs_ice_expire_consent(agent, now_us);
  uint8_t remote = remote_named(agent, ufrag);
  if (remote < PCS_REMOTE_UFRAGS_MAX) {
    agent->remotes[remote].ended = true;
    pcs_ice_session *session = pcs_ice_checked_session(agent, remote);
    if (session != NULL) {
      pcs_ice_session_began(session, now_us);
    }
  }
  pcs_ice_step(agent, now_us);
}
