#include "host/prompt/policy_file.h"

#include <string.h>

#include "core/base/text.h"

#define DISPLAY_RIGHTS (PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)

/* ---- reading: each part gives a sentence when it is wrong, else NULL ---- */

static const char *read_origin(pcs_span *rest, pcs_origin *out_origin) {
  pcs_span word;
  bool good = pcs_text_next_token(rest, ' ', &word) &&
              pcs_origin_parse(word, out_origin) == PCS_OK && !out_origin->opaque;
  return good ? NULL : "This needs an origin such as https://app.example.";
}

static const char *read_kind(pcs_span *rest, pcs_policy_line *line) {
  pcs_span word = {NULL, 0};
  pcs_text_next_token(rest, ' ', &word);
  if (pcs_span_equal_text(word, "allow")) {
    line->kind = PCS_ANSWER_ALLOWED;
  } else if (pcs_span_equal_text(word, "deny")) {
    line->kind = PCS_ANSWER_DENIED;
  } else if (pcs_span_equal_text(word, "block")) {
    line->kind = PCS_ANSWER_BLOCKED;
  } else {
    return "A line begins with allow, deny, block or #.";
  }
  return NULL;
}

/* Whether the next word is this one, which is then passed over. */
static bool take_word(pcs_span *rest, const char *wanted) {
  pcs_span after = *rest;
  pcs_span word;
  if (!pcs_text_next_token(&after, ' ', &word) || !pcs_span_equal_text(word, wanted)) {
    return false;
  }
  *rest = after;
  return true;
}

static const char *read_rights(pcs_span *rest, pcs_policy_line *line) {
  pcs_span word;
  if (!pcs_text_next_token(rest, ' ', &word)) {
    return "This needs rights, such as microphone,camera.";
  }
  /* A comma at the end would be no field. */
  if (pcs_text_ends_with(word, ",")) {
    return "A comma stands between two rights.";
  }
  pcs_span name;
  while (pcs_text_next_field(&word, ',', &name)) {
    const pcs_right_row *row = pcs_right_find_named(name);
    if (row == NULL) {
      return "There is no such right.";
    }
    if ((line->rights & row->right) != 0) {
      return "A right is named twice.";
    }
    line->rights |= row->right;
  }
  return NULL;
}

static const char *read_duration(pcs_span *rest, pcs_policy_line *line) {
  unsigned i = 0;
  if (!take_word(rest, "for")) {
    return "To allow needs a time: for call, for page or for site.";
  }
  while (i < PCS_NUM_DURATIONS && !take_word(rest, pcs_duration_name((pcs_duration)i))) {
    i++;
  }
  if (i == PCS_NUM_DURATIONS) {
    return "The times are call, page and site.";
  }
  line->duration = (pcs_duration)i;
  for (uint32_t right = 1; right != 0 && right <= line->rights; right <<= 1) {
    const pcs_right_row *row = pcs_right_find(line->rights & right);
    if (row != NULL && line->duration > row->longest) {
      return "A screen or window is allowed for a call only.";
    }
  }
  return NULL;
}

static bool has_one_device(uint32_t rights) {
  const pcs_right_row *row = pcs_right_find(rights);
  return row != NULL && row->needs == PCS_NEEDS_DEVICE;
}

static const char *read_device(pcs_span *rest, pcs_policy_line *line) {
  if (!take_word(rest, "device")) {
    return NULL;
  }
  pcs_span label = pcs_text_trim(*rest);
  *rest = (pcs_span){NULL, 0};
  if (!has_one_device(line->rights)) {
    return "A device goes with one right that needs one.";
  }
  if (label.len == 0 || label.len > PCS_DEVICE_LABEL_BYTES_MAX) {
    return "A device has a name of 1 to 128 bytes.";
  }
  line->label_len = (uint8_t)label.len;
  memcpy(line->label, label.data, label.len);
  return NULL;
}

static const char *read_terms(pcs_span *rest, pcs_policy_line *line) {
  const char *sentence = read_duration(rest, line);
  if (sentence == NULL && take_word(rest, "with")) {
    line->only_verified_peer = take_word(rest, "verified-peer");
    sentence = line->only_verified_peer ? NULL : "After with comes verified-peer.";
  }
  return sentence != NULL ? sentence : read_device(rest, line);
}

static const char *read_line(pcs_span text, pcs_policy_line *line) {
  pcs_span rest = text;
  const char *sentence = read_kind(&rest, line);
  if (sentence == NULL) {
    sentence = read_origin(&rest, &line->origin);
  }
  line->embedder = line->origin;
  if (sentence == NULL && take_word(&rest, "in")) {
    sentence = read_origin(&rest, &line->embedder);
  }
  if (sentence == NULL) {
    sentence = read_rights(&rest, line);
  }
  if (sentence == NULL && line->kind == PCS_ANSWER_ALLOWED) {
    sentence = read_terms(&rest, line);
  }
  bool is_whole = pcs_text_trim(rest).len == 0;
  return sentence == NULL && !is_whole ? "There is more on the line than belongs there." : sentence;
}

/* ---- finding ---- */

static bool is_about(const pcs_policy_line *line, const pcs_origin *origin,
                     const pcs_origin *embedder, uint32_t rights) {
  return (line->rights & rights) != 0 && pcs_origin_equal(&line->origin, origin) &&
         pcs_origin_equal(&line->embedder, embedder);
}

static const pcs_policy_line *find(const pcs_policy_file *file, const pcs_origin *origin,
                                   const pcs_origin *embedder, uint32_t rights) {
  for (size_t i = 0; i < file->num_lines; i++) {
    if (is_about(&file->lines[i], origin, embedder, rights)) {
      return &file->lines[i];
    }
  }
  return NULL;
}

static const char *add_line(pcs_policy_file *file, pcs_span text) {
  pcs_policy_line *line = &file->lines[file->num_lines];
  if (file->num_lines == PCS_POLICY_LINES_MAX) {
    return "There are more than 256 lines.";
  }
  *line = (pcs_policy_line){.rights = 0};
  const char *sentence = read_line(text, line);
  if (sentence != NULL) {
    return sentence;
  }
  if (find(file, &line->origin, &line->embedder, line->rights) != NULL) {
    return "A line above has decided this already.";
  }
  file->num_lines++;
  return NULL;
}

static bool has_controls(pcs_span text) {
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] < 0x20 || text.data[i] == 0x7f) {
      return true;
    }
  }
  return false;
}

pcs_status pcs_policy_file_read(pcs_policy_file *out_file, pcs_policy_flaw *out_flaw,
                                pcs_span text) {
  pcs_span rest = text;
  pcs_span line;
  size_t number = 0;
  const char *sentence = NULL;
  out_file->num_lines = 0;
  while (sentence == NULL && pcs_text_next_line(&rest, &line)) {
    number++;
    if (has_controls(line) || !pcs_text_is_utf8(line)) {
      sentence = "A line is UTF-8 without tabs and other control characters.";
      continue;
    }
    line = pcs_text_trim(line);
    if (line.len > 0 && line.data[0] != '#') {
      sentence = add_line(out_file, line);
    }
  }
  *out_flaw = (pcs_policy_flaw){sentence != NULL ? number : 0, sentence};
  if (sentence != NULL) {
    out_file->num_lines = 0;
  }
  return sentence == NULL ? PCS_OK : PCS_ERR_SYNTAX;
}

/* ---- answering ---- */

/* The device a line means: the one it names or the first; PCS_QUESTION_DEVICES_MAX for none. */
static uint8_t find_device(const pcs_policy_line *line, const pcs_question *question,
                           uint32_t right) {
  pcs_span label = {line->label, line->label_len};
  for (uint8_t i = 0; i < question->num_devices; i++) {
    const pcs_device_choice *choice = &question->devices[i];
    pcs_span shown = {choice->label, choice->label_len};
    if (choice->right == right && (label.len == 0 || pcs_span_equal(label, shown))) {
      return i;
    }
  }
  return PCS_QUESTION_DEVICES_MAX;
}

static bool allows(const pcs_policy_line *line, const pcs_question *question) {
  return line != NULL && line->kind == PCS_ANSWER_ALLOWED &&
         (!line->only_verified_peer || question->peer.num_certificates > 0);
}

/* Adds one right to the answer, if its line allows it and its device is there. */
static void add_right(pcs_answer *answer, const pcs_policy_line *line, const pcs_question *question,
                      uint32_t right) {
  if (pcs_right_find(right)->needs == PCS_NEEDS_DEVICE) {
    uint8_t device = find_device(line, question, right);
    if (device == PCS_QUESTION_DEVICES_MAX) {
      return;
    }
    answer->devices[answer->num_devices++] = device;
  }
  if (answer->rights == 0 || line->duration < answer->duration) {
    answer->duration = line->duration;
  }
  answer->rights |= right;
  answer->only_this_peer = answer->only_this_peer || line->only_verified_peer;
}

/* The longest that is offered and not longer than allowed. */
static bool settle_duration(pcs_answer *answer, uint32_t offered) {
  uint32_t allowed = (2U << answer->duration) - 1;
  for (int i = PCS_NUM_DURATIONS - 1; i >= 0; i--) {
    if ((offered & allowed & (1U << i)) != 0) {
      answer->duration = (pcs_duration)i;
      return true;
    }
  }
  return false;
}

void pcs_policy_file_answer(const pcs_policy_file *file, const pcs_question *question,
                            pcs_answer *out_answer) {
  bool all_blocked = true;
  pcs_answer answer = {.question = question->id, .kind = PCS_ANSWER_ALLOWED};
  for (uint32_t right = 1; right != 0 && right <= question->rights; right <<= 1) {
    /* Of screens and windows one is shown. */
    bool is_enough = (right & DISPLAY_RIGHTS) != 0 && answer.rights != 0;
    if ((question->rights & right) == 0 || pcs_right_find(right) == NULL || is_enough) {
      continue;
    }
    const pcs_policy_line *line = find(file, &question->origin, &question->embedder, right);
    all_blocked = all_blocked && line != NULL && line->kind == PCS_ANSWER_BLOCKED;
    if (allows(line, question)) {
      add_right(&answer, line, question, right);
    }
  }
  if (answer.rights != 0 && settle_duration(&answer, question->durations) &&
      pcs_answer_check(&answer, question) == PCS_OK) {
    *out_answer = answer;
    return;
  }
  bool is_block = all_blocked && question->can_block;
  *out_answer = (pcs_answer){.question = question->id,
                             .kind = is_block ? PCS_ANSWER_BLOCKED : PCS_ANSWER_DENIED};
}
