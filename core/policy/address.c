#include "core/policy/address.h"

#include <string.h>

/* https://fetch.spec.whatwg.org/#port-blocking, ascending. */
static const uint16_t BAD_PORTS[] = {
    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,    25,   37,
    42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,   109,  110,
    111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,   389,  427,
    465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,   556,  563,
    587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659,  4045, 4190,
    5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
};

static const uint8_t ZEROS[16];
static const uint8_t MAPPED_PREFIX[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const uint8_t NAT64_PREFIX[12] = {0, 0x64, 0xff, 0x9b};

static bool ipv4_is_loopback(const uint8_t *bytes) {
  return bytes[0] == 127;
}

/* Denied wherever it stands, loopback not counted: 0/8, 169.254/16, 224/4 and 240/4. */
static bool ipv4_is_denied(const uint8_t *bytes) {
  return bytes[0] == 0 || bytes[0] >= 224 || (bytes[0] == 169 && bytes[1] == 254);
}

static bool ipv4_inside_is_denied(const uint8_t *bytes) {
  return ipv4_is_denied(bytes) || ipv4_is_loopback(bytes);
}

static bool ipv6_is_loopback(const uint8_t *bytes) {
  return memcmp(bytes, ZEROS, 15) == 0 && bytes[15] == 1;
}

static bool ipv6_is_link_local(const uint8_t *bytes) {
  return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

static bool ipv6_is_denied(const uint8_t *bytes) {
  if (bytes[0] == 0xff || ipv6_is_link_local(bytes)) {
    return true;
  }
  /* ::/96 holds the unspecified address and IPv4-compatible ones; ::ffff:0:0/96 the mapped ones. */
  if (memcmp(bytes, ZEROS, 12) == 0 || memcmp(bytes, MAPPED_PREFIX, 12) == 0) {
    return true;
  }
  if (memcmp(bytes, NAT64_PREFIX, 12) == 0) {
    return ipv4_inside_is_denied(bytes + 12);
  }
  return bytes[0] == 0x20 && bytes[1] == 0x02 && ipv4_inside_is_denied(bytes + 2);
}

bool pcs_address_is_loopback(const pcs_address *address) {
  if (address->family == PCS_ADDRESS_IPV4) {
    return ipv4_is_loopback(address->bytes);
  }
  return address->family == PCS_ADDRESS_IPV6 && ipv6_is_loopback(address->bytes);
}

bool pcs_address_is_link_local(const pcs_address *address) {
  if (address->family == PCS_ADDRESS_IPV4) {
    return address->bytes[0] == 169 && address->bytes[1] == 254;
  }
  return address->family == PCS_ADDRESS_IPV6 && ipv6_is_link_local(address->bytes);
}

bool pcs_port_is_bad(uint16_t port) {
  for (size_t i = 0; i < sizeof BAD_PORTS / sizeof BAD_PORTS[0]; i++) {
    if (BAD_PORTS[i] == port) {
      return true;
    }
  }
  return port == 0;
}

pcs_status pcs_address_admit(const pcs_address *address, pcs_reach reach) {
  if (pcs_port_is_bad(address->port)) {
    return PCS_ERR_DENIED;
  }
  if (pcs_address_is_loopback(address)) {
    return reach == PCS_REACH_LOOPBACK ? PCS_OK : PCS_ERR_DENIED;
  }
  if (address->family == PCS_ADDRESS_IPV4) {
    return ipv4_is_denied(address->bytes) ? PCS_ERR_DENIED : PCS_OK;
  }
  if (address->family == PCS_ADDRESS_IPV6) {
    return ipv6_is_denied(address->bytes) ? PCS_ERR_DENIED : PCS_OK;
  }
  return PCS_ERR_DENIED;
}
