/*
 * One connection's native half: ICE, DTLS, SCTP and channels joined. It routes by first byte
 * (RFC 7983), and nothing but STUN leaves it without pcs_ice_agent_route (peer_send.c). It owns the
 * agents; it owns no socket and no clock. One input, then poll until idle, then sleep until wake_at.
 */
#ifndef PCS_HOST_WORKER_PEER_H
#define PCS_HOST_WORKER_PEER_H

#include "host/dtls/association.h"
#include "host/ice/agent.h"
#include "host/sctp/channel.h"

typedef struct pcs_peer pcs_peer;

typedef struct pcs_peer_config {
  uint32_t handle;              /* as the page knows this peer */
  pcs_certificate *certificate; /* retained */
  pcs_ice_policy ice_policy;
  const pcs_random *random;     /* borrowed for the peer's life */
} pcs_peer_config;

PCS_MUST_USE pcs_status pcs_peer_new(pcs_peer **out_peer, const pcs_peer_config *config);
void pcs_peer_free(pcs_peer *peer);
pcs_ice_agent *pcs_peer_ice(pcs_peer *peer);
pcs_channels *pcs_peer_channels(pcs_peer *peer);
/* pcs_peer_connect validates and applies a plan (RFC 8842 5: a change of fingerprint or tls-id
 * without a new association tears down). */
PCS_MUST_USE pcs_status pcs_peer_connect(pcs_peer *peer, uint64_t now_us, const pcs_plan *plan);
void pcs_peer_receive(pcs_peer *peer, uint64_t now_us, uint32_t path_id, const pcs_address *from,
                      pcs_span datagram);
PCS_MUST_USE pcs_status pcs_peer_send(pcs_peer *peer, uint32_t channel, pcs_payload payload,
                                      pcs_span bytes);
void pcs_peer_credit(pcs_peer *peer, uint32_t bytes);
void pcs_peer_tick(pcs_peer *peer, uint64_t now_us);
uint64_t pcs_peer_wake_at(const pcs_peer *peer);
void pcs_peer_close(pcs_peer *peer, uint64_t now_us);

/* What goes out on one socket to one address: several datagrams, one system call. */
typedef struct pcs_peer_output {
  uint32_t path_id;
  pcs_address to;
  const pcs_datagrams *datagrams; /* valid until the next call */
} pcs_peer_output;
/* pcs_peer_take_output: PCS_OK with a batch, PCS_ERR_NO_SPACE when nothing waits. */
PCS_MUST_USE pcs_status pcs_peer_take_output(pcs_peer *peer, uint64_t now_us,
                                             pcs_peer_output *out_output);
/*
 * pcs_peer_write_messages encodes what the page must be told (states, candidates, channel events,
 * payload within the page's credit) into writer as far as it has room; true when more waits.
 */
bool pcs_peer_write_messages(pcs_peer *peer, uint64_t now_us, pcs_writer *writer);
void pcs_peer_stats(pcs_peer *peer, uint64_t now_us, pcs_msg_stats *out_stats);

#endif
