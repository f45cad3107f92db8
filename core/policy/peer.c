#include "core/policy/peer.h"

#include <string.h>

static int compare(const pcs_peer_certificate *a, const pcs_peer_certificate *b) {
  return memcmp(a, b, sizeof *a);
}

/* Where certificate stands in the sorted set, or would stand. */
static size_t place_of(const pcs_peer *peer, const pcs_peer_certificate *certificate) {
  size_t place = 0;
  while (place < peer->num_certificates && compare(&peer->certificates[place], certificate) < 0) {
    place++;
  }
  return place;
}

static bool has(const pcs_peer *peer, const pcs_peer_certificate *certificate) {
  size_t place = place_of(peer, certificate);
  return place < peer->num_certificates && compare(&peer->certificates[place], certificate) == 0;
}

static bool is_strong(uint8_t hash) {
  return hash == PCS_HASH_SHA_256 || hash == PCS_HASH_SHA_384 || hash == PCS_HASH_SHA_512;
}

pcs_status pcs_peer_add(pcs_peer *peer, const pcs_fingerprint *fingerprint) {
  if (!is_strong(fingerprint->hash)) {
    return PCS_ERR_UNSUPPORTED;
  }
  if (fingerprint->value.len != pcs_hash_bytes((pcs_hash)fingerprint->hash)) {
    return PCS_ERR_SYNTAX;
  }
  pcs_peer_certificate certificate = {.hash = fingerprint->hash};
  memcpy(certificate.value, fingerprint->value.data, fingerprint->value.len);
  if (has(peer, &certificate)) {
    return PCS_OK;
  }
  if (peer->num_certificates == PCS_FINGERPRINTS_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  size_t place = place_of(peer, &certificate);
  memmove(&peer->certificates[place + 1], &peer->certificates[place],
          (peer->num_certificates - place) * sizeof certificate);
  peer->certificates[place] = certificate;
  peer->num_certificates++;
  return PCS_OK;
}

bool pcs_peer_equal(const pcs_peer *a, const pcs_peer *b) {
  return a->num_certificates == b->num_certificates &&
         memcmp(a->certificates, b->certificates,
                a->num_certificates * sizeof a->certificates[0]) == 0;
}

bool pcs_peer_is_within(const pcs_peer *peer, const pcs_peer *set) {
  for (size_t i = 0; i < peer->num_certificates; i++) {
    if (!has(set, &peer->certificates[i])) {
      return false;
    }
  }
  return peer->num_certificates > 0;
}
