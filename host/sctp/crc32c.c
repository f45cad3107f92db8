#include "host/sctp/crc32c.h"

#include <assert.h>
#include <string.h>

#define POLYNOMIAL 0x82f63b78u /* reflected: RFC 9260 appendix A */
#define SUM_OFFSET 8
#define HEADER_BYTES 12
/* Three blocks are summed at a time, since the instruction takes three cycles but starts each. */
#define BLOCK_BYTES 128

/* tables[k][b]: byte b followed by k zero bytes. */
static uint32_t tables[8][256];
/* shift[k][b]: byte b at position k of a sum, moved over one block of zeros. */
static uint32_t shift[4][256];
static bool has_instruction;

static uint32_t read_u32(const uint8_t *at) { /* little endian, as the reflected sum runs */
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Eight bytes a step: "slicing by eight". */
static uint32_t update_by_table(uint32_t sum, const uint8_t *at, size_t len) {
  for (; len >= 8; at += 8, len -= 8) {
    uint32_t low = sum ^ read_u32(at);
    uint32_t high = read_u32(at + 4);
    sum = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^
          tables[4][low >> 24] ^ tables[3][high & 0xff] ^ tables[2][high >> 8 & 0xff] ^
          tables[1][high >> 16 & 0xff] ^ tables[0][high >> 24];
  }
  for (; len > 0; at++, len--) {
    sum = sum >> 8 ^ tables[0][(sum ^ *at) & 0xff];
  }
  return sum;
}

#ifdef __x86_64__
static uint64_t shift_over_block(uint64_t sum) {
  return shift[0][sum & 0xff] ^ shift[1][sum >> 8 & 0xff] ^ shift[2][sum >> 16 & 0xff] ^
         shift[3][sum >> 24 & 0xff];
}

static inline uint64_t load_u64(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

__attribute__((target("sse4.2"))) static uint64_t update_three_blocks(uint64_t sum,
                                                                      const uint8_t *at) {
  uint64_t second = 0;
  uint64_t third = 0;
  for (size_t i = 0; i < BLOCK_BYTES; i += 8) {
    sum = __builtin_ia32_crc32di(sum, load_u64(at + i));
    second = __builtin_ia32_crc32di(second, load_u64(at + BLOCK_BYTES + i));
    third = __builtin_ia32_crc32di(third, load_u64(at + 2 * BLOCK_BYTES + i));
  }
  return shift_over_block(shift_over_block(sum) ^ second) ^ third;
}

__attribute__((target("sse4.2"))) static uint32_t
update_by_instruction(uint32_t start, const uint8_t *at, size_t len) {
  uint64_t sum = start;
  for (; len >= 3 * BLOCK_BYTES; at += 3 * BLOCK_BYTES, len -= 3 * BLOCK_BYTES) {
    sum = update_three_blocks(sum, at);
  }
  for (; len >= 8; at += 8, len -= 8) {
    sum = __builtin_ia32_crc32di(sum, load_u64(at));
  }
  for (; len > 0; at++, len--) {
    sum = __builtin_ia32_crc32qi((uint32_t)sum, *at);
  }
  return (uint32_t)sum;
}

static bool detect_instruction(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2") != 0;
}
#else
static uint32_t update_by_instruction(uint32_t sum, const uint8_t *at, size_t len) {
  return update_by_table(sum, at, len);
}

static bool detect_instruction(void) {
  return false;
}
#endif

void pcs_crc32c_init(void) {
  for (uint32_t b = 0; b < 256; b++) {
    uint32_t sum = b;
    for (size_t bit = 0; bit < 8; bit++) {
      sum = (sum & 1) != 0 ? sum >> 1 ^ POLYNOMIAL : sum >> 1;
    }
    tables[0][b] = sum;
  }
  for (size_t k = 1; k < 8; k++) {
    for (size_t b = 0; b < 256; b++) {
      tables[k][b] = tables[k - 1][b] >> 8 ^ tables[0][tables[k - 1][b] & 0xff];
    }
  }
  static const uint8_t zeros[BLOCK_BYTES];
  for (size_t k = 0; k < 4; k++) {
    for (uint32_t b = 0; b < 256; b++) {
      shift[k][b] = update_by_table(b << (8 * k), zeros, BLOCK_BYTES);
    }
  }
  has_instruction = detect_instruction();
}

static uint32_t update(uint32_t sum, const uint8_t *at, size_t len) {
  return has_instruction ? update_by_instruction(sum, at, len) : update_by_table(sum, at, len);
}

uint32_t pcs_crc32c(pcs_span bytes) {
  return ~update(UINT32_MAX, bytes.data, bytes.len);
}

uint32_t pcs_crc32c_by_table(pcs_span bytes) {
  return ~update_by_table(UINT32_MAX, bytes.data, bytes.len);
}

uint32_t pcs_crc32c_packet(pcs_span packet) {
  assert(packet.len >= HEADER_BYTES);
  uint8_t header[HEADER_BYTES] = {0};
  memcpy(header, packet.data, SUM_OFFSET);
  uint32_t sum = update(UINT32_MAX, header, sizeof header);
  return ~update(sum, packet.data + HEADER_BYTES, packet.len - HEADER_BYTES);
}

bool pcs_crc32c_verify(pcs_span packet) {
  return packet.len >= HEADER_BYTES &&
         read_u32(packet.data + SUM_OFFSET) == pcs_crc32c_packet(packet);
}

void pcs_crc32c_seal(uint8_t *packet, size_t len) {
  uint32_t sum = pcs_crc32c_packet((pcs_span){packet, len});
  for (size_t i = 0; i < 4; i++) {
    packet[SUM_OFFSET + i] = (uint8_t)(sum >> (8 * i));
  }
}
