/* Handles: random, unique over all kinds, found by kind, forgotten for good. */
#include <stdlib.h>

#include "host/worker/handles.h"
#include "tests/check.h"

#define NUM 5000

/* A generator that repeats itself, to meet drawn handles again, and gives zeros. */
static void fill_few(void *context, uint8_t *out, size_t len) {
  unsigned *step = (unsigned *)context;
  for (size_t i = 0; i < len; i++) {
    out[i] = 0;
  }
  out[len - 1] = (uint8_t)((*step)++ / 3 % 256);
}

static void test_draws(void) {
  unsigned step = 0;
  pcs_random random = {.fill = fill_few, .context = &step};
  pcs_handles *handles = NULL;
  CHECK_EQ_INT(pcs_handles_new(&handles, &random), PCS_OK);
  bool seen[256] = {false};
  int object = 0;
  for (size_t i = 0; i < 255; i++) {
    uint32_t handle = 0;
    CHECK_EQ_INT(pcs_handles_add(handles, &handle, PCS_HANDLE_PEER, &object), PCS_OK);
    uint8_t low = (uint8_t)(handle > 255 ? handle >> 24 : handle);
    CHECK(handle != 0);
    CHECK(!seen[low]);
    seen[low] = true;
  }
  pcs_handles_free(handles);
}

static void test_kinds(void) {
  pcs_random random = pcs_random_system();
  pcs_handles *handles = NULL;
  CHECK_EQ_INT(pcs_handles_new(&handles, &random), PCS_OK);
  int object = 0;
  uint32_t handle = 0;
  CHECK_EQ_INT(pcs_handles_add(handles, &handle, PCS_HANDLE_CHANNEL, &object), PCS_OK);
  CHECK(pcs_handles_find(handles, PCS_HANDLE_CHANNEL, handle) == &object);
  CHECK(pcs_handles_find(handles, PCS_HANDLE_PEER, handle) == NULL);
  CHECK(pcs_handles_find(handles, PCS_HANDLE_CERTIFICATE, handle) == NULL);
  CHECK(pcs_handles_find(handles, PCS_HANDLE_CHANNEL, handle ^ 1u) == NULL);
  CHECK(pcs_handles_find(handles, PCS_HANDLE_CHANNEL, 0) == NULL);
  pcs_handles_remove(handles, handle ^ 1u);
  pcs_handles_remove(handles, 0);
  CHECK_EQ_UINT(pcs_handles_count(handles), 1);
  pcs_handles_remove(handles, handle);
  CHECK(pcs_handles_find(handles, PCS_HANDLE_CHANNEL, handle) == NULL);
  pcs_handles_free(handles);
}

/* Against an array that is searched from end to end. */
static void test_model(void) {
  uint64_t seed = CHECK_SEED(21);
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, seed);
  pcs_handles *handles = NULL;
  CHECK_EQ_INT(pcs_handles_new(&handles, &random), PCS_OK);
  static uint32_t known[NUM];
  static int objects[7];
  size_t num = 0;
  for (size_t step = 0; step < 4 * NUM; step++) {
    bool grow = num == 0 || (num < NUM && pcs_random_below(&random, 5) < 3);
    if (grow) {
      int *object = &objects[pcs_random_below(&random, 6)];
      CHECK_EQ_INT(pcs_handles_add(handles, &known[num], PCS_HANDLE_PEER, object), PCS_OK);
      num++;
    } else {
      size_t at = pcs_random_below(&random, (uint32_t)num);
      pcs_handles_remove(handles, known[at]);
      CHECK(pcs_handles_find(handles, PCS_HANDLE_PEER, known[at]) == NULL);
      known[at] = known[--num];
    }
    if (step % 512 == 0) {
      for (size_t i = 0; i < num; i++) {
        CHECK(pcs_handles_find(handles, PCS_HANDLE_PEER, known[i]) != NULL);
      }
    }
  }
  CHECK_EQ_UINT(pcs_handles_count(handles), num);
  pcs_handles_remove_all(handles, &objects[3]);
  size_t left = 0;
  for (size_t i = 0; i < num; i++) {
    const void *found = pcs_handles_find(handles, PCS_HANDLE_PEER, known[i]);
    CHECK(found != &objects[3]);
    left += found != NULL ? 1 : 0;
  }
  CHECK_EQ_UINT(pcs_handles_count(handles), left);
  pcs_handles_free(handles);
}

int main(void) {
  RUN("a handle is never 0 and never drawn twice", test_draws);
  RUN("a handle of another kind is not found", test_kinds);
  RUN("handles are found until they are removed, whatever was removed before", test_model);
  return check_report();
}
