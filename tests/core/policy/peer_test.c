#include "core/policy/peer.h"

#include "tests/core/policy/scene.h"

static pcs_peer peer_of(const char *fills) {
  pcs_peer peer = {0};
  for (size_t i = 0; fills[i] != '\0'; i++) {
    scene_add_certificate(&peer, (uint8_t)fills[i]);
  }
  return peer;
}

static void test_order(void) {
  pcs_peer a = peer_of("abc");
  pcs_peer b = peer_of("cabca");
  pcs_peer c = peer_of("abd");
  CHECK_EQ_UINT(b.num_certificates, 3);
  CHECK(pcs_peer_equal(&a, &b));
  CHECK_EQ_BYTES(&a, sizeof a, &b, sizeof b);
  CHECK(!pcs_peer_equal(&a, &c));
}

static void test_within(void) {
  static const struct {
    const char *peer, *set;
    bool within;
  } cases[] = {{"a", "a", true},     {"a", "ab", true}, {"ab", "abc", true}, {"ab", "a", false},
               {"ad", "abc", false}, {"", "a", false},  {"", "", false},     {"a", "", false}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    pcs_peer peer = peer_of(cases[i].peer);
    pcs_peer set = peer_of(cases[i].set);
    CHECK_EQ_INT(pcs_peer_is_within(&peer, &set), cases[i].within);
  }
}

static void test_weak(void) {
  static const uint8_t value[PCS_FINGERPRINT_BYTES_MAX] = {1};
  static const struct {
    uint8_t hash;
    size_t len;
    pcs_status status;
  } cases[] = {{PCS_HASH_SHA_1, 20, PCS_ERR_UNSUPPORTED},
               {PCS_HASH_SHA_224, 28, PCS_ERR_UNSUPPORTED},
               {0, 32, PCS_ERR_UNSUPPORTED},
               {99, 32, PCS_ERR_UNSUPPORTED},
               {PCS_HASH_SHA_256, 31, PCS_ERR_SYNTAX},
               {PCS_HASH_SHA_256, 33, PCS_ERR_SYNTAX},
               {PCS_HASH_SHA_384, 32, PCS_ERR_SYNTAX},
               {PCS_HASH_SHA_384, 48, PCS_OK},
               {PCS_HASH_SHA_512, 64, PCS_OK}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    pcs_peer peer = {0};
    pcs_fingerprint fingerprint = {.hash = cases[i].hash, .value = {value, cases[i].len}};
    CHECK_EQ_INT(pcs_peer_add(&peer, &fingerprint), cases[i].status);
    CHECK_EQ_UINT(peer.num_certificates, cases[i].status == PCS_OK ? 1 : 0);
  }
}

static void test_full(void) {
  pcs_peer peer = peer_of("abcdefgh");
  pcs_peer before = peer;
  uint8_t value[32] = {0};
  pcs_fingerprint fingerprint = {.hash = PCS_HASH_SHA_256, .value = {value, sizeof value}};
  CHECK_EQ_UINT(peer.num_certificates, PCS_FINGERPRINTS_MAX);
  CHECK_EQ_INT(pcs_peer_add(&peer, &fingerprint), PCS_ERR_NO_SPACE);
  CHECK_EQ_BYTES(&peer, sizeof peer, &before, sizeof before);
  scene_add_certificate(&peer, 'a');
}

int main(void) {
  RUN("the same certificates in another order are the same peer", test_order);
  RUN("a peer with one certificate outside the set is not within it, and nobody never is",
      test_within);
  RUN("a fingerprint that identifies nobody is refused", test_weak);
  RUN("a full set refuses one more and stays as it was", test_full);
  return check_report();
}
