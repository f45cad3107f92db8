/*
 * Any bytes as a stream of frames, cut anywhere: each datagram lies inside what came, is no longer
 * than the limit, and the same frames are found however the stream was cut.
 */
#include <stdlib.h>
#include <string.h>

#include "host/ice/framing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }
#define STREAM_BYTES_MAX 65536

static uint32_t hash(uint32_t before, pcs_span bytes) {
  for (size_t i = 0; i < bytes.len; i++) {
    before = (before ^ bytes.data[i]) * 16777619u;
  }
  return (before ^ (uint32_t)bytes.len) * 16777619u;
}

/* Frames of memory's first len bytes, of which step more come at a time. */
static pcs_status read_all(uint8_t *memory, size_t len, size_t step, uint32_t *out_hash) {
  pcs_framing_input input = {.memory = memory};
  pcs_status status = PCS_ERR_NO_SPACE;
  *out_hash = 2166136261u;
  while (status == PCS_ERR_NO_SPACE && input.len < len) {
    input.len = len - input.len < step ? len : input.len + step;
    pcs_span datagram;
    while ((status = pcs_framing_next(&input, &datagram)) == PCS_OK) {
      REQUIRE(datagram.len <= PCS_RECEIVE_BYTES_MAX + PCS_FRAMING_MASK_BYTES);
      REQUIRE(datagram.len == 0 ||
              (datagram.data >= memory && datagram.data + datagram.len <= memory + input.at));
      *out_hash = hash(*out_hash, datagram);
    }
    REQUIRE(input.at <= input.len);
  }
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t memory[STREAM_BYTES_MAX];
  uint32_t whole = 0;
  uint32_t cut = 0;
  if (size < 2 || size > STREAM_BYTES_MAX) {
    return 0;
  }
  memcpy(memory, data + 1, size - 1);
  pcs_status status = read_all(memory, size - 1, size, &whole);
  memcpy(memory, data + 1, size - 1);
  REQUIRE(read_all(memory, size - 1, 1u + data[0], &cut) == status && cut == whole);
  return 0;
}
