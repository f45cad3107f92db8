/*
 * What is in use, as lines on the controlling terminal, on a machine without windows: each change
 * is printed once. That is a notice and no indicator: it scrolls away, and nothing beside it stops
 * what it names. So it never counts as seen, and nothing may be captured by it; connections may be.
 */
#ifndef PCS_HOST_BROKER_INDICATOR_TERMINAL_H
#define PCS_HOST_BROKER_INDICATOR_TERMINAL_H

#include "host/broker/indicator.h"
#include "host/sys/loop.h"

typedef struct pcs_indicator_terminal_config {
  pcs_loop *loop;
  pcs_indicator_events events;
} pcs_indicator_terminal_config;

/* pcs_indicator_terminal_new: its only event is seen false, once in a later turn after something
 * has come into use. Its show gives PCS_ERR_UNSUPPORTED without a terminal of our own,
 * PCS_ERR_RANGE for too many lines. */
PCS_MUST_USE pcs_status pcs_indicator_terminal_new(pcs_indicator *out_indicator,
                                                   const pcs_indicator_terminal_config *config);

#endif
