#include "core/base/datagrams.h"
#include "tests/check.h"

static void test_back_to_back(void) {
  uint8_t memory[16];
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, memory, sizeof memory);
  CHECK_EQ_INT(pcs_datagrams_add(&batch, pcs_span_of_text("one")), PCS_OK);
  CHECK_EQ_INT(pcs_datagrams_add(&batch, (pcs_span){0}), PCS_OK);
  CHECK_EQ_INT(pcs_datagrams_add(&batch, pcs_span_of_text("three")), PCS_OK);
  CHECK(pcs_span_equal_text(pcs_datagrams_at(&batch, 0, 0), "one"));
  CHECK_EQ_UINT(pcs_datagrams_at(&batch, 1, 3).len, 0);
  CHECK(pcs_span_equal_text(pcs_datagrams_at(&batch, 2, 3), "three"));
}

static void test_full_leaves_it_unchanged(void) {
  uint8_t memory[4];
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, memory, sizeof memory);
  CHECK_EQ_INT(pcs_datagrams_add(&batch, pcs_span_of_text("abc")), PCS_OK);
  CHECK_EQ_INT(pcs_datagrams_add(&batch, pcs_span_of_text("de")), PCS_ERR_NO_SPACE);
  CHECK(pcs_datagrams_reserve(&batch, SIZE_MAX) == NULL);
  CHECK(batch.num == 1 && batch.len == 3);
  CHECK(pcs_datagrams_has_room(&batch, 1) && !pcs_datagrams_has_room(&batch, 2));
  pcs_datagrams_clear(&batch);
  CHECK(pcs_datagrams_has_room(&batch, 4));
}

static void test_number_is_bounded(void) {
  uint8_t memory[PCS_DATAGRAMS_MAX + 1];
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, memory, sizeof memory);
  for (size_t i = 0; i < PCS_DATAGRAMS_MAX; i++) {
    CHECK(pcs_datagrams_reserve(&batch, 1) == memory + i);
  }
  CHECK_EQ_INT(pcs_datagrams_add(&batch, pcs_span_of_text("x")), PCS_ERR_NO_SPACE);
}

static void test_frames(void) {
  uint8_t memory[32];
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, memory, sizeof memory);
  pcs_datagrams_set_frame(&batch, (pcs_datagram_frame){.number = 0x4001, .align = 4});
  CHECK_EQ_INT(pcs_datagrams_add(&batch, pcs_span_of_text("hello")), PCS_OK);
  static const uint8_t WANT[] = {0x40, 0x01, 0, 5, 'h', 'e', 'l', 'l', 'o', 0, 0, 0};
  CHECK_EQ_BYTES(memory, batch.len, WANT, sizeof WANT);
  batch.frame.align = 1;
  CHECK_EQ_INT(pcs_datagrams_add(&batch, pcs_span_of_text("hello")), PCS_OK);
  CHECK_EQ_UINT(batch.lengths[1], 9);
  CHECK(pcs_datagrams_has_room(&batch, 7) && !pcs_datagrams_has_room(&batch, 8));
  pcs_datagrams_clear(&batch);
  CHECK_EQ_INT(pcs_datagrams_add(&batch, pcs_span_of_text("hello")), PCS_OK);
  CHECK_EQ_UINT(batch.len, 5);
}

int main(void) {
  RUN("datagrams keep their bounds and their order", test_back_to_back);
  RUN("a datagram that does not fit changes nothing", test_full_leaves_it_unchanged);
  RUN("a batch holds no more datagrams than it has lengths", test_number_is_bounded);
  RUN("a framed datagram has its number, its length and its padding", test_frames);
  return check_report();
}
