#include "tests/check.h"

#include "host/crypto/hash.h"
#include "host/dtls/fingerprint_set.h"

static const char certificate_text[] = "any bytes at all are a certificate here";
static uint8_t digests[6][PCS_FINGERPRINT_BYTES_MAX]; /* by pcs_hash */
static uint8_t wrong[PCS_FINGERPRINT_BYTES_MAX];

static pcs_span certificate(void) {
  return pcs_span_of_text(certificate_text);
}

static pcs_fingerprint right_with(pcs_hash hash) {
  CHECK_EQ_INT(pcs_hash_of(hash, certificate(), digests[hash]), PCS_OK);
  return (pcs_fingerprint){.hash = (uint8_t)hash, .value = {digests[hash], pcs_hash_bytes(hash)}};
}

static pcs_fingerprint wrong_with(pcs_hash hash) {
  return (pcs_fingerprint){.hash = (uint8_t)hash, .value = {wrong, pcs_hash_bytes(hash)}};
}

static bool accepts(const pcs_fingerprint *fingerprints, size_t num) {
  pcs_fingerprint_set set;
  return pcs_fingerprint_set_init(&set, fingerprints, num) == PCS_OK &&
         pcs_fingerprint_set_matches(&set, certificate());
}

static void test_each_hash(void) {
  static const pcs_hash usable[] = {PCS_HASH_SHA_224, PCS_HASH_SHA_256, PCS_HASH_SHA_384,
                                    PCS_HASH_SHA_512};
  for (size_t i = 0; i < 4; i++) {
    pcs_fingerprint right = right_with(usable[i]);
    pcs_fingerprint other = wrong_with(usable[i]);
    CHECK(accepts(&right, 1));
    CHECK(!accepts(&other, 1));
  }
}

static void test_weak_hashes(void) {
  pcs_fingerprint_set set;
  pcs_fingerprint sha1 = right_with(PCS_HASH_SHA_1);
  CHECK_EQ_INT(pcs_fingerprint_set_init(&set, &sha1, 1), PCS_ERR_UNTRUSTED);
  CHECK(!pcs_fingerprint_set_matches(&set, certificate()));
  pcs_fingerprint both[] = {right_with(PCS_HASH_SHA_1), wrong_with(PCS_HASH_SHA_256)};
  CHECK(!accepts(both, 2)); /* the weak one does not stand in for the strong one */
  pcs_fingerprint unknown = {.hash = 6, .value = {wrong, 16}};
  CHECK_EQ_INT(pcs_fingerprint_set_init(&set, &unknown, 1), PCS_ERR_UNTRUSTED);
  unknown.hash = 0;
  CHECK_EQ_INT(pcs_fingerprint_set_init(&set, &unknown, 1), PCS_ERR_UNTRUSTED);
}

/* RFC 8122 5.1: the strongest hash decides; among its fingerprints any will do. */
static void test_strongest_decides(void) {
  pcs_fingerprint strong_is_wrong[] = {right_with(PCS_HASH_SHA_256), wrong_with(PCS_HASH_SHA_512)};
  CHECK(!accepts(strong_is_wrong, 2));
  pcs_fingerprint strong_is_right[] = {wrong_with(PCS_HASH_SHA_256), right_with(PCS_HASH_SHA_384)};
  CHECK(accepts(strong_is_right, 2));
  pcs_fingerprint any_of[] = {wrong_with(PCS_HASH_SHA_256), right_with(PCS_HASH_SHA_256),
                              wrong_with(PCS_HASH_SHA_256)};
  CHECK(accepts(any_of, 3));
}

static void test_lengths(void) {
  pcs_fingerprint cut = right_with(PCS_HASH_SHA_256);
  pcs_fingerprint_set set;
  for (size_t len = 0; len < 64; len++) {
    cut.value.len = len;
    CHECK_EQ_INT(pcs_fingerprint_set_init(&set, &cut, 1), len == 32 ? PCS_OK : PCS_ERR_UNTRUSTED);
  }
  CHECK_EQ_INT(pcs_fingerprint_set_init(&set, &cut, 0), PCS_ERR_UNTRUSTED);
  pcs_fingerprint many[PCS_FINGERPRINTS_MAX + 1];
  for (size_t i = 0; i <= PCS_FINGERPRINTS_MAX; i++) {
    many[i] = right_with(PCS_HASH_SHA_256);
  }
  CHECK_EQ_INT(pcs_fingerprint_set_init(&set, many, PCS_FINGERPRINTS_MAX), PCS_OK);
  CHECK_EQ_INT(pcs_fingerprint_set_init(&set, many, PCS_FINGERPRINTS_MAX + 1), PCS_ERR_TOO_LARGE);
}

int main(void) {
  memset(wrong, 0x5a, sizeof wrong);
  RUN("each usable hash accepts its certificate and no other", test_each_hash);
  RUN("SHA-1 alone, and what has no number, is refused", test_weak_hashes);
  RUN("the strongest hash listed decides", test_strongest_decides);
  RUN("a fingerprint of the wrong length is not used", test_lengths);
  return check_report();
}
