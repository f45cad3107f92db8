/*
 * What negotiation asks of a connection, as bounded structs: the only form in which anything that
 * was SDP reaches the host. The structs come from records.def; text and bytes in them are borrowed.
 * pcs_*_check says whether a struct that crossed the boundary is one the host may act on.
 */
#ifndef PCS_CORE_PLAN_PLAN_H
#define PCS_CORE_PLAN_PLAN_H

#include "core/base/bytes.h"
#include "core/base/limits.h"

typedef enum pcs_address_family {
  PCS_ADDRESS_NONE = 0,
  PCS_ADDRESS_NAME = 1,
  PCS_ADDRESS_IPV4 = 4,
  PCS_ADDRESS_IPV6 = 6,
} pcs_address_family;

typedef enum pcs_transport { PCS_TRANSPORT_UDP = 0, PCS_TRANSPORT_TCP = 1 } pcs_transport;

/* In the order of RFC 8445 5.1.2.2's preferences, highest first. */
typedef enum pcs_candidate_type {
  PCS_CANDIDATE_HOST = 0,
  PCS_CANDIDATE_PRFLX = 1,
  PCS_CANDIDATE_SRFLX = 2,
  PCS_CANDIDATE_RELAY = 3,
} pcs_candidate_type;

typedef enum pcs_tcp_type {
  PCS_TCP_NONE = 0,
  PCS_TCP_ACTIVE = 1,
  PCS_TCP_PASSIVE = 2,
  PCS_TCP_SO = 3,
} pcs_tcp_type;

typedef enum pcs_hash {
  PCS_HASH_SHA_1 = 1,
  PCS_HASH_SHA_224 = 2,
  PCS_HASH_SHA_256 = 3,
  PCS_HASH_SHA_384 = 4,
  PCS_HASH_SHA_512 = 5,
} pcs_hash;

typedef enum pcs_server_scheme {
  PCS_SERVER_STUN = 0,
  PCS_SERVER_STUNS = 1,
  PCS_SERVER_TURN = 2,
  PCS_SERVER_TURNS = 3,
} pcs_server_scheme;

typedef enum pcs_ice_role { PCS_ICE_CONTROLLED = 0, PCS_ICE_CONTROLLING = 1 } pcs_ice_role;
typedef enum pcs_dtls_role { PCS_DTLS_CLIENT = 0, PCS_DTLS_SERVER = 1 } pcs_dtls_role;
typedef enum pcs_ice_policy { PCS_ICE_POLICY_ALL = 0, PCS_ICE_POLICY_RELAY = 1 } pcs_ice_policy;

#define U8(name) uint8_t name;
#define U16(name) uint16_t name;
#define U32(name) uint32_t name;
#define U64(name) uint64_t name;
#define FIXED(name, len) uint8_t name[len];
#define TEXT(name, max) pcs_span name;
#define BYTES(name, max) pcs_span name;
#define ONE(record, name) pcs_##record name;
#define LIST(record, name, max)                                                                    \
  pcs_##record name[max];                                                                          \
  uint8_t num_##name;
#define PCS_RECORD(name, fields)                                                                   \
  typedef struct pcs_##name {                                                                      \
    fields                                                                                         \
  } pcs_##name;
#include "core/plan/records.def"
#undef PCS_RECORD
#undef U8
#undef U16
#undef U32
#undef U64
#undef FIXED
#undef TEXT
#undef BYTES
#undef ONE
#undef LIST

/* pcs_address_equal compares family, bytes and port. */
bool pcs_address_equal(const pcs_address *a, const pcs_address *b);
/* pcs_hash_bytes is the length of that hash's output, 0 for an unknown one. */
size_t pcs_hash_bytes(pcs_hash hash);

/*
 * pcs_candidate_check: enums and priority (RFC 8445 5.1.2.1: 1 to 2^31 - 1) in range, foundation of
 * RFC 8839 5.1's form, a name only with family NAME, and then an mDNS name: any other is never
 * resolved, so the page's side ignores it and does not send it. A port may be 0 or prohibited: that
 * is the agent's to judge.
 */
PCS_MUST_USE pcs_status pcs_candidate_check(const pcs_candidate *candidate);
/* pcs_ice_server_check: scheme, transport, port and a host that is a literal address or a DNS name.
 */
PCS_MUST_USE pcs_status pcs_ice_server_check(const pcs_ice_server *server);
/*
 * pcs_plan_check: at least one fingerprint of a hash we accept (RFC 8122 5: no SHA-1 alone, never
 * MD5), credentials of RFC 8839 5.4's form, roles in range.
 */
PCS_MUST_USE pcs_status pcs_plan_check(const pcs_plan *plan);
/* pcs_ice_text_check: every byte is an ice-char (RFC 8839 5.4) and the length is in [min, max]. */
PCS_MUST_USE pcs_status pcs_ice_text_check(pcs_span text, size_t bytes_min, size_t bytes_max);

#endif
