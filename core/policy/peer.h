/*
 * Who is at the other end, as the fingerprints of its certificates: the only identity of a peer
 * that DTLS proves. A set owns its bytes and is kept sorted, so that equal sets are equal bytes.
 * Whether a peer has proved to hold one of these certificates is the caller's to know.
 */
#ifndef PCS_CORE_POLICY_PEER_H
#define PCS_CORE_POLICY_PEER_H

#include "core/plan/plan.h"

typedef struct pcs_peer_certificate {
  uint8_t hash;                             /* pcs_hash */
  uint8_t value[PCS_FINGERPRINT_BYTES_MAX]; /* behind the hash's length: zeros */
} pcs_peer_certificate;

/* All-zero is the empty set: nobody in particular. */
typedef struct pcs_peer {
  uint8_t num_certificates;
  pcs_peer_certificate certificates[PCS_FINGERPRINTS_MAX];
} pcs_peer;

/*
 * pcs_peer_add puts a fingerprint into the set; twice is as once. PCS_ERR_UNSUPPORTED for a hash
 * that identifies nobody (RFC 8122 5: only SHA-256 and stronger); PCS_ERR_SYNTAX when it is not as
 * long as its hash; PCS_ERR_NO_SPACE. The set is unchanged on error.
 */
PCS_MUST_USE pcs_status pcs_peer_add(pcs_peer *peer, const pcs_fingerprint *fingerprint);
bool pcs_peer_equal(const pcs_peer *a, const pcs_peer *b);
/* pcs_peer_is_within: peer is somebody, and nobody but those of the other set. */
bool pcs_peer_is_within(const pcs_peer *peer, const pcs_peer *set);

#endif
