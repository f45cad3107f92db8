#include "core/base/text.h"
#include "host/ice/agent_state.h"

void pcs_ice_take_named(pcs_ice_agent *agent, uint64_t now_us, uint8_t remote,
                        const pcs_candidate *candidate) {
  uint32_t owner = pcs_ice_remote_owner(remote);
  if (pcs_ice_candidates_called(&agent->remote, owner, candidate) != NULL ||
      pcs_ice_add_signalled(agent, remote, candidate) == NULL) {
    return;
  }
  pcs_ice_session *session = pcs_ice_checked_session(agent, remote);
  if (session != NULL) {
    pcs_ice_session_began(session, now_us);
  }
}

static bool is_unresolved(const pcs_ice_candidate *candidate) {
  return candidate->address.family == PCS_ADDRESS_NAME;
}

bool pcs_ice_names_left(const pcs_ice_agent *agent, const pcs_ice_session *session) {
  for (size_t i = 0; i < agent->remote.num; i++) {
    const pcs_ice_candidate *entry = &agent->remote.entries[i];
    if (entry->owner == pcs_ice_remote_owner(session->remote) && is_unresolved(entry)) {
      return true;
    }
  }
  return false;
}

bool pcs_ice_agent_take_name(pcs_ice_agent *agent, pcs_span *out_name) {
  const pcs_ice_session *session = pcs_ice_current(agent);
  bool may_ask = session->used && !session->failed && !pcs_ice_relays_only(agent) &&
                 agent->num_names_asked < PCS_ICE_NAMES_MAX;
  for (size_t i = 0; may_ask && i < agent->remote.num; i++) {
    pcs_ice_candidate *entry = &agent->remote.entries[i];
    if (entry->owner == pcs_ice_remote_owner(session->remote) && is_unresolved(entry) &&
        !entry->asked) {
      entry->asked = true;
      agent->num_names_asked++;
      *out_name = pcs_ice_candidate_name(entry);
      return true;
    }
  }
  return false;
}

/* A check may have come from there before its name was known: then that one is it. */
static void settle(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_candidate *entry,
                   const pcs_address *address) {
  bool is_udp = entry->tcp_type == PCS_TCP_NONE;
  pcs_ice_candidate *found =
      is_udp ? pcs_ice_candidates_at(&agent->remote, entry->owner, address)
             : pcs_ice_candidates_at_tcp(&agent->remote, entry->owner, address);
  if (found != NULL && found->told) {
    return; /* It is known by another name; this one stays as it is. */
  }
  if (found != NULL) {
    pcs_candidate described;
    pcs_ice_candidate copy = *entry;
    pcs_ice_candidate_describe(&copy, &described);
    pcs_ice_describe_known(agent, found, &described);
    pcs_ice_candidates_drop(&agent->remote, copy.id);
    return;
  }
  entry->address = *address;
  pcs_ice_session *session = pcs_ice_checked_session(agent, (uint8_t)(entry->owner - 1));
  if (session != NULL) {
    pcs_ice_session_began(session, now_us);
    pcs_ice_pair_up(agent, session, entry->id);
  }
}

void pcs_ice_agent_name_resolved(pcs_ice_agent *agent, uint64_t now_us, pcs_span name,
                                 const pcs_address *addresses, size_t num_addresses) {
  pcs_ice_expire_consent(agent, now_us);
  for (size_t i = agent->remote.num; num_addresses == 1 && i > 0; i--) {
    pcs_ice_candidate *entry = &agent->remote.entries[i - 1];
    pcs_address address = addresses[0];
    address.port = entry->address.port;
    if (is_unresolved(entry) && entry->asked &&
        pcs_text_equal_ignoring_case(pcs_ice_candidate_name(entry), name) &&
        pcs_address_admit(&address, pcs_ice_reach(agent)) == PCS_OK) {
      settle(agent, now_us, entry, &address);
    }
  }
  pcs_ice_step(agent, now_us);
}
