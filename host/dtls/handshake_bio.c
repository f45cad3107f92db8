#include "host/dtls/handshake_bio.h"

#include "host/dtls/record.h"

#include <string.h>

/*
 * May BoringSSL still send this? Once connected it may only repeat its last flight, under the
 * numbers that record.c left to it; alerts are then association.c's.
 */
static bool may_send(pcs_handshake *handshake, pcs_span datagram) {
  pcs_dtls_record record;
  while (datagram.len > 0 && pcs_dtls_record_next(&datagram, &record) == PCS_OK) {
    handshake->flight_sent = handshake->flight_sent || record.type == PCS_DTLS_HANDSHAKE;
    bool is_connected = handshake->sequences_end > 0;
    bool is_ours = record.epoch > 0 && record.sequence >= handshake->sequences_end;
    if (is_connected && (is_ours || record.type == PCS_DTLS_ALERT)) {
      return false;
    }
  }
  return true;
}

/* A batch that is full loses the datagram, as a network would; the timer repeats it. */
static int write_datagram(BIO *bio, const char *bytes, int len) {
  pcs_handshake *handshake = BIO_get_data(bio);
  pcs_span datagram = {(const uint8_t *)bytes, (size_t)len};
  if (!may_send(handshake, datagram)) {
    return -1;
  }
  pcs_status added =
      handshake->output == NULL ? PCS_ERR_NO_SPACE : pcs_datagrams_add(handshake->output, datagram);
  (void)added;
  return len;
}

static int read_datagram(BIO *bio, char *out, int capacity) {
  pcs_handshake *handshake = BIO_get_data(bio);
  pcs_span datagram = handshake->input;
  handshake->input = (pcs_span){0};
  BIO_clear_retry_flags(bio);
  if (datagram.len == 0 || datagram.len > (size_t)capacity) {
    BIO_set_retry_read(bio);
    return -1;
  }
  memcpy(out, datagram.data, datagram.len);
  return (int)datagram.len;
}

static long control(BIO *bio, int command, long number, void *argument) {
  (void)bio;
  (void)number;
  (void)argument;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static const BIO_METHOD memory_method = {
    .type = BIO_TYPE_SOURCE_SINK,
    .name = "datagrams",
    .bwrite = write_datagram,
    .bread = read_datagram,
    .ctrl = control,
};

BIO *pcs_handshake_bio_new(pcs_handshake *handshake) {
  BIO *bio = BIO_new(&memory_method);
  if (bio != NULL) {
    BIO_set_data(bio, handshake);
    BIO_set_init(bio, 1);
  }
  return bio;
}
