#include "core/base/text.h"
#include "host/broker/control_state.h"
#include "host/broker/json.h"
#include "host/sys/clock.h"

/*
 * The program around the pages asks the person its own way. It is told "question ID JSON" and says
 *
 *   answer ID allow duration=call|page|site [rights=NAME,...] [peer=yes] [devices=0,2]
 *   answer ID deny | block | dismiss
 *
 * rights left out: all that were asked for; devices left out: the first of each right.
 */

/* ---- the question ---- */

static void write_devices(pcs_writer *writer, const pcs_question *question) {
  pcs_writer_text(writer, "[");
  for (size_t i = 0; i < question->num_devices; i++) {
    const pcs_device_choice *choice = &question->devices[i];
    pcs_writer_text(writer, i > 0 ? ",{" : "{");
    pcs_json_key(writer, "right");
    pcs_json_text(writer, pcs_span_of_text(pcs_right_find(choice->right)->name));
    pcs_json_key(writer, "device");
    pcs_json_text(writer, pcs_device_name(&choice->device));
    pcs_json_key(writer, "label");
    pcs_json_text(writer, (pcs_span){choice->label, choice->label_len});
    pcs_writer_text(writer, "}");
  }
  pcs_writer_text(writer, "]");
}

static void write_words(pcs_writer *writer, uint32_t rights) {
  bool is_first = true;
  pcs_writer_text(writer, "[");
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    if ((rights & right) != 0) {
      pcs_writer_text(writer, is_first ? "" : ",");
      pcs_json_text(writer, pcs_span_of_text(pcs_right_find(right)->words));
      is_first = false;
    }
  }
  pcs_writer_text(writer, "]");
}

static void write_question(pcs_writer *writer, const pcs_question *question) {
  pcs_writer_text(writer, "question ");
  pcs_writer_decimal(writer, question->id);
  pcs_writer_text(writer, " {");
  pcs_json_key(writer, "origin");
  pcs_json_text(writer, pcs_span_of_text(question->origin.text));
  pcs_json_key(writer, "embedder");
  pcs_json_text(writer, pcs_span_of_text(question->embedder.text));
  pcs_json_key(writer, "rights");
  pcs_json_rights(writer, question->rights);
  pcs_json_key(writer, "words");
  write_words(writer, question->rights);
  pcs_json_key(writer, "reason");
  pcs_json_text(writer, pcs_span_of_text(pcs_reason_name(question->reason)));
  pcs_json_key(writer, "durations");
  pcs_json_durations(writer, question->durations);
  pcs_json_key(writer, "canBlock");
  pcs_writer_text(writer, question->can_block ? "true" : "false");
  pcs_json_key(writer, "peer");
  pcs_json_peer(writer, &question->peer);
  pcs_json_key(writer, "devices");
  write_devices(writer, question);
  pcs_writer_text(writer, "}");
}

static pcs_status put(void *self, const pcs_question *question) {
  pcs_control *control = (pcs_control *)self;
  if (control->num_questions == PCS_QUESTIONS_AT_SHELL_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_writer writer = pcs_lines_writer(control->lines);
  write_question(&writer, question);
  pcs_status status = pcs_lines_say(control->lines, &writer);
  if (status == PCS_OK) {
    control->questions[control->num_questions++] = *question;
  }
  return status;
}

static pcs_question *find(pcs_control *control, uint64_t id) {
  for (size_t i = 0; i < control->num_questions; i++) {
    if (control->questions[i].id == id) {
      return &control->questions[i];
    }
  }
  return NULL;
}

static void drop(pcs_control *control, pcs_question *question) {
  *question = control->questions[--control->num_questions];
}

static void withdraw(void *self, uint64_t id) {
  pcs_control *control = (pcs_control *)self;
  pcs_question *question = find(control, id);
  if (question == NULL) {
    return;
  }
  drop(control, question);
  pcs_writer writer = pcs_lines_writer(control->lines);
  pcs_writer_text(&writer, "withdrawn ");
  pcs_writer_decimal(&writer, id);
  pcs_status status = pcs_lines_say(control->lines, &writer);
  (void)status; /* an answer to it would be void */
}

static void free_nothing(void *self) {
  (void)self;
}

pcs_prompter pcs_control_prompter(pcs_control *control) {
  return (pcs_prompter){.put = put, .withdraw = withdraw, .free = free_nothing, .self = control};
}

/* ---- the answer ---- */

static bool read_kind(pcs_span word, pcs_answer_kind *out_kind) {
  static const char *const words[] = {"dismiss", "deny", "block", "allow"};
  static const pcs_answer_kind kinds[] = {PCS_ANSWER_DISMISSED, PCS_ANSWER_DENIED,
                                          PCS_ANSWER_BLOCKED, PCS_ANSWER_ALLOWED};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (pcs_span_equal_text(word, words[i])) {
      *out_kind = kinds[i];
      return true;
    }
  }
  return false;
}

static bool read_duration(pcs_span word, pcs_duration *out_duration) {
  for (int i = 0; i < PCS_NUM_DURATIONS; i++) {
    if (pcs_span_equal_text(word, pcs_duration_name((pcs_duration)i))) {
      *out_duration = (pcs_duration)i;
      return true;
    }
  }
  return false;
}

static bool read_rights(pcs_span names, uint32_t *out_rights) {
  pcs_span name;
  *out_rights = 0;
  while (pcs_text_next_field(&names, ',', &name)) {
    const pcs_right_row *row = pcs_right_find_named(name);
    if (row == NULL) {
      return false;
    }
    *out_rights |= (uint32_t)row->right;
  }
  return true;
}

static bool read_devices(pcs_span numbers, pcs_answer *answer) {
  pcs_span number;
  answer->num_devices = 0;
  while (pcs_text_next_field(&numbers, ',', &number)) {
    uint64_t index = 0;
    if (answer->num_devices == PCS_QUESTION_DEVICES_MAX ||
        pcs_text_decimal(number, PCS_QUESTION_DEVICES_MAX - 1, &index) != PCS_OK) {
      return false;
    }
    answer->devices[answer->num_devices++] = (uint8_t)index;
  }
  return true;
}

static void choose_first_devices(pcs_answer *answer, const pcs_question *question) {
  uint32_t chosen = 0;
  for (size_t i = 0; i < question->num_devices; i++) {
    uint32_t right = question->devices[i].right;
    if ((answer->rights & right) != 0 && (chosen & right) == 0) {
      chosen |= right;
      answer->devices[answer->num_devices++] = (uint8_t)i;
    }
  }
}

static bool read_words(pcs_span rest, const pcs_question *question, pcs_answer *answer) {
  pcs_span word;
  bool good = true;
  bool has_devices = false;
  answer->rights = question->rights;
  while (good && pcs_text_next_token(&rest, ' ', &word)) {
    if (pcs_text_skip(&word, "duration=")) {
      good = read_duration(word, &answer->duration);
    } else if (pcs_text_skip(&word, "rights=")) {
      good = read_rights(word, &answer->rights);
    } else if (pcs_text_skip(&word, "devices=")) {
      good = has_devices = read_devices(word, answer);
    } else if (pcs_span_equal_text(word, "peer=yes")) {
      answer->only_this_peer = true;
    } else {
      good = false;
    }
  }
  if (good && !has_devices) {
    choose_first_devices(answer, question);
  }
  return good;
}

void pcs_control_hear_answer(pcs_control *control, pcs_span rest) {
  pcs_span number = {0};
  pcs_span kind = {0};
  uint64_t id = 0;
  (void)pcs_text_next_token(&rest, ' ', &number);
  (void)pcs_text_next_token(&rest, ' ', &kind);
  pcs_question *found =
      pcs_text_decimal(number, UINT64_MAX, &id) == PCS_OK ? find(control, id) : NULL;
  if (found == NULL) {
    pcs_lines_error(control->lines, "There is no such question, or not any more.");
    return;
  }
  pcs_question question = *found;
  pcs_answer answer = {.question = id};
  bool good = read_kind(kind, &answer.kind);
  if (good && answer.kind == PCS_ANSWER_ALLOWED) {
    good = read_words(rest, &question, &answer);
  }
  if (!good || pcs_answer_check(&answer, &question) != PCS_OK) {
    pcs_lines_error(control->lines, "This is no answer to that question.");
    return;
  }
  drop(control, found);
  pcs_lines_answer(control->lines, "ok");
  pcs_consent_answer(control->consent, &answer, pcs_clock_unix_us());
}
