/*
 * Outstanding STUN requests: the only place that knows a transaction ID. It draws each ID, says
 * when a request is sent again or has had its time (RFC 8489 6.2.1, RFC 8445 14), and decides
 * whether a response answers one: same ID, same socket, from exactly where the request went,
 * authenticated with the password that request was made for. An ID is wiped when its transaction
 * ends. It does not know what a check is for: owner is the caller's number.
 */
#ifndef PCS_HOST_ICE_TRANSACTION_H
#define PCS_HOST_ICE_TRANSACTION_H

#include "host/crypto/random.h"
#include "host/ice/stun.h"

/* One check for each pair, as many gathering requests as eight servers on four sockets have, seven
 * consent requests (30 s at no less than 4 s), and as much again of the first for checks that a
 * triggered one replaced. */
#define PCS_TRANSACTIONS_MAX 240
/* RFC 8489 6.2.1. */
#define PCS_TRANSACTION_SENDS_MAX 7
#define PCS_TRANSACTION_LAST_WAIT 16

typedef enum pcs_transaction_purpose {
  PCS_TRANSACTION_FREE,
  PCS_TRANSACTION_GATHER,  /* owner: what gather.c says */
  PCS_TRANSACTION_CHECK,   /* owner: pair id */
  PCS_TRANSACTION_CONSENT, /* owner: pair id; sent once only (RFC 7675 5.1) */
  PCS_TRANSACTION_TURN,    /* owner: what relay.c says */
} pcs_transaction_purpose;

typedef struct pcs_transaction {
  pcs_transaction_purpose purpose;
  uint8_t id[PCS_STUN_ID_BYTES];
  uint32_t owner;
  uint32_t path_id;
  pcs_address to;
  pcs_span password; /* borrowed for the transaction's life; empty: responses need no integrity */
  pcs_stun_integrity integrity; /* how responses are authenticated */
  pcs_ice_role role; /* as the request says it (RFC 8445 7.3.1.1) */
  bool nominate;     /* the request carries USE-CANDIDATE */
  bool once;         /* the way is reliable: it is not sent again (RFC 8489 6.2.2) */
  bool due;          /* it is to be put on the wire now */
  bool cancelled;    /* not sent again, and its silence means nothing (RFC 8445 7.3.1.4) */
  uint8_t num_sent;
  uint32_t spent_bytes; /* of what may be asked without consent (questions.h) */
  uint64_t sent_us; /* when it was last sent */
  uint64_t wait_us; /* until the next sending */
  uint64_t first_wait_us;
  uint64_t next_us; /* sent again, or over */
} pcs_transaction;

typedef struct pcs_transactions {
  pcs_transaction entries[PCS_TRANSACTIONS_MAX];
} pcs_transactions;

/* What a caller gives a new transaction; the rest of pcs_transaction is the table's. */
typedef struct pcs_transaction_request {
  pcs_transaction_purpose purpose;
  uint32_t owner;
  uint32_t path_id;
  pcs_address to;
  pcs_span password;
  pcs_stun_integrity integrity;
  pcs_ice_role role;
  bool nominate;
  bool once;
  uint64_t wait_us; /* RTO; for CONSENT, or once, how long an answer is awaited */
} pcs_transaction_request;

typedef enum pcs_transaction_match {
  PCS_TRANSACTION_NO_MATCH,
  PCS_TRANSACTION_MATCH,
  PCS_TRANSACTION_ASYMMETRIC, /* all but the address or socket fits (RFC 8445 7.2.5.2.1) */
} pcs_transaction_match;

/* pcs_transactions_add draws an ID and makes the request due. PCS_ERR_NO_SPACE when all are taken.
 */
PCS_MUST_USE pcs_status pcs_transactions_add(pcs_transactions *table, uint64_t now_us,
                                             const pcs_random *random,
                                             const pcs_transaction_request *request);
/* pcs_transactions_match looks a response up. The transaction is copied to *out_transaction without
 * its ID and ends, unless there was no match, or it was a stray answer to a CONSENT request. */
pcs_transaction_match pcs_transactions_match(pcs_transactions *table,
                                             const pcs_stun_message *response, uint32_t path_id,
                                             const pcs_address *from,
                                             pcs_transaction *out_transaction);
/* pcs_transactions_next_due borrows one that is to be sent now, and marks it as sent; NULL: none.
 * TURN's come first: a permission is asked for before the check that needs it. The caller may write
 * to its spent_bytes. */
pcs_transaction *pcs_transactions_next_due(pcs_transactions *table);
/* pcs_transaction_begin starts the request's message: the one door through which an ID leaves. */
void pcs_transaction_begin(const pcs_transaction *transaction, pcs_writer *writer);
/* pcs_transaction_begin_method is that for another method than Binding. */
void pcs_transaction_begin_method(const pcs_transaction *transaction, uint16_t method,
                                  pcs_writer *writer);
/* pcs_transaction_begin_indication starts an indication: an ID of its own, and no answer. */
void pcs_transaction_begin_indication(const pcs_random *random, uint16_t method,
                                      uint8_t out_id[PCS_STUN_ID_BYTES], pcs_writer *writer);
/*
 * pcs_transactions_expire makes requests due whose time has come and ends one that has had all its
 * time: true, with a copy in *out_transaction. Call it until it is false.
 */
bool pcs_transactions_expire(pcs_transactions *table, uint64_t now_us,
                             pcs_transaction *out_transaction);
/* pcs_transactions_wake_at is when expire must next be called, UINT64_MAX for never. */
uint64_t pcs_transactions_wake_at(const pcs_transactions *table);
/* pcs_transactions_cancel stops the sending of an owner's requests of one purpose. */
void pcs_transactions_cancel(pcs_transactions *table, pcs_transaction_purpose purpose,
                             uint32_t owner, uint64_t until_us);
/* pcs_transactions_drop ends them at once: a late answer finds nothing. */
void pcs_transactions_drop(pcs_transactions *table, pcs_transaction_purpose purpose,
                           uint32_t owner);
/* pcs_transactions_drop_range ends those of the owners first to last. */
void pcs_transactions_drop_range(pcs_transactions *table, pcs_transaction_purpose purpose,
                                 uint32_t first, uint32_t last);
/* pcs_transactions_drop_all ends all of one purpose. */
void pcs_transactions_drop_all(pcs_transactions *table, pcs_transaction_purpose purpose);
size_t pcs_transactions_count(const pcs_transactions *table, pcs_transaction_purpose purpose);
void pcs_transactions_clear(pcs_transactions *table);

#ifdef PCS_TEST_LEAK_TRANSACTION_ID
/* What the sabotaged test build tells the page: the last ID drawn, in hex. */
extern char pcs_transaction_leak[2 * PCS_STUN_ID_BYTES];
#endif

#endif
