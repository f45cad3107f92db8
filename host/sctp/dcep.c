#include "host/sctp/dcep.h"

#include "core/base/text.h"

/* RFC 8832 5.1: the low bits say how reliable, the highest that order does not matter. */
#define CHANNEL_TYPE_UNORDERED 0x80
#define CHANNEL_TYPE_RELIABILITY 0x7f

pcs_dcep_type pcs_dcep_type_of(pcs_span message) {
  if (message.len == PCS_DCEP_ACK_BYTES && message.data[0] == PCS_DCEP_ACK) {
    return PCS_DCEP_ACK;
  }
  return message.len > 0 && message.data[0] == PCS_DCEP_OPEN ? PCS_DCEP_OPEN : PCS_DCEP_NONE;
}

pcs_status pcs_dcep_open_read(pcs_span message, pcs_dcep_open *out_open) {
  pcs_reader reader;
  pcs_reader_init(&reader, message);
  uint8_t message_type = pcs_reader_u8(&reader);
  uint8_t channel_type = pcs_reader_u8(&reader);
  uint16_t priority = pcs_reader_u16(&reader);
  uint32_t value = pcs_reader_u32(&reader);
  uint16_t label_len = pcs_reader_u16(&reader);
  uint16_t protocol_len = pcs_reader_u16(&reader);
  pcs_span label = pcs_reader_bytes(&reader, label_len);
  pcs_span protocol = pcs_reader_bytes(&reader, protocol_len);
  uint8_t reliability = channel_type & CHANNEL_TYPE_RELIABILITY;
  *out_open = (pcs_dcep_open){0};
  if (pcs_reader_finish(&reader) != PCS_OK || message_type != PCS_DCEP_OPEN ||
      reliability > PCS_RELIABILITY_LIFETIME || !pcs_text_is_utf8(label) ||
      !pcs_text_is_utf8(protocol)) {
    return PCS_ERR_SYNTAX;
  }
  *out_open = (pcs_dcep_open){
      .ordered = (channel_type & CHANNEL_TYPE_UNORDERED) == 0,
      .reliability = (pcs_reliability)reliability,
      .reliability_value = (uint16_t)(value < UINT16_MAX ? value : UINT16_MAX),
      .priority = priority,
      .label = label,
      .protocol = protocol,
  };
  if (reliability == PCS_RELIABILITY_FULL) {
    out_open->reliability_value = 0; /* RFC 8832 5.1: ignored */
  }
  return PCS_OK;
}

void pcs_dcep_open_write(pcs_writer *writer, const pcs_dcep_open *open) {
  pcs_writer_u8(writer, PCS_DCEP_OPEN);
  pcs_writer_u8(writer,
                (uint8_t)(open->reliability | (open->ordered ? 0 : CHANNEL_TYPE_UNORDERED)));
  pcs_writer_u16(writer, open->priority);
  pcs_writer_u32(writer, open->reliability == PCS_RELIABILITY_FULL ? 0 : open->reliability_value);
  if (open->label.len > PCS_LABEL_BYTES_MAX || open->protocol.len > PCS_LABEL_BYTES_MAX) {
    pcs_writer_fail(writer);
    return;
  }
  pcs_writer_u16(writer, (uint16_t)open->label.len);
  pcs_writer_u16(writer, (uint16_t)open->protocol.len);
  pcs_writer_bytes(writer, open->label);
  pcs_writer_bytes(writer, open->protocol);
}

void pcs_dcep_ack_write(pcs_writer *writer) {
  pcs_writer_u8(writer, PCS_DCEP_ACK);
}
