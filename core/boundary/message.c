#include "core/boundary/message.h"

#include <string.h>

#include "core/boundary/record.h"

/* Every body a row can encode fits the row's size, and every row fits a record of the link. */
#define U8(name) +1
#define U16(name) +2
#define U32(name) +4
#define U64(name) +8
#define FIXED(name, len) +(len)
#define TEXT(name, max) +2 + (max)
#define BYTES(name, max) +2 + (max)
#define REST(name) +0
#define ONE(record, name) +PCS_SIZE_##record
#define LIST(record, name, max) +1 + PCS_SIZE_##record *(max)
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  _Static_assert((0 fields) <= (size), #NAME " can be larger than its size");                      \
  _Static_assert((size) + PCS_RECORD_HEADER_BYTES <= PCS_RECORD_BYTES_MAX, #NAME " is too large");
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
#include "core/boundary/field_undefine.def"

/* Where the record starts, so that its length can be written when it is known. */
static size_t begin_record(pcs_writer *writer, uint16_t id) {
  size_t start = writer->len;
  pcs_writer_u32(writer, 0);
  pcs_writer_u16(writer, id);
  return start;
}

static void end_record(pcs_writer *writer, size_t start, size_t body_max) {
  size_t len = writer->len - start;
  if (len > PCS_RECORD_HEADER_BYTES + body_max) {
    pcs_writer_fail(writer);
  }
  pcs_writer_patch_u32(writer, start, (uint32_t)(len - sizeof(uint32_t)));
}

#include "core/boundary/field_encode.def"
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  void pcs_msg_##name##_encode(pcs_writer *writer, const pcs_msg_##name *from) {                   \
    size_t start = begin_record(writer, PCS_MSG_##NAME);                                           \
    fields end_record(writer, start, size);                                                        \
  }
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
#include "core/boundary/field_undefine.def"

/* A body over its row's size is as wrong as a truncated one, whoever asks for it to be decoded. */
static void begin_body(pcs_reader *reader, pcs_span body, size_t body_max) {
  pcs_reader_init(reader, body);
  if (body.len > body_max) {
    pcs_reader_fail(reader);
  }
}

#include "core/boundary/field_decode.def"
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  pcs_status pcs_msg_##name##_decode(pcs_span body, pcs_msg_##name *into) {                        \
    pcs_reader body_reader;                                                                        \
    pcs_reader *reader = &body_reader;                                                             \
    begin_body(reader, body, size);                                                                \
    memset(into, 0, sizeof *into);                                                                 \
    fields pcs_status status = pcs_reader_finish(reader);                                          \
    if (status != PCS_OK) {                                                                        \
      memset(into, 0, sizeof *into);                                                               \
    }                                                                                              \
    return status;                                                                                 \
  }
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
#include "core/boundary/field_undefine.def"

pcs_status pcs_record_next(pcs_span *stream, pcs_record *out_record) {
  pcs_reader reader;
  *out_record = (pcs_record){0};
  pcs_reader_init(&reader, *stream);
  uint32_t len = pcs_reader_u32(&reader);
  if (reader.failed) {
    return PCS_ERR_NO_SPACE;
  }
  if (len < sizeof out_record->id) {
    return PCS_ERR_SYNTAX;
  }
  if (len > PCS_RECORD_BYTES_MAX - sizeof len) {
    return PCS_ERR_TOO_LARGE;
  }
  uint16_t id = pcs_reader_u16(&reader);
  pcs_span body = pcs_reader_bytes(&reader, len - sizeof id);
  if (reader.failed) {
    return PCS_ERR_NO_SPACE;
  }
  *out_record = (pcs_record){.id = id, .body = body};
  *stream = pcs_reader_rest(&reader);
  return PCS_OK;
}

const char *pcs_message_name(uint16_t id) {
  switch (id) {
#define PCS_MESSAGE(NAME, name, number, direction, phase, right, times, size, fields)              \
  case number:                                                                                     \
    return #NAME;
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
  default:
    return "UNKNOWN";
  }
}
