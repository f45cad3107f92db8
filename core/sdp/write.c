#include "core/sdp/session.h"

static void write_line(pcs_writer *writer, const pcs_sdp_line *line) {
  pcs_writer_u8(writer, line->type);
  pcs_writer_text(writer, "=");
  pcs_writer_bytes(writer, line->name);
  if (line->has_colon) {
    pcs_writer_text(writer, ":");
  }
  pcs_writer_bytes(writer, line->value);
  pcs_writer_text(writer, "\r\n");
}

void pcs_sdp_write_lines(pcs_writer *writer, pcs_sdp_lines lines) {
  for (size_t i = 0; i < lines.num; i++) {
    write_line(writer, &lines.first[i]);
  }
}

void pcs_sdp_write(pcs_writer *writer, const pcs_sdp_session *session) {
  pcs_sdp_write_lines(writer, session->lines);
  for (size_t i = 0; i < session->num_sections; i++) {
    pcs_sdp_write_lines(writer, session->sections[i].lines);
  }
}

bool pcs_sdp_line_equal(const pcs_sdp_line *a, const pcs_sdp_line *b) {
  return a->type == b->type && a->has_colon == b->has_colon && pcs_span_equal(a->name, b->name) &&
         pcs_span_equal(a->value, b->value);
}
