/* TURN's messages, long-term credentials and the tables of peers, byte by byte. */
#include "host/ice/turn.h"

#include "host/crypto/hash.h"
#include "tests/check.h"

#define SPAN_OF(array) ((pcs_span){(array), sizeof(array)})

static const uint8_t ID[PCS_STUN_ID_BYTES] = {0x78, 0xad, 0x34, 0x33, 0xc6, 0xad,
                                              0x72, 0xc0, 0x29, 0xda, 0x41, 0x2e};
static const pcs_address PEER = {.family = PCS_ADDRESS_IPV4, .bytes = {192, 0, 2, 1}, .port = 32853};

/* RFC 5769 2.4: a request with the long-term credential "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9". */
static const uint8_t RFC_5769_REQUEST[] = {
    0x00, 0x01, 0x00, 0x60, 0x21, 0x12, 0xa4, 0x42, 0x78, 0xad, 0x34, 0x33, 0xc6, 0xad, 0x72, 0xc0,
    0x29, 0xda, 0x41, 0x2e, 0x00, 0x06, 0x00, 0x12, 0xe3, 0x83, 0x9e, 0xe3, 0x83, 0x88, 0xe3, 0x83,
    0xaa, 0xe3, 0x83, 0x83, 0xe3, 0x82, 0xaf, 0xe3, 0x82, 0xb9, 0x00, 0x00, 0x00, 0x15, 0x00, 0x1c,
    0x66, 0x2f, 0x2f, 0x34, 0x39, 0x39, 0x6b, 0x39, 0x35, 0x34, 0x64, 0x36, 0x4f, 0x4c, 0x33, 0x34,
    0x6f, 0x4c, 0x39, 0x46, 0x53, 0x54, 0x76, 0x79, 0x36, 0x34, 0x73, 0x41, 0x00, 0x14, 0x00, 0x0b,
    0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x00, 0x00, 0x08, 0x00, 0x14,
    0xf6, 0x70, 0x24, 0x65, 0x6d, 0xd6, 0x4a, 0x3e, 0x02, 0xb8, 0xe0, 0x71, 0x2e, 0x85, 0xc9, 0xa2,
    0x8c, 0xa8, 0x96, 0x66};
static const char RFC_5769_USER[] =
    "\xe3\x83\x9e\xe3\x83\x88\xe3\x83\xaa\xe3\x83\x83\xe3\x82\xaf\xe3\x82\xb9";
static const char RFC_5769_NONCE[] = "f//499k954d6OL34oL9FSTvy64sA";

static void challenge(pcs_turn_credential *credential, const char *realm, const char *nonce,
                      pcs_span algorithms, pcs_status want) {
  pcs_turn_attributes attributes = {
      .realm = pcs_span_of_text(realm),
      .nonce = pcs_span_of_text(nonce),
      .algorithms = algorithms,
  };
  CHECK_EQ_INT(pcs_turn_credential_challenge(credential, &attributes), want);
}

static void test_long_term_vector(void) {
  pcs_turn_credential credential;
  CHECK_EQ_INT(pcs_turn_credential_init(&credential, pcs_span_of_text(RFC_5769_USER),
                                        pcs_span_of_text("TheMatrIX")),
               PCS_OK);
  challenge(&credential, "example.org", RFC_5769_NONCE, (pcs_span){0}, PCS_OK);
  pcs_stun_message message;
  pcs_turn_attributes attributes;
  CHECK_EQ_INT(pcs_stun_read(SPAN_OF(RFC_5769_REQUEST), &message), PCS_OK);
  CHECK(pcs_stun_is_authentic(&message, pcs_turn_credential_key(&credential)));
  CHECK_EQ_INT(pcs_turn_read(&message, &attributes), PCS_OK);
  CHECK(pcs_span_equal_text(attributes.realm, "example.org"));
  CHECK(pcs_span_equal_text(attributes.nonce, RFC_5769_NONCE));
  pcs_turn_credential_clear(&credential);
}

/* RFC 8489 9.2.2 and 18.5.1.2. */
static void test_sha256_key(void) {
  static const uint8_t BOTH[] = {0, 1, 0, 0, 0, 2, 0, 0};
  static const char TEXT[] = "user:realm:password";
  uint8_t want[PCS_SHA256_BYTES];
  pcs_turn_credential credential;
  CHECK_EQ_INT(pcs_turn_credential_init(&credential, pcs_span_of_text("user"),
                                        pcs_span_of_text("password")),
               PCS_OK);
  challenge(&credential, "realm", "obMatJos2gAAAxyz", SPAN_OF(BOTH), PCS_OK);
  pcs_sha256(pcs_span_of_text(TEXT), want);
  CHECK_EQ_SPAN(pcs_turn_credential_key(&credential), SPAN_OF(want));
  CHECK_EQ_INT(credential.integrity, PCS_STUN_INTEGRITY_SHA256);
  CHECK(!credential.hides_username);
  challenge(&credential, "realm", "obMatJos2wAAAxyz", SPAN_OF(BOTH), PCS_OK);
  CHECK(credential.hides_username);
}

static void test_talked_down(void) {
  static const uint8_t UNKNOWN[] = {0, 9, 0, 0};
  pcs_turn_credential credential;
  CHECK_EQ_INT(pcs_turn_credential_init(&credential, pcs_span_of_text("user"),
                                        pcs_span_of_text("password")),
               PCS_OK);
  challenge(&credential, "realm", "obMatJos2gAAAxyz", (pcs_span){0}, PCS_ERR_SYNTAX);
  challenge(&credential, "realm", "obMatJos2gAAAxyz", SPAN_OF(UNKNOWN), PCS_ERR_UNSUPPORTED);
  challenge(&credential, "", "nonce", (pcs_span){0}, PCS_ERR_SYNTAX);
  challenge(&credential, "realm", "", (pcs_span){0}, PCS_ERR_SYNTAX);
  CHECK_EQ_UINT(pcs_turn_credential_key(&credential).len, 0);
}

/* ---- messages ---- */

static pcs_span write_success(uint8_t *memory, size_t capacity, pcs_stun_integrity integrity) {
  pcs_writer writer;
  pcs_span written;
  pcs_address ipv6 = {.family = PCS_ADDRESS_IPV6, .bytes = {0x20, 1, 0xd, 0xb8}, .port = 9999};
  pcs_writer_init(&writer, memory, capacity);
  pcs_stun_begin_method(&writer, PCS_TURN_ALLOCATE, PCS_STUN_SUCCESS, SPAN_OF(ID));
  pcs_stun_write_xor_address(&writer, PCS_TURN_XOR_RELAYED_ADDRESS, &PEER, SPAN_OF(ID));
  pcs_stun_write_xor_address(&writer, PCS_TURN_XOR_RELAYED_ADDRESS, &ipv6, SPAN_OF(ID));
  pcs_turn_write_lifetime(&writer, 777);
  pcs_stun_write_xor_mapped(&writer, &PEER, SPAN_OF(ID));
  CHECK_EQ_INT(pcs_stun_finish_by(&writer, integrity, pcs_span_of_text("key"), &written), PCS_OK);
  return written;
}

static void test_round_trip(void) {
  for (int i = 0; i < 2; i++) {
    uint8_t memory[256];
    pcs_stun_message message;
    pcs_turn_attributes attributes;
    pcs_span written = write_success(memory, sizeof memory, (pcs_stun_integrity)i);
    CHECK_EQ_INT(pcs_stun_read(written, &message), PCS_OK);
    CHECK_EQ_UINT(message.method, PCS_TURN_ALLOCATE);
    CHECK_EQ_INT(message.kind, PCS_STUN_SUCCESS);
    CHECK_EQ_INT(pcs_turn_read(&message, &attributes), PCS_OK);
    CHECK(pcs_address_equal(&attributes.relayed[0], &PEER));
    CHECK_EQ_UINT(attributes.relayed[1].port, 9999);
    CHECK_EQ_UINT(attributes.lifetime_s, 777);
    for (int by = 0; by < 2; by++) {
      CHECK_EQ_INT(pcs_stun_is_authentic_by(&message, (pcs_stun_integrity)by,
                                            pcs_span_of_text("key")),
                   by == i);
    }
    CHECK(!pcs_stun_is_authentic_by(&message, (pcs_stun_integrity)i, pcs_span_of_text("kez")));
  }
}

static void test_truncated(void) {
  uint8_t memory[256];
  pcs_span written = write_success(memory, sizeof memory, PCS_STUN_INTEGRITY_SHA256);
  for (size_t len = 0; len < written.len; len++) {
    pcs_stun_message message;
    pcs_turn_attributes attributes;
    if (pcs_stun_read((pcs_span){memory, len}, &message) == PCS_OK) {
      CHECK_FAIL("a truncated message was read");
    }
    message.bytes = (pcs_span){memory, len};
    (void)!pcs_turn_read(&message, &attributes);
  }
}

static void test_changed(void) {
  uint8_t memory[256];
  pcs_span written = write_success(memory, sizeof memory, PCS_STUN_INTEGRITY_SHA256);
  for (size_t at = 0; at + 8 < written.len; at++) {
    pcs_stun_message message;
    memory[at] ^= 1;
    /* FINGERPRINT sees it first. */
    CHECK(pcs_stun_read(written, &message) != PCS_OK);
    memory[at] ^= 1;
  }
}

static void test_unknown_attribute(void) {
  uint8_t memory[64];
  pcs_writer writer;
  pcs_span written;
  pcs_stun_message message;
  pcs_turn_attributes attributes;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_stun_begin_method(&writer, PCS_TURN_REFRESH, PCS_STUN_SUCCESS, SPAN_OF(ID));
  pcs_stun_write_attribute(&writer, 0x7ffe, (pcs_span){0});
  CHECK_EQ_INT(pcs_stun_finish(&writer, (pcs_span){0}, &written), PCS_OK);
  CHECK_EQ_INT(pcs_stun_read(written, &message), PCS_OK);
  CHECK_EQ_INT(pcs_turn_read(&message, &attributes), PCS_ERR_SYNTAX);
}

static void test_channel_data(void) {
  static const uint8_t GOOD[] = {0x40, 0x01, 0, 3, 'a', 'b', 'c', 0};
  static const uint8_t LOW[] = {0x3f, 0xff, 0, 0};
  static const uint8_t HIGH[] = {0x50, 0x00, 0, 0};
  uint16_t channel;
  pcs_span data;
  CHECK_EQ_INT(pcs_turn_read_channel(SPAN_OF(GOOD), &channel, &data), PCS_OK);
  CHECK_EQ_UINT(channel, 0x4001);
  CHECK(pcs_span_equal_text(data, "abc"));
  for (size_t len = 0; len < 7; len++) {
    CHECK_EQ_INT(pcs_turn_read_channel((pcs_span){GOOD, len}, &channel, &data), PCS_ERR_SYNTAX);
  }
  CHECK_EQ_INT(pcs_turn_read_channel(SPAN_OF(LOW), &channel, &data), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(pcs_turn_read_channel(SPAN_OF(HIGH), &channel, &data), PCS_ERR_SYNTAX);
}

/* ---- peers ---- */

static void test_channel_keeps_number(void) {
  static pcs_turn_peers peers;
  peers = (pcs_turn_peers){0};
  uint64_t now_us = 1;
  CHECK_EQ_INT(pcs_turn_peers_bind(&peers, now_us, &PEER), PCS_OK);
  pcs_turn_entry_asked(&peers.channels[0]);
  CHECK_EQ_UINT(pcs_turn_peers_channel(&peers, now_us, &PEER), 0);
  pcs_turn_entry_granted(&peers.channels[0], now_us);
  CHECK_EQ_UINT(pcs_turn_peers_channel(&peers, now_us, &PEER), PCS_TURN_CHANNEL_FIRST);
  pcs_turn_entry_let_go(&peers.channels[0]);
  now_us += PCS_TURN_CHANNEL_US;
  CHECK_EQ_UINT(pcs_turn_peers_channel(&peers, now_us, &PEER), 0);
  CHECK_EQ_INT(pcs_turn_peers_bind(&peers, now_us, &PEER), PCS_OK);
  CHECK_EQ_UINT(peers.channels[0].channel, PCS_TURN_CHANNEL_FIRST);
}

static void test_tables_are_bounded(void) {
  static pcs_turn_peers peers;
  peers = (pcs_turn_peers){0};
  pcs_address peer = PEER;
  for (uint8_t i = 0; i < PCS_TURN_PERMISSIONS_MAX; i++) {
    peer.bytes[3] = i;
    CHECK_EQ_INT(pcs_turn_peers_permit(&peers, 1, &peer), PCS_OK);
  }
  peer.bytes[3] = 200;
  CHECK_EQ_INT(pcs_turn_peers_permit(&peers, 1, &peer), PCS_ERR_NO_SPACE);
  CHECK(!pcs_turn_peers_allows(&peers, 1, &peer));
  for (uint16_t i = 0; i < PCS_TURN_CHANNELS_MAX; i++) {
    peer.port = i;
    CHECK_EQ_INT(pcs_turn_peers_bind(&peers, 1, &peer), PCS_OK);
  }
  peer.port = 999;
  CHECK_EQ_INT(pcs_turn_peers_bind(&peers, 1, &peer), PCS_ERR_NO_SPACE);
}

int main(void) {
  RUN("RFC 5769 2.4: the long-term credential's vector", test_long_term_vector);
  RUN("SHA-256 is chosen where it is offered", test_sha256_key);
  RUN("a challenge from which something was taken out is refused", test_talked_down);
  RUN("what is written is read again, and believed by its own hash only", test_round_trip);
  RUN("a truncated message is none", test_truncated);
  RUN("a changed byte is seen", test_changed);
  RUN("an attribute that must be understood and is not spoils the message",
      test_unknown_attribute);
  RUN("ChannelData is as long as it says", test_channel_data);
  RUN("a channel's number stays its peer's", test_channel_keeps_number);
  RUN("permissions and channels are bounded", test_tables_are_bounded);
  return check_report();
}
