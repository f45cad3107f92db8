/* Any bytes as a request to the inspector, and as what a worker shows: a request that is read is for
 * our own host, and what is shown is one line, well-formed or not at all. */
#include <stdlib.h>
#include <string.h>

#include "host/broker/inspector_picture.h"
#include "host/broker/inspector_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

static bool has(pcs_span text, const char *part) {
  size_t len = strlen(part);
  for (size_t i = 0; i + len <= text.len; i++) {
    if (memcmp(text.data + i, part, len) == 0) {
      return true;
    }
  }
  return false;
}

static void check_request(pcs_span head) {
  static const pcs_address listener = {
      .family = PCS_ADDRESS_IPV4, .bytes = {127, 0, 0, 1}, .port = 4711};
  pcs_inspector_request request;
  pcs_inspector_refusal refusal;
  if (pcs_inspector_request_read(&request, &refusal, head, &listener) == PCS_OK) {
    REQUIRE(has(head, "127.0.0.1:4711"));
    REQUIRE(!request.is_post || has(head, "internals"));
    REQUIRE(request.token.data != NULL || !has(request.name, "/"));
  }
}

/* Quotes and brackets match; no byte ends a line of the feed. */
static void check_json(pcs_span json) {
  size_t depth = 0;
  bool in_text = false;
  for (size_t i = 0; i < json.len; i++) {
    uint8_t byte = json.data[i];
    REQUIRE(byte >= 0x20 && byte != 0x7f);
    if (in_text && byte == '\\') {
      i++;
    } else if (byte == '"') {
      in_text = !in_text;
    } else if (!in_text && (byte == '{' || byte == '[')) {
      depth++;
    } else if (!in_text && (byte == '}' || byte == ']')) {
      REQUIRE(depth-- > 0);
    }
  }
  REQUIRE(depth == 0 && !in_text);
}

static void check_note(pcs_span body) {
  uint8_t memory[PCS_INSPECTOR_NOTE_BYTES_MAX];
  pcs_office_note note;
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  if (pcs_office_note_decode(body, &note) == PCS_OK &&
      pcs_inspector_note_write(&writer, &note, 1, 1)) {
    check_json(pcs_writer_span(&writer));
  }
}

/* The input as messages, each behind a length of one byte. */
static void check_messages(pcs_span input) {
  pcs_inspector_picture *picture = pcs_inspector_picture_new();
  REQUIRE(picture != NULL);
  pcs_reader reader;
  pcs_reader_init(&reader, input);
  bool good = true;
  while (good && !reader.failed && reader.rest.len > 0) {
    size_t len = pcs_reader_u8(&reader);
    pcs_office_message message;
    bool is_whole;
    if (pcs_office_open(&message, pcs_reader_bytes(&reader, len), PCS_TO_BROKER) != PCS_OK) {
      break;
    }
    if (message.id == PCS_OFFICE_NOTE) {
      check_note(message.body);
    } else {
      good = pcs_inspector_picture_hear(picture, &message, &is_whole);
      check_json(pcs_inspector_picture_shown(picture));
    }
  }
  pcs_inspector_picture_free(picture);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_span input = {data, size};
  check_request(input);
  check_messages(input);
  return 0;
}
