/* STUN messages from anybody: reads, then checks that what was accepted is inside the input. */
#include <assert.h>
#include <string.h>

#include "host/ice/stun.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(pcs_span part, pcs_span whole) {
  assert(part.len == 0 ||
         (part.data >= whole.data && part.data + part.len <= whole.data + whole.len));
}

/* A fuzzer does not find a CRC: what it sends as FINGERPRINT is made right. */
static void mend(uint8_t *bytes, size_t len) {
  pcs_writer writer = {.data = bytes, .capacity = len, .len = len};
  if (len >= 28) {
    uint32_t crc = pcs_stun_fingerprint((pcs_span){bytes, len - 8});
    pcs_writer_patch_u16(&writer, len - 8, 0x8028);
    pcs_writer_patch_u16(&writer, len - 6, 4);
    pcs_writer_patch_u32(&writer, len - 4, crc);
  }
}

static void read(pcs_span input) {
  pcs_stun_message message;
  if (pcs_stun_read(input, &message) != PCS_OK) {
    assert(message.bytes.len == 0 && message.has == 0);
    return;
  }
  check_inside(message.id, input);
  check_inside(message.username, input);
  assert(message.num_unknown <= PCS_STUN_UNKNOWN_MAX);
  assert(message.error_code == 0 || (message.error_code >= 300 && message.error_code <= 699));
  (void)pcs_stun_is_authentic(&message, pcs_span_of_text("aPasswordOfLengthTwentyFour"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t copy[PCS_RECEIVE_BYTES_MAX];
  read((pcs_span){data, size});
  if (size >= 4 && size <= sizeof copy) {
    memcpy(copy, data, size);
    copy[2] = (uint8_t)((size - PCS_STUN_HEADER_BYTES) >> 8);
    copy[3] = (uint8_t)(size - PCS_STUN_HEADER_BYTES);
    mend(copy, size);
    read((pcs_span){copy, size});
  }
  return 0;
}
