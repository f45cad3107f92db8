/*
 * One struct per row of messages.def, with its encoder and decoder. This code decides nothing: the
 * gate does. Decoded text and bytes borrow the input record.
 */
#ifndef PCS_CORE_BOUNDARY_MESSAGE_H
#define PCS_CORE_BOUNDARY_MESSAGE_H

#include "core/plan/plan.h"

/* How a record starts: u32 length of id and body, u16 id. */
#define PCS_RECORD_HEADER_BYTES 6

typedef enum pcs_message_id {
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  PCS_MSG_##NAME = id,
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
} pcs_message_id;

typedef enum pcs_payload { PCS_PAYLOAD_TEXT = 0, PCS_PAYLOAD_BINARY = 1 } pcs_payload;
typedef enum pcs_reliability {
  PCS_RELIABILITY_FULL = 0,
  PCS_RELIABILITY_RETRANSMITS = 1,
  PCS_RELIABILITY_LIFETIME = 2,
} pcs_reliability;
typedef enum pcs_key_algorithm {
  PCS_KEY_ECDSA_P256 = 0,
  PCS_KEY_RSA_2048 = 1,
} pcs_key_algorithm;

/* RTCStatsIceCandidatePairState, in the order of webrtc-stats. */
typedef enum pcs_ice_pair_state {
  PCS_ICE_PAIR_FROZEN,
  PCS_ICE_PAIR_WAITING,
  PCS_ICE_PAIR_IN_PROGRESS,
  PCS_ICE_PAIR_FAILED,
  PCS_ICE_PAIR_SUCCEEDED,
} pcs_ice_pair_state;

/* RTCIceGathererState, RTCIceTransportState, RTCDtlsTransportState, RTCSctpTransportState and
 * RTCDataChannelState, in the standard's order. */
typedef enum pcs_gathering_state {
  PCS_GATHERING_NEW,
  PCS_GATHERING_GATHERING,
  PCS_GATHERING_COMPLETE,
} pcs_gathering_state;
typedef enum pcs_ice_state {
  PCS_ICE_NEW,
  PCS_ICE_CHECKING,
  PCS_ICE_CONNECTED,
  PCS_ICE_COMPLETED,
  PCS_ICE_DISCONNECTED,
  PCS_ICE_FAILED,
  PCS_ICE_CLOSED,
} pcs_ice_state;
typedef enum pcs_dtls_state {
  PCS_DTLS_NEW,
  PCS_DTLS_CONNECTING,
  PCS_DTLS_CONNECTED,
  PCS_DTLS_CLOSED,
  PCS_DTLS_FAILED,
} pcs_dtls_state;
typedef enum pcs_sctp_state {
  PCS_SCTP_CONNECTING,
  PCS_SCTP_CONNECTED,
  PCS_SCTP_CLOSED,
} pcs_sctp_state;
typedef enum pcs_channel_state {
  PCS_CHANNEL_CONNECTING,
  PCS_CHANNEL_OPEN,
  PCS_CHANNEL_CLOSING,
  PCS_CHANNEL_CLOSED,
} pcs_channel_state;

#define U8(name) uint8_t name;
#define U16(name) uint16_t name;
#define U32(name) uint32_t name;
#define U64(name) uint64_t name;
#define FIXED(name, len) uint8_t name[len];
#define TEXT(name, max) pcs_span name;
#define BYTES(name, max) pcs_span name;
#define REST(name) pcs_span name;
#define ONE(record, name) pcs_##record name;
#define LIST(record, name, max)                                                                    \
  pcs_##record name[max];                                                                          \
  uint8_t num_##name;
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  typedef struct pcs_msg_##name {                                                                  \
    fields                                                                                         \
  } pcs_msg_##name;
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
#undef U8
#undef U16
#undef U32
#undef U64
#undef FIXED
#undef TEXT
#undef BYTES
#undef REST
#undef ONE
#undef LIST

/*
 * pcs_msg_<name>_encode appends the whole record, header included, to writer; when it does not fit
 * or a field is over its limit the writer has failed, and holds a part of the record (a copy of the
 * writer, taken before, is the way back).
 * pcs_msg_<name>_decode reads a body (without header). PCS_ERR_SYNTAX on truncated, over-long or
 * trailing bytes; *out_message is then all zero.
 */
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  void pcs_msg_##name##_encode(pcs_writer *writer, const pcs_msg_##name *message);                 \
  PCS_MUST_USE pcs_status pcs_msg_##name##_decode(pcs_span body, pcs_msg_##name *out_message);
#include "core/boundary/messages.def"
#undef PCS_MESSAGE

/*
 * A record as it was cut off a link's stream. body borrows the stream's bytes.
 */
typedef struct pcs_record {
  uint16_t id;
  pcs_span body;
} pcs_record;

/*
 * pcs_record_next cuts the first record off *stream and moves *stream behind it. PCS_OK with
 * *out_record; PCS_ERR_NO_SPACE when more bytes are needed (*stream unchanged); PCS_ERR_SYNTAX or
 * PCS_ERR_TOO_LARGE when no bytes to come can make it right.
 */
PCS_MUST_USE pcs_status pcs_record_next(pcs_span *stream, pcs_record *out_record);

/* pcs_message_name is the row's name ("OPEN_PEER") or "UNKNOWN". */
const char *pcs_message_name(uint16_t id);

#endif
