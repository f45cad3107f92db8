#include "host/broker/indicator_terminal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "host/prompt/words.h"
#include "host/sys/descriptor.h"
#include "host/sys/terminal.h"

/* A line with two long origins and everything in use. */
#define TEXT_BYTES (PCS_INDICATOR_LINES_MAX * 1024)

typedef struct notice {
  pcs_indicator_terminal_config config;
  pcs_timer *timer;
  size_t num_lines;
  pcs_indicator_line lines[PCS_INDICATOR_LINES_MAX];
  uint8_t text[TEXT_BYTES];
} notice;

static bool is_same_line(const pcs_indicator_line *a, const pcs_indicator_line *b) {
  return pcs_origin_equal(&a->origin, &b->origin) && pcs_origin_equal(&a->embedder, &b->embedder) &&
         a->rights == b->rights && a->num_calls == b->num_calls &&
         a->has_verified_peer == b->has_verified_peer;
}

static bool is_same(const notice *self, const pcs_indicator_line *lines, size_t num_lines) {
  bool same = self->num_lines == num_lines;
  for (size_t i = 0; i < num_lines && same; i++) {
    same = is_same_line(&self->lines[i], &lines[i]);
  }
  return same;
}

/* ---- the text ---- */

static void write_uses(pcs_writer *writer, const pcs_indicator_line *line) {
  for (uint32_t right = 1; right != 0 && right <= line->rights; right <<= 1) {
    if ((line->rights & right) != 0 && right != PCS_RIGHT_DATA) {
      pcs_writer_text(writer, ", ");
      pcs_writer_text(writer, pcs_right_in_use(right));
    }
  }
}

static void write_line(pcs_writer *writer, const pcs_indicator_line *line) {
  pcs_writer_text(writer, "  ");
  pcs_label_write(writer, pcs_span_of_text(line->origin.text));
  if (!pcs_origin_equal(&line->origin, &line->embedder)) {
    pcs_writer_text(writer, " as part of a page of ");
    pcs_label_write(writer, pcs_span_of_text(line->embedder.text));
  }
  pcs_writer_text(writer, ": ");
  pcs_writer_decimal(writer, line->num_calls);
  pcs_writer_text(writer, line->num_calls == 1 ? " direct connection" : " direct connections");
  write_uses(writer, line);
  pcs_writer_text(writer, line->has_verified_peer ? ", only with people you allowed\n" : "\n");
}

static void write_all(pcs_writer *writer, const pcs_indicator_line *lines, size_t num_lines) {
  pcs_writer_text(writer, num_lines == 0 ? "Portcullis: nothing is in use any more.\n"
                                         : "Portcullis: in use now by sites\n");
  for (size_t i = 0; i < num_lines; i++) {
    write_line(writer, &lines[i]);
  }
}

/* The terminal is opened for each notice: it may have become another program's meanwhile. */
static pcs_status print(notice *self, const pcs_indicator_line *lines, size_t num_lines) {
  int terminal;
  pcs_span rest;
  pcs_writer writer;
  pcs_status status = pcs_terminal_open(&terminal);
  if (status != PCS_OK) {
    return status;
  }
  pcs_writer_init(&writer, self->text, sizeof self->text);
  write_all(&writer, lines, num_lines);
  status = pcs_writer_finish(&writer, &rest);
  while (status == PCS_OK && rest.len > 0) {
    size_t written = 0;
    status = pcs_descriptor_write(terminal, rest, &written);
    rest = pcs_text_slice(rest, written, rest.len);
  }
  pcs_descriptor_close(&terminal);
  return status == PCS_OK ? PCS_OK : PCS_ERR_SYSTEM;
}

/* ---- the indicator ---- */

static void on_time(void *context) {
  notice *self = (notice *)context;
  if (self->num_lines > 0) {
    self->config.events.seen(self->config.events.context, false);
  }
}

static pcs_status show(void *context, const pcs_indicator_line *lines, size_t num_lines) {
  notice *self = (notice *)context;
  if (num_lines > PCS_INDICATOR_LINES_MAX) {
    return PCS_ERR_RANGE;
  }
  if (is_same(self, lines, num_lines)) {
    return PCS_OK;
  }
  pcs_status status = print(self, lines, num_lines);
  if (status != PCS_OK && num_lines > 0) {
    return status; /* that something has ended need not be read */
  }
  if (num_lines > 0) {
    memcpy(self->lines, lines, num_lines * sizeof lines[0]);
  }
  self->num_lines = num_lines;
  pcs_timer_set(self->timer, 0);
  return PCS_OK;
}

static void free_notice(void *context) {
  notice *self = (notice *)context;
  if (self != NULL) {
    pcs_timer_free(self->timer);
    free(self);
  }
}

pcs_status pcs_indicator_terminal_new(pcs_indicator *out_indicator,
                                      const pcs_indicator_terminal_config *config) {
  *out_indicator = (pcs_indicator){.show = NULL};
  notice *self = calloc(1, sizeof *self);
  if (self == NULL || pcs_timer_new(&self->timer, config->loop, on_time, self) != PCS_OK) {
    free(self);
    return PCS_ERR_SYSTEM;
  }
  self->config = *config;
  *out_indicator = (pcs_indicator){.show = show, .free = free_notice, .self = self};
  return PCS_OK;
}
