/*
 * Asking the person at the machine: what a question says, what can be answered, and the one
 * interface that every way of asking implements: a GTK dialog, a terminal, the program around the
 * page, a file of answers. A prompter shows and hears; it judges nothing, knows no store, and
 * believes nothing that a page could have written: origins are shown in full, never as markup.
 *
 * Which question is put, and when, is for questions.h; what an answer means, for core/policy.
 */
#ifndef PCS_HOST_BROKER_PROMPT_H
#define PCS_HOST_BROKER_PROMPT_H

#include "core/policy/request.h"

/* A person's machine has a handful; a list to choose from has a screenful. */
#define PCS_QUESTION_DEVICES_MAX 32
#define PCS_DEVICE_LABEL_BYTES_MAX 128
/* No answer before: a page that times its request for a click or key press gains nothing
 * (requirements X35). */
#define PCS_PROMPT_INERT_US (500ull * 1000)

/* A device that a person may choose for one of the rights in question. */
typedef struct pcs_device_choice {
  uint32_t right; /* one pcs_right */
  pcs_device device;
  uint8_t label_len;
  uint8_t label[PCS_DEVICE_LABEL_BYTES_MAX]; /* UTF-8, for people */
} pcs_device_choice;

/* One question: plain rights together, or those of the display tier (pcs_rights_take_question). */
typedef struct pcs_question {
  uint64_t id; /* the broker's, not 0 */
  pcs_origin origin;
  pcs_origin embedder; /* shown when it is another */
  uint32_t rights;
  pcs_reason reason;  /* why it is asked */
  uint32_t durations; /* which may be offered, as bits 1 << pcs_duration */
  bool can_block;     /* "blocked" may be offered: never for a screen, or in private */
  pcs_peer peer;      /* whom DTLS has proved to be there; not empty: "only with them" is offered */
  size_t num_devices;
  pcs_device_choice devices[PCS_QUESTION_DEVICES_MAX];
} pcs_question;

typedef enum pcs_answer_kind {
  PCS_ANSWER_DISMISSED, /* closed without a word, timed out, or the prompter failed: not allowed */
  PCS_ANSWER_DENIED,    /* no, this time */
  PCS_ANSWER_BLOCKED,   /* no, and do not ask again */
  PCS_ANSWER_ALLOWED,
} pcs_answer_kind;

/* All-zero is a no. */
typedef struct pcs_answer {
  uint64_t question;
  pcs_answer_kind kind;
  uint32_t rights;       /* ALLOWED: a subset of the question's */
  pcs_duration duration; /* ALLOWED: one of those offered */
  bool only_this_peer;   /* ALLOWED: bound to the question's peer */
  /* ALLOWED: indices into the question's devices, one for each right that needs one. */
  size_t num_devices;
  uint8_t devices[PCS_QUESTION_DEVICES_MAX];
} pcs_answer;

/* Hears one answer for each question that was put and not withdrawn, in a later turn of the loop.
 */
typedef void (*pcs_prompt_answered)(void *context, const pcs_answer *answer);

/* A way of asking. Its maker (prompt_gtk.h, prompt_terminal.h, prompt_shell.h, prompt_file.h) is
 * given the loop and what hears the answers. */
typedef struct pcs_prompter {
  /* put shows the question, which is borrowed for the call. PCS_ERR_NO_SPACE when it shows as many
   * as it can; PCS_ERR_UNSUPPORTED when there is nobody to ask (no display, no terminal). */
  pcs_status (*put)(void *self, const pcs_question *question);
  /* withdraw takes a question away: its page has gone. No answer comes. */
  void (*withdraw)(void *self, uint64_t question);
  void (*free)(void *self);
  void *self;
} pcs_prompter;

/*
 * pcs_answer_check: PCS_OK when the answer fits its question; PCS_ERR_RANGE otherwise, and then it
 * counts as dismissed. Prompters run it on what another process told them; the broker runs it
 * again.
 */
PCS_MUST_USE pcs_status pcs_answer_check(const pcs_answer *answer, const pcs_question *question);

#endif
