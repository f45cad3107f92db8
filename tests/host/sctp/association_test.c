#include "tests/check.h"

#include "host/sctp/packet_queue.h"
#include "tests/host/sctp/pair.h"

#define SENT_MAX 4096

static pair line;

/* What the second end received: lengths, streams and the first four bytes of each message. */
static struct {
  size_t num;
  size_t lengths[SENT_MAX];
  uint32_t numbers[SENT_MAX];
  uint16_t streams[SENT_MAX];
  uint32_t ppid;
  bool is_intact;
} got;

static struct {
  size_t num_reset[2];
  size_t num_reset_done[2];
  uint16_t last_reset[2];
  bool is_writable[2];
} seen;

static uint8_t content_at(uint32_t number, size_t index) {
  return (uint8_t)(number * 7 + index * 13 + index / 256);
}

static void fill_message(uint8_t *message, size_t len, uint32_t number) {
  for (size_t i = 0; i < len; i++) {
    message[i] = content_at(number, i);
  }
  for (size_t i = 0; i < 4 && i < len; i++) {
    message[i] = (uint8_t)(number >> (8 * i));
  }
}

static uint32_t number_of(pcs_span message) {
  uint32_t number = 0;
  for (size_t i = 0; i < 4 && i < message.len; i++) {
    number |= (uint32_t)message.data[i] << (8 * i);
  }
  return number;
}

static void note_message(const pcs_sctp_event *event) {
  if (got.num == SENT_MAX) {
    CHECK_FAIL("more messages than were sent");
    return;
  }
  got.numbers[got.num] = number_of(event->message);
  got.streams[got.num] = event->stream;
  got.lengths[got.num] = event->message.len;
  got.ppid = event->ppid;
  for (size_t i = 4; i < event->message.len && got.is_intact; i++) {
    got.is_intact = event->message.data[i] == content_at(got.numbers[got.num], i);
  }
  got.num++;
}

static void note(size_t end, const pcs_sctp_event *event) {
  switch (event->kind) {
  case PCS_SCTP_EVENT_MESSAGE:
    note_message(event);
    break;
  case PCS_SCTP_EVENT_RESET:
    seen.num_reset[end]++;
    seen.last_reset[end] = event->stream;
    break;
  case PCS_SCTP_EVENT_RESET_DONE:
    CHECK_EQ_INT(event->status, PCS_OK);
    seen.num_reset_done[end]++;
    break;
  case PCS_SCTP_EVENT_WRITABLE:
    seen.is_writable[end] = true;
    break;
  default:
    break;
  }
}

static void begin(uint64_t seed) {
  memset(&got, 0, sizeof got);
  memset(&seen, 0, sizeof seen);
  got.is_intact = true;
  pair_init_connected(&line, seed, note);
}

/* Sends one whole message from end 0, running the line while there is no space. */
static void send_whole(const pcs_sctp_send *send, uint32_t number, size_t len) {
  static uint8_t message[400000];
  fill_message(message, len, number);
  size_t offset = 0;
  for (size_t tries = 0; tries < 5000; tries++) {
    size_t taken = 0;
    pcs_status status = pcs_sctp_association_send(line.ends[0], &taken, send,
                                                  (pcs_span){message + offset, len - offset});
    offset += taken;
    if (status == PCS_OK) {
      return;
    }
    if (!CHECK_EQ_INT(status, PCS_ERR_NO_SPACE)) {
      return;
    }
    pair_run(&line, PAIR_TICK_US);
  }
  CHECK_FAIL("no space came back");
}

static const pcs_sctp_send plain = {.stream = 3, .ppid = 53, .ordered = true};

static void test_connects(void) {
  begin(1);
  CHECK_EQ_UINT(line.streams[0], 65535);
  CHECK_EQ_UINT(line.streams[1], 65535);
  send_whole(&(pcs_sctp_send){.stream = 65534, .ppid = 51, .ordered = true}, 9, 10);
  pair_run(&line, 100000);
  CHECK_EQ_UINT(got.num, 1);
  CHECK_EQ_UINT(got.streams[0], 65534);
  CHECK_EQ_UINT(got.ppid, 51);
  pair_clear(&line);
}

static void test_largest_message(void) {
  begin(2);
  send_whole(&plain, 5, PCS_MESSAGE_BYTES_MAX);
  send_whole(&plain, 6, 1);
  send_whole(&plain, 7, PCS_MESSAGE_BYTES_MAX);
  pair_run(&line, 500000);
  CHECK_EQ_UINT(got.num, 3);
  CHECK_EQ_UINT(got.lengths[0], PCS_MESSAGE_BYTES_MAX);
  CHECK_EQ_UINT(got.lengths[1], 1);
  CHECK_EQ_UINT(got.lengths[2], PCS_MESSAGE_BYTES_MAX);
  CHECK(got.is_intact);
  CHECK(line.packet_bytes_max <= PCS_SCTP_PACKET_BYTES_MAX);
  CHECK(line.packet_bytes_max > PCS_SCTP_PACKET_BYTES_MAX - 16); /* and none of it is wasted */
  pair_clear(&line);
}

static void test_order_under_loss(void) {
  begin(CHECK_SEED(3));
  line.loss_percent = 5;
  for (uint32_t i = 0; i < 300; i++) {
    send_whole(&plain, i, 1 + (i * 977) % 20000);
  }
  pair_run(&line, 60000000);
  CHECK_EQ_UINT(got.num, 300);
  CHECK(got.is_intact);
  for (uint32_t i = 0; i < got.num; i++) {
    CHECK_EQ_UINT(got.numbers[i], i);
    CHECK_EQ_UINT(got.lengths[i], 1 + (i * 977) % 20000);
  }
  pair_clear(&line);
}

static void test_unordered_under_loss(void) {
  begin(CHECK_SEED(4));
  line.loss_percent = 10;
  for (uint32_t i = 0; i < 300; i++) {
    send_whole(&(pcs_sctp_send){.stream = 1, .ppid = 53}, i, 900);
  }
  pair_run(&line, 60000000);
  CHECK_EQ_UINT(got.num, 300);
  bool is_there[300] = {false};
  bool overtaken = false;
  for (size_t i = 0; i < got.num; i++) {
    is_there[got.numbers[i]] = true;
    overtaken = overtaken || (i > 0 && got.numbers[i] < got.numbers[i - 1]);
  }
  size_t num_missing = 0;
  for (size_t i = 0; i < 300; i++) {
    num_missing += is_there[i] ? 0 : 1;
  }
  CHECK_EQ_UINT(num_missing, 0);
  CHECK(overtaken);
  pair_clear(&line);
}

static void test_partial_reliability(void) {
  static const pcs_reliability kinds[] = {PCS_RELIABILITY_RETRANSMITS, PCS_RELIABILITY_LIFETIME};
  for (size_t kind = 0; kind < 2; kind++) {
    begin(CHECK_SEED(5));
    line.loss_percent = 20;
    pcs_sctp_send send = {.stream = 1,
                          .ppid = 53,
                          .ordered = kind == 0,
                          .reliability = kinds[kind],
                          .reliability_value = kind == 0 ? 0 : 1};
    for (uint32_t i = 0; i < 300; i++) {
      send_whole(&send, i, 900);
      pair_run(&line, PAIR_TICK_US);
    }
    pair_run(&line, 30000000);
    CHECK(got.num > 100);
    CHECK(got.num < 300);
    /* What was given up does not hold up what comes after. */
    line.loss_percent = 0;
    send_whole(&plain, 1000, 50000);
    pair_run(&line, 1000000);
    CHECK_EQ_UINT(got.numbers[got.num - 1], 1000);
    pair_clear(&line);
  }
}

static void test_reset(void) {
  begin(6);
  send_whole(&plain, 1, 30000);
  CHECK_EQ_INT(pcs_sctp_association_reset_stream(line.ends[0], plain.stream), PCS_OK);
  pair_run(&line, 300000);
  CHECK_EQ_UINT(got.num, 1);
  CHECK_EQ_UINT(seen.num_reset[1], 1);
  CHECK_EQ_UINT(seen.last_reset[1], plain.stream);
  CHECK_EQ_UINT(seen.num_reset_done[0], 1);
  CHECK_EQ_UINT(seen.num_reset[0], 0);
  send_whole(&plain, 2, 100); /* the stream starts anew */
  pair_run(&line, 100000);
  CHECK_EQ_UINT(got.num, 2);
  CHECK_EQ_INT(pcs_sctp_association_reset_stream(line.ends[0], 65535), PCS_ERR_RANGE);
  pair_clear(&line);
}

static void test_many_resets(void) {
  begin(CHECK_SEED(7));
  line.loss_percent = 5;
  for (uint16_t stream = 0; stream < 700; stream++) {
    CHECK_EQ_INT(pcs_sctp_association_reset_stream(line.ends[0], stream), PCS_OK);
    if (stream % 100 == 0) {
      pair_run(&line, PAIR_TICK_US);
    }
  }
  pair_run(&line, 20000000);
  CHECK_EQ_UINT(seen.num_reset[1], 700);
  CHECK_EQ_UINT(seen.num_reset_done[0], 700);
  pair_clear(&line);
}

/* Offers the rest of a message of 64 KiB until a second passes in which nothing is taken. */
static size_t send_until_stuck(void) {
  static uint8_t message[65536];
  size_t num_bytes = 0;
  size_t num_idle = 0;
  while (num_idle < 100) {
    size_t taken = 0;
    size_t offset = num_bytes % sizeof message;
    pcs_status status = pcs_sctp_association_send(
        line.ends[0], &taken, &plain, (pcs_span){message + offset, sizeof message - offset});
    CHECK(status == PCS_OK || status == PCS_ERR_NO_SPACE);
    num_bytes += taken;
    num_idle = taken > 0 ? 0 : num_idle + 1;
    pair_run(&line, PAIR_TICK_US);
  }
  return num_bytes;
}

static void test_back_pressure(void) {
  begin(8);
  line.messages[1] = PCS_SCTP_HOLD_MESSAGES;
  size_t num_bytes = send_until_stuck();
  CHECK(num_bytes > 512u * 1024);
  CHECK(num_bytes < 8u * 1024 * 1024);
  pair_run(&line, 60000000);
  CHECK_EQ_UINT(got.num, 0);
  CHECK(!line.is_closed[0]); /* a window of zero is not a dead peer */
  seen.is_writable[0] = false;
  line.messages[1] = PCS_SCTP_GIVE_MESSAGES;
  pair_run(&line, 20000000);
  CHECK_EQ_UINT(got.num, num_bytes / 65536);
  CHECK(seen.is_writable[0]);
  pair_clear(&line);
}

static void test_too_large(void) {
  begin(9);
  static uint8_t message[PCS_MESSAGE_BYTES_MAX + 1];
  size_t taken = 0;
  CHECK_EQ_INT(
      pcs_sctp_association_send(line.ends[0], &taken, &plain, (pcs_span){message, sizeof message}),
      PCS_OK);
  pair_run(&line, 1000000);
  CHECK_EQ_UINT(got.num, 0);
  CHECK(line.is_closed[1]);
  CHECK_EQ_INT(line.close_status[1], PCS_ERR_TOO_LARGE);
  CHECK(line.is_closed[0]);
  CHECK_EQ_INT(pcs_sctp_association_send(line.ends[0], &taken, &plain, (pcs_span){message, 1}),
               PCS_ERR_CLOSED);
  pair_clear(&line);
}

static void test_abort(void) {
  begin(10);
  pcs_sctp_association_abort(line.ends[0]);
  pair_run(&line, 100000);
  CHECK(line.is_closed[1]);
  CHECK_EQ_INT(line.close_status[1], PCS_ERR_CLOSED);
  CHECK(!line.is_closed[0]); /* whoever aborts is not told */
  pcs_span packet;
  CHECK(!pcs_sctp_association_output(line.ends[0], &packet));
  pair_clear(&line);
}

static void test_not_connected(void) {
  memset(&seen, 0, sizeof seen);
  pair_init(&line, 11, note);
  uint8_t byte = 0;
  size_t taken = 0;
  pcs_span message = {&byte, 1};
  CHECK_EQ_INT(pcs_sctp_association_send(line.ends[0], &taken, &plain, message), PCS_ERR_STATE);
  CHECK_EQ_INT(pcs_sctp_association_reset_stream(line.ends[0], 1), PCS_ERR_RANGE);
  CHECK_EQ_INT(pcs_sctp_association_connect(line.ends[0]), PCS_OK);
  line.loss_percent = 100;
  pair_run(&line, 200000000);
  CHECK(line.is_closed[0]); /* nobody answered */
  pair_clear(&line);
}

static void test_facts(void) {
  begin(12);
  pcs_sctp_association_set_round_trip(line.ends[0], 30000);
  for (uint32_t i = 0; i < 20; i++) {
    send_whole(&plain, i, 60000);
  }
  pair_run(&line, 1000000);
  pcs_sctp_stats stats = pcs_sctp_association_stats(line.ends[0]);
  CHECK(stats.congestion_window_bytes > 10000);
  CHECK_EQ_UINT(stats.unacknowledged_chunks, 0);
  pair_clear(&line);
}

/* RFC 8826 4.2: a page fills the channel, the network carries nothing any more. */
static void test_congestion(void) {
  begin(13);
  for (uint32_t i = 0; i < 20; i++) {
    send_whole(&plain, i, 60000);
  }
  pair_run(&line, 1000000);
  uint32_t before = pcs_sctp_association_stats(line.ends[0]).congestion_window_bytes;
  size_t num_packets = line.num_packets;
  line.loss_percent = 100;
  static const uint8_t MORE[60000];
  size_t taken = 0;
  while (pcs_sctp_association_send(line.ends[0], &taken, &plain, (pcs_span){MORE, sizeof MORE}) ==
         PCS_OK) {
  }
  pair_run(&line, 5000000);
  uint32_t after = pcs_sctp_association_stats(line.ends[0]).congestion_window_bytes;
  CHECK(after < before / 4);
  CHECK(line.num_packets - num_packets < before / 1000 + 20); /* what was under way, and probes */
  pair_clear(&line);
}

int main(void) {
  RUN("two associations connect with every stream id usable", test_connects);
  RUN("a message of the largest size arrives whole and packets are full", test_largest_message);
  RUN("ordered messages keep their order under loss", test_order_under_loss);
  RUN("unordered messages all arrive under loss", test_unordered_under_loss);
  RUN("both kinds of partial reliability give up and go on", test_partial_reliability);
  RUN("a stream is reset after what was sent on it, and can be used again", test_reset);
  RUN("hundreds of streams are reset under loss", test_many_resets);
  RUN("held messages close the window until they are taken", test_back_pressure);
  RUN("a message larger than announced ends the association", test_too_large);
  RUN("an abort ends the other side", test_abort);
  RUN("nothing can be sent before it is connected, and nobody's silence is for ever",
      test_not_connected);
  RUN("the window and what is under way can be asked for", test_facts);
  RUN("when the network carries nothing, almost nothing is sent", test_congestion);
  return check_report();
}
