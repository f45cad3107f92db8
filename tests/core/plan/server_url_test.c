#include "tests/check.h"

#include "core/plan/server_url.h"

static pcs_span span_of(const char *text) {
  return (pcs_span){(const uint8_t *)text, strlen(text)};
}

typedef struct good {
  const char *url;
  uint8_t scheme;
  uint8_t transport;
  uint16_t port;
  const char *host;
} good;

static const good goods[] = {
    {"stun:stun.example.org", PCS_SERVER_STUN, PCS_TRANSPORT_UDP, 3478, "stun.example.org"},
    {"STUN:example.org:19302", PCS_SERVER_STUN, PCS_TRANSPORT_UDP, 19302, "example.org"},
    {"stuns:example.org", PCS_SERVER_STUNS, PCS_TRANSPORT_TCP, 5349, "example.org"},
    {"turn:192.0.2.1", PCS_SERVER_TURN, PCS_TRANSPORT_UDP, 3478, "192.0.2.1"},
    {"turn:[2001:db8::1]", PCS_SERVER_TURN, PCS_TRANSPORT_UDP, 3478, "2001:db8::1"},
    {"turn:[2001:db8::1]:443?transport=tcp", PCS_SERVER_TURN, PCS_TRANSPORT_TCP, 443,
     "2001:db8::1"},
    {"turns:example.org?transport=udp", PCS_SERVER_TURNS, PCS_TRANSPORT_UDP, 5349, "example.org"},
    {"turns:example.org:443?transport=TCP", PCS_SERVER_TURNS, PCS_TRANSPORT_TCP, 443,
     "example.org"},
};

static const char *const bads[] = {
    "",
    "stun",
    "stun:",
    "stun://example.org",
    "http://example.org",
    "example.org",
    "stun:example.org?transport=udp",
    "stun:example.org:",
    "stun:example.org:0",
    "stun:example.org:65536",
    "stun:example.org:port",
    "stun:example.org/path",
    "stun:user@example.org",
    "stun:exa mple.org",
    "stun:2001:db8::1",
    "stun:[2001:db8::1",
    "stun:[192.0.2.1]",
    "stun:[2001:db8::1]x",
    "stun:[2001:db8::1]:",
    "turn:example.org?",
    "turn:example.org?transport=",
    "turn:example.org?x=y",
    "turn:?transport=udp",
};

static void test_good(void) {
  for (size_t i = 0; i < sizeof goods / sizeof goods[0]; i++) {
    pcs_ice_server server;
    CHECK_EQ_INT(pcs_server_url_read(span_of(goods[i].url), &server), PCS_OK);
    CHECK_EQ_UINT(server.scheme, goods[i].scheme);
    CHECK_EQ_UINT(server.transport, goods[i].transport);
    CHECK_EQ_UINT(server.port, goods[i].port);
    CHECK_EQ_SPAN(server.host, span_of(goods[i].host));
    CHECK_EQ_INT(pcs_ice_server_check(&server), PCS_OK);
  }
}

static void test_bad(void) {
  for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
    pcs_ice_server server;
    if (!CHECK_EQ_INT(pcs_server_url_read(span_of(bads[i]), &server), PCS_ERR_SYNTAX)) {
      printf("#   %s\n", bads[i]);
    }
    CHECK_EQ_UINT(server.port, 0);
  }
}

static void test_other_transport(void) {
  pcs_ice_server server;
  CHECK_EQ_INT(pcs_server_url_read(span_of("turn:example.org?transport=sctp"), &server),
               PCS_ERR_UNSUPPORTED);
  CHECK_EQ_INT(pcs_server_url_read(span_of("turn:?transport=sctp"), &server), PCS_ERR_SYNTAX);
}

int main(void) {
  RUN("a server's URL is read with its scheme's defaults", test_good);
  RUN("a URL that names no server is refused", test_bad);
  RUN("a transport we do not speak is told apart", test_other_transport);
  return check_report();
}
