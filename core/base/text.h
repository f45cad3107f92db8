/*
 * Text over spans: lines, tokens, numbers, hexadecimal, base64, UTF-8. A scanner takes a span by
 * pointer and moves it behind what it gave. Every function is linear in its input; none allocates,
 * none needs a terminating NUL, and what it gives borrows the input. It decides no grammar but
 * these.
 *
 * ASCII only, but for pcs_text_is_utf8: case folding touches A-Z and a-z and nothing else.
 */
#ifndef PCS_CORE_BASE_TEXT_H
#define PCS_CORE_BASE_TEXT_H

#include "core/base/bytes.h"

/* ---- parts of a span ---- */

/* pcs_text_slice is bytes [start, start + len) of text, cut to what there is. */
pcs_span pcs_text_slice(pcs_span text, size_t start, size_t len);
/* pcs_text_find is the index of the first byte, or text.len when there is none. */
size_t pcs_text_find(pcs_span text, uint8_t byte);
/* pcs_text_find_last is the index of the last byte, or text.len when there is none. */
size_t pcs_text_find_last(pcs_span text, uint8_t byte);
/* pcs_text_trim leaves out spaces and tabs at both ends. */
pcs_span pcs_text_trim(pcs_span text);
/*
 * pcs_text_split cuts text at the first separator: true with what is before and after it. Without a
 * separator false, *out_before is all of text and *out_after is empty.
 */
bool pcs_text_split(pcs_span text, uint8_t separator, pcs_span *out_before, pcs_span *out_after);

/* ---- scanners: *rest moves behind what was taken ---- */

/*
 * pcs_text_next_line takes the next line without its CRLF or LF (RFC 8866 5: LF alone is accepted).
 * A lone CR is part of the line. The last line may lack its end. False when nothing is left.
 */
bool pcs_text_next_line(pcs_span *rest, pcs_span *out_line);
/*
 * pcs_text_next_token takes the next run of bytes that are not separator, after any number of
 * separators. False when only separators are left. "a  b" gives "a", "b".
 */
bool pcs_text_next_token(pcs_span *rest, uint8_t separator, pcs_span *out_token);
/*
 * pcs_text_next_field takes everything up to the next separator, which is passed over; fields may
 * be empty: "a,,b" gives "a", "", "b". False when nothing is left (a separator at the end gives no
 * field).
 */
bool pcs_text_next_field(pcs_span *rest, uint8_t separator, pcs_span *out_field);
/* pcs_text_skip passes over prefix (a constant of ours) if *rest starts with it. */
bool pcs_text_skip(pcs_span *rest, const char *prefix);
/* pcs_text_skip_ignoring_case is pcs_text_skip with ASCII letters of either case. */
bool pcs_text_skip_ignoring_case(pcs_span *rest, const char *prefix);
/* pcs_text_skip_byte passes over one byte if *rest starts with it. */
bool pcs_text_skip_byte(pcs_span *rest, uint8_t byte);

/* ---- comparing and classes ---- */

bool pcs_text_starts_with(pcs_span text, const char *prefix);
bool pcs_text_ends_with(pcs_span text, const char *suffix);
/* These two compare with A-Z equal to a-z. */
bool pcs_text_equal_ignoring_case(pcs_span a, pcs_span b);
bool pcs_text_is_ignoring_case(pcs_span text, const char *constant);
bool pcs_text_is_digit(uint8_t byte);
bool pcs_text_is_letter(uint8_t byte);
/* pcs_text_is_visible: every byte is a visible ASCII character, 0x21 to 0x7E. */
bool pcs_text_is_visible(pcs_span text);
/* pcs_text_is_utf8: well-formed by RFC 3629 4 (no surrogates, no over-long forms). Empty is. */
bool pcs_text_is_utf8(pcs_span text);
uint8_t pcs_text_lower(uint8_t byte);

/* ---- numbers; on error *out_value is 0 ---- */

/*
 * pcs_text_decimal reads all of text as decimal digits, leading zeros allowed, no sign.
 * PCS_ERR_SYNTAX when empty or not all digits; PCS_ERR_RANGE above max, however many digits.
 */
PCS_MUST_USE pcs_status pcs_text_decimal(pcs_span text, uint64_t max, uint64_t *out_value);
/* pcs_text_hex_number reads all of text, 1 to 16 hexadecimal digits of either case. */
PCS_MUST_USE pcs_status pcs_text_hex_number(pcs_span text, uint64_t *out_value);

/* ---- bytes as text; decoders append to the writer, encoders too ---- */

/*
 * pcs_text_hex_decode reads pairs of hexadecimal digits of either case; separator stands between
 * pairs (':' for a fingerprint, RFC 8122 5), 0 for none. PCS_ERR_SYNTAX, PCS_ERR_NO_SPACE.
 */
PCS_MUST_USE pcs_status pcs_text_hex_decode(pcs_span text, uint8_t separator, pcs_writer *out);
/* pcs_writer_hex writes lower-case pairs without a separator. */
void pcs_writer_hex(pcs_writer *writer, pcs_span bytes);
/* pcs_writer_hex_colons writes upper-case pairs with colons between them (RFC 8122 5). */
void pcs_writer_hex_colons(pcs_writer *writer, pcs_span bytes);
/*
 * pcs_text_base64_decode reads RFC 4648 4's alphabet, padding required, unused bits zero.
 * PCS_ERR_SYNTAX, PCS_ERR_NO_SPACE.
 */
PCS_MUST_USE pcs_status pcs_text_base64_decode(pcs_span text, pcs_writer *out);
/* pcs_writer_base64 writes RFC 4648 4 with padding. */
void pcs_writer_base64(pcs_writer *writer, pcs_span bytes);

#endif
