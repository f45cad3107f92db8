#include "core/boundary/record.h"

#include "core/base/text.h"

void pcs_bytes_field_encode(pcs_writer *writer, pcs_span bytes, size_t bytes_max) {
  if (bytes.len > bytes_max || bytes.len > UINT16_MAX) {
    pcs_writer_fail(writer);
    return;
  }
  pcs_writer_u16(writer, (uint16_t)bytes.len);
  pcs_writer_bytes(writer, bytes);
}

void pcs_text_field_encode(pcs_writer *writer, pcs_span text, size_t bytes_max) {
  if (!pcs_text_is_utf8(text)) {
    pcs_writer_fail(writer);
    return;
  }
  pcs_bytes_field_encode(writer, text, bytes_max);
}

pcs_span pcs_bytes_field_decode(pcs_reader *reader, size_t bytes_max) {
  size_t len = pcs_reader_u16(reader);
  if (len > bytes_max) {
    pcs_reader_fail(reader);
  }
  return pcs_reader_bytes(reader, len);
}

pcs_span pcs_text_field_decode(pcs_reader *reader, size_t bytes_max) {
  pcs_span text = pcs_bytes_field_decode(reader, bytes_max);
  if (!pcs_text_is_utf8(text)) {
    pcs_reader_fail(reader);
    return (pcs_span){0};
  }
  return text;
}

uint8_t pcs_count_field_encode(pcs_writer *writer, uint8_t num, size_t num_max) {
  if (num > num_max) {
    pcs_writer_fail(writer);
    return 0;
  }
  pcs_writer_u8(writer, num);
  return num;
}

uint8_t pcs_count_field_decode(pcs_reader *reader, size_t num_max) {
  uint8_t num = pcs_reader_u8(reader);
  if (num > num_max) {
    pcs_reader_fail(reader);
    return 0;
  }
  return num;
}

#include "core/boundary/field_encode.def"
#define PCS_RECORD(name, fields)                                                                   \
  void pcs_##name##_encode(pcs_writer *writer, const pcs_##name *from) {                           \
    fields                                                                                         \
  }
#include "core/plan/records.def"
#undef PCS_RECORD
#include "core/boundary/field_undefine.def"

#include "core/boundary/field_decode.def"
#define PCS_RECORD(name, fields)                                                                   \
  void pcs_##name##_decode(pcs_reader *reader, pcs_##name *into) {                                 \
    fields                                                                                         \
  }
#include "core/plan/records.def"
#undef PCS_RECORD
#include "core/boundary/field_undefine.def"
