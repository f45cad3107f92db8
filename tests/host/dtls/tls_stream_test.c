/* TLS to TURN servers (requirement X11): whose certificate is trusted, and bytes however they come.
 */
#include "host/dtls/tls_stream.h"

#include "tests/check.h"
#include "tests/host/dtls/tls_server.h"

#define HOST "turn.example"

static identity root;
static identity right;
static pcs_span bundle;

static identity_options options_of(const char *alternative) {
  return (identity_options){.common_name = "a server",
                            .alternative = alternative,
                            .from_s = SERVER_NOW_S - DAY_S,
                            .until_s = SERVER_NOW_S + DAY_S};
}

static identity make_leaf(const char *alternative) {
  identity_options options = options_of(alternative);
  return make_identity(&options, &root);
}

static identity make_root(void) {
  identity_options options = options_of(NULL);
  options.common_name = "a root";
  options.is_root = true;
  return make_identity(&options, NULL);
}

/* ---- a stream and its server ---- */

typedef struct scene {
  tls_server server;
  pcs_tls_stream *stream;
  pcs_writer to_server;
  pcs_writer to_client;
  uint8_t memory[2][40000];
} scene;

static scene at;

static void begin(const identity *one, const char *host, uint16_t version_max) {
  tls_server_init(&at.server, one, version_max);
  pcs_writer_init(&at.to_server, at.memory[0], sizeof at.memory[0]);
  pcs_writer_init(&at.to_client, at.memory[1], sizeof at.memory[1]);
  CHECK_EQ_INT(pcs_tls_stream_new(&at.stream, pcs_span_of_text(host), SERVER_NOW_S), PCS_OK);
  CHECK_EQ_INT(pcs_tls_stream_start(at.stream, &at.to_server), PCS_OK);
}

static void end(void) {
  pcs_tls_stream_free(at.stream);
  tls_server_clear(&at.server);
}

/* One crossing; what comes to the client is cut: first bytes, then the rest (0: byte by byte). */
static pcs_status cross(size_t first) {
  tls_server_take(&at.server, pcs_writer_span(&at.to_server), &at.to_client);
  at.to_server.len = 0;
  pcs_status status = PCS_OK;
  for (size_t from = 0; from < at.to_client.len && status == PCS_OK;) {
    size_t left = at.to_client.len - from;
    size_t len = first == 0 ? 1 : from == 0 && first < left ? first : left;
    status = pcs_tls_stream_receive(at.stream, (pcs_span){at.memory[1] + from, len}, &at.to_server);
    from += len;
  }
  at.to_client.len = 0;
  return status;
}

static pcs_status shake_hands(size_t first) {
  pcs_status status = PCS_OK;
  for (int i = 0; i < 6 && status == PCS_OK; i++) {
    status = cross(first);
  }
  return status;
}

static void send_from_server(const void *bytes, size_t len) {
  CHECK(SSL_write(at.server.ssl, bytes, (int)len) == (int)len);
  tls_server_take(&at.server, (pcs_span){0}, &at.to_client);
}

static void check_echo(void) {
  uint8_t got[32];
  size_t len = 0;
  CHECK(pcs_tls_stream_is_open(at.stream));
  CHECK_EQ_INT(pcs_tls_stream_write(at.stream, pcs_span_of_text("to the server"), &at.to_server),
               PCS_OK);
  CHECK_EQ_INT(cross(SIZE_MAX), PCS_OK);
  CHECK_EQ_INT(SSL_read(at.server.ssl, got, sizeof got), 13);
  send_from_server("to us", 5);
  CHECK_EQ_INT(cross(SIZE_MAX), PCS_OK);
  CHECK_EQ_INT(pcs_tls_stream_read(at.stream, got, sizeof got, &len), PCS_OK);
  CHECK_EQ_BYTES(got, len, "to us", 5);
  CHECK_EQ_INT(pcs_tls_stream_read(at.stream, got, sizeof got, &len), PCS_ERR_NO_SPACE);
}

/* ---- whom it trusts ---- */

static void check_trusted(const identity *one, const char *host) {
  for (uint16_t version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
    begin(one, host, version);
    CHECK_EQ_INT(shake_hands(SIZE_MAX), PCS_OK);
    check_echo();
    end();
  }
}

static void check_distrusted(const identity *one, const char *host) {
  for (uint16_t version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
    begin(one, host, version);
    CHECK_EQ_INT(shake_hands(SIZE_MAX), PCS_ERR_UNTRUSTED);
    CHECK(!pcs_tls_stream_is_open(at.stream));
    CHECK(at.to_server.len > 0); /* an alert that says why */
    CHECK_EQ_INT(pcs_tls_stream_write(at.stream, pcs_span_of_text("secret"), &at.to_server),
                 PCS_ERR_STATE);
    end();
  }
}

static void test_right_name(void) {
  identity by_address = make_leaf("IP:192.0.2.1");
  identity by_ipv6 = make_leaf("IP:2001:db8::1");
  identity by_wildcard = make_leaf("DNS:*.turn.example");
  check_trusted(&right, HOST);
  check_trusted(&by_address, "192.0.2.1");
  check_trusted(&by_ipv6, "2001:db8::1");
  check_trusted(&by_wildcard, "a." HOST);
  check_distrusted(&by_wildcard, "a.b." HOST);
  check_distrusted(&by_wildcard, HOST);
  free_identity(&by_address);
  free_identity(&by_ipv6);
  free_identity(&by_wildcard);
}

static void test_wrong_name(void) {
  identity by_address = make_leaf("IP:192.0.2.1");
  identity by_text = make_leaf("DNS:192.0.2.1");
  identity partial = make_leaf("DNS:t*.example");
  check_distrusted(&right, "turn.example.com");
  check_distrusted(&right, "example");
  check_distrusted(&right, "192.0.2.1");
  check_distrusted(&by_address, "192.0.2.2");
  check_distrusted(&by_text, "192.0.2.1");
  check_distrusted(&partial, HOST);
  free_identity(&by_address);
  free_identity(&by_text);
  free_identity(&partial);
}

static void test_common_name(void) {
  identity_options options = options_of("DNS:other.example");
  options.common_name = HOST;
  identity named = make_identity(&options, &root);
  check_distrusted(&named, HOST);
  free_identity(&named);
}

static void test_unknown_root(void) {
  identity other = make_root(); /* of the same name */
  identity_options options = options_of("DNS:" HOST);
  identity under_other = make_identity(&options, &other);
  identity by_itself = make_identity(&options, NULL);
  identity under_leaf = make_identity(&options, &right); /* which is no authority */
  check_distrusted(&under_other, HOST);
  check_distrusted(&by_itself, HOST);
  check_distrusted(&under_leaf, HOST);
  free_identity(&other);
  free_identity(&under_other);
  free_identity(&by_itself);
  free_identity(&under_leaf);
}

static void test_time(void) {
  identity_options options = options_of("DNS:" HOST);
  options.until_s = SERVER_NOW_S - 1;
  identity expired = make_identity(&options, &root);
  options.from_s = SERVER_NOW_S + 60;
  options.until_s = SERVER_NOW_S + DAY_S;
  identity early = make_identity(&options, &root);
  check_distrusted(&expired, HOST);
  check_distrusted(&early, HOST);
  free_identity(&expired);
  free_identity(&early);
}

static void test_no_roots(void) {
  pcs_tls_stream *stream = NULL;
  pcs_tls_trust((pcs_span){0});
  CHECK_EQ_INT(pcs_tls_stream_new(&stream, pcs_span_of_text(HOST), SERVER_NOW_S),
               PCS_ERR_UNTRUSTED);
  CHECK(stream == NULL);
  pcs_tls_trust(pcs_span_of_text("no certificate"));
  CHECK_EQ_INT(pcs_tls_stream_new(&stream, pcs_span_of_text(HOST), SERVER_NOW_S),
               PCS_ERR_UNTRUSTED);
  pcs_tls_trust(bundle);
}

static void test_old_version(void) {
  begin(&right, HOST, TLS1_1_VERSION);
  CHECK_EQ_INT(shake_hands(SIZE_MAX), PCS_ERR_CRYPTO);
  CHECK(!pcs_tls_stream_is_open(at.stream));
  end();
}

/* ---- bytes ---- */

static void test_every_split(void) {
  size_t longest = 1;
  for (size_t first = 0; first <= longest; first++) {
    begin(&right, HOST, TLS1_3_VERSION);
    tls_server_take(&at.server, pcs_writer_span(&at.to_server), &at.to_client);
    at.to_server.len = 0;
    /* Signatures differ in length by a few bytes. */
    longest = at.to_client.len > longest ? at.to_client.len : longest;
    CHECK_EQ_INT(shake_hands(first), PCS_OK);
    CHECK(pcs_tls_stream_is_open(at.stream));
    end();
  }
  CHECK(longest > 500);
}

static void test_every_truncation(void) {
  begin(&right, HOST, TLS1_3_VERSION);
  CHECK_EQ_INT(shake_hands(SIZE_MAX), PCS_OK);
  uint8_t got[64];
  size_t len = 0;
  while (pcs_tls_stream_read(at.stream, got, sizeof got, &len) == PCS_OK) {
  }
  at.to_client.len = 0;
  send_from_server("a message of some length", 24);
  for (size_t i = 0; i < at.to_client.len; i++) {
    CHECK_EQ_INT(pcs_tls_stream_read(at.stream, got, sizeof got, &len), PCS_ERR_NO_SPACE);
    CHECK_EQ_UINT(len, 0);
    CHECK_EQ_INT(pcs_tls_stream_receive(at.stream, (pcs_span){at.memory[1] + i, 1}, &at.to_server),
                 PCS_OK);
  }
  CHECK_EQ_INT(pcs_tls_stream_read(at.stream, got, sizeof got, &len), PCS_OK);
  CHECK_EQ_UINT(len, 24);
  end();
}

static void test_close_notify(void) {
  uint8_t got[64];
  size_t len = 0;
  begin(&right, HOST, TLS1_3_VERSION);
  CHECK_EQ_INT(shake_hands(SIZE_MAX), PCS_OK);
  send_from_server("last", 4);
  (void)SSL_shutdown(at.server.ssl);
  CHECK_EQ_INT(cross(SIZE_MAX), PCS_OK);
  CHECK_EQ_INT(pcs_tls_stream_read(at.stream, got, sizeof got, &len), PCS_OK);
  CHECK_EQ_BYTES(got, len, "last", 4);
  CHECK_EQ_INT(pcs_tls_stream_read(at.stream, got, sizeof got, &len), PCS_ERR_CLOSED);
  CHECK_EQ_UINT(len, 0);
  end();
}

static void test_changed_record(void) {
  uint8_t got[64];
  size_t len = 0;
  begin(&right, HOST, TLS1_3_VERSION);
  CHECK_EQ_INT(shake_hands(SIZE_MAX), PCS_OK);
  while (pcs_tls_stream_read(at.stream, got, sizeof got, &len) == PCS_OK) {
  }
  send_from_server("genuine", 7);
  at.memory[1][at.to_client.len - 1] ^= 1;
  CHECK_EQ_INT(cross(SIZE_MAX), PCS_OK);
  CHECK_EQ_INT(pcs_tls_stream_read(at.stream, got, sizeof got, &len), PCS_ERR_CLOSED);
  CHECK_EQ_UINT(len, 0);
  end();
}

static void test_no_tls(void) {
  begin(&right, HOST, TLS1_3_VERSION);
  CHECK_EQ_INT(
      pcs_tls_stream_receive(at.stream, pcs_span_of_text("SSH-2.0-something\r\n"), &at.to_server),
      PCS_ERR_CRYPTO);
  end();
}

static void test_too_much(void) {
  static uint8_t bytes[4096];
  begin(&right, HOST, TLS1_3_VERSION);
  CHECK_EQ_INT(shake_hands(SIZE_MAX), PCS_OK);
  pcs_status status = PCS_OK;
  size_t num = 0;
  while (status == PCS_OK && num < 100) {
    status = pcs_tls_stream_receive(at.stream, (pcs_span){bytes, sizeof bytes}, &at.to_server);
    num++;
  }
  CHECK_EQ_INT(status, PCS_ERR_CRYPTO);
  CHECK(num <= 17);
  end();
}

int main(void) {
  root = make_root();
  right = make_leaf("DNS:" HOST);
  bundle = write_pem(&root);
  pcs_tls_trust(bundle);
  RUN("X11: a server whose certificate is for the host is spoken to", test_right_name);
  RUN("X11: one whose certificate is for another is not", test_wrong_name);
  RUN("X11: a common name counts for nothing beside another name", test_common_name);
  RUN("X11: nor is one that no trusted root vouches for", test_unknown_root);
  RUN("X11: nor one that has expired or is not valid yet", test_time);
  RUN("X11: without roots nobody is trusted", test_no_roots);
  RUN("TLS 1.1 is refused", test_old_version);
  RUN("a handshake succeeds wherever its bytes are cut", test_every_split);
  RUN("a record gives nothing before its last byte", test_every_truncation);
  RUN("what came before close_notify is read, and nothing after it", test_close_notify);
  RUN("a changed record ends the stream and gives nothing", test_changed_record);
  RUN("what is no TLS ends the stream", test_no_tls);
  RUN("what is not read may not pile up", test_too_much);
  pcs_tls_trust((pcs_span){0});
  free_identity(&root);
  free_identity(&right);
  free((void *)(uintptr_t)bundle.data);
  return check_report();
}
