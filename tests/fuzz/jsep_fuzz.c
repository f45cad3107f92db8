/*
 * Any bytes as what the other side signals: an offer in the one half, an answer to our offer in the
 * other, candidates after both. Whatever is accepted gives an answer that can be set, and a plan
 * and records that the host will take.
 */
#include <stdlib.h>
#include <string.h>

#include "core/boundary/gate.h"
#include "core/jsep/jsep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

static const pcs_signaling_event remote_offer = {PCS_SIDE_REMOTE, PCS_DESCRIPTION_OFFER};
static const pcs_signaling_event remote_answer = {PCS_SIDE_REMOTE, PCS_DESCRIPTION_ANSWER};
static const pcs_signaling_event local_offer = {PCS_SIDE_LOCAL, PCS_DESCRIPTION_OFFER};
static const pcs_signaling_event local_answer = {PCS_SIDE_LOCAL, PCS_DESCRIPTION_ANSWER};

static void tidy(pcs_negotiation *negotiation) {
  for (void *block; (block = pcs_negotiation_take_back(negotiation)) != NULL;) {
    free(block);
  }
}

static pcs_status set(pcs_negotiation *negotiation, pcs_signaling_event event, pcs_span text) {
  for (int i = 0; i < PCS_NEGOTIATION_BLOCKS; i++) {
    size_t len = 8192 + 16 * text.len;
    pcs_negotiation_lend(negotiation, malloc(len), len);
  }
  pcs_status status = pcs_negotiation_set(negotiation, event, text);
  tidy(negotiation);
  REQUIRE(status != PCS_ERR_NO_SPACE);
  return status;
}

static pcs_negotiation start(void) {
  static const uint8_t hash[32] = {1};
  static const pcs_fingerprint fingerprint = {PCS_HASH_SHA_256, {hash, sizeof hash}};
  pcs_negotiation negotiation;
  pcs_local_facts facts = {.generation = 1,
                           .ufrag = pcs_span_of_text("ufrag"),
                           .password = pcs_span_of_text("passwordpasswordpassword"),
                           .fingerprints = &fingerprint,
                           .num_fingerprints = 1,
                           .session_id = 1};
  REQUIRE(pcs_negotiation_init(&negotiation, &facts) == PCS_OK);
  return negotiation;
}

static void add_candidate(pcs_negotiation *negotiation, pcs_span text) {
  pcs_remote_candidate candidate = {.text = text, .has_section = true};
  size_t len = 512 + text.len;
  pcs_negotiation_lend(negotiation, malloc(len), len);
  pcs_status status = pcs_negotiation_add_remote_candidate(negotiation, &candidate);
  tidy(negotiation);
  REQUIRE(status != PCS_ERR_NO_SPACE);
}

static void check_records(pcs_negotiation *negotiation) {
  static uint8_t records[1 << 20];
  pcs_writer writer;
  pcs_record record;
  pcs_plan plan;
  if (pcs_negotiation_plan(negotiation, &plan)) {
    REQUIRE(pcs_plan_check(&plan) == PCS_OK);
  }
  pcs_writer_init(&writer, records, sizeof records);
  while (pcs_negotiation_take_message(negotiation, 1, &writer)) {
  }
  pcs_span stream;
  REQUIRE(pcs_writer_finish(&writer, &stream) == PCS_OK);
  while (pcs_record_next(&stream, &record) == PCS_OK) {
    pcs_gate gate;
    pcs_gate_init(&gate, PCS_TO_HOST, PCS_RIGHT_DATA);
    gate.phase = PCS_PHASE_OPEN;
    REQUIRE(pcs_gate_admit(&gate, &record) == PCS_OK);
  }
  REQUIRE(stream.len == 0);
}

static void describe_all(const pcs_negotiation *negotiation) {
  static uint8_t text[1 << 20];
  for (int slot = 0; slot < PCS_NUM_SLOTS; slot++) {
    pcs_writer writer;
    pcs_description_type type;
    pcs_writer_init(&writer, text, sizeof text);
    (void)pcs_negotiation_describe(negotiation, (pcs_description_slot)slot, &writer, &type);
    REQUIRE(!writer.failed);
  }
}

static void finish(pcs_negotiation *negotiation, pcs_span candidate) {
  add_candidate(negotiation, candidate);
  check_records(negotiation);
  describe_all(negotiation);
  pcs_negotiation_close(negotiation);
  tidy(negotiation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_span text = {data, size < 16384 ? size : 16384};
  pcs_span last = {text.data + text.len / 2, text.len - text.len / 2};
  pcs_negotiation answerer = start();
  if (set(&answerer, remote_offer, text) == PCS_OK) {
    REQUIRE(set(&answerer, local_answer, (pcs_span){0}) == PCS_OK);
    REQUIRE(answerer.state == PCS_SIGNALING_STABLE);
  }
  finish(&answerer, last);
  pcs_negotiation offerer = start();
  pcs_negotiation_add_data(&offerer);
  REQUIRE(set(&offerer, local_offer, (pcs_span){0}) == PCS_OK);
  if (set(&offerer, remote_answer, text) == PCS_OK) {
    REQUIRE(offerer.state == PCS_SIGNALING_STABLE);
  }
  finish(&offerer, last);
  return 0;
}
