#include "tests/check.h"

#include "host/crypto/hash.h"

static void from_hex(uint8_t *out, const char *hex) {
  for (size_t i = 0; hex[2 * i] != 0; i++) {
    char byte[3] = {hex[2 * i], hex[2 * i + 1], 0};
    out[i] = (uint8_t)strtoul(byte, NULL, 16);
  }
}

static void check_hash(pcs_hash hash, const char *input, const char *hex) {
  uint8_t want[64];
  uint8_t got[64] = {0};
  from_hex(want, hex);
  CHECK_EQ_INT(pcs_hash_of(hash, pcs_span_of_text(input), got), PCS_OK);
  CHECK_EQ_UINT(pcs_hash_bytes(hash), strlen(hex) / 2);
  CHECK_EQ_BYTES(got, pcs_hash_bytes(hash), want, strlen(hex) / 2);
}

/* FIPS 180-4's examples, "abc". */
static void test_hashes(void) {
  check_hash(PCS_HASH_SHA_1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
  check_hash(PCS_HASH_SHA_224, "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  check_hash(PCS_HASH_SHA_256, "abc",
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  check_hash(PCS_HASH_SHA_384, "abc",
             "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
             "8086072ba1e7cc2358baeca134c825a7");
  check_hash(PCS_HASH_SHA_512, "abc",
             "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
             "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  uint8_t out[64];
  CHECK_EQ_INT(pcs_hash_of((pcs_hash)0, pcs_span_of_text(""), out), PCS_ERR_UNSUPPORTED);
  CHECK_EQ_INT(pcs_hash_of((pcs_hash)6, pcs_span_of_text(""), out), PCS_ERR_UNSUPPORTED);
  uint8_t same[2][32];
  pcs_sha256((pcs_span){0}, same[0]);
  CHECK_EQ_INT(pcs_hash_of(PCS_HASH_SHA_256, (pcs_span){0}, same[1]), PCS_OK);
  CHECK_EQ_BYTES(same[0], 32, same[1], 32);
}

/* RFC 2202 3, cases 1, 2 and 6. */
static void test_hmac_sha1(void) {
  uint8_t key[80];
  uint8_t want[20];
  uint8_t got[20];
  memset(key, 0x0b, sizeof key);
  from_hex(want, "b617318655057264e28bc0b6fb378c8ef146be00");
  pcs_hmac_sha1((pcs_span){key, 20}, pcs_span_of_text("Hi There"), got);
  CHECK_EQ_BYTES(got, 20, want, 20);
  from_hex(want, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  pcs_hmac_sha1(pcs_span_of_text("Jefe"), pcs_span_of_text("what do ya want for nothing?"), got);
  CHECK_EQ_BYTES(got, 20, want, 20);
  memset(key, 0xaa, sizeof key);
  from_hex(want, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
  pcs_hmac_sha1((pcs_span){key, 80},
                pcs_span_of_text("Test Using Larger Than Block-Size Key - Hash Key First"), got);
  CHECK_EQ_BYTES(got, 20, want, 20);
}

/* RFC 1321 A.5; RFC 8489 9.2.2's own example of a long-term key. */
static void test_md5(void) {
  uint8_t want[16];
  uint8_t got[16];
  from_hex(want, "900150983cd24fb0d6963f7d28e17f72");
  pcs_md5(pcs_span_of_text("abc"), got);
  CHECK_EQ_BYTES(got, 16, want, 16);
  from_hex(want, "8493fbc53ba582fb4c044c456bdc40eb");
  pcs_md5(pcs_span_of_text("user:realm:pass"), got);
  CHECK_EQ_BYTES(got, 16, want, 16);
}

static void test_equal(void) {
  const uint8_t a[] = {1, 2, 3};
  const uint8_t b[] = {1, 2, 4};
  CHECK(pcs_constant_time_equal((pcs_span){a, 3}, (pcs_span){a, 3}));
  CHECK(!pcs_constant_time_equal((pcs_span){a, 3}, (pcs_span){b, 3}));
  CHECK(pcs_constant_time_equal((pcs_span){a, 2}, (pcs_span){b, 2}));
  CHECK(!pcs_constant_time_equal((pcs_span){a, 3}, (pcs_span){a, 2}));
  CHECK(pcs_constant_time_equal((pcs_span){0}, (pcs_span){0}));
}

static void test_wipe(void) {
  uint8_t memory[33];
  uint8_t zeros[33] = {0};
  memset(memory, 0x77, sizeof memory);
  pcs_wipe(memory, sizeof memory);
  CHECK_EQ_BYTES(memory, sizeof memory, zeros, sizeof zeros);
}

int main(void) {
  RUN("the published vectors of each hash hold", test_hashes);
  RUN("the published vectors of HMAC-SHA-1 hold", test_hmac_sha1);
  RUN("MD5 makes TURN's long-term key", test_md5);
  RUN("comparison sees bytes and lengths", test_equal);
  RUN("wiped memory is zero", test_wipe);
  return check_report();
}
