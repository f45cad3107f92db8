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

/* The headers that matter; each may come once. */
typedef enum field_name {
  FIELD_HOST,
  FIELD_ORIGIN,
  FIELD_UPGRADE,
  FIELD_CONNECTION,
  FIELD_KEY,
  FIELD_VERSION,
  FIELD_PROTOCOLS,
  FIELD_CONTENT_LENGTH,
  FIELD_TRANSFER_ENCODING,
  NUM_FIELDS,
} field_name;

static const pcs_http_field known_fields[NUM_FIELDS] = {
    [FIELD_HOST] = {.name = "Host"},
    [FIELD_ORIGIN] = {.name = "Origin"},
    [FIELD_UPGRADE] = {.name = "Upgrade"},
    [FIELD_CONNECTION] = {.name = "Connection"},
    [FIELD_KEY] = {.name = "Sec-WebSocket-Key"},
    [FIELD_VERSION] = {.name = "Sec-WebSocket-Version"},
    [FIELD_PROTOCOLS] = {.name = "Sec-WebSocket-Protocol"},
    [FIELD_CONTENT_LENGTH] = {.name = "Content-Length"},
    [FIELD_TRANSFER_ENCODING] = {.name = "Transfer-Encoding"},
};

static const pcs_upgrade_refusal bad_request = {400, "The request is not well-formed HTTP."};

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

static pcs_upgrade_refusal judge(const pcs_http_field *fields, pcs_span request,
                                 const pcs_address *listener) {
  if (!pcs_span_equal_text(request, REQUEST_LINE)) {
    return (pcs_upgrade_refusal){404, "There is nothing here but GET /portcullis/1."};
  }
  if (!is_our_host(fields[FIELD_HOST].value, listener)) {
    return (pcs_upgrade_refusal){403, "The Host must be this loopback address and port."};
  }
  if (fields[FIELD_CONTENT_LENGTH].value.data != NULL || fields[FIELD_TRANSFER_ENCODING].value.data != NULL) {
    return (pcs_upgrade_refusal){400, "The request may not have a body."};
  }
  if (!pcs_text_is_ignoring_case(fields[FIELD_UPGRADE].value, "websocket") ||
      !list_has(fields[FIELD_CONNECTION].value, "upgrade")) {
    return (pcs_upgrade_refusal){400, "The request must ask for an upgrade to WebSocket."};
  }
  if (!pcs_span_equal_text(fields[FIELD_VERSION].value, "13")) {
    return (pcs_upgrade_refusal){426, "The WebSocket version must be 13."};
  }
  if (!is_key(fields[FIELD_KEY].value)) {
    return (pcs_upgrade_refusal){400, "The Sec-WebSocket-Key must be 16 bytes in base64."};
  }
  if (fields[FIELD_ORIGIN].value.len == 0) {
    return (pcs_upgrade_refusal){403, "The request must have an Origin."};
  }
  return (pcs_upgrade_refusal){0, ""};
}

pcs_status pcs_upgrade_read(pcs_upgrade *out_upgrade, pcs_upgrade_refusal *out_refusal,
                            pcs_span head, const pcs_address *listener) {
  pcs_http_field found[NUM_FIELDS];
  pcs_span request;
  memcpy(found, known_fields, sizeof found);
  memset(out_upgrade, 0, sizeof *out_upgrade);
  *out_refusal = bad_request;
  if (pcs_http_head_read(head, &request, found, NUM_FIELDS) != PCS_OK) {
    return PCS_ERR_SYNTAX;
  }
  *out_refusal = judge(found, request, listener);
  if (out_refusal->http_status != 0) {
    return PCS_ERR_SYNTAX;
  }
  *out_upgrade = (pcs_upgrade){.host = found[FIELD_HOST].value,
                               .origin = found[FIELD_ORIGIN].value,
                               .key = found[FIELD_KEY].value,
                               .protocols = found[FIELD_PROTOCOLS].value};
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
