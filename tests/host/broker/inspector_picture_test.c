/* What workers show is untrusted: whatever they say becomes well-formed JSON of bounded size, or is
 * refused; hostile labels stay text (requirements A37). */
#include "host/broker/inspector_picture.h"

#include <string.h>

#include "host/broker/json.h"
#include "tests/check.h"

static uint8_t memory[PCS_OFFICE_BYTES_MAX];
static const uint8_t digest[32] = {0xab, 0xcd};

static pcs_office_message opened(const pcs_writer *writer) {
  pcs_office_message message;
  CHECK_EQ_INT(pcs_office_open(&message, pcs_writer_span(writer), PCS_TO_BROKER), PCS_OK);
  return message;
}

static bool hear(pcs_inspector_picture *picture, const pcs_writer *writer) {
  bool is_whole;
  pcs_office_message message = opened(writer);
  return pcs_inspector_picture_hear(picture, &message, &is_whole);
}

static pcs_writer fresh(void) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  return writer;
}

static bool show_call(pcs_inspector_picture *picture, uint32_t call) {
  pcs_writer writer = fresh();
  pcs_office_picture_call_encode(
      &writer, &(pcs_office_picture_call){.call = call,
                                          .with = 0xff,
                                          .ice_state = 0xff,
                                          .dtls_version = 0xfefd,
                                          .cipher = pcs_span_of_text("TLS_ECDHE_\"X"),
                                          .local_digest = {digest, sizeof digest},
                                          .round_trip_us = 1007});
  return hear(picture, &writer);
}

static bool show_pair(pcs_inspector_picture *picture) {
  pcs_writer writer = fresh();
  pcs_office_picture_pair pair = {.id = 3, .nominated = 9, .local_type = 200};
  pair.remote_address =
      (pcs_address){.family = PCS_ADDRESS_IPV4, .bytes = {192, 0, 2, 7}, .port = 9};
  pcs_office_picture_pair_encode(&writer, &pair);
  return hear(picture, &writer);
}

static bool show_channel(pcs_inspector_picture *picture, const char *label) {
  pcs_writer writer = fresh();
  pcs_office_picture_channel_encode(
      &writer, &(pcs_office_picture_channel){.id = 5, .label = pcs_span_of_text(label)});
  return hear(picture, &writer);
}

static bool show_end(pcs_inspector_picture *picture) {
  pcs_writer writer = fresh();
  pcs_office_picture_end_encode(&writer, &(pcs_office_picture_end){.round = 1});
  return hear(picture, &writer);
}

static bool shows(const pcs_inspector_picture *picture, const char *part) {
  pcs_span shown = pcs_inspector_picture_shown(picture);
  size_t len = strlen(part);
  for (size_t i = 0; i + len <= shown.len; i++) {
    if (memcmp(shown.data + i, part, len) == 0) {
      return true;
    }
  }
  return false;
}

/* Quotes and brackets match, and no byte could end a line of the feed. */
static bool is_well_formed(pcs_span json) {
  size_t depth = 0;
  bool in_text = false;
  for (size_t i = 0; i < json.len; i++) {
    uint8_t byte = json.data[i];
    if (byte < 0x20 || byte == 0x7f) {
      return false;
    }
    if (in_text && byte == '\\') {
      i++;
    } else if (byte == '"') {
      in_text = !in_text;
    } else if (!in_text && (byte == '{' || byte == '[')) {
      depth++;
    } else if (!in_text && (byte == '}' || byte == ']') && depth-- == 0) {
      return false;
    }
  }
  return depth == 0 && !in_text;
}

static void test_picture(void) {
  pcs_inspector_picture *picture = pcs_inspector_picture_new();
  CHECK(show_call(picture, 1) && show_pair(picture) && show_channel(picture, "chat"));
  CHECK_EQ_SPAN(pcs_inspector_picture_shown(picture), pcs_span_of_text("[]")); /* not whole yet */
  CHECK(show_call(picture, 2) && show_end(picture));
  CHECK(is_well_formed(pcs_inspector_picture_shown(picture)));
  CHECK(shows(picture, "\"id\":\"1\",\"iceState\":\"unknown\""));
  CHECK(shows(picture, "\"cipher\":\"TLS_ECDHE_\\\"X\""));
  CHECK(shows(picture, "\"localFingerprint\":\"sha-256 AB:CD:00:"));
  CHECK(shows(picture, "\"remoteFingerprint\":\"\""));
  CHECK(shows(picture, "\"roundTripMs\":1.007"));
  CHECK(shows(picture, "\"local\":{\"type\":\"unknown\",\"protocol\":\"udp\",\"address\":null,"
                       "\"port\":0}"));
  CHECK(shows(picture, "\"address\":\"192.0.2.7\",\"port\":9"));
  CHECK(shows(picture, "\"pairs\":[],\"channels\":[]}]"));
  CHECK(show_end(picture));
  CHECK_EQ_SPAN(pcs_inspector_picture_shown(picture), pcs_span_of_text("[]"));
  pcs_inspector_picture_free(picture);
}

static void test_labels(void) {
  static const char *const labels[][2] = {
      {"<script>alert(1)</script>", "<script>alert(1)</script>"},
      {"\"}]}\n\nevent: call\ndata: {", "\\\"}]}\\u000a\\u000aevent: call\\u000adata: {"},
      {"a\\b\x01\x7f", "a\\\\b\\u0001\\u007f"},
      {"\xe2\x80\xa8\xc3\xa9", "\xe2\x80\xa8\xc3\xa9"}};
  for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
    pcs_inspector_picture *picture = pcs_inspector_picture_new();
    CHECK(show_call(picture, 1) && show_channel(picture, labels[i][0]) && show_end(picture));
    CHECK(shows(picture, labels[i][1]));
    CHECK(is_well_formed(pcs_inspector_picture_shown(picture)));
    pcs_inspector_picture_free(picture);
  }
}

/* The codec lets no such label through: the writer does not rely on it. */
static void test_text(void) {
  static const struct {
    const char *text;
    const char *json;
  } rows[] = {{"", "\"\""},
              {"\xff", "\"\\ufffd\""},
              {"a\xc3", "\"a\\ufffd\""},
              {"\xc3(", "\"\\ufffd(\""},
              {"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""}, /* a surrogate */
              {"\xc0\xaf", "\"\\ufffd\\ufffd\""},               /* over-long */
              {"\xf0\x9f\x9a\xaa", "\"\xf0\x9f\x9a\xaa\""}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    pcs_writer writer = fresh();
    pcs_json_text(&writer, pcs_span_of_text(rows[i].text));
    CHECK_EQ_SPAN(pcs_writer_span(&writer), pcs_span_of_text(rows[i].json));
  }
}

/* A worker that had no room left off in the middle: the next picture is not mixed with it. */
static void test_left_off(void) {
  pcs_inspector_picture *picture = pcs_inspector_picture_new();
  for (int i = 0; i < 2; i++) {
    pcs_writer writer = fresh();
    pcs_office_picture_begin_encode(&writer, &(pcs_office_picture_begin){.round = 1});
    CHECK(hear(picture, &writer));
    CHECK(show_call(picture, i == 0 ? 41 : 42) && show_pair(picture));
  }
  CHECK(show_end(picture));
  CHECK(is_well_formed(pcs_inspector_picture_shown(picture)));
  CHECK(!shows(picture, "\"id\":\"41\"") && shows(picture, "\"id\":\"42\""));
  pcs_inspector_picture_free(picture);
}

static void test_order(void) {
  pcs_inspector_picture *picture = pcs_inspector_picture_new();
  CHECK(!show_pair(picture));
  CHECK(!show_channel(picture, "of no connection"));
  CHECK(show_call(picture, 1) && show_channel(picture, "x"));
  CHECK(!show_pair(picture)); /* behind its channels */
  pcs_inspector_picture_free(picture);
}

static void test_room(void) {
  pcs_inspector_picture *picture = pcs_inspector_picture_new();
  for (uint32_t i = 0; i < 300; i++) {
    CHECK(show_call(picture, i));
    for (int j = 0; j < 20; j++) {
      CHECK(show_pair(picture));
    }
    CHECK(show_channel(picture, "\x01\x02\x03\x04\x05\x06\x07"));
  }
  CHECK(show_end(picture));
  pcs_span shown = pcs_inspector_picture_shown(picture);
  CHECK(is_well_formed(shown));
  CHECK(shown.len > PCS_INSPECTOR_PICTURE_BYTES / 2 && shown.len <= PCS_INSPECTOR_PICTURE_BYTES);
  pcs_inspector_picture_free(picture);
}

static void test_notes(void) {
  uint8_t json[PCS_INSPECTOR_NOTE_BYTES_MAX];
  for (uint32_t message = 0; message < 65536; message++) {
    pcs_writer writer;
    pcs_writer_init(&writer, json, sizeof json);
    pcs_office_note note = {.call = 4,
                            .message = (uint16_t)message,
                            .first = PCS_DETAIL_ICE_STATE,
                            .first_value = UINT32_MAX,
                            .second = PCS_DETAIL_CHANNELS,
                            .second_value = UINT32_MAX};
    bool good = pcs_inspector_note_write(&writer, &note, UINT64_MAX, UINT64_MAX);
    CHECK(!good || is_well_formed(pcs_writer_span(&writer)));
    CHECK(good == (strcmp(pcs_message_name((uint16_t)message), "UNKNOWN") != 0));
  }
  for (unsigned detail = 0; detail < 256; detail++) {
    pcs_writer writer;
    pcs_writer_init(&writer, json, sizeof json);
    pcs_office_note note = {
        .message = PCS_MSG_OPEN_PEER, .first = (uint8_t)detail, .first_value = UINT32_MAX};
    bool good = pcs_inspector_note_write(&writer, &note, 1, 1);
    CHECK(good == (detail <= PCS_DETAIL_ALGORITHM));
  }
  pcs_writer writer;
  pcs_writer_init(&writer, json, sizeof json);
  pcs_office_note note = {.message = PCS_MSG_OPEN_PEER,
                          .first = PCS_DETAIL_POLICY,
                          .first_value = PCS_ICE_POLICY_RELAY,
                          .second = PCS_DETAIL_SERVERS,
                          .second_value = 2};
  CHECK(pcs_inspector_note_write(&writer, &note, 7, 5000));
  CHECK_EQ_SPAN(pcs_writer_span(&writer),
                pcs_span_of_text("{\"time\":5,\"page\":\"7\",\"connection\":null,"
                                 "\"name\":\"openPeer\",\"direction\":\"in\","
                                 "\"detail\":\"policy relay, servers 2\"}"));
}

int main(void) {
  RUN("connections, pairs and channels become one list", test_picture);
  RUN("a hostile label stays text on one line", test_labels);
  RUN("bytes that are no UTF-8 become U+FFFD", test_text);
  RUN("a picture that was left off is not mixed with the next", test_left_off);
  RUN("a worker that shows things out of order breaks the rules", test_order);
  RUN("what has no room is left out, and the list stays whole", test_room);
  RUN("a note is a known message with details of the list, or is refused", test_notes);
  return check_report();
}
