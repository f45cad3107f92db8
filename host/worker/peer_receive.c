#include <string.h>

#include "host/worker/peer_state.h"

/* RFC 7983 7: what a datagram is, by its first byte. */
#define STUN_FIRST_BYTE_MAX 3
#define DTLS_FIRST_BYTE_MIN 20
#define DTLS_FIRST_BYTE_MAX 63
/* RFC 5246 6.2.1: a record of application data, which belongs to no flight of a handshake. */
#define DTLS_APPLICATION_DATA 23

/* Only an address that ICE found valid is listened to (requirements X14, X22). */
static bool is_accepted(pcs_peer *peer, uint64_t now_us, uint32_t path_id,
                        const pcs_address *from) {
  if (peer->accepted.at_us == now_us && peer->accepted.path_id == path_id &&
      pcs_address_equal(&peer->accepted.from, from)) {
    return true;
  }
  if (!pcs_ice_agent_accepts(peer->ice, now_us, path_id, from)) {
    return false;
  }
  peer->accepted.at_us = now_us;
  peer->accepted.path_id = path_id;
  peer->accepted.from = *from;
  return true;
}

/* The other side may have a valid pair, and so begin DTLS or answer it, a round trip before that
 * pair is valid to us, or while we have nominated another and would not ask for this one any more.
 * One flight is kept and judged then; losing it costs a retransmission, a second with most. */
static void keep_early(pcs_peer *peer, uint32_t path_id, const pcs_address *from,
                       pcs_span datagram) {
  if (peer->num_early == PCS_PEER_EARLY_MAX || datagram.len > PCS_RECEIVE_BYTES_MAX ||
      datagram.data[0] == DTLS_APPLICATION_DATA) {
    return;
  }
  pcs_peer_early *early = &peer->early[peer->num_early++];
  early->path_id = path_id;
  early->from = *from;
  early->len = datagram.len;
  memcpy(early->bytes, datagram.data, datagram.len);
}

static bool is_handshaking(const pcs_peer *peer) {
  pcs_dtls_state state = peer->dtls != NULL ? pcs_dtls_association_state(peer->dtls) : PCS_DTLS_NEW;
  return state == PCS_DTLS_NEW || state == PCS_DTLS_CONNECTING;
}

static void open_records(pcs_peer *peer) {
  uint8_t memory[PCS_RECEIVE_BYTES_MAX];
  pcs_span record;
  while (pcs_dtls_association_read(peer->dtls, memory, sizeof memory, &record) == PCS_OK) {
    if (peer->sctp != NULL) {
      pcs_sctp_association_receive(peer->sctp, record);
    }
  }
}

/* False when nobody may listen to this address yet. */
static bool receive_dtls(pcs_peer *peer, uint64_t now_us, uint32_t path_id, const pcs_address *from,
                         pcs_span datagram) {
  if (peer->dtls == NULL || !is_accepted(peer, now_us, path_id, from)) {
    return false;
  }
  peer->counted.packets_received++;
  peer->counted.bytes_received += datagram.len;
  pcs_ice_agent_count(peer->ice, 0, 0, 1, datagram.len);
  pcs_dtls_association_receive(peer->dtls, now_us, datagram, &peer->flight);
  open_records(peer);
  return true;
}

void pcs_peer_replay_early(pcs_peer *peer, uint64_t now_us) {
  size_t kept = 0;
  for (size_t i = 0; i < peer->num_early; i++) {
    const pcs_peer_early *early = &peer->early[i];
    pcs_span datagram = {early->bytes, early->len};
    if (!receive_dtls(peer, now_us, early->path_id, &early->from, datagram)) {
      pcs_ice_agent_expect(peer->ice, now_us, early->path_id, &early->from);
      memmove(&peer->early[kept++], early, sizeof *early);
    }
  }
  peer->num_early = is_handshaking(peer) ? kept : 0;
}

void pcs_peer_receive(pcs_peer *peer, uint64_t now_us, uint32_t path_id, const pcs_address *from,
                      pcs_span datagram) {
  if (datagram.len == 0 || datagram.len > PCS_RECEIVE_BYTES_MAX) {
    return;
  }
  pcs_ice_arrival in = {.path_id = path_id, .from = *from, .bytes = datagram};
  if (pcs_ice_agent_unwrap(peer->ice, now_us, &in) == PCS_ICE_STRAY || in.bytes.len == 0) {
    return;
  }
  uint8_t first = in.bytes.data[0];
  if (first <= STUN_FIRST_BYTE_MAX) {
    pcs_ice_agent_receive(peer->ice, now_us, in.path_id, &in.from, in.bytes);
  } else if (first >= DTLS_FIRST_BYTE_MIN && first <= DTLS_FIRST_BYTE_MAX) {
    if (!receive_dtls(peer, now_us, in.path_id, &in.from, in.bytes) && is_handshaking(peer)) {
      keep_early(peer, in.path_id, &in.from, in.bytes);
    }
  } else {
    return;
  }
  pcs_peer_advance(peer, now_us);
}
