#include "tests/check.h"

#include "host/sctp/crc32c.h"

/* RFC 3720 B.4, the vectors that CRC-32C is checked with everywhere. */
static void test_vectors(void) {
  uint8_t bytes[32];
  memset(bytes, 0, sizeof bytes);
  CHECK_EQ_UINT(pcs_crc32c((pcs_span){bytes, 32}), 0x8a9136aa);
  memset(bytes, 0xff, sizeof bytes);
  CHECK_EQ_UINT(pcs_crc32c((pcs_span){bytes, 32}), 0x62a8ab43);
  for (size_t i = 0; i < 32; i++) {
    bytes[i] = (uint8_t)i;
  }
  CHECK_EQ_UINT(pcs_crc32c((pcs_span){bytes, 32}), 0x46dd794e);
  for (size_t i = 0; i < 32; i++) {
    bytes[i] = (uint8_t)(31 - i);
  }
  CHECK_EQ_UINT(pcs_crc32c((pcs_span){bytes, 32}), 0x113fdb5c);
  CHECK_EQ_UINT(pcs_crc32c(pcs_span_of_text("123456789")), 0xe3069283);
  CHECK_EQ_UINT(pcs_crc32c((pcs_span){0}), 0);
}

static void test_ways_agree(void) {
  static uint8_t bytes[2100];
  for (size_t i = 0; i < sizeof bytes; i++) {
    bytes[i] = (uint8_t)(i * 131 + i / 7);
  }
  for (size_t len = 0; len <= 2048; len++) {
    for (size_t start = 0; start < 9; start += 4) {
      pcs_span span = {bytes + start, len};
      if (!CHECK_EQ_UINT(pcs_crc32c(span), pcs_crc32c_by_table(span))) {
        return;
      }
    }
  }
}

static void test_packet(void) {
  uint8_t packet[64];
  for (size_t i = 0; i < sizeof packet; i++) {
    packet[i] = (uint8_t)(i + 1);
  }
  CHECK(!pcs_crc32c_verify((pcs_span){packet, sizeof packet}));
  pcs_crc32c_seal(packet, sizeof packet);
  CHECK(pcs_crc32c_verify((pcs_span){packet, sizeof packet}));
  for (size_t bit = 0; bit < 8 * sizeof packet; bit++) {
    packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
    CHECK(!pcs_crc32c_verify((pcs_span){packet, sizeof packet}));
    packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
  for (size_t len = 0; len < 12; len++) {
    CHECK(!pcs_crc32c_verify((pcs_span){packet, len}));
  }
}

int main(void) {
  pcs_crc32c_init();
  RUN("the published vectors of CRC-32C hold", test_vectors);
  RUN("instruction and tables give the same sum at every length", test_ways_agree);
  RUN("a packet's checksum catches every flipped bit", test_packet);
  return check_report();
}
