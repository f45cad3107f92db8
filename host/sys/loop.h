/*
 * A thin loop over libuv: descriptors that are ready, timers, and one call before each sleep, where
 * a program does what the events of this turn left to do. It owns its watches' and timers' memory
 * but never a descriptor, and decides nothing.
 */
#ifndef PCS_HOST_SYS_LOOP_H
#define PCS_HOST_SYS_LOOP_H

#include <stdint.h>

#include "core/base/status.h"

typedef struct pcs_loop pcs_loop;
typedef struct pcs_watch pcs_watch;
typedef struct pcs_timer pcs_timer;

/* What a watch waits for, as a set. */
#define PCS_READABLE 1u
#define PCS_WRITABLE 2u

/* ready_for: which of PCS_READABLE and PCS_WRITABLE are so; both when the descriptor has an error.
 */
typedef void (*pcs_watch_ready)(void *context, unsigned ready_for);
typedef void (*pcs_loop_callback)(void *context);

PCS_MUST_USE pcs_status pcs_loop_new(pcs_loop **out_loop);
/* pcs_loop_free: every watch and timer was freed before. */
void pcs_loop_free(pcs_loop *loop);
/* pcs_loop_run returns after pcs_loop_stop, or when nothing is left to wait for. */
void pcs_loop_run(pcs_loop *loop);
void pcs_loop_stop(pcs_loop *loop);
/* pcs_loop_before_sleep: run is called once in each turn, after its events and before it sleeps. */
PCS_MUST_USE pcs_status pcs_loop_before_sleep(pcs_loop *loop, pcs_loop_callback run, void *context);
/* libuv's loop, for the other files of this folder. */
struct uv_loop_s *pcs_loop_uv(pcs_loop *loop);

/* pcs_watch_new: waits for nothing until pcs_watch_want. The descriptor stays the caller's. */
PCS_MUST_USE pcs_status pcs_watch_new(pcs_watch **out_watch, pcs_loop *loop, int descriptor,
                                      pcs_watch_ready ready, void *context);
/* pcs_watch_want sets what is waited for; 0 for nothing. Asking again for the same is cheap. */
void pcs_watch_want(pcs_watch *watch, unsigned wanted);
/* pcs_watch_free: no call comes after it and the descriptor may be closed. free(NULL) is fine. */
void pcs_watch_free(pcs_watch *watch);

PCS_MUST_USE pcs_status pcs_timer_new(pcs_timer **out_timer, pcs_loop *loop,
                                      pcs_loop_callback fired, void *context);
/* pcs_timer_set fires once, delay_us from now (rounded up to milliseconds); UINT64_MAX never. */
void pcs_timer_set(pcs_timer *timer, uint64_t delay_us);
void pcs_timer_free(pcs_timer *timer);

#endif
