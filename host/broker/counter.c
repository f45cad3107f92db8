#include "host/broker/counter.h"

#include "core/base/text.h"
#include "host/broker/json.h"

void pcs_counter_write_grant(pcs_writer *writer, const pcs_grant *grant) {
  pcs_writer_text(writer, "{");
  pcs_json_key(writer, "id");
  pcs_writer_text(writer, "\""); /* too large for a number of JavaScript */
  pcs_writer_decimal(writer, grant->id);
  pcs_writer_text(writer, "\"");
  pcs_json_key(writer, "origin");
  pcs_json_text(writer, pcs_span_of_text(grant->origin.text));
  pcs_json_key(writer, "embedder");
  pcs_json_text(writer, pcs_span_of_text(grant->embedder.text));
  pcs_json_key(writer, "right");
  pcs_json_text(writer, pcs_span_of_text(pcs_right_find(grant->right)->name));
  pcs_json_key(writer, "effect");
  pcs_writer_text(writer, grant->effect == PCS_EFFECT_ALLOW ? "\"allow\"" : "\"block\"");
  pcs_json_key(writer, "duration");
  pcs_json_text(writer, pcs_span_of_text(pcs_duration_name(grant->duration)));
  pcs_json_key(writer, "device");
  pcs_json_text(writer, pcs_device_name(&grant->device));
  pcs_json_key(writer, "peer");
  pcs_json_peer(writer, &grant->peer);
  pcs_json_key(writer, "expiresMs");
  if (grant->expires_us == PCS_GRANT_NEVER) {
    pcs_writer_text(writer, "null");
  } else {
    pcs_writer_decimal(writer, grant->expires_us / 1000u);
  }
  pcs_writer_text(writer, "}");
}

void pcs_counter_go_on(pcs_counter *counter) {
  while (counter->lists && pcs_lines_has_room(counter->lines)) {
    pcs_grant grant;
    if (!pcs_consent_next(counter->consent, &grant, &counter->cursor)) {
      counter->lists = false;
      pcs_lines_answer(counter->lines, "end");
      return;
    }
    pcs_writer writer = pcs_lines_writer(counter->lines);
    pcs_writer_text(&writer, "grant ");
    pcs_counter_write_grant(&writer, &grant);
    pcs_status status = pcs_lines_say(counter->lines, &writer);
    (void)status; /* room was made sure of */
  }
}

static void answer_status(pcs_counter *counter, pcs_status status, const char *not_found) {
  if (status == PCS_OK) {
    pcs_lines_answer(counter->lines, "ok");
  } else if (status == PCS_ERR_NOT_FOUND) {
    pcs_lines_error(counter->lines, not_found);
  } else {
    pcs_lines_error(counter->lines, "What ran because of it has ended, but it could not be erased: "
                                    "see portcullis doctor.");
  }
}

static void revoke(pcs_counter *counter, pcs_span id, uint64_t now_us) {
  uint64_t number = 0;
  if (pcs_text_decimal(id, PCS_GRANT_ID_MAX, &number) != PCS_OK) {
    pcs_lines_error(counter->lines, "A grant is called by its number.");
    return;
  }
  answer_status(counter, pcs_consent_revoke(counter->consent, number, now_us),
                "There is no such grant.");
}

static void reset(pcs_counter *counter, pcs_span text, uint64_t now_us) {
  pcs_origin origin;
  if (pcs_origin_parse(text, &origin) != PCS_OK || origin.opaque) {
    pcs_lines_error(counter->lines, "This is not an origin such as https://app.example.");
    return;
  }
  answer_status(counter, pcs_consent_reset_origin(counter->consent, &origin, now_us), "");
}

bool pcs_counter_hear(pcs_counter *counter, pcs_span line, uint64_t now_us) {
  bool is_list = pcs_span_equal_text(line, "grants");
  bool is_forget = pcs_span_equal_text(line, "forget");
  bool is_revoke = !is_list && pcs_text_skip(&line, "revoke ");
  bool is_reset = !is_revoke && pcs_text_skip(&line, "reset ");
  if (counter->consent == NULL) {
    return false;
  }
  if (is_list) {
    counter->lists = true;
    counter->cursor = 0;
    pcs_counter_go_on(counter);
  } else if (is_forget) {
    answer_status(counter, pcs_consent_forget(counter->consent, now_us), "");
  } else if (is_revoke) {
    revoke(counter, line, now_us);
  } else if (is_reset) {
    reset(counter, line, now_us);
  }
  return is_list || is_forget || is_revoke || is_reset;
}
