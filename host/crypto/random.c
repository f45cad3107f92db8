#include "host/crypto/random.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <assert.h>
#include <string.h>

static void fill_from_system(void *context, uint8_t *out, size_t len) {
  (void)context;
  int ok = RAND_bytes(out, len); /* BoringSSL ends the process rather than return weak bytes */
  assert(ok == 1);
  (void)ok;
}

pcs_random pcs_random_system(void) {
  return (pcs_random){fill_from_system, NULL};
}

/* SHA-256 over seed and counter: the same bytes on every machine, and nothing to get wrong. */
static void fill_from_seed(void *context, uint8_t *out, size_t len) {
  pcs_random_seeded *state = context;
  while (len > 0) {
    uint8_t input[16];
    uint8_t block[SHA256_DIGEST_LENGTH];
    for (size_t i = 0; i < 8; i++) {
      input[i] = (uint8_t)(state->seed >> (8 * i));
      input[8 + i] = (uint8_t)(state->counter >> (8 * i));
    }
    state->counter++;
    SHA256(input, sizeof input, block);
    size_t taken = len < sizeof block ? len : sizeof block;
    memcpy(out, block, taken);
    out += taken;
    len -= taken;
  }
}

pcs_random pcs_random_seeded_init(pcs_random_seeded *state, uint64_t seed) {
  *state = (pcs_random_seeded){.seed = seed};
  return (pcs_random){fill_from_seed, state};
}

void pcs_random_fill(const pcs_random *random, uint8_t *out, size_t len) {
  random->fill(random->context, out, len);
}

uint32_t pcs_random_u32(const pcs_random *random) {
  uint8_t bytes[4];
  pcs_random_fill(random, bytes, sizeof bytes);
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

uint64_t pcs_random_u64(const pcs_random *random) {
  uint64_t high = pcs_random_u32(random);
  return high << 32 | pcs_random_u32(random);
}

uint32_t pcs_random_below(const pcs_random *random, uint32_t bound) {
  assert(bound > 0);
  /* Values above the largest multiple of bound would make small results likelier: draw again. */
  uint32_t limit = UINT32_MAX - UINT32_MAX % bound;
  uint32_t value = pcs_random_u32(random);
  while (value >= limit) {
    value = pcs_random_u32(random);
  }
  return value % bound;
}

void pcs_random_text(const pcs_random *random, char *out, size_t len) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  pcs_random_fill(random, (uint8_t *)out, len);
  for (size_t i = 0; i < len; i++) {
    out[i] = alphabet[(uint8_t)out[i] % 64];
  }
}
