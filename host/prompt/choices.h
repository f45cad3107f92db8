/*
 * A question as text with numbered choices, for a person at a terminal: no first, then every way of
 * allowing it that may be offered, then blocked. It knows no terminal and keeps nothing.
 */
#ifndef PCS_HOST_PROMPT_CHOICES_H
#define PCS_HOST_PROMPT_CHOICES_H

#include "host/broker/prompt.h"

/* No; each duration, with anybody or with the verified peer only; blocked. */
#define PCS_CHOICES_MAX (1 + 2 * PCS_NUM_DURATIONS + 1)
/* A question with two long origins, 8 peers and 32 labels of nothing but controls. */
#define PCS_CHOICES_TEXT_BYTES_MAX 49152

typedef struct pcs_choice {
  pcs_answer_kind kind; /* DENIED, ALLOWED, BLOCKED */
  pcs_duration duration;
  bool only_this_peer;
} pcs_choice;

/* pcs_choices_list is how many of out_choices were written, at least one. */
size_t pcs_choices_list(pcs_choice out_choices[PCS_CHOICES_MAX], const pcs_question *question);
/* pcs_choices_rights is what of the question can be allowed: rights whose device is there. */
uint32_t pcs_choices_rights(const pcs_question *question);
/* pcs_choices_devices is how many devices of the question are for these rights, their indices in
 * out_indices. */
size_t pcs_choices_devices(uint8_t out_indices[PCS_QUESTION_DEVICES_MAX],
                           const pcs_question *question, uint32_t rights);

/* Each writes whole lines. Nothing in them is a control byte but the line's end. */
void pcs_choices_write_question(pcs_writer *writer, const pcs_question *question);
void pcs_choices_write(pcs_writer *writer, const pcs_choice *choices, size_t num);
void pcs_choices_write_devices(pcs_writer *writer, const pcs_question *question,
                               const uint8_t *indices, size_t num);

#endif
