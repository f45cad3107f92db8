/*
 * portcullis-capture: one device in use by one grant. The broker starts it when the use begins and
 * ends it with the grant: it stops nothing by itself and can start nothing. It makes frames in time and
 * drops them: until media arrives there is nobody to read them, so it is given no descriptor. No
 * environment, no files, no sockets.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/text.h"
#include "host/capture/synthetic.h"
#include "host/sys/clock.h"
#include "host/sys/few_calls.h"
#include "host/sys/loop.h"
#include "host/sys/process.h"
#include "host/sys/sandbox.h"

typedef struct capture_program {
  pcs_loop *loop;
  pcs_timer *timer;
  uint32_t right;
  uint64_t number;
  uint64_t began_us;
} capture_program;

static capture_program program;

/* Times are kept to the beginning, so that a late turn makes the next one earlier. */
static void on_frame_time(void *context) {
  (void)context;
  static uint8_t memory[PCS_FRAME_BYTES_MAX];
  uint64_t now_us = pcs_clock_now_us();
  uint64_t frame_us = pcs_synthetic_frame_us(program.right);
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_synthetic_write(&writer, program.right, program.number, now_us - program.began_us);
  program.number++;
  uint64_t next_us = program.began_us + program.number * frame_us;
  pcs_timer_set(program.timer, next_us > now_us ? next_us - now_us : 0);
}

static const char *prepare(void) {
  pcs_process_ignore_broken_pipes();
  pcs_status status = pcs_sandbox_enter(PCS_SANDBOX_WORKER, PCS_SANDBOX_TCP_CONNECTS);
  if (status == PCS_ERR_UNSUPPORTED) {
    return "nothing is captured: this system has no Landlock (Linux 5.13) to keep files from it";
  }
  if (status != PCS_OK || pcs_loop_new(&program.loop) != PCS_OK ||
      pcs_timer_new(&program.timer, program.loop, on_frame_time, NULL) != PCS_OK) {
    return "the system refused what it needs to start";
  }
  program.began_us = pcs_clock_now_us();
  pcs_timer_set(program.timer, 0);
  return pcs_few_calls_limit() == PCS_OK
             ? NULL
             : "nothing is captured: this system refused a seccomp filter";
}

int main(int argc, char **argv) {
  const pcs_right_row *row = argc == 2 ? pcs_right_find_named(pcs_span_of_text(argv[1])) : NULL;
  if (row == NULL || pcs_synthetic_frame_us((uint32_t)row->right) == 0) {
    fprintf(stderr, "portcullis-capture: it is started by portcullis-broker only\n");
    return 2;
  }
  program.right = (uint32_t)row->right;
  const char *problem = prepare();
  if (problem != NULL) {
    fprintf(stderr, "portcullis-capture: %s\n", problem);
    return EXIT_FAILURE;
  }
  pcs_loop_run(program.loop);
  return EXIT_SUCCESS;
}
