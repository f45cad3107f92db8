/*
 * The prompter whose questions are windows, each in a process of its own: portcullis-prompt, which
 * reads one question, shows it and says what was answered. A process that ends without an answer,
 * is not seen in time, or answers what was not asked has dismissed its question. It owns the
 * processes and judges nothing.
 */
#ifndef PCS_HOST_BROKER_PROMPT_PROCESS_H
#define PCS_HOST_BROKER_PROMPT_PROCESS_H

#include "host/broker/prompt.h"
#include "host/sys/loop.h"

/* Windows at a time; one for each origin is for the queue of questions. */
#define PCS_PROMPT_WINDOWS_MAX 4
/* Until a window must be seen: a cold start on a slow machine. */
#define PCS_PROMPT_START_US (20ull * 1000 * 1000)

typedef enum pcs_prompt_stage {
  PCS_PROMPT_SHOWN, /* a person can see it */
  PCS_PROMPT_ARMED, /* a person can answer it: for each time that it was inert before */
} pcs_prompt_stage;

typedef struct pcs_prompt_process_config {
  pcs_loop *loop;
  const char *path; /* NULL: portcullis-prompt beside this program */
  pcs_prompt_answered answered;
  /* what a window tells of itself, for logs and tests; may be NULL */
  void (*reached)(void *context, uint64_t question, pcs_prompt_stage stage);
  void *context;
} pcs_prompt_process_config;

/* pcs_prompt_process_new starts nothing yet. Its put also gives PCS_ERR_RANGE for a question that
 * pcs_question_check refuses. */
PCS_MUST_USE pcs_status pcs_prompt_process_new(pcs_prompter *out_prompter,
                                               const pcs_prompt_process_config *config);

#endif
