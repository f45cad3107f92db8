#include "host/crypto/hash.h"
#include "host/crypto/test_secret.h"
#include "host/dtls/association_state.h"

#include <stdlib.h>

/* A handshake that goes nowhere ends; consent would have ended it first on a silent path. */
#define HANDSHAKE_US_MAX (60 * UINT64_C(1000000))
#define SCRATCH_BYTES PCS_RECEIVE_BYTES_MAX
/* Answers to attempts at renegotiation; more of them is an attack, and silence will do. */
#define REFUSALS_MAX 16

enum {
  ALERT_WARNING = 1,
  ALERT_FATAL = 2,
  ALERT_CLOSE_NOTIFY = 0,
  ALERT_NO_RENEGOTIATION = 100,
};
enum {
  MESSAGE_HELLO_REQUEST = 0,
  MESSAGE_CLIENT_HELLO = 1,
  MESSAGE_FINISHED = 20,
};
/* A Finished as DTLS 1.2 has it: twelve bytes of header, twelve of proof. */
#define FINISHED_BYTES 24

pcs_status pcs_dtls_association_new(pcs_dtls_association **out_association,
                                    const pcs_dtls_config *config, uint64_t now_us) {
  *out_association = NULL;
  pcs_dtls_association *made = calloc(1, sizeof *made);
  if (made == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_status status = pcs_handshake_init(&made->handshake, config, now_us);
  if (status != PCS_OK) {
    free(made);
    return status;
  }
  made->state = PCS_DTLS_NEW;
  made->role = config->role;
  made->certificate = pcs_certificate_retain(config->certificate);
  made->deadline_us = UINT64_MAX;
  *out_association = made;
  return PCS_OK;
}

/* finish is the only way into a final state: no key outlives it. */
static void finish(pcs_dtls_association *association, pcs_dtls_state state) {
  association->state = state;
  association->unread = (pcs_span){0};
  association->deadline_us = UINT64_MAX;
  association->handshake.wake_at_us = UINT64_MAX;
  pcs_dtls_records_clear(&association->records);
}

static bool is_final(const pcs_dtls_association *association) {
  return association->state == PCS_DTLS_CLOSED || association->state == PCS_DTLS_FAILED;
}

void pcs_dtls_association_free(pcs_dtls_association *association) {
  if (association == NULL) {
    return;
  }
  finish(association, PCS_DTLS_CLOSED);
  pcs_handshake_clear(&association->handshake);
  pcs_certificate_free(association->certificate);
  free(association);
}

/* For the scan that proves that none of these reaches a page (RFC 8827 6.5: no exporter API). */
static void report_secrets(const SSL *ssl) {
#ifdef PCS_TEST_SECRETS
  uint8_t master[48];
  size_t len = SSL_SESSION_get_master_key(SSL_get_session(ssl), master, sizeof master);
  pcs_test_secret("dtls-master", master, len);
  uint8_t srtp[2 * (32 + 14)];
  static const char label[] = "EXTRACTOR-dtls_srtp"; /* RFC 5764 4.2 */
  if (SSL_export_keying_material((SSL *)(uintptr_t)ssl, srtp, sizeof srtp, label, sizeof label - 1,
                                 NULL, 0, 0) == 1) {
    pcs_test_secret("srtp-key", srtp, 16); /* a prefix of every profile's keys */
    pcs_test_secret("srtp-key", srtp + 16, 16);
    pcs_test_secret("srtp-keys", srtp, 56);
  }
  pcs_wipe(master, sizeof master);
  pcs_wipe(srtp, sizeof srtp);
#else
  (void)ssl;
#endif
}

static void connect(pcs_dtls_association *association) {
  SSL *ssl = association->handshake.ssl;
  if (pcs_dtls_records_init(&association->records, ssl, association->role) != PCS_OK) {
    finish(association, PCS_DTLS_FAILED);
    return;
  }
  association->handshake.sequences_end = association->records.first_sequence;
  association->handshake.wake_at_us = UINT64_MAX;
  association->deadline_us = UINT64_MAX;
  association->state = PCS_DTLS_CONNECTED;
  report_secrets(ssl);
}

static void apply(pcs_dtls_association *association, pcs_handshake_result result) {
  if (result == PCS_HANDSHAKE_DONE) {
    connect(association);
  } else if (result == PCS_HANDSHAKE_FAILED) {
    finish(association, PCS_DTLS_FAILED);
  }
}

void pcs_dtls_association_start(pcs_dtls_association *association, uint64_t now_us,
                                pcs_datagrams *out) {
  if (association->state != PCS_DTLS_NEW) {
    return;
  }
  association->state = PCS_DTLS_CONNECTING;
  association->deadline_us = now_us + HANDSHAKE_US_MAX;
  if (association->role == PCS_DTLS_CLIENT) {
    apply(association, pcs_handshake_step(&association->handshake, now_us, (pcs_span){0}, out));
  }
}

static void seal_alert(pcs_dtls_association *association, uint8_t level, uint8_t description,
                       pcs_datagrams *out) {
  const uint8_t alert[] = {level, description};
  pcs_status sealed = pcs_dtls_records_seal(&association->records, PCS_DTLS_ALERT,
                                            (pcs_span){alert, sizeof alert}, out);
  (void)sealed; /* an alert that finds no room is lost, as any datagram may be */
}

static void receive_alert(pcs_dtls_association *association, pcs_span alert, pcs_datagrams *out) {
  if (alert.len != 2) {
    return;
  }
  if (alert.data[1] == ALERT_CLOSE_NOTIFY) {
    seal_alert(association, ALERT_WARNING, ALERT_CLOSE_NOTIFY, out); /* RFC 5246 7.2.1 */
    finish(association, PCS_DTLS_CLOSED);
  } else if (alert.data[0] == ALERT_FATAL) {
    finish(association, PCS_DTLS_FAILED);
  }
}

/* RFC 8827 6.5: renegotiation is answered with no_renegotiation and nothing else. */
static void receive_handshake(pcs_dtls_association *association, uint64_t now_us,
                              const pcs_dtls_record *record, pcs_span message, pcs_datagrams *out) {
  if (message.len == 0) {
    return;
  }
  uint8_t type = message.data[0];
  if (type == MESSAGE_FINISHED && message.len == FINISHED_BYTES) {
    pcs_handshake_repeat(&association->handshake, now_us, record->whole, out);
  } else if ((type == MESSAGE_HELLO_REQUEST || type == MESSAGE_CLIENT_HELLO) &&
             association->num_refusals < REFUSALS_MAX) {
    association->num_refusals++;
    seal_alert(association, ALERT_WARNING, ALERT_NO_RENEGOTIATION, out);
  }
}

/* Whatever is not application data; rare once connected. What is not protected is not ours. */
static void receive_control(pcs_dtls_association *association, uint64_t now_us,
                            const pcs_dtls_record *record, pcs_datagrams *out) {
  uint8_t scratch[SCRATCH_BYTES];
  pcs_span message;
  if (record->epoch != 1 || pcs_dtls_records_open(&association->records, record, scratch,
                                                  sizeof scratch, &message) != PCS_OK) {
    return;
  }
  if (record->type == PCS_DTLS_ALERT) {
    receive_alert(association, message, out);
  } else if (record->type == PCS_DTLS_HANDSHAKE) {
    receive_handshake(association, now_us, record, message, out);
  }
}

static void receive_connected(pcs_dtls_association *association, uint64_t now_us, pcs_span datagram,
                              pcs_datagrams *out) {
  pcs_dtls_record record;
  association->unread = datagram;
  while (datagram.len > 0 && association->state == PCS_DTLS_CONNECTED &&
         pcs_dtls_record_next(&datagram, &record) == PCS_OK) {
    if (record.type != PCS_DTLS_APPLICATION_DATA) {
      receive_control(association, now_us, &record, out);
    }
  }
}

void pcs_dtls_association_receive(pcs_dtls_association *association, uint64_t now_us,
                                  pcs_span datagram, pcs_datagrams *out) {
  if (is_final(association) || datagram.len == 0 || datagram.len > PCS_RECEIVE_BYTES_MAX) {
    return;
  }
  if (association->state == PCS_DTLS_CONNECTED) {
    receive_connected(association, now_us, datagram, out);
    return;
  }
  if (association->state == PCS_DTLS_NEW && association->role == PCS_DTLS_CLIENT) {
    return; /* an answer to nothing */
  }
  pcs_dtls_association_start(association, now_us, out);
  apply(association, pcs_handshake_step(&association->handshake, now_us, datagram, out));
}

pcs_status pcs_dtls_association_read(pcs_dtls_association *association, uint8_t *memory,
                                     size_t capacity, pcs_span *out_record) {
  pcs_dtls_record record;
  *out_record = (pcs_span){0};
  while (association->unread.len > 0 &&
         pcs_dtls_record_next(&association->unread, &record) == PCS_OK) {
    bool is_data = record.type == PCS_DTLS_APPLICATION_DATA && record.epoch == 1;
    /* RFC 6347 4.1.2.7: a record that is not genuine, or a repeat, is dropped and nothing else. */
    if (is_data &&
        pcs_dtls_records_open(&association->records, &record, memory, capacity, out_record) ==
            PCS_OK &&
        out_record->len > 0) {
      return PCS_OK;
    }
  }
  association->unread = (pcs_span){0};
  return PCS_ERR_NO_SPACE;
}

pcs_status pcs_dtls_association_write(pcs_dtls_association *association, pcs_span record,
                                      pcs_datagrams *out) {
  if (association->state != PCS_DTLS_CONNECTED) {
    return PCS_ERR_STATE;
  }
  if (record.len == 0 || record.len > PCS_DATAGRAM_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  return pcs_dtls_records_seal(&association->records, PCS_DTLS_APPLICATION_DATA, record, out);
}

void pcs_dtls_association_close(pcs_dtls_association *association, pcs_datagrams *out) {
  if (is_final(association)) {
    return;
  }
  if (association->state == PCS_DTLS_CONNECTED) {
    seal_alert(association, ALERT_WARNING, ALERT_CLOSE_NOTIFY, out);
  }
  finish(association, PCS_DTLS_CLOSED);
}

void pcs_dtls_association_tick(pcs_dtls_association *association, uint64_t now_us,
                               pcs_datagrams *out) {
  if (association->state != PCS_DTLS_CONNECTING) {
    return;
  }
  if (now_us >= association->deadline_us) {
    finish(association, PCS_DTLS_FAILED);
  } else if (now_us >= association->handshake.wake_at_us) {
    apply(association, pcs_handshake_tick(&association->handshake, now_us, out));
  }
}

uint64_t pcs_dtls_association_wake_at(const pcs_dtls_association *association) {
  uint64_t timer = association->handshake.wake_at_us;
  return timer < association->deadline_us ? timer : association->deadline_us;
}
