/*
 * The codec of the structs in plan/records.def and of the field kinds that messages share with
 * them. It enforces sizes, counts and UTF-8, writing as well as reading; what a value means is for
 * pcs_*_check. Decoded text and bytes borrow the reader's input.
 */
#ifndef PCS_CORE_BOUNDARY_RECORD_H
#define PCS_CORE_BOUNDARY_RECORD_H

#include "core/plan/plan.h"

/*
 * pcs_<record>_encode appends the struct; a field over its limit fails the writer.
 * pcs_<record>_decode fills *out_record, whose fields are zero from the first failure on.
 */
#define PCS_RECORD(name, fields)                                                                   \
  void pcs_##name##_encode(pcs_writer *writer, const pcs_##name *record);                          \
  void pcs_##name##_decode(pcs_reader *reader, pcs_##name *out_record);
#include "core/plan/records.def"
#undef PCS_RECORD

/* TEXT and BYTES: a 16-bit length, at most bytes_max, and the bytes; text is well-formed UTF-8. */
void pcs_text_field_encode(pcs_writer *writer, pcs_span text, size_t bytes_max);
void pcs_bytes_field_encode(pcs_writer *writer, pcs_span bytes, size_t bytes_max);
pcs_span pcs_text_field_decode(pcs_reader *reader, size_t bytes_max);
pcs_span pcs_bytes_field_decode(pcs_reader *reader, size_t bytes_max);
/* LIST: an 8-bit count, at most num_max, compared before anything loops over it; 0 on failure. */
uint8_t pcs_count_field_encode(pcs_writer *writer, uint8_t num, size_t num_max);
uint8_t pcs_count_field_decode(pcs_reader *reader, size_t num_max);

/* The largest encoding of each record, PCS_SIZE_<record>. */
#define U8(name) +1
#define U16(name) +2
#define U32(name) +4
#define U64(name) +8
#define FIXED(name, len) +(len)
#define TEXT(name, max) +2 + (max)
#define BYTES(name, max) +2 + (max)
#define ONE(record, name) +PCS_SIZE_##record
#define LIST(record, name, max) +1 + PCS_SIZE_##record *(max)
#define PCS_RECORD(name, fields) enum { PCS_SIZE_##name = 0 fields };
#include "core/plan/records.def"
#undef PCS_RECORD
#undef U8
#undef U16
#undef U32
#undef U64
#undef FIXED
#undef TEXT
#undef BYTES
#undef ONE
#undef LIST

#endif
