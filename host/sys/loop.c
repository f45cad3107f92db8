#include "host/sys/loop.h"

#include <assert.h>
#include <stdlib.h>
#include <uv.h>

struct pcs_loop {
  uv_loop_t uv;
  uv_prepare_t prepare;
  pcs_loop_callback before_sleep;
  void *context;
};

struct pcs_watch {
  uv_poll_t poll;
  unsigned wanted;
  pcs_watch_ready ready;
  void *context;
};

struct pcs_timer {
  uv_timer_t timer;
  pcs_loop_callback fired;
  void *context;
};

static void free_handle(uv_handle_t *handle) {
  free(handle->data);
}

static void on_prepare(uv_prepare_t *prepare) {
  pcs_loop *loop = (pcs_loop *)prepare->data;
  loop->before_sleep(loop->context);
}

pcs_status pcs_loop_new(pcs_loop **out_loop) {
  *out_loop = NULL;
  pcs_loop *loop = calloc(1, sizeof *loop);
  if (loop == NULL) {
    return PCS_ERR_SYSTEM;
  }
  if (uv_loop_init(&loop->uv) != 0) {
    free(loop);
    return PCS_ERR_SYSTEM;
  }
  *out_loop = loop;
  return PCS_OK;
}

void pcs_loop_free(pcs_loop *loop) {
  if (loop == NULL) {
    return;
  }
  if (loop->before_sleep != NULL) {
    uv_close((uv_handle_t *)&loop->prepare, NULL);
  }
  /* Handles that were freed are closed in the loop's next turn; after that nothing may be left. */
  uv_run(&loop->uv, UV_RUN_DEFAULT);
  int left = uv_loop_close(&loop->uv);
  assert(left == 0);
  (void)left;
  free(loop);
}

void pcs_loop_run(pcs_loop *loop) {
  uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void pcs_loop_stop(pcs_loop *loop) {
  uv_stop(&loop->uv);
}

pcs_status pcs_loop_before_sleep(pcs_loop *loop, pcs_loop_callback run, void *context) {
  assert(loop->before_sleep == NULL);
  if (uv_prepare_init(&loop->uv, &loop->prepare) != 0) {
    return PCS_ERR_SYSTEM;
  }
  loop->prepare.data = loop;
  loop->before_sleep = run;
  loop->context = context;
  uv_prepare_start(&loop->prepare, on_prepare);
  /* It alone is no reason to go on running. */
  uv_unref((uv_handle_t *)&loop->prepare);
  return PCS_OK;
}

struct uv_loop_s *pcs_loop_uv(pcs_loop *loop) {
  return &loop->uv;
}

pcs_status pcs_watch_new(pcs_watch **out_watch, pcs_loop *loop, int descriptor,
                         pcs_watch_ready ready, void *context) {
  *out_watch = NULL;
  pcs_watch *watch = calloc(1, sizeof *watch);
  if (watch == NULL) {
    return PCS_ERR_SYSTEM;
  }
  if (uv_poll_init(&loop->uv, &watch->poll, descriptor) != 0) {
    free(watch);
    return PCS_ERR_SYSTEM;
  }
  watch->poll.data = watch;
  watch->ready = ready;
  watch->context = context;
  *out_watch = watch;
  return PCS_OK;
}

static void on_poll(uv_poll_t *poll, int status, int events) {
  pcs_watch *watch = (pcs_watch *)poll->data;
  if (status != 0) {
    watch->ready(watch->context, PCS_READABLE | PCS_WRITABLE);
    return;
  }
  unsigned ready_for = 0;
  if ((events & UV_READABLE) != 0) {
    ready_for |= PCS_READABLE;
  }
  if ((events & UV_WRITABLE) != 0) {
    ready_for |= PCS_WRITABLE;
  }
  watch->ready(watch->context, ready_for);
}

void pcs_watch_want(pcs_watch *watch, unsigned wanted) {
  if (watch->wanted == wanted) {
    return;
  }
  watch->wanted = wanted;
  int events = 0;
  if ((wanted & PCS_READABLE) != 0) {
    events |= UV_READABLE;
  }
  if ((wanted & PCS_WRITABLE) != 0) {
    events |= UV_WRITABLE;
  }
  if (events == 0) {
    uv_poll_stop(&watch->poll);
  } else {
    uv_poll_start(&watch->poll, events, on_poll);
  }
}

void pcs_watch_free(pcs_watch *watch) {
  if (watch != NULL) {
    uv_poll_stop(&watch->poll);
    uv_close((uv_handle_t *)&watch->poll, free_handle);
  }
}

pcs_status pcs_timer_new(pcs_timer **out_timer, pcs_loop *loop, pcs_loop_callback fired,
                         void *context) {
  *out_timer = NULL;
  pcs_timer *timer = calloc(1, sizeof *timer);
  if (timer == NULL) {
    return PCS_ERR_SYSTEM;
  }
  if (uv_timer_init(&loop->uv, &timer->timer) != 0) {
    free(timer);
    return PCS_ERR_SYSTEM;
  }
  timer->timer.data = timer;
  timer->fired = fired;
  timer->context = context;
  *out_timer = timer;
  return PCS_OK;
}

static void on_timer(uv_timer_t *uv_timer) {
  pcs_timer *timer = (pcs_timer *)uv_timer->data;
  timer->fired(timer->context);
}

void pcs_timer_set(pcs_timer *timer, uint64_t delay_us) {
  if (delay_us == UINT64_MAX) {
    uv_timer_stop(&timer->timer);
    return;
  }
  uint64_t delay_ms = delay_us / 1000u + (delay_us % 1000u != 0 ? 1u : 0u);
  /* libuv counts from the turn's start, which work in this turn may have left behind. */
  uv_update_time(timer->timer.loop);
  uv_timer_start(&timer->timer, on_timer, delay_ms, 0);
}

void pcs_timer_free(pcs_timer *timer) {
  if (timer != NULL) {
    uv_timer_stop(&timer->timer);
    uv_close((uv_handle_t *)&timer->timer, free_handle);
  }
}
