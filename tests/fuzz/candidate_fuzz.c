/*
 * Any bytes as a candidate and as a server's URL. What is read passes the checks that the host
 * makes, and a candidate is written as a line that reads as the same candidate.
 */
#include <stdlib.h>
#include <string.h>

#include "core/plan/server_url.h"
#include "core/sdp/candidate_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

static pcs_span write_candidate(uint8_t *memory, size_t capacity, const pcs_candidate_line *line) {
  pcs_writer writer;
  pcs_span text;
  pcs_writer_init(&writer, memory, capacity);
  pcs_candidate_line_write(&writer, &line->candidate, line->ufrag);
  REQUIRE(pcs_writer_finish(&writer, &text) == PCS_OK);
  return text;
}

static void check_candidate(pcs_span text) {
  uint8_t memory[2][2 * PCS_CANDIDATE_TEXT_BYTES_MAX];
  pcs_candidate_line first;
  pcs_candidate_line second;
  if (pcs_candidate_line_read(text, &first) != PCS_OK) {
    return;
  }
  REQUIRE(pcs_candidate_check(&first.candidate) == PCS_OK);
  pcs_span once = write_candidate(memory[0], sizeof memory[0], &first);
  REQUIRE(pcs_candidate_line_read(once, &second) == PCS_OK);
  pcs_span twice = write_candidate(memory[1], sizeof memory[1], &second);
  REQUIRE(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_ice_server server;
  pcs_span text = {data, size};
  check_candidate(text);
  if (pcs_server_url_read(text, &server) == PCS_OK) {
    REQUIRE(pcs_ice_server_check(&server) == PCS_OK);
  }
  return 0;
}
