/*
 * The indicator: what every origin is using right now, in a place no page can reach, and a control
 * that stops it (RFC 8827 6.2). The broker tells it what lives; it tells when the person wants
 * something stopped, and when it is no longer seen: it was hidden, minimised, closed, or its
 * process has ended. Then captures must stop at once. It owns its process; it decides nothing.
 */
#ifndef PCS_HOST_BROKER_INDICATOR_H
#define PCS_HOST_BROKER_INDICATOR_H

#include "core/policy/permissions.h"

/* Origins inside pages that use something at one time. */
#define PCS_INDICATOR_LINES_MAX 64

/* One origin inside one page around it. */
typedef struct pcs_indicator_line {
  pcs_origin origin;
  pcs_origin embedder;
  uint32_t rights;        /* in use now: pcs_right bits */
  uint32_t num_calls;     /* connections that live */
  bool has_verified_peer; /* each of its calls is by a permission for certain people, who are there
                           */
} pcs_indicator_line;

typedef struct pcs_indicator_events {
  /* stop everything of this origin inside this embedder; both borrowed for the call */
  void (*stop)(void *context, const pcs_origin *origin, const pcs_origin *embedder);
  /* seen: whether a person can see it now. false also when its process has ended. */
  void (*seen)(void *context, bool is_seen);
  void *context;
} pcs_indicator_events;

/* A way of showing: a GTK window, a line on a terminal, the program around the page. */
typedef struct pcs_indicator {
  /* show replaces what is shown; no lines: nothing lives, and it may go away without being missed.
   * PCS_ERR_UNSUPPORTED: there is nowhere to show it, so nothing may be captured. */
  pcs_status (*show)(void *self, const pcs_indicator_line *lines, size_t num_lines);
  void (*free)(void *self);
  void *self;
} pcs_indicator;

#endif
