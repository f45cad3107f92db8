#include "tests/check.h"

#include "host/crypto/random.h"

static void test_seeded_repeats(void) {
  uint8_t bytes[2][100];
  for (size_t i = 0; i < 2; i++) {
    pcs_random_seeded state;
    pcs_random random = pcs_random_seeded_init(&state, 42);
    pcs_random_fill(&random, bytes[i], 100);
  }
  CHECK_EQ_BYTES(bytes[0], 100, bytes[1], 100);
  pcs_random_seeded state;
  pcs_random other = pcs_random_seeded_init(&state, 43);
  pcs_random_fill(&other, bytes[1], 100);
  CHECK(memcmp(bytes[0], bytes[1], 100) != 0);
}

static void test_system_differs(void) {
  pcs_random random = pcs_random_system();
  CHECK(pcs_random_u64(&random) != pcs_random_u64(&random));
}

static void test_below(void) {
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, 1);
  size_t counts[7] = {0};
  for (size_t i = 0; i < 70000; i++) {
    uint32_t value = pcs_random_below(&random, 7);
    if (!CHECK(value < 7)) {
      return;
    }
    counts[value]++;
  }
  for (size_t i = 0; i < 7; i++) {
    CHECK(counts[i] > 9500 && counts[i] < 10500);
  }
  CHECK_EQ_UINT(pcs_random_below(&random, 1), 0);
  CHECK(pcs_random_below(&random, 0x80000001) <= 0x80000000);
}

static void test_text(void) {
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, 1);
  static char text[6400];
  bool is_seen[128] = {false};
  size_t num_kinds = 0;
  pcs_random_text(&random, text, sizeof text);
  for (size_t i = 0; i < sizeof text; i++) {
    char c = text[i];
    bool is_ice_char = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '+' || c == '/';
    if (!CHECK(is_ice_char)) {
      return;
    }
    num_kinds += is_seen[(uint8_t)c] ? 0 : 1;
    is_seen[(uint8_t)c] = true;
  }
  CHECK_EQ_UINT(num_kinds, 64);
}

int main(void) {
  RUN("the same seed gives the same bytes and another does not", test_seeded_repeats);
  RUN("the system's bytes differ", test_system_differs);
  RUN("numbers below a bound are even-handed", test_below);
  RUN("text uses all 64 ice-chars and no other", test_text);
  return check_report();
}
