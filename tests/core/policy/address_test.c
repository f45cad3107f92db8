#include "core/policy/address.h"

#include "core/plan/address.h"
#include "tests/check.h"

static pcs_address address_of(const char *text, uint16_t port) {
  pcs_address address;
  if (pcs_address_parse(pcs_span_of_text(text), &address) != PCS_OK) {
    CHECK_FAIL(text);
  }
  address.port = port;
  return address;
}

static void expect(const char *text, pcs_reach reach, pcs_status want) {
  pcs_address address = address_of(text, 40000);
  if (pcs_address_admit(&address, reach) != want) {
    CHECK_FAIL(text);
  }
}

static void test_ordinary(void) {
  static const char *const TEXTS[] = {
      "192.0.2.1",       "10.0.0.1",    "192.168.1.1", "172.16.0.1",        "1.0.0.1",
      "223.255.255.254", "2001:db8::1", "fd00::1",     "64:ff9b::c000:201", "2002:c000:201::1",
  };
  for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
    expect(TEXTS[i], PCS_REACH_NETWORK, PCS_OK);
    expect(TEXTS[i], PCS_REACH_LOOPBACK, PCS_OK);
  }
}

static void test_prohibited(void) {
  static const char *const TEXTS[] = {
      "0.0.0.0",
      "0.1.2.3",
      "224.0.0.1",
      "239.255.255.255",
      "240.0.0.1",
      "255.255.255.255",
      "169.254.1.1",
      "169.254.169.254",
      "::",
      "ff02::1",
      "ff0e::1",
      "fe80::1",
      "febf::1",
      "::ffff:127.0.0.1",
      "::ffff:192.0.2.1",
      "::192.0.2.1",
      "::127.0.0.1",
      "64:ff9b::7f00:1",
      "64:ff9b::a9fe:a9fe",
      "64:ff9b::e000:1",
      "2002:7f00:1::1",
      "2002:e000:1::1",
      "2002:0:1::1",
  };
  for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
    expect(TEXTS[i], PCS_REACH_NETWORK, PCS_ERR_DENIED);
    expect(TEXTS[i], PCS_REACH_LOOPBACK, PCS_ERR_DENIED);
  }
}

static void test_loopback(void) {
  static const char *const TEXTS[] = {"127.0.0.1", "127.255.255.255", "::1"};
  for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
    pcs_address address = address_of(TEXTS[i], 40000);
    CHECK(pcs_address_is_loopback(&address));
    expect(TEXTS[i], PCS_REACH_NETWORK, PCS_ERR_DENIED);
    expect(TEXTS[i], PCS_REACH_LOOPBACK, PCS_OK);
  }
  pcs_address other = address_of("128.0.0.1", 1);
  CHECK(!pcs_address_is_loopback(&other));
}

static void test_bad_ports(void) {
  static const uint16_t BAD[] = {0,   1,    9,    22,   25,   53,   69,   137,  161,  389,
                                 554, 1723, 2049, 5060, 5061, 6000, 6566, 6667, 6697, 10080};
  static const uint16_t GOOD[] = {80, 443, 1024, 3478, 5349, 5353, 8080, 9000, 19302, 65535};
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    pcs_address address = address_of("192.0.2.1", BAD[i]);
    CHECK(pcs_port_is_bad(BAD[i]));
    CHECK_EQ_INT(pcs_address_admit(&address, PCS_REACH_LOOPBACK), PCS_ERR_DENIED);
  }
  for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
    CHECK(!pcs_port_is_bad(GOOD[i]));
  }
}

static void test_not_an_address(void) {
  pcs_address none = {.port = 40000};
  pcs_address name = {.family = PCS_ADDRESS_NAME, .port = 40000};
  CHECK_EQ_INT(pcs_address_admit(&none, PCS_REACH_LOOPBACK), PCS_ERR_DENIED);
  CHECK_EQ_INT(pcs_address_admit(&name, PCS_REACH_LOOPBACK), PCS_ERR_DENIED);
}

int main(void) {
  RUN("an ordinary address may be sent to", test_ordinary);
  RUN("unspecified, reserved, multicast, link-local and disguised addresses may not",
      test_prohibited);
  RUN("loopback is reached only from loopback", test_loopback);
  RUN("a port the Fetch standard blocks is not sent to", test_bad_ports);
  RUN("a name or nothing is not an address", test_not_an_address);
  return check_report();
}
