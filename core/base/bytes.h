/*
 * Spans, readers and writers: the only pointer arithmetic on bytes from outside.
 *
 * Readers and writers are sticky. After the first failure every read gives zero, every write does
 * nothing, and finish() reports it, so a decoder reads as the format does. All integers are in
 * network byte order. Nothing here allocates; spans borrow the caller's memory.
 */
#ifndef PCS_CORE_BASE_BYTES_H
#define PCS_CORE_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

/* Borrowed bytes. An empty span may have a null pointer. */
typedef struct pcs_span {
  const uint8_t *data;
  size_t len;
} pcs_span;

typedef struct pcs_reader {
  pcs_span rest;
  bool failed;
} pcs_reader;

typedef struct pcs_writer {
  uint8_t *data;
  size_t capacity;
  size_t len;
  bool failed;
} pcs_writer;

/* pcs_span_of_text borrows a NUL-terminated constant of ours; never used on input. */
pcs_span pcs_span_of_text(const char *text);
bool pcs_span_equal(pcs_span a, pcs_span b);
/* pcs_span_equal_text compares with a NUL-terminated constant of ours, case-sensitively. */
bool pcs_span_equal_text(pcs_span span, const char *text);

void pcs_reader_init(pcs_reader *reader, pcs_span input);
uint8_t pcs_reader_u8(pcs_reader *reader);
uint16_t pcs_reader_u16(pcs_reader *reader);
uint32_t pcs_reader_u32(pcs_reader *reader);
uint64_t pcs_reader_u64(pcs_reader *reader);
/* pcs_reader_bytes borrows the next len bytes; an empty span after a failure. */
pcs_span pcs_reader_bytes(pcs_reader *reader, size_t len);
/* pcs_reader_copy fills out with the next len bytes, or with zeros after a failure. */
void pcs_reader_copy(pcs_reader *reader, uint8_t *out, size_t len);
/* pcs_reader_rest borrows everything not yet read. */
pcs_span pcs_reader_rest(pcs_reader *reader);
/* pcs_reader_fail marks the input as wrong: the decoder found a value that cannot be. */
void pcs_reader_fail(pcs_reader *reader);
/* pcs_reader_finish is PCS_OK when every read succeeded and nothing is left, else PCS_ERR_SYNTAX.
 */
pcs_status pcs_reader_finish(const pcs_reader *reader);

void pcs_writer_init(pcs_writer *writer, uint8_t *memory, size_t capacity);
void pcs_writer_u8(pcs_writer *writer, uint8_t value);
void pcs_writer_u16(pcs_writer *writer, uint16_t value);
void pcs_writer_u32(pcs_writer *writer, uint32_t value);
void pcs_writer_u64(pcs_writer *writer, uint64_t value);
void pcs_writer_bytes(pcs_writer *writer, pcs_span bytes);
/* pcs_writer_text writes a NUL-terminated constant of ours without its NUL. */
void pcs_writer_text(pcs_writer *writer, const char *text);
/* pcs_writer_decimal writes value in decimal digits. */
void pcs_writer_decimal(pcs_writer *writer, uint64_t value);
/* pcs_writer_patch_u16/u32 overwrite an integer written earlier at offset (a length, mostly). */
void pcs_writer_patch_u16(pcs_writer *writer, size_t offset, uint16_t value);
void pcs_writer_patch_u32(pcs_writer *writer, size_t offset, uint32_t value);
void pcs_writer_fail(pcs_writer *writer);
/* pcs_writer_span borrows what has been written so far. */
pcs_span pcs_writer_span(const pcs_writer *writer);
/* pcs_writer_finish is PCS_OK and the written span, or PCS_ERR_NO_SPACE and an empty span. */
pcs_status pcs_writer_finish(const pcs_writer *writer, pcs_span *out_span);

#endif
