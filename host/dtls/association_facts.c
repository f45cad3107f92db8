#include "host/dtls/association_state.h"

#include <openssl/pool.h>

#define VERSION_DTLS_1_2 0xfefd

pcs_dtls_state pcs_dtls_association_state(const pcs_dtls_association *association) {
  return association->state;
}

pcs_dtls_role pcs_dtls_association_role(const pcs_dtls_association *association) {
  return association->role;
}

/* Facts hold from the moment the peer has proven who it is, and stay true after the end. */
static bool was_connected(const pcs_dtls_association *association) {
  return association->handshake.sequences_end > 0;
}

uint16_t pcs_dtls_association_version(const pcs_dtls_association *association) {
  return was_connected(association) ? VERSION_DTLS_1_2 : 0;
}

pcs_span pcs_dtls_association_cipher(const pcs_dtls_association *association) {
  if (!was_connected(association)) {
    return (pcs_span){0};
  }
  const SSL_CIPHER *cipher = SSL_get_current_cipher(association->handshake.ssl);
  return pcs_span_of_text(SSL_CIPHER_standard_name(cipher));
}

pcs_span pcs_dtls_association_group(const pcs_dtls_association *association) {
  if (!was_connected(association)) {
    return (pcs_span){0};
  }
  const char *name = SSL_get_curve_name(SSL_get_curve_id(association->handshake.ssl));
  return name == NULL ? (pcs_span){0} : pcs_span_of_text(name);
}

pcs_span pcs_dtls_association_peer_certificate(const pcs_dtls_association *association) {
  const STACK_OF(CRYPTO_BUFFER) *chain =
      was_connected(association) ? SSL_get0_peer_certificates(association->handshake.ssl) : NULL;
  if (chain == NULL || sk_CRYPTO_BUFFER_num(chain) == 0) {
    return (pcs_span){0};
  }
  const CRYPTO_BUFFER *leaf = sk_CRYPTO_BUFFER_value(chain, 0);
  return (pcs_span){CRYPTO_BUFFER_data(leaf), CRYPTO_BUFFER_len(leaf)};
}

bool pcs_dtls_association_matches(const pcs_dtls_association *association,
                                  const pcs_fingerprint *fingerprints, size_t num_fingerprints) {
  pcs_fingerprint_set set;
  if (pcs_fingerprint_set_init(&set, fingerprints, num_fingerprints) != PCS_OK) {
    return false;
  }
  if (!was_connected(association)) {
    return pcs_fingerprint_set_equal(&set, &association->handshake.expected);
  }
  pcs_span certificate = pcs_dtls_association_peer_certificate(association);
  return certificate.len > 0 && pcs_fingerprint_set_matches(&set, certificate);
}
