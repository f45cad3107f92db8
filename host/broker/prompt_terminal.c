#include "host/broker/prompt_terminal.h"

#include <stdlib.h>

#include "core/base/text.h"
#include "host/prompt/choices.h"
#include "host/sys/descriptor.h"
#include "host/sys/terminal.h"

#define LINE_BYTES_MAX 32
/* Lines that are no number of the list, until it counts as no. */
#define TRIES_MAX 3
#define DISPLAY_RIGHTS (PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)

typedef enum stage {
  STAGE_IDLE,
  STAGE_INERT,  /* shown, not yet to be answered */
  STAGE_CHOICE, /* yes or no, and for how long */
  STAGE_DEVICE, /* which one for the rights of device_rights */
} stage;

typedef struct terminal {
  pcs_prompt_terminal_config config;
  int descriptor;
  pcs_watch *watch;
  pcs_timer *timer;
  stage stage;
  unsigned num_tries;
  pcs_question question;
  pcs_answer answer; /* as far as it was given */
  pcs_choice choices[PCS_CHOICES_MAX];
  uint32_t rights_left;   /* ALLOWED: not yet settled */
  uint32_t device_rights; /* whose device is asked for */
  uint8_t indices[PCS_QUESTION_DEVICES_MAX];
  size_t num_listed;
  uint8_t line[LINE_BYTES_MAX];
  size_t line_len;
} terminal;

/* ---- the end of a question ---- */

static void hang_up(terminal *self) {
  pcs_watch_free(self->watch);
  pcs_descriptor_close(&self->descriptor);
  pcs_timer_set(self->timer, UINT64_MAX);
  self->watch = NULL;
  self->stage = STAGE_IDLE;
}

static void finish(terminal *self, const pcs_answer *answer) {
  hang_up(self);
  self->config.answered(self->config.context, answer);
}

static void finish_bare(terminal *self, pcs_answer_kind kind) {
  pcs_answer answer = {.question = self->question.id, .kind = kind};
  finish(self, &answer);
}

static void finish_allowed(terminal *self) {
  pcs_answer answer = self->answer;
  if (pcs_answer_check(&answer, &self->question) == PCS_OK) {
    finish(self, &answer);
  } else {
    finish_bare(self, PCS_ANSWER_DENIED);
  }
}

/* ---- printing ---- */

static uint8_t text[PCS_CHOICES_TEXT_BYTES_MAX];

static pcs_writer begin_text(void) {
  pcs_writer writer;
  pcs_writer_init(&writer, text, sizeof text);
  return writer;
}

/* A terminal that does not take it all does not show it all: nobody is asked. */
static pcs_status print(const terminal *self, const pcs_writer *writer) {
  pcs_span rest;
  pcs_status status = pcs_writer_finish(writer, &rest);
  while (status == PCS_OK && rest.len > 0) {
    size_t written = 0;
    status = pcs_descriptor_write(self->descriptor, rest, &written);
    rest = pcs_text_slice(rest, written, rest.len);
  }
  return status;
}

static pcs_status say(const terminal *self, const char *sentence) {
  pcs_writer writer = begin_text();
  pcs_writer_text(&writer, sentence);
  return print(self, &writer);
}

/* ---- which device ---- */

static void choose_device(terminal *self, uint8_t index) {
  self->answer.devices[self->answer.num_devices++] = index;
  self->answer.rights |= self->question.devices[index].right;
}

/* A microphone of one is no choice; what of the screen is shown always is. */
static bool is_a_choice(const terminal *self) {
  return self->num_listed > 1 || (self->device_rights & DISPLAY_RIGHTS) != 0;
}

static pcs_status ask_device(terminal *self) {
  pcs_writer writer = begin_text();
  pcs_choices_write_devices(&writer, &self->question, self->indices, self->num_listed);
  pcs_writer_text(&writer, "Which one [1]: ");
  self->stage = STAGE_DEVICE;
  return print(self, &writer);
}

/* Screen and window share a list; every other right is settled by itself. */
static uint32_t next_rights(uint32_t right) {
  return (right & DISPLAY_RIGHTS) != 0 ? DISPLAY_RIGHTS : right;
}

static bool needs_device(uint32_t right) {
  const pcs_right_row *row = pcs_right_find(right);
  return row != NULL && row->needs == PCS_NEEDS_DEVICE;
}

/* Settles the rights that are left, up to one whose device must be asked for. */
static void go_on(terminal *self) {
  while (self->rights_left != 0) {
    uint32_t right = self->rights_left & (~self->rights_left + 1);
    self->device_rights = next_rights(right);
    self->rights_left &= ~self->device_rights;
    if (!needs_device(right)) {
      self->answer.rights |= right;
      continue;
    }
    self->num_listed = pcs_choices_devices(self->indices, &self->question, self->device_rights);
    if (is_a_choice(self)) {
      if (ask_device(self) != PCS_OK) {
        finish_bare(self, PCS_ANSWER_DISMISSED);
      }
      return;
    }
    choose_device(self, self->indices[0]);
  }
  finish_allowed(self);
}

/* ---- what was typed ---- */

static void take_choice(terminal *self, size_t number) {
  const pcs_choice *choice = &self->choices[number - 1];
  if (choice->kind != PCS_ANSWER_ALLOWED) {
    finish_bare(self, choice->kind);
    return;
  }
  self->answer = (pcs_answer){.question = self->question.id,
                              .kind = PCS_ANSWER_ALLOWED,
                              .duration = choice->duration,
                              .only_this_peer = choice->only_this_peer};
  self->rights_left = pcs_choices_rights(&self->question);
  self->num_tries = 0;
  go_on(self);
}

static void take_device(terminal *self, size_t number) {
  if (number == 1) {
    finish_bare(self, PCS_ANSWER_DENIED);
    return;
  }
  choose_device(self, self->indices[number - 2]);
  go_on(self);
}

static void take_line(terminal *self, size_t line_len) {
  uint64_t number = 1;
  size_t most = self->stage == STAGE_DEVICE ? self->num_listed + 1 : self->num_listed;
  pcs_span line = pcs_text_trim((pcs_span){self->line, line_len});
  if (line.len > 0 && (pcs_text_decimal(line, most, &number) != PCS_OK || number == 0)) {
    self->num_tries++;
    if (self->num_tries == TRIES_MAX || say(self, "A number of the list, please: ") != PCS_OK) {
      finish_bare(self, PCS_ANSWER_DENIED);
    }
  } else if (self->stage == STAGE_DEVICE) {
    take_device(self, (size_t)number);
  } else {
    take_choice(self, (size_t)number);
  }
}

/* Byte by byte: a terminal that does not gather lines is as good. */
static void on_ready(void *context, unsigned ready_for) {
  terminal *self = (terminal *)context;
  uint8_t byte = 0;
  size_t len = 0;
  (void)ready_for;
  pcs_status status = pcs_descriptor_read(self->descriptor, &byte, 1, &len);
  if (status == PCS_ERR_NO_SPACE) {
    return;
  }
  if (status != PCS_OK) {
    finish_bare(self, PCS_ANSWER_DISMISSED);
  } else if (byte == '\n' || byte == '\r') {
    size_t line_len = self->line_len;
    self->line_len = 0;
    take_line(self, line_len); /* whoever hears the answer may free it all */
  } else {
    /* A line that is too long is no number: its last byte is written over. */
    self->line[self->line_len] = byte;
    self->line_len += self->line_len < LINE_BYTES_MAX - 1 ? 1 : 0;
  }
}

/* ---- a question ---- */

static void open_for_answers(terminal *self) {
  pcs_writer writer = begin_text();
  self->num_listed = pcs_choices_list(self->choices, &self->question);
  pcs_choices_write(&writer, self->choices, self->num_listed);
  pcs_writer_text(&writer, "Your choice [1]: ");
  /* What is there now was typed for something else. */
  pcs_terminal_discard(self->descriptor);
  if (print(self, &writer) != PCS_OK) {
    finish_bare(self, PCS_ANSWER_DISMISSED);
    return;
  }
  self->stage = STAGE_CHOICE;
  pcs_watch_want(self->watch, PCS_READABLE);
  pcs_timer_set(self->timer, PCS_PROMPT_PATIENCE_US);
}

static void on_time(void *context) {
  terminal *self = (terminal *)context;
  if (self->stage == STAGE_INERT) {
    open_for_answers(self);
  } else if (self->stage != STAGE_IDLE) {
    if (say(self, "\nNobody answered: not allowed.\n") == PCS_OK) {
      pcs_terminal_discard(self->descriptor);
    }
    finish_bare(self, PCS_ANSWER_DISMISSED);
  }
}

static pcs_status show(terminal *self) {
  pcs_writer writer = begin_text();
  pcs_status status = pcs_terminal_open(&self->descriptor);
  if (status == PCS_OK) {
    status = pcs_watch_new(&self->watch, self->config.loop, self->descriptor, on_ready, self);
  }
  if (status == PCS_OK) {
    pcs_choices_write_question(&writer, &self->question);
    status = print(self, &writer);
  }
  return status;
}

static pcs_status put(void *context, const pcs_question *question) {
  terminal *self = (terminal *)context;
  if (pcs_question_check(question) != PCS_OK) {
    return PCS_ERR_RANGE;
  }
  if (self->stage != STAGE_IDLE) {
    return PCS_ERR_NO_SPACE;
  }
  self->question = *question;
  self->line_len = 0;
  self->num_tries = 0;
  pcs_status status = show(self);
  if (status != PCS_OK) {
    hang_up(self);
    return status == PCS_ERR_UNSUPPORTED ? status : PCS_ERR_SYSTEM;
  }
  self->stage = STAGE_INERT;
  pcs_timer_set(self->timer, PCS_PROMPT_INERT_US);
  return PCS_OK;
}

static void withdraw(void *context, uint64_t question) {
  terminal *self = (terminal *)context;
  if (self->stage != STAGE_IDLE && self->question.id == question) {
    /* Whether it can still be said does not matter. */
    pcs_status said = say(self, "\nThe page has gone: nothing to answer.\n");
    (void)said;
    pcs_terminal_discard(self->descriptor);
    hang_up(self);
  }
}

static void free_terminal(void *context) {
  terminal *self = (terminal *)context;
  if (self != NULL) {
    hang_up(self);
    pcs_timer_free(self->timer);
    free(self);
  }
}

pcs_status pcs_prompt_terminal_new(pcs_prompter *out_prompter,
                                   const pcs_prompt_terminal_config *config) {
  *out_prompter = (pcs_prompter){.put = NULL};
  terminal *self = calloc(1, sizeof *self);
  if (self == NULL || pcs_timer_new(&self->timer, config->loop, on_time, self) != PCS_OK) {
    free(self);
    return PCS_ERR_SYSTEM;
  }
  self->config = *config;
  self->descriptor = PCS_DESCRIPTOR_NONE;
  *out_prompter =
      (pcs_prompter){.put = put, .withdraw = withdraw, .free = free_terminal, .self = self};
  return PCS_OK;
}
