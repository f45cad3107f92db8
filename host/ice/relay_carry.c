#include "host/ice/agent_state.h"

/* RFC 8656 12.5: over a stream, messages are told apart by their length in steps of four. */
#define STREAM_ALIGN 4

pcs_status pcs_ice_relay_write(pcs_ice_agent *agent, const pcs_transaction *transaction,
                               pcs_span *out_message) {
  const pcs_ice_relay *relay = &agent->relays[transaction->owner >> 16];
  pcs_turn_ask ask = {.task = (pcs_turn_task)(transaction->owner >> 8 & 0xff),
                      .index = (uint8_t)transaction->owner};
  pcs_writer writer;
  pcs_writer_init(&writer, agent->request, sizeof agent->request);
  pcs_transaction_begin_method(transaction, pcs_turn_method_of(ask.task), &writer);
  return pcs_turn_write(&relay->turn, ask,
                        (pcs_span){transaction->id, sizeof transaction->id}, &writer, out_message);
}

/* ---- out ---- */

static pcs_status wrap_in_channel(pcs_ice_agent *agent, const pcs_ice_relay *relay,
                                  uint16_t channel, pcs_span *bytes) {
  pcs_writer writer;
  pcs_writer_init(&writer, agent->wrapped, sizeof agent->wrapped);
  pcs_writer_u16(&writer, channel);
  pcs_writer_u16(&writer, (uint16_t)bytes->len);
  pcs_writer_bytes(&writer, *bytes);
  while (relay->turn.carrier != PCS_TURN_OVER_UDP && writer.len % STREAM_ALIGN != 0) {
    pcs_writer_u8(&writer, 0);
  }
  return pcs_writer_finish(&writer, bytes);
}

/* RFC 8656 11.1. */
static pcs_status wrap_in_indication(pcs_ice_agent *agent, const pcs_address *peer,
                                     pcs_span *bytes) {
  uint8_t id[PCS_STUN_ID_BYTES];
  pcs_writer writer;
  pcs_writer_init(&writer, agent->wrapped, sizeof agent->wrapped);
  pcs_transaction_begin_indication(agent->random, PCS_TURN_SEND, id, &writer);
  return pcs_turn_finish_indication(&writer, peer, (pcs_span){id, sizeof id}, *bytes, bytes);
}

bool pcs_ice_relay_wrap(pcs_ice_agent *agent, pcs_ice_event *event) {
  if (event->kind != PCS_ICE_EVENT_SEND || event->path_id < PCS_ICE_RELAY_PATH_FIRST ||
      event->path_id >= PCS_ICE_STREAM_PATH_FIRST) {
    return true;
  }
  const pcs_ice_relay *relay = pcs_ice_relay_of(agent, event->path_id);
  if (relay == NULL) {
    return false;
  }
  uint16_t channel = pcs_turn_peers_channel(&relay->turn.peers, agent->step_us, &event->to);
  pcs_status status = channel != 0
                          ? wrap_in_channel(agent, relay, channel, &event->bytes)
                          : wrap_in_indication(agent, &event->to, &event->bytes);
  event->path_id = relay->path_id;
  event->to = relay->turn.server;
  return status == PCS_OK;
}

pcs_status pcs_ice_relay_route(const pcs_ice_agent *agent, uint64_t now_us,
                               const pcs_ice_pair *pair, pcs_ice_route *out_route) {
  if (pair->path_id < PCS_ICE_RELAY_PATH_FIRST) {
    *out_route = (pcs_ice_route){.path_id = pair->path_id, .to = pair->to};
    return PCS_OK;
  }
  const pcs_ice_relay *relay = pcs_ice_relay_of(agent, pair->path_id);
  uint16_t channel =
      relay != NULL ? pcs_turn_peers_channel(&relay->turn.peers, now_us, &pair->to) : 0;
  if (channel == 0) {
    return PCS_ERR_DENIED;
  }
  *out_route = (pcs_ice_route){
      .path_id = relay->path_id,
      .to = relay->turn.server,
      .frame = channel,
      .align = relay->turn.carrier == PCS_TURN_OVER_UDP ? 1 : STREAM_ALIGN,
  };
  return PCS_OK;
}

/* ---- in ---- */

static const pcs_ice_relay *relay_behind(const pcs_ice_agent *agent,
                                         const pcs_ice_arrival *arrival) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    const pcs_ice_relay *relay = &agent->relays[i];
    if (relay->turn.state == PCS_TURN_READY && relay->path_id == arrival->path_id &&
        pcs_address_equal(&relay->turn.server, &arrival->from)) {
      return relay;
    }
  }
  return NULL;
}

static pcs_ice_carriage take_from(const pcs_ice_relay *relay, uint64_t now_us,
                                  const pcs_address *peer, pcs_span data,
                                  pcs_ice_arrival *arrival) {
  uint32_t path_id = relay->paths[peer->family == PCS_ADDRESS_IPV6 ? 1 : 0].id;
  if (path_id == 0 || !pcs_turn_peers_allows(&relay->turn.peers, now_us, peer)) {
    return PCS_ICE_STRAY;
  }
  *arrival = (pcs_ice_arrival){.path_id = path_id, .from = *peer, .bytes = data};
  return PCS_ICE_RELAYED;
}

static pcs_ice_carriage unwrap_channel(const pcs_ice_agent *agent, uint64_t now_us,
                                       pcs_ice_arrival *arrival) {
  const pcs_ice_relay *relay = relay_behind(agent, arrival);
  uint16_t channel = 0;
  pcs_span data;
  if (relay == NULL || pcs_turn_read_channel(arrival->bytes, &channel, &data) != PCS_OK) {
    return PCS_ICE_STRAY;
  }
  const pcs_address *peer = pcs_turn_peers_of_channel(&relay->turn.peers, now_us, channel);
  return peer != NULL ? take_from(relay, now_us, peer, data, arrival) : PCS_ICE_STRAY;
}

static pcs_ice_carriage unwrap_indication(const pcs_ice_agent *agent, uint64_t now_us,
                                          pcs_ice_arrival *arrival) {
  const pcs_ice_relay *relay = relay_behind(agent, arrival);
  pcs_stun_message message;
  pcs_turn_attributes attributes;
  if (relay == NULL || pcs_stun_read(arrival->bytes, &message) != PCS_OK ||
      message.method != PCS_TURN_DATA || message.kind != PCS_STUN_INDICATION) {
    return PCS_ICE_DIRECT;
  }
  if (pcs_turn_read(&message, &attributes) != PCS_OK || !attributes.has_data ||
      attributes.peer.family == PCS_ADDRESS_NONE) {
    return PCS_ICE_STRAY;
  }
  return take_from(relay, now_us, &attributes.peer, attributes.data, arrival);
}

pcs_ice_carriage pcs_ice_agent_unwrap(const pcs_ice_agent *agent, uint64_t now_us,
                                      pcs_ice_arrival *arrival) {
  /* RFC 7983 7: 0 to 3 is STUN, 64 to 79 is TURN's channels. */
  uint8_t first = arrival->bytes.len > 0 ? arrival->bytes.data[0] : UINT8_MAX;
  if (first >= 64 && first <= 79) {
    return unwrap_channel(agent, now_us, arrival);
  }
  return first <= 3 ? unwrap_indication(agent, now_us, arrival) : PCS_ICE_DIRECT;
}
