/*
 * Any bytes as a session description: what is read is written, read again, and written as the same
 * bytes; what is not read names a line that the text has, or the one behind it.
 */
#include <stdlib.h>
#include <string.h>

#include "core/sdp/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

static uint8_t memory[2][2 << 20];
static uint8_t written[2][1 << 20];

static pcs_status read_into(int which, pcs_span text, pcs_sdp_session *out, uint32_t *out_line) {
  pcs_arena arena;
  pcs_arena_init(&arena, memory[which], sizeof memory[which]);
  return pcs_sdp_read(&arena, text, out, out_line);
}

static pcs_span write_from(int which, const pcs_sdp_session *session) {
  pcs_writer writer;
  pcs_span text;
  pcs_writer_init(&writer, written[which], sizeof written[which]);
  pcs_sdp_write(&writer, session);
  REQUIRE(pcs_writer_finish(&writer, &text) == PCS_OK);
  return text;
}

static size_t count_lines(pcs_span text) {
  size_t num = 1;
  for (size_t i = 0; i < text.len; i++) {
    num += text.data[i] == '\n' ? 1 : 0;
  }
  return num;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_sdp_session first;
  pcs_sdp_session second;
  uint32_t line;
  pcs_span text = {data, size < 65536 ? size : 65536};
  if (read_into(0, text, &first, &line) != PCS_OK) {
    REQUIRE(line <= count_lines(text) + 1);
    return 0;
  }
  pcs_span once = write_from(0, &first);
  REQUIRE(read_into(1, once, &second, &line) == PCS_OK);
  pcs_span twice = write_from(1, &second);
  REQUIRE(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
  REQUIRE(first.num_sections == second.num_sections);
  for (size_t i = 0; i < first.num_sections; i++) {
    (void)pcs_sdp_section_transport(&first, i);
    REQUIRE(pcs_sdp_is_data(&first.sections[i]) == pcs_sdp_is_data(&second.sections[i]));
  }
  return 0;
}
