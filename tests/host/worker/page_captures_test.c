/* Captures of a page: found by either name once, bounded, and by no name that was guessed. */
#include "host/worker/page_captures.h"

#include "tests/check.h"

static void test_names(void) {
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, CHECK_SEED(11));
  pcs_page_captures captures = {0};
  uint32_t handles[PCS_PAGE_CAPTURES_MAX];
  uint32_t more = 0;
  for (uint32_t i = 0; i < PCS_PAGE_CAPTURES_MAX; i++) {
    CHECK_EQ_INT(pcs_page_captures_add(&captures, &handles[i], &random, 100 + i), PCS_OK);
    CHECK(handles[i] != 0);
  }
  CHECK_EQ_INT(pcs_page_captures_add(&captures, &more, &random, 1), PCS_ERR_QUOTA);
  CHECK_EQ_UINT(more, 0);
  CHECK_EQ_UINT(pcs_page_captures_take_handle(&captures, 0), 0);
  CHECK_EQ_UINT(pcs_page_captures_take_handle(&captures, handles[2] + 1), 0);
  CHECK_EQ_UINT(pcs_page_captures_take_handle(&captures, handles[2]), 102);
  CHECK_EQ_UINT(pcs_page_captures_take_handle(&captures, handles[2]), 0);
  CHECK_EQ_UINT(pcs_page_captures_take_call(&captures, 103), handles[3]);
  CHECK_EQ_UINT(pcs_page_captures_take_call(&captures, 103), 0);
  CHECK_EQ_UINT(pcs_page_captures_take_call(&captures, 0), 0);
  CHECK_EQ_UINT(captures.num, PCS_PAGE_CAPTURES_MAX - 2);
}

int main(void) {
  RUN("a capture is found by either of its names, once", test_names);
  return check_report();
}
