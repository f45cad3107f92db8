/*
 * A FORWARD-TSN that ends a half-received message while parts of later ones are there already, as a
 * path that reorders brings about (RFC 3758 3.6). What forward_tsn.cmake mends in usrsctp.
 */
#include "tests/check.h"

#include "tests/host/sctp/packet_maker.h"
#include "tests/host/sctp/pair.h"

#define STREAM 5
#define CHUNK_DATA 0
#define CHUNK_FORWARD_TSN 192

/* RFC 9260 3.3.1. */
enum { LAST = 1, FIRST = 2, UNORDERED = 4 };

static pair line;
static size_t num_messages;
static size_t sizes[4];

static void keep(size_t end, const pcs_sctp_event *event) {
  if (end == 1 && event->kind == PCS_SCTP_EVENT_MESSAGE && event->stream == STREAM) {
    CHECK(num_messages < 4);
    sizes[num_messages++ % 4] = event->message.len;
  }
}

/* Where end 0 is: its tag and its next TSN, off a real packet that end 1 gets. */
typedef struct position {
  uint32_t tag;
  uint32_t tsn;
} position;

static position find_position(void) {
  static uint8_t memory[PAIR_BATCH_BYTES];
  static const pcs_sctp_send plain = {.stream = 3, .ppid = 53, .ordered = true};
  static const uint8_t byte[1];
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, memory, sizeof memory);
  size_t taken = 0;
  CHECK_EQ_INT(pcs_sctp_association_send(line.ends[0], &taken, &plain, (pcs_span){byte, 1}),
               PCS_OK);
  (void)pcs_sctp_association_take_output(line.ends[0], &batch);
  pcs_span packet = pcs_datagrams_at(&batch, 0, 0);
  pcs_sctp_association_receive(line.ends[1], packet);
  pair_poll(&line, 1);
  pcs_reader reader;
  pcs_reader_init(&reader, packet);
  (void)pcs_reader_u32(&reader); /* ports */
  position found = {.tag = pcs_reader_u32(&reader)};
  (void)pcs_reader_u64(&reader); /* checksum and the chunk's head */
  found.tsn = pcs_reader_u32(&reader) + 1;
  CHECK(!reader.failed);
  return found;
}

static void deliver(uint32_t tag, uint8_t type, uint8_t flags, pcs_span value) {
  packet_maker packet;
  packet_begin(&packet, tag);
  packet_chunk(&packet, type, flags, value);
  pcs_sctp_association_receive(line.ends[1], packet_done(&packet));
  pair_poll(&line, 1);
}

/* A part of an unordered message: 100 bytes at tsn. */
static void give(position at, uint32_t offset, uint8_t flags) {
  static const uint8_t bytes[100];
  uint8_t memory[128];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_u32(&writer, at.tsn + offset);
  pcs_writer_u16(&writer, STREAM);
  pcs_writer_u16(&writer, 0);
  pcs_writer_u32(&writer, 53);
  pcs_writer_bytes(&writer, (pcs_span){bytes, sizeof bytes});
  deliver(at.tag, CHUNK_DATA, (uint8_t)(flags | UNORDERED), pcs_writer_span(&writer));
}

static void forward(position at, uint32_t offset) {
  uint8_t memory[4];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_u32(&writer, at.tsn + offset);
  deliver(at.tag, CHUNK_FORWARD_TSN, 0, pcs_writer_span(&writer));
}

/* TSN 0 and 1 were one message, of which 1 is given up; 2 is a whole one, 3 to 5 are another. */
static void play(const char *order) {
  num_messages = 0;
  pair_init_connected(&line, 1, keep);
  position at = find_position();
  static const uint8_t flags[] = {FIRST, LAST, FIRST | LAST, FIRST, 0, LAST};
  for (; *order != 0; order++) {
    if (*order == 'F') {
      forward(at, 1);
    } else {
      give(at, (uint32_t)(*order - '0'), flags[*order - '0']);
    }
  }
  CHECK(!line.is_closed[1]);
  if (CHECK_EQ_UINT(num_messages, 2)) {
    CHECK_EQ_UINT(sizes[0] + sizes[1], 400);
  }
  pair_clear(&line);
}

static void test_every_order(void) {
  play("0F2345"); /* as they were sent */
  play("04F235");
  play("045F23");
  play("0435F2");
  play("4F0235");
  play("F42350");
  play("05F432");
  play("024F35");
}

int main(void) {
  RUN("what follows a message that was given up arrives, in whatever order", test_every_order);
  return check_report();
}
