#include "host/dtls/fingerprint_set.h"

#include "host/crypto/hash.h"

#include <string.h>

static bool is_usable(const pcs_fingerprint *fingerprint) {
  pcs_hash hash = (pcs_hash)fingerprint->hash;
  return hash >= PCS_HASH_SHA_224 && hash <= PCS_HASH_SHA_512 &&
         fingerprint->value.len == pcs_hash_bytes(hash);
}

pcs_status pcs_fingerprint_set_init(pcs_fingerprint_set *set, const pcs_fingerprint *fingerprints,
                                    size_t num) {
  *set = (pcs_fingerprint_set){0};
  if (num > PCS_FINGERPRINTS_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  for (size_t i = 0; i < num; i++) { /* pcs_hash is in the order of strength */
    if (is_usable(&fingerprints[i]) && fingerprints[i].hash > set->hash) {
      set->hash = (pcs_hash)fingerprints[i].hash;
    }
  }
  for (size_t i = 0; i < num; i++) {
    if (is_usable(&fingerprints[i]) && fingerprints[i].hash == set->hash) {
      memcpy(set->values[set->num++], fingerprints[i].value.data, fingerprints[i].value.len);
    }
  }
  return set->num > 0 ? PCS_OK : PCS_ERR_UNTRUSTED;
}

bool pcs_fingerprint_set_matches(const pcs_fingerprint_set *set, pcs_span certificate) {
  uint8_t digest[PCS_FINGERPRINT_BYTES_MAX];
  size_t len = pcs_hash_bytes(set->hash);
  if (len == 0 || pcs_hash_of(set->hash, certificate, digest) != PCS_OK) {
    return false;
  }
  bool found = false;
  for (size_t i = 0; i < set->num; i++) {
    bool equal = pcs_constant_time_equal((pcs_span){digest, len}, (pcs_span){set->values[i], len});
    found = found || equal;
  }
  return found;
}

bool pcs_fingerprint_set_equal(const pcs_fingerprint_set *a, const pcs_fingerprint_set *b) {
  return a->hash == b->hash && a->num == b->num &&
         pcs_constant_time_equal((pcs_span){a->values[0], sizeof a->values},
                                 (pcs_span){b->values[0], sizeof b->values});
}
