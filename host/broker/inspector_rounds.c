#include <stdlib.h>

#include "host/broker/inspector_snapshot.h"
#include "host/broker/inspector_state.h"
#include "host/sys/clock.h"

size_t pcs_inspector_num_feeds(const pcs_inspector *inspector) {
  size_t num = 0;
  for (size_t i = 0; i < inspector->num_visitors; i++) {
    num += pcs_inspector_visitor_is_feed(inspector->visitors[i]) ? 1 : 0;
  }
  return num;
}

static void tell(const pcs_inspector *inspector, const char *event, pcs_span json) {
  for (size_t i = 0; i < inspector->num_visitors; i++) {
    pcs_inspector_visitor_tell(inspector->visitors[i], event, json);
  }
}

/* ---- the pages ---- */

static pcs_inspector_place *find(pcs_inspector *inspector, uint64_t page) {
  for (size_t i = 0; i < inspector->num_places; i++) {
    if (inspector->places[i].page == page) {
      return &inspector->places[i];
    }
  }
  return NULL;
}

/* NULL: there is no memory, and the page is shown without connections. */
static pcs_inspector_place *find_or_add(pcs_inspector *inspector, uint64_t page) {
  pcs_inspector_place *place = find(inspector, page);
  if (place != NULL || inspector->num_places == PCS_LINKS_MAX) {
    return place;
  }
  pcs_inspector_picture *picture = pcs_inspector_picture_new();
  if (picture == NULL) {
    return NULL;
  }
  place = &inspector->places[inspector->num_places++];
  *place = (pcs_inspector_place){.page = page, .picture = picture};
  return place;
}

static void remove_place(pcs_inspector *inspector, pcs_inspector_place *place) {
  pcs_inspector_picture_free(place->picture);
  *place = inspector->places[--inspector->num_places];
}

static void ask(pcs_inspector *inspector, pcs_inspector_place *place) {
  place->is_asked = true;
  place->asked_in = inspector->round;
  place->num_notes = 0;
  pcs_pages_inspect(inspector->config.pages, place->page,
                    &(pcs_office_inspect){.round = inspector->round, .wanted = 1});
}

/* ---- telling ---- */

static pcs_span picture_of(void *context, uint64_t page) {
  const pcs_inspector_place *place = find((pcs_inspector *)context, page);
  return place != NULL ? pcs_inspector_picture_shown(place->picture) : pcs_span_of_text("[]");
}

static void tell_snapshot(pcs_inspector *inspector) {
  pcs_inspector_sight sight = {.pages = inspector->config.pages,
                               .consent = inspector->config.consent,
                               .picture_of = picture_of,
                               .context = inspector};
  pcs_writer writer;
  pcs_span json;
  inspector->is_told = true;
  pcs_writer_init(&writer, inspector->memory, PCS_INSPECTOR_SNAPSHOT_BYTES);
  pcs_inspector_snapshot_write(&writer, &sight, pcs_clock_unix_us());
  if (pcs_writer_finish(&writer, &json) == PCS_OK) {
    tell(inspector, "snapshot", json);
  }
}

/* All that were asked have answered: no need to wait for the next round. */
static void tell_if_whole(pcs_inspector *inspector) {
  for (size_t i = 0; i < inspector->num_places; i++) {
    if (inspector->places[i].is_asked) {
      return;
    }
  }
  if (!inspector->is_told) {
    tell_snapshot(inspector);
  }
}

/* ---- rounds ---- */

static void end_looking(pcs_inspector *inspector) {
  inspector->looks = false;
  while (inspector->num_places > 0) {
    pcs_inspector_place *place = &inspector->places[inspector->num_places - 1];
    pcs_pages_inspect(inspector->config.pages, place->page, &(pcs_office_inspect){.wanted = 0});
    remove_place(inspector, place);
  }
  free(inspector->memory);
  inspector->memory = NULL;
}

static void begin_round(pcs_inspector *inspector) {
  pcs_page_view view;
  inspector->round++;
  inspector->is_told = false;
  for (size_t i = 0; pcs_pages_at(inspector->config.pages, i, &view); i++) {
    pcs_inspector_place *place = find_or_add(inspector, view.id);
    /* One that has not answered yet has that to do first. */
    bool is_patient = place != NULL && place->is_asked &&
                      inspector->round - place->asked_in < PCS_INSPECTOR_PATIENCE_ROUNDS;
    if (place != NULL && !is_patient) {
      ask(inspector, place);
    }
  }
  tell_if_whole(inspector);
}

static void on_round(void *context) {
  pcs_inspector *inspector = (pcs_inspector *)context;
  if (inspector->looks && !inspector->is_told) {
    tell_snapshot(inspector); /* without those that did not answer in time */
  }
  if (pcs_inspector_num_feeds(inspector) == 0) {
    end_looking(inspector);
    return;
  }
  if (inspector->memory == NULL) {
    inspector->memory = malloc(PCS_INSPECTOR_SNAPSHOT_BYTES);
  }
  inspector->looks = inspector->memory != NULL;
  if (inspector->looks) {
    begin_round(inspector);
  }
  pcs_timer_set(inspector->timer, PCS_INSPECTOR_ROUND_US);
}

void pcs_inspector_begin_soon(pcs_inspector *inspector) {
  if (!inspector->looks) {
    pcs_timer_set(inspector->timer, 0);
  }
}

/* ---- what pages do ---- */

static void on_opened(void *context, uint64_t page) {
  pcs_inspector *inspector = (pcs_inspector *)context;
  pcs_inspector_place *place = inspector->looks ? find_or_add(inspector, page) : NULL;
  if (place != NULL) {
    ask(inspector, place);
  }
}

static void on_closed(void *context, uint64_t page) {
  pcs_inspector *inspector = (pcs_inspector *)context;
  pcs_inspector_place *place = find(inspector, page);
  if (place != NULL) {
    remove_place(inspector, place);
  }
}

static bool hear_note(pcs_inspector *inspector, pcs_inspector_place *place, pcs_span body) {
  uint8_t memory[PCS_INSPECTOR_NOTE_BYTES_MAX];
  pcs_office_note note;
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  if (pcs_office_note_decode(body, &note) != PCS_OK ||
      !pcs_inspector_note_write(&writer, &note, place->page, pcs_clock_unix_us())) {
    return false;
  }
  if (place->num_notes < PCS_INSPECTOR_NOTES_MAX) {
    place->num_notes++;
    tell(inspector, "call", pcs_writer_span(&writer));
  }
  return true;
}

static bool on_heard(void *context, uint64_t page, const pcs_office_message *message) {
  pcs_inspector *inspector = (pcs_inspector *)context;
  pcs_inspector_place *place = find(inspector, page);
  if (place == NULL) {
    return true; /* nobody looks any more */
  }
  if (message->id == PCS_OFFICE_NOTE) {
    return hear_note(inspector, place, message->body);
  }
  bool is_whole = false;
  bool good = pcs_inspector_picture_hear(place->picture, message, &is_whole);
  if (good && is_whole) {
    place->is_asked = false;
    tell_if_whole(inspector);
  }
  return good;
}

/* ---- life ---- */

pcs_status pcs_inspector_rounds_new(pcs_inspector *inspector) {
  pcs_pages_watcher watcher = {
      .opened = on_opened, .heard = on_heard, .closed = on_closed, .context = inspector};
  pcs_pages_watch(inspector->config.pages, &watcher);
  return pcs_timer_new(&inspector->timer, inspector->config.loop, on_round, inspector);
}

void pcs_inspector_rounds_free(pcs_inspector *inspector) {
  pcs_pages_watch(inspector->config.pages, &(pcs_pages_watcher){.opened = NULL});
  pcs_timer_free(inspector->timer);
  while (inspector->num_places > 0) {
    remove_place(inspector, &inspector->places[inspector->num_places - 1]);
  }
  free(inspector->memory);
}
