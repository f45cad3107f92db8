#include "host/ice/framing.h"

#define MARKER 0xc0
#define MASK_LEN 4

void pcs_framing_write(pcs_writer *writer, pcs_span datagram) {
  if (datagram.len > PCS_RECEIVE_BYTES_MAX) {
    pcs_writer_fail(writer);
    return;
  }
  pcs_writer_u16(writer, (uint16_t)datagram.len);
  pcs_writer_bytes(writer, datagram);
}

/* mask's first byte on the wire is its highest. */
static void apply(uint8_t *bytes, size_t len, uint32_t mask) {
  uint8_t parts[MASK_LEN];
  for (size_t i = 0; i < MASK_LEN; i++) {
    parts[i] = (uint8_t)(mask >> (8 * (MASK_LEN - 1 - i)));
  }
  for (size_t i = 0; i < len; i++) {
    bytes[i] ^= parts[i % MASK_LEN];
  }
}

void pcs_framing_write_masked(pcs_writer *writer, pcs_span datagram, uint32_t mask) {
  if (datagram.len > PCS_RECEIVE_BYTES_MAX) {
    pcs_writer_fail(writer);
    return;
  }
  pcs_writer_u16(writer, (uint16_t)(PCS_FRAMING_MASK_BYTES + datagram.len));
  pcs_writer_u8(writer, MARKER);
  pcs_writer_u32(writer, mask);
  size_t start = writer->len;
  pcs_writer_bytes(writer, datagram);
  if (!writer->failed) {
    apply(&writer->data[start], datagram.len, mask);
  }
}

static pcs_status unmask(uint8_t *frame, size_t len, pcs_span *out_datagram) {
  if (len < PCS_FRAMING_MASK_BYTES) {
    return PCS_ERR_SYNTAX;
  }
  pcs_reader reader;
  pcs_reader_init(&reader, (pcs_span){frame, len});
  (void)pcs_reader_u8(&reader);
  uint32_t mask = pcs_reader_u32(&reader);
  apply(&frame[PCS_FRAMING_MASK_BYTES], len - PCS_FRAMING_MASK_BYTES, mask);
  *out_datagram = pcs_reader_rest(&reader);
  return PCS_OK;
}

pcs_status pcs_framing_next(pcs_framing_input *input, pcs_span *out_datagram) {
  pcs_reader reader;
  *out_datagram = (pcs_span){0};
  pcs_reader_init(&reader, (pcs_span){&input->memory[input->at], input->len - input->at});
  size_t len = pcs_reader_u16(&reader);
  if (reader.failed) {
    return PCS_ERR_NO_SPACE;
  }
  if (len > PCS_FRAMING_BYTES_MAX - PCS_FRAMING_HEADER_BYTES) {
    return PCS_ERR_TOO_LARGE;
  }
  pcs_span frame = pcs_reader_bytes(&reader, len);
  if (reader.failed) {
    return PCS_ERR_NO_SPACE;
  }
  size_t start = input->at + PCS_FRAMING_HEADER_BYTES;
  input->at = start + len;
  if (len > 0 && frame.data[0] == MARKER) {
    return unmask(&input->memory[start], len, out_datagram);
  }
  *out_datagram = frame;
  return PCS_OK;
}
