#include "core/base/arena.h"
#include "tests/check.h"

static _Alignas(max_align_t) uint8_t memory[256];

static void test_aligned_and_zeroed(void) {
  pcs_arena arena;
  memset(memory, 0xa5, sizeof memory);
  pcs_arena_init(&arena, memory + 1, sizeof memory - 1);
  for (size_t size = 1; size < 20; size += 6) {
    uint8_t *taken = pcs_arena_take(&arena, 1, size);
    CHECK(taken != NULL && (uintptr_t)taken % _Alignof(max_align_t) == 0);
    for (size_t i = 0; taken != NULL && i < size; i++) {
      CHECK_EQ_UINT(taken[i], 0);
    }
  }
  CHECK_EQ_INT(pcs_arena_finish(&arena), PCS_OK);
}

static void test_full_is_sticky(void) {
  pcs_arena arena;
  pcs_arena_init(&arena, memory, 64);
  CHECK(pcs_arena_take(&arena, 1, 64) != NULL);
  CHECK(pcs_arena_take(&arena, 1, 1) == NULL);
  CHECK_EQ_INT(pcs_arena_finish(&arena), PCS_ERR_NO_SPACE);
  pcs_arena_init(&arena, memory, 64);
  CHECK(pcs_arena_take(&arena, 1, 65) == NULL);
  CHECK(pcs_arena_take(&arena, 1, 1) == NULL);
}

static void test_product_overflow(void) {
  pcs_arena arena;
  pcs_arena_init(&arena, memory, sizeof memory);
  CHECK(pcs_arena_take(&arena, SIZE_MAX / 2 + 1, 2) == NULL);
  pcs_arena_init(&arena, memory, sizeof memory);
  CHECK(pcs_arena_take(&arena, SIZE_MAX, SIZE_MAX) == NULL);
  pcs_arena_init(&arena, memory, sizeof memory);
  CHECK(pcs_arena_take(&arena, 0, 8) != NULL);
  CHECK(pcs_arena_take(&arena, 8, 0) != NULL);
}

static void test_reset_gives_back(void) {
  pcs_arena arena;
  pcs_arena_init(&arena, memory, 64);
  pcs_span kept = pcs_arena_copy(&arena, pcs_span_of_text("kept"));
  pcs_arena_mark mark = pcs_arena_here(&arena);
  uint8_t *first = pcs_arena_take(&arena, 1, 32);
  CHECK(first != NULL && pcs_arena_take(&arena, 1, 64) == NULL);
  pcs_arena_reset(&arena, mark);
  CHECK_EQ_INT(pcs_arena_finish(&arena), PCS_OK);
  CHECK(pcs_arena_take(&arena, 1, 32) == first);
  CHECK(pcs_span_equal_text(kept, "kept"));
}

static void test_copies(void) {
  pcs_arena arena;
  pcs_arena_init(&arena, memory, 16);
  CHECK_EQ_UINT(pcs_arena_copy(&arena, (pcs_span){0}).len, 0);
  CHECK_EQ_INT(pcs_arena_finish(&arena), PCS_OK);
  CHECK_EQ_UINT(pcs_arena_copy(&arena, pcs_span_of_text("longer than sixteen")).len, 0);
  CHECK_EQ_INT(pcs_arena_finish(&arena), PCS_ERR_NO_SPACE);
}

int main(void) {
  RUN("what is taken is aligned and zero, wherever the memory begins", test_aligned_and_zeroed);
  RUN("a full arena gives nothing more and says so", test_full_is_sticky);
  RUN("a product that overflows is refused", test_product_overflow);
  RUN("a reset gives back what came after the mark and nothing else", test_reset_gives_back);
  RUN("a copy fits or is empty", test_copies);
  return check_report();
}
