/* Synthetic devices: frames of a known size, each another one, and none for what is no device. */
#include "host/capture/synthetic.h"

#include "tests/check.h"

static uint8_t first[PCS_FRAME_BYTES_MAX];
static uint8_t second[PCS_FRAME_BYTES_MAX];

static pcs_span frame(uint8_t *memory, uint32_t right, uint64_t number) {
  pcs_writer writer;
  pcs_span written = {0};
  pcs_writer_init(&writer, memory, PCS_FRAME_BYTES_MAX);
  pcs_synthetic_write(&writer, right, number, number * pcs_synthetic_frame_us(right));
  CHECK_EQ_INT(pcs_writer_finish(&writer, &written), PCS_OK);
  return written;
}

static void test_sizes(void) {
  CHECK_EQ_UINT(frame(first, PCS_RIGHT_MICROPHONE, 0).len, PCS_FRAME_HEADER_BYTES + 960);
  CHECK_EQ_UINT(frame(first, PCS_RIGHT_CAMERA, UINT32_MAX).len, PCS_FRAME_BYTES_MAX);
  CHECK_EQ_UINT(first[0], 3);
}

static void test_moves(void) {
  static const uint32_t rights[] = {PCS_RIGHT_MICROPHONE, PCS_RIGHT_CAMERA, PCS_RIGHT_SCREEN,
                                    PCS_RIGHT_WINDOW};
  for (size_t i = 0; i < 4; i++) {
    pcs_span one = frame(first, rights[i], 1);
    pcs_span two = frame(second, rights[i], 2);
    pcs_span body = {one.data + PCS_FRAME_HEADER_BYTES, one.len - PCS_FRAME_HEADER_BYTES};
    pcs_span next = {two.data + PCS_FRAME_HEADER_BYTES, two.len - PCS_FRAME_HEADER_BYTES};
    CHECK(!pcs_span_equal(body, next));
    CHECK(pcs_span_equal(one, frame(second, rights[i], 1)));
  }
}

static void test_none(void) {
  CHECK_EQ_UINT(pcs_synthetic_frame_us(PCS_RIGHT_DATA), 0);
  CHECK_EQ_UINT(pcs_synthetic_frame_us(PCS_RIGHT_SPEAKER), 0);
  CHECK_EQ_UINT(pcs_synthetic_frame_us(0), 0);
}

int main(void) {
  RUN("a frame has the size of its device", test_sizes);
  RUN("each frame is another, and the same number gives the same", test_moves);
  RUN("what is no capture has no frames", test_none);
  return check_report();
}
