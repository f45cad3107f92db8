/* What vectors do not reach: the stream of records, and limits too large for a file. */
#include "core/boundary/message.h"
#include "core/boundary/record.h"
#include "tests/check.h"

static uint8_t memory[PCS_RECORD_BYTES_MAX + 16];
static uint8_t filler[PCS_MESSAGE_BYTES_MAX + 16];

static pcs_span body_written(const pcs_writer *writer) {
  return (pcs_span){writer->data + PCS_RECORD_HEADER_BYTES, writer->len - PCS_RECORD_HEADER_BYTES};
}

/* ---- the stream ---- */

static pcs_span written_hello(pcs_writer *writer) {
  pcs_msg_hello hello = {.version = PCS_PROTOCOL_VERSION, .token = {filler, 16}};
  pcs_writer_init(writer, memory, sizeof memory);
  pcs_msg_hello_encode(writer, &hello);
  return pcs_writer_span(writer);
}

static void test_incomplete_record_waits(void) {
  pcs_writer writer;
  pcs_record record;
  pcs_span whole = written_hello(&writer);
  for (size_t len = 0; len < whole.len; len++) {
    pcs_span stream = {whole.data, len};
    CHECK_EQ_INT(pcs_record_next(&stream, &record), PCS_ERR_NO_SPACE);
    CHECK(stream.data == whole.data && stream.len == len);
    CHECK(record.id == 0 && record.body.len == 0);
  }
}

static void test_two_records_in_one_chunk(void) {
  pcs_writer writer;
  pcs_record record;
  written_hello(&writer);
  pcs_msg_close_peer_encode(&writer, &(pcs_msg_close_peer){.peer = 7});
  pcs_span stream = pcs_writer_span(&writer);
  CHECK_EQ_INT(pcs_record_next(&stream, &record), PCS_OK);
  CHECK_EQ_UINT(record.id, PCS_MSG_HELLO);
  CHECK_EQ_INT(pcs_record_next(&stream, &record), PCS_OK);
  CHECK_EQ_UINT(record.id, PCS_MSG_CLOSE_PEER);
  CHECK_EQ_UINT(stream.len, 0);
  CHECK_EQ_INT(pcs_record_next(&stream, &record), PCS_ERR_NO_SPACE);
}

static pcs_status next_of_length(uint32_t len) {
  uint8_t bytes[4];
  pcs_writer writer;
  pcs_record record;
  pcs_writer_init(&writer, bytes, sizeof bytes);
  pcs_writer_u32(&writer, len);
  pcs_span stream = pcs_writer_span(&writer);
  return pcs_record_next(&stream, &record);
}

static void test_impossible_lengths(void) {
  CHECK_EQ_INT(next_of_length(0), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(next_of_length(1), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(next_of_length(2), PCS_ERR_NO_SPACE);
  CHECK_EQ_INT(next_of_length(PCS_RECORD_BYTES_MAX - 4), PCS_ERR_NO_SPACE);
  CHECK_EQ_INT(next_of_length(PCS_RECORD_BYTES_MAX - 3), PCS_ERR_TOO_LARGE);
  CHECK_EQ_INT(next_of_length(UINT32_MAX), PCS_ERR_TOO_LARGE);
}

static void test_largest_message_is_one_record(void) {
  pcs_writer writer;
  pcs_record record;
  pcs_msg_send out;
  pcs_msg_send send = {.channel = 9, .kind = 1, .payload = {filler, PCS_MESSAGE_BYTES_MAX}};
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_send_encode(&writer, &send);
  pcs_span stream = pcs_writer_span(&writer);
  CHECK_EQ_INT(pcs_record_next(&stream, &record), PCS_OK);
  CHECK_EQ_INT(pcs_msg_send_decode(record.body, &out), PCS_OK);
  CHECK_EQ_UINT(out.payload.len, PCS_MESSAGE_BYTES_MAX);
  CHECK(out.payload.data == record.body.data + 5);
}

/* ---- limits ---- */

static void test_payload_over_limit(void) {
  pcs_writer writer;
  pcs_msg_send out;
  pcs_msg_send send = {.channel = 9, .kind = 1, .payload = {filler, PCS_MESSAGE_BYTES_MAX + 1}};
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_send_encode(&writer, &send);
  CHECK(writer.failed);
  CHECK_EQ_INT(pcs_msg_send_decode((pcs_span){filler, PCS_MESSAGE_BYTES_MAX + 6}, &out),
               PCS_ERR_SYNTAX);
}

static void test_longest_labels_fit(void) {
  pcs_writer writer;
  static pcs_msg_open_channel out;
  pcs_msg_open_channel open = {.label = {filler, PCS_LABEL_BYTES_MAX},
                               .protocol = {filler, PCS_LABEL_BYTES_MAX}};
  memset(filler, 'a', sizeof filler);
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_open_channel_encode(&writer, &open);
  CHECK(!writer.failed);
  CHECK_EQ_INT(pcs_msg_open_channel_decode(body_written(&writer), &out), PCS_OK);
  CHECK_EQ_UINT(out.protocol.len, PCS_LABEL_BYTES_MAX);
  open.label.len++;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_open_channel_encode(&writer, &open);
  CHECK(writer.failed);
}

static void test_certificate_over_limit(void) {
  pcs_writer writer;
  static pcs_msg_dtls_state out;
  pcs_msg_dtls_state state = {.certificate = {filler, PCS_CERTIFICATE_BYTES_MAX}};
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_dtls_state_encode(&writer, &state);
  CHECK_EQ_INT(pcs_msg_dtls_state_decode(body_written(&writer), &out), PCS_OK);
  state.certificate.len++;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_dtls_state_encode(&writer, &state);
  CHECK(writer.failed);

  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_bytes(&writer, (pcs_span){filler, 4});
  pcs_writer_u32(&writer, 0); /* state, role, version */
  pcs_writer_u32(&writer, 0); /* cipher, group: empty */
  pcs_writer_u16(&writer, PCS_CERTIFICATE_BYTES_MAX + 1);
  pcs_writer_bytes(&writer, (pcs_span){filler, PCS_CERTIFICATE_BYTES_MAX + 1});
  CHECK_EQ_INT(pcs_msg_dtls_state_decode(pcs_writer_span(&writer), &out), PCS_ERR_SYNTAX);
}

static void test_list_over_limit(void) {
  pcs_writer writer;
  static pcs_msg_stats stats;
  static pcs_msg_stats out;
  stats.num_candidates = 128;
  stats.num_pairs = PCS_PAIRS_MAX;
  stats.num_channels = 128;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_stats_encode(&writer, &stats);
  CHECK_EQ_INT(pcs_msg_stats_decode(body_written(&writer), &out), PCS_OK);
  CHECK_EQ_UINT(out.num_channels, 128);
  stats.num_pairs++;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_stats_encode(&writer, &stats);
  CHECK(writer.failed);
}

/* Nothing behind the count: had a loop trusted it, it would have run 255 times into the struct. */
static void test_count_is_compared_before_it_loops(void) {
  pcs_reader reader;
  static const uint8_t count[] = {255};
  pcs_reader_init(&reader, (pcs_span){count, sizeof count});
  CHECK_EQ_UINT(pcs_count_field_decode(&reader, PCS_FINGERPRINTS_MAX), 0);
  CHECK(reader.failed);
}

static void test_no_room_fails_the_writer(void) {
  pcs_writer writer;
  pcs_span whole = written_hello(&writer);
  size_t len = whole.len;
  for (size_t capacity = 0; capacity < len; capacity++) {
    pcs_msg_hello hello = {.token = {filler, 16}};
    uint8_t *exact = malloc(capacity + 1);
    pcs_writer_init(&writer, exact, capacity);
    pcs_msg_hello_encode(&writer, &hello);
    CHECK(writer.failed);
    free(exact);
  }
}

static void test_text_must_be_utf8_to_leave(void) {
  static const uint8_t latin1[] = {'c', 'a', 'f', 0xe9};
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_goodbye_encode(&writer, &(pcs_msg_goodbye){.reason = {latin1, sizeof latin1}});
  CHECK(writer.failed);
}

static void test_names(void) {
  CHECK_EQ_STR(pcs_message_name(PCS_MSG_OPEN_PEER), "OPEN_PEER");
  CHECK_EQ_STR(pcs_message_name(0), "UNKNOWN");
  CHECK_EQ_STR(pcs_message_name(0xffff), "UNKNOWN");
}

int main(void) {
  memset(filler, 'a', sizeof filler);
  RUN("a record that is not whole yet is waited for", test_incomplete_record_waits);
  RUN("two records in one chunk come out in order", test_two_records_in_one_chunk);
  RUN("a length that no record has ends the link at once", test_impossible_lengths);
  RUN("a message of the largest size is one record, not copied",
      test_largest_message_is_one_record);
  RUN("a payload one byte over the limit is refused both ways", test_payload_over_limit);
  RUN("two labels of 65535 bytes fit, longer ones do not", test_longest_labels_fit);
  RUN("a certificate one byte over the limit is refused both ways", test_certificate_over_limit);
  RUN("full lists fit, one item more does not", test_list_over_limit);
  RUN("a count over its limit never starts a loop", test_count_is_compared_before_it_loops);
  RUN("a record that does not fit fails the writer and writes no further",
      test_no_room_fails_the_writer);
  RUN("text that is not UTF-8 is not written", test_text_must_be_utf8_to_leave);
  RUN("an id has its row's name, an unknown one has none", test_names);
  return check_report();
}
