#include "core/base/bytes.h"

#include <string.h>

pcs_span pcs_span_of_text(const char *text) {
  return (pcs_span){(const uint8_t *)text, strlen(text)};
}

bool pcs_span_equal(pcs_span a, pcs_span b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool pcs_span_equal_text(pcs_span span, const char *text) {
  return pcs_span_equal(span, pcs_span_of_text(text));
}

void pcs_reader_init(pcs_reader *reader, pcs_span input) {
  *reader = (pcs_reader){.rest = input};
}

pcs_span pcs_reader_bytes(pcs_reader *reader, size_t len) {
  if (reader->failed || len > reader->rest.len) {
    reader->failed = true;
    return (pcs_span){0};
  }
  pcs_span taken = {reader->rest.data, len};
  if (len > 0) {
    reader->rest.data += len;
    reader->rest.len -= len;
  }
  return taken;
}

/* Big-endian unsigned of the next width bytes, zero after a failure. */
static uint64_t read_unsigned(pcs_reader *reader, size_t width) {
  pcs_span bytes = pcs_reader_bytes(reader, width);
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.len; i++) {
    value = value << 8 | bytes.data[i];
  }
  return value;
}

uint8_t pcs_reader_u8(pcs_reader *reader) {
  return (uint8_t)read_unsigned(reader, 1);
}

uint16_t pcs_reader_u16(pcs_reader *reader) {
  return (uint16_t)read_unsigned(reader, 2);
}

uint32_t pcs_reader_u32(pcs_reader *reader) {
  return (uint32_t)read_unsigned(reader, 4);
}

uint64_t pcs_reader_u64(pcs_reader *reader) {
  return read_unsigned(reader, 8);
}

void pcs_reader_copy(pcs_reader *reader, uint8_t *out, size_t len) {
  pcs_span bytes = pcs_reader_bytes(reader, len);
  if (bytes.len == 0) {
    memset(out, 0, len);
    return;
  }
  memcpy(out, bytes.data, len);
}

pcs_span pcs_reader_rest(pcs_reader *reader) {
  return pcs_reader_bytes(reader, reader->failed ? 0 : reader->rest.len);
}

void pcs_reader_fail(pcs_reader *reader) {
  reader->failed = true;
}

pcs_status pcs_reader_finish(const pcs_reader *reader) {
  return reader->failed || reader->rest.len > 0 ? PCS_ERR_SYNTAX : PCS_OK;
}

void pcs_writer_init(pcs_writer *writer, uint8_t *memory, size_t capacity) {
  *writer = (pcs_writer){.data = memory, .capacity = capacity};
}

void pcs_writer_bytes(pcs_writer *writer, pcs_span bytes) {
  if (writer->failed || bytes.len > writer->capacity - writer->len) {
    writer->failed = true;
    return;
  }
  if (bytes.len > 0) {
    memcpy(writer->data + writer->len, bytes.data, bytes.len);
    writer->len += bytes.len;
  }
}

static void put_unsigned(uint8_t *out, size_t width, uint64_t value) {
  for (size_t i = 0; i < width; i++) {
    out[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
  }
}

static void write_unsigned(pcs_writer *writer, size_t width, uint64_t value) {
  uint8_t bytes[8];
  put_unsigned(bytes, width, value);
  pcs_writer_bytes(writer, (pcs_span){bytes, width});
}

void pcs_writer_u8(pcs_writer *writer, uint8_t value) {
  write_unsigned(writer, 1, value);
}

void pcs_writer_u16(pcs_writer *writer, uint16_t value) {
  write_unsigned(writer, 2, value);
}

void pcs_writer_u32(pcs_writer *writer, uint32_t value) {
  write_unsigned(writer, 4, value);
}

void pcs_writer_u64(pcs_writer *writer, uint64_t value) {
  write_unsigned(writer, 8, value);
}

void pcs_writer_text(pcs_writer *writer, const char *text) {
  pcs_writer_bytes(writer, pcs_span_of_text(text));
}

void pcs_writer_decimal(pcs_writer *writer, uint64_t value) {
  uint8_t digits[20];
  size_t at = sizeof digits;
  do {
    digits[--at] = (uint8_t)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  pcs_writer_bytes(writer, (pcs_span){digits + at, sizeof digits - at});
}

static void patch_unsigned(pcs_writer *writer, size_t offset, size_t width, uint64_t value) {
  if (writer->failed || width > writer->len || offset > writer->len - width) {
    writer->failed = true;
    return;
  }
  put_unsigned(writer->data + offset, width, value);
}

void pcs_writer_patch_u16(pcs_writer *writer, size_t offset, uint16_t value) {
  patch_unsigned(writer, offset, 2, value);
}

void pcs_writer_patch_u32(pcs_writer *writer, size_t offset, uint32_t value) {
  patch_unsigned(writer, offset, 4, value);
}

void pcs_writer_fail(pcs_writer *writer) {
  writer->failed = true;
}

pcs_span pcs_writer_span(const pcs_writer *writer) {
  return (pcs_span){writer->data, writer->len};
}

pcs_status pcs_writer_finish(const pcs_writer *writer, pcs_span *out_span) {
  *out_span = writer->failed ? (pcs_span){0} : pcs_writer_span(writer);
  return writer->failed ? PCS_ERR_NO_SPACE : PCS_OK;
}
