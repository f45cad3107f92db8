#include "host/ice/agent_state.h"

bool pcs_ice_relay_is_stream(const pcs_ice_relay *relay) {
  return relay->path_id >= PCS_ICE_STREAM_PATH_FIRST;
}

const pcs_ice_relay *pcs_ice_relay_on_stream(const pcs_ice_agent *agent, uint32_t path_id) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    const pcs_ice_relay *relay = &agent->relays[i];
    if (relay->turn.state != PCS_TURN_NONE && pcs_ice_relay_is_stream(relay) &&
        relay->path_id == path_id) {
      return relay;
    }
  }
  return NULL;
}

void pcs_ice_relay_open_stream(pcs_ice_agent *agent, pcs_ice_relay *relay) {
  relay->path_id = PCS_ICE_STREAM_PATH_FIRST + ++agent->last_stream_path;
  relay->open_due = true;
}

void pcs_ice_relay_close_stream(pcs_ice_agent *agent, pcs_ice_relay *relay) {
  bool is_open = pcs_ice_relay_is_stream(relay) && !relay->open_due;
  relay->open_due = false;
  if (is_open && agent->num_streams_to_close < PCS_ICE_STREAMS_TO_CLOSE_MAX) {
    agent->streams_to_close[agent->num_streams_to_close++] = relay->path_id;
  }
}

static bool poll_open(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    pcs_ice_relay *relay = &agent->relays[i];
    if (relay->turn.state == PCS_TURN_NONE || !relay->open_due) {
      continue;
    }
    relay->open_due = false;
    if (!pcs_ice_may_connect(agent, &relay->turn.server, pcs_ice_reach_servers(agent))) {
      continue; /* It is as one that never opens. */
    }
    const pcs_ice_server_slot *server = &agent->gathering.servers.entries[relay->query];
    out_event->kind = PCS_ICE_EVENT_OPEN_STREAM;
    out_event->path_id = relay->path_id;
    out_event->to = relay->turn.server;
    out_event->secure = relay->turn.carrier == PCS_TURN_OVER_TLS;
    out_event->bytes = (pcs_span){(const uint8_t *)server->host, server->host_len};
    return true;
  }
  return false;
}

bool pcs_ice_relay_poll(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  if (agent->num_streams_to_close > 0) {
    out_event->kind = PCS_ICE_EVENT_CLOSE_STREAM;
    out_event->path_id = agent->streams_to_close[--agent->num_streams_to_close];
    return true;
  }
  return poll_open(agent, out_event);
}

static pcs_ice_relay *stream_of(pcs_ice_agent *agent, uint32_t path_id) {
  const pcs_ice_relay *relay = pcs_ice_relay_on_stream(agent, path_id);
  return relay != NULL ? &agent->relays[relay - agent->relays] : NULL;
}

void pcs_ice_agent_stream_opened(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id) {
  pcs_ice_relay *relay = stream_of(agent, path_id);
  if (relay != NULL) {
    pcs_ice_has_connected(agent, now_us, &relay->turn.server);
    pcs_turn_open(&relay->turn, now_us);
  }
  pcs_ice_tcp_opened(agent, now_us, path_id);
  pcs_ice_step(agent, now_us);
}

void pcs_ice_agent_stream_closed(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id) {
  pcs_ice_expire_consent(agent, now_us);
  pcs_ice_relay *relay = stream_of(agent, path_id);
  if (relay != NULL) {
    pcs_turn_end(&relay->turn, PCS_TURN_UNREACHED);
    pcs_ice_relay_lost(agent, relay);
  }
  pcs_ice_tcp_closed(agent, now_us, path_id);
  pcs_ice_step(agent, now_us);
}
