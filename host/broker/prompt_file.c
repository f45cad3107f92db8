#include "host/broker/prompt_file.h"

#include <stdlib.h>
#include <string.h>

#include "host/sys/trusted_file.h"

typedef struct answerer {
  pcs_prompt_file_config config;
  pcs_timer *timer;
  size_t num_waiting;
  pcs_answer waiting[PCS_PROMPT_FILE_WAITING_MAX];
  pcs_policy_file file;
} answerer;

static void drop_first(answerer *self) {
  self->num_waiting--;
  memmove(self->waiting, self->waiting + 1, self->num_waiting * sizeof self->waiting[0]);
}

/* One for each turn: whoever hears it may put or withdraw others, or free it all. */
static void on_time(void *context) {
  answerer *self = (answerer *)context;
  if (self->num_waiting == 0) {
    return;
  }
  pcs_answer answer = self->waiting[0];
  drop_first(self);
  if (self->num_waiting > 0) {
    pcs_timer_set(self->timer, 0);
  }
  self->config.answered(self->config.context, &answer);
}

static pcs_status put(void *context, const pcs_question *question) {
  answerer *self = (answerer *)context;
  if (pcs_question_check(question) != PCS_OK) {
    return PCS_ERR_RANGE;
  }
  if (self->num_waiting == PCS_PROMPT_FILE_WAITING_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_policy_file_answer(&self->file, question, &self->waiting[self->num_waiting]);
  self->num_waiting++;
  pcs_timer_set(self->timer, 0);
  return PCS_OK;
}

static void withdraw(void *context, uint64_t question) {
  answerer *self = (answerer *)context;
  size_t kept = 0;
  for (size_t i = 0; i < self->num_waiting; i++) {
    if (self->waiting[i].question != question) {
      self->waiting[kept++] = self->waiting[i];
    }
  }
  self->num_waiting = kept;
}

static void free_answerer(void *context) {
  answerer *self = (answerer *)context;
  if (self != NULL) {
    pcs_timer_free(self->timer);
    free(self);
  }
}

/* ---- reading the file ---- */

static const char *sentence_of(pcs_status status) {
  switch (status) {
  case PCS_ERR_NOT_FOUND:
    return "There is no such file.";
  case PCS_ERR_UNTRUSTED:
    return "It is not a file that only you or root can write: others could answer for you.";
  case PCS_ERR_TOO_LARGE:
    return "It is larger than 64 KiB.";
  default:
    return "The system refused to read it.";
  }
}

static pcs_status read_file(answerer *self, pcs_policy_flaw *out_flaw) {
  pcs_span text;
  uint8_t *memory = malloc(PCS_POLICY_FILE_BYTES_MAX + 1);
  if (memory == NULL) {
    return PCS_ERR_SYSTEM;
  }
  pcs_status status =
      pcs_trusted_file_read(self->config.path, memory, PCS_POLICY_FILE_BYTES_MAX + 1, &text);
  if (status == PCS_OK) {
    status = pcs_policy_file_read(&self->file, out_flaw, text);
  } else {
    *out_flaw = (pcs_policy_flaw){0, sentence_of(status)};
  }
  free(memory);
  return status;
}

pcs_status pcs_prompt_file_new(pcs_prompter *out_prompter, pcs_policy_flaw *out_flaw,
                               const pcs_prompt_file_config *config) {
  *out_prompter = (pcs_prompter){.put = NULL};
  *out_flaw = (pcs_policy_flaw){0, sentence_of(PCS_ERR_SYSTEM)};
  answerer *self = calloc(1, sizeof *self);
  if (self == NULL || pcs_timer_new(&self->timer, config->loop, on_time, self) != PCS_OK) {
    free(self);
    return PCS_ERR_SYSTEM;
  }
  self->config = *config;
  pcs_status status = read_file(self, out_flaw);
  if (status != PCS_OK) {
    free_answerer(self);
    return status;
  }
  *out_prompter =
      (pcs_prompter){.put = put, .withdraw = withdraw, .free = free_answerer, .self = self};
  return PCS_OK;
}
