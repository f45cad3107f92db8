/*
 * One DTLS 1.2 association over memory (RFC 8827 6.5, RFC 8842, RFC 8122): handshake, check of the
 * peer's fingerprint before any byte is delivered, records. Output is appended to the caller's
 * batch. No clock of its own: BoringSSL is given now_us.
 *
 * BoringSSL does the handshake (handshake.h). Application records are sealed where they will be
 * sent from and opened where they will be used (record.h): once connected nothing is allocated.
 */
#ifndef PCS_HOST_DTLS_ASSOCIATION_H
#define PCS_HOST_DTLS_ASSOCIATION_H

#include "core/base/datagrams.h"
#include "host/dtls/certificate.h"

typedef struct pcs_dtls_association pcs_dtls_association;

typedef struct pcs_dtls_config {
  pcs_certificate *certificate; /* retained */
  pcs_dtls_role role;
  const pcs_fingerprint *fingerprints; /* the peer's, copied */
  size_t num_fingerprints;
} pcs_dtls_config;

/* pcs_dtls_association_new: PCS_ERR_UNTRUSTED when no fingerprint is usable (RFC 8122 5.1: SHA-1
 * alone is not). *out_association is null on error. */
PCS_MUST_USE pcs_status pcs_dtls_association_new(pcs_dtls_association **out_association,
                                                 const pcs_dtls_config *config, uint64_t now_us);
/* pcs_dtls_association_free wipes keys. It sends nothing: call close first. */
void pcs_dtls_association_free(pcs_dtls_association *association);
/* pcs_dtls_association_start sends the client's first flight; nothing for a server. */
void pcs_dtls_association_start(pcs_dtls_association *association, uint64_t now_us,
                                pcs_datagrams *out);
/*
 * pcs_dtls_association_receive takes one datagram. Application data is read with
 * pcs_dtls_association_read until PCS_ERR_NO_SPACE ("nothing more"): the datagram is borrowed until
 * then, or until the next receive.
 */
void pcs_dtls_association_receive(pcs_dtls_association *association, uint64_t now_us,
                                  pcs_span datagram, pcs_datagrams *out);
/* pcs_dtls_association_read: one record's plaintext into memory (at least 2048 bytes). */
PCS_MUST_USE pcs_status pcs_dtls_association_read(pcs_dtls_association *association,
                                                  uint8_t *memory, size_t capacity,
                                                  pcs_span *out_record);
/* pcs_dtls_association_write seals one record of at most 1200 bytes and appends it to out.
 * PCS_ERR_STATE unless connected; PCS_ERR_NO_SPACE when the batch is full (nothing was sealed). */
PCS_MUST_USE pcs_status pcs_dtls_association_write(pcs_dtls_association *association,
                                                   pcs_span record, pcs_datagrams *out);
/* pcs_dtls_association_close appends close_notify, wipes the keys and ends in CLOSED (a FAILED
 * association stays so). */
void pcs_dtls_association_close(pcs_dtls_association *association, pcs_datagrams *out);
void pcs_dtls_association_tick(pcs_dtls_association *association, uint64_t now_us,
                               pcs_datagrams *out);
/* pcs_dtls_association_wake_at is when tick must next be called, UINT64_MAX for never. */
uint64_t pcs_dtls_association_wake_at(const pcs_dtls_association *association);

/* FAILED: wrong certificate, fatal alert, or no end of the handshake within 60 s. CLOSED: closed
 * here or by the peer's close_notify (an authenticated end: RFC 7675 5.2 revokes consent). */
pcs_dtls_state pcs_dtls_association_state(const pcs_dtls_association *association);
pcs_dtls_role pcs_dtls_association_role(const pcs_dtls_association *association);
/* Facts for the page; empty until connected. version is 0xFEFD for DTLS 1.2. */
uint16_t pcs_dtls_association_version(const pcs_dtls_association *association);
pcs_span pcs_dtls_association_cipher(const pcs_dtls_association *association);
pcs_span pcs_dtls_association_group(const pcs_dtls_association *association);
pcs_span pcs_dtls_association_peer_certificate(const pcs_dtls_association *association);
/* pcs_dtls_association_matches: do the plan's fingerprints still match this peer (before there is a
 * peer: are they those of the config)? For renegotiation (RFC 8842 5.3). */
bool pcs_dtls_association_matches(const pcs_dtls_association *association,
                                  const pcs_fingerprint *fingerprints, size_t num_fingerprints);

#endif
