/*
 * Multicast DNS messages (RFC 6762, RFC 1035 4), as far as mDNS candidates need them: questions
 * about, and addresses of, names that are a version 4 UUID on .local. A reader walks over all of a
 * message and keeps only those; every other name, type and class is passed over, and none is ever
 * given out. It keeps nothing and decides nothing about who may ask.
 */
#ifndef PCS_HOST_ICE_MDNS_MESSAGE_H
#define PCS_HOST_ICE_MDNS_MESSAGE_H

#include "core/plan/plan.h"

/* 36 characters of UUID and ".local". */
#define PCS_MDNS_NAME_BYTES 42
/* What fits one frame of Ethernet; larger ones are not about us. */
#define PCS_MDNS_MESSAGE_BYTES_MAX 1472
/* Questions and addresses that are kept of one message; others in it are not looked at. */
#define PCS_MDNS_QUESTIONS_MAX 8
#define PCS_MDNS_RECORDS_MAX 16
/* Entries of all sections together; a message with more is refused. */
#define PCS_MDNS_ENTRIES_MAX 128
/* What we write: a name is 44 bytes on the wire, and stands there three times. */
#define PCS_MDNS_WRITTEN_BYTES_MAX 256

/* In lower case. */
typedef struct pcs_mdns_name {
  uint8_t text[PCS_MDNS_NAME_BYTES];
} pcs_mdns_name;

typedef enum pcs_mdns_type { PCS_MDNS_A = 1, PCS_MDNS_AAAA = 28, PCS_MDNS_ANY = 255 } pcs_mdns_type;

typedef struct pcs_mdns_question {
  pcs_mdns_name name;
  pcs_mdns_type type;
} pcs_mdns_question;

typedef struct pcs_mdns_record {
  pcs_mdns_name name;
  pcs_address address; /* port 0 */
  uint32_t ttl_s;      /* 0: it is taken back */
} pcs_mdns_record;

typedef struct pcs_mdns_message {
  bool is_response;
  pcs_mdns_question questions[PCS_MDNS_QUESTIONS_MAX];
  size_t num_questions;
  pcs_mdns_record records[PCS_MDNS_RECORDS_MAX]; /* of a query: what is known already */
  size_t num_records;
} pcs_mdns_message;

/* pcs_mdns_name_set: PCS_ERR_SYNTAX for any name but a version 4 UUID on .local. */
PCS_MUST_USE pcs_status pcs_mdns_name_set(pcs_mdns_name *out_name, pcs_span text);
/* pcs_mdns_name_span borrows the name's text. */
pcs_span pcs_mdns_name_span(const pcs_mdns_name *name);
bool pcs_mdns_name_equal(const pcs_mdns_name *a, const pcs_mdns_name *b);

/*
 * pcs_mdns_read: PCS_ERR_SYNTAX for what is no message or has bytes after its end,
 * PCS_ERR_TOO_LARGE for one over the limits, PCS_ERR_UNSUPPORTED for another opcode or an error
 * code (RFC 6762 18.3, 18.11: to be ignored).
 */
PCS_MUST_USE pcs_status pcs_mdns_read(pcs_span datagram, pcs_mdns_message *out_message);

/* pcs_mdns_write_question asks for one type, A or AAAA: some responders read one question only. */
void pcs_mdns_write_question(pcs_writer *writer, const pcs_mdns_name *name, pcs_mdns_type type);
/* pcs_mdns_write_answer says the one address that name has, and that it has no other (NSEC,
 * RFC 6762 6.1). ttl_s 0 takes it back (10.1). */
void pcs_mdns_write_answer(pcs_writer *writer, const pcs_mdns_name *name,
                           const pcs_address *address, uint32_t ttl_s);

#endif
