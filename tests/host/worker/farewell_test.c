/* Farewells: when the last datagram of a connection is said again, and how often. */
#include "host/worker/farewell.h"
#include "tests/check.h"

static int people[PCS_FAREWELLS_MAX + 1];

static void test_times(void) {
  pcs_farewells farewells = {0};
  bool over = false;
  CHECK(pcs_farewells_wake_at(&farewells) == UINT64_MAX);
  CHECK(pcs_farewells_due(&farewells, UINT64_MAX, &over) == NULL);
  CHECK(pcs_farewells_add(&farewells, &people[0], 1000));
  uint64_t gap_us = PCS_FAREWELL_FIRST_US;
  uint64_t at_us = 1000 + gap_us;
  for (size_t i = 0; i < PCS_FAREWELL_TIMES; i++) {
    CHECK(pcs_farewells_wake_at(&farewells) == at_us);
    CHECK(pcs_farewells_due(&farewells, at_us - 1, &over) == NULL);
    CHECK(pcs_farewells_due(&farewells, at_us, &over) == &people[0]);
    CHECK(over == (i + 1 == PCS_FAREWELL_TIMES));
    CHECK(pcs_farewells_due(&farewells, at_us, &over) == NULL);
    gap_us *= PCS_FAREWELL_FACTOR;
    at_us += gap_us;
  }
  CHECK(pcs_farewells_wake_at(&farewells) == UINT64_MAX);
}

static void test_full(void) {
  pcs_farewells farewells = {0};
  for (size_t i = 0; i < PCS_FAREWELLS_MAX; i++) {
    CHECK(pcs_farewells_add(&farewells, &people[i], i));
  }
  CHECK(!pcs_farewells_add(&farewells, &people[PCS_FAREWELLS_MAX], 0));
  size_t num = 0;
  while (pcs_farewells_take(&farewells) != NULL) {
    num++;
  }
  CHECK(num == PCS_FAREWELLS_MAX);
}

static void test_repeat(void) {
  uint8_t memory[64];
  pcs_datagrams out;
  pcs_farewell nothing = {0};
  pcs_farewell farewell = {.bytes = {21, 254, 253}, .len = 3};
  pcs_datagrams_init(&out, memory, sizeof memory);
  pcs_farewell_repeat(&nothing, &out);
  CHECK(out.num == 0);
  pcs_farewell_repeat(&farewell, &out);
  CHECK(out.num == 1 && pcs_datagrams_at(&out, 0, 0).len == 3);
  while (pcs_datagrams_has_room(&out, 3)) {
    pcs_farewell_repeat(&farewell, &out);
  }
  size_t full = out.num;
  pcs_farewell_repeat(&farewell, &out);
  CHECK(out.num == full);
}

int main(void) {
  RUN("a farewell is said again at its times and then never", test_times);
  RUN("one more than there is room for is not seen off", test_full);
  RUN("what is said again is what was said, where there is room", test_repeat);
  return check_report();
}
