#include "host/ice/stun.h"

#include "tests/check.h"

/* ---- RFC 5769 ---- */

static const uint8_t REQUEST[] = {
    0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73,
    0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
    0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09,
    0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14,
    0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
    0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf,
};
static const uint8_t RESPONSE_IPV4[] = {
    0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
    0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
    0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9,
    0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96,
};
static const uint8_t RESPONSE_IPV6[] = {
    0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
    0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa,
    0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9, 0x00, 0x08, 0x00, 0x14,
    0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84, 0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75,
    0xbf, 0xe3, 0xed, 0x41, 0x80, 0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c,
};
#define PASSWORD "VOkJxbRl1RmTxUk/WvJxBt"

static pcs_span span_of(const uint8_t *bytes, size_t len) {
  return (pcs_span){bytes, len};
}

#define SPAN_OF(array) span_of((array), sizeof(array))

static void test_rfc5769_request(void) {
  pcs_stun_message message;
  CHECK_EQ_INT(pcs_stun_read(SPAN_OF(REQUEST), &message), PCS_OK);
  CHECK_EQ_INT(message.kind, PCS_STUN_REQUEST);
  CHECK_EQ_INT(message.method, PCS_STUN_METHOD_BINDING);
  CHECK_EQ_UINT(message.priority, 0x6e0001ff);
  CHECK_EQ_UINT(message.tie_breaker, 0x932ff9b151263b36u);
  CHECK((message.has & PCS_STUN_HAS_CONTROLLED) != 0);
  CHECK((message.has & PCS_STUN_HAS_FINGERPRINT) != 0);
  CHECK(pcs_span_equal_text(message.username, "evtj:h6vY"));
  CHECK_EQ_UINT(message.num_unknown, 0);
  CHECK(pcs_stun_is_authentic(&message, pcs_span_of_text(PASSWORD)));
  CHECK(!pcs_stun_is_authentic(&message, pcs_span_of_text("VOkJxbRl1RmTxUk/WvJxBu")));
  CHECK(!pcs_stun_is_authentic(&message, (pcs_span){0}));
}

static void test_rfc5769_responses(void) {
  pcs_stun_message message;
  CHECK_EQ_INT(pcs_stun_read(SPAN_OF(RESPONSE_IPV4), &message), PCS_OK);
  CHECK_EQ_INT(message.kind, PCS_STUN_SUCCESS);
  CHECK(pcs_stun_is_authentic(&message, pcs_span_of_text(PASSWORD)));
  pcs_address ipv4 = {.family = PCS_ADDRESS_IPV4, .bytes = {192, 0, 2, 1}, .port = 32853};
  CHECK(pcs_address_equal(&message.mapped, &ipv4));

  CHECK_EQ_INT(pcs_stun_read(SPAN_OF(RESPONSE_IPV6), &message), PCS_OK);
  CHECK(pcs_stun_is_authentic(&message, pcs_span_of_text(PASSWORD)));
  pcs_address ipv6 = {.family = PCS_ADDRESS_IPV6,
                      .bytes = {0x20, 0x01, 0x0d, 0xb8, 0x12, 0x34, 0x56, 0x78, 0x00, 0x11, 0x22,
                                0x33, 0x44, 0x55, 0x66, 0x77},
                      .port = 32853};
  CHECK(pcs_address_equal(&message.mapped, &ipv6));
}

/* ---- what must be refused ---- */

static void refuse(const uint8_t *bytes, size_t len, const char *why) {
  pcs_stun_message message;
  if (pcs_stun_read(span_of(bytes, len), &message) == PCS_OK) {
    CHECK_FAIL(why);
  }
  CHECK_EQ_UINT(message.bytes.len, 0);
}

static void test_truncations(void) {
  for (size_t len = 0; len < sizeof REQUEST; len++) {
    uint8_t *exact = malloc(len > 0 ? len : 1); /* so that the sanitizer sees one byte too many */
    memcpy(exact, REQUEST, len);
    refuse(exact, len, "a truncated message was read");
    free(exact);
  }
}

/* FINGERPRINT's own type is left out: as another attribute behind MESSAGE-INTEGRITY it is ignored,
 * and the message says what it said. */
static void test_bit_flips(void) {
  const size_t fingerprint_at = sizeof REQUEST - 8;
  for (size_t bit = 0; bit < 8 * sizeof REQUEST; bit++) {
    uint8_t bytes[sizeof REQUEST];
    memcpy(bytes, REQUEST, sizeof bytes);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    pcs_stun_message message;
    bool is_type = bit / 8 == fingerprint_at || bit / 8 == fingerprint_at + 1;
    if (!is_type && pcs_stun_read(SPAN_OF(bytes), &message) == PCS_OK &&
        pcs_stun_is_authentic(&message, pcs_span_of_text(PASSWORD))) {
      CHECK_EQ_UINT(bit, sizeof REQUEST); /* tells which */
    }
  }
}

static void test_length_field(void) {
  uint8_t longer[sizeof REQUEST + 4];
  memset(longer, 0, sizeof longer);
  memcpy(longer, REQUEST, sizeof REQUEST);
  refuse(longer, sizeof longer, "bytes after the message were accepted");
  uint8_t bytes[20] = {0x00, 0x01, 0x00, 0x02, 0x21, 0x12, 0xa4, 0x42};
  refuse(bytes, sizeof bytes, "a length that is no multiple of four was accepted");
  uint8_t huge[PCS_RECEIVE_BYTES_MAX + 4] = {0x00, 0x01, 0x07, 0xf0, 0x21, 0x12, 0xa4, 0x42};
  pcs_stun_message message;
  CHECK_EQ_INT(pcs_stun_read(SPAN_OF(huge), &message), PCS_ERR_TOO_LARGE);
}

/* ---- messages made by hand ---- */

static const uint8_t ID[PCS_STUN_ID_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

typedef struct raw {
  uint8_t bytes[PCS_RECEIVE_BYTES_MAX];
  pcs_writer writer;
} raw;

static void raw_begin(raw *message, pcs_stun_class kind) {
  pcs_writer_init(&message->writer, message->bytes, sizeof message->bytes);
  pcs_stun_begin(&message->writer, kind, SPAN_OF(ID));
}

static void raw_add(raw *message, uint16_t type, const void *value, uint16_t len) {
  pcs_writer_u16(&message->writer, type);
  pcs_writer_u16(&message->writer, len);
  pcs_writer_bytes(&message->writer, span_of(value, len));
  while (message->writer.len % 4 != 0) {
    pcs_writer_u8(&message->writer, 0);
  }
}

/* Without FINGERPRINT: only the length is set. */
static pcs_status raw_read(raw *message, pcs_stun_message *out_message) {
  pcs_writer_patch_u16(&message->writer, 2, (uint16_t)(message->writer.len - 20));
  return pcs_stun_read(pcs_writer_span(&message->writer), out_message);
}

static void expect_refused(uint16_t type, const void *value, uint16_t len) {
  raw message;
  pcs_stun_message read;
  raw_begin(&message, PCS_STUN_REQUEST);
  raw_add(&message, type, value, len);
  if (raw_read(&message, &read) != PCS_ERR_SYNTAX) {
    check_fail(__FILE__, __LINE__, "a malformed attribute was accepted");
    printf("#   type 0x%04x, %u bytes\n", type, len);
  }
}

static void test_malformed_attributes(void) {
  static const uint8_t ZEROS[600];
  static const uint8_t IPV4[] = {0, 1, 0x12, 0x34, 1, 2, 3, 4, 0};
  static const uint8_t FAMILY_3[] = {0, 3, 0x12, 0x34, 1, 2, 3, 4};
  static const uint8_t ERROR_299[] = {0, 0, 2, 99};
  static const uint8_t ERROR_700[] = {0, 0, 7, 0};
  static const uint8_t ERROR_4100[] = {0, 0, 4, 100};
  expect_refused(0x0024, ZEROS, 3);
  expect_refused(0x0024, ZEROS, 5);
  expect_refused(0x0025, ZEROS, 4);
  expect_refused(0x8029, ZEROS, 4);
  expect_refused(0x802a, ZEROS, 9);
  expect_refused(0x0001, IPV4, 7);
  expect_refused(0x0001, IPV4, 9);
  expect_refused(0x0020, FAMILY_3, 8);
  expect_refused(0x0020, IPV4, 0);
  expect_refused(0x0009, ERROR_299, 4);
  expect_refused(0x0009, ERROR_700, 4);
  expect_refused(0x0009, ERROR_4100, 4);
  expect_refused(0x0009, ZEROS, 3);
  expect_refused(0x000a, ZEROS, 3);
  expect_refused(0x0008, ZEROS, 19);
  expect_refused(0x0006, ZEROS, PCS_ICE_USERNAME_BYTES_MAX + 6);
  expect_refused(0x8028, ZEROS, 4);
  expect_refused(0x8028, ZEROS, 8);
}

static void test_first_of_two_counts(void) {
  raw message;
  pcs_stun_message read;
  raw_begin(&message, PCS_STUN_REQUEST);
  raw_add(&message, 0x0024, "\0\0\0\1", 4);
  raw_add(&message, 0x0024, "\0\0\0\2", 4);
  CHECK_EQ_INT(raw_read(&message, &read), PCS_OK);
  CHECK_EQ_UINT(read.priority, 1);
}

static void test_xor_mapped_counts(void) {
  static const uint8_t PLAIN[] = {0, 1, 0x12, 0x34, 9, 9, 9, 9};
  pcs_address real = {.family = PCS_ADDRESS_IPV4, .bytes = {192, 0, 2, 7}, .port = 4321};
  for (int order = 0; order < 2; order++) {
    raw message;
    pcs_stun_message read;
    raw_begin(&message, PCS_STUN_SUCCESS);
    if (order == 0) {
      raw_add(&message, 0x0001, PLAIN, sizeof PLAIN);
    }
    pcs_stun_write_xor_mapped(&message.writer, &real, SPAN_OF(ID));
    if (order == 1) {
      raw_add(&message, 0x0001, PLAIN, sizeof PLAIN);
    }
    CHECK_EQ_INT(raw_read(&message, &read), PCS_OK);
    CHECK(pcs_address_equal(&read.mapped, &real));
  }
}

static void test_unknown_attributes(void) {
  raw message;
  pcs_stun_message read;
  raw_begin(&message, PCS_STUN_REQUEST);
  raw_add(&message, 0x8fff, "abc", 3);
  for (uint16_t i = 0; i < 20; i++) {
    raw_add(&message, (uint16_t)(0x7000 + i), "x", 1);
  }
  CHECK_EQ_INT(raw_read(&message, &read), PCS_OK);
  CHECK_EQ_UINT(read.num_unknown, PCS_STUN_UNKNOWN_MAX);
  CHECK_EQ_UINT(read.unknown[0], 0x7000);
  CHECK_EQ_UINT(read.unknown[7], 0x7007);
}

/* An attacker who can add to a message after MESSAGE-INTEGRITY must change nothing. */
static void test_after_integrity(void) {
  raw message;
  pcs_stun_message read;
  pcs_span written;
  raw_begin(&message, PCS_STUN_REQUEST);
  pcs_stun_write_priority(&message.writer, 5);
  CHECK_EQ_INT(pcs_stun_finish(&message.writer, pcs_span_of_text(PASSWORD), &written), PCS_OK);
  message.writer.len -= 8; /* FINGERPRINT */
  raw_add(&message, 0x0025, "", 0);
  raw_add(&message, 0x7123, "", 0);
  raw_add(&message, 0x0024, "bad", 3);
  CHECK_EQ_INT(raw_read(&message, &read), PCS_OK);
  CHECK(pcs_stun_is_authentic(&read, pcs_span_of_text(PASSWORD)));
  CHECK((read.has & PCS_STUN_HAS_USE_CANDIDATE) == 0);
  CHECK_EQ_UINT(read.num_unknown, 0);
  CHECK_EQ_UINT(read.priority, 5);
}

static void test_fingerprint_is_last(void) {
  raw message;
  pcs_stun_message read;
  pcs_span written;
  raw_begin(&message, PCS_STUN_REQUEST);
  CHECK_EQ_INT(pcs_stun_finish(&message.writer, (pcs_span){0}, &written), PCS_OK);
  CHECK_EQ_INT(pcs_stun_read(written, &read), PCS_OK);
  raw_add(&message, 0x8fff, "", 0);
  /* The length is another now, so the CRC is made to fit the longer message. */
  pcs_writer_patch_u16(&message.writer, 2, 12);
  uint32_t crc = pcs_stun_fingerprint(span_of(message.bytes, 20));
  pcs_writer_patch_u32(&message.writer, 24, crc);
  CHECK_EQ_INT(pcs_stun_read(pcs_writer_span(&message.writer), &read), PCS_ERR_SYNTAX);
}

/* ---- round trips ---- */

static void test_request_round_trip(void) {
  raw message;
  pcs_stun_message read;
  pcs_span written;
  raw_begin(&message, PCS_STUN_REQUEST);
  pcs_stun_write_username(&message.writer, pcs_span_of_text("abcd"), pcs_span_of_text("efghi"));
  pcs_stun_write_priority(&message.writer, 0x12345678);
  pcs_stun_write_role(&message.writer, PCS_ICE_CONTROLLING, 0x1122334455667788u);
  pcs_stun_write_use_candidate(&message.writer);
  CHECK_EQ_INT(pcs_stun_finish(&message.writer, pcs_span_of_text(PASSWORD), &written), PCS_OK);
  CHECK_EQ_INT(pcs_stun_read(written, &read), PCS_OK);
  CHECK_EQ_SPAN(read.id, SPAN_OF(ID));
  CHECK(pcs_span_equal_text(read.username, "abcd:efghi"));
  CHECK_EQ_UINT(read.priority, 0x12345678);
  CHECK_EQ_UINT(read.tie_breaker, 0x1122334455667788u);
  CHECK((read.has & PCS_STUN_HAS_CONTROLLING) != 0);
  CHECK((read.has & PCS_STUN_HAS_USE_CANDIDATE) != 0);
  CHECK(pcs_stun_is_authentic(&read, pcs_span_of_text(PASSWORD)));
}

static void test_error_round_trip(void) {
  raw request;
  raw message;
  pcs_stun_message asked;
  pcs_stun_message read;
  pcs_span written;
  raw_begin(&request, PCS_STUN_REQUEST);
  raw_add(&request, 0x7001, "", 0);
  CHECK_EQ_INT(raw_read(&request, &asked), PCS_OK);
  raw_begin(&message, PCS_STUN_ERROR);
  pcs_stun_write_error(&message.writer, PCS_STUN_UNKNOWN_ATTRIBUTE);
  pcs_stun_write_unknown(&message.writer, &asked);
  CHECK_EQ_INT(pcs_stun_finish(&message.writer, pcs_span_of_text(PASSWORD), &written), PCS_OK);
  CHECK_EQ_INT(pcs_stun_read(written, &read), PCS_OK);
  CHECK_EQ_INT(read.kind, PCS_STUN_ERROR);
  CHECK_EQ_UINT(read.error_code, 420);
}

static void test_largest_request_fits(void) {
  uint8_t bytes[PCS_STUN_WRITTEN_BYTES_MAX];
  uint8_t ufrag[PCS_UFRAG_BYTES_MAX];
  pcs_writer writer;
  pcs_span written;
  memset(ufrag, 'u', sizeof ufrag);
  pcs_writer_init(&writer, bytes, sizeof bytes);
  pcs_stun_begin(&writer, PCS_STUN_REQUEST, SPAN_OF(ID));
  pcs_stun_write_username(&writer, SPAN_OF(ufrag), SPAN_OF(ufrag));
  pcs_stun_write_priority(&writer, 1);
  pcs_stun_write_role(&writer, PCS_ICE_CONTROLLED, 1);
  pcs_stun_write_use_candidate(&writer);
  CHECK_EQ_INT(pcs_stun_finish(&writer, pcs_span_of_text(PASSWORD), &written), PCS_OK);
  CHECK_EQ_UINT(written.len, 596);
}

static void test_no_space(void) {
  for (size_t capacity = 0; capacity < 44; capacity++) {
    uint8_t bytes[44];
    pcs_writer writer;
    pcs_span written;
    pcs_writer_init(&writer, bytes, capacity);
    pcs_stun_begin(&writer, PCS_STUN_REQUEST, SPAN_OF(ID));
    CHECK_EQ_INT(pcs_stun_finish(&writer, pcs_span_of_text(PASSWORD), &written), PCS_ERR_NO_SPACE);
  }
}

int main(void) {
  RUN("RFC 5769 2.1: the sample request is read and authentic", test_rfc5769_request);
  RUN("RFC 5769 2.2 and 2.3: the sample responses are read and authentic", test_rfc5769_responses);
  RUN("no truncated message is read", test_truncations);
  RUN("no message with a flipped bit is read as authentic", test_bit_flips);
  RUN("a length that does not fit the datagram is refused", test_length_field);
  RUN("a malformed attribute is refused", test_malformed_attributes);
  RUN("of an attribute that comes twice the first counts", test_first_of_two_counts);
  RUN("XOR-MAPPED-ADDRESS counts before MAPPED-ADDRESS", test_xor_mapped_counts);
  RUN("unknown attributes are noted up to a limit", test_unknown_attributes);
  RUN("what follows MESSAGE-INTEGRITY is ignored", test_after_integrity);
  RUN("an attribute after FINGERPRINT is refused", test_fingerprint_is_last);
  RUN("a request is read as it was written", test_request_round_trip);
  RUN("an error response is read as it was written", test_error_round_trip);
  RUN("the largest request fits its buffer", test_largest_request_fits);
  RUN("a message that does not fit is no message", test_no_space);
  return check_report();
}
