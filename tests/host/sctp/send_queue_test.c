#include "tests/check.h"

#include "host/crypto/random.h"
#include "host/sctp/send_queue.h"

static void add(pcs_send_queue *queue, uint8_t fill, size_t len) {
  uint8_t *memory = NULL;
  if (CHECK_EQ_INT(pcs_send_queue_add(queue, PCS_PPID_BINARY, len, &memory), PCS_OK)) {
    memset(memory, fill, len);
  }
}

static void test_first_in_first_out(void) {
  uint64_t seed = CHECK_SEED(1);
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, seed);
  pcs_send_queue queue = {0};
  uint32_t num_added = 0;
  uint32_t num_taken = 0;
  size_t left = 0;
  for (size_t step = 0; step < 20000; step++) {
    if (pcs_random_below(&random, 4) == 0) {
      add(&queue, (uint8_t)num_added, 1 + num_added * 31 % 5000);
      num_added++;
    } else if (!pcs_send_queue_is_empty(&queue)) {
      pcs_queued_message first = pcs_send_queue_first(&queue);
      size_t whole = 1 + num_taken * 31 % 5000;
      left = left == 0 ? whole : left;
      CHECK_EQ_UINT(first.bytes.len, left);
      CHECK_EQ_INT(first.is_begun, left < whole);
      CHECK_EQ_UINT(first.bytes.data[0], (uint8_t)num_taken);
      CHECK_EQ_UINT(first.bytes.data[left - 1], (uint8_t)num_taken);
      size_t take = 1 + pcs_random_below(&random, (uint32_t)left);
      pcs_send_queue_take(&queue, take);
      left -= take;
      num_taken += left == 0 ? 1 : 0;
    }
    if (check_num_failures > 0) {
      break;
    }
  }
  CHECK(num_taken > 1000);
  pcs_send_queue_clear(&queue);
}

static void test_drop_keeps_what_has_begun(void) {
  pcs_send_queue queue = {0};
  add(&queue, 1, 100);
  add(&queue, 2, 100);
  pcs_send_queue_take(&queue, 40);
  pcs_send_queue_drop_unbegun(&queue);
  CHECK_EQ_UINT(pcs_send_queue_first(&queue).bytes.len, 60);
  pcs_send_queue_take(&queue, 60);
  CHECK(pcs_send_queue_is_empty(&queue));
  add(&queue, 3, 100);
  pcs_send_queue_drop_unbegun(&queue);
  CHECK(pcs_send_queue_is_empty(&queue));
  pcs_send_queue_clear(&queue);
}

static void test_empty_queue_is_small(void) {
  pcs_send_queue queue = {0};
  add(&queue, 1, 1000000);
  pcs_send_queue_take(&queue, 1000000);
  CHECK(pcs_send_queue_is_empty(&queue));
  CHECK(queue.capacity <= 65536);
  pcs_send_queue_clear(&queue);
}

int main(void) {
  RUN("messages leave in the order they came, in any pieces", test_first_in_first_out);
  RUN("dropping keeps a message that SCTP has begun to take", test_drop_keeps_what_has_begun);
  RUN("a queue that is empty keeps no large memory", test_empty_queue_is_small);
  return check_report();
}
