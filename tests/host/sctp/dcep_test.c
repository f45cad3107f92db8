#include "tests/check.h"

#include "host/sctp/dcep.h"

/* RFC 8832 5.1: unordered, two retransmissions, priority 256, label "chat", protocol "p". */
static const uint8_t good_open[] = {0x03, 0x81, 0x01, 0x00, 0,   0,   0,   2,  0,
                                    4,    0,    1,    'c',  'h', 'a', 't', 'p'};

static void test_reads_an_open(void) {
  pcs_dcep_open open;
  CHECK_EQ_INT(pcs_dcep_open_read((pcs_span){good_open, sizeof good_open}, &open), PCS_OK);
  CHECK(!open.ordered);
  CHECK_EQ_INT(open.reliability, PCS_RELIABILITY_RETRANSMITS);
  CHECK_EQ_UINT(open.reliability_value, 2);
  CHECK_EQ_UINT(open.priority, 256);
  CHECK(pcs_span_equal_text(open.label, "chat"));
  CHECK(pcs_span_equal_text(open.protocol, "p"));
}

static void test_refuses_every_truncation(void) {
  pcs_dcep_open open;
  for (size_t len = 0; len < sizeof good_open; len++) {
    CHECK_EQ_INT(pcs_dcep_open_read((pcs_span){good_open, len}, &open), PCS_ERR_SYNTAX);
    CHECK_EQ_UINT(open.label.len, 0);
  }
  uint8_t longer[sizeof good_open + 1] = {0};
  memcpy(longer, good_open, sizeof good_open);
  CHECK_EQ_INT(pcs_dcep_open_read((pcs_span){longer, sizeof longer}, &open), PCS_ERR_SYNTAX);
}

static void test_channel_types(void) {
  uint8_t message[sizeof good_open];
  memcpy(message, good_open, sizeof message);
  for (unsigned type = 0; type < 256; type++) {
    message[1] = (uint8_t)type;
    pcs_dcep_open open;
    pcs_status status = pcs_dcep_open_read((pcs_span){message, sizeof message}, &open);
    CHECK_EQ_INT(status, (type & 0x7f) <= 2 ? PCS_OK : PCS_ERR_SYNTAX);
    if (status == PCS_OK) {
      CHECK_EQ_INT(open.ordered, type < 0x80);
      CHECK_EQ_INT(open.reliability, type & 0x7f);
      CHECK_EQ_UINT(open.reliability_value, (type & 0x7f) == 0 ? 0 : 2);
    }
  }
}

static void test_text_must_be_utf8(void) {
  uint8_t message[sizeof good_open];
  pcs_dcep_open open;
  memcpy(message, good_open, sizeof message);
  message[12] = 0xc0;
  CHECK_EQ_INT(pcs_dcep_open_read((pcs_span){message, sizeof message}, &open), PCS_ERR_SYNTAX);
  memcpy(message, good_open, sizeof message);
  message[16] = 0xff;
  CHECK_EQ_INT(pcs_dcep_open_read((pcs_span){message, sizeof message}, &open), PCS_ERR_SYNTAX);
}

static void test_large_value_is_cut(void) {
  uint8_t message[sizeof good_open];
  pcs_dcep_open open;
  memcpy(message, good_open, sizeof message);
  message[4] = 1;
  CHECK_EQ_INT(pcs_dcep_open_read((pcs_span){message, sizeof message}, &open), PCS_OK);
  CHECK_EQ_UINT(open.reliability_value, 65535);
}

static void test_round_trip(void) {
  static uint8_t memory[PCS_DCEP_OPEN_BYTES_MAX];
  static uint8_t text[PCS_LABEL_BYTES_MAX];
  memset(text, 'x', sizeof text);
  const size_t lengths[] = {0, 1, 255, PCS_LABEL_BYTES_MAX};
  for (size_t i = 0; i < 4; i++) {
    pcs_dcep_open open = {.ordered = i % 2 == 0,
                          .reliability = (pcs_reliability)(i % 3),
                          .reliability_value = i % 3 == 0 ? 0 : 7,
                          .priority = (uint16_t)(i * 300),
                          .label = {text, lengths[i]},
                          .protocol = {text, lengths[3 - i]}};
    pcs_writer writer;
    pcs_span written;
    pcs_writer_init(&writer, memory, sizeof memory);
    pcs_dcep_open_write(&writer, &open);
    CHECK_EQ_INT(pcs_writer_finish(&writer, &written), PCS_OK);
    CHECK_EQ_INT(pcs_dcep_type_of(written), PCS_DCEP_OPEN);
    pcs_dcep_open read;
    CHECK_EQ_INT(pcs_dcep_open_read(written, &read), PCS_OK);
    CHECK_EQ_INT(read.ordered, open.ordered);
    CHECK_EQ_INT(read.reliability, open.reliability);
    CHECK_EQ_UINT(read.reliability_value, open.reliability_value);
    CHECK_EQ_UINT(read.priority, open.priority);
    CHECK(pcs_span_equal(read.label, open.label));
    CHECK(pcs_span_equal(read.protocol, open.protocol));
  }
}

static void test_types(void) {
  const uint8_t ack[] = {2, 0};
  CHECK_EQ_INT(pcs_dcep_type_of((pcs_span){ack, 1}), PCS_DCEP_ACK);
  CHECK_EQ_INT(pcs_dcep_type_of((pcs_span){ack, 2}), PCS_DCEP_NONE);
  CHECK_EQ_INT(pcs_dcep_type_of((pcs_span){ack + 1, 1}), PCS_DCEP_NONE);
  CHECK_EQ_INT(pcs_dcep_type_of((pcs_span){0}), PCS_DCEP_NONE);
  uint8_t memory[4];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_dcep_ack_write(&writer);
  CHECK_EQ_INT(pcs_dcep_type_of(pcs_writer_span(&writer)), PCS_DCEP_ACK);
}

int main(void) {
  RUN("an open message is read as RFC 8832 lays it out", test_reads_an_open);
  RUN("every truncation and a trailing byte are refused", test_refuses_every_truncation);
  RUN("the six channel types are known and no other", test_channel_types);
  RUN("label and protocol must be UTF-8", test_text_must_be_utf8);
  RUN("a reliability value beyond the API's is cut", test_large_value_is_cut);
  RUN("what is written is read back, up to the longest label", test_round_trip);
  RUN("an ACK is one byte and nothing else", test_types);
  return check_report();
}
