#include <string.h>

#include "core/base/text.h"
#include "host/broker/control_state.h"
#include "host/broker/json.h"
#include "host/sys/clock.h"

/* Whom the program around the page has in the call: what it says of itself is its own to vouch. */
#define THE_CALL 1
/* A device that the program chooses by itself, when it does not say which. */
static const char any_device[] = "default";

/* ---- reading ---- */

static bool is_tag(pcs_span tag) {
  for (size_t i = 0; i < tag.len; i++) {
    uint8_t byte = tag.data[i];
    if (!pcs_text_is_letter(byte) && !pcs_text_is_digit(byte) && byte != '-' && byte != '_') {
      return false;
    }
  }
  return tag.len > 0 && tag.len <= PCS_TAG_BYTES_MAX;
}

static pcs_status read_rights(pcs_span *rest, uint32_t *out_rights) {
  pcs_span word;
  pcs_span name;
  *out_rights = 0;
  if (!pcs_text_next_token(rest, ' ', &word)) {
    return PCS_ERR_SYNTAX;
  }
  while (pcs_text_next_field(&word, ',', &name)) {
    const pcs_right_row *row = pcs_right_find_named(name);
    if (row == NULL) {
      return PCS_ERR_SYNTAX;
    }
    *out_rights |= (uint32_t)row->right;
  }
  return *out_rights != 0 ? PCS_OK : PCS_ERR_SYNTAX;
}

static pcs_status read_peer(pcs_span value, pcs_peer *peer) {
  uint8_t memory[PCS_FINGERPRINT_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  if (!pcs_text_skip(&value, "sha-256:") ||
      pcs_text_hex_decode(value, 0, &writer) != PCS_OK) {
    return PCS_ERR_SYNTAX;
  }
  pcs_fingerprint fingerprint = {.hash = PCS_HASH_SHA_256, .value = pcs_writer_span(&writer)};
  return pcs_peer_add(peer, &fingerprint);
}

static bool needs_device(uint32_t rights) {
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    const pcs_right_row *row = (rights & right) != 0 ? pcs_right_find(right) : NULL;
    if (row != NULL && row->needs == PCS_NEEDS_DEVICE) {
      return true;
    }
  }
  return false;
}

static pcs_status read_options(pcs_span rest, pcs_wish *wish, pcs_visit *visit) {
  pcs_span word;
  pcs_status status = PCS_OK;
  if (needs_device(wish->rights)) {
    status = pcs_device_set(&wish->device, pcs_span_of_text(any_device));
  }
  while (status == PCS_OK && pcs_text_next_token(&rest, ' ', &word)) {
    if (pcs_span_equal_text(word, "private")) {
      visit->flags |= PCS_PAGE_PRIVATE;
    } else if (pcs_text_skip(&word, "device=")) {
      status = pcs_device_set(&wish->device, word);
    } else if (pcs_text_skip(&word, "peer=")) {
      status = read_peer(word, &wish->peer);
    } else {
      status = PCS_ERR_SYNTAX;
    }
  }
  return status;
}

/* ---- places ---- */

static pcs_control_ask *find_tag(pcs_control *control, pcs_span tag) {
  for (size_t i = 0; i < PCS_CONTROL_ASKS_MAX; i++) {
    pcs_control_ask *ask = &control->asks[i];
    if (ask->page != 0 && pcs_span_equal((pcs_span){ask->tag, ask->tag_len}, tag)) {
      return ask;
    }
  }
  return NULL;
}

static pcs_control_ask *find_page(pcs_control *control, uint64_t page) {
  for (size_t i = 0; i < PCS_CONTROL_ASKS_MAX; i++) {
    if (control->asks[i].page == page) {
      return &control->asks[i];
    }
  }
  return NULL;
}

static void give_up(pcs_control *control, pcs_control_ask *ask) {
  uint64_t page = ask->page;
  *ask = (pcs_control_ask){0};
  pcs_consent_close_page(control->consent, page, pcs_clock_unix_us());
}

/* ---- saying ---- */

typedef struct said_verdict {
  pcs_span tag;
  bool allowed;
  const char *reason;
  uint64_t grant;
  pcs_span device;
} said_verdict;

/* What does not fit is not heard, so it is not allowed either: false. */
static bool say_verdict(pcs_control *control, const said_verdict *verdict) {
  pcs_writer writer = pcs_lines_writer(control->lines);
  pcs_writer_text(&writer, "verdict ");
  pcs_writer_bytes(&writer, verdict->tag);
  pcs_writer_text(&writer, verdict->allowed ? " allow " : " deny ");
  pcs_writer_text(&writer, verdict->reason);
  pcs_writer_text(&writer, " ");
  if (verdict->grant != 0) {
    pcs_writer_decimal(&writer, verdict->grant);
  } else {
    pcs_writer_text(&writer, "-");
  }
  pcs_writer_text(&writer, " ");
  pcs_json_text(&writer, verdict->device);
  return pcs_lines_say(control->lines, &writer) == PCS_OK;
}

static void refuse(pcs_control *control, pcs_span tag, pcs_reason reason) {
  said_verdict verdict = {.tag = tag, .reason = pcs_reason_name(reason)};
  (void)say_verdict(control, &verdict);
}

static void say_ended(pcs_control *control, const pcs_control_ask *ask,
                      const pcs_consent_event *event) {
  pcs_writer writer = pcs_lines_writer(control->lines);
  pcs_writer_text(&writer, "ended ");
  pcs_writer_bytes(&writer, (pcs_span){ask->tag, ask->tag_len});
  pcs_writer_text(&writer, " ");
  pcs_writer_text(&writer, pcs_right_find(event->rights)->name);
  pcs_writer_text(&writer, " ");
  pcs_writer_text(&writer, pcs_reason_name(event->reason));
  if (pcs_lines_say(control->lines, &writer) != PCS_OK) {
    /* Whom a stop cannot be told has ended for us, and we for it. */
    control->config.closed(control->config.context);
  }
}

/* ---- commands ---- */

static void ask_for(pcs_control *control, pcs_control_ask *place, const pcs_visit *visit,
                    pcs_wish *wish) {
  uint64_t now_us = pcs_clock_unix_us();
  uint64_t id;
  pcs_span tag = {place->tag, place->tag_len};
  uint64_t page = 0;
  if (pcs_consent_open_page(control->consent, &page, visit, now_us) != PCS_OK) {
    refuse(control, tag, PCS_REASON_TOO_MANY);
    return;
  }
  place->page = page;
  wish->scope = (pcs_scope){.page = page, .call = THE_CALL};
  if (pcs_consent_ask(control->consent, &id, wish, now_us) != PCS_OK) {
    refuse(control, tag, PCS_REASON_TOO_MANY);
    give_up(control, place);
  }
}

void pcs_control_hear_ask(pcs_control *control, pcs_span rest) {
  pcs_span tag = {0};
  pcs_visit visit = {0};
  pcs_wish wish = {0};
  (void)pcs_text_next_token(&rest, ' ', &tag);
  if (!is_tag(tag) || find_tag(control, tag) != NULL) {
    pcs_lines_error(control->lines, "An ask needs a tag of its own: 1 to 32 of A-Z a-z 0-9 - _.");
    return;
  }
  pcs_span origin = {0};
  pcs_span embedder = {0};
  (void)pcs_text_next_token(&rest, ' ', &origin);
  (void)pcs_text_next_token(&rest, ' ', &embedder);
  /* An origin that is none is opaque, and an opaque one gets nothing. */
  bool are_origins = pcs_origin_parse(origin, &visit.origin) == PCS_OK &&
                     pcs_origin_parse(embedder, &visit.embedder) == PCS_OK;
  if (!are_origins) {
    refuse(control, tag, PCS_REASON_OPAQUE_ORIGIN);
  } else if (read_rights(&rest, &wish.rights) != PCS_OK ||
             read_options(rest, &wish, &visit) != PCS_OK) {
    refuse(control, tag, PCS_REASON_UNKNOWN_RIGHT);
  } else {
    pcs_control_ask *place = find_page(control, 0);
    if (place == NULL) {
      refuse(control, tag, PCS_REASON_TOO_MANY);
      return;
    }
    place->tag_len = (uint8_t)tag.len;
    memcpy(place->tag, tag.data, tag.len);
    ask_for(control, place, &visit, &wish);
  }
}

void pcs_control_hear_end(pcs_control *control, pcs_span rest) {
  pcs_control_ask *ask = find_tag(control, rest);
  if (ask != NULL) {
    give_up(control, ask);
  }
  pcs_lines_answer(control->lines, "ok"); /* it may have ended by itself meanwhile */
}

bool pcs_control_follow(pcs_control *control, const pcs_consent_event *event) {
  pcs_control_ask *ask = event->scope.page != 0 ? find_page(control, event->scope.page) : NULL;
  if (ask == NULL) {
    return false;
  }
  if (event->kind == PCS_CONSENT_VERDICT) {
    said_verdict verdict = {.tag = {ask->tag, ask->tag_len},
                            .allowed = event->allowed,
                            .reason = pcs_reason_name(event->reason),
                            .grant = event->grant,
                            .device = pcs_device_name(&event->device)};
    bool heard = say_verdict(control, &verdict);
    if (!heard || !event->allowed) {
      give_up(control, ask);
    }
  } else if (event->kind == PCS_CONSENT_ENDED) {
    say_ended(control, ask, event);
  }
  return true;
}
