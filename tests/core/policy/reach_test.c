/* The table of reach.def against addresses written out: literals, not the table's own words. */
#include "core/policy/reach.h"

#include "core/plan/address.h"
#include "core/policy/address.h"
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

typedef struct literal {
  const char *text;
  pcs_reach needs;
} literal;

static void expect_needs(const literal *literals, size_t num) {
  for (size_t i = 0; i < num; i++) {
    for (int reach = PCS_REACH_INTERNET; reach <= PCS_REACH_LOOPBACK; reach++) {
      bool may = literals[i].needs != PCS_REACH_NEVER && (int)literals[i].needs <= reach;
      expect(literals[i].text, (pcs_reach)reach, may ? PCS_OK : PCS_ERR_DENIED);
    }
  }
}

#define INTERNET PCS_REACH_INTERNET
#define NETWORK PCS_REACH_NETWORK
#define LOOPBACK PCS_REACH_LOOPBACK
#define NEVER PCS_REACH_NEVER
#define EXPECT(list) expect_needs((list), sizeof(list) / sizeof(list)[0])

static void test_internet(void) {
  static const literal LIST[] = {
      {"1.0.0.1", INTERNET},          {"9.255.255.255", INTERNET},
      {"11.0.0.0", INTERNET},         {"100.63.255.255", INTERNET},
      {"100.128.0.0", INTERNET},      {"126.255.255.255", INTERNET},
      {"128.0.0.1", INTERNET},        {"169.253.255.255", INTERNET},
      {"169.255.0.0", INTERNET},      {"172.15.255.255", INTERNET},
      {"172.32.0.0", INTERNET},       {"192.0.2.1", INTERNET},
      {"192.167.255.255", INTERNET},  {"192.169.0.0", INTERNET},
      {"198.17.255.255", INTERNET},   {"198.20.0.0", INTERNET},
      {"203.0.113.9", INTERNET},      {"223.255.255.254", INTERNET},
      {"2001:db8::1", INTERNET},      {"2606:4700::1", INTERNET},
      {"3fff::1", INTERNET},          {"64:ff9b::c000:201", INTERNET},
      {"2002:c000:201::1", INTERNET}, {"2001:1::1", INTERNET},
  };
  EXPECT(LIST);
}

static void test_network(void) {
  static const literal LIST[] = {
      {"10.0.0.1", NETWORK},      {"10.255.255.255", NETWORK}, {"172.16.0.1", NETWORK},
      {"172.31.255.1", NETWORK},  {"192.168.1.1", NETWORK},    {"100.64.0.1", NETWORK},
      {"100.127.9.9", NETWORK},   {"198.18.0.1", NETWORK},     {"198.19.255.255", NETWORK},
      {"fc00::1", NETWORK},       {"fd00::1", NETWORK},        {"fdff:ffff::1", NETWORK},
      {"fd00:ec2::253", NETWORK}, {"2001:2::1", NETWORK},
  };
  EXPECT(LIST);
}

static void test_never(void) {
  static const literal LIST[] = {
      {"0.0.0.0", NEVER},     {"0.1.2.3", NEVER},
      {"224.0.0.1", NEVER},   {"239.255.255.255", NEVER},
      {"240.0.0.1", NEVER},   {"255.255.255.255", NEVER},
      {"169.254.1.1", NEVER}, {"192.0.0.1", NEVER},
      {"192.88.99.1", NEVER}, {"::", NEVER},
      {"ff02::1", NEVER},     {"ff02::fb", NEVER},
      {"ff0e::1", NEVER},     {"fe80::1", NEVER},
      {"febf::1", NEVER},     {"fec0::1", NEVER},
      {"100::1", NEVER},      {"5f00::1", NEVER},
      {"4000::1", NEVER},
  };
  EXPECT(LIST);
}

static void test_metadata(void) {
  static const literal LIST[] = {
      {"169.254.169.254", NEVER},
      {"100.100.100.200", NEVER},
      {"168.63.129.16", NEVER},
      {"192.0.0.192", NEVER},
      {"fd00:ec2::254", NEVER},
      {"fd20:ce::254", NEVER},
      {"fd00:42::42", NEVER},
      {"fd00:c1::a9fe:a9fe", NEVER},
      {"::ffff:169.254.169.254", NEVER},
      {"64:ff9b::a9fe:a9fe", NEVER},
      {"2002:a9fe:a9fe::1", NEVER},
  };
  EXPECT(LIST);
}

static void test_disguised(void) {
  static const literal LIST[] = {
      {"::ffff:127.0.0.1", NEVER},
      {"::ffff:192.0.2.1", NEVER},
      {"::192.0.2.1", NEVER},
      {"::127.0.0.1", NEVER},
      {"::ffff:0:127.0.0.1", NEVER},
      {"64:ff9b::7f00:1", NEVER},
      {"64:ff9b::e000:1", NEVER},
      {"64:ff9b::a00:1", NEVER},
      {"64:ff9b::c0a8:101", NEVER},
      {"64:ff9b:1::c000:201", NEVER},
      {"64:ff9b:1:7f00:0:100::", NEVER},
      {"2002:7f00:1::1", NEVER},
      {"2002:e000:1::1", NEVER},
      {"2002:0:1::1", NEVER},
      {"2002:a00:1::1", NEVER},
      {"2002:c0a8:101::1", NEVER},
      {"2001:0:4136:e378::1", NEVER},
      {"2001:10::1", NEVER},
      {"2001:20::1", NEVER},
  };
  EXPECT(LIST);
}

static void test_loopback(void) {
  static const literal LIST[] = {
      {"127.0.0.1", LOOPBACK}, {"127.255.255.255", LOOPBACK}, {"::1", LOOPBACK}};
  EXPECT(LIST);
  for (size_t i = 0; i < 3; i++) {
    pcs_address address = address_of(LIST[i].text, 40000);
    CHECK(pcs_address_is_loopback(&address));
  }
  pcs_address other = address_of("128.0.0.1", 1);
  CHECK(!pcs_address_is_loopback(&other));
}

static void test_reasons(void) {
  static const char *const TEXTS[] = {"10.0.0.1", "0.0.0.0", "8.8.8.8", "::1", "4000::", "2002::"};
  for (size_t i = 0; i < 6; i++) {
    pcs_address address = address_of(TEXTS[i], 40000);
    CHECK(pcs_reach_judge(&address).reason[0] != 0);
  }
}

/* All that an origin may be: whom it may have us ask. */
static void test_facts(void) {
  static const struct {
    pcs_reach_facts facts;
    pcs_reach peers;
    pcs_reach servers;
  } ROWS[] = {
      {{false, PCS_LOCAL_NETWORK_PEERS}, NETWORK, INTERNET},
      {{false, PCS_LOCAL_NETWORK_NOBODY}, INTERNET, INTERNET},
      {{false, PCS_LOCAL_NETWORK_ALL}, NETWORK, NETWORK},
      {{true, PCS_LOCAL_NETWORK_PEERS}, NETWORK, NETWORK},
      {{true, PCS_LOCAL_NETWORK_NOBODY}, NETWORK, NETWORK},
      {{true, PCS_LOCAL_NETWORK_ALL}, NETWORK, NETWORK},
  };
  for (size_t i = 0; i < 6; i++) {
    CHECK_EQ_INT(pcs_reach_of_peers(&ROWS[i].facts), ROWS[i].peers);
    CHECK_EQ_INT(pcs_reach_of_servers(&ROWS[i].facts), ROWS[i].servers);
  }
}

/* The whole of the Fetch standard's list, written out again. */
static void test_bad_ports(void) {
  static const uint16_t BAD[] = {
      0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,
      37,   42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,
      110,  111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,  389,
      427,  465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,  556,
      563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659, 4045,
      4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};
  size_t num_bad = 0;
  for (uint32_t port = 0; port <= UINT16_MAX; port++) {
    num_bad += pcs_port_is_bad((uint16_t)port) ? 1 : 0;
  }
  CHECK_EQ_UINT(num_bad, sizeof BAD / sizeof BAD[0]);
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
  RUN("X10: the internet's addresses may be sent to, up to the edges of the others", test_internet);
  RUN("X10: the local network is reached only where that is allowed", test_network);
  RUN("X10: unspecified, reserved, multicast, broadcast and link-local addresses never",
      test_never);
  RUN("X10: metadata services of clouds never, disguised or not", test_metadata);
  RUN("X10: mapped, compatible, NAT64, 6to4 and Teredo disguises never", test_disguised);
  RUN("X10: loopback is reached only from loopback", test_loopback);
  RUN("every verdict has a reason", test_reasons);
  RUN("X11: servers follow the grant of local addresses, peers only where policy asks", test_facts);
  RUN("X10: a port the Fetch standard blocks is not sent to", test_bad_ports);
  RUN("a name or nothing is not an address", test_not_an_address);
  return check_report();
}
