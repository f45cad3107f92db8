/*
 * A self-signed certificate and its private key, made here (RFC 8827 6.5: a fresh key pair per
 * connection by default; webrtc-pc RTCCertificate). The key leaves this process in one case: to the
 * broker's store, when a page keeps a certificate on purpose.
 */
#ifndef PCS_HOST_DTLS_CERTIFICATE_H
#define PCS_HOST_DTLS_CERTIFICATE_H

#include "core/boundary/message.h"
#include "host/crypto/random.h"

typedef struct pcs_certificate pcs_certificate;

/*
 * pcs_certificate_new makes key and certificate, valid from one day before unix_now_s to lifetime_s
 * after it (clamped to 365 days). The subject is random: nothing links two certificates.
 */
PCS_MUST_USE pcs_status pcs_certificate_new(pcs_certificate **out_certificate,
                                            pcs_key_algorithm algorithm, uint64_t unix_now_s,
                                            uint64_t lifetime_s);
/* Reference counted: a kept certificate serves several connections. */
pcs_certificate *pcs_certificate_retain(pcs_certificate *certificate);
void pcs_certificate_free(pcs_certificate *certificate);
/* pcs_certificate_fingerprint: SHA-256; value borrows the certificate. */
pcs_fingerprint pcs_certificate_fingerprint(const pcs_certificate *certificate);
pcs_span pcs_certificate_der(const pcs_certificate *certificate);
uint64_t pcs_certificate_expires_ms(const pcs_certificate *certificate);

pcs_key_algorithm pcs_certificate_algorithm(const pcs_certificate *certificate);

/* pcs_certificate_write_key writes the private key in PKCS #8, for keeping only: the caller wipes what
 * was written. PCS_ERR_TOO_LARGE, PCS_ERR_CRYPTO. */
PCS_MUST_USE pcs_status pcs_certificate_write_key(const pcs_certificate *certificate,
                                                  uint8_t *memory, size_t capacity,
                                                  size_t *out_len);
/* pcs_certificate_read makes of kept bytes the certificate that they were: PCS_ERR_SYNTAX when they
 * are none that pcs_certificate_new could have made; PCS_ERR_TIMEOUT when it has expired. */
PCS_MUST_USE pcs_status pcs_certificate_read(pcs_certificate **out_certificate, pcs_span key,
                                             pcs_span der, uint64_t unix_now_s);

/* pcs_certificate_use installs chain and key in a BoringSSL context. */
struct ssl_ctx_st;
PCS_MUST_USE pcs_status pcs_certificate_use(const pcs_certificate *certificate,
                                            struct ssl_ctx_st *context);

#endif
