/*
 * Two ways of asking as one: a question goes to the first, or, where there is nobody to ask that
 * way, to the second. It owns both and shows nothing itself.
 */
#ifndef PCS_HOST_BROKER_PROMPT_EITHER_H
#define PCS_HOST_BROKER_PROMPT_EITHER_H

#include "host/broker/prompt.h"

/* pcs_prompt_either_new takes both prompters, also when it fails. Answers come as from either. */
PCS_MUST_USE pcs_status pcs_prompt_either_new(pcs_prompter *out_prompter, const pcs_prompter *first,
                                              const pcs_prompter *second);

#endif
