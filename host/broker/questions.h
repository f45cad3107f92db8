/*
 * The questions that a person is being asked: one at a time for each origin, each through the
 * prompter, each for one ask and for those that ask the same. It puts, finds and ends them; what is
 * asked is made by consent_ask.c, what an answer means is there too.
 */
#ifndef PCS_HOST_BROKER_QUESTIONS_H
#define PCS_HOST_BROKER_QUESTIONS_H

#include "host/broker/prompt.h"

/* At one time, of different origins: a prompter shows them one after another anyway. */
#define PCS_QUESTIONS_MAX 16

typedef struct pcs_questions {
  pcs_prompter prompter; /* put NULL: there is nobody */
  uint64_t last_id;
  size_t num;
  pcs_question entries[PCS_QUESTIONS_MAX];
} pcs_questions;

/* pcs_questions_of_origin is the one that is being put for the origin, or NULL. */
const pcs_question *pcs_questions_of_origin(const pcs_questions *questions,
                                            const pcs_origin *origin);
const pcs_question *pcs_questions_find(const pcs_questions *questions, uint64_t id);
/* pcs_questions_is_same: an answer to one is one to the other. Never of the display tier. */
bool pcs_questions_is_same(const pcs_question *a, const pcs_question *b);
/*
 * pcs_questions_put gives the question its id and puts it. PCS_ERR_NO_SPACE: later, when one has
 * ended; PCS_ERR_STATE: one of this origin is being put; PCS_ERR_UNSUPPORTED: there is nobody to
 * ask.
 */
PCS_MUST_USE pcs_status pcs_questions_put(pcs_questions *questions, pcs_question *question);
/* pcs_questions_end forgets a question that was answered; pcs_questions_withdraw takes it away. */
void pcs_questions_end(pcs_questions *questions, uint64_t id);
void pcs_questions_withdraw(pcs_questions *questions, uint64_t id);

#endif
