/*
 * libsrtp2 as linked into host programs: on BoringSSL, with AEAD_AES_128_GCM and
 * AES_CM_128_HMAC_SHA1_80 in working order. srtp_init() runs libsrtp's own known-answer tests of
 * every cipher and authentication function; what follows goes through whole packets.
 */
#include <openssl/crypto.h>
#include <srtp2/srtp.h>

#include "tests/check.h"

#ifndef OPENSSL_IS_BORINGSSL
#error "the crypto headers found first are not BoringSSL's"
#endif

#define RTP_HEADER_BYTES 12u
#define PAYLOAD_BYTES 1188u
#define PACKET_BYTES (RTP_HEADER_BYTES + PAYLOAD_BYTES)
#define KEY_BYTES_MAX 64u
#define SSRC 0xcafebabeu

typedef struct media_keys {
  void (*set_policy)(srtp_crypto_policy_t *policy);
  size_t overhead_bytes;
  unsigned char key[KEY_BYTES_MAX];
} media_keys;

typedef struct media_packet {
  unsigned char bytes[PACKET_BYTES + SRTP_MAX_TRAILER_LEN];
  int len;
} media_packet;

static media_keys keys_of(void (*set_policy)(srtp_crypto_policy_t *), size_t overhead_bytes) {
  media_keys keys = {.set_policy = set_policy, .overhead_bytes = overhead_bytes};
  for (size_t i = 0; i < KEY_BYTES_MAX; i++) {
    keys.key[i] = (unsigned char)(7 * i + 3);
  }
  return keys;
}

static srtp_t session_new(media_keys *keys, srtp_ssrc_type_t direction) {
  srtp_policy_t policy;
  memset(&policy, 0, sizeof(policy));
  keys->set_policy(&policy.rtp);
  keys->set_policy(&policy.rtcp);
  policy.ssrc.type = direction;
  policy.key = keys->key;
  policy.window_size = 1024;
  srtp_t session = NULL;
  CHECK_EQ_INT(srtp_create(&session, &policy), srtp_err_status_ok);
  return session;
}

static media_packet packet_new(unsigned sequence) {
  media_packet packet = {.len = (int)PACKET_BYTES};
  const unsigned char header[RTP_HEADER_BYTES] = {
      0x80,
      96,
      (unsigned char)(sequence >> 8),
      (unsigned char)sequence,
      0,
      0,
      0x12,
      0x34,
      (SSRC >> 24) & 0xff,
      (SSRC >> 16) & 0xff,
      (SSRC >> 8) & 0xff,
      SSRC & 0xff,
  };
  memcpy(packet.bytes, header, sizeof(header));
  for (size_t i = RTP_HEADER_BYTES; i < PACKET_BYTES; i++) {
    packet.bytes[i] = (unsigned char)(i * sequence);
  }
  return packet;
}

static void round_trip(media_keys keys) {
  srtp_t sender = session_new(&keys, ssrc_any_outbound);
  srtp_t receiver = session_new(&keys, ssrc_any_inbound);
  for (unsigned sequence = 65530; sequence < 65545; sequence++) {
    media_packet plain = packet_new(sequence & 0xffff);
    media_packet sealed = plain;
    CHECK_EQ_INT(srtp_protect(sender, sealed.bytes, &sealed.len), srtp_err_status_ok);
    CHECK_EQ_UINT(sealed.len, PACKET_BYTES + keys.overhead_bytes);
    CHECK(memcmp(sealed.bytes + RTP_HEADER_BYTES, plain.bytes + RTP_HEADER_BYTES, 16) != 0);
    media_packet opened = sealed;
    CHECK_EQ_INT(srtp_unprotect(receiver, opened.bytes, &opened.len), srtp_err_status_ok);
    CHECK_EQ_BYTES(opened.bytes, (size_t)opened.len, plain.bytes, (size_t)plain.len);
    media_packet again = sealed;
    CHECK_EQ_INT(srtp_unprotect(receiver, again.bytes, &again.len), srtp_err_status_replay_fail);
  }
  srtp_dealloc(sender);
  srtp_dealloc(receiver);
}

static void every_flipped_byte_is_refused(media_keys keys) {
  srtp_t sender = session_new(&keys, ssrc_any_outbound);
  srtp_t receiver = session_new(&keys, ssrc_any_inbound);
  media_packet sealed = packet_new(1);
  CHECK_EQ_INT(srtp_protect(sender, sealed.bytes, &sealed.len), srtp_err_status_ok);
  for (int at = 0; at < sealed.len; at++) {
    media_packet forged = sealed;
    forged.bytes[at] ^= 0x01;
    if (!CHECK(srtp_unprotect(receiver, forged.bytes, &forged.len) != srtp_err_status_ok)) {
      printf("#   byte %d\n", at);
    }
  }
  CHECK_EQ_INT(srtp_unprotect(receiver, sealed.bytes, &sealed.len), srtp_err_status_ok);
  srtp_dealloc(sender);
  srtp_dealloc(receiver);
}

static media_keys gcm(void) {
  return keys_of(srtp_crypto_policy_set_aes_gcm_128_16_auth, 16);
}

static media_keys cm_sha1(void) {
  return keys_of(srtp_crypto_policy_set_rtp_default, 10);
}

static void test_crypto(void) {
  CHECK_EQ_STR(OpenSSL_version(OPENSSL_VERSION), "BoringSSL");
  CHECK(strstr(srtp_get_version_string(), "libsrtp2") != NULL);
}

static void test_gcm_round_trip(void) {
  round_trip(gcm());
}

static void test_cm_round_trip(void) {
  round_trip(cm_sha1());
}

static void test_gcm_forgery(void) {
  every_flipped_byte_is_refused(gcm());
}

static void test_cm_forgery(void) {
  every_flipped_byte_is_refused(cm_sha1());
}

int main(void) {
  if (!CHECK_EQ_INT(srtp_init(), srtp_err_status_ok)) {
    return 1;
  }
  RUN("libsrtp2 finds BoringSSL and no other crypto library", test_crypto);
  RUN("AES-GCM packets go there and back across the sequence wrap, a replay does not",
      test_gcm_round_trip);
  RUN("AES-CM-SHA1-80 packets go there and back across the sequence wrap, a replay does not",
      test_cm_round_trip);
  RUN("an AES-GCM packet with any byte flipped is refused", test_gcm_forgery);
  RUN("an AES-CM-SHA1-80 packet with any byte flipped is refused", test_cm_forgery);
  CHECK_EQ_INT(srtp_shutdown(), srtp_err_status_ok);
  return check_report();
}
