#include "host/broker/inspector_request.h"

#include <string.h>

#include "core/base/text.h"
#include "host/sys/endpoint.h"

typedef enum field_name {
  FIELD_HOST,
  FIELD_ORIGIN,
  FIELD_COOKIE,
  FIELD_MARK,
  FIELD_SITE,
  FIELD_DESTINATION,
  FIELD_CONTENT_LENGTH,
  FIELD_TRANSFER_ENCODING,
  NUM_FIELDS,
} field_name;

static const pcs_http_field known_fields[NUM_FIELDS] = {
    [FIELD_HOST] = {.name = "Host"},
    [FIELD_ORIGIN] = {.name = "Origin"},
    [FIELD_COOKIE] = {.name = "Cookie"},
    [FIELD_MARK] = {.name = "X-Portcullis"},
    [FIELD_SITE] = {.name = "Sec-Fetch-Site"},
    [FIELD_DESTINATION] = {.name = "Sec-Fetch-Dest"},
    [FIELD_CONTENT_LENGTH] = {.name = "Content-Length"},
    [FIELD_TRANSFER_ENCODING] = {.name = "Transfer-Encoding"},
};

static const pcs_inspector_refusal malformed = {400, "The request is not well-formed HTTP."};
static const pcs_inspector_refusal foreign = {403, "This is for the inspector's own page only."};

/* A path of ours has letters, digits, '.', '_' and '-': nothing is ever decoded. */
static bool is_plain(pcs_span text) {
  for (size_t i = 0; i < text.len; i++) {
    uint8_t byte = text.data[i];
    if (!pcs_text_is_letter(byte) && !pcs_text_is_digit(byte) &&
        (byte == 0 || strchr("._-", byte) == NULL)) {
      return false;
    }
  }
  return true;
}

static bool read_target(pcs_inspector_request *out_request, pcs_span target) {
  pcs_span path;
  pcs_text_split(target, '?', &path, &out_request->query);
  if (!pcs_text_skip_byte(&path, '/')) {
    return false;
  }
  if (path.len == 0) {
    pcs_span rest = out_request->query;
    bool enters = pcs_text_skip(&rest, "token=");
    out_request->token = enters ? rest : (pcs_span){target.data, 0};
    return true;
  }
  return pcs_text_split(path, '/', &out_request->key, &out_request->name) &&
         is_plain(out_request->key) && is_plain(out_request->name);
}

static bool read_line(pcs_inspector_request *out_request, pcs_span line) {
  pcs_span target;
  pcs_span version;
  out_request->is_post = pcs_text_skip(&line, "POST ");
  if (!out_request->is_post && !pcs_text_skip(&line, "GET ")) {
    return false;
  }
  return pcs_text_split(line, ' ', &target, &version) &&
         pcs_span_equal_text(version, "HTTP/1.1") && read_target(out_request, target);
}

/* RFC 6265 5.4: cookies of longer paths come first, so the first of our name is the session's. */
static pcs_span our_cookie(pcs_span header) {
  pcs_span pair;
  pcs_span name;
  pcs_span value;
  while (pcs_text_next_field(&header, ';', &pair)) {
    if (pcs_text_split(pcs_text_trim(pair), '=', &name, &value) &&
        pcs_span_equal_text(name, PCS_INSPECTOR_COOKIE)) {
      return value;
    }
  }
  return (pcs_span){0};
}

/* The literal address and nothing else: a rebound name is no address (requirements X32). */
static bool is_listener(pcs_span text, const char *prefix, const pcs_address *listener) {
  uint8_t memory[sizeof "http://" + PCS_ENDPOINT_TEXT_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_text(&writer, prefix);
  pcs_endpoint_write(&writer, listener);
  return pcs_span_equal(text, pcs_writer_span(&writer));
}

/* W3C Fetch Metadata: not every browser sends it; one that does is believed when it says no. */
static bool is_our_fetch(const pcs_http_field *fields) {
  pcs_span site = fields[FIELD_SITE].value;
  pcs_span destination = fields[FIELD_DESTINATION].value;
  static const char *const framed[] = {"iframe", "frame", "fencedframe", "embed", "object"};
  for (size_t i = 0; i < sizeof framed / sizeof framed[0]; i++) {
    if (pcs_span_equal_text(destination, framed[i])) {
      return false;
    }
  }
  return site.data == NULL || pcs_span_equal_text(site, "same-origin") ||
         pcs_span_equal_text(site, "none");
}

static pcs_inspector_refusal judge(const pcs_inspector_request *request,
                                   const pcs_http_field *fields, const pcs_address *listener) {
  pcs_span origin = fields[FIELD_ORIGIN].value;
  pcs_span length = fields[FIELD_CONTENT_LENGTH].value;
  if (!is_listener(fields[FIELD_HOST].value, "", listener)) {
    return (pcs_inspector_refusal){403, "The Host must be this loopback address and port."};
  }
  if ((length.len > 0 && !pcs_span_equal_text(length, "0")) ||
      fields[FIELD_TRANSFER_ENCODING].value.data != NULL) {
    return (pcs_inspector_refusal){400, "The request may not have a body."};
  }
  bool is_own = is_listener(origin, "http://", listener);
  bool is_marked = pcs_span_equal_text(fields[FIELD_MARK].value, "internals");
  if ((origin.data != NULL && !is_own) || (request->is_post && !(is_own && is_marked)) ||
      !is_our_fetch(fields)) {
    return foreign;
  }
  return (pcs_inspector_refusal){0, ""};
}

pcs_status pcs_inspector_request_read(pcs_inspector_request *out_request,
                                      pcs_inspector_refusal *out_refusal, pcs_span head,
                                      const pcs_address *listener) {
  pcs_http_field fields[NUM_FIELDS];
  pcs_span line;
  memcpy(fields, known_fields, sizeof fields);
  *out_request = (pcs_inspector_request){0};
  *out_refusal = malformed;
  if (pcs_http_head_read(head, &line, fields, NUM_FIELDS) != PCS_OK ||
      !read_line(out_request, line)) {
    return PCS_ERR_SYNTAX;
  }
  *out_refusal = judge(out_request, fields, listener);
  out_request->cookie = our_cookie(fields[FIELD_COOKIE].value);
  return out_refusal->http_status == 0 ? PCS_OK : PCS_ERR_SYNTAX;
}

pcs_status pcs_inspector_request_number(const pcs_inspector_request *request, const char *prefix,
                                        uint64_t *out_number) {
  pcs_span rest = request->query;
  *out_number = 0;
  return pcs_text_skip(&rest, prefix) ? pcs_text_decimal(rest, INT64_MAX, out_number)
                                      : PCS_ERR_SYNTAX;
}
