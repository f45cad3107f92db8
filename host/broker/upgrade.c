#include "host/broker/upgrade.h"

#include <string.h>

#include "core/base/text.h"
#include "host/crypto/hash.h"
#include "host/sys/endpoint.h"

#define REQUEST_LINE "GET /portcullis/1 HTTP/1.1"
#define SUBPROTOCOL "portcullis.1"
/* RFC 6455 1.3. */
#define ACCEPT_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define KEY_BYTES 16
#define KEY_TEXT_BYTES 24
#define HEADERS_MAX 100

/* The headers that matter; each may come once. */
typedef struct header_fields {
  pcs_span host;
  pcs_span origin;
  pcs_span upgrade;
  pcs_span connection;
  pcs_span key;
  pcs_span version;
  pcs_span protocols;
  pcs_span content_length;
  pcs_span transfer_encoding;
} header_fields;

static const pcs_upgrade_refusal bad_request = {400, "The request is not well-formed HTTP."};

size_t pcs_upgrade_length(pcs_span received) {
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

static pcs_span *field_of(header_fields *fields, pcs_span name) {
  const struct {
    const char *name;
    pcs_span *value;
  } known[] = {{"Host", &fields->host},
               {"Origin", &fields->origin},
               {"Upgrade", &fields->upgrade},
               {"Connection", &fields->connection},
               {"Sec-WebSocket-Key", &fields->key},
               {"Sec-WebSocket-Version", &fields->version},
               {"Sec-WebSocket-Protocol", &fields->protocols},
               {"Content-Length", &fields->content_length},
               {"Transfer-Encoding", &fields->transfer_encoding}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (pcs_text_is_ignoring_case(name, known[i].name)) {
      return known[i].value;
    }
  }
  return NULL;
}

static bool read_header(header_fields *fields, pcs_span line) {
  pcs_span name;
  pcs_span value;
  if (!pcs_text_split(line, ':', &name, &value) || !is_name(name) || !is_value(value)) {
    return false;
  }
  pcs_span *field = field_of(fields, name);
  if (field == NULL) {
    return true;
  }
  if (field->data != NULL) {
    return false; /* twice: two readers could believe different ones */
  }
  *field = pcs_text_trim(value);
  /* A span of our own for an empty value, so that "was there" and "is empty" differ. */
  if (field->data == NULL) {
    *field = (pcs_span){name.data, 0};
  }
  return true;
}

/* Cuts a line that ends with CRLF and has neither CR nor LF by itself. */
static bool next_line(pcs_span *rest, pcs_span *out_line) {
  pcs_span all = *rest;
  pcs_text_split(all, '\r', out_line, rest);
  return pcs_text_skip_byte(rest, '\n') && pcs_text_find(*out_line, '\n') == out_line->len;
}

static bool read_head(header_fields *out_fields, pcs_span *out_request, pcs_span head) {
  if (!next_line(&head, out_request)) {
    return false;
  }
  pcs_span line;
  for (size_t i = 0; i < HEADERS_MAX; i++) {
    if (!next_line(&head, &line)) {
      return false;
    }
    if (line.len == 0) {
      return head.len == 0;
    }
    if (!read_header(out_fields, line)) {
      return false;
    }
  }
  return false;
}

static bool list_has(pcs_span list, const char *wanted) {
  pcs_span item;
  while (pcs_text_next_field(&list, ',', &item)) {
    if (pcs_text_is_ignoring_case(pcs_text_trim(item), wanted)) {
      return true;
    }
  }
  return false;
}

static bool is_key(pcs_span key) {
  uint8_t nonce[KEY_BYTES];
  pcs_writer writer;
  pcs_writer_init(&writer, nonce, sizeof nonce);
  return key.len == KEY_TEXT_BYTES && pcs_text_base64_decode(key, &writer) == PCS_OK &&
         writer.len == KEY_BYTES;
}

static bool is_our_host(pcs_span host, const pcs_address *listener) {
  uint8_t memory[PCS_ENDPOINT_TEXT_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_endpoint_write(&writer, listener);
  if (pcs_span_equal(host, pcs_writer_span(&writer))) {
    return true;
  }
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_text(&writer, "localhost:");
  pcs_writer_decimal(&writer, listener->port);
  return pcs_span_equal(host, pcs_writer_span(&writer));
}

static pcs_upgrade_refusal judge(const header_fields *fields, pcs_span request,
                                 const pcs_address *listener) {
  if (!pcs_span_equal_text(request, REQUEST_LINE)) {
    return (pcs_upgrade_refusal){404, "There is nothing here but GET /portcullis/1."};
  }
  if (!is_our_host(fields->host, listener)) {
    return (pcs_upgrade_refusal){403, "The Host must be this loopback address and port."};
  }
  if (fields->content_length.data != NULL || fields->transfer_encoding.data != NULL) {
    return (pcs_upgrade_refusal){400, "The request may not have a body."};
  }
  if (!pcs_text_is_ignoring_case(fields->upgrade, "websocket") ||
      !list_has(fields->connection, "upgrade")) {
    return (pcs_upgrade_refusal){400, "The request must ask for an upgrade to WebSocket."};
  }
  if (!pcs_span_equal_text(fields->version, "13")) {
    return (pcs_upgrade_refusal){426, "The WebSocket version must be 13."};
  }
  if (!is_key(fields->key)) {
    return (pcs_upgrade_refusal){400, "The Sec-WebSocket-Key must be 16 bytes in base64."};
  }
  if (fields->origin.len == 0) {
    return (pcs_upgrade_refusal){403, "The request must have an Origin."};
  }
  return (pcs_upgrade_refusal){0, ""};
}

pcs_status pcs_upgrade_read(pcs_upgrade *out_upgrade, pcs_upgrade_refusal *out_refusal,
                            pcs_span head, const pcs_address *listener) {
  memset(out_upgrade, 0, sizeof *out_upgrade);
  header_fields found;
  memset(&found, 0, sizeof found);
  pcs_span request;
  *out_refusal = bad_request;
  if (head.len > PCS_UPGRADE_BYTES_MAX || !read_head(&found, &request, head)) {
    return PCS_ERR_SYNTAX;
  }
  *out_refusal = judge(&found, request, listener);
  if (out_refusal->http_status != 0) {
    return PCS_ERR_SYNTAX;
  }
  *out_upgrade = (pcs_upgrade){
      .host = found.host, .origin = found.origin, .key = found.key, .protocols = found.protocols};
  return PCS_OK;
}

void pcs_upgrade_accept(pcs_writer *writer, const pcs_upgrade *upgrade) {
  uint8_t joined[KEY_TEXT_BYTES + sizeof ACCEPT_GUID];
  pcs_writer join;
  pcs_writer_init(&join, joined, sizeof joined);
  pcs_writer_bytes(&join, upgrade->key);
  pcs_writer_text(&join, ACCEPT_GUID);
  uint8_t digest[PCS_SHA1_BYTES];
  pcs_sha1(pcs_writer_span(&join), digest);
  pcs_writer_text(writer, "HTTP/1.1 101 Switching Protocols\r\n"
                          "Upgrade: websocket\r\n"
                          "Connection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: ");
  pcs_writer_base64(writer, (pcs_span){digest, sizeof digest});
  /* A browser that offered a subprotocol fails the connection unless one is taken. */
  if (list_has(upgrade->protocols, SUBPROTOCOL)) {
    pcs_writer_text(writer, "\r\nSec-WebSocket-Protocol: " SUBPROTOCOL);
  }
  pcs_writer_text(writer, "\r\n\r\n");
}

static const char *reason_phrase(uint16_t http_status) {
  switch (http_status) {
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 408:
    return "Request Timeout";
  case 426:
    return "Upgrade Required";
  case 431:
    return "Request Header Fields Too Large";
  case 503:
    return "Service Unavailable";
  default:
    return "Bad Request";
  }
}

void pcs_upgrade_refuse(pcs_writer *writer, const pcs_upgrade_refusal *refusal) {
  pcs_writer_text(writer, "HTTP/1.1 ");
  pcs_writer_decimal(writer, refusal->http_status);
  pcs_writer_text(writer, " ");
  pcs_writer_text(writer, reason_phrase(refusal->http_status));
  pcs_writer_text(writer, "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ");
  pcs_writer_decimal(writer, pcs_span_of_text(refusal->sentence).len + 1);
  if (refusal->http_status == 426) {
    pcs_writer_text(writer, "\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13");
  }
  pcs_writer_text(writer, "\r\nConnection: close\r\n\r\n");
  pcs_writer_text(writer, refusal->sentence);
  pcs_writer_text(writer, "\n");
}
