/*
 * What TURN (RFC 8656) adds to STUN's wire format: its methods, the attributes of a message that
 * pcs_stun_read found well-formed, the two indications that carry data, and ChannelData. It decides
 * what bytes say, not whether they may be believed. It owns nothing: what was read borrows the
 * datagram.
 */
#ifndef PCS_HOST_ICE_TURN_MESSAGE_H
#define PCS_HOST_ICE_TURN_MESSAGE_H

#include "host/ice/stun.h"

/* RFC 8489 14.9 and 14.10: fewer than 128 characters, 763 bytes at most. */
#define PCS_TURN_TEXT_BYTES_MAX 763
/* Attribute header and value of a PASSWORD-ALGORITHMS we can give back: some eight algorithms. */
#define PCS_TURN_ALGORITHMS_BYTES_MAX 32
#define PCS_TURN_CHANNEL_HEADER_BYTES 4
/* RFC 8656 12: 0x4000 to 0x4FFF. */
#define PCS_TURN_CHANNEL_FIRST 0x4000
#define PCS_TURN_CHANNEL_LAST 0x4fff
/* A Send indication around a datagram: header, XOR-PEER-ADDRESS of IPv6, DATA and padding. */
#define PCS_TURN_INDICATION_BYTES_MAX (PCS_STUN_HEADER_BYTES + 24 + 4 + 3)

typedef enum pcs_turn_method {
  PCS_TURN_ALLOCATE = 0x003,
  PCS_TURN_REFRESH = 0x004,
  PCS_TURN_SEND = 0x006,
  PCS_TURN_DATA = 0x007,
  PCS_TURN_CREATE_PERMISSION = 0x008,
  PCS_TURN_CHANNEL_BIND = 0x009,
} pcs_turn_method;

/* IANA STUN attributes; those below 0x8000 are comprehension-required. */
typedef enum pcs_turn_attribute {
  PCS_TURN_CHANNEL_NUMBER = 0x000c,
  PCS_TURN_LIFETIME = 0x000d,
  PCS_TURN_XOR_PEER_ADDRESS = 0x0012,
  PCS_TURN_DATA_ATTRIBUTE = 0x0013,
  PCS_TURN_REALM = 0x0014,
  PCS_TURN_NONCE = 0x0015,
  PCS_TURN_XOR_RELAYED_ADDRESS = 0x0016,
  PCS_TURN_REQUESTED_ADDRESS_FAMILY = 0x0017,
  PCS_TURN_REQUESTED_TRANSPORT = 0x0019,
  PCS_TURN_PASSWORD_ALGORITHM = 0x001d,
  PCS_TURN_USERHASH = 0x001e,
  PCS_TURN_ADDITIONAL_ADDRESS_FAMILY = 0x8000,
  PCS_TURN_PASSWORD_ALGORITHMS = 0x8002,
  PCS_TURN_ALTERNATE_SERVER = 0x8023,
} pcs_turn_attribute;

/* RFC 8656 18: codes of a server's own. */
#define PCS_TURN_TRY_ALTERNATE 300
#define PCS_TURN_ALLOCATION_MISMATCH 437
#define PCS_TURN_FAMILY_NOT_SUPPORTED 440

typedef struct pcs_turn_attributes {
  pcs_address relayed[2]; /* at most one of each family (RFC 8656 7.3); family NONE: absent */
  pcs_address peer;       /* family NONE: absent, as the next */
  pcs_address alternate;
  pcs_span data;
  bool has_data;
  pcs_span realm;
  pcs_span nonce;
  pcs_span algorithms; /* PASSWORD-ALGORITHMS's value */
  uint32_t lifetime_s;
  bool has_lifetime;
} pcs_turn_attributes;

/* pcs_turn_read reads what pcs_stun_read passed over. PCS_ERR_SYNTAX for a value of the wrong form
 * or an attribute that must be understood and is not; *out_attributes is then all zero. */
PCS_MUST_USE pcs_status pcs_turn_read(const pcs_stun_message *message,
                                      pcs_turn_attributes *out_attributes);
/*
 * pcs_turn_read_channel reads ChannelData (RFC 8656 12.4). What follows the length it gives is
 * padding, and ignored. PCS_ERR_SYNTAX for a number that no channel has or data that is not there.
 */
PCS_MUST_USE pcs_status pcs_turn_read_channel(pcs_span datagram, uint16_t *out_channel,
                                              pcs_span *out_data);

/* A REQUESTED-ADDRESS-FAMILY or ADDITIONAL-ADDRESS-FAMILY (RFC 8656 18.6 and 18.11). */
void pcs_turn_write_family(pcs_writer *writer, pcs_turn_attribute type, pcs_address_family family);
/* RFC 8656 18.7: UDP is all there is. */
void pcs_turn_write_transport(pcs_writer *writer);
void pcs_turn_write_lifetime(pcs_writer *writer, uint32_t lifetime_s);
void pcs_turn_write_channel_number(pcs_writer *writer, uint16_t channel);
/* pcs_turn_finish_indication ends a Send or Data indication about peer. It has neither integrity
 * nor FINGERPRINT (RFC 8656 11.1 asks for none). */
PCS_MUST_USE pcs_status pcs_turn_finish_indication(pcs_writer *writer, const pcs_address *peer,
                                                   pcs_span id, pcs_span data,
                                                   pcs_span *out_message);

#endif
