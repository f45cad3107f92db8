/*
 * The prompter for kiosks and tests: a file answers (host/prompt/policy_file.h). It is read once,
 * when the prompter is made, and believed only if nobody else could have written it; a change needs
 * a new start. It asks nobody and shows nothing.
 */
#ifndef PCS_HOST_BROKER_PROMPT_FILE_H
#define PCS_HOST_BROKER_PROMPT_FILE_H

#include "host/broker/prompt.h"
#include "host/prompt/policy_file.h"
#include "host/sys/loop.h"

/* Questions whose answer waits for the next turn of the loop. */
#define PCS_PROMPT_FILE_WAITING_MAX 16

typedef struct pcs_prompt_file_config {
  pcs_loop *loop;
  const char *path;
  pcs_prompt_answered answered;
  void *context;
} pcs_prompt_file_config;

/*
 * pcs_prompt_file_new: PCS_ERR_SYNTAX, NOT_FOUND, UNTRUSTED (somebody else may have written it),
 * TOO_LARGE, SYSTEM; *out_flaw says in which line and what is wrong.
 */
PCS_MUST_USE pcs_status pcs_prompt_file_new(pcs_prompter *out_prompter, pcs_policy_flaw *out_flaw,
                                            const pcs_prompt_file_config *config);

#endif
