/*
 * What the broker tells a worker when it gives it a link: the first message on their pair, beside
 * the link's descriptor. The worker believes it: the origin and the rights are the link's, never a
 * message's. What follows on the pair is office.h.
 */
#ifndef PCS_HOST_LINK_HANDOVER_H
#define PCS_HOST_LINK_HANDOVER_H

#include "core/policy/address_mode.h"
#include "core/policy/origin.h"
#include "core/policy/reach.h"
#include "host/link/link.h"

/* The worker's descriptors beside 0 to 2: its pair with the broker, and a test build's side file.
 */
#define PCS_WORKER_PAIR 3
#define PCS_WORKER_SECRETS 4

#define PCS_HANDOVER_BYTES_MAX (29 + PCS_ORIGIN_BYTES_MAX)

typedef struct pcs_handover {
  pcs_link_kind kind; /* a WebSocket's HELLO was read by the broker, a pipe's is still to come */
  uint32_t may;       /* pcs_right: what is not forbidden to the page */
  uint32_t held;      /* pcs_right: what it needs to ask nobody for */
  bool loopback;      /* connections may use loopback addresses: for tests on one machine */
  pcs_local_network local_network;
  uint32_t question_bytes; /* the link's share of what its origin may have us ask (broker/shares.h) */
  pcs_address_mode addresses; /* before what its rights make of it */
  bool until_accepted; /* whatever the mode: nothing before both descriptions are there */
  pcs_origin origin;
} pcs_handover;

void pcs_handover_encode(pcs_writer *writer, const pcs_handover *handover);
/* pcs_handover_decode: PCS_ERR_SYNTAX for anything that pcs_handover_encode does not write. */
PCS_MUST_USE pcs_status pcs_handover_decode(pcs_span message, pcs_handover *out_handover);

#endif
