/* A peer, or somebody on the path, who speaks DTLS wrongly: requirements X14 to X17, X20, X21, L7.
 */
#include "tests/check.h"

#include "host/dtls/association_state.h"
#include "tests/host/dtls/pair.h"

static pair line;

/* ---- wrong certificates: not one byte is delivered, and both sides fail ---- */

static void expect_refusal(pcs_fingerprint of_client, pcs_fingerprint of_server) {
  pair_make_ends(&line, of_client, of_server);
  pair_start(&line);
  pair_run(&line, 70000000);
  pair_is(&line, PCS_DTLS_FAILED, PCS_DTLS_FAILED);
  for (size_t i = 0; i < 2; i++) {
    CHECK_EQ_INT(pcs_dtls_association_write(line.ends[i], pcs_span_of_text("secret"), &line.out[i]),
                 PCS_ERR_STATE);
    CHECK_EQ_UINT(line.num_received_bytes[i], 0);
    CHECK_EQ_UINT(pcs_dtls_association_peer_certificate(line.ends[i]).len, 0);
  }
}

static void test_wrong_server_certificate(void) {
  pair_init(&line, 1, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
  pcs_fingerprint of_client = pcs_certificate_fingerprint(line.certificates[0]);
  expect_refusal(of_client, of_client); /* compared with our own: CVE-2021-28681's class */
  pair_clear(&line);
}

static void test_wrong_client_certificate(void) {
  pair_init(&line, 2, PCS_KEY_ECDSA_P256, PCS_KEY_RSA_2048);
  pcs_fingerprint of_server = pcs_certificate_fingerprint(line.certificates[1]);
  expect_refusal(of_server, of_server);
  pair_clear(&line);
}

static void test_one_bit_of_the_fingerprint(void) {
  pair_init(&line, 3, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
  pcs_fingerprint of_client = pcs_certificate_fingerprint(line.certificates[0]);
  pcs_fingerprint of_server = pcs_certificate_fingerprint(line.certificates[1]);
  uint8_t value[32];
  memcpy(value, of_server.value.data, sizeof value);
  value[31] ^= 1;
  of_server.value.data = value;
  expect_refusal(of_client, of_server);
  pair_clear(&line);
}

/* ---- what comes from off the path before the handshake (CVE-2023-49786's class) ---- */

/* A ClientHello of version and one cipher suite, in one record; complete, so that it is answered.
 */
static pcs_span make_hello(uint8_t memory[256], uint16_t version, uint16_t cipher) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, 256);
  pcs_writer_u8(&writer, PCS_DTLS_HANDSHAKE);
  pcs_writer_u16(&writer, 0xfeff);
  pcs_writer_u64(&writer, 0);
  pcs_writer_u16(&writer, 12 + 42);
  pcs_writer_u8(&writer, 1);
  pcs_writer_bytes(&writer,
                   (pcs_span){(const uint8_t *)"\x00\x00\x2a\x00\x00\x00\x00\x00\x00\x00\x2a", 11});
  pcs_writer_u16(&writer, version);
  for (size_t i = 0; i < 4; i++) {
    pcs_writer_u64(&writer, 0x1122334455667788);
  }
  pcs_writer_u16(&writer, 0); /* no session, no cookie */
  pcs_writer_u16(&writer, 2);
  pcs_writer_u16(&writer, cipher);
  pcs_writer_u16(&writer, 0x0100);
  return pcs_writer_span(&writer);
}

static void expect_connects(void) {
  pair_start(&line);
  pair_run(&line, 10000000);
  pair_is(&line, PCS_DTLS_CONNECTED, PCS_DTLS_CONNECTED);
  pair_write(&line, 0, "alive");
  pair_exchange(&line);
  CHECK_EQ_BYTES(line.last[1], line.last_len[1], "alive", 5);
}

static void test_session_survives_foreign_hellos(void) {
  static const uint16_t hellos[][2] = {
      {0xfefd, 0x0000}, {0xfefd, 0x0001}, {0xfeff, 0xc02b}, {0x0303, 0xc02b}, {0xfefd, 0xc02b}};
  for (size_t i = 0; i < sizeof hellos / sizeof hellos[0]; i++) {
    pair_init(&line, 4, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
    pair_make_honest_ends(&line);
    uint8_t memory[256];
    pair_deliver_one(&line, 1, make_hello(memory, hellos[i][0], hellos[i][1]));
    CHECK_EQ_UINT(line.out[1].num, 0); /* no alert that would reach, and end, the true peer */
    expect_connects();
    pair_clear(&line);
  }
}

static void test_misfit_is_told_when_it_insists(void) {
  pair_init(&line, 5, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
  pair_make_honest_ends(&line);
  uint8_t memory[256];
  for (size_t i = 0; i < 2; i++) {
    pair_deliver_one(&line, 1, make_hello(memory, 0xfeff, 0xc02b)); /* DTLS 1.0 */
  }
  CHECK_EQ_UINT(line.out[1].num, 1);
  CHECK_EQ_UINT(line.memory[1][0], PCS_DTLS_ALERT);
  CHECK_EQ_UINT(line.memory[1][13], 2);
  CHECK_EQ_UINT(line.memory[1][14], 70); /* protocol_version */
  pcs_datagrams_clear(&line.out[1]);
  pair_deliver_one(&line, 1, make_hello(memory, 0xfefd, 0x0000)); /* NULL cipher */
  CHECK_EQ_UINT(line.memory[1][14], 40);                          /* handshake_failure */
  pcs_datagrams_clear(&line.out[1]);
  expect_connects();
  pair_clear(&line);
}

static void test_noise_before_the_handshake(void) {
  uint64_t seed = CHECK_SEED(6);
  pair_init(&line, seed, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
  pair_make_honest_ends(&line);
  uint8_t noise[200];
  for (size_t i = 0; i < 3000; i++) {
    size_t len = 1 + pcs_random_below(&line.random, sizeof noise - 1);
    pcs_random_fill(&line.random, noise, len);
    noise[0] = (uint8_t)(20 + noise[0] % 44);
    pair_deliver_one(&line, i % 2, (pcs_span){noise, len});
  }
  expect_connects();
  pair_clear(&line);
}

/* ---- records, once connected ---- */

static void test_every_flipped_bit(void) {
  pair_init_connected(&line, 7);
  pair_write(&line, 0, "payload");
  uint8_t record[128];
  size_t len = line.out[0].len;
  memcpy(record, line.memory[0], len);
  pcs_datagrams_clear(&line.out[0]);
  for (size_t bit = 0; bit < 8 * len; bit++) {
    record[bit / 8] ^= (uint8_t)(1 << bit % 8);
    pair_deliver_one(&line, 1, (pcs_span){record, len});
    record[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
  CHECK_EQ_UINT(line.num_received_bytes[1], 0);
  CHECK_EQ_UINT(line.out[1].num, 0);
  for (size_t cut = 0; cut < len; cut++) {
    pair_deliver_one(&line, 1, (pcs_span){record, cut});
  }
  CHECK_EQ_UINT(line.num_received_bytes[1], 0);
  pair_deliver_one(&line, 1, (pcs_span){record, len});
  CHECK_EQ_UINT(line.num_received_bytes[1], 7); /* the true one still gets through */
  pair_deliver_one(&line, 1, (pcs_span){record, len});
  CHECK_EQ_UINT(line.num_received_bytes[1], 7); /* once */
  pair_is(&line, PCS_DTLS_CONNECTED, PCS_DTLS_CONNECTED);
  pair_clear(&line);
}

static void test_unprotected_alerts(void) {
  static const uint8_t alerts[][2] = {{1, 0}, {2, 0}, {2, 40}, {2, 10}, {1, 100}};
  pair_init_connected(&line, 8);
  for (size_t i = 0; i < sizeof alerts / 2; i++) {
    uint8_t record[15] = {PCS_DTLS_ALERT, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0x7f, (uint8_t)i, 0, 2};
    memcpy(record + 13, alerts[i], 2);
    pair_deliver_one(&line, 0, (pcs_span){record, sizeof record});
    record[4] = 1; /* the protected epoch, without protection */
    pair_deliver_one(&line, 1, (pcs_span){record, sizeof record});
  }
  pair_is(&line, PCS_DTLS_CONNECTED, PCS_DTLS_CONNECTED);
  pair_clear(&line);
}

static void seal_raw(size_t from, pcs_dtls_content type, const char *bytes, size_t len) {
  CHECK_EQ_INT(pcs_dtls_records_seal(&line.ends[from]->records, type,
                                     (pcs_span){(const uint8_t *)bytes, len}, &line.out[from]),
               PCS_OK);
}

static void test_renegotiation(void) {
  pair_init_connected(&line, 9);
  for (size_t attempt = 0; attempt < 40; attempt++) {
    /* HelloRequest to the client, ClientHello to the server. */
    seal_raw(1, PCS_DTLS_HANDSHAKE, "\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00", 12);
    seal_raw(0, PCS_DTLS_HANDSHAKE, "\x01\x00\x00\x01\x00\x05\x00\x00\x00\x00\x00\x01\x00", 13);
    pair_cross(&line, 0);
    size_t num_answers = line.out[1].num - 1;
    CHECK_EQ_UINT(num_answers, attempt < 16 ? 1 : 0);
    if (num_answers == 1) {
      pcs_span answer = pcs_datagrams_at(&line.out[1], 1, line.out[1].lengths[0]);
      pcs_dtls_record record;
      uint8_t plain[64];
      pcs_span alert;
      CHECK_EQ_INT(pcs_dtls_record_next(&answer, &record), PCS_OK);
      CHECK_EQ_UINT(record.type, PCS_DTLS_ALERT);
      CHECK_EQ_INT(
          pcs_dtls_records_open(&line.ends[0]->records, &record, plain, sizeof plain, &alert),
          PCS_OK);
      CHECK_EQ_BYTES(alert.data, alert.len, "\x01\x64", 2); /* warning, no_renegotiation */
    }
    pair_cross(&line, 1);
    pcs_datagrams_clear(&line.out[0]);
    pcs_datagrams_clear(&line.out[1]);
  }
  pair_is(&line, PCS_DTLS_CONNECTED, PCS_DTLS_CONNECTED);
  pair_clear(&line);
}

static void test_fatal_alert_ends(void) {
  pair_init_connected(&line, 10);
  seal_raw(0, PCS_DTLS_ALERT, "\x02\x28", 2);
  pair_cross(&line, 0);
  CHECK_EQ_INT(pcs_dtls_association_state(line.ends[1]), PCS_DTLS_FAILED);
  CHECK_EQ_UINT(line.ends[1]->records.next_sequence, 0); /* keys and all are wiped */
  pair_clear(&line);
}

static void test_odd_protected_records(void) {
  pair_init_connected(&line, 11);
  seal_raw(0, PCS_DTLS_ALERT, "", 0);
  seal_raw(0, PCS_DTLS_ALERT, "\x02", 1);
  seal_raw(0, PCS_DTLS_HANDSHAKE, "", 0);
  seal_raw(0, PCS_DTLS_HANDSHAKE, "\x14", 1);
  seal_raw(0, PCS_DTLS_HANDSHAKE, "\x0b\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00", 12);
  seal_raw(0, PCS_DTLS_CHANGE_CIPHER_SPEC, "\x01", 1);
  seal_raw(0, PCS_DTLS_APPLICATION_DATA, "", 0);
  seal_raw(0, (pcs_dtls_content)24, "heartbeat", 9);
  pair_exchange(&line);
  pair_is(&line, PCS_DTLS_CONNECTED, PCS_DTLS_CONNECTED);
  CHECK_EQ_UINT(line.num_received_bytes[1], 0);
  pair_write(&line, 0, "fine");
  pair_exchange(&line);
  CHECK_EQ_UINT(line.num_received_bytes[1], 4);
  pair_clear(&line);
}

int main(void) {
  RUN("a server with another certificate is refused before a byte", test_wrong_server_certificate);
  RUN("a client with another certificate is refused before a byte", test_wrong_client_certificate);
  RUN("one wrong bit in the fingerprint is enough", test_one_bit_of_the_fingerprint);
  RUN("X14: a session survives foreign ClientHellos", test_session_survives_foreign_hellos);
  RUN("a peer that insists on what we do not speak is told", test_misfit_is_told_when_it_insists);
  RUN("noise before the handshake is ignored", test_noise_before_the_handshake);
  RUN("every flipped bit and every truncation is dropped, and a repeat", test_every_flipped_bit);
  RUN("alerts without protection are ignored", test_unprotected_alerts);
  RUN("renegotiation is answered with no_renegotiation, and not for ever", test_renegotiation);
  RUN("a protected fatal alert ends it and wipes the keys", test_fatal_alert_ends);
  RUN("protected records that make no sense are ignored", test_odd_protected_records);
  return check_report();
}
