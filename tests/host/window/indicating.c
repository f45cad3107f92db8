/*
 * portcullis-indicating: shows what it is told by an indicator, and tells what the indicator says,
 * for tests. Standard input, a line each:
 *
 *   show [ORIGIN EMBEDDER RIGHT,RIGHT CALLS verified|anybody]...      what is in use now
 *
 * Standard output: "show STATUS" for each, "seen yes|no", "stop ORIGIN EMBEDDER".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "host/broker/indicator_process.h"
#include "host/sys/descriptor.h"

#define INPUT_BYTES 16384

static pcs_loop *loop;
static pcs_indicator shown;
static pcs_indicator_line lines[PCS_INDICATOR_LINES_MAX + 1];
static uint8_t input[INPUT_BYTES];
static size_t input_len;

static void on_stop(void *context, const pcs_origin *origin, const pcs_origin *embedder) {
  (void)context;
  printf("stop %s %s\n", origin->text, embedder->text);
}

static void on_seen(void *context, bool is_seen) {
  (void)context;
  printf("seen %s\n", is_seen ? "yes" : "no");
}

static uint32_t read_rights(pcs_span text) {
  uint32_t rights = 0;
  pcs_span name;
  while (pcs_text_next_field(&text, ',', &name)) {
    const pcs_right_row *row = pcs_right_find_named(name);
    rights |= row != NULL ? (uint32_t)row->right : 0;
  }
  return rights;
}

static bool read_line(pcs_span *rest, pcs_indicator_line *out_line) {
  pcs_span word[5];
  uint64_t calls = 0;
  for (size_t i = 0; i < 5; i++) {
    if (!pcs_text_next_token(rest, ' ', &word[i])) {
      return false;
    }
  }
  *out_line = (pcs_indicator_line){.rights = read_rights(word[2])};
  bool good = pcs_origin_parse(word[0], &out_line->origin) == PCS_OK &&
              pcs_origin_parse(word[1], &out_line->embedder) == PCS_OK &&
              pcs_text_decimal(word[3], UINT32_MAX, &calls) == PCS_OK;
  out_line->num_calls = (uint32_t)calls;
  out_line->has_verified_peer = pcs_span_equal_text(word[4], "verified");
  return good;
}

static void handle(pcs_span line) {
  size_t num = 0;
  pcs_text_skip(&line, "show");
  while (num <= PCS_INDICATOR_LINES_MAX && read_line(&line, &lines[num])) {
    num++;
  }
  printf("show %s\n", pcs_status_name(shown.show(shown.self, lines, num)));
}

static void on_input(void *context, unsigned ready_for) {
  size_t len = 0;
  (void)context;
  (void)ready_for;
  pcs_status status = pcs_descriptor_read(0, input + input_len, sizeof input - input_len, &len);
  if (status != PCS_OK) {
    if (status != PCS_ERR_NO_SPACE) {
      pcs_loop_stop(loop);
    }
    return;
  }
  pcs_span rest = {input, input_len + len};
  while (pcs_text_find(rest, '\n') < rest.len) {
    pcs_span line;
    pcs_text_split(rest, '\n', &line, &rest);
    handle(line);
  }
  if (rest.len > 0) {
    memmove(input, rest.data, rest.len);
  }
  input_len = rest.len;
}

static pcs_status make_indicator(void) {
  pcs_indicator_events events = {.stop = on_stop, .seen = on_seen};
  pcs_indicator_process_config config = {.loop = loop, .events = events};
  return pcs_indicator_process_new(&shown, &config);
}

int main(void) {
  pcs_watch *watch = NULL;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (pcs_loop_new(&loop) != PCS_OK || make_indicator() != PCS_OK ||
      pcs_descriptor_adopt(0) != PCS_OK ||
      pcs_watch_new(&watch, loop, 0, on_input, NULL) != PCS_OK) {
    return 2;
  }
  pcs_watch_want(watch, PCS_READABLE);
  pcs_loop_run(loop);
  shown.free(shown.self);
  pcs_watch_free(watch);
  pcs_loop_free(loop);
  return 0;
}
