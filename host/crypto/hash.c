#include "host/crypto/hash.h"

#include <openssl/hmac.h>
#include <openssl/md5.h>
#include <openssl/mem.h>
#include <openssl/sha.h>

#include <assert.h>

void pcs_sha1(pcs_span input, uint8_t out[PCS_SHA1_BYTES]) {
  SHA1(input.data, input.len, out);
}

void pcs_sha256(pcs_span input, uint8_t out[PCS_SHA256_BYTES]) {
  SHA256(input.data, input.len, out);
}

pcs_status pcs_hash_of(pcs_hash hash, pcs_span input, uint8_t *out) {
  switch (hash) {
  case PCS_HASH_SHA_1:
    SHA1(input.data, input.len, out);
    return PCS_OK;
  case PCS_HASH_SHA_224:
    SHA224(input.data, input.len, out);
    return PCS_OK;
  case PCS_HASH_SHA_256:
    SHA256(input.data, input.len, out);
    return PCS_OK;
  case PCS_HASH_SHA_384:
    SHA384(input.data, input.len, out);
    return PCS_OK;
  case PCS_HASH_SHA_512:
    SHA512(input.data, input.len, out);
    return PCS_OK;
  }
  return PCS_ERR_UNSUPPORTED;
}

void pcs_hmac_sha1(pcs_span key, pcs_span input, uint8_t out[PCS_SHA1_BYTES]) {
  unsigned len = PCS_SHA1_BYTES;
  const uint8_t *result = HMAC(EVP_sha1(), key.data, key.len, input.data, input.len, out, &len);
  assert(result != NULL && len == PCS_SHA1_BYTES);
  (void)result;
}

void pcs_hmac_sha256(pcs_span key, pcs_span input, uint8_t out[PCS_SHA256_BYTES]) {
  unsigned len = PCS_SHA256_BYTES;
  const uint8_t *result = HMAC(EVP_sha256(), key.data, key.len, input.data, input.len, out, &len);
  assert(result != NULL && len == PCS_SHA256_BYTES);
  (void)result;
}

void pcs_md5(pcs_span input, uint8_t out[16]) {
  MD5(input.data, input.len, out);
}

bool pcs_constant_time_equal(pcs_span a, pcs_span b) {
  return a.len == b.len && CRYPTO_memcmp(a.data, b.data, a.len) == 0;
}

void pcs_wipe(void *memory, size_t len) {
  OPENSSL_cleanse(memory, len);
}
