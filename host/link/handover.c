#include "host/link/handover.h"

#include <string.h>

void pcs_handover_encode(pcs_writer *writer, const pcs_handover *handover) {
  pcs_span origin = pcs_span_of_text(handover->origin.text);
  pcs_writer_u8(writer, (uint8_t)handover->kind);
  pcs_writer_u32(writer, handover->may);
  pcs_writer_u32(writer, handover->held);
  pcs_writer_u8(writer, handover->loopback ? 1 : 0);
  pcs_writer_u8(writer, (uint8_t)handover->local_network);
  pcs_writer_u32(writer, handover->question_bytes);
  pcs_writer_u8(writer, (uint8_t)handover->addresses);
  pcs_writer_u8(writer, handover->until_accepted ? 1 : 0);
  pcs_writer_u16(writer, (uint16_t)origin.len);
  pcs_writer_bytes(writer, origin);
}

pcs_status pcs_handover_decode(pcs_span message, pcs_handover *out_handover) {
  memset(out_handover, 0, sizeof *out_handover);
  pcs_reader reader;
  pcs_reader_init(&reader, message);
  uint8_t kind = pcs_reader_u8(&reader);
  uint32_t may = pcs_reader_u32(&reader);
  uint32_t held = pcs_reader_u32(&reader);
  uint8_t loopback = pcs_reader_u8(&reader);
  uint8_t local_network = pcs_reader_u8(&reader);
  out_handover->question_bytes = pcs_reader_u32(&reader);
  uint8_t addresses = pcs_reader_u8(&reader);
  uint8_t until_accepted = pcs_reader_u8(&reader);
  pcs_span origin = pcs_reader_bytes(&reader, pcs_reader_u16(&reader));
  if ((kind != PCS_LINK_PIPE && kind != PCS_LINK_WEBSOCKET) || loopback > 1 ||
      local_network > PCS_LOCAL_NETWORK_ALL || addresses >= PCS_NUM_ADDRESS_MODES ||
      until_accepted > 1) {
    pcs_reader_fail(&reader);
  }
  if (pcs_reader_finish(&reader) != PCS_OK ||
      pcs_origin_parse(origin, &out_handover->origin) != PCS_OK) {
    return PCS_ERR_SYNTAX;
  }
  out_handover->kind = (pcs_link_kind)kind;
  out_handover->local_network = (pcs_local_network)local_network;
  out_handover->may = may;
  out_handover->held = held;
  out_handover->loopback = loopback == 1;
  out_handover->addresses = (pcs_address_mode)addresses;
  out_handover->until_accepted = until_accepted == 1;
  return PCS_OK;
}
