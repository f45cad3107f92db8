#include "host/ice/turn_message.h"

#include "host/ice/stun_attribute.h"

#define PROTOCOL_UDP 17

/* ---- reading ---- */

static pcs_status read_relayed(const pcs_stun_message *message, pcs_span value,
                               pcs_turn_attributes *attributes) {
  pcs_address address;
  pcs_status status = pcs_stun_read_xor_address(message, value, &address);
  if (status != PCS_OK) {
    return status;
  }
  pcs_address *slot = &attributes->relayed[address.family == PCS_ADDRESS_IPV6 ? 1 : 0];
  if (slot->family == PCS_ADDRESS_NONE) {
    *slot = address;
  }
  return PCS_OK;
}

/* ALTERNATE-SERVER has MAPPED-ADDRESS's form: it is not masked (RFC 8489 14.15). */
static pcs_status read_plain(pcs_span value, pcs_address *out_address) {
  pcs_reader reader;
  pcs_reader_init(&reader, value);
  (void)pcs_reader_u8(&reader);
  uint8_t family = pcs_reader_u8(&reader);
  pcs_address address = {
      .family = family == PCS_STUN_FAMILY_IPV6 ? PCS_ADDRESS_IPV6 : PCS_ADDRESS_IPV4};
  address.port = pcs_reader_u16(&reader);
  pcs_reader_copy(&reader, address.bytes, family == PCS_STUN_FAMILY_IPV6 ? 16 : 4);
  if (family != PCS_STUN_FAMILY_IPV4 && family != PCS_STUN_FAMILY_IPV6) {
    return PCS_ERR_SYNTAX;
  }
  *out_address = address;
  return pcs_reader_finish(&reader);
}

static pcs_status read_lifetime(pcs_span value, pcs_turn_attributes *attributes) {
  pcs_reader reader;
  pcs_reader_init(&reader, value);
  uint32_t lifetime_s = pcs_reader_u32(&reader);
  if (!attributes->has_lifetime) {
    attributes->lifetime_s = lifetime_s;
    attributes->has_lifetime = true;
  }
  return pcs_reader_finish(&reader);
}

/* RFC 8489 14: of an attribute that occurs twice the first counts. */
static pcs_status read_text(pcs_span value, pcs_span *text) {
  if (text->data == NULL) {
    *text = value;
  }
  return value.len <= PCS_TURN_TEXT_BYTES_MAX ? PCS_OK : PCS_ERR_SYNTAX;
}

/* Those that pcs_stun_read reads, and what no client looks at. */
static bool is_others(uint16_t type) {
  switch (type) {
  case PCS_STUN_MAPPED_ADDRESS:
  case PCS_STUN_USERNAME:
  case PCS_STUN_ERROR_CODE:
  case PCS_STUN_UNKNOWN_ATTRIBUTES:
  case PCS_STUN_XOR_MAPPED_ADDRESS:
  case PCS_TURN_CHANNEL_NUMBER:
  case PCS_TURN_PASSWORD_ALGORITHM:
  case PCS_TURN_USERHASH:
  case PCS_TURN_REQUESTED_ADDRESS_FAMILY:
  case PCS_TURN_REQUESTED_TRANSPORT:
    return true;
  default:
    return type >= PCS_STUN_OPTIONAL_FIRST;
  }
}

static pcs_status take_attribute(const pcs_stun_message *message, uint16_t type, pcs_span value,
                                 pcs_turn_attributes *attributes) {
  switch (type) {
  case PCS_TURN_XOR_RELAYED_ADDRESS:
    return read_relayed(message, value, attributes);
  case PCS_TURN_XOR_PEER_ADDRESS:
    return attributes->peer.family != PCS_ADDRESS_NONE
               ? PCS_OK
               : pcs_stun_read_xor_address(message, value, &attributes->peer);
  case PCS_TURN_ALTERNATE_SERVER:
    return attributes->alternate.family != PCS_ADDRESS_NONE
               ? PCS_OK
               : read_plain(value, &attributes->alternate);
  case PCS_TURN_DATA_ATTRIBUTE:
    attributes->data = attributes->has_data ? attributes->data : value;
    attributes->has_data = true;
    return PCS_OK;
  case PCS_TURN_REALM:
    return read_text(value, &attributes->realm);
  case PCS_TURN_NONCE:
    return read_text(value, &attributes->nonce);
  case PCS_TURN_PASSWORD_ALGORITHMS:
    return read_text(value, &attributes->algorithms);
  case PCS_TURN_LIFETIME:
    return read_lifetime(value, attributes);
  default:
    return is_others(type) ? PCS_OK : PCS_ERR_SYNTAX;
  }
}

static pcs_status read_attributes(pcs_reader *reader, const pcs_stun_message *message,
                                  pcs_turn_attributes *attributes) {
  while (reader->rest.len > 0) {
    uint16_t type = pcs_reader_u16(reader);
    uint16_t len = pcs_reader_u16(reader);
    pcs_span value = pcs_reader_bytes(reader, len);
    (void)pcs_reader_bytes(reader, (4 - len % 4u) % 4);
    if (reader->failed) {
      return PCS_ERR_SYNTAX;
    }
    if (type == PCS_STUN_MESSAGE_INTEGRITY || type == PCS_STUN_MESSAGE_INTEGRITY_SHA256) {
      return PCS_OK; /* RFC 8489 14.5: nobody vouches for what follows. */
    }
    pcs_status status = take_attribute(message, type, value, attributes);
    if (status != PCS_OK) {
      return status;
    }
  }
  return PCS_OK;
}

pcs_status pcs_turn_read(const pcs_stun_message *message, pcs_turn_attributes *out_attributes) {
  pcs_reader reader;
  pcs_reader_init(&reader, message->bytes);
  (void)pcs_reader_bytes(&reader, PCS_STUN_HEADER_BYTES);
  *out_attributes = (pcs_turn_attributes){0};
  pcs_status status = read_attributes(&reader, message, out_attributes);
  if (status != PCS_OK) {
    *out_attributes = (pcs_turn_attributes){0};
  }
  return status;
}

pcs_status pcs_turn_read_channel(pcs_span datagram, uint16_t *out_channel, pcs_span *out_data) {
  pcs_reader reader;
  pcs_reader_init(&reader, datagram);
  uint16_t channel = pcs_reader_u16(&reader);
  uint16_t len = pcs_reader_u16(&reader);
  *out_channel = channel;
  *out_data = pcs_reader_bytes(&reader, len);
  bool is_channel = channel >= PCS_TURN_CHANNEL_FIRST && channel <= PCS_TURN_CHANNEL_LAST;
  return reader.failed || !is_channel ? PCS_ERR_SYNTAX : PCS_OK;
}

/* ---- writing ---- */

static void write_u32(pcs_writer *writer, pcs_turn_attribute type, uint32_t value) {
  uint8_t memory[4];
  pcs_writer inner;
  pcs_writer_init(&inner, memory, sizeof memory);
  pcs_writer_u32(&inner, value);
  pcs_stun_write_attribute(writer, (uint16_t)type, pcs_writer_span(&inner));
}

void pcs_turn_write_family(pcs_writer *writer, pcs_turn_attribute type, pcs_address_family family) {
  uint32_t number = family == PCS_ADDRESS_IPV6 ? PCS_STUN_FAMILY_IPV6 : PCS_STUN_FAMILY_IPV4;
  write_u32(writer, type, number << 24);
}

void pcs_turn_write_transport(pcs_writer *writer) {
  write_u32(writer, PCS_TURN_REQUESTED_TRANSPORT, (uint32_t)PROTOCOL_UDP << 24);
}

void pcs_turn_write_lifetime(pcs_writer *writer, uint32_t lifetime_s) {
  write_u32(writer, PCS_TURN_LIFETIME, lifetime_s);
}

void pcs_turn_write_channel_number(pcs_writer *writer, uint16_t channel) {
  write_u32(writer, PCS_TURN_CHANNEL_NUMBER, (uint32_t)channel << 16);
}

pcs_status pcs_turn_finish_indication(pcs_writer *writer, const pcs_address *peer, pcs_span id,
                                      pcs_span data, pcs_span *out_message) {
  pcs_stun_write_xor_address(writer, PCS_TURN_XOR_PEER_ADDRESS, peer, id);
  pcs_stun_write_attribute(writer, PCS_TURN_DATA_ATTRIBUTE, data);
  pcs_writer_patch_u16(writer, 2, (uint16_t)(writer->len - PCS_STUN_HEADER_BYTES));
  return pcs_writer_finish(writer, out_message);
}
