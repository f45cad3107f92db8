/*
 * A self-signed certificate and its private key, made here and never leaving this process
 * (RFC 8827 6.5: a fresh key pair per connection by default; webrtc-pc RTCCertificate).
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

/* pcs_certificate_use installs chain and key in a BoringSSL context. The key has no getter. */
struct ssl_ctx_st;
PCS_MUST_USE pcs_status pcs_certificate_use(const pcs_certificate *certificate,
                                            struct ssl_ctx_st *context);

#endif
