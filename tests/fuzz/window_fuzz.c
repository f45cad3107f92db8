/* Any bytes as a message between the broker and a window: what is read is what would be written. */
#include <stdlib.h>
#include <string.h>

#include "host/prompt/indicator_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

static uint8_t memory[PCS_LINES_WIRE_BYTES_MAX];

static pcs_writer begin(void) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  return writer;
}

static void require_same(const pcs_writer *writer, pcs_span message) {
  REQUIRE(!writer->failed && pcs_span_equal(pcs_writer_span(writer), message));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static pcs_question question;
  static pcs_indicator_order order;
  pcs_indicator_reply reply;
  pcs_answer answer;
  pcs_span message = {data, size};
  pcs_writer writer = begin();
  if (pcs_question_read(&question, message) == PCS_OK) {
    REQUIRE(pcs_question_check(&question) == PCS_OK);
    pcs_question_write(&writer, &question);
    require_same(&writer, message);
  }
  writer = begin();
  if (pcs_answer_read(&answer, message) == PCS_OK) {
    pcs_answer_write(&writer, &answer);
    require_same(&writer, message);
  }
  writer = begin();
  if (pcs_indicator_order_read(&order, message) == PCS_OK) {
    pcs_indicator_order_write(&writer, &order);
    require_same(&writer, message);
  }
  writer = begin();
  if (pcs_indicator_reply_read(&reply, message) == PCS_OK) {
    pcs_indicator_reply_write(&writer, &reply);
    require_same(&writer, message);
  }
  return 0;
}
