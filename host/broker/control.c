#include "host/broker/control.h"

#include <stdlib.h>

#include "core/base/text.h"
#include "host/broker/control_state.h"
#include "host/crypto/hash.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/endpoint.h"

pcs_status pcs_control_next_origin(pcs_span *rest, pcs_origin *out_origin) {
  pcs_span word = {0};
  (void)pcs_text_next_token(rest, ' ', &word);
  pcs_status status = pcs_origin_parse(word, out_origin);
  return status == PCS_OK && out_origin->opaque ? PCS_ERR_DENIED : status;
}

/* What may follow an origin: the one around it, and what the page is. */
static pcs_status read_surroundings(pcs_span rest, const pcs_origin *origin,
                                    pcs_surroundings *out_around) {
  pcs_span word;
  bool has_embedder = false;
  *out_around = (pcs_surroundings){.embedder = *origin};
  while (pcs_text_next_token(&rest, ' ', &word)) {
    if (pcs_span_equal_text(word, "private")) {
      out_around->flags |= PCS_PAGE_PRIVATE;
    } else if (pcs_span_equal_text(word, "mixed")) {
      out_around->flags |= PCS_PAGE_MIXED;
    } else if (pcs_span_equal_text(word, "until-accepted")) {
      out_around->flags |= PCS_PAGE_UNTIL_ACCEPTED;
    } else if (has_embedder || pcs_origin_parse(word, &out_around->embedder) != PCS_OK) {
      return PCS_ERR_SYNTAX;
    } else {
      has_embedder = true;
    }
  }
  return PCS_OK;
}

/* ---- commands ---- */

static void hear_allow(pcs_control *control, pcs_span rest) {
  pcs_origin origin;
  if (pcs_control_next_origin(&rest, &origin) != PCS_OK || rest.len > 0) {
    pcs_lines_error(control->lines, "This is not an origin.");
    return;
  }
  pcs_status status = pcs_admission_allow(control->config.admission, &origin);
  if (status == PCS_OK) {
    pcs_lines_answer(control->lines, "ok");
  } else {
    pcs_lines_error(control->lines, pcs_status_sentence(status));
  }
}

static void hear_token(pcs_control *control, pcs_span rest) {
  pcs_origin origin;
  pcs_surroundings around;
  if (pcs_control_next_origin(&rest, &origin) != PCS_OK ||
      read_surroundings(rest, &origin, &around) != PCS_OK) {
    pcs_lines_error(control->lines, "This is not an origin.");
    return;
  }
  uint8_t token[PCS_TOKEN_BYTES];
  if (pcs_admission_issue(control->config.admission, pcs_clock_now_us(), &origin, &around,
                          token) != PCS_OK) {
    pcs_lines_error(control->lines, "This origin was not allowed first.");
    return;
  }
  pcs_writer writer = pcs_lines_writer(control->lines);
  pcs_writer_text(&writer, "token ");
  pcs_writer_hex(&writer, (pcs_span){token, sizeof token});
  pcs_status status = pcs_lines_say(control->lines, &writer);
  (void)status; /* room was made sure of */
  pcs_wipe(token, sizeof token);
}

static void hear_link(pcs_control *control, pcs_span rest) {
  pcs_visit visit;
  pcs_surroundings around;
  bool is_good = pcs_control_next_origin(&rest, &visit.origin) == PCS_OK &&
                 read_surroundings(rest, &visit.origin, &around) == PCS_OK;
  if (is_good) {
    visit.embedder = around.embedder;
    visit.flags = around.flags;
  }
  const char *problem = pcs_control_link_handle(&control->link, is_good ? &visit : NULL);
  if (problem == NULL) {
    pcs_lines_answer(control->lines, "ok");
  } else {
    pcs_lines_error(control->lines, problem);
  }
}

static void hear_mixed(pcs_control *control, pcs_span rest) {
  pcs_origin origin;
  pcs_surroundings around;
  if (pcs_control_next_origin(&rest, &origin) != PCS_OK ||
      read_surroundings(rest, &origin, &around) != PCS_OK || around.flags != 0) {
    pcs_lines_error(control->lines, "This is not an origin.");
    return;
  }
  (void)pcs_pages_mark_mixed(control->pages, &origin, &around.embedder);
  pcs_lines_answer(control->lines, "ok");
}

static void hear_inspect(pcs_control *control, pcs_span rest) {
  if (rest.len > 0 || control->inspector == NULL) {
    pcs_lines_error(control->lines, "There is no inspector: start the broker with --inspector.");
    return;
  }
  pcs_writer writer = pcs_lines_writer(control->lines);
  pcs_writer_text(&writer, "inspecting ");
  pcs_inspector_write_url(control->inspector, &writer);
  pcs_status status = pcs_lines_say(control->lines, &writer);
  (void)status; /* room was made sure of */
}

typedef struct command_row {
  const char *word;
  void (*hear)(pcs_control *control, pcs_span rest);
} command_row;

static const command_row commands[] = {
    {"allow ", hear_allow},
    {"token ", hear_token},
    {"link ", hear_link},
    {"mixed ", hear_mixed},
    {"ask ", pcs_control_hear_ask},
    {"end ", pcs_control_hear_end},
    {"answer ", pcs_control_hear_answer},
    {"stop ", pcs_control_hear_stop},
    {"seen ", pcs_control_hear_seen},
    {"inspect", hear_inspect},
};

static void on_heard(void *context, pcs_span line) {
  pcs_control *control = (pcs_control *)context;
  if (pcs_counter_hear(&control->counter, line, pcs_clock_unix_us())) {
    return;
  }
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
    if (pcs_text_skip(&line, commands[i].word)) {
      commands[i].hear(control, line);
      return;
    }
  }
  pcs_lines_error(control->lines, "The commands are allow, token, link, mixed, ask, end, answer, stop, "
                                  "seen, inspect, grants, revoke, reset and forget.");
}

/* ---- life ---- */

static void on_room(void *context) {
  pcs_counter_go_on(&((pcs_control *)context)->counter);
}

static void on_closed(void *context) {
  pcs_control *control = (pcs_control *)context;
  control->config.closed(control->config.context);
}

pcs_status pcs_control_new(pcs_control **out_control, const pcs_control_config *config,
                           int descriptor) {
  *out_control = NULL;
  pcs_control *control = calloc(1, sizeof *control);
  if (control == NULL) {
    pcs_descriptor_close(&descriptor);
    return PCS_ERR_SYSTEM;
  }
  control->config = *config;
  pcs_control_link_init(&control->link, config->open_link, config->context);
  pcs_lines_config lines = {.loop = config->loop,
                            .heard = on_heard,
                            .room = on_room,
                            .closed = on_closed,
                            .beside = &control->link,
                            .context = control};
  pcs_status status = pcs_lines_new(&control->lines, &lines, descriptor);
  if (status != PCS_OK) {
    free(control);
    return status;
  }
  *out_control = control;
  return PCS_OK;
}

void pcs_control_free(pcs_control *control) {
  if (control != NULL) {
    pcs_lines_free(control->lines);
    pcs_control_link_clear(&control->link);
    free(control);
  }
}

void pcs_control_serve(pcs_control *control, pcs_consent *consent, pcs_pages *pages) {
  control->consent = consent;
  control->pages = pages;
  control->counter = (pcs_counter){.consent = consent, .lines = control->lines};
}

void pcs_control_open_inspector(pcs_control *control, pcs_inspector *inspector) {
  control->inspector = inspector;
}

void pcs_control_say_listening(pcs_control *control, const pcs_address *address) {
  pcs_writer writer = pcs_lines_writer(control->lines);
  pcs_writer_text(&writer, "listening ");
  pcs_endpoint_write(&writer, address);
  pcs_status status = pcs_lines_say(control->lines, &writer);
  (void)status; /* it is among the first that is said */
}
