/*
 * The prompter for a machine without windows: one question at a time on the controlling terminal,
 * as text with numbered choices; Enter alone is no. What was typed before a person can have read
 * the question is thrown away. Nothing that is printed can move the cursor or clear the screen.
 */
#ifndef PCS_HOST_BROKER_PROMPT_TERMINAL_H
#define PCS_HOST_BROKER_PROMPT_TERMINAL_H

#include "host/broker/prompt.h"
#include "host/sys/loop.h"

typedef struct pcs_prompt_terminal_config {
  pcs_loop *loop;
  pcs_prompt_answered answered;
  void *context;
} pcs_prompt_terminal_config;

/* pcs_prompt_terminal_new opens nothing yet. Its put gives PCS_ERR_NO_SPACE while a question
 * stands, PCS_ERR_UNSUPPORTED without a terminal of our own, PCS_ERR_RANGE as pcs_question_check.
 */
PCS_MUST_USE pcs_status pcs_prompt_terminal_new(pcs_prompter *out_prompter,
                                                const pcs_prompt_terminal_config *config);

#endif
