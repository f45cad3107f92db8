/* A question with everything in it, for tests. */
#ifndef TESTS_HOST_PROMPT_SAMPLE_H
#define TESTS_HOST_PROMPT_SAMPLE_H

#include "host/broker/prompt.h"
#include "tests/check.h"

static inline void sample_origin(pcs_origin *out_origin, const char *text) {
  CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text(text), out_origin), PCS_OK);
}

static inline void sample_device(pcs_question *question, uint32_t right, const char *name,
                                 const char *label) {
  pcs_device_choice *choice = &question->devices[question->num_devices++];
  choice->right = right;
  CHECK_EQ_INT(pcs_device_set(&choice->device, pcs_span_of_text(name)), PCS_OK);
  choice->label_len = (uint8_t)strlen(label);
  memcpy(choice->label, label, choice->label_len);
}

/* Microphone (two of them), camera, local addresses; a verified peer; all durations; block. */
static inline void sample_question(pcs_question *question) {
  static const uint8_t value[32] = {0xab, 0x12, 0xcd, 0x34, 0xef, 0x56, 0x78, 0x90};
  pcs_fingerprint fingerprint = {.hash = PCS_HASH_SHA_256, .value = {value, sizeof value}};
  memset(question, 0, sizeof *question);
  question->id = 4711;
  sample_origin(&question->origin, "https://app.example");
  sample_origin(&question->embedder, "https://portal.example:8443");
  question->rights = PCS_RIGHT_MICROPHONE | PCS_RIGHT_CAMERA | PCS_RIGHT_LOCAL_ADDRESSES;
  question->reason = PCS_REASON_NO_GRANT;
  question->durations = (1U << PCS_NUM_DURATIONS) - 1;
  question->can_block = true;
  CHECK_EQ_INT(pcs_peer_add(&question->peer, &fingerprint), PCS_OK);
  sample_device(question, PCS_RIGHT_MICROPHONE, "m1", "Built-in microphone");
  sample_device(question, PCS_RIGHT_MICROPHONE, "m2", "Headset");
  sample_device(question, PCS_RIGHT_CAMERA, "c1", "Front camera");
}

#endif
