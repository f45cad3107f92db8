/*
 * The ways of asking and of showing that the broker has by itself, by the names its command line
 * gives them. "auto" asks by a window where there is a display and the program for it, else at the
 * terminal, each time anew. The shell's way is control.h's.
 *
 *   prompt      auto | gtk | terminal | file:PATH | none
 *   indicator   gtk | terminal | none
 */
#ifndef PCS_HOST_BROKER_WAYS_H
#define PCS_HOST_BROKER_WAYS_H

#include "host/broker/indicator.h"
#include "host/broker/prompt.h"
#include "host/sys/loop.h"

/* A sentence about a file, with its path and line. */
#define PCS_WAYS_SENTENCE_BYTES_MAX 512

typedef struct pcs_ways_config {
  pcs_loop *loop;
  pcs_prompt_answered answered;
  void *context;               /* for answered */
  pcs_indicator_events events; /* with a context of their own */
} pcs_ways_config;

/* pcs_ways_prompter makes the prompter called name. PCS_ERR_UNSUPPORTED: there is no such way; else
 * what its maker says. out_sentence says why, with a NUL. "none" gives an all-zero one and PCS_OK.
 */
PCS_MUST_USE pcs_status pcs_ways_prompter(pcs_prompter *out_prompter,
                                          char out_sentence[PCS_WAYS_SENTENCE_BYTES_MAX],
                                          const pcs_ways_config *config, const char *name);
/* pcs_ways_indicator: the same for the indicator. */
PCS_MUST_USE pcs_status pcs_ways_indicator(pcs_indicator *out_indicator,
                                           char out_sentence[PCS_WAYS_SENTENCE_BYTES_MAX],
                                           const pcs_ways_config *config, const char *name);

#endif
