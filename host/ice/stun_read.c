#include <string.h>

#include "host/crypto/hash.h"
#include "host/ice/stun.h"
#include "host/ice/stun_attribute.h"

/* RFC 8489 5: the class bits lie between the method's. */
static pcs_stun_class class_of(uint16_t type) {
  return (pcs_stun_class)((type >> 4 & 1) | (type >> 7 & 2));
}

static uint16_t method_of(uint16_t type) {
  return (uint16_t)((type & 0x000f) | (type >> 1 & 0x0070) | (type >> 2 & 0x0f80));
}

static void xor_with(uint8_t *bytes, const uint8_t *mask, size_t len) {
  for (size_t i = 0; i < len; i++) {
    bytes[i] ^= mask[i];
  }
}

typedef enum address_form { ADDRESS_PLAIN, ADDRESS_XOR } address_form;

/* RFC 8489 14.1 and 14.2. */
static pcs_status read_address(pcs_span value, address_form form, const pcs_stun_message *message,
                               pcs_address *out_address) {
  pcs_reader reader;
  pcs_reader_init(&reader, value);
  (void)pcs_reader_u8(&reader);
  uint8_t family = pcs_reader_u8(&reader);
  pcs_address address = {0};
  if (family != PCS_STUN_FAMILY_IPV4 && family != PCS_STUN_FAMILY_IPV6) {
    return PCS_ERR_SYNTAX;
  }
  size_t len = family == PCS_STUN_FAMILY_IPV4 ? 4 : 16;
  address.family = family == PCS_STUN_FAMILY_IPV4 ? PCS_ADDRESS_IPV4 : PCS_ADDRESS_IPV6;
  address.port = pcs_reader_u16(&reader);
  pcs_reader_copy(&reader, address.bytes, len);
  if (form == ADDRESS_XOR) {
    /* The mask is the cookie and the transaction ID, which lie together in the header. */
    const uint8_t *mask = message->bytes.data + 4;
    address.port ^= (uint16_t)(PCS_STUN_COOKIE >> 16);
    xor_with(address.bytes, mask, len);
  }
  *out_address = address;
  return pcs_reader_finish(&reader);
}

/* RFC 8489 14.8: 21 reserved bits, class, number, a reason phrase that we do not look at. */
static pcs_status read_error_code(pcs_span value, pcs_stun_message *message) {
  pcs_reader reader;
  pcs_reader_init(&reader, value);
  (void)pcs_reader_u16(&reader);
  uint8_t hundreds = pcs_reader_u8(&reader) & 7;
  uint8_t number = pcs_reader_u8(&reader);
  if (reader.failed || hundreds < 3 || hundreds > 6 || number > 99) {
    return PCS_ERR_SYNTAX;
  }
  message->error_code = (uint16_t)(hundreds * 100 + number);
  return PCS_OK;
}

static pcs_status read_integer(pcs_span value, size_t width, uint64_t *out_value) {
  pcs_reader reader;
  pcs_reader_init(&reader, value);
  *out_value = width == 8 ? pcs_reader_u64(&reader) : pcs_reader_u32(&reader);
  return pcs_reader_finish(&reader);
}

static uint32_t bit_of(uint16_t type) {
  switch (type) {
  case PCS_STUN_MAPPED_ADDRESS:
    return PCS_STUN_HAS_MAPPED;
  case PCS_STUN_USERNAME:
    return PCS_STUN_HAS_USERNAME;
  case PCS_STUN_MESSAGE_INTEGRITY:
    return PCS_STUN_HAS_INTEGRITY;
  case PCS_STUN_MESSAGE_INTEGRITY_SHA256:
    return PCS_STUN_HAS_INTEGRITY_SHA256;
  case PCS_STUN_ERROR_CODE:
    return PCS_STUN_HAS_ERROR_CODE;
  case PCS_STUN_UNKNOWN_ATTRIBUTES:
    return PCS_STUN_HAS_UNKNOWN_ATTRIBUTES;
  case PCS_STUN_XOR_MAPPED_ADDRESS:
    return PCS_STUN_HAS_XOR_MAPPED;
  case PCS_STUN_PRIORITY:
    return PCS_STUN_HAS_PRIORITY;
  case PCS_STUN_USE_CANDIDATE:
    return PCS_STUN_HAS_USE_CANDIDATE;
  case PCS_STUN_FINGERPRINT:
    return PCS_STUN_HAS_FINGERPRINT;
  case PCS_STUN_ICE_CONTROLLED:
    return PCS_STUN_HAS_CONTROLLED;
  case PCS_STUN_ICE_CONTROLLING:
    return PCS_STUN_HAS_CONTROLLING;
  case PCS_STUN_MASKING:
    return PCS_STUN_HAS_MASKING;
  default:
    return 0;
  }
}

static pcs_status read_value(uint16_t type, pcs_span value, pcs_stun_message *message) {
  uint64_t number = 0;
  pcs_status status = PCS_OK;
  switch (type) {
  case PCS_STUN_MAPPED_ADDRESS:
    /* XOR-MAPPED-ADDRESS counts where both are present: nobody on the way can have rewritten it. */
    return (message->has & PCS_STUN_HAS_XOR_MAPPED) != 0
               ? PCS_OK
               : read_address(value, ADDRESS_PLAIN, message, &message->mapped);
  case PCS_STUN_XOR_MAPPED_ADDRESS:
    return read_address(value, ADDRESS_XOR, message, &message->mapped);
  case PCS_STUN_USERNAME:
    message->username = value;
    return value.len <= PCS_ICE_USERNAME_BYTES_MAX + 5 ? PCS_OK : PCS_ERR_SYNTAX;
  case PCS_STUN_ERROR_CODE:
    return read_error_code(value, message);
  case PCS_STUN_UNKNOWN_ATTRIBUTES:
    return value.len % 2 == 0 ? PCS_OK : PCS_ERR_SYNTAX;
  case PCS_STUN_PRIORITY:
    status = read_integer(value, 4, &number);
    message->priority = (uint32_t)number;
    return status;
  case PCS_STUN_USE_CANDIDATE:
    return value.len == 0 ? PCS_OK : PCS_ERR_SYNTAX;
  case PCS_STUN_ICE_CONTROLLED:
  case PCS_STUN_ICE_CONTROLLING:
    return read_integer(value, 8, &message->tie_breaker);
  case PCS_STUN_MESSAGE_INTEGRITY:
    return value.len == PCS_STUN_INTEGRITY_BYTES ? PCS_OK : PCS_ERR_SYNTAX;
  case PCS_STUN_MESSAGE_INTEGRITY_SHA256:
    message->integrity_sha256_len = value.len;
    return value.len % 4 == 0 && value.len >= PCS_STUN_INTEGRITY_SHA256_BYTES_MIN &&
                   value.len <= PCS_STUN_INTEGRITY_SHA256_BYTES
               ? PCS_OK
               : PCS_ERR_SYNTAX;
  default:
    return PCS_OK;
  }
}

/* RFC 8489 14.5 and 14.6: nobody vouches for what follows. */
static bool is_vouched_for(const pcs_stun_message *message, uint16_t type) {
  if ((message->has & PCS_STUN_HAS_INTEGRITY_SHA256) != 0) {
    return false;
  }
  return (message->has & PCS_STUN_HAS_INTEGRITY) == 0 || type == PCS_STUN_MESSAGE_INTEGRITY_SHA256;
}

static pcs_status check_fingerprint(pcs_span value, size_t at, const pcs_stun_message *message) {
  uint64_t number = 0;
  pcs_status status = read_integer(value, 4, &number);
  if (status != PCS_OK) {
    return status;
  }
  pcs_span before = {message->bytes.data, at};
  return number == pcs_stun_fingerprint(before) ? PCS_OK : PCS_ERR_SYNTAX;
}

static void note_unknown(pcs_stun_message *message, uint16_t type) {
  if (type < PCS_STUN_OPTIONAL_FIRST && message->num_unknown < PCS_STUN_UNKNOWN_MAX) {
    message->unknown[message->num_unknown++] = type;
  }
}

/* Another's attribute of that number is as unknown to us as ours is to them. */
static bool is_masking(pcs_span value) {
  uint64_t number = 0;
  return read_integer(value, 4, &number) == PCS_OK && number == PCS_STUN_MASKING_VALUE;
}

/* One attribute that starts at offset at. */
static pcs_status take_attribute(uint16_t type, pcs_span value, size_t at,
                                 pcs_stun_message *message) {
  if (type == PCS_STUN_FINGERPRINT) {
    message->has |= PCS_STUN_HAS_FINGERPRINT;
    return check_fingerprint(value, at, message);
  }
  if (!is_vouched_for(message, type)) {
    return PCS_OK;
  }
  if (type == PCS_STUN_MASKING && !is_masking(value)) {
    return PCS_OK;
  }
  uint32_t bit = bit_of(type);
  if (bit == 0) {
    note_unknown(message, type);
    return PCS_OK;
  }
  if ((message->has & bit) != 0) {
    return PCS_OK;
  }
  if (type == PCS_STUN_MESSAGE_INTEGRITY) {
    message->integrity_at = at;
  }
  if (type == PCS_STUN_MESSAGE_INTEGRITY_SHA256) {
    message->integrity_sha256_at = at;
  }
  pcs_status status = read_value(type, value, message);
  message->has |= bit;
  return status;
}

static pcs_status read_attributes(pcs_reader *reader, pcs_stun_message *message) {
  while (reader->rest.len > 0) {
    if ((message->has & PCS_STUN_HAS_FINGERPRINT) != 0) {
      return PCS_ERR_SYNTAX; /* RFC 8489 14.7: it is the last attribute. */
    }
    size_t at = message->bytes.len - reader->rest.len;
    uint16_t type = pcs_reader_u16(reader);
    uint16_t len = pcs_reader_u16(reader);
    pcs_span value = pcs_reader_bytes(reader, len);
    (void)pcs_reader_bytes(reader, (4 - len % 4u) % 4);
    if (reader->failed) {
      return PCS_ERR_SYNTAX;
    }
    pcs_status status = take_attribute(type, value, at, message);
    if (status != PCS_OK) {
      return status;
    }
  }
  return PCS_OK;
}

static pcs_status read_message(pcs_span datagram, pcs_stun_message *message) {
  pcs_reader reader;
  pcs_reader_init(&reader, datagram);
  uint16_t type = pcs_reader_u16(&reader);
  uint16_t len = pcs_reader_u16(&reader);
  uint32_t cookie = pcs_reader_u32(&reader);
  message->bytes = datagram;
  message->id = pcs_reader_bytes(&reader, PCS_STUN_ID_BYTES);
  message->kind = class_of(type);
  message->method = method_of(type);
  if (reader.failed || type > 0x3fff || cookie != PCS_STUN_COOKIE || len % 4 != 0 ||
      len != reader.rest.len) {
    return PCS_ERR_SYNTAX;
  }
  return read_attributes(&reader, message);
}

pcs_status pcs_stun_read(pcs_span datagram, pcs_stun_message *out_message) {
  *out_message = (pcs_stun_message){0};
  if (datagram.len > PCS_RECEIVE_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  pcs_stun_message message = {0};
  pcs_status status = read_message(datagram, &message);
  if (status == PCS_OK) {
    *out_message = message;
  }
  return status;
}

pcs_status pcs_stun_read_xor_address(const pcs_stun_message *message, pcs_span value,
                                     pcs_address *out_address) {
  return read_address(value, ADDRESS_XOR, message, out_address);
}

/* RFC 8489 14.5 and 14.6: over the message as if the attribute, of value_len bytes at offset at,
 * were its last one. */
static pcs_status copy_authenticated(pcs_writer *writer, const pcs_stun_message *message, size_t at,
                                     size_t value_len) {
  pcs_writer_bytes(writer, (pcs_span){message->bytes.data, at});
  size_t end = at + PCS_STUN_ATTRIBUTE_HEADER_BYTES + value_len;
  pcs_writer_patch_u16(writer, 2, (uint16_t)(end - PCS_STUN_HEADER_BYTES));
  return writer->failed ? PCS_ERR_NO_SPACE : PCS_OK;
}

static pcs_span value_at(const pcs_stun_message *message, size_t at, size_t value_len) {
  return (pcs_span){message->bytes.data + at + PCS_STUN_ATTRIBUTE_HEADER_BYTES, value_len};
}

bool pcs_stun_is_authentic(const pcs_stun_message *message, pcs_span password) {
  uint8_t copy[PCS_RECEIVE_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, copy, sizeof copy);
  if ((message->has & PCS_STUN_HAS_INTEGRITY) == 0 || password.len == 0 ||
      copy_authenticated(&writer, message, message->integrity_at, PCS_STUN_INTEGRITY_BYTES) !=
          PCS_OK) {
    return false;
  }
  uint8_t want[PCS_SHA1_BYTES];
  pcs_hmac_sha1(password, pcs_writer_span(&writer), want);
  pcs_span got = value_at(message, message->integrity_at, PCS_STUN_INTEGRITY_BYTES);
  bool equal = pcs_constant_time_equal(got, (pcs_span){want, sizeof want});
  pcs_wipe(want, sizeof want);
  return equal;
}

static bool is_authentic_sha256(const pcs_stun_message *message, pcs_span password) {
  uint8_t copy[PCS_RECEIVE_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, copy, sizeof copy);
  size_t len = message->integrity_sha256_len;
  if ((message->has & PCS_STUN_HAS_INTEGRITY_SHA256) == 0 || password.len == 0 ||
      copy_authenticated(&writer, message, message->integrity_sha256_at, len) != PCS_OK) {
    return false;
  }
  uint8_t want[PCS_SHA256_BYTES];
  pcs_hmac_sha256(password, pcs_writer_span(&writer), want);
  pcs_span got = value_at(message, message->integrity_sha256_at, len);
  bool equal = pcs_constant_time_equal(got, (pcs_span){want, len});
  pcs_wipe(want, sizeof want);
  return equal;
}

bool pcs_stun_is_authentic_by(const pcs_stun_message *message, pcs_stun_integrity integrity,
                              pcs_span password) {
  return integrity == PCS_STUN_INTEGRITY_SHA256 ? is_authentic_sha256(message, password)
                                                : pcs_stun_is_authentic(message, password);
}
