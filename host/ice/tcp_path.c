#include "host/ice/agent_state.h"
#include "host/ice/tcp_candidate.h"

static uint32_t owners_path(uint32_t path_id) {
  return path_id & ~PCS_ICE_TCP_PATHS_MASK;
}

static bool is_stream(uint32_t path_id) {
  return path_id >= PCS_ICE_STREAM_PATH_FIRST && (path_id & PCS_ICE_TCP_PATHS_MASK) == 0;
}

const pcs_ice_tcp_stream *pcs_ice_tcp_of(const pcs_ice_agent *agent, uint32_t path_id) {
  for (size_t i = 0; i < PCS_ICE_TCP_STREAMS_MAX; i++) {
    const pcs_ice_tcp_stream *stream = &agent->tcp.streams[i];
    bool is_alive = stream->state != PCS_ICE_TCP_FREE && stream->state != PCS_ICE_TCP_CLOSING;
    if (is_stream(path_id) && is_alive && stream->path_id == path_id) {
      return stream;
    }
  }
  return NULL;
}

uint32_t pcs_ice_tcp_base_path(const pcs_ice_agent *agent, uint32_t path_id) {
  const pcs_ice_tcp_stream *stream = pcs_ice_tcp_of(agent, path_id);
  return stream != NULL ? stream->base_path : path_id;
}

const pcs_ice_path *pcs_ice_tcp_path_of(const pcs_ice_agent *agent, uint32_t path_id) {
  uint32_t base = pcs_ice_tcp_base_path(agent, path_id);
  return (base & PCS_ICE_TCP_PATHS_MASK) != 0 ? pcs_ice_path_of(agent, owners_path(base)) : NULL;
}

/* ---- candidates ---- */

bool pcs_ice_tcp_may_connect(const pcs_ice_agent *agent) {
  return agent->tcp.allowed.tcp != PCS_ICE_TCP_OFF && !agent->tcp.allowed.secure_streams_only;
}

static size_t listener_of(const pcs_ice_agent *agent, uint32_t path_id) {
  size_t i = 0;
  while (i < PCS_ICE_PATHS_MAX && agent->tcp.listeners[i].path_id != path_id) {
    i++;
  }
  return i;
}

/* What is known and shown of the host candidate, its address above all, holds for these too. */
static void add_like(pcs_ice_agent *agent, const pcs_ice_candidate *host, pcs_tcp_type tcp_type,
                     uint16_t port) {
  const pcs_ice_path *path = pcs_ice_path_of(agent, host->path_id);
  bool is_active = tcp_type == PCS_TCP_ACTIVE;
  pcs_ice_candidate candidate = *host;
  candidate.id = pcs_ice_next_id(agent);
  candidate.tcp_type = tcp_type;
  candidate.priority = pcs_tcp_candidate_priority(host->type, tcp_type, path->preference);
  candidate.address.port = port;
  candidate.base.port = port;
  candidate.path_id =
      host->path_id | (is_active ? PCS_ICE_TCP_ACTIVE_PATHS : PCS_ICE_TCP_PASSIVE_PATHS);
  if (pcs_ice_candidates_base(&agent->local, host->owner, candidate.path_id) == NULL) {
    pcs_ice_candidates_set_foundation(&agent->local, &candidate);
    (void)pcs_ice_candidates_add(&agent->local, &candidate);
  }
}

void pcs_ice_tcp_gather(pcs_ice_agent *agent, uint32_t generation, uint32_t path_id) {
  const pcs_ice_candidate *known = pcs_ice_candidates_base(&agent->local, generation, path_id);
  size_t listener = listener_of(agent, path_id);
  if (known == NULL || !pcs_ice_tcp_may_connect(agent)) {
    return;
  }
  pcs_ice_candidate host = *known;
  add_like(agent, &host, PCS_TCP_ACTIVE, PCS_TCP_ACTIVE_PORT);
  if (listener < PCS_ICE_PATHS_MAX) {
    add_like(agent, &host, PCS_TCP_PASSIVE, agent->tcp.listeners[listener].address.port);
  }
}

pcs_status pcs_ice_agent_add_listener(pcs_ice_agent *agent, uint32_t path_id,
                                      const pcs_address *address) {
  size_t place = listener_of(agent, 0);
  if (agent->tcp.allowed.tcp != PCS_ICE_TCP_ACTIVE_AND_PASSIVE ||
      listener_of(agent, path_id) < PCS_ICE_PATHS_MAX || pcs_ice_path_of(agent, path_id) == NULL) {
    return PCS_ERR_STATE;
  }
  if (place == PCS_ICE_PATHS_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  agent->tcp.listeners[place].path_id = path_id;
  agent->tcp.listeners[place].address = *address;
  return PCS_OK;
}

void pcs_ice_tcp_forget_path(pcs_ice_agent *agent, uint32_t path_id) {
  size_t listener = listener_of(agent, path_id);
  if (listener < PCS_ICE_PATHS_MAX) {
    agent->tcp.listeners[listener].path_id = 0;
  }
  pcs_ice_tcp_end_path(agent, path_id);
}

void pcs_ice_tcp_end_path(pcs_ice_agent *agent, uint32_t path_id) {
  for (size_t i = 0; i < PCS_ICE_TCP_STREAMS_MAX; i++) {
    pcs_ice_tcp_stream *stream = &agent->tcp.streams[i];
    if (stream->state != PCS_ICE_TCP_FREE && owners_path(stream->base_path) == path_id) {
      stream->state = PCS_ICE_TCP_CLOSING;
      pcs_ice_forget_path(agent, stream->path_id);
    }
  }
  pcs_ice_forget_path(agent, path_id | PCS_ICE_TCP_ACTIVE_PATHS);
  pcs_ice_forget_path(agent, path_id | PCS_ICE_TCP_PASSIVE_PATHS);
}
