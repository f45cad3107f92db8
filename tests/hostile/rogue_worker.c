/*
 * A worker that has fallen, as far as the broker can see it: handed a link, it says what the first
 * label of the link's origin names, and waits for its end. Tests have the broker start it.
 */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/right.h"
#include "host/link/handover.h"
#include "host/link/office.h"
#include "host/sys/descriptor.h"

#define FIELDS_MAX 3

/* One message: its id, and numbers of four bytes; tail: bytes that belong to none. */
typedef struct saying {
  uint16_t id;
  uint8_t num_fields;
  uint8_t tail;
  uint32_t fields[FIELDS_MAX];
} saying;

typedef struct attempt {
  const char *name;
  saying first;
  saying second; /* id 0: there is none */
} attempt;

static const attempt attempts[] = {
    {"call-zero", {PCS_OFFICE_CALL_BEGAN, 1, 0, {0}}, {0}},
    {"call-twice", {PCS_OFFICE_CALL_BEGAN, 1, 0, {1}}, {PCS_OFFICE_CALL_BEGAN, 1, 0, {1}}},
    {"ends-unknown", {PCS_OFFICE_CALL_ENDED, 1, 0, {7}}, {0}},
    {"proves-unknown", {PCS_OFFICE_PEER_PROVED, 1, 1, {9}}, {0}},
    {"right-of-host", {PCS_OFFICE_REQUEST, 3, 0, {1, 0, PCS_RIGHT_HOST}}, {0}},
    {"two-rights", {PCS_OFFICE_REQUEST, 3, 0, {1, 0, 3}}, {0}},
    {"data-for-no-call", {PCS_OFFICE_REQUEST, 3, 0, {1, 0, PCS_RIGHT_DATA}}, {0}},
    {"request-twice",
     {PCS_OFFICE_REQUEST, 3, 0, {1, 0, PCS_RIGHT_LOCAL_ADDRESSES}},
     {PCS_OFFICE_REQUEST, 3, 0, {1, 0, PCS_RIGHT_LOCAL_ADDRESSES}}},
    {"as-broker", {PCS_OFFICE_VERDICT, 1, 1, {1}}, {0}},
    {"no-row", {0x7fff, 0, 0, {0}}, {0}},
    {"trailing", {PCS_OFFICE_CALL_BEGAN, 1, 1, {1}}, {0}},
    {"truncated", {PCS_OFFICE_CALL_BEGAN, 0, 1, {0}}, {0}},
    {"honest",
     {PCS_OFFICE_CALL_BEGAN, 1, 0, {1}},
     {PCS_OFFICE_REQUEST, 3, 0, {1, 0, PCS_RIGHT_LOCAL_ADDRESSES}}},
};

static const attempt *find(const char *origin) {
  const char *host = strstr(origin, "://");
  for (size_t i = 0; host != NULL && i < sizeof attempts / sizeof attempts[0]; i++) {
    size_t len = strlen(attempts[i].name);
    if (strncmp(host + 3, attempts[i].name, len) == 0 && host[3 + len] == '.') {
      return &attempts[i];
    }
  }
  return NULL;
}

static bool say(const saying *what) {
  uint8_t memory[64];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_u16(&writer, what->id);
  for (size_t i = 0; i < what->num_fields; i++) {
    pcs_writer_u32(&writer, what->fields[i]);
  }
  for (size_t i = 0; i < what->tail; i++) {
    pcs_writer_u8(&writer, 0);
  }
  return write(PCS_WORKER_PAIR, memory, writer.len) == (ssize_t)writer.len;
}

/* An honest one has its verdict and goes; the others are to be ended. */
static void wait_for(bool is_honest) {
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  uint16_t id = 0;
  ssize_t len = 1;
  struct pollfd pair = {.fd = PCS_WORKER_PAIR, .events = POLLIN}; /* it does not block */
  while (len > 0 && !(is_honest && id == PCS_OFFICE_VERDICT) && poll(&pair, 1, -1) == 1) {
    len = read(PCS_WORKER_PAIR, memory, sizeof memory);
    id = (uint16_t)(len >= 2 ? memory[0] << 8 | memory[1] : 0);
  }
}

int main(void) {
  uint8_t message[PCS_HANDOVER_BYTES_MAX];
  size_t len = 0;
  int link = PCS_DESCRIPTOR_NONE;
  pcs_handover handover;
  if (pcs_descriptor_await_with(PCS_WORKER_PAIR, message, sizeof message, &len, &link) != PCS_OK ||
      pcs_handover_decode((pcs_span){message, len}, &handover) != PCS_OK) {
    return 1;
  }
  const attempt *chosen = find(handover.origin.text);
  if (chosen == NULL || !say(&chosen->first) ||
      (chosen->second.id != 0 && !say(&chosen->second))) {
    return 1;
  }
  wait_for(strcmp(chosen->name, "honest") == 0);
  return 0;
}
