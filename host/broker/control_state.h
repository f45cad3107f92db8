/*
 * What the control line is made of. For the control*.c files only.
 *
 *   control.c         the line; origins, tokens, pages
 *   control_ask.c     asks of the program around the pages
 *   control_prompt.c  it is asked, and answers for its person
 *   control_show.c    it shows what is used
 */
#ifndef PCS_HOST_BROKER_CONTROL_STATE_H
#define PCS_HOST_BROKER_CONTROL_STATE_H

#include "host/broker/control.h"
#include "host/broker/counter.h"
#include "host/broker/lines.h"

#define PCS_TAG_BYTES_MAX 32

typedef struct pcs_control_ask {
  uint64_t page; /* its own, in consent; 0: the place is free */
  uint8_t tag_len;
  uint8_t tag[PCS_TAG_BYTES_MAX];
} pcs_control_ask;

struct pcs_control {
  pcs_control_config config;
  pcs_lines *lines;
  pcs_control_link link;
  pcs_consent *consent;
  pcs_pages *pages;
  pcs_counter counter;
  pcs_control_ask asks[PCS_CONTROL_ASKS_MAX];
  /* questions that were put, to know what an answer's names mean */
  size_t num_questions;
  pcs_question questions[PCS_QUESTIONS_AT_SHELL_MAX];
};

/* Each handles the rest of a line behind its command's word. */
void pcs_control_hear_ask(pcs_control *control, pcs_span rest);
void pcs_control_hear_end(pcs_control *control, pcs_span rest);
void pcs_control_hear_answer(pcs_control *control, pcs_span rest);
void pcs_control_hear_stop(pcs_control *control, pcs_span rest);
void pcs_control_hear_seen(pcs_control *control, pcs_span rest);

/* pcs_control_next_origin takes the next word, which must be an origin that is somebody's. */
PCS_MUST_USE pcs_status pcs_control_next_origin(pcs_span *rest, pcs_origin *out_origin);

#endif
