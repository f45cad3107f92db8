#include "host/broker/prompt_either.h"

#include <stdlib.h>

typedef struct either {
  pcs_prompter first;
  pcs_prompter second;
} either;

static pcs_status put(void *context, const pcs_question *question) {
  const either *self = (const either *)context;
  pcs_status status = self->first.put(self->first.self, question);
  return status == PCS_ERR_UNSUPPORTED ? self->second.put(self->second.self, question) : status;
}

/* The one that does not have it does nothing. */
static void withdraw(void *context, uint64_t question) {
  const either *self = (const either *)context;
  self->first.withdraw(self->first.self, question);
  self->second.withdraw(self->second.self, question);
}

static void free_either(void *context) {
  either *self = (either *)context;
  if (self != NULL) {
    self->first.free(self->first.self);
    self->second.free(self->second.self);
    free(self);
  }
}

pcs_status pcs_prompt_either_new(pcs_prompter *out_prompter, const pcs_prompter *first,
                                 const pcs_prompter *second) {
  *out_prompter = (pcs_prompter){.put = NULL};
  either *self = calloc(1, sizeof *self);
  if (self == NULL) {
    first->free(first->self);
    second->free(second->self);
    return PCS_ERR_SYSTEM;
  }
  self->first = *first;
  self->second = *second;
  *out_prompter =
      (pcs_prompter){.put = put, .withdraw = withdraw, .free = free_either, .self = self};
  return PCS_OK;
}
