/*
 * Any bytes as a datagram, before, in and after a handshake. Nothing that was not sealed by the
 * peer is ever delivered, and a connected association stays connected.
 */
#include <stdlib.h>
#include <string.h>

#include "host/dtls/association.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }
#define BATCH_BYTES (PCS_DATAGRAMS_MAX * PCS_DATAGRAM_BYTES_MAX)

static pcs_certificate *certificate;
static pcs_dtls_association *connected[2];

static pcs_dtls_association *make_end(pcs_dtls_role role) {
  pcs_dtls_association *made = NULL;
  pcs_fingerprint fingerprint = pcs_certificate_fingerprint(certificate);
  pcs_dtls_config config = {certificate, role, &fingerprint, 1};
  REQUIRE(pcs_dtls_association_new(&made, &config, 1) == PCS_OK);
  return made;
}

static void cross(pcs_dtls_association *to, const pcs_datagrams *from, pcs_datagrams *answer) {
  size_t offset = 0;
  for (size_t i = 0; i < from->num; i++) {
    pcs_span datagram = pcs_datagrams_at(from, i, offset);
    offset += datagram.len;
    pcs_dtls_association_receive(to, 1, datagram, answer);
  }
}

static void connect_pair(void) {
  static uint8_t memory[2][BATCH_BYTES];
  pcs_datagrams out[2];
  REQUIRE(pcs_certificate_new(&certificate, PCS_KEY_ECDSA_P256, 1700000000, 86400) == PCS_OK);
  connected[0] = make_end(PCS_DTLS_CLIENT);
  connected[1] = make_end(PCS_DTLS_SERVER);
  pcs_datagrams_init(&out[0], memory[0], BATCH_BYTES);
  pcs_datagrams_init(&out[1], memory[1], BATCH_BYTES);
  pcs_dtls_association_start(connected[0], 1, &out[0]);
  for (size_t i = 0; i < 4; i++) {
    cross(connected[1], &out[0], &out[1]);
    pcs_datagrams_clear(&out[0]);
    cross(connected[0], &out[1], &out[0]);
    pcs_datagrams_clear(&out[1]);
  }
}

static void feed(pcs_dtls_association *to, pcs_span datagram) {
  static uint8_t memory[BATCH_BYTES];
  uint8_t plain[PCS_RECEIVE_BYTES_MAX];
  pcs_datagrams out;
  pcs_span record;
  pcs_datagrams_init(&out, memory, sizeof memory);
  pcs_dtls_association_receive(to, 2, datagram, &out);
  REQUIRE(pcs_dtls_association_read(to, plain, sizeof plain, &record) == PCS_ERR_NO_SPACE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (certificate == NULL) {
    connect_pair();
  }
  pcs_span datagram = {data, size};
  for (size_t i = 0; i < 2; i++) {
    feed(connected[i], datagram);
    REQUIRE(pcs_dtls_association_state(connected[i]) == PCS_DTLS_CONNECTED);
  }
  if (size > 0 && data[0] % 16 == 6) { /* 22 is one: a handshake; making an end takes its time */
    pcs_dtls_association *fresh = make_end(data[size - 1] % 2 ? PCS_DTLS_CLIENT : PCS_DTLS_SERVER);
    static uint8_t memory[BATCH_BYTES];
    pcs_datagrams out;
    pcs_datagrams_init(&out, memory, sizeof memory);
    pcs_dtls_association_start(fresh, 1, &out);
    feed(fresh, datagram);
    REQUIRE(pcs_dtls_association_state(fresh) != PCS_DTLS_CONNECTED);
    pcs_dtls_association_free(fresh);
  }
  return 0;
}
