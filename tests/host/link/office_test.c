/* What broker and worker say to each other: every message is read back as it was meant or refused,
 * and the pair keeps order and bounds. */
#include "host/link/office.h"

#include <string.h>

#include "core/boundary/record.h"
#include "host/sys/descriptor.h"
#include "tests/check.h"

static uint8_t memory[PCS_OFFICE_BYTES_MAX];

static pcs_span written(const pcs_writer *writer) {
  pcs_span span = {0};
  CHECK_EQ_INT(pcs_writer_finish(writer, &span), PCS_OK);
  return span;
}

static pcs_writer fresh_writer(void) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  return writer;
}

/* One row: encoded, opened in its direction only, decoded, encoded again to the same; refused when
 * truncated or longer. */
#define U8(name) into->name = (uint8_t)++draw;
#define U32(name) into->name = ++draw * 0x01010101u;
#define LIST(record, name, max)                                                                    \
  into->num_##name = max;                                                                          \
  for (size_t i = 0; i < max; i++) {                                                               \
    into->name[i] = (pcs_##record){.hash = PCS_HASH_SHA_256, .value = {value, sizeof value}};      \
  }
#define PCS_OFFICE(NAME, name, number, direction, size, fields)                                    \
  static void test_##name(void) {                                                                  \
    static const uint8_t value[32] = {1, 2, 3};                                                    \
    uint32_t draw = 0;                                                                             \
    pcs_office_##name message = {0};                                                               \
    pcs_office_##name *into = &message;                                                            \
    fields (void) value;                                                                           \
    (void)draw;                                                                                    \
    pcs_writer writer = fresh_writer();                                                            \
    pcs_office_##name##_encode(&writer, &message);                                                 \
    pcs_span bytes = written(&writer);                                                             \
    pcs_office_message opened;                                                                     \
    CHECK_EQ_INT(pcs_office_open(&opened, bytes, PCS_##direction), PCS_OK);                        \
    CHECK(opened.id == PCS_OFFICE_##NAME);                                                          \
    CHECK_EQ_INT(pcs_office_open(&opened, bytes, (pcs_office_direction)(1 - PCS_##direction)),     \
                 PCS_ERR_SYNTAX);                                                                  \
    pcs_office_##name again;                                                                       \
    pcs_span body = {bytes.data + 2, bytes.len - 2};                                               \
    CHECK_EQ_INT(pcs_office_##name##_decode(body, &again), PCS_OK);                                \
    uint8_t other[PCS_OFFICE_BYTES_MAX];                                                           \
    pcs_writer second;                                                                             \
    pcs_writer_init(&second, other, sizeof other);                                                 \
    pcs_office_##name##_encode(&second, &again);                                                   \
    CHECK(pcs_span_equal(bytes, written(&second)));                                                \
    static const pcs_office_##name zero;                                                           \
    for (size_t len = 0; len < body.len; len++) {                                                  \
      CHECK_EQ_INT(pcs_office_##name##_decode((pcs_span){body.data, len}, &again),                 \
                   PCS_ERR_SYNTAX);                                                                \
      CHECK(memcmp(&again, &zero, sizeof zero) == 0);                                              \
    }                                                                                              \
    uint8_t longer[PCS_OFFICE_BYTES_MAX + 1] = {0};                                                \
    memcpy(longer, body.data, body.len);                                                           \
    CHECK_EQ_INT(pcs_office_##name##_decode((pcs_span){longer, body.len + 1}, &again),             \
                 PCS_ERR_SYNTAX);                                                                  \
  }
#include "host/link/office_messages.def"
#undef PCS_OFFICE
#undef U8
#undef U32
#undef LIST

static void test_unknown(void) {
  size_t num_known = 0;
  for (uint32_t id = 0; id < 65536; id++) {
    uint8_t bytes[2] = {(uint8_t)(id >> 8), (uint8_t)id};
    pcs_office_message message;
    for (int direction = 0; direction < 2; direction++) {
      pcs_status status = pcs_office_open(&message, (pcs_span){bytes, sizeof bytes},
                                          (pcs_office_direction)direction);
      num_known += status == PCS_OK ? 1 : 0;
      CHECK(status == PCS_OK || status == PCS_ERR_SYNTAX);
    }
  }
  size_t num_rows = 0;
#define PCS_OFFICE(NAME, name, number, direction, size, fields) num_rows++;
#include "host/link/office_messages.def"
#undef PCS_OFFICE
  CHECK_EQ_UINT(num_known, num_rows);
  pcs_office_message message;
  CHECK_EQ_INT(pcs_office_open(&message, (pcs_span){0}, PCS_TO_BROKER), PCS_ERR_SYNTAX);
  uint8_t large[64] = {0, 1};
  CHECK_EQ_INT(pcs_office_open(&message, (pcs_span){large, sizeof large}, PCS_TO_BROKER),
               PCS_ERR_TOO_LARGE);
}

typedef struct scene {
  pcs_office *broker;
  pcs_office *worker;
} scene;

static void open_scene(scene *at) {
  int pair[2];
  CHECK_EQ_INT(pcs_descriptor_pair(pair, PCS_PAIR_MESSAGES), PCS_OK);
  CHECK_EQ_INT(pcs_office_new(&at->broker, pair[0], PCS_TO_BROKER), PCS_OK);
  CHECK_EQ_INT(pcs_office_new(&at->worker, pair[1], PCS_TO_WORKER), PCS_OK);
}

static void close_scene(scene *at) {
  pcs_office_free(at->broker);
  pcs_office_free(at->worker);
}

static pcs_status say_began(pcs_office *office, uint32_t call) {
  pcs_writer writer = fresh_writer();
  pcs_office_call_began_encode(&writer, &(pcs_office_call_began){.call = call});
  return pcs_office_send(office, &writer);
}

/* Says until the queue is full, then reads it all: in order, none lost. */
static void test_queue(void) {
  scene at;
  open_scene(&at);
  uint32_t said = 0;
  pcs_status status = PCS_OK;
  while (status == PCS_OK) {
    status = say_began(at.worker, said + 1);
    said += status == PCS_OK ? 1 : 0;
  }
  CHECK_EQ_INT(status, PCS_ERR_NO_SPACE);
  CHECK(said > PCS_OFFICE_QUEUE_BYTES / 8);
  uint32_t heard = 0;
  while (heard < said) {
    pcs_office_message message;
    pcs_office_call_began began;
    status = pcs_office_receive(at.broker, &message);
    if (status == PCS_ERR_NO_SPACE) {
      status = pcs_office_flush(at.worker);
      if (!CHECK(status == PCS_OK || status == PCS_ERR_NO_SPACE)) {
        break;
      }
      continue;
    }
    if (!CHECK_EQ_INT(status, PCS_OK) || !CHECK_EQ_UINT(message.id, PCS_OFFICE_CALL_BEGAN)) {
      break;
    }
    CHECK_EQ_INT(pcs_office_call_began_decode(message.body, &began), PCS_OK);
    CHECK_EQ_UINT(began.call, ++heard);
  }
  CHECK_EQ_INT(pcs_office_flush(at.worker), PCS_OK);
  CHECK_EQ_UINT(pcs_office_room(at.worker), PCS_OFFICE_QUEUE_BYTES);
  close_scene(&at);
}

static void test_rules(void) {
  scene at;
  open_scene(&at);
  pcs_office_message message;
  CHECK_EQ_INT(pcs_office_receive(at.broker, &message), PCS_ERR_NO_SPACE);
  static const uint8_t zeros[PCS_OFFICE_BYTES_MAX + 1];
  size_t sent = 0;
  int raw = pcs_office_descriptor(at.worker);
  CHECK_EQ_INT(pcs_descriptor_write(raw, (pcs_span){zeros, sizeof zeros}, &sent), PCS_OK);
  CHECK_EQ_INT(pcs_office_receive(at.broker, &message), PCS_ERR_TOO_LARGE);
  CHECK_EQ_INT(pcs_descriptor_write(raw, (pcs_span){zeros, 1}, &sent), PCS_OK);
  CHECK_EQ_INT(pcs_office_receive(at.broker, &message), PCS_ERR_SYNTAX);
  /* What only the broker says. */
  pcs_writer writer = fresh_writer();
  pcs_office_verdict_encode(&writer, &(pcs_office_verdict){.request = 1, .allowed = 1});
  CHECK_EQ_INT(pcs_office_send(at.worker, &writer), PCS_OK);
  CHECK_EQ_INT(pcs_office_receive(at.broker, &message), PCS_ERR_SYNTAX);
  pcs_office_free(at.worker);
  at.worker = NULL;
  CHECK_EQ_INT(pcs_office_receive(at.broker, &message), PCS_ERR_CLOSED);
  close_scene(&at);
}

int main(void) {
#define PCS_OFFICE(NAME, name, id, direction, size, fields)                                        \
  RUN(#NAME " is read back as it was meant, or refused", test_##name);
#include "host/link/office_messages.def"
#undef PCS_OFFICE
  RUN("an unknown id, the wrong direction and a large body are refused", test_unknown);
  RUN("a side that does not read fills a queue and no more", test_queue);
  RUN("a message that may not be is found when it is received", test_rules);
  return check_report();
}
