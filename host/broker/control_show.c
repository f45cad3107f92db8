#include "host/broker/control_state.h"
#include "host/broker/json.h"
#include "host/sys/clock.h"

static void write_line(pcs_writer *writer, const pcs_indicator_line *line) {
  pcs_writer_text(writer, "{");
  pcs_json_key(writer, "origin");
  pcs_json_text(writer, pcs_span_of_text(line->origin.text));
  pcs_json_key(writer, "embedder");
  pcs_json_text(writer, pcs_span_of_text(line->embedder.text));
  pcs_json_key(writer, "rights");
  pcs_json_rights(writer, line->rights);
  pcs_json_key(writer, "calls");
  pcs_writer_decimal(writer, line->num_calls);
  pcs_json_key(writer, "verified");
  pcs_writer_text(writer, line->has_verified_peer ? "true" : "false");
  pcs_writer_text(writer, "}");
}

static pcs_status show(void *self, const pcs_indicator_line *lines, size_t num_lines) {
  pcs_control *control = (pcs_control *)self;
  pcs_writer writer = pcs_lines_writer(control->lines);
  pcs_writer_text(&writer, "using [");
  for (size_t i = 0; i < num_lines; i++) {
    pcs_writer_text(&writer, i > 0 ? "," : "");
    write_line(&writer, &lines[i]);
  }
  pcs_writer_text(&writer, "]");
  bool is_said = pcs_lines_say(control->lines, &writer) == PCS_OK;
  return is_said ? PCS_OK : PCS_ERR_UNSUPPORTED; /* it does not read: nobody sees it */
}

static void free_nothing(void *self) {
  (void)self;
}

pcs_indicator pcs_control_indicator(pcs_control *control) {
  return (pcs_indicator){.show = show, .free = free_nothing, .self = control};
}

void pcs_control_hear_stop(pcs_control *control, pcs_span rest) {
  pcs_origin origin;
  pcs_origin embedder;
  if (pcs_control_next_origin(&rest, &origin) != PCS_OK ||
      pcs_control_next_origin(&rest, &embedder) != PCS_OK || rest.len > 0) {
    pcs_lines_error(control->lines, "This is not an origin and the one around it.");
    return;
  }
  pcs_consent_stop(control->consent, &origin, &embedder, pcs_clock_unix_us());
  pcs_lines_answer(control->lines, "ok");
}

void pcs_control_hear_seen(pcs_control *control, pcs_span rest) {
  bool is_seen = pcs_span_equal_text(rest, "yes");
  if (!is_seen && !pcs_span_equal_text(rest, "no")) {
    pcs_lines_error(control->lines, "It is seen: yes or no.");
    return;
  }
  pcs_consent_seen(control->consent, is_seen, pcs_clock_unix_us());
  pcs_lines_answer(control->lines, "ok");
}
