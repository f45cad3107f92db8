#include "tests/check.h"

#include "host/crypto/hash.h"
#include "tests/host/dtls/pair.h"

static pair line;

static void connect_with(pcs_key_algorithm client_key, pcs_key_algorithm server_key) {
  pair_init(&line, 1, client_key, server_key);
  pair_make_honest_ends(&line);
  CHECK(pcs_dtls_association_cipher(line.ends[0]).len == 0);
  CHECK(pcs_dtls_association_peer_certificate(line.ends[0]).len == 0);
  pair_start(&line);
  pair_run(&line, 60000000);
  pair_is(&line, PCS_DTLS_CONNECTED, PCS_DTLS_CONNECTED);
  for (size_t i = 0; i < 2; i++) {
    CHECK_EQ_UINT(pcs_dtls_association_version(line.ends[i]), 0xfefd);
    CHECK(pcs_span_equal_text(pcs_dtls_association_group(line.ends[i]), "X25519"));
    pcs_span der = pcs_certificate_der(line.certificates[1 - i]);
    CHECK(pcs_span_equal(pcs_dtls_association_peer_certificate(line.ends[i]), der));
    CHECK_EQ_UINT(pcs_dtls_association_wake_at(line.ends[i]), UINT64_MAX);
  }
}

static void test_connects_with_ecdsa(void) {
  connect_with(PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
  CHECK(pcs_span_equal_text(pcs_dtls_association_cipher(line.ends[0]),
                            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
  pair_write(&line, 0, "from the client");
  pair_write(&line, 1, "from the server");
  pair_exchange(&line);
  CHECK_EQ_BYTES(line.last[1], line.last_len[1], "from the client", 15);
  CHECK_EQ_BYTES(line.last[0], line.last_len[0], "from the server", 15);
  pair_clear(&line);
}

static void test_connects_with_rsa(void) {
  connect_with(PCS_KEY_RSA_2048, PCS_KEY_ECDSA_P256);
  pair_clear(&line);
  connect_with(PCS_KEY_ECDSA_P256, PCS_KEY_RSA_2048);
  CHECK(pcs_span_equal_text(pcs_dtls_association_cipher(line.ends[0]),
                            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
  pair_clear(&line);
}

static void test_survives_loss(void) {
  uint64_t seed = CHECK_SEED(4);
  for (uint64_t round = 0; round < 12; round++) {
    pair_init(&line, seed + round, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
    pair_make_honest_ends(&line);
    line.loss_percent = 40;
    pair_start(&line);
    pair_run(&line, 59000000);
    pair_is(&line, PCS_DTLS_CONNECTED, PCS_DTLS_CONNECTED);
    line.loss_percent = 0;
    pair_write(&line, 0, "after the loss");
    pair_exchange(&line);
    CHECK_EQ_UINT(line.num_received_bytes[1], 14);
    pair_clear(&line);
  }
}

/* The server's last flight is lost while it already sends data: its Finished must still get through
 * under sequence numbers that the data has not used. */
static void test_last_flight_is_repeated(void) {
  pair_init(&line, 5, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
  pair_make_honest_ends(&line);
  pair_start(&line);
  pair_cross(&line, 0);
  pair_cross(&line, 1);
  pair_cross(&line, 0);
  CHECK_EQ_INT(pcs_dtls_association_state(line.ends[1]), PCS_DTLS_CONNECTED);
  CHECK_EQ_INT(pcs_dtls_association_state(line.ends[0]), PCS_DTLS_CONNECTING);
  for (size_t i = 0; i < 40; i++) {
    pair_write(&line, 1, "too early");
  }
  pcs_datagrams_clear(&line.out[1]);
  pair_run(&line, 10000000);
  pair_is(&line, PCS_DTLS_CONNECTED, PCS_DTLS_CONNECTED);
  pair_write(&line, 1, "now");
  pair_exchange(&line);
  CHECK_EQ_BYTES(line.last[0], line.last_len[0], "now", 3);
  pair_clear(&line);
}

static void test_gives_up_after_a_minute(void) {
  pair_init(&line, 6, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
  pair_make_honest_ends(&line);
  line.loss_percent = 100;
  pair_start(&line);
  pair_run(&line, 59000000);
  pair_is(&line, PCS_DTLS_CONNECTING, PCS_DTLS_CONNECTING);
  pair_run(&line, 61000000);
  pair_is(&line, PCS_DTLS_FAILED, PCS_DTLS_FAILED);
  pair_clear(&line);
}

static void test_close_notify_closes_both(void) {
  pair_init_connected(&line, 7);
  pcs_dtls_association_close(line.ends[0], &line.out[0]);
  CHECK_EQ_UINT(line.out[0].num, 1);
  pair_exchange(&line);
  pair_is(&line, PCS_DTLS_CLOSED, PCS_DTLS_CLOSED);
  CHECK_EQ_INT(pcs_dtls_association_write(line.ends[1], pcs_span_of_text("x"), &line.out[1]),
               PCS_ERR_STATE);
  CHECK_EQ_UINT(pcs_dtls_association_version(line.ends[1]), 0xfefd);
  pair_clear(&line);
}

static void test_full_batch_seals_nothing(void) {
  pair_init_connected(&line, 8);
  uint8_t memory[100];
  pcs_datagrams small;
  pcs_datagrams_init(&small, memory, sizeof memory);
  uint8_t record[64] = {0};
  pcs_span span = {record, sizeof record};
  CHECK_EQ_INT(pcs_dtls_association_write(line.ends[0], span, &small), PCS_ERR_NO_SPACE);
  CHECK_EQ_UINT(small.num, 0);
  span.len = 63;
  CHECK_EQ_INT(pcs_dtls_association_write(line.ends[0], span, &small), PCS_OK);
  CHECK_EQ_UINT(small.len, 100);
  pair_clear(&line);
}

static void test_matches_the_plan(void) {
  pair_init(&line, 9, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
  pair_make_honest_ends(&line);
  pcs_fingerprint right = pcs_certificate_fingerprint(line.certificates[1]);
  pcs_fingerprint wrong = pcs_certificate_fingerprint(line.certificates[0]);
  CHECK(pcs_dtls_association_matches(line.ends[0], &right, 1));
  CHECK(!pcs_dtls_association_matches(line.ends[0], &wrong, 1));
  pair_start(&line);
  pair_run(&line, 1000000);
  CHECK(pcs_dtls_association_matches(line.ends[0], &right, 1));
  CHECK(!pcs_dtls_association_matches(line.ends[0], &wrong, 1));
  CHECK(!pcs_dtls_association_matches(line.ends[0], &right, 0));
  pair_clear(&line);
}

static void test_several_records_in_one_datagram(void) {
  pair_init_connected(&line, 10);
  pair_write(&line, 0, "one");
  pair_write(&line, 0, "three");
  pcs_datagrams *out = &line.out[0];
  pair_deliver_one(&line, 1, (pcs_span){out->memory, out->len});
  CHECK_EQ_UINT(line.num_received_bytes[1], 8);
  CHECK_EQ_BYTES(line.last[1], line.last_len[1], "three", 5);
  pcs_datagrams_clear(out);
  pair_clear(&line);
}

int main(void) {
  RUN("two associations connect with ECDSA certificates and exchange data",
      test_connects_with_ecdsa);
  RUN("an RSA certificate on either side works", test_connects_with_rsa);
  RUN("a handshake survives 40 % loss by retransmission in virtual time", test_survives_loss);
  RUN("a lost last flight is repeated although data was sent since", test_last_flight_is_repeated);
  RUN("a handshake without an end fails after a minute", test_gives_up_after_a_minute);
  RUN("close_notify closes both sides", test_close_notify_closes_both);
  RUN("a full batch seals nothing", test_full_batch_seals_nothing);
  RUN("fingerprints of a later plan are compared with the peer", test_matches_the_plan);
  RUN("several records in one datagram are all read", test_several_records_in_one_datagram);
  return check_report();
}
