/*
 * A window in a process of its own: starts the program, gives it one socket and what it needs to
 * find the display, carries whole messages both ways. It owns the process, which ends with it. The
 * socket's end is the window's end, so nothing that was said before it is lost.
 */
#ifndef PCS_HOST_BROKER_WINDOW_H
#define PCS_HOST_BROKER_WINDOW_H

#include "core/base/bytes.h"
#include "host/sys/loop.h"

/* No message from a window is longer. */
#define PCS_WINDOW_REPLY_BYTES_MAX 1024

typedef struct pcs_window pcs_window;

typedef struct pcs_window_config {
  pcs_loop *loop;
  const char *path; /* NULL: beside this program */
  const char *name; /* of the program, "portcullis-prompt"; a constant */
  /* A message came; borrowed. The window may be freed in it. */
  void (*message)(void *context, pcs_span message);
  /* The window has ended, or said too much. Called once, in a later turn; free it. */
  void (*ended)(void *context);
  void *context;
} pcs_window_config;

/* pcs_window_open: PCS_ERR_UNSUPPORTED when there is no display or no such program;
 * PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_window_open(pcs_window **out_window, const pcs_window_config *config);
/* pcs_window_free ends the process at once. free(NULL) is fine. */
void pcs_window_free(pcs_window *window);
/* pcs_window_send: PCS_ERR_NO_SPACE when the window does not read; PCS_ERR_CLOSED; PCS_ERR_SYSTEM.
 */
PCS_MUST_USE pcs_status pcs_window_send(pcs_window *window, pcs_span message);

#endif
