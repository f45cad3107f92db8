#include "core/policy/address.h"

#include <string.h>

bool pcs_address_is_loopback(const pcs_address *address) {
  static const uint8_t ZEROS[15];
  if (address->family == PCS_ADDRESS_IPV4) {
    return address->bytes[0] == 127;
  }
  return address->family == PCS_ADDRESS_IPV6 && memcmp(address->bytes, ZEROS, 15) == 0 &&
         address->bytes[15] == 1;
}

bool pcs_address_is_link_local(const pcs_address *address) {
  const uint8_t *bytes = address->bytes;
  if (address->family == PCS_ADDRESS_IPV4) {
    return bytes[0] == 169 && bytes[1] == 254;
  }
  return address->family == PCS_ADDRESS_IPV6 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}
