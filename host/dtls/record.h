/*
 * The record layer of a connected DTLS 1.2 association (RFC 6347 4.1; RFC 5288, RFC 7905): keys
 * from BoringSSL's handshake, BoringSSL's AEADs, sequence numbers and the replay window of our own,
 * so that a record is sealed where it will be sent from and opened where it will be used, without a
 * copy or an allocation. It decides whether a record is new and genuine, not what it means.
 *
 * Nonces: BoringSSL may still repeat its last flight under the same key (RFC 6347 4.2.4), with the
 * sequence numbers below first_sequence; handshake_bio.c stops it there. Ours start at that number
 * and only grow, and BoringSSL's tls12 AEADs refuse a nonce that does not grow.
 */
#ifndef PCS_HOST_DTLS_RECORD_H
#define PCS_HOST_DTLS_RECORD_H

#include "core/base/datagrams.h"
#include "core/plan/plan.h"

#include <openssl/aead.h>
#include <openssl/ssl.h>

#define PCS_DTLS_HEADER_BYTES 13
/* Header, explicit nonce and tag of AES-GCM: the largest of our three ciphers. */
#define PCS_DTLS_OVERHEAD_BYTES 37
/* Sequence numbers of epoch 1 left to BoringSSL: it gives up after 12 repeats of one Finished. */
#define PCS_DTLS_RESERVED_SEQUENCES 64
/* RFC 6347 4.1.2.6 asks for 64 at least; a batch of 64 datagrams may be reordered as a whole. */
#define PCS_DTLS_REPLAY_WORDS 8

typedef enum pcs_dtls_content {
  PCS_DTLS_CHANGE_CIPHER_SPEC = 20,
  PCS_DTLS_ALERT = 21,
  PCS_DTLS_HANDSHAKE = 22,
  PCS_DTLS_APPLICATION_DATA = 23,
} pcs_dtls_content;

/* A record as it was cut off a datagram; body is still sealed in epoch 1. */
typedef struct pcs_dtls_record {
  uint8_t type;
  uint16_t version;
  uint16_t epoch;
  uint64_t sequence; /* 48 bits */
  pcs_span body;
  pcs_span whole;
} pcs_dtls_record;

typedef struct pcs_dtls_direction {
  EVP_AEAD_CTX aead;
  uint8_t iv[12];
} pcs_dtls_direction;

/* In place: all zero is safe to clear. */
typedef struct pcs_dtls_records {
  pcs_dtls_direction seal;
  pcs_dtls_direction open;
  size_t explicit_bytes; /* of the nonce, in the record: 8 for AES-GCM, 0 for ChaCha20 */
  uint64_t first_sequence;
  uint64_t next_sequence;
  uint64_t highest; /* opened so far, and which of those below it */
  uint64_t seen[PCS_DTLS_REPLAY_WORDS];
} pcs_dtls_records;

/* pcs_dtls_record_next cuts the first record off *datagram. PCS_ERR_SYNTAX: drop the rest. */
PCS_MUST_USE pcs_status pcs_dtls_record_next(pcs_span *datagram, pcs_dtls_record *out_record);

/* pcs_dtls_records_init takes the keys of a finished handshake. PCS_ERR_CRYPTO: nothing was kept.
 */
PCS_MUST_USE pcs_status pcs_dtls_records_init(pcs_dtls_records *records, const SSL *ssl,
                                              pcs_dtls_role role);
/* pcs_dtls_records_clear wipes the keys. */
void pcs_dtls_records_clear(pcs_dtls_records *records);
/* pcs_dtls_records_seal appends one record to out. PCS_ERR_NO_SPACE: the batch is full, nothing was
 * sealed. PCS_ERR_STATE: the sequence numbers are used up. */
PCS_MUST_USE pcs_status pcs_dtls_records_seal(pcs_dtls_records *records, pcs_dtls_content type,
                                              pcs_span plaintext, pcs_datagrams *out);
/* pcs_dtls_records_open: PCS_ERR_STATE a repeat, PCS_ERR_CRYPTO not genuine, PCS_ERR_NO_SPACE. */
PCS_MUST_USE pcs_status pcs_dtls_records_open(pcs_dtls_records *records,
                                              const pcs_dtls_record *record, uint8_t *memory,
                                              size_t capacity, pcs_span *out_plaintext);

#endif
