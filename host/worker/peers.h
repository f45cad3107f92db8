/*
 * The connections of one link: each peer with its sockets, and what moves them: output to sockets,
 * messages to the link, timers, lookups of STUN servers. It does not read the link and does not
 * know what a page may ask.
 */
#ifndef PCS_HOST_WORKER_PEERS_H
#define PCS_HOST_WORKER_PEERS_H

#include "host/link/link.h"
#include "host/worker/addressing.h"
#include "host/worker/rights.h"

typedef struct pcs_peers pcs_peers;
/* One of them; what a peer's and its channels' handles stand for. */
typedef struct pcs_peer_place pcs_peer_place;

/* All borrowed for the peers' life. */
typedef struct pcs_peers_config {
  pcs_loop *loop;
  pcs_link *link;
  pcs_handles *handles;
  pcs_rights *rights; /* is told when a call's peer is proved, and when it ends */
  const pcs_random *random;
  pcs_loopback loopback;
  pcs_reach_facts reach;
  uint32_t question_bytes; /* the page's share of PCS_QUESTION_BURST_BYTES */
  pcs_address_mode addresses;
  bool until_accepted; /* nothing before both descriptions are there, as some modes have it */
  pcs_ice_transports transports;
} pcs_peers_config;

/* What a peer is opened with. */
typedef struct pcs_peers_opening {
  pcs_certificate *certificate; /* retained */
  pcs_ice_policy policy;
  uint32_t call; /* its number for the broker (rights.h) */
} pcs_peers_opening;

PCS_MUST_USE pcs_status pcs_peers_new(pcs_peers **out_peers, const pcs_peers_config *config);
/* pcs_peers_free ends every connection without a word; pcs_peers_close_all says goodbye first. */
void pcs_peers_free(pcs_peers *peers);

/* pcs_peers_set_reach: what the origin was granted has changed; for all peers, those to come too. */
void pcs_peers_set_reach(pcs_peers *peers, uint64_t now_us, const pcs_reach_facts *facts);

/* pcs_peers_open makes a peer; its handle is *out_handle. PCS_ERR_QUOTA, PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_peers_open(pcs_peers *peers, pcs_peer_place **out_place,
                                       uint32_t *out_handle, const pcs_peers_opening *opening);
pcs_peer *pcs_peers_peer(const pcs_peer_place *place);
/* pcs_peers_call is the peer's number for the broker. */
uint32_t pcs_peers_call(const pcs_peer_place *place);
/* pcs_peers_at is one of them, by a number from 0; NULL behind the last. */
const pcs_peer_place *pcs_peers_at(const pcs_peers *peers, size_t index);
/* pcs_peers_gather opens the sockets the peer lacks and lets ICE gather; in a mode that starts when
 * the call is accepted, not before pcs_peers_connect. */
PCS_MUST_USE pcs_status pcs_peers_gather(pcs_peer_place *place, uint64_t now_us,
                                         uint32_t generation);
/* pcs_peers_connect is pcs_peer_connect, and begins what had to wait for it. */
PCS_MUST_USE pcs_status pcs_peers_connect(pcs_peer_place *place, uint64_t now_us,
                                          const pcs_plan *plan);
/* pcs_peers_set_addresses brings every peer into the mode, and those that are yet to come: what a
 * stricter one forbids ends at once; what a wider one allows is gathered, told and checked
 * (requirement A22). Nothing when it is the mode already. */
void pcs_peers_set_addresses(pcs_peers *peers, uint64_t now_us, pcs_address_mode mode);
/* pcs_peers_touch: something was asked of this peer; it is run before the loop sleeps. */
void pcs_peers_touch(pcs_peer_place *place);
/* pcs_peers_send_now puts on the wire what a peer has, without waiting for the end of the turn: a
 * turn may bring more from the page than may lie in SCTP's queue. */
void pcs_peers_send_now(pcs_peer_place *place, uint64_t now_us);
void pcs_peers_close(pcs_peer_place *place, uint64_t now_us);
/* pcs_peers_stop ends the peer of a call at once: nothing more of what it had leaves, and the page is
 * told. PCS_ERR_NOT_FOUND; PCS_ERR_NO_SPACE: it is ended, and the page does not hear it. */
PCS_MUST_USE pcs_status pcs_peers_stop(pcs_peers *peers, uint32_t call, uint64_t now_us);
void pcs_peers_close_all(pcs_peers *peers, uint64_t now_us);
/* pcs_peers_run moves all that was touched or is due, and sets the timer. True when a peer has more
 * for the page than the link has room for: call again when it has. */
bool pcs_peers_run(pcs_peers *peers, uint64_t now_us);

#endif
