#include <string.h>

#include "host/crypto/hash.h"
#include "host/ice/stun.h"
#include "host/ice/stun_attribute.h"

/* CRC-32 of ITU-T V.42, four bits at a time. */
static uint32_t crc32(pcs_span bytes) {
  static const uint32_t NIBBLES[16] = {
      0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
      0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
      0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
  };
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < bytes.len; i++) {
    crc ^= bytes.data[i];
    crc = crc >> 4 ^ NIBBLES[crc & 15];
    crc = crc >> 4 ^ NIBBLES[crc & 15];
  }
  return ~crc;
}

/* RFC 8489 14.7: the length field counts FINGERPRINT already. The writer sets it so before asking;
 * the reader has it so in the message it got. */
uint32_t pcs_stun_fingerprint(pcs_span before) {
  return crc32(before) ^ PCS_STUN_FINGERPRINT_XOR;
}

static void write_attribute(pcs_writer *writer, pcs_stun_attribute type, size_t len) {
  pcs_writer_u16(writer, (uint16_t)type);
  pcs_writer_u16(writer, (uint16_t)len);
}

static void pad(pcs_writer *writer) {
  while (!writer->failed && writer->len % 4 != 0) {
    pcs_writer_u8(writer, 0);
  }
}

/* The length field as if more bytes followed what is written. */
static void patch_length(pcs_writer *writer, size_t more) {
  pcs_writer_patch_u16(writer, 2, (uint16_t)(writer->len + more - PCS_STUN_HEADER_BYTES));
}

/* RFC 8489 5: the class bits lie between the method's. */
void pcs_stun_begin_method(pcs_writer *writer, uint16_t method, pcs_stun_class kind, pcs_span id) {
  unsigned number = method;
  unsigned spread = (number & 0x000f) | (number & 0x0070) << 1 | (number & 0x0f80) << 2;
  unsigned type = spread | ((unsigned)kind & 1) << 4 | ((unsigned)kind & 2) << 7;
  pcs_writer_u16(writer, (uint16_t)type);
  pcs_writer_u16(writer, 0);
  pcs_writer_u32(writer, PCS_STUN_COOKIE);
  pcs_writer_bytes(writer, id);
}

void pcs_stun_begin(pcs_writer *writer, pcs_stun_class kind, pcs_span id) {
  pcs_stun_begin_method(writer, PCS_STUN_METHOD_BINDING, kind, id);
}

void pcs_stun_write_attribute(pcs_writer *writer, uint16_t type, pcs_span value) {
  pcs_writer_u16(writer, type);
  pcs_writer_u16(writer, (uint16_t)value.len);
  pcs_writer_bytes(writer, value);
  pad(writer);
}

void pcs_stun_write_username(pcs_writer *writer, pcs_span first, pcs_span second) {
  write_attribute(writer, PCS_STUN_USERNAME, first.len + 1 + second.len);
  pcs_writer_bytes(writer, first);
  pcs_writer_u8(writer, ':');
  pcs_writer_bytes(writer, second);
  pad(writer);
}

void pcs_stun_write_priority(pcs_writer *writer, uint32_t priority) {
  write_attribute(writer, PCS_STUN_PRIORITY, 4);
  pcs_writer_u32(writer, priority);
}

void pcs_stun_write_use_candidate(pcs_writer *writer) {
  write_attribute(writer, PCS_STUN_USE_CANDIDATE, 0);
}

void pcs_stun_write_masking(pcs_writer *writer) {
  write_attribute(writer, PCS_STUN_MASKING, 4);
  pcs_writer_u32(writer, PCS_STUN_MASKING_VALUE);
}

void pcs_stun_write_role(pcs_writer *writer, pcs_ice_role role, uint64_t tie_breaker) {
  write_attribute(
      writer, role == PCS_ICE_CONTROLLING ? PCS_STUN_ICE_CONTROLLING : PCS_STUN_ICE_CONTROLLED, 8);
  pcs_writer_u64(writer, tie_breaker);
}

void pcs_stun_write_xor_mapped(pcs_writer *writer, const pcs_address *address, pcs_span id) {
  pcs_stun_write_xor_address(writer, PCS_STUN_XOR_MAPPED_ADDRESS, address, id);
}

void pcs_stun_write_xor_address(pcs_writer *writer, uint16_t type, const pcs_address *address,
                                pcs_span id) {
  bool ipv4 = address->family == PCS_ADDRESS_IPV4;
  size_t len = ipv4 ? 4 : 16;
  uint8_t mask[16];
  pcs_writer mask_writer;
  pcs_writer_init(&mask_writer, mask, sizeof mask);
  pcs_writer_u32(&mask_writer, PCS_STUN_COOKIE);
  pcs_writer_bytes(&mask_writer, id);
  pcs_writer_u16(writer, type);
  pcs_writer_u16(writer, (uint16_t)(4 + len));
  pcs_writer_u8(writer, 0);
  pcs_writer_u8(writer, ipv4 ? PCS_STUN_FAMILY_IPV4 : PCS_STUN_FAMILY_IPV6);
  pcs_writer_u16(writer, (uint16_t)(address->port ^ PCS_STUN_COOKIE >> 16));
  for (size_t i = 0; i < len; i++) {
    pcs_writer_u8(writer, address->bytes[i] ^ mask[i]);
  }
}

/* The reason phrase is for people and stays empty: codes say all there is to say. */
void pcs_stun_write_error(pcs_writer *writer, uint16_t code) {
  write_attribute(writer, PCS_STUN_ERROR_CODE, 4);
  pcs_writer_u16(writer, 0);
  pcs_writer_u8(writer, (uint8_t)(code / 100));
  pcs_writer_u8(writer, (uint8_t)(code % 100));
}

void pcs_stun_write_unknown(pcs_writer *writer, const pcs_stun_message *request) {
  write_attribute(writer, PCS_STUN_UNKNOWN_ATTRIBUTES, 2u * request->num_unknown);
  for (size_t i = 0; i < request->num_unknown; i++) {
    pcs_writer_u16(writer, request->unknown[i]);
  }
  pad(writer);
}

static void write_integrity(pcs_writer *writer, pcs_span password) {
  uint8_t integrity[PCS_SHA1_BYTES];
  patch_length(writer, PCS_STUN_ATTRIBUTE_HEADER_BYTES + PCS_STUN_INTEGRITY_BYTES);
  pcs_hmac_sha1(password, pcs_writer_span(writer), integrity);
  write_attribute(writer, PCS_STUN_MESSAGE_INTEGRITY, sizeof integrity);
  pcs_writer_bytes(writer, (pcs_span){integrity, sizeof integrity});
}

static void write_integrity_sha256(pcs_writer *writer, pcs_span password) {
  uint8_t integrity[PCS_SHA256_BYTES];
  patch_length(writer, PCS_STUN_ATTRIBUTE_HEADER_BYTES + PCS_STUN_INTEGRITY_SHA256_BYTES);
  pcs_hmac_sha256(password, pcs_writer_span(writer), integrity);
  write_attribute(writer, PCS_STUN_MESSAGE_INTEGRITY_SHA256, sizeof integrity);
  pcs_writer_bytes(writer, (pcs_span){integrity, sizeof integrity});
}

pcs_status pcs_stun_finish_by(pcs_writer *writer, pcs_stun_integrity integrity, pcs_span password,
                              pcs_span *out_message) {
  if (password.len > 0 && integrity == PCS_STUN_INTEGRITY_SHA256) {
    write_integrity_sha256(writer, password);
  } else if (password.len > 0) {
    write_integrity(writer, password);
  }
  patch_length(writer, PCS_STUN_ATTRIBUTE_HEADER_BYTES + PCS_STUN_FINGERPRINT_BYTES);
  uint32_t fingerprint = pcs_stun_fingerprint(pcs_writer_span(writer));
  write_attribute(writer, PCS_STUN_FINGERPRINT, PCS_STUN_FINGERPRINT_BYTES);
  pcs_writer_u32(writer, fingerprint);
  return pcs_writer_finish(writer, out_message);
}

pcs_status pcs_stun_finish(pcs_writer *writer, pcs_span password, pcs_span *out_message) {
  return pcs_stun_finish_by(writer, PCS_STUN_INTEGRITY_SHA1, password, out_message);
}
