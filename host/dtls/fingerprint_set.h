/*
 * The fingerprints that signalling promised for the peer's certificate, copied, and the one
 * comparison that decides whether a certificate is the promised one (RFC 8122 5, RFC 8827 6.5).
 */
#ifndef PCS_HOST_DTLS_FINGERPRINT_SET_H
#define PCS_HOST_DTLS_FINGERPRINT_SET_H

#include "core/plan/plan.h"

typedef struct pcs_fingerprint_set {
  pcs_hash hash; /* the strongest that was listed; the others are not kept */
  size_t num;
  uint8_t values[PCS_FINGERPRINTS_MAX][PCS_FINGERPRINT_BYTES_MAX];
} pcs_fingerprint_set;

/*
 * pcs_fingerprint_set_init keeps those with the strongest hash (RFC 8122 5.1). PCS_ERR_UNTRUSTED
 * when no usable one is listed: SHA-1 alone is not, a wrong length is not; MD5 has no number.
 */
PCS_MUST_USE pcs_status pcs_fingerprint_set_init(pcs_fingerprint_set *set,
                                                 const pcs_fingerprint *fingerprints, size_t num);
/* pcs_fingerprint_set_matches: is this certificate (DER) one of those promised? */
bool pcs_fingerprint_set_matches(const pcs_fingerprint_set *set, pcs_span certificate);
/* pcs_fingerprint_set_equal: do both promise the same? In constant time, order counts. */
bool pcs_fingerprint_set_equal(const pcs_fingerprint_set *a, const pcs_fingerprint_set *b);

#endif
