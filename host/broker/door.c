#include "host/broker/door.h"

#include <stdlib.h>

#include "host/broker/counter.h"
#include "host/broker/json.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/private_folder.h"
#include "host/sys/user_socket.h"

typedef struct door_visitor {
  pcs_door *door;
  pcs_lines *lines; /* NULL: the place is free */
  pcs_counter counter;
  bool gone; /* freed when the next one comes, not from inside its own call */
} door_visitor;

struct pcs_door {
  pcs_door_config config;
  int folder;
  int listener;
  pcs_watch *watch;
  door_visitor visitors[PCS_DOOR_VISITORS_MAX];
};

static void write_number(pcs_writer *writer, const char *key, uint64_t number) {
  pcs_json_key(writer, key);
  pcs_writer_decimal(writer, number);
}

static void say_state(door_visitor *visitor) {
  const pcs_permissions *standing = pcs_consent_permissions(visitor->door->config.consent);
  pcs_writer writer = pcs_lines_writer(visitor->lines);
  pcs_writer_text(&writer, "state {");
  write_number(&writer, "pages", standing->num_pages);
  write_number(&writer, "uses", standing->num_uses);
  write_number(&writer, "grants", standing->num_grants);
  pcs_json_key(&writer, "store");
  pcs_json_text(&writer,
                pcs_span_of_text(pcs_store_problem_name(visitor->door->config.problem)));
  pcs_json_key(&writer, "asked");
  pcs_json_rights(&writer, standing->rules.asked);
  pcs_json_key(&writer, "denied");
  pcs_json_rights(&writer, standing->rules.denied);
  pcs_writer_text(&writer, "}");
  pcs_status status = pcs_lines_say(visitor->lines, &writer);
  (void)status; /* room was made sure of */
}

static void on_heard(void *context, pcs_span line) {
  door_visitor *visitor = (door_visitor *)context;
  if (pcs_span_equal_text(line, "state")) {
    say_state(visitor);
  } else if (!pcs_counter_hear(&visitor->counter, line, pcs_clock_unix_us())) {
    pcs_lines_error(visitor->lines, "The commands are grants, revoke, reset, forget and state.");
  }
}

static void on_room(void *context) {
  pcs_counter_go_on(&((door_visitor *)context)->counter);
}

static void on_closed(void *context) {
  ((door_visitor *)context)->gone = true;
}

static void clear(door_visitor *visitor) {
  pcs_lines_free(visitor->lines);
  *visitor = (door_visitor){0};
}

static door_visitor *free_place(pcs_door *door) {
  door_visitor *place = NULL;
  for (size_t i = 0; i < PCS_DOOR_VISITORS_MAX; i++) {
    door_visitor *visitor = &door->visitors[i];
    if (visitor->gone) {
      clear(visitor);
    }
    place = visitor->lines == NULL ? visitor : place;
  }
  return place;
}

static void let_in(pcs_door *door, int connection) {
  door_visitor *visitor = free_place(door);
  if (visitor == NULL) {
    pcs_descriptor_close(&connection);
    return;
  }
  pcs_lines_config lines = {.loop = door->config.loop,
                            .heard = on_heard,
                            .room = on_room,
                            .closed = on_closed,
                            .context = visitor};
  visitor->door = door;
  if (pcs_lines_new(&visitor->lines, &lines, connection) == PCS_OK) {
    visitor->counter = (pcs_counter){.consent = door->config.consent, .lines = visitor->lines};
  }
}

static void on_knock(void *context, unsigned ready_for) {
  (void)ready_for;
  pcs_door *door = (pcs_door *)context;
  int connection;
  if (pcs_user_socket_accept(&connection, door->listener) == PCS_OK) {
    let_in(door, connection);
  }
}

static pcs_status open_door(pcs_door *door) {
  pcs_private_flaw flaw;
  pcs_status status = pcs_private_folder_open(&door->folder, &flaw, door->config.folder);
  if (status == PCS_OK) {
    status = pcs_user_socket_listen(&door->listener, door->folder);
  }
  if (status == PCS_OK) {
    status = pcs_watch_new(&door->watch, door->config.loop, door->listener, on_knock, door);
  }
  return status;
}

pcs_status pcs_door_new(pcs_door **out_door, const pcs_door_config *config) {
  *out_door = NULL;
  pcs_door *door = calloc(1, sizeof *door);
  if (door == NULL) {
    return PCS_ERR_SYSTEM;
  }
  door->config = *config;
  door->folder = door->listener = PCS_DESCRIPTOR_NONE;
  pcs_status status = open_door(door);
  if (status != PCS_OK) {
    pcs_door_free(door);
    return status;
  }
  pcs_watch_want(door->watch, PCS_READABLE);
  *out_door = door;
  return PCS_OK;
}

void pcs_door_free(pcs_door *door) {
  if (door == NULL) {
    return;
  }
  for (size_t i = 0; i < PCS_DOOR_VISITORS_MAX; i++) {
    pcs_lines_free(door->visitors[i].lines);
  }
  pcs_watch_free(door->watch);
  if (door->listener != PCS_DESCRIPTOR_NONE) {
    pcs_user_socket_remove(door->folder);
  }
  pcs_descriptor_close(&door->listener);
  pcs_descriptor_close(&door->folder);
  free(door);
}
