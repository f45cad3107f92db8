#include "host/sys/endpoint.h"

#include "core/base/text.h"

pcs_status pcs_endpoint_parse(pcs_span text, pcs_address *out_address) {
  *out_address = (pcs_address){.family = PCS_ADDRESS_NONE};
  size_t colon = pcs_text_find_last(text, ':');
  if (colon == text.len) {
    return PCS_ERR_SYNTAX;
  }
  pcs_span host = pcs_text_slice(text, 0, colon);
  uint8_t family = PCS_ADDRESS_IPV4;
  if (pcs_text_skip_byte(&host, '[')) {
    if (!pcs_text_ends_with(host, "]")) {
      return PCS_ERR_SYNTAX;
    }
    host = pcs_text_slice(host, 0, host.len - 1);
    family = PCS_ADDRESS_IPV6;
  }
  uint64_t port = 0;
  pcs_address address;
  if (pcs_text_decimal(pcs_text_slice(text, colon + 1, text.len), UINT16_MAX, &port) != PCS_OK ||
      pcs_address_parse(host, &address) != PCS_OK || address.family != family) {
    return PCS_ERR_SYNTAX;
  }
  address.port = (uint16_t)port;
  *out_address = address;
  return PCS_OK;
}

void pcs_endpoint_write(pcs_writer *writer, const pcs_address *address) {
  if (address->family == PCS_ADDRESS_IPV6) {
    pcs_writer_text(writer, "[");
    pcs_address_write(writer, address);
    pcs_writer_text(writer, "]");
  } else {
    pcs_address_write(writer, address);
  }
  pcs_writer_text(writer, ":");
  pcs_writer_decimal(writer, address->port);
}
