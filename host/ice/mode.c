#include "host/ice/agent_state.h"

bool pcs_ice_relays_only(const pcs_ice_agent *agent) {
  return agent->policy == PCS_ICE_POLICY_RELAY ||
         pcs_address_mode_of(agent->addresses)->way != PCS_WAY_DIRECT;
}

bool pcs_ice_may_tell(const pcs_ice_agent *agent) {
  return pcs_address_mode_of(agent->addresses)->tells == PCS_TELLS_SHOWN;
}

/* A host candidate without a name, where it should have one, is told to nobody. An address that a
 * server found is told as it is, or was never added; after a change to a stricter mode it may be
 * there still. */
void pcs_ice_set_told(const pcs_ice_agent *agent, pcs_ice_candidate *candidate) {
  pcs_mode_tells tells = pcs_address_mode_of(agent->addresses)->tells;
  if (candidate->type != PCS_CANDIDATE_HOST) {
    candidate->named = false;
    candidate->hidden = candidate->type == PCS_CANDIDATE_SRFLX &&
                        !pcs_address_mode_tells_found(agent->addresses, &candidate->address);
    return;
  }
  candidate->named = tells == PCS_TELLS_NAMED && candidate->name_len > 0;
  candidate->hidden = tells != PCS_TELLS_SHOWN && !candidate->named;
}

void pcs_ice_agent_name_path(pcs_ice_agent *agent, uint32_t path_id, pcs_span name) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    pcs_ice_path *path = &agent->paths[i].path;
    if (agent->paths[i].used && path->id == path_id && name.len <= sizeof path->name) {
      pcs_writer writer;
      pcs_writer_init(&writer, (uint8_t *)path->name, sizeof path->name);
      pcs_writer_bytes(&writer, name);
      path->name_len = (uint8_t)writer.len;
    }
  }
}

/* Told anew is what becomes more than the page knew: a grant tells also what came too late to be told
 * without one (requirement A22). */
static void retell(pcs_ice_agent *agent, pcs_ice_candidate *candidate) {
  const pcs_ice_path *path = pcs_ice_path_of(agent, candidate->path_id);
  bool was_withheld = candidate->named || candidate->hidden || candidate->late;
  if (path != NULL && candidate->type == PCS_CANDIDATE_HOST) {
    pcs_ice_candidate_set_name(candidate, (pcs_span){(const uint8_t *)path->name, path->name_len});
  }
  pcs_ice_set_told(agent, candidate);
  if (was_withheld && !candidate->named && !candidate->hidden) {
    candidate->told = false;
    candidate->late = false;
  }
  if (!pcs_ice_may_tell(agent)) {
    candidate->related = (pcs_address){0};
  }
}

/* The sockets stay, for their relays; what was sent from them directly ends. */
static void end_direct(pcs_ice_agent *agent) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (agent->paths[i].used) {
      pcs_ice_tcp_end_path(agent, agent->paths[i].path.id);
      pcs_ice_forget_path(agent, agent->paths[i].path.id);
    }
  }
}

static void add_direct(pcs_ice_agent *agent) {
  for (size_t i = 0; i < PCS_ICE_GENERATIONS_MAX; i++) {
    const pcs_ice_generation *generation = &agent->generations[i];
    if (generation->number != 0 && generation->gathering != PCS_GATHERING_NEW) {
      pcs_ice_gather_hosts(agent, generation->number);
    }
  }
  pcs_ice_session *session = pcs_ice_current(agent);
  if (session->used) {
    pcs_ice_pair_up_all(agent, session);
  }
}

void pcs_ice_agent_set_addresses(pcs_ice_agent *agent, uint64_t now_us, pcs_address_mode mode) {
  pcs_ice_expire_consent(agent, now_us);
  bool had_selected = agent->selected != 0;
  agent->addresses = mode;
  for (size_t i = 0; i < agent->local.num; i++) {
    retell(agent, &agent->local.entries[i]);
  }
  if (pcs_ice_relays_only(agent)) {
    end_direct(agent);
  } else {
    add_direct(agent);
  }
  if (had_selected && agent->selected == 0) {
    pcs_ice_search(agent, now_us);
  }
  pcs_ice_step(agent, now_us);
}
