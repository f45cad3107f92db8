/*
 * Hashes, message authentication and the handling of secrets, over BoringSSL. With random.c the
 * only code outside host/dtls that includes openssl/ headers.
 */
#ifndef PCS_HOST_CRYPTO_HASH_H
#define PCS_HOST_CRYPTO_HASH_H

#include "core/plan/plan.h"

#define PCS_SHA1_BYTES 20
#define PCS_SHA256_BYTES 32

void pcs_sha1(pcs_span input, uint8_t out[PCS_SHA1_BYTES]);
void pcs_sha256(pcs_span input, uint8_t out[PCS_SHA256_BYTES]);
/* pcs_hash_of writes pcs_hash_bytes(hash) bytes; PCS_ERR_UNSUPPORTED for an unknown hash. */
PCS_MUST_USE pcs_status pcs_hash_of(pcs_hash hash, pcs_span input, uint8_t *out);
void pcs_hmac_sha1(pcs_span key, pcs_span input, uint8_t out[PCS_SHA1_BYTES]);
void pcs_hmac_sha256(pcs_span key, pcs_span input, uint8_t out[PCS_SHA256_BYTES]);
void pcs_md5(pcs_span input, uint8_t out[16]); /* TURN's long-term key only (RFC 8489 9.2.2) */
/* pcs_constant_time_equal takes the same time wherever the bytes differ. */
bool pcs_constant_time_equal(pcs_span a, pcs_span b);
/* pcs_wipe overwrites memory in a way the compiler keeps. */
void pcs_wipe(void *memory, size_t len);

#endif
