#include "host/ice/turn_stream.h"

#include "host/ice/turn_message.h"

/* 0 when the first bytes do not say. */
static size_t message_len(pcs_span bytes) {
  pcs_reader reader;
  pcs_reader_init(&reader, bytes);
  uint16_t first = pcs_reader_u16(&reader);
  size_t len = pcs_reader_u16(&reader);
  if (reader.failed) {
    return 0;
  }
  if (first < 0x4000) {
    return PCS_STUN_HEADER_BYTES + len;
  }
  /* RFC 8656 12.5: over a stream ChannelData is padded to a multiple of four. */
  return PCS_TURN_CHANNEL_HEADER_BYTES + (len + 3) / 4 * 4;
}

pcs_status pcs_turn_stream_next(pcs_span *rest, pcs_span *out_message) {
  *out_message = (pcs_span){0};
  if (rest->len > 0 && (rest->data[0] > 79 || (rest->data[0] > 3 && rest->data[0] < 64))) {
    return PCS_ERR_SYNTAX;
  }
  size_t len = message_len(*rest);
  if (len == 0 || len > rest->len) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_reader reader;
  pcs_reader_init(&reader, *rest);
  *out_message = pcs_reader_bytes(&reader, len);
  *rest = pcs_reader_rest(&reader);
  return PCS_OK;
}
