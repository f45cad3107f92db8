#include "tests/check.h"

#include "tests/allocations.h"
#include "tests/host/dtls/pair.h"

static pair line;

static void test_none_per_record(void) {
  pair_init_connected(&line, 1);
  pair_write(&line, 0, "warm");
  pair_exchange(&line);
  static uint8_t record[1160];
  uint8_t flipped[1200];
  uint64_t before = num_allocations;
  for (size_t i = 0; i < 1000; i++) {
    for (size_t n = 0; n < 30; n++) {
      CHECK_EQ_INT(pcs_dtls_association_write(line.ends[i % 2], (pcs_span){record, sizeof record},
                                              &line.out[i % 2]),
                   PCS_OK);
    }
    memcpy(flipped, line.memory[i % 2], sizeof flipped);
    flipped[100] ^= 1;
    pair_cross(&line, i % 2);
    pair_deliver_one(&line, 1 - i % 2, (pcs_span){flipped, 1197});
  }
  CHECK_EQ_UINT(num_allocations - before, 0);
  CHECK_EQ_UINT(line.num_received_bytes[0], 500u * 30 * sizeof record);
  CHECK_EQ_UINT(line.num_received_bytes[1], 500u * 30 * sizeof record + 4);
  before = num_allocations;
  void *volatile proof = malloc(1);
  free(proof);
  CHECK(num_allocations > before); /* and the counter counts */
  pair_clear(&line);
}

int main(void) {
  allocations_watch();
  RUN("thirty thousand records are sealed and opened without an allocation", test_none_per_record);
  return check_report();
}
