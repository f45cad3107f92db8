/* Frames on a stream (RFC 4571), plain and masked, however their bytes arrive. */
#include "host/ice/framing.h"

#include "host/crypto/random.h"
#include "tests/check.h"

#define SPAN_OF(array) ((pcs_span){(array), sizeof(array)})
#define MASK 0x01020304u

static const uint8_t HELLO[] = {'h', 'e', 'l', 'l', 'o'};
static const uint8_t STREAM[] = {0,       5,       'h',     'e',     'l',     'l', 'o', 0,
                                 0,       0,       10,      0xc0,    1,       2,   3,   4,
                                 'h' ^ 1, 'e' ^ 2, 'l' ^ 3, 'l' ^ 4, 'o' ^ 1, 0,   1,   0x80};
static const size_t ENDS[] = {7, 9, 21, 24};
static const size_t LENGTHS[] = {5, 0, 5, 1};

static void test_bytes(void) {
  uint8_t memory[64];
  static const uint8_t LAST[] = {0x80};
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_framing_write(&writer, SPAN_OF(HELLO));
  pcs_framing_write(&writer, (pcs_span){0});
  pcs_framing_write_masked(&writer, SPAN_OF(HELLO), MASK);
  pcs_framing_write(&writer, SPAN_OF(LAST));
  CHECK_EQ_SPAN(pcs_writer_span(&writer), SPAN_OF(STREAM));
}

/* Every place where what has come may end. */
static void test_every_split(void) {
  for (size_t len = 0; len <= sizeof STREAM; len++) {
    uint8_t memory[sizeof STREAM];
    memcpy(memory, STREAM, sizeof STREAM);
    pcs_framing_input input = {.memory = memory, .len = len};
    pcs_span datagram;
    size_t num = 0;
    pcs_status status = PCS_OK;
    while ((status = pcs_framing_next(&input, &datagram)) == PCS_OK && num < 4) {
      CHECK_EQ_UINT(datagram.len, LENGTHS[num]);
      CHECK(datagram.len != sizeof HELLO || pcs_span_equal(datagram, SPAN_OF(HELLO)));
      CHECK_EQ_UINT(input.at, ENDS[num]);
      num++;
    }
    CHECK_EQ_INT(status, PCS_ERR_NO_SPACE);
    CHECK(num == 4 || len < ENDS[num]);
    /* What was not whole is left as it came: it is read again with the rest. */
    CHECK(memcmp(memory + input.at, STREAM + input.at, sizeof STREAM - input.at) == 0);
  }
}

static void test_limit(void) {
  static uint8_t memory[PCS_FRAMING_BYTES_MAX];
  static uint8_t longest[PCS_RECEIVE_BYTES_MAX + 1] = {0x80};
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_framing_write_masked(&writer, (pcs_span){longest, PCS_RECEIVE_BYTES_MAX}, MASK);
  pcs_framing_input input = {.memory = memory, .len = writer.len};
  pcs_span datagram;
  CHECK_EQ_UINT(writer.len, PCS_FRAMING_BYTES_MAX);
  CHECK_EQ_INT(pcs_framing_next(&input, &datagram), PCS_OK);
  CHECK_EQ_SPAN(datagram, ((pcs_span){longest, PCS_RECEIVE_BYTES_MAX}));
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_framing_write(&writer, SPAN_OF(longest));
  CHECK(writer.failed);
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_framing_write_masked(&writer, SPAN_OF(longest), MASK);
  CHECK(writer.failed);
}

/* The first two bytes are enough: the rest of it is not waited for. */
static void test_over_limit(void) {
  uint8_t over[] = {(PCS_FRAMING_BYTES_MAX - 1) >> 8, (PCS_FRAMING_BYTES_MAX - 1) & 0xff};
  uint8_t endless[] = {0xff, 0xff, 0, 1};
  uint8_t unmasked[] = {0, 4, 0xc0, 1, 2, 3};
  pcs_span datagram;
  pcs_framing_input input = {.memory = over, .len = sizeof over};
  CHECK_EQ_INT(pcs_framing_next(&input, &datagram), PCS_ERR_TOO_LARGE);
  input = (pcs_framing_input){.memory = endless, .len = sizeof endless};
  CHECK_EQ_INT(pcs_framing_next(&input, &datagram), PCS_ERR_TOO_LARGE);
  input = (pcs_framing_input){.memory = unmasked, .len = sizeof unmasked};
  CHECK_EQ_INT(pcs_framing_next(&input, &datagram), PCS_ERR_SYNTAX);
}

static void test_round_trip(void) {
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, CHECK_SEED(4571));
  for (int run = 0; run < 2000; run++) {
    uint8_t datagram[300];
    uint8_t memory[320];
    size_t len = pcs_random_below(&random, sizeof datagram + 1);
    pcs_random_fill(&random, datagram, sizeof datagram);
    datagram[0] &= 0x7f; /* nothing that is sent begins as a masked frame does (RFC 7983) */
    pcs_span sent = {datagram, len};
    pcs_writer writer;
    pcs_writer_init(&writer, memory, sizeof memory);
    if (run % 2 == 0) {
      pcs_framing_write(&writer, sent);
    } else {
      pcs_framing_write_masked(&writer, sent, (uint32_t)pcs_random_u64(&random));
    }
    pcs_framing_input input = {.memory = memory, .len = writer.len};
    pcs_span got;
    CHECK_EQ_INT(pcs_framing_next(&input, &got), PCS_OK);
    CHECK_EQ_SPAN(got, sent);
    CHECK_EQ_UINT(input.at, writer.len);
  }
}

int main(void) {
  RUN("frames have RFC 4571's form, masked ones their marker and mask", test_bytes);
  RUN("frames are whole wherever the stream is cut", test_every_split);
  RUN("the longest frame passes and a longer one is not written", test_limit);
  RUN("a frame over the limit, or without its whole mask, ends the stream", test_over_limit);
  RUN("what is framed comes back, masked or not", test_round_trip);
  return check_report();
}
