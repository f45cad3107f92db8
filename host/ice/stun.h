/*
 * STUN messages (RFC 8489) as ICE uses them, and TURN, whose attributes are turn_message.h's: read,
 * write, MESSAGE-INTEGRITY with HMAC-SHA-1 or HMAC-SHA-256 and FINGERPRINT. It decides whether bytes are a well-formed message; whether a message may be
 * believed is the reader's next question (pcs_stun_is_authentic), and whether it answers anything
 * is transaction.h's. It owns nothing: what was read borrows the datagram.
 */
#ifndef PCS_HOST_ICE_STUN_H
#define PCS_HOST_ICE_STUN_H

#include "core/base/limits.h"
#include "core/plan/plan.h"

#define PCS_STUN_HEADER_BYTES 20
#define PCS_STUN_ID_BYTES 12
#define PCS_STUN_METHOD_BINDING 0x001
/* The largest ICE message we write: a Binding request with two ufrags of 256 bytes takes 596. */
#define PCS_STUN_WRITTEN_BYTES_MAX 640
/* Unknown attributes a 420 response names: enough to tell a developer what is wrong. */
#define PCS_STUN_UNKNOWN_MAX 8
/* RFC 8489 14.8: a code is 300 to 699. */
#define PCS_STUN_BAD_REQUEST 400
#define PCS_STUN_UNAUTHENTICATED 401
#define PCS_STUN_FORBIDDEN 403 /* RFC 7675 5.2: consent revoked */
#define PCS_STUN_UNKNOWN_ATTRIBUTE 420
#define PCS_STUN_STALE_NONCE 438
#define PCS_STUN_ROLE_CONFLICT 487 /* RFC 8445 7.2.5.1 */

typedef enum pcs_stun_class {
  PCS_STUN_REQUEST = 0,
  PCS_STUN_INDICATION = 1,
  PCS_STUN_SUCCESS = 2,
  PCS_STUN_ERROR = 3,
} pcs_stun_class;

/* Which attributes a message has, as bits of pcs_stun_message.has. */
typedef enum pcs_stun_has {
  PCS_STUN_HAS_USERNAME = 1 << 0,
  PCS_STUN_HAS_PRIORITY = 1 << 1,
  PCS_STUN_HAS_USE_CANDIDATE = 1 << 2,
  PCS_STUN_HAS_CONTROLLED = 1 << 3,
  PCS_STUN_HAS_CONTROLLING = 1 << 4,
  PCS_STUN_HAS_MAPPED = 1 << 5,
  PCS_STUN_HAS_XOR_MAPPED = 1 << 6,
  PCS_STUN_HAS_ERROR_CODE = 1 << 7,
  PCS_STUN_HAS_UNKNOWN_ATTRIBUTES = 1 << 8,
  PCS_STUN_HAS_INTEGRITY = 1 << 9,
  PCS_STUN_HAS_FINGERPRINT = 1 << 10,
  PCS_STUN_HAS_INTEGRITY_SHA256 = 1 << 11,
  PCS_STUN_HAS_MASKING = 1 << 12,
} pcs_stun_has;

/* With which hash a message is authenticated: ICE's is SHA-1, TURN's what the server offers. */
typedef enum pcs_stun_integrity {
  PCS_STUN_INTEGRITY_SHA1,
  PCS_STUN_INTEGRITY_SHA256, /* RFC 8489 14.6 */
} pcs_stun_integrity;

typedef struct pcs_stun_message {
  pcs_span bytes; /* the whole message */
  pcs_span id;    /* its transaction ID, PCS_STUN_ID_BYTES */
  pcs_stun_class kind;
  uint16_t method;
  uint32_t has;
  pcs_span username;
  pcs_address mapped; /* of XOR-MAPPED-ADDRESS, else of MAPPED-ADDRESS */
  uint32_t priority;
  uint64_t tie_breaker; /* of ICE-CONTROLLED or ICE-CONTROLLING */
  uint16_t error_code;
  uint16_t unknown[PCS_STUN_UNKNOWN_MAX]; /* comprehension-required attributes we do not know */
  uint8_t num_unknown;
  size_t integrity_at;        /* where MESSAGE-INTEGRITY starts, when there is one */
  size_t integrity_sha256_at; /* and MESSAGE-INTEGRITY-SHA256 */
  size_t integrity_sha256_len;
} pcs_stun_message;

/*
 * pcs_stun_read parses a datagram that is one whole message. PCS_ERR_SYNTAX for wrong bits, cookie,
 * length, padding or attribute, a FINGERPRINT that does not fit or is not last; PCS_ERR_TOO_LARGE
 * above PCS_RECEIVE_BYTES_MAX. Of an attribute that occurs twice the first counts (RFC 8489 14);
 * after MESSAGE-INTEGRITY all but MESSAGE-INTEGRITY-SHA256 and FINGERPRINT is ignored (14.5), after
 * the former all but the latter (14.6). Unknown attributes are an answer's
 * business (420), not an error here. On error *out_message is all zero.
 */
PCS_MUST_USE pcs_status pcs_stun_read(pcs_span datagram, pcs_stun_message *out_message);
/* pcs_stun_is_authentic: the message has a MESSAGE-INTEGRITY made with password (RFC 8489 9.1).
 * Takes the same time wherever the bytes differ. */
bool pcs_stun_is_authentic(const pcs_stun_message *message, pcs_span password);
/* pcs_stun_is_authentic_by is that with the hash that was agreed on, and no other. */
bool pcs_stun_is_authentic_by(const pcs_stun_message *message, pcs_stun_integrity integrity,
                              pcs_span password);
/* pcs_stun_read_xor_address reads an attribute's value (RFC 8489 14.2) of that message. */
PCS_MUST_USE pcs_status pcs_stun_read_xor_address(const pcs_stun_message *message, pcs_span value,
                                                  pcs_address *out_address);

/*
 * Writing: begin, attributes in any order, finish. The message starts where the writer starts. The
 * writer is sticky: finish reports the first failure.
 */
void pcs_stun_begin(pcs_writer *writer, pcs_stun_class kind, pcs_span id);
/* pcs_stun_begin_method is that for another method than Binding. */
void pcs_stun_begin_method(pcs_writer *writer, uint16_t method, pcs_stun_class kind, pcs_span id);
/* pcs_stun_write_attribute writes type, length, value and padding (RFC 8489 14). */
void pcs_stun_write_attribute(pcs_writer *writer, uint16_t type, pcs_span value);
/* pcs_stun_write_xor_address is pcs_stun_write_xor_mapped for an attribute of another type. */
void pcs_stun_write_xor_address(pcs_writer *writer, uint16_t type, const pcs_address *address,
                                pcs_span id);
/* pcs_stun_write_username joins the two halves with ':' (RFC 8445 7.2.2). */
void pcs_stun_write_username(pcs_writer *writer, pcs_span first, pcs_span second);
void pcs_stun_write_priority(pcs_writer *writer, uint32_t priority);
void pcs_stun_write_use_candidate(pcs_writer *writer);
/* pcs_stun_write_masking: we unmask masked frames (framing.h). */
void pcs_stun_write_masking(pcs_writer *writer);
void pcs_stun_write_role(pcs_writer *writer, pcs_ice_role role, uint64_t tie_breaker);
void pcs_stun_write_xor_mapped(pcs_writer *writer, const pcs_address *address, pcs_span id);
void pcs_stun_write_error(pcs_writer *writer, uint16_t code);
void pcs_stun_write_unknown(pcs_writer *writer, const pcs_stun_message *request);
/*
 * pcs_stun_finish adds MESSAGE-INTEGRITY made with password, unless that is empty, and FINGERPRINT.
 * PCS_ERR_NO_SPACE when the message did not fit.
 */
PCS_MUST_USE pcs_status pcs_stun_finish(pcs_writer *writer, pcs_span password,
                                        pcs_span *out_message);

/* pcs_stun_finish_by is that with the hash that was agreed on. */
PCS_MUST_USE pcs_status pcs_stun_finish_by(pcs_writer *writer, pcs_stun_integrity integrity,
                                           pcs_span password, pcs_span *out_message);

/* pcs_stun_fingerprint is FINGERPRINT's value for the bytes before it (RFC 8489 14.7). */
uint32_t pcs_stun_fingerprint(pcs_span before);

#endif
