/* Messages cut out of a stream, however its bytes arrive. */
#include "host/ice/turn_stream.h"

#include "tests/check.h"

#define SPAN_OF(array) ((pcs_span){(array), sizeof(array)})

/* A Binding indication, ChannelData of five bytes with its padding, ChannelData of none. */
static const uint8_t STREAM[] = {
    0x00, 0x11, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42, 1,   2,   3,   4, 5, 6, 7,    8,    9, 10,
    11,   12,   0x40, 0x01, 0x00, 0x05, 'h',  'e',  'l', 'l', 'o', 0, 0, 0, 0x40, 0x02, 0, 0};
static const size_t LENGTHS[] = {20, 12, 4};

static void test_every_split(void) {
  for (size_t len = 0; len <= sizeof STREAM; len++) {
    pcs_span rest = {STREAM, len};
    pcs_span message;
    size_t num = 0;
    size_t taken = 0;
    pcs_status status = PCS_OK;
    while ((status = pcs_turn_stream_next(&rest, &message)) == PCS_OK) {
      CHECK_EQ_UINT(message.len, LENGTHS[num]);
      taken += LENGTHS[num++];
    }
    CHECK_EQ_INT(status, PCS_ERR_NO_SPACE);
    CHECK_EQ_UINT(rest.len, len - taken);
    CHECK(num == 3 || len < taken + LENGTHS[num]);
  }
}

static void test_neither(void) {
  for (unsigned first = 0; first < 256; first++) {
    uint8_t bytes[] = {(uint8_t)first, 0, 0, 0, 0};
    pcs_span rest = SPAN_OF(bytes);
    pcs_span message;
    bool may_be = first <= 3 || (first >= 64 && first <= 79);
    CHECK_EQ_INT(pcs_turn_stream_next(&rest, &message) == PCS_ERR_SYNTAX, !may_be);
  }
}

static void test_longest(void) {
  static uint8_t bytes[PCS_TURN_STREAM_MESSAGE_BYTES_MAX] = {0x4f, 0xff, 0xff, 0xff};
  pcs_span rest = {bytes, sizeof bytes - 1};
  pcs_span message;
  CHECK_EQ_INT(pcs_turn_stream_next(&rest, &message), PCS_ERR_NO_SPACE);
  rest.len++;
  CHECK_EQ_INT(pcs_turn_stream_next(&rest, &message), PCS_OK);
  CHECK_EQ_UINT(message.len, sizeof bytes);
}

int main(void) {
  RUN("messages are whole wherever the stream is cut", test_every_split);
  RUN("what is neither STUN nor ChannelData ends the stream", test_neither);
  RUN("the longest message fits where it is kept", test_longest);
  return check_report();
}
