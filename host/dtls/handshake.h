/*
 * BoringSSL's DTLS 1.2 handshake over memory: what is offered and accepted (RFC 8827 6.5, RFC
 * 8833), the check of the peer's certificate inside the handshake, the retransmission timer on the
 * caller's clock. It owns the SSL objects; it does not carry application data (record.h does).
 */
#ifndef PCS_HOST_DTLS_HANDSHAKE_H
#define PCS_HOST_DTLS_HANDSHAKE_H

#include "host/dtls/association.h"
#include "host/dtls/fingerprint_set.h"

#include <openssl/ssl.h>

/* In place, but not movable once begun: BoringSSL holds its address. All zero is safe to clear. */
typedef struct pcs_handshake {
  SSL_CTX *context;
  SSL *ssl;
  pcs_dtls_role role;
  pcs_fingerprint_set expected;
  pcs_span input;         /* the datagram of this call, empty once BoringSSL took it */
  pcs_datagrams *output;  /* the batch of this call; null: records are dropped */
  uint64_t sequences_end; /* BoringSSL may not seal with this number or above; 0: no limit */
  uint64_t wake_at_us;
  unsigned num_restarts;
  bool flight_sent;
} pcs_handshake;

typedef enum pcs_handshake_result {
  PCS_HANDSHAKE_GOES_ON,
  PCS_HANDSHAKE_DONE,
  PCS_HANDSHAKE_FAILED, /* an alert that says why was appended */
} pcs_handshake_result;

/* pcs_handshake_init: PCS_ERR_UNTRUSTED without a usable fingerprint. On error nothing is kept. */
PCS_MUST_USE pcs_status pcs_handshake_init(pcs_handshake *handshake, const pcs_dtls_config *config,
                                           uint64_t now_us);
void pcs_handshake_clear(pcs_handshake *handshake);
/* pcs_handshake_step gives BoringSSL a datagram, or nothing to start, and appends its answer. */
pcs_handshake_result pcs_handshake_step(pcs_handshake *handshake, uint64_t now_us,
                                        pcs_span datagram, pcs_datagrams *out);
/* pcs_handshake_tick repeats the last flight when its time has come (RFC 6347 4.2.4). */
pcs_handshake_result pcs_handshake_tick(pcs_handshake *handshake, uint64_t now_us,
                                        pcs_datagrams *out);
/* pcs_handshake_repeat: the peer sent its last flight again, so it missed ours (RFC 6347 4.2.4). */
void pcs_handshake_repeat(pcs_handshake *handshake, uint64_t now_us, pcs_span datagram,
                          pcs_datagrams *out);

#endif
