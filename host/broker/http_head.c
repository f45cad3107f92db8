#include "host/broker/http_head.h"

#include <string.h>

#include "core/base/text.h"

#define HEADERS_MAX 100

size_t pcs_http_head_length(pcs_span received) {
  for (size_t i = 3; i < received.len; i++) {
    if (received.data[i] == '\n' && memcmp(received.data + i - 3, "\r\n\r\n", 4) == 0) {
      return i + 1;
    }
  }
  return 0;
}

/* RFC 9112 5: no white space before the colon, no folded line; RFC 9110 5.6.2: a token. */
static bool is_name(pcs_span name) {
  for (size_t i = 0; i < name.len; i++) {
    uint8_t byte = name.data[i];
    if (!pcs_text_is_letter(byte) && !pcs_text_is_digit(byte) &&
        (byte == 0 || strchr("!#$%&'*+-.^_`|~", byte) == NULL)) {
      return false;
    }
  }
  return name.len > 0;
}

static bool is_value(pcs_span value) {
  for (size_t i = 0; i < value.len; i++) {
    if ((value.data[i] < 0x20 && value.data[i] != '\t') || value.data[i] == 0x7f) {
      return false;
    }
  }
  return true;
}

static pcs_http_field *field_of(pcs_http_field *fields, size_t num_fields, pcs_span name) {
  for (size_t i = 0; i < num_fields; i++) {
    if (pcs_text_is_ignoring_case(name, fields[i].name)) {
      return &fields[i];
    }
  }
  return NULL;
}

static bool read_header(pcs_http_field *fields, size_t num_fields, pcs_span line) {
  pcs_span name;
  pcs_span value;
  if (!pcs_text_split(line, ':', &name, &value) || !is_name(name) || !is_value(value)) {
    return false;
  }
  pcs_http_field *field = field_of(fields, num_fields, name);
  if (field == NULL) {
    return true;
  }
  if (field->value.data != NULL) {
    return false; /* twice: two readers could believe different ones */
  }
  field->value = pcs_text_trim(value);
  /* A span of our own for an empty value, so that "was there" and "is empty" differ. */
  if (field->value.data == NULL) {
    field->value = (pcs_span){name.data, 0};
  }
  return true;
}

/* Cuts a line that ends with CRLF and has neither CR nor LF by itself. */
static bool next_line(pcs_span *rest, pcs_span *out_line) {
  pcs_span all = *rest;
  pcs_text_split(all, '\r', out_line, rest);
  return pcs_text_skip_byte(rest, '\n') && pcs_text_find(*out_line, '\n') == out_line->len;
}

static pcs_status read_lines(pcs_span head, pcs_span *out_request, pcs_http_field *fields,
                             size_t num_fields) {
  pcs_span line;
  if (!next_line(&head, out_request)) {
    return PCS_ERR_SYNTAX;
  }
  for (size_t i = 0; i < HEADERS_MAX && next_line(&head, &line); i++) {
    if (line.len == 0) {
      return head.len == 0 ? PCS_OK : PCS_ERR_SYNTAX;
    }
    if (!read_header(fields, num_fields, line)) {
      return PCS_ERR_SYNTAX;
    }
  }
  return PCS_ERR_SYNTAX;
}

pcs_status pcs_http_head_read(pcs_span head, pcs_span *out_request, pcs_http_field *fields,
                              size_t num_fields) {
  for (size_t i = 0; i < num_fields; i++) {
    fields[i].value = (pcs_span){0};
  }
  *out_request = (pcs_span){0};
  return head.len <= PCS_HTTP_HEAD_BYTES_MAX ? read_lines(head, out_request, fields, num_fields)
                                             : PCS_ERR_SYNTAX;
}
