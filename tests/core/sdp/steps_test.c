/*
 * How much work a description costs, counted and not timed: the readers are compiled into this
 * program with every function that walks over text counted by the bytes it walks over.
 */
#include "tests/check.h"

#include "core/base/text.h"

static size_t steps;

static bool counted_next_line(pcs_span *rest, pcs_span *out_line) {
  size_t before = rest->len;
  bool found = pcs_text_next_line(rest, out_line);
  steps += 1 + before - rest->len;
  return found;
}

static bool counted_next_token(pcs_span *rest, uint8_t separator, pcs_span *out_token) {
  size_t before = rest->len;
  bool found = pcs_text_next_token(rest, separator, out_token);
  steps += 1 + before - rest->len;
  return found;
}

static bool counted_next_field(pcs_span *rest, uint8_t separator, pcs_span *out_field) {
  size_t before = rest->len;
  bool found = pcs_text_next_field(rest, separator, out_field);
  steps += 1 + before - rest->len;
  return found;
}

static bool counted_split(pcs_span text, uint8_t separator, pcs_span *before, pcs_span *after) {
  bool found = pcs_text_split(text, separator, before, after);
  steps += 1 + before->len;
  return found;
}

static size_t counted_find(pcs_span text, uint8_t byte) {
  size_t at = pcs_text_find(text, byte);
  steps += 1 + at;
  return at;
}

static bool counted_equal_text(pcs_span span, const char *text) {
  steps += 1 + (span.len == strlen(text) ? span.len : 0);
  return pcs_span_equal_text(span, text);
}

static pcs_status counted_decimal(pcs_span text, uint64_t max, uint64_t *out_value) {
  steps += 1 + text.len;
  return pcs_text_decimal(text, max, out_value);
}

static pcs_status counted_hex_decode(pcs_span text, uint8_t separator, pcs_writer *out) {
  steps += 1 + text.len;
  return pcs_text_hex_decode(text, separator, out);
}

#define pcs_text_next_line counted_next_line
#define pcs_text_next_token counted_next_token
#define pcs_text_next_field counted_next_field
#define pcs_text_split counted_split
#define pcs_text_find counted_find
#define pcs_span_equal_text counted_equal_text
#define pcs_text_decimal counted_decimal
#define pcs_text_hex_decode counted_hex_decode
#include "core/sdp/attribute.c"
#include "core/sdp/candidate_line.c"
#include "core/sdp/read.c"

#define START "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define DATA START "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"

static uint8_t memory[48 << 20];
static uint8_t text[4 << 20];

/* What costs what: a start, and what is repeated. */
typedef struct shape {
  const char *start;
  const char *repeated;
} shape;

static const shape shapes[] = {
    {START, "a=x\r\n"},
    {DATA, "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n"},
    {DATA, "a=rtpmap:96 VP8/90000\r\n"},
    {DATA, "a=ice-options:trickle\r\n"},
    {START, "a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33\r\n"},
    {START "a=x:", "y"},
    {START "a=ice-options:", " x"},
    {START "a=group:LS", " x"},
    {START "a=", ":"},
    {DATA "a=fingerprint:sha-256 ", "00:"},
    {DATA "a=candidate:", "1 "},
    {START "m=audio 9 X", " 0"},
    {"", "\r\n"},
    {"", "v=0\r\n"},
};

static pcs_span build(const shape *of, size_t len) {
  pcs_writer writer;
  pcs_writer_init(&writer, text, sizeof text);
  pcs_writer_text(&writer, of->start);
  while (writer.len + strlen(of->repeated) <= len) {
    pcs_writer_text(&writer, of->repeated);
  }
  return pcs_writer_span(&writer);
}

static size_t cost(pcs_span input, pcs_status *out_status, uint32_t *out_line, size_t *out_used) {
  pcs_arena arena;
  pcs_sdp_session session;
  pcs_arena_init(&arena, memory, sizeof memory);
  steps = 0;
  *out_status = pcs_sdp_read(&arena, input, &session, out_line);
  *out_used = arena.used;
  return steps;
}

static void test_linear(void) {
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    pcs_status status;
    uint32_t line;
    size_t used;
    size_t once = cost(build(&shapes[i], 250000), &status, &line, &used);
    size_t twice = cost(build(&shapes[i], 500000), &status, &line, &used);
    /* Half again of doubling is far from the fourfold of anything quadratic. */
    if (!CHECK(twice <= once * 5 / 2 + 1000) || !CHECK(twice <= 500000 * 64)) {
      printf("#   shape %zu: %zu, then %zu steps\n", i, once, twice);
    }
    CHECK(used <= 500000 * 16);
  }
}

static void test_many_sections(void) {
  static const shape sections = {START, "m=audio 9 X 0\r\n"};
  pcs_status status;
  uint32_t line;
  size_t used;
  pcs_span input = build(&sections, PCS_SDP_BYTES_MAX);
  CHECK(input.len / 15 > 60000);
  size_t spent = cost(input, &status, &line, &used);
  CHECK_EQ_INT(status, PCS_ERR_TOO_LARGE);
  CHECK_EQ_UINT(line, 4 + PCS_SDP_SECTIONS_MAX + 1);
  CHECK_EQ_UINT(used, 0);
  CHECK(spent < 20000);
}

/* 100,000 m= lines are more than a description may be long, too: not one of them is looked at. */
static void test_too_long(void) {
  static const shape sections = {START, "m=audio 9 X 0\r\n"};
  pcs_status status;
  uint32_t line;
  size_t used;
  pcs_span input = build(&sections, 1500100);
  CHECK(input.len / 15 >= 100000);
  CHECK_EQ_UINT(cost(input, &status, &line, &used), 0);
  CHECK_EQ_INT(status, PCS_ERR_TOO_LARGE);
  CHECK_EQ_UINT(used, 0);
}

int main(void) {
  RUN("twice the text costs twice the steps, whatever is in it", test_linear);
  RUN("too many sections are refused where the limit is, before any memory is taken",
      test_many_sections);
  RUN("a hundred thousand sections are refused without a look", test_too_long);
  return check_report();
}
