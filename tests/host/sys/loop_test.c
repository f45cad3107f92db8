/* The loop: timers, watches and the call before each sleep; resolving; memory for secrets. */
#include <string.h>

#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/loop.h"
#include "host/sys/resolve.h"
#include "host/sys/secret_memory.h"
#include "tests/check.h"

typedef struct scene {
  pcs_loop *loop;
  pcs_watch *watch;
  int pair[2];
  int num_fired;
  int num_ready;
  int num_before_sleep;
  size_t num_addresses;
} scene;

static void on_fired(void *context) {
  scene *at = (scene *)context;
  at->num_fired++;
  pcs_loop_stop(at->loop);
}

static void before_sleep(void *context) {
  ((scene *)context)->num_before_sleep++;
}

static void test_timer(void) {
  scene at = {.loop = NULL};
  pcs_timer *timer = NULL;
  CHECK_EQ_INT(pcs_loop_new(&at.loop), PCS_OK);
  CHECK_EQ_INT(pcs_loop_before_sleep(at.loop, before_sleep, &at), PCS_OK);
  CHECK_EQ_INT(pcs_timer_new(&timer, at.loop, on_fired, &at), PCS_OK);
  uint64_t before_us = pcs_clock_now_us();
  pcs_timer_set(timer, 4500);
  pcs_loop_run(at.loop);
  CHECK_EQ_INT(at.num_fired, 1);
  CHECK(at.num_before_sleep >= 1);
  CHECK(pcs_clock_now_us() - before_us >= 4000);
  pcs_timer_set(timer, 1000);
  pcs_timer_set(timer, UINT64_MAX);
  pcs_loop_run(at.loop); /* nothing is left to wait for */
  CHECK_EQ_INT(at.num_fired, 1);
  pcs_timer_free(timer);
  pcs_loop_free(at.loop);
}

static void on_ready(void *context, unsigned ready_for) {
  scene *at = (scene *)context;
  at->num_ready++;
  CHECK_EQ_UINT(ready_for, PCS_READABLE);
  pcs_watch_free(at->watch);
  pcs_descriptor_close(&at->pair[0]); /* at once: the watch must have let go */
}

static void test_watch(void) {
  scene at = {.loop = NULL};
  CHECK_EQ_INT(pcs_loop_new(&at.loop), PCS_OK);
  CHECK_EQ_INT(pcs_descriptor_pair(at.pair, PCS_PAIR_STREAM), PCS_OK);
  CHECK_EQ_INT(pcs_watch_new(&at.watch, at.loop, at.pair[0], on_ready, &at), PCS_OK);
  size_t len = 0;
  CHECK_EQ_INT(pcs_descriptor_write(at.pair[1], pcs_span_of_text("x"), &len), PCS_OK);
  pcs_watch_want(at.watch, PCS_READABLE);
  pcs_loop_run(at.loop);
  CHECK_EQ_INT(at.num_ready, 1);
  pcs_descriptor_close(&at.pair[1]);
  pcs_loop_free(at.loop);
}

static void test_pass(void) {
  int pair[2];
  int passed[2];
  int got = PCS_DESCRIPTOR_NONE;
  uint8_t memory[16];
  size_t len = 0;
  CHECK_EQ_INT(pcs_descriptor_pair(pair, PCS_PAIR_MESSAGES), PCS_OK);
  CHECK_EQ_INT(pcs_descriptor_pair(passed, PCS_PAIR_STREAM), PCS_OK);
  CHECK_EQ_INT(pcs_descriptor_send_with(pair[0], pcs_span_of_text("take this"), passed[0]), PCS_OK);
  CHECK_EQ_INT(pcs_descriptor_await_with(pair[1], memory, sizeof memory, &len, &got), PCS_OK);
  CHECK_EQ_BYTES(memory, len, "take this", 9);
  pcs_descriptor_close(&passed[0]);
  CHECK_EQ_INT(pcs_descriptor_write(got, pcs_span_of_text("y"), &len), PCS_OK);
  CHECK_EQ_INT(pcs_descriptor_read(passed[1], memory, sizeof memory, &len), PCS_OK);
  CHECK_EQ_BYTES(memory, len, "y", 1);
  pcs_descriptor_close(&pair[0]);
  CHECK_EQ_INT(pcs_descriptor_await_with(pair[1], memory, sizeof memory, &len, &passed[0]),
               PCS_ERR_CLOSED);
  pcs_descriptor_close(&got);
  pcs_descriptor_close(&pair[1]);
  pcs_descriptor_close(&passed[1]);
}

static void on_resolved(void *context, const pcs_resolve_question *question,
                        const pcs_address *addresses, size_t num_addresses) {
  scene *at = (scene *)context;
  CHECK_EQ_UINT(question->peer, 7);
  at->num_fired++;
  at->num_addresses += num_addresses;
  for (size_t i = 0; i < num_addresses; i++) {
    CHECK_EQ_UINT(addresses[i].port, 3478);
  }
}

static void test_resolve(void) {
  scene at = {.loop = NULL};
  pcs_resolver *resolver = NULL;
  const pcs_resolve_question question = {.peer = 7, .server = 1, .port = 3478};
  CHECK_EQ_INT(pcs_loop_new(&at.loop), PCS_OK);
  CHECK_EQ_INT(pcs_resolver_new(&resolver, at.loop, on_resolved, &at), PCS_OK);
  CHECK_EQ_INT(pcs_resolver_ask(resolver, (pcs_span){0}, &question), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(pcs_resolver_ask(resolver, pcs_span_of_text("127.0.0.1"), &question), PCS_OK);
  pcs_loop_run(at.loop);
  CHECK_EQ_INT(at.num_fired, 1);
  CHECK_EQ_UINT(at.num_addresses, 1);
  size_t num_asked = 0;
  while (pcs_resolver_ask(resolver, pcs_span_of_text("::1"), &question) == PCS_OK) {
    num_asked++;
  }
  CHECK_EQ_UINT(num_asked, PCS_RESOLVING_MAX);
  pcs_resolver_free(resolver); /* no call comes after it */
  pcs_loop_run(at.loop);
  CHECK_EQ_INT(at.num_fired, 1);
  pcs_loop_free(at.loop);
}

static void test_secret_memory(void) {
  void *memory = NULL;
  CHECK_EQ_INT(pcs_secret_memory_new(&memory, 100), PCS_OK);
  static const uint8_t zeros[100];
  CHECK_EQ_BYTES(memory, 100, zeros, 100);
  memset(memory, 1, 100);
  pcs_secret_memory_free(memory, 100);
  pcs_secret_memory_free(NULL, 0);
}

int main(void) {
  RUN("a timer fires once and not before its time", test_timer);
  RUN("a watch that is freed in its own call lets its descriptor be closed", test_watch);
  RUN("a descriptor is passed with its message, and the end is heard", test_pass);
  RUN("names resolve within their bound, and not after the asker has gone", test_resolve);
  RUN("memory for secrets begins as zeros", test_secret_memory);
  return check_report();
}
