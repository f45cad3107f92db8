/*
 * portcullis-asking: puts one question by a prompter and tells what comes of it, for tests.
 *
 *   portcullis-asking auto|gtk|terminal|file:PATH KEY=VALUE...
 *     origin=O embedder=O rights=NAME,NAME durations=call,page,site block=yes peer=HEX
 *     device=RIGHT:NAME:LABEL (several) times=N (the same question with other numbers too)
 *
 * Standard output: "put STATUS" for each, "shown", "armed" (windows only), "answer KIND rights=
 * duration= peer= devices=". Standard input: "withdraw" takes the question away; its end ends all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "host/broker/prompt_process.h"
#include "host/broker/ways.h"
#include "host/sys/descriptor.h"

static pcs_loop *loop;
static pcs_prompter prompter;
static pcs_question question;
static uint64_t times = 1;
static unsigned num_left;

static const char *const kinds[] = {"dismissed", "denied", "blocked", "allowed"};

static void on_answered(void *context, const pcs_answer *answer) {
  (void)context;
  printf("answer %s rights=%u duration=%s peer=%s devices=", kinds[answer->kind], answer->rights,
         pcs_duration_name(answer->duration), answer->only_this_peer ? "only" : "any");
  for (size_t i = 0; i < answer->num_devices; i++) {
    printf("%s%u", i > 0 ? "," : "", answer->devices[i]);
  }
  printf("\n");
  num_left--;
  if (num_left == 0) {
    pcs_loop_stop(loop);
  }
}

static void on_reached(void *context, uint64_t id, pcs_prompt_stage stage) {
  (void)context;
  (void)id;
  printf("%s\n", stage == PCS_PROMPT_SHOWN ? "shown" : "armed");
}

/* ---- the question ---- */

static uint32_t read_rights(pcs_span text) {
  uint32_t rights = 0;
  pcs_span name;
  while (pcs_text_next_field(&text, ',', &name)) {
    const pcs_right_row *row = pcs_right_find_named(name);
    rights |= row != NULL ? (uint32_t)row->right : 0;
  }
  return rights;
}

static uint32_t read_durations(pcs_span text) {
  uint32_t durations = 0;
  pcs_span name;
  while (pcs_text_next_field(&text, ',', &name)) {
    for (unsigned i = 0; i < PCS_NUM_DURATIONS; i++) {
      durations |= pcs_span_equal_text(name, pcs_duration_name((pcs_duration)i)) ? 1U << i : 0;
    }
  }
  return durations;
}

static bool read_peer(pcs_span text) {
  uint8_t memory[PCS_FINGERPRINT_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_fingerprint fingerprint = {.hash = PCS_HASH_SHA_256};
  if (pcs_text_hex_decode(text, 0, &writer) != PCS_OK) {
    return false;
  }
  fingerprint.value = pcs_writer_span(&writer);
  return pcs_peer_add(&question.peer, &fingerprint) == PCS_OK;
}

static bool read_device(pcs_span text) {
  pcs_span right;
  pcs_span name;
  pcs_span rest;
  pcs_device_choice *choice = &question.devices[question.num_devices];
  if (question.num_devices == PCS_QUESTION_DEVICES_MAX ||
      !pcs_text_split(text, ':', &right, &rest) || !pcs_text_split(rest, ':', &name, &rest) ||
      rest.len > PCS_DEVICE_LABEL_BYTES_MAX) {
    return false;
  }
  choice->right = read_rights(right);
  choice->label_len = (uint8_t)rest.len;
  memcpy(choice->label, rest.data, rest.len);
  question.num_devices++;
  return pcs_device_set(&choice->device, name) == PCS_OK;
}

static bool read_part(const char *argument) {
  pcs_span key;
  pcs_span value;
  pcs_text_split(pcs_span_of_text(argument), '=', &key, &value);
  if (pcs_span_equal_text(key, "origin")) {
    bool good = pcs_origin_parse(value, &question.origin) == PCS_OK;
    question.embedder = question.origin;
    return good;
  }
  if (pcs_span_equal_text(key, "embedder")) {
    return pcs_origin_parse(value, &question.embedder) == PCS_OK;
  }
  if (pcs_span_equal_text(key, "rights")) {
    question.rights = read_rights(value);
    return true;
  }
  if (pcs_span_equal_text(key, "durations")) {
    question.durations = read_durations(value);
    return true;
  }
  if (pcs_span_equal_text(key, "block")) {
    question.can_block = true;
    return true;
  }
  if (pcs_span_equal_text(key, "times")) {
    return pcs_text_decimal(value, 100, &times) == PCS_OK;
  }
  return pcs_span_equal_text(key, "peer")     ? read_peer(value)
         : pcs_span_equal_text(key, "device") ? read_device(value)
                                              : false;
}

/* ---- the program ---- */

static pcs_status make_prompter(const char *kind) {
  if (strcmp(kind, "gtk") == 0) {
    pcs_prompt_process_config config = {
        .loop = loop, .answered = on_answered, .reached = on_reached};
    return pcs_prompt_process_new(&prompter, &config);
  }
  char sentence[PCS_WAYS_SENTENCE_BYTES_MAX];
  pcs_ways_config ways = {.loop = loop, .answered = on_answered};
  pcs_status status = pcs_ways_prompter(&prompter, sentence, &ways, kind);
  if (status != PCS_OK) {
    fprintf(stderr, "portcullis-asking: %s\n", sentence);
  }
  return status;
}

static void on_input(void *context, unsigned ready_for) {
  char line[64];
  size_t len = 0;
  (void)context;
  (void)ready_for;
  pcs_status status = pcs_descriptor_read(0, (uint8_t *)line, sizeof line, &len);
  if (status == PCS_OK) {
    prompter.withdraw(prompter.self, question.id);
    printf("withdrawn\n");
  } else if (status != PCS_ERR_NO_SPACE) {
    pcs_loop_stop(loop);
  }
}

static void put(void) {
  pcs_status status = prompter.put(prompter.self, &question);
  printf("put %s\n", pcs_status_name(status));
  num_left += status == PCS_OK ? 1 : 0;
}

int main(int argc, char **argv) {
  pcs_watch *input = NULL;
  setvbuf(stdout, NULL, _IOLBF, 0);
  question.id = 4711;
  for (int i = 2; i < argc; i++) {
    if (!read_part(argv[i])) {
      fprintf(stderr, "portcullis-asking: what is \"%s\"?\n", argv[i]);
      return 2;
    }
  }
  if (argc < 2 || pcs_loop_new(&loop) != PCS_OK || make_prompter(argv[1]) != PCS_OK ||
      pcs_descriptor_adopt(0) != PCS_OK ||
      pcs_watch_new(&input, loop, 0, on_input, NULL) != PCS_OK) {
    return 2;
  }
  pcs_watch_want(input, PCS_READABLE);
  for (uint64_t i = 0; i < times; i++, question.id++) {
    put();
  }
  question.id -= times;
  if (num_left > 0) {
    pcs_loop_run(loop);
  }
  prompter.free(prompter.self);
  pcs_watch_free(input);
  pcs_loop_free(loop);
  return 0;
}
