/*
 * The inside of a DTLS association, for association.c, which changes it, and association_facts.c,
 * which reads it. Nobody else includes this.
 */
#ifndef PCS_HOST_DTLS_ASSOCIATION_STATE_H
#define PCS_HOST_DTLS_ASSOCIATION_STATE_H

#include "host/dtls/handshake.h"
#include "host/dtls/record.h"

struct pcs_dtls_association {
  pcs_dtls_state state;
  pcs_dtls_role role;
  pcs_certificate *certificate;
  pcs_handshake handshake;
  pcs_dtls_records records;
  pcs_span unread; /* what read has still to look at of the caller's datagram */
  uint64_t deadline_us;
  unsigned num_refusals;
};

#endif
