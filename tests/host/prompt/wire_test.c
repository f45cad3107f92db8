/* The messages between the broker and its windows: what one writes the other reads, and nothing
 * else is read. */
#include "host/prompt/wire.h"

#include "host/prompt/indicator_wire.h"
#include "tests/host/prompt/sample.h"

static uint8_t memory[PCS_LINES_WIRE_BYTES_MAX];
static pcs_writer writer;
static pcs_question question;
static pcs_question question_read;
static pcs_indicator_order order;
static pcs_indicator_order order_read;

static void begin(void) {
  memset(memory, 0, sizeof memory);
  pcs_writer_init(&writer, memory, sizeof memory);
}

static void test_question(void) {
  sample_question(&question);
  begin();
  pcs_question_write(&writer, &question);
  CHECK(!writer.failed);
  CHECK_EQ_INT(pcs_question_read(&question_read, pcs_writer_span(&writer)), PCS_OK);
  CHECK_EQ_BYTES(&question_read, sizeof question_read, &question, sizeof question);
  for (size_t len = 0; len < writer.len; len++) {
    CHECK_EQ_INT(pcs_question_read(&question_read, (pcs_span){memory, len}), PCS_ERR_SYNTAX);
  }
  CHECK_EQ_INT(pcs_question_read(&question_read, (pcs_span){memory, writer.len + 1}),
               PCS_ERR_SYNTAX);
}

/* As many and as long as all may be. */
static void test_largest_question(void) {
  sample_question(&question);
  for (uint8_t i = 1; i < PCS_FINGERPRINTS_MAX; i++) {
    uint8_t value[PCS_FINGERPRINT_BYTES_MAX] = {i};
    pcs_fingerprint fingerprint = {.hash = PCS_HASH_SHA_512, .value = {value, sizeof value}};
    CHECK_EQ_INT(pcs_peer_add(&question.peer, &fingerprint), PCS_OK);
  }
  question.num_devices = PCS_QUESTION_DEVICES_MAX;
  for (size_t i = 0; i < PCS_QUESTION_DEVICES_MAX; i++) {
    pcs_device_choice *choice = &question.devices[i];
    choice->right = PCS_RIGHT_CAMERA;
    choice->device.len = PCS_DEVICE_BYTES_MAX;
    memset(choice->device.name, 'd', PCS_DEVICE_BYTES_MAX);
    choice->label_len = PCS_DEVICE_LABEL_BYTES_MAX;
    memset(choice->label, 'l', PCS_DEVICE_LABEL_BYTES_MAX);
  }
  begin();
  pcs_question_write(&writer, &question);
  /* The origins could be longer by less than this. */
  CHECK(!writer.failed && writer.len + 2 * PCS_ORIGIN_BYTES_MAX <= PCS_QUESTION_WIRE_BYTES_MAX);
  CHECK_EQ_INT(pcs_question_read(&question_read, pcs_writer_span(&writer)), PCS_OK);
  CHECK_EQ_BYTES(&question_read, sizeof question_read, &question, sizeof question);
}

static void test_answer(void) {
  pcs_answer read;
  pcs_answer answer = {.question = 4711,
                       .kind = PCS_ANSWER_ALLOWED,
                       .rights = PCS_RIGHT_CAMERA,
                       .duration = PCS_DURATION_SITE,
                       .only_this_peer = true,
                       .num_devices = PCS_QUESTION_DEVICES_MAX};
  begin();
  pcs_answer_write(&writer, &answer);
  CHECK(writer.len <= PCS_ANSWER_WIRE_BYTES_MAX);
  CHECK_EQ_INT(pcs_answer_read(&read, pcs_writer_span(&writer)), PCS_OK);
  CHECK_EQ_BYTES(&read, sizeof read, &answer, sizeof answer);
  for (size_t len = 0; len < writer.len; len++) {
    CHECK_EQ_INT(pcs_answer_read(&read, (pcs_span){memory, len}), PCS_ERR_SYNTAX);
    CHECK_EQ_INT(read.kind, PCS_ANSWER_DISMISSED);
  }
  memory[9] = PCS_ANSWER_ALLOWED + 1;
  CHECK_EQ_INT(pcs_answer_read(&read, pcs_writer_span(&writer)), PCS_ERR_SYNTAX);
}

static void check_order(void) {
  begin();
  pcs_indicator_order_write(&writer, &order);
  CHECK(!writer.failed);
  CHECK_EQ_INT(pcs_indicator_order_read(&order_read, pcs_writer_span(&writer)), PCS_OK);
  CHECK_EQ_BYTES(&order_read, sizeof order_read, &order, sizeof order);
  for (size_t len = 0; len < writer.len; len++) {
    CHECK_EQ_INT(pcs_indicator_order_read(&order_read, (pcs_span){memory, len}), PCS_ERR_SYNTAX);
  }
}

static void test_orders(void) {
  memset(&order, 0, sizeof order);
  order.kind = PCS_WIRE_PING;
  order.ping = 77;
  check_order();
  memset(&order, 0, sizeof order);
  order.kind = PCS_WIRE_LINES;
  order.num_lines = 2;
  for (size_t i = 0; i < order.num_lines; i++) {
    order.lines[i] =
        (pcs_indicator_line){.rights = PCS_RIGHT_DATA, .num_calls = 3, .has_verified_peer = i == 1};
    sample_origin(&order.lines[i].origin, "https://app.example");
    sample_origin(&order.lines[i].embedder, "https://portal.example:8443");
  }
  check_order();
  order.num_lines = 0;
  memset(order.lines, 0, sizeof order.lines);
  check_order();
  memory[1] = PCS_INDICATOR_LINES_MAX + 1;
  CHECK_EQ_INT(pcs_indicator_order_read(&order_read, pcs_writer_span(&writer)), PCS_ERR_SYNTAX);
}

static void test_replies(void) {
  pcs_indicator_reply replies[] = {{.kind = PCS_WIRE_SEEN, .is_seen = true},
                                   {.kind = PCS_WIRE_PONG, .pong = 77},
                                   {.kind = PCS_WIRE_STOP}};
  pcs_indicator_reply read;
  sample_origin(&replies[2].origin, "https://app.example");
  sample_origin(&replies[2].embedder, "https://portal.example:8443");
  for (size_t i = 0; i < 3; i++) {
    begin();
    pcs_indicator_reply_write(&writer, &replies[i]);
    CHECK(writer.len <= PCS_INDICATOR_REPLY_BYTES_MAX);
    CHECK_EQ_INT(pcs_indicator_reply_read(&read, pcs_writer_span(&writer)), PCS_OK);
    CHECK_EQ_BYTES(&read, sizeof read, &replies[i], sizeof replies[i]);
    for (size_t len = 0; len < writer.len; len++) {
      CHECK_EQ_INT(pcs_indicator_reply_read(&read, (pcs_span){memory, len}), PCS_ERR_SYNTAX);
    }
  }
}

/* One message is never taken for another. */
static void test_kinds(void) {
  pcs_answer answer;
  pcs_indicator_reply reply;
  for (unsigned kind = 0; kind < 256; kind++) {
    memory[0] = (uint8_t)kind;
    pcs_span message = {memory, 1};
    CHECK(pcs_question_read(&question_read, message) == PCS_ERR_SYNTAX);
    CHECK(pcs_answer_read(&answer, message) == PCS_ERR_SYNTAX);
    CHECK(pcs_indicator_order_read(&order_read, message) == PCS_ERR_SYNTAX);
    CHECK(pcs_indicator_reply_read(&reply, message) == PCS_ERR_SYNTAX);
    CHECK(pcs_wire_kind_of(message) == PCS_WIRE_NONE || pcs_wire_kind_of(message) == kind);
  }
  CHECK_EQ_INT(pcs_wire_kind_of((pcs_span){NULL, 0}), PCS_WIRE_NONE);
}

int main(void) {
  RUN("a question is read as it was written, and no part of it alone", test_question);
  RUN("the largest question has room in a message", test_largest_question);
  RUN("an answer is read as it was written; a broken one is no", test_answer);
  RUN("what the indicator is to show is read as it was written", test_orders);
  RUN("what the indicator says is read as it was written", test_replies);
  RUN("a kind without its message is refused", test_kinds);
  return check_report();
}
