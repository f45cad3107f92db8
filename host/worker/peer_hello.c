/* The first flight of a DTLS client, sent once more when a pair is nominated. */
#include <string.h>

#include "host/worker/peer_state.h"

/*
 * Data may go out on a valid pair before it is nominated (RFC 8445 12.1), but some peers listen only
 * from then on, and drop a flight that came a moment too early. DTLS would notice by its timer; the
 * nomination says it at once. It is the same datagram, so a peer that has seen it takes it for the
 * network's copy (RFC 6347 4.1.2.6).
 */
void pcs_peer_keep_hello(pcs_peer *peer, size_t num_before, size_t len_before) {
  peer->hello_len = 0;
  if (peer->flight.num != num_before + 1 || pcs_ice_agent_has_nominated(peer->ice)) {
    return;
  }
  pcs_span hello = pcs_datagrams_at(&peer->flight, num_before, len_before);
  if (hello.len <= sizeof peer->hello) {
    memcpy(peer->hello, hello.data, hello.len);
    peer->hello_len = hello.len;
  }
}

void pcs_peer_repeat_hello(pcs_peer *peer) {
  pcs_span hello = {peer->hello, peer->hello_len};
  if (hello.len == 0 || !pcs_ice_agent_has_nominated(peer->ice)) {
    return;
  }
  peer->hello_len = 0;
  if (pcs_datagrams_add(&peer->flight, hello) != PCS_OK) {
    return; /* the batch is full: there is the timer */
  }
}
