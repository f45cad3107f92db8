#include "core/policy/origin.h"
#include "tests/check.h"

static pcs_status parse(const char *text, pcs_origin *origin) {
  return pcs_origin_parse(pcs_span_of_text(text), origin);
}

typedef struct port_case {
  const char *text;
  uint16_t port;
} port_case;

static void test_accepted(void) {
  static const port_case cases[] = {{"https://example.org", 443},
                                    {"https://example.org:8443", 8443},
                                    {"http://example.org", 80},
                                    {"http://example.org:443", 443},
                                    {"http://127.0.0.1:8000", 8000},
                                    {"http://[::1]:8000", 8000},
                                    {"https://[2001:db8::1]", 443},
                                    {"http://localhost", 80},
                                    {"https://xn--bcher-kva.example", 443},
                                    {"wss://example.org", 443},
                                    {"portcullis://demo", 0},
                                    {"web+app://demo:1", 1}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    pcs_origin origin;
    if (!CHECK_EQ_INT(parse(cases[i].text, &origin), PCS_OK)) {
      printf("#   %s\n", cases[i].text);
    }
    CHECK(!origin.opaque);
    CHECK_EQ_STR(origin.text, cases[i].text);
    CHECK_EQ_UINT(origin.port, cases[i].port);
  }
}

static void test_refused(void) {
  static const char *const wrong[] = {"",
                                      "example.org",
                                      "//example.org",
                                      "https:example.org",
                                      "https:/example.org",
                                      "https://",
                                      "://example.org",
                                      "1http://a",
                                      "ht tp://a",
                                      "HTTPS://example.org",
                                      "https://Example.org",
                                      "https://example.org/",
                                      "https://example.org?",
                                      "https://example.org#",
                                      "https://a/b",
                                      "https://user@example.org",
                                      "https://user:p@example.org",
                                      "https://example.org.",
                                      " https://example.org",
                                      "https://example.org ",
                                      "https://exam ple.org",
                                      "https://a\tb",
                                      "https://a\r\nb",
                                      "https://example.org:",
                                      "https://example.org:443",
                                      "http://a:80",
                                      "wss://a:443",
                                      "ws://a:80",
                                      "https://a:0",
                                      "https://a:080",
                                      "https://a:65536",
                                      "https://a:-1",
                                      "https://a:8443x",
                                      "https://a:1:2",
                                      "http://127.1",
                                      "http://0x7f.0.0.1",
                                      "http://2130706433",
                                      "http://0177.0.0.1",
                                      "http://127.0.0.1.",
                                      "http://127.0.0.256",
                                      "http://::1",
                                      "http://[::1",
                                      "http://[]",
                                      "http://[::1]x",
                                      "http://[::1]:",
                                      "http://[0:0:0:0:0:0:0:1]",
                                      "http://[::0001]",
                                      "http://[2001:DB8::1]",
                                      "http://[::ffff:127.0.0.1]",
                                      "http://[::ffff:7f00:1]",
                                      "http://[127.0.0.1]",
                                      "http://[fe80::1%25eth0]",
                                      "file://",
                                      "data:",
                                      "about:blank",
                                      "Null",
                                      "null ",
                                      "https://caf\xc3\xa9.example",
                                      "https://a%2eb",
                                      "https://a,https://b",
                                      "https://a https://b",
                                      "https://*.example.org",
                                      "*"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    pcs_origin origin;
    if (!CHECK_EQ_INT(parse(wrong[i], &origin), PCS_ERR_SYNTAX)) {
      printf("#   \"%s\"\n", wrong[i]);
    }
    CHECK(origin.opaque && origin.text[0] == 0);
    CHECK(!pcs_origin_equal(&origin, &origin));
    CHECK(!pcs_origin_is_trustworthy(&origin));
  }
}

static void test_nul_and_length(void) {
  static const char nul[] = "https://a\0.example";
  uint8_t text[PCS_ORIGIN_BYTES_MAX + 1];
  pcs_origin origin;
  CHECK_EQ_INT(pcs_origin_parse((pcs_span){(const uint8_t *)nul, sizeof nul - 1}, &origin),
               PCS_ERR_SYNTAX);
  memset(text, 'a', sizeof text);
  memcpy(text, "https://", 8);
  CHECK_EQ_INT(pcs_origin_parse((pcs_span){text, sizeof text}, &origin), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(pcs_origin_parse((pcs_span){text, 8 + 63}, &origin), PCS_OK);
  CHECK_EQ_INT(pcs_origin_parse((pcs_span){text, 8 + 64}, &origin), PCS_ERR_SYNTAX);
  memset(text, 'a', sizeof text);
  memcpy(text + 39, "://b", 4);
  CHECK_EQ_INT(pcs_origin_parse((pcs_span){text, 43}, &origin), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(pcs_origin_parse((pcs_span){text + 1, 42}, &origin), PCS_OK);
}

/* The longest origin there is fills the struct exactly or less. */
static void test_longest(void) {
  uint8_t text[PCS_ORIGIN_BYTES_MAX];
  pcs_origin origin;
  memset(text, 'a', sizeof text);
  memcpy(text + 38, "://", 3);
  for (size_t dot = 38 + 3 + 63; dot < 38 + 3 + 253; dot += 64) {
    text[dot] = '.';
  }
  memcpy(text + 38 + 3 + 253, ":65535", 6);
  CHECK_EQ_INT(pcs_origin_parse((pcs_span){text, sizeof text}, &origin), PCS_OK);
  CHECK_EQ_UINT(origin.port, 65535);
  CHECK_EQ_BYTES(origin.text, strlen(origin.text), text, sizeof text);
}

static void test_opaque_equals_nothing(void) {
  pcs_origin a;
  pcs_origin b;
  CHECK_EQ_INT(parse("null", &a), PCS_OK);
  CHECK(a.opaque);
  CHECK_EQ_STR(a.text, "null");
  b = a;
  CHECK(!pcs_origin_equal(&a, &a) && !pcs_origin_equal(&a, &b));
  CHECK(!pcs_origin_is_trustworthy(&a));
}

static bool same(const char *one, const char *two) {
  pcs_origin a;
  pcs_origin b;
  CHECK_EQ_INT(parse(one, &a), PCS_OK);
  CHECK_EQ_INT(parse(two, &b), PCS_OK);
  return pcs_origin_equal(&a, &b) && pcs_origin_equal(&b, &a);
}

static void test_equality(void) {
  CHECK(same("https://example.org", "https://example.org"));
  CHECK(!same("https://example.org", "http://example.org"));
  CHECK(!same("https://example.org", "https://example.org:8443"));
  CHECK(!same("https://example.org", "https://www.example.org"));
  CHECK(!same("http://localhost", "http://127.0.0.1"));
  CHECK(!same("https://example.org", "https://example.or"));
}

static void test_trustworthy(void) {
  static const char *const yes[] = {
      "https://example.org", "wss://example.org",  "http://localhost", "http://localhost:8000",
      "http://127.0.0.1:1",  "http://127.255.0.9", "http://[::1]:8000"};
  static const char *const no[] = {
      "http://example.org", "ws://localhost", "ftp://localhost",   "http://localhost.example",
      "http://128.0.0.1",   "http://[::2]",   "portcullis://demo", "http://0.0.0.0"};
  pcs_origin origin;
  for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
    CHECK_EQ_INT(parse(yes[i], &origin), PCS_OK);
    CHECK(pcs_origin_is_trustworthy(&origin));
  }
  for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
    CHECK_EQ_INT(parse(no[i], &origin), PCS_OK);
    CHECK(!pcs_origin_is_trustworthy(&origin));
  }
}

static void test_loopback_hosts(void) {
  static const char *const yes[] = {"localhost", "127.0.0.1", "127.9.8.7", "[::1]"};
  static const char *const no[] = {"",
                                   "Localhost",
                                   "localhost.",
                                   "a.localhost",
                                   "localhost:80",
                                   "127.0.0.1:80",
                                   "127.1",
                                   "::1",
                                   "[::1",
                                   "[::2]",
                                   "0.0.0.0",
                                   "127.0.0.1.nip.example",
                                   "[::ffff:127.0.0.1]",
                                   "128.0.0.1"};
  for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
    CHECK(pcs_host_is_loopback(pcs_span_of_text(yes[i])));
  }
  for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
    CHECK(!pcs_host_is_loopback(pcs_span_of_text(no[i])));
  }
}

int main(void) {
  RUN("origins as browsers serialise them are read", test_accepted);
  RUN("whatever is not the exact serialisation is refused and equals nothing", test_refused);
  RUN("a NUL or a length over the limit does not cut an origin short", test_nul_and_length);
  RUN("the longest origin fits", test_longest);
  RUN("an opaque origin equals nothing, itself included", test_opaque_equals_nothing);
  RUN("scheme, host and port all count", test_equality);
  RUN("plain http is trusted on loopback only", test_trustworthy);
  RUN("only literal loopback hosts are loopback: no rebinding name passes", test_loopback_hosts);
  return check_report();
}
