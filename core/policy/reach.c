#include "core/policy/reach.h"

typedef enum row_needs {
  NEEDS_INTERNET = PCS_REACH_INTERNET,
  NEEDS_NETWORK = PCS_REACH_NETWORK,
  NEEDS_LOOPBACK = PCS_REACH_LOOPBACK,
  NEEDS_NEVER = PCS_REACH_NEVER,
  NEEDS_INSIDE_2,
  NEEDS_INSIDE_12,
} row_needs;

typedef struct reach_row {
  uint8_t prefix[16];
  uint8_t bits;
  row_needs needs;
  const char *reason;
} reach_row;

#define HIGH(word) (uint8_t)((word) >> 8)
#define LOW(word) (uint8_t)((word)&0xff)
#define WORD(word) HIGH(word), LOW(word)

static const reach_row IPV4_ROWS[] = {
#define PCS_REACH_IPV4(a, b, c, d, bits, needs, reason) {{a, b, c, d}, bits, NEEDS_##needs, reason},
#define PCS_REACH_IPV6(w0, w1, w2, w3, w4, w5, w6, w7, bits, needs, reason)
#include "core/policy/reach.def"
#undef PCS_REACH_IPV4
#undef PCS_REACH_IPV6
};

static const reach_row IPV6_ROWS[] = {
#define PCS_REACH_IPV4(a, b, c, d, bits, needs, reason)
#define PCS_REACH_IPV6(w0, w1, w2, w3, w4, w5, w6, w7, bits, needs, reason)                        \
  {{WORD(w0), WORD(w1), WORD(w2), WORD(w3), WORD(w4), WORD(w5), WORD(w6), WORD(w7)},               \
   bits,                                                                                           \
   NEEDS_##needs,                                                                                  \
   reason},
#include "core/policy/reach.def"
#undef PCS_REACH_IPV4
#undef PCS_REACH_IPV6
};

/* https://fetch.spec.whatwg.org/#port-blocking, ascending. */
static const uint16_t BAD_PORTS[] = {
    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,    25,   37,
    42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,   109,  110,
    111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,   389,  427,
    465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,   556,  563,
    587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659,  4045, 4190,
    5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
};

static bool fits(const reach_row *row, const uint8_t *bytes) {
  for (unsigned bit = 0; bit < row->bits; bit += 8) {
    unsigned left = row->bits - bit;
    uint8_t mask = (uint8_t)(left >= 8 ? 0xffu : 0xff00u >> left);
    if (((row->prefix[bit / 8] ^ bytes[bit / 8]) & mask) != 0) {
      return false;
    }
  }
  return true;
}

/* The last row of each table fits everything. */
static const reach_row *row_of(const reach_row *rows, const uint8_t *bytes) {
  while (!fits(rows, bytes)) {
    rows++;
  }
  return rows;
}

/* IPv4 in IPv6 clothes: a way around the rows of IPv4 unless they are asked. */
static pcs_reach needs_of_inside(const uint8_t *ipv4) {
  bool is_public = row_of(IPV4_ROWS, ipv4)->needs == NEEDS_INTERNET;
  return is_public ? PCS_REACH_INTERNET : PCS_REACH_NEVER;
}

pcs_reach_verdict pcs_reach_judge(const pcs_address *address) {
  if (address->family != PCS_ADDRESS_IPV4 && address->family != PCS_ADDRESS_IPV6) {
    return (pcs_reach_verdict){PCS_REACH_NEVER, "not an address"};
  }
  const reach_row *rows = address->family == PCS_ADDRESS_IPV4 ? IPV4_ROWS : IPV6_ROWS;
  const reach_row *row = row_of(rows, address->bytes);
  switch (row->needs) {
  case NEEDS_INSIDE_2:
    return (pcs_reach_verdict){needs_of_inside(address->bytes + 2), row->reason};
  case NEEDS_INSIDE_12:
    return (pcs_reach_verdict){needs_of_inside(address->bytes + 12), row->reason};
  case NEEDS_INTERNET:
  case NEEDS_NETWORK:
  case NEEDS_LOOPBACK:
  case NEEDS_NEVER:
    break;
  }
  return (pcs_reach_verdict){(pcs_reach)row->needs, row->reason};
}

bool pcs_port_is_bad(uint16_t port) {
  for (size_t i = 0; i < sizeof BAD_PORTS / sizeof BAD_PORTS[0]; i++) {
    if (BAD_PORTS[i] == port) {
      return true;
    }
  }
  return port == 0;
}

bool pcs_reach_is_granted(const pcs_reach_facts *facts) {
  return facts->local_granted || facts->local_network == PCS_LOCAL_NETWORK_ALL;
}

pcs_reach pcs_reach_of_peers(const pcs_reach_facts *facts) {
  bool may = pcs_reach_is_granted(facts) || facts->local_network == PCS_LOCAL_NETWORK_PEERS;
  return may ? PCS_REACH_NETWORK : PCS_REACH_INTERNET;
}

pcs_reach pcs_reach_of_servers(const pcs_reach_facts *facts) {
  return pcs_reach_is_granted(facts) ? PCS_REACH_NETWORK : PCS_REACH_INTERNET;
}

pcs_status pcs_address_admit(const pcs_address *address, pcs_reach reach) {
  pcs_reach needs = pcs_reach_judge(address).needs;
  bool may = needs != PCS_REACH_NEVER && needs <= reach && !pcs_port_is_bad(address->port);
  return may ? PCS_OK : PCS_ERR_DENIED;
}
