#include "host/broker/prompt_process.h"

#include <stdlib.h>

#include "host/broker/window.h"
#include "host/prompt/wire.h"

typedef struct prompts prompts;

typedef struct prompt_window {
  prompts *owner;
  pcs_window *window; /* NULL: the place is free */
  pcs_timer *deadline;
  pcs_question question;
  bool shown;
} prompt_window;

struct prompts {
  pcs_prompt_process_config config;
  prompt_window windows[PCS_PROMPT_WINDOWS_MAX];
};

static void clear(prompt_window *place) {
  pcs_window_free(place->window);
  pcs_timer_free(place->deadline);
  place->window = NULL;
  place->deadline = NULL;
}

/* The window goes first: whoever hears the answer may put the next question into its place. */
static void finish(prompt_window *place, const pcs_answer *answer) {
  prompts *owner = place->owner;
  clear(place);
  owner->config.answered(owner->config.context, answer);
}

static void dismiss(prompt_window *place) {
  pcs_answer answer = {.question = place->question.id, .kind = PCS_ANSWER_DISMISSED};
  finish(place, &answer);
}

static void on_late(void *context) {
  dismiss((prompt_window *)context);
}

static void on_ended(void *context) {
  dismiss((prompt_window *)context);
}

static void on_answer(prompt_window *place, pcs_span message) {
  pcs_answer answer;
  if (pcs_answer_read(&answer, message) == PCS_OK && place->shown &&
      pcs_answer_check(&answer, &place->question) == PCS_OK) {
    finish(place, &answer);
  } else {
    dismiss(place);
  }
}

static void on_stage(prompt_window *place, pcs_prompt_stage stage) {
  prompts *owner = place->owner;
  if (stage == PCS_PROMPT_SHOWN && !place->shown) {
    place->shown = true;
    pcs_timer_set(place->deadline, PCS_PROMPT_PATIENCE_US);
  }
  if (owner->config.reached != NULL) {
    owner->config.reached(owner->config.context, place->question.id, stage);
  }
}

static void on_message(void *context, pcs_span message) {
  prompt_window *place = (prompt_window *)context;
  switch (pcs_wire_kind_of(message)) {
  case PCS_WIRE_SHOWN:
    on_stage(place, PCS_PROMPT_SHOWN);
    break;
  case PCS_WIRE_ARMED:
    on_stage(place, PCS_PROMPT_ARMED);
    break;
  case PCS_WIRE_ANSWER:
    on_answer(place, message);
    break;
  default:
    dismiss(place);
  }
}

static pcs_status open_window(prompt_window *place, const pcs_question *question) {
  uint8_t memory[PCS_QUESTION_WIRE_BYTES_MAX];
  pcs_writer writer;
  pcs_span message;
  const pcs_prompt_process_config *config = &place->owner->config;
  pcs_window_config window = {.loop = config->loop,
                              .path = config->path,
                              .name = "portcullis-prompt",
                              .message = on_message,
                              .ended = on_ended,
                              .context = place};
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_question_write(&writer, question);
  pcs_status status = pcs_writer_finish(&writer, &message);
  if (status == PCS_OK) {
    status = pcs_timer_new(&place->deadline, config->loop, on_late, place);
  }
  if (status == PCS_OK) {
    status = pcs_window_open(&place->window, &window);
  }
  return status == PCS_OK ? pcs_window_send(place->window, message) : status;
}

static pcs_status put(void *self, const pcs_question *question) {
  prompts *owner = (prompts *)self;
  prompt_window *place = NULL;
  for (size_t i = 0; i < PCS_PROMPT_WINDOWS_MAX && place == NULL; i++) {
    place = owner->windows[i].window == NULL ? &owner->windows[i] : NULL;
  }
  if (pcs_question_check(question) != PCS_OK) {
    return PCS_ERR_RANGE;
  }
  if (place == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_status status = open_window(place, question);
  if (status != PCS_OK) {
    clear(place);
    return status == PCS_ERR_UNSUPPORTED ? status : PCS_ERR_SYSTEM;
  }
  place->question = *question;
  place->shown = false;
  pcs_timer_set(place->deadline, PCS_PROMPT_START_US);
  return PCS_OK;
}

static void withdraw(void *self, uint64_t question) {
  prompts *owner = (prompts *)self;
  for (size_t i = 0; i < PCS_PROMPT_WINDOWS_MAX; i++) {
    if (owner->windows[i].window != NULL && owner->windows[i].question.id == question) {
      clear(&owner->windows[i]);
    }
  }
}

static void free_prompts(void *self) {
  prompts *owner = (prompts *)self;
  for (size_t i = 0; owner != NULL && i < PCS_PROMPT_WINDOWS_MAX; i++) {
    clear(&owner->windows[i]);
  }
  free(owner);
}

pcs_status pcs_prompt_process_new(pcs_prompter *out_prompter,
                                  const pcs_prompt_process_config *config) {
  *out_prompter = (pcs_prompter){.put = NULL};
  prompts *owner = calloc(1, sizeof *owner);
  if (owner == NULL) {
    return PCS_ERR_SYSTEM;
  }
  owner->config = *config;
  for (size_t i = 0; i < PCS_PROMPT_WINDOWS_MAX; i++) {
    owner->windows[i].owner = owner;
  }
  *out_prompter =
      (pcs_prompter){.put = put, .withdraw = withdraw, .free = free_prompts, .self = owner};
  return PCS_OK;
}
