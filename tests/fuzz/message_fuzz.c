/*
 * A link's stream of any bytes: records are cut off it, asked of both gates, decoded, and what was
 * accepted must be written as exactly the bytes it was read from.
 */
#include <stdlib.h>
#include <string.h>

#include "core/boundary/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t memory[PCS_RECORD_BYTES_MAX];

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

static void check_same_bytes(const pcs_writer *writer, pcs_span body) {
  REQUIRE(!writer->failed && writer->len == body.len + PCS_RECORD_HEADER_BYTES);
  REQUIRE(body.len == 0 ||
          memcmp(writer->data + PCS_RECORD_HEADER_BYTES, body.data, body.len) == 0);
}

#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  static void round_trip_##name(pcs_span body) {                                                   \
    static pcs_msg_##name message;                                                                 \
    pcs_writer writer;                                                                             \
    if (pcs_msg_##name##_decode(body, &message) != PCS_OK) {                                       \
      return;                                                                                      \
    }                                                                                              \
    pcs_writer_init(&writer, memory, sizeof memory);                                               \
    pcs_msg_##name##_encode(&writer, &message);                                                    \
    check_same_bytes(&writer, body);                                                               \
  }
#include "core/boundary/messages.def"
#undef PCS_MESSAGE

static void round_trip(const pcs_record *record) {
  switch (record->id) {
#define PCS_MESSAGE(NAME, name, number, direction, phase, right, times, size, fields)              \
  case number:                                                                                     \
    round_trip_##name(record->body);                                                               \
    return;
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
  default:
    return;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_gate to_host;
  pcs_gate to_page;
  pcs_record record;
  pcs_span stream = {data, size};
  pcs_gate_init(&to_host, PCS_TO_HOST, PCS_RIGHT_DATA);
  pcs_gate_init(&to_page, PCS_TO_PAGE, PCS_RIGHT_HOST);
  while (pcs_record_next(&stream, &record) == PCS_OK) {
    pcs_status host = pcs_gate_admit(&to_host, &record);
    pcs_status page = pcs_gate_admit(&to_page, &record);
    REQUIRE(host != PCS_OK || page != PCS_OK);
    round_trip(&record);
  }
  return 0;
}
