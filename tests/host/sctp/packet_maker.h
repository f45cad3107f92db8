/*
 * Hand-made SCTP packets for tests: a header, then chunks as the test says, right or wrong.
 */
#ifndef TESTS_HOST_SCTP_PACKET_MAKER_H
#define TESTS_HOST_SCTP_PACKET_MAKER_H

#include "host/sctp/crc32c.h"

typedef struct packet_maker {
  uint8_t memory[2048];
  pcs_writer writer;
} packet_maker;

static inline void packet_begin(packet_maker *packet, uint32_t tag) {
  pcs_writer_init(&packet->writer, packet->memory, sizeof packet->memory);
  pcs_writer_u16(&packet->writer, 5000);
  pcs_writer_u16(&packet->writer, 5000);
  pcs_writer_u32(&packet->writer, tag);
  pcs_writer_u32(&packet->writer, 0);
}

static inline void packet_pad(packet_maker *packet) {
  while (packet->writer.len % 4 != 0) {
    pcs_writer_u8(&packet->writer, 0);
  }
}

static inline void packet_chunk(packet_maker *packet, uint8_t type, uint8_t flags, pcs_span value) {
  pcs_writer_u8(&packet->writer, type);
  pcs_writer_u8(&packet->writer, flags);
  pcs_writer_u16(&packet->writer, (uint16_t)(value.len + 4));
  pcs_writer_bytes(&packet->writer, value);
  packet_pad(packet);
}

static inline pcs_span packet_done(packet_maker *packet) {
  pcs_crc32c_seal(packet->memory, packet->writer.len);
  return pcs_writer_span(&packet->writer);
}

/* The value of an INIT or INIT ACK with one parameter, or none for type 0. */
static inline pcs_span init_value(uint8_t memory[64], uint16_t parameter, size_t value_len) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, 64);
  pcs_writer_u32(&writer, 0x12345678);
  pcs_writer_u32(&writer, 131072);
  pcs_writer_u16(&writer, 1024);
  pcs_writer_u16(&writer, 1024);
  pcs_writer_u32(&writer, 1);
  if (parameter != 0) {
    pcs_writer_u16(&writer, parameter);
    pcs_writer_u16(&writer, (uint16_t)(value_len + 4));
    for (size_t i = 0; i < value_len; i++) {
      pcs_writer_u8(&writer, 0);
    }
  }
  return pcs_writer_span(&writer);
}

#endif
