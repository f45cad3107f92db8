#include "core/policy/address_mode.h"

#include "core/policy/address.h"
#include "core/policy/right.h"

static const pcs_address_mode_row rows[] = {
#define PCS_ADDRESS_MODE(NAME, name, binds, tells, way, starts, granted)                           \
  {name,          PCS_BINDS_##binds,   PCS_TELLS_##tells,                                          \
   PCS_WAY_##way, PCS_STARTS_##starts, PCS_ADDRESS_MODE_##granted},
#include "core/policy/address_mode.def"
#undef PCS_ADDRESS_MODE
};
_Static_assert(sizeof rows / sizeof rows[0] == PCS_NUM_ADDRESS_MODES, "one row for each mode");

const pcs_address_mode_row *pcs_address_mode_of(pcs_address_mode mode) {
  return &rows[mode];
}

pcs_status pcs_address_mode_parse(pcs_span name, pcs_address_mode *out_mode) {
  for (unsigned i = 0; i < PCS_NUM_ADDRESS_MODES; i++) {
    if (pcs_span_equal_text(name, rows[i].name)) {
      *out_mode = (pcs_address_mode)i;
      return PCS_OK;
    }
  }
  return PCS_ERR_SYNTAX;
}

pcs_address_mode pcs_address_mode_under(pcs_address_mode mode, uint32_t rights) {
  bool granted = (rights & PCS_RIGHT_LOCAL_ADDRESSES) != 0;
  return granted ? pcs_address_mode_of(mode)->granted : mode;
}

static bool ipv4_is_private(const uint8_t *bytes) {
  return bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xf0) == 16) ||
         (bytes[0] == 192 && bytes[1] == 168);
}

bool pcs_address_mode_tells_found(pcs_address_mode mode, const pcs_address *address) {
  if (pcs_address_mode_of(mode)->tells == PCS_TELLS_SHOWN) {
    return true;
  }
  bool is_private = address->family == PCS_ADDRESS_IPV4 ? ipv4_is_private(address->bytes)
                                                        : (address->bytes[0] & 0xfe) == 0xfc;
  return !is_private && !pcs_address_is_loopback(address) && !pcs_address_is_link_local(address);
}
