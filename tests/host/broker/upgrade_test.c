/* The opening handshake of a link: what a browser sends is taken, everything else is refused with a
 * status and a sentence (requirements X32). */
#include <stdio.h>
#include <string.h>

#include "host/broker/upgrade.h"
#include "tests/check.h"

#define GOOD_KEY "dGhlIHNhbXBsZSBub25jZQ=="

/* A request by its parts; NULL leaves a header out. */
typedef struct request {
  const char *line;
  const char *host;
  const char *origin;
  const char *upgrade;
  const char *connection;
  const char *key;
  const char *version;
  const char *more; /* whole lines */
} request;

static const request good = {.line = "GET /portcullis/1 HTTP/1.1",
                             .host = "127.0.0.1:4711",
                             .origin = "https://app.example",
                             .upgrade = "websocket",
                             .connection = "keep-alive, Upgrade",
                             .key = GOOD_KEY,
                             .version = "13",
                             .more = "User-Agent: test\r\nSec-WebSocket-Extensions: "
                                     "permessage-deflate; client_max_window_bits\r\n"};

static const pcs_address listener = {
    .family = PCS_ADDRESS_IPV4, .bytes = {127, 0, 0, 1}, .port = 4711};
static const pcs_address listener_ipv6 = {
    .family = PCS_ADDRESS_IPV6, .bytes = {[15] = 1}, .port = 4711};

static void put(pcs_writer *writer, const char *name, const char *value) {
  if (value != NULL) {
    pcs_writer_text(writer, name);
    pcs_writer_text(writer, ": ");
    pcs_writer_text(writer, value);
    pcs_writer_text(writer, "\r\n");
  }
}

static uint8_t memory[2 * PCS_UPGRADE_BYTES_MAX];

static pcs_span write_request(const request *parts) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_text(&writer, parts->line);
  pcs_writer_text(&writer, "\r\n");
  put(&writer, "Host", parts->host);
  put(&writer, "Origin", parts->origin);
  put(&writer, "Upgrade", parts->upgrade);
  put(&writer, "Connection", parts->connection);
  put(&writer, "Sec-WebSocket-Key", parts->key);
  put(&writer, "Sec-WebSocket-Version", parts->version);
  pcs_writer_text(&writer, parts->more != NULL ? parts->more : "");
  pcs_writer_text(&writer, "\r\n");
  return pcs_writer_span(&writer);
}

/* 101, or the status it is refused with. */
static unsigned verdict_at(const request *parts, const pcs_address *at) {
  pcs_upgrade upgrade;
  pcs_upgrade_refusal refusal;
  pcs_span head = write_request(parts);
  CHECK_EQ_UINT(pcs_http_head_length(head), head.len);
  pcs_status status = pcs_upgrade_read(&upgrade, &refusal, head, at);
  CHECK((status == PCS_OK) == (refusal.http_status == 0));
  CHECK(status == PCS_OK || strlen(refusal.sentence) > 0);
  return status == PCS_OK ? 101 : refusal.http_status;
}

static unsigned verdict(const request *parts) {
  return verdict_at(parts, &listener);
}

static void test_good(void) {
  pcs_upgrade upgrade;
  pcs_upgrade_refusal refusal;
  CHECK_EQ_INT(pcs_upgrade_read(&upgrade, &refusal, write_request(&good), &listener), PCS_OK);
  CHECK_EQ_SPAN(upgrade.origin, pcs_span_of_text("https://app.example"));
  uint8_t answer[PCS_UPGRADE_ANSWER_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, answer, sizeof answer);
  pcs_upgrade_accept(&writer, &upgrade);
  /* RFC 6455 1.3 gives this key and this answer. */
  CHECK_EQ_SPAN(pcs_writer_span(&writer),
                pcs_span_of_text("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                 "Connection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
}

static void test_subprotocol(void) {
  request parts = good;
  parts.more = "Sec-WebSocket-Protocol: chat, portcullis.1\r\n";
  pcs_upgrade upgrade;
  pcs_upgrade_refusal refusal;
  CHECK_EQ_INT(pcs_upgrade_read(&upgrade, &refusal, write_request(&parts), &listener), PCS_OK);
  uint8_t answer[PCS_UPGRADE_ANSWER_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, answer, sizeof answer);
  pcs_upgrade_accept(&writer, &upgrade);
  pcs_span end = pcs_span_of_text("\r\nSec-WebSocket-Protocol: portcullis.1\r\n\r\n");
  if (CHECK(writer.len > end.len)) {
    CHECK_EQ_BYTES(answer + writer.len - end.len, end.len, end.data, end.len);
  }
}

static void test_hosts(void) {
  const struct {
    const char *host;
    unsigned ipv4;
    unsigned ipv6;
  } rows[] = {
      {"127.0.0.1:4711", 101, 403},
      {"localhost:4711", 101, 101},
      {"[::1]:4711", 403, 101},
      {NULL, 403, 403},
      {"", 403, 403},
      {"127.0.0.1", 403, 403},
      {"127.0.0.1:4712", 403, 403},
      {"127.0.0.1:04711", 403, 403},
      {"127.0.0.1:4711:4711", 403, 403},
      {"127.0.0.2:4711", 403, 403},
      {"127.1:4711", 403, 403},
      {"0x7f000001:4711", 403, 403},
      {"2130706433:4711", 403, 403},
      {"0.0.0.0:4711", 403, 403},
      {"localhost", 403, 403},
      {"localhost.:4711", 403, 403},
      {"LOCALHOST:4711", 403, 403},
      {"a.localhost:4711", 403, 403},
      {"rebind.attacker.example:4711", 403, 403},
      {"127.0.0.1.attacker.example:4711", 403, 403},
      {"user@127.0.0.1:4711", 403, 403},
      {"[::ffff:127.0.0.1]:4711", 403, 403},
      {"[0:0:0:0:0:0:0:1]:4711", 403, 403},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    request parts = good;
    parts.host = rows[i].host;
    if (!CHECK_EQ_UINT(verdict_at(&parts, &listener), rows[i].ipv4) ||
        !CHECK_EQ_UINT(verdict_at(&parts, &listener_ipv6), rows[i].ipv6)) {
      printf("#   Host: %s\n", rows[i].host != NULL ? rows[i].host : "(none)");
    }
  }
}

static void test_lines(void) {
  const struct {
    const char *line;
    unsigned status;
  } rows[] = {
      {"GET /portcullis/1 HTTP/1.1", 101},     {"GET /portcullis/1 HTTP/1.0", 404},
      {"POST /portcullis/1 HTTP/1.1", 404},    {"OPTIONS /portcullis/1 HTTP/1.1", 404},
      {"GET /portcullis/1?t=x HTTP/1.1", 404}, {"GET /portcullis/1/ HTTP/1.1", 404},
      {"GET /portcullis/2 HTTP/1.1", 404},     {"GET / HTTP/1.1", 404},
      {"get /portcullis/1 HTTP/1.1", 404},     {"GET  /portcullis/1 HTTP/1.1", 404},
      {"GET /portcullis/1 HTTP/1.1 ", 404},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    request parts = good;
    parts.line = rows[i].line;
    CHECK_EQ_UINT(verdict(&parts), rows[i].status);
  }
}

#define WITH(member, value, want)                                                                  \
  do {                                                                                             \
    request parts = good;                                                                          \
    parts.member = (value);                                                                        \
    CHECK_EQ_UINT(verdict(&parts), want);                                                          \
  } while (0)

static void test_fields(void) {
  WITH(upgrade, NULL, 400);
  WITH(upgrade, "WebSocket", 101);
  WITH(upgrade, "h2c", 400);
  WITH(connection, NULL, 400);
  WITH(connection, "upgrade", 101);
  WITH(connection, "keep-alive", 400);
  WITH(connection, "keep-alive ,  UPGRADE ", 101);
  WITH(version, NULL, 426);
  WITH(version, "12", 426);
  WITH(version, "13, 8", 426);
  WITH(key, NULL, 400);
  WITH(key, "", 400);
  WITH(key, "dGhlIHNhbXBsZSBub25jZQ", 400);
  WITH(key, "dGhlIHNhbXBsZSBub25jZSE=", 400);
  WITH(key, "dGhlIHNhbXBsZSBub25j!Q==", 400);
  WITH(origin, NULL, 403);
  WITH(origin, "", 403);
  WITH(origin, "null", 101); /* well-formed: admission says no to it */
}

static void test_smuggling(void) {
  WITH(more, "Content-Length: 5\r\n", 400);
  WITH(more, "Transfer-Encoding: chunked\r\n", 400);
  WITH(more, "Host: 127.0.0.1:4711\r\n", 400);
  WITH(more, "origin: https://other.example\r\n", 400);
  WITH(more, "Sec-WebSocket-Key: " GOOD_KEY "\r\n", 400);
  WITH(more, " folded: x\r\n", 400);
  WITH(more, "X: a\r\n folded\r\n", 400);
  WITH(more, "Bad Name: x\r\n", 400);
  WITH(more, "Space : x\r\n", 400);
  WITH(more, ": x\r\n", 400);
  WITH(more, "no colon\r\n", 400);
  WITH(more, "X: a\001b\r\n", 400);
  WITH(more, "X: a\rb\r\n", 400);
  WITH(more, "X: a\nb: c\r\n", 400);
  WITH(more, "X: \r\n", 101);
  WITH(host, "127.0.0.1:4711\tx", 403);
}

static void test_length(void) {
  pcs_span head = write_request(&good);
  for (size_t len = 0; len < head.len; len++) {
    CHECK_EQ_UINT(pcs_http_head_length((pcs_span){head.data, len}), 0);
    pcs_upgrade upgrade;
    pcs_upgrade_refusal refusal;
    CHECK_EQ_INT(pcs_upgrade_read(&upgrade, &refusal, (pcs_span){head.data, len}, &listener),
                 PCS_ERR_SYNTAX);
  }
  memory[head.len] = 'x';
  CHECK_EQ_UINT(pcs_http_head_length((pcs_span){memory, head.len + 1}), head.len);
}

static void test_many_headers(void) {
  static char lines[8000];
  size_t len = 0;
  for (size_t i = 0; i < 101; i++) {
    memcpy(lines + len, "X: y\r\n", 7);
    len += 6;
  }
  WITH(more, lines, 400);
  lines[0] = '\0';
  memset(lines, 'x', sizeof lines - 1);
  memcpy(lines, "X: ", 3);
  memcpy(lines + sizeof lines - 3, "\r\n", 3);
  WITH(more, lines, 400); /* over 8192 bytes in all */
}

static void test_refusals(void) {
  const unsigned statuses[] = {400, 403, 404, 408, 426, 431, 503};
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
    uint8_t answer[PCS_UPGRADE_ANSWER_BYTES_MAX];
    pcs_writer writer;
    pcs_writer_init(&writer, answer, sizeof answer);
    pcs_upgrade_refuse(&writer, &(pcs_upgrade_refusal){(uint16_t)statuses[i], "Because."});
    CHECK(!writer.failed);
    pcs_span end = pcs_span_of_text("\r\n\r\nBecause.\n");
    CHECK_EQ_BYTES(answer + writer.len - end.len, end.len, end.data, end.len);
  }
}

int main(void) {
  RUN("a browser's request is answered as RFC 6455 says", test_good);
  RUN("a subprotocol that is ours is taken", test_subprotocol);
  RUN("a Host that is not this loopback address and port is refused", test_hosts);
  RUN("only GET of the one path is taken", test_lines);
  RUN("a request without what makes it an upgrade is refused", test_fields);
  RUN("a request that two readers could read differently is refused", test_smuggling);
  RUN("a request cut anywhere is not read", test_length);
  RUN("too many or too long headers are refused", test_many_headers);
  RUN("a refusal is a whole HTTP answer with its sentence", test_refusals);
  return check_report();
}
