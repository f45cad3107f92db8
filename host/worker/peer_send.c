#include <assert.h>
#include <string.h>

#include "host/worker/peer_state.h"

/* Polls ICE until it has something for the wire; what it has for the page becomes notices. */
static bool take_stun(pcs_peer *peer) {
  while (pcs_peer_has_notice_room(peer) && peer->num_streams < PCS_PEER_STREAMS_MAX) {
    pcs_ice_event event;
    pcs_ice_agent_poll(peer->ice, &event);
    if (event.kind == PCS_ICE_EVENT_NONE) {
      return false;
    }
    if (event.kind != PCS_ICE_EVENT_SEND) {
      pcs_peer_notice_ice(peer, &event);
      continue;
    }
    pcs_datagrams_clear(&peer->batch.datagrams);
    if (pcs_datagrams_add(&peer->batch.datagrams, event.bytes) != PCS_OK) {
      continue;
    }
    peer->output = (pcs_peer_output){
        .path_id = event.path_id,
        .to = event.to,
        .masked = event.masked,
        .datagrams = &peer->batch.datagrams,
    };
    peer->output_is_stun = true;
    return true;
  }
  return false;
}

void pcs_peer_keep_hello(pcs_peer *peer) {
  if (peer->flight.num != 1 || pcs_ice_agent_is_nominated(peer->ice)) {
    return;
  }
  pcs_span hello = pcs_datagrams_at(&peer->flight, 0, 0);
  memcpy(peer->hello.bytes, hello.data, hello.len);
  peer->hello.len = hello.len;
}

/* A pair that is valid to us need not be to the other side: libdatachannel drops what comes before
 * it has nominated one, and would wait for DTLS's timer. It is the same record, so who has it
 * already drops this one (RFC 6347 4.1.2.6). */
void pcs_peer_repeat_hello(pcs_peer *peer) {
  if (peer->hello.len == 0 || !pcs_ice_agent_is_nominated(peer->ice)) {
    return;
  }
  if (peer->counted.packets_received == 0 && peer->flight.num == 0) {
    pcs_span hello = {peer->hello.bytes, peer->hello.len};
    pcs_status status = pcs_datagrams_add(&peer->flight, hello);
    assert(status == PCS_OK); /* it is empty */
    (void)status;
  }
  peer->hello.len = 0;
}

static void take_flight(pcs_peer *peer) {
  size_t offset = 0;
  for (size_t i = 0; i < peer->flight.num; i++) {
    pcs_span datagram = pcs_datagrams_at(&peer->flight, i, offset);
    offset += datagram.len;
    pcs_status status = pcs_datagrams_add(&peer->batch.datagrams, datagram);
    assert(status == PCS_OK); /* the flight's memory is smaller than the batch's */
    (void)status;
  }
  pcs_datagrams_clear(&peer->flight);
}

/* SCTP's packets, each sealed as one DTLS record (RFC 8261 5), from where they lie to where they
 * are sent from. */
static void seal_packets(pcs_peer *peer) {
  pcs_span packet;
  while (pcs_sctp_association_output(peer->sctp, &packet)) {
    pcs_status status = pcs_dtls_association_write(peer->dtls, packet, &peer->batch.datagrams);
    if (status == PCS_ERR_NO_SPACE) {
      return;
    }
    /* What cannot be sealed, because DTLS is not connected any more, is a lost packet. */
    pcs_sctp_association_output_taken(peer->sctp);
  }
}

static void collect(pcs_peer *peer, const pcs_ice_route *route) {
  pcs_datagrams *batch = &peer->batch.datagrams;
  pcs_datagrams_clear(batch);
  pcs_datagrams_set_frame(batch,
                          (pcs_datagram_frame){.number = route->frame, .align = route->align});
  take_flight(peer);
  if (batch->num == 0 && peer->sctp != NULL) {
    seal_packets(peer);
  }
  if (batch->num == 0 && (peer->closing || peer->parting) && peer->dtls != NULL &&
      pcs_dtls_association_state(peer->dtls) == PCS_DTLS_CONNECTED) {
    pcs_farewell_say(&peer->farewell, peer->dtls, batch);
  }
}

/* Without consent a packet is a lost packet: it must not wait for an address that may be another's
 * by then. */
static void discard(pcs_peer *peer) {
  pcs_datagrams_clear(&peer->flight);
  pcs_span packet;
  while (peer->sctp != NULL && pcs_sctp_association_output(peer->sctp, &packet)) {
    pcs_sctp_association_output_taken(peer->sctp);
  }
}

/* THE place: everything but STUN goes where ICE has consent now, or nowhere (RFC 8827 6.3,
 * RFC 7675 5.1; requirement R11). */
static bool take_data(pcs_peer *peer, uint64_t now_us) {
  pcs_ice_route route;
  if (pcs_ice_agent_route(peer->ice, now_us, &route) != PCS_OK) {
    discard(peer);
    return false;
  }
  collect(peer, &route);
  const pcs_datagrams *batch = &peer->batch.datagrams;
  if (batch->num == 0) {
    return false;
  }
  size_t frames_len = route.frame != 0 ? batch->num * PCS_DATAGRAM_FRAME_BYTES : 0;
  peer->counted.packets_sent += batch->num;
  peer->counted.bytes_sent += batch->len - frames_len;
  pcs_ice_agent_count(peer->ice, batch->num, batch->len - frames_len, 0, 0);
  peer->output_frame = route.frame;
  peer->output = (pcs_peer_output){
      .path_id = route.path_id, .to = route.to, .masked = route.masked, .datagrams = batch};
  peer->output_is_stun = false;
  return true;
}

/* The last word, after what says goodbye through the relay: its address is given back. */
static bool take_release(pcs_peer *peer, uint64_t now_us) {
  if (!peer->leaving) {
    return false;
  }
  peer->leaving = false;
  pcs_ice_agent_close(peer->ice, now_us);
  return take_stun(peer);
}

/* A batch that could not be sent at once needs consent at the time it is. */
static bool may_still_go(const pcs_peer *peer, uint64_t now_us) {
  pcs_ice_route route;
  return peer->output_is_stun ||
         (pcs_ice_agent_route(peer->ice, now_us, &route) == PCS_OK &&
          route.path_id == peer->output.path_id && route.frame == peer->output_frame &&
          route.masked == peer->output.masked && pcs_address_equal(&route.to, &peer->output.to));
}

pcs_status pcs_peer_take_output(pcs_peer *peer, uint64_t now_us, pcs_peer_output *out_output) {
  bool has_output = peer->output.datagrams != NULL && may_still_go(peer, now_us);
  if (!has_output) {
    peer->output.datagrams = NULL;
    has_output = take_stun(peer) || take_data(peer, now_us) || take_release(peer, now_us);
  }
  *out_output = peer->output;
  return has_output ? PCS_OK : PCS_ERR_NO_SPACE;
}

void pcs_peer_output_sent(pcs_peer *peer, size_t num_sent) {
  assert(peer->output.datagrams != NULL && num_sent <= peer->output.datagrams->num);
  peer->output.num_sent = num_sent;
  if (num_sent == peer->output.datagrams->num) {
    peer->output.datagrams = NULL;
  }
}
