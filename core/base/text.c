#include "core/base/text.h"

#include <string.h>

/* ---- parts of a span ---- */

pcs_span pcs_text_slice(pcs_span text, size_t start, size_t len) {
  if (start >= text.len) {
    return (pcs_span){0};
  }
  size_t left = text.len - start;
  return (pcs_span){text.data + start, len < left ? len : left};
}

static pcs_span from(pcs_span text, size_t start) {
  return pcs_text_slice(text, start, text.len);
}

size_t pcs_text_find(pcs_span text, uint8_t byte) {
  const uint8_t *found = text.len > 0 ? memchr(text.data, byte, text.len) : NULL;
  return found != NULL ? (size_t)(found - text.data) : text.len;
}

size_t pcs_text_find_last(pcs_span text, uint8_t byte) {
  for (size_t i = text.len; i > 0; i--) {
    if (text.data[i - 1] == byte) {
      return i - 1;
    }
  }
  return text.len;
}

static bool is_blank(uint8_t byte) {
  return byte == ' ' || byte == '\t';
}

pcs_span pcs_text_trim(pcs_span text) {
  size_t start = 0;
  size_t end = text.len;
  while (start < end && is_blank(text.data[start])) {
    start++;
  }
  while (end > start && is_blank(text.data[end - 1])) {
    end--;
  }
  return pcs_text_slice(text, start, end - start);
}

bool pcs_text_split(pcs_span text, uint8_t separator, pcs_span *out_before, pcs_span *out_after) {
  size_t at = pcs_text_find(text, separator);
  *out_before = pcs_text_slice(text, 0, at);
  *out_after = at < text.len ? from(text, at + 1) : (pcs_span){0};
  return at < text.len;
}

/* ---- scanners ---- */

bool pcs_text_next_field(pcs_span *rest, uint8_t separator, pcs_span *out_field) {
  bool any = rest->len > 0;
  pcs_span all = *rest;
  (void)pcs_text_split(all, separator, out_field, rest);
  return any;
}

bool pcs_text_next_line(pcs_span *rest, pcs_span *out_line) {
  bool ended = pcs_text_find(*rest, '\n') < rest->len;
  bool any = pcs_text_next_field(rest, '\n', out_line);
  if (ended && out_line->len > 0 && out_line->data[out_line->len - 1] == '\r') {
    out_line->len--;
  }
  return any;
}

bool pcs_text_next_token(pcs_span *rest, uint8_t separator, pcs_span *out_token) {
  size_t start = 0;
  while (start < rest->len && rest->data[start] == separator) {
    start++;
  }
  *rest = from(*rest, start);
  return pcs_text_next_field(rest, separator, out_token);
}

bool pcs_text_skip(pcs_span *rest, const char *prefix) {
  if (!pcs_text_starts_with(*rest, prefix)) {
    return false;
  }
  *rest = from(*rest, strlen(prefix));
  return true;
}

bool pcs_text_skip_ignoring_case(pcs_span *rest, const char *prefix) {
  size_t len = strlen(prefix);
  if (len > rest->len || !pcs_text_is_ignoring_case(pcs_text_slice(*rest, 0, len), prefix)) {
    return false;
  }
  *rest = from(*rest, len);
  return true;
}

bool pcs_text_skip_byte(pcs_span *rest, uint8_t byte) {
  if (rest->len == 0 || rest->data[0] != byte) {
    return false;
  }
  *rest = from(*rest, 1);
  return true;
}

/* ---- comparing and classes ---- */

bool pcs_text_starts_with(pcs_span text, const char *prefix) {
  return pcs_span_equal_text(pcs_text_slice(text, 0, strlen(prefix)), prefix);
}

bool pcs_text_ends_with(pcs_span text, const char *suffix) {
  size_t len = strlen(suffix);
  return len <= text.len && pcs_span_equal_text(from(text, text.len - len), suffix);
}

uint8_t pcs_text_lower(uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

bool pcs_text_equal_ignoring_case(pcs_span a, pcs_span b) {
  if (a.len != b.len) {
    return false;
  }
  for (size_t i = 0; i < a.len; i++) {
    if (pcs_text_lower(a.data[i]) != pcs_text_lower(b.data[i])) {
      return false;
    }
  }
  return true;
}

bool pcs_text_is_ignoring_case(pcs_span text, const char *constant) {
  return pcs_text_equal_ignoring_case(text, pcs_span_of_text(constant));
}

bool pcs_text_is_digit(uint8_t byte) {
  return byte >= '0' && byte <= '9';
}

bool pcs_text_is_letter(uint8_t byte) {
  uint8_t lower = pcs_text_lower(byte);
  return lower >= 'a' && lower <= 'z';
}

bool pcs_text_is_visible(pcs_span text) {
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] < 0x21 || text.data[i] > 0x7e) {
      return false;
    }
  }
  return true;
}

/*
 * Length of the character that a first byte starts, 0 for none, and the range of its second byte:
 * that range is what rules out over-long forms, surrogates and values above U+10FFFF (RFC 3629 4).
 */
static size_t utf8_character(uint8_t first, uint8_t *out_second_min, uint8_t *out_second_max) {
  *out_second_min = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  *out_second_max = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xc2 && first <= 0xdf) {
    return 2;
  }
  if (first >= 0xe0 && first <= 0xef) {
    return 3;
  }
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

bool pcs_text_is_utf8(pcs_span text) {
  size_t at = 0;
  while (at < text.len) {
    uint8_t second_min;
    uint8_t second_max;
    size_t len = utf8_character(text.data[at], &second_min, &second_max);
    if (len == 0 || len > text.len - at) {
      return false;
    }
    if (len > 1 && (text.data[at + 1] < second_min || text.data[at + 1] > second_max)) {
      return false;
    }
    for (size_t i = 2; i < len; i++) {
      if ((text.data[at + i] & 0xc0) != 0x80) {
        return false;
      }
    }
    at += len;
  }
  return true;
}

/* ---- numbers ---- */

pcs_status pcs_text_decimal(pcs_span text, uint64_t max, uint64_t *out_value) {
  uint64_t value = 0;
  bool above = false;
  *out_value = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (!pcs_text_is_digit(text.data[i])) {
      return PCS_ERR_SYNTAX;
    }
    uint64_t digit = (uint64_t)(text.data[i] - '0');
    above = above || value > (UINT64_MAX - digit) / 10 || value * 10 + digit > max;
    value = above ? 0 : value * 10 + digit;
  }
  if (text.len == 0) {
    return PCS_ERR_SYNTAX;
  }
  *out_value = value;
  return above ? PCS_ERR_RANGE : PCS_OK;
}

/* 0 to 15, or 16 for a byte that is no hexadecimal digit. */
static uint8_t hex_value(uint8_t byte) {
  uint8_t lower = pcs_text_lower(byte);
  if (pcs_text_is_digit(byte)) {
    return (uint8_t)(byte - '0');
  }
  return lower >= 'a' && lower <= 'f' ? (uint8_t)(lower - 'a' + 10) : 16;
}

pcs_status pcs_text_hex_number(pcs_span text, uint64_t *out_value) {
  uint64_t value = 0;
  *out_value = 0;
  if (text.len == 0 || text.len > 16) {
    return PCS_ERR_SYNTAX;
  }
  for (size_t i = 0; i < text.len; i++) {
    uint8_t digit = hex_value(text.data[i]);
    if (digit > 15) {
      return PCS_ERR_SYNTAX;
    }
    value = value << 4 | digit;
  }
  *out_value = value;
  return PCS_OK;
}

/* ---- bytes as text ---- */

pcs_status pcs_text_hex_decode(pcs_span text, uint8_t separator, pcs_writer *out) {
  size_t step = separator != 0 ? 3 : 2;
  size_t at = 0;
  while (at < text.len) {
    if (text.len - at < 2) {
      return PCS_ERR_SYNTAX;
    }
    uint8_t high = hex_value(text.data[at]);
    uint8_t low = hex_value(text.data[at + 1]);
    bool last = text.len - at == 2;
    /* A separator stands between pairs, so none may end the text. */
    bool parted = step == 2 || last || (text.data[at + 2] == separator && text.len - at > step);
    if (high > 15 || low > 15 || !parted) {
      return PCS_ERR_SYNTAX;
    }
    pcs_writer_u8(out, (uint8_t)(high << 4 | low));
    at += last ? 2 : step;
  }
  return out->failed ? PCS_ERR_NO_SPACE : PCS_OK;
}

static void write_hex(pcs_writer *writer, pcs_span bytes, const char *digits, uint8_t separator) {
  for (size_t i = 0; i < bytes.len; i++) {
    if (separator != 0 && i > 0) {
      pcs_writer_u8(writer, separator);
    }
    pcs_writer_u8(writer, (uint8_t)digits[bytes.data[i] >> 4]);
    pcs_writer_u8(writer, (uint8_t)digits[bytes.data[i] & 15]);
  }
}

void pcs_writer_hex(pcs_writer *writer, pcs_span bytes) {
  write_hex(writer, bytes, "0123456789abcdef", 0);
}

void pcs_writer_hex_colons(pcs_writer *writer, pcs_span bytes) {
  write_hex(writer, bytes, "0123456789ABCDEF", ':');
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 0 to 63, or 64 for a byte outside the alphabet. */
static uint8_t base64_value(uint8_t byte) {
  const char *found = byte != 0 ? memchr(base64_digits, byte, 64) : NULL;
  return found != NULL ? (uint8_t)(found - base64_digits) : 64;
}

/* One group of four digits, of which the last `padding` are '='. False when it is not one. */
static bool base64_group(const uint8_t *group, size_t padding, pcs_writer *out) {
  uint32_t bits = 0;
  for (size_t i = 0; i < 4; i++) {
    uint8_t value = i < 4 - padding ? base64_value(group[i]) : 0;
    if (value > 63 || (i >= 4 - padding && group[i] != '=')) {
      return false;
    }
    bits = bits << 6 | value;
  }
  /* RFC 4648 3.5: bits that carry nothing must be zero, so that one value has one text. */
  if ((bits & ((1U << (8 * padding)) - 1)) != 0) {
    return false;
  }
  for (size_t i = 0; i < 3 - padding; i++) {
    pcs_writer_u8(out, (uint8_t)(bits >> (16 - 8 * i)));
  }
  return true;
}

pcs_status pcs_text_base64_decode(pcs_span text, pcs_writer *out) {
  if (text.len % 4 != 0) {
    return PCS_ERR_SYNTAX;
  }
  for (size_t at = 0; at < text.len; at += 4) {
    const uint8_t *group = text.data + at;
    bool last = text.len - at == 4;
    size_t padding = !last || group[3] != '=' ? 0 : group[2] != '=' ? 1 : 2;
    if (!base64_group(group, padding, out)) {
      return PCS_ERR_SYNTAX;
    }
  }
  return out->failed ? PCS_ERR_NO_SPACE : PCS_OK;
}

void pcs_writer_base64(pcs_writer *writer, pcs_span bytes) {
  for (size_t at = 0; at < bytes.len; at += 3) {
    size_t here = bytes.len - at < 3 ? bytes.len - at : 3;
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; i++) {
      bits = bits << 8 | (i < here ? bytes.data[at + i] : 0);
    }
    for (size_t i = 0; i < 4; i++) {
      bool digit = i <= here;
      pcs_writer_u8(writer, digit ? (uint8_t)base64_digits[bits >> (18 - 6 * i) & 63] : '=');
    }
  }
}
