/*
 * A main() for every fuzz target, so that each also runs as a unit program on every test run, by
 * gcc and without libFuzzer: seeded random bytes, then files named on the command line and, around
 * each, every truncation and many seeded mutations. The real fuzzers are the fuzz preset.
 */
#include "tests/check.h"

#define INPUT_BYTES_MAX 4096u
#define NUM_RANDOM_INPUTS 20000u
#define NUM_MUTATIONS 2000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state;
static int num_files;
static char **files;

/* xorshift64*: enough to vary inputs, the same for the same seed. */
static uint64_t next(void) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545f4914f6cdd1du;
}

/* Every input lies in memory of exactly its size, so that reading one byte too far is seen. */
static void feed(const uint8_t *bytes, size_t len) {
  uint8_t *exact = malloc(len > 0 ? len : 1);
  if (!CHECK(exact != NULL)) {
    return;
  }
  memcpy(exact, bytes, len);
  CHECK_EQ_INT(LLVMFuzzerTestOneInput(exact, len), 0);
  free(exact);
}

static void test_random(void) {
  uint8_t bytes[INPUT_BYTES_MAX];
  state = CHECK_SEED(0x706f7274) | 1;
  for (unsigned i = 0; i < NUM_RANDOM_INPUTS; i++) {
    size_t len = next() % (i % 16 == 0 ? INPUT_BYTES_MAX : 128);
    for (size_t at = 0; at < len; at++) {
      bytes[at] = (uint8_t)(next() >> 32);
    }
    feed(bytes, len);
  }
}

static void mutate(uint8_t *bytes, size_t len) {
  for (uint64_t changes = 1 + next() % 4; changes > 0 && len > 0; changes--) {
    size_t at = next() % len;
    uint64_t value = next() % 2 == 0 ? next() : bytes[at] ^ (1u << next() % 8);
    bytes[at] = (uint8_t)value;
  }
}

static void around(const uint8_t *seed, size_t len) {
  uint8_t bytes[INPUT_BYTES_MAX];
  for (size_t cut = 0; cut <= len; cut++) {
    feed(seed, cut);
  }
  for (unsigned i = 0; i < NUM_MUTATIONS; i++) {
    memcpy(bytes, seed, len);
    mutate(bytes, len);
    feed(bytes, next() % 8 == 0 ? next() % (len + 1) : len);
  }
}

static void test_files(void) {
  uint8_t bytes[INPUT_BYTES_MAX];
  state = CHECK_SEED(0x63756c) | 1;
  for (int i = 0; i < num_files; i++) {
    FILE *file = fopen(files[i], "rb");
    if (!CHECK(file != NULL)) {
      continue;
    }
    around(bytes, fread(bytes, 1, sizeof(bytes), file));
    fclose(file);
  }
}

int main(int argc, char **argv) {
  num_files = argc - 1;
  files = argv + 1;
  RUN("random bytes neither crash nor hang it", test_random);
  RUN("seed files, cut short at every byte and mutated, neither crash nor hang it", test_files);
  return check_report();
}
