#include "tests/check.h"

#include "tests/host/sctp/channel_pair.h"

static void test_open_and_exchange(void) {
  channels_init(1);
  pcs_channel_options options = labelled("chat");
  options.protocol = pcs_span_of_text("p1");
  options.priority = 256;
  CHECK_EQ_INT(pcs_channels_open(sides[0], 1, &options), PCS_OK);
  drain_channels(0);
  CHECK_EQ_UINT(num_kept[0], 0); /* nothing before there is an association */
  channels_connect();
  const kept_event *open = find_kept(0, PCS_CHANNEL_EVENT_STATE, 0);
  const kept_event *incoming = find_kept(1, PCS_CHANNEL_EVENT_INCOMING, 0);
  if (!CHECK(open != NULL && incoming != NULL)) {
    return;
  }
  CHECK_EQ_INT(open->event.state, PCS_CHANNEL_OPEN);
  CHECK_EQ_UINT(open->event.id, 0); /* the client's first even id */
  CHECK_EQ_UINT(incoming->event.id, 0);
  CHECK_EQ_UINT(incoming->event.options.priority, 256);
  CHECK(incoming->event.options.ordered);
  CHECK_EQ_BYTES(incoming->text, incoming->label_len, "chat", 4);
  CHECK_EQ_BYTES(incoming->other, 2, "p1", 2);
  send_text(0, 1, "hello");
  send_text(1, 1000, "hello yourself");
  channels_run(100000);
  const kept_event *at_1 = find_kept(1, PCS_CHANNEL_EVENT_MESSAGE, 0);
  const kept_event *at_0 = find_kept(0, PCS_CHANNEL_EVENT_MESSAGE, 0);
  if (CHECK(at_0 != NULL && at_1 != NULL)) {
    CHECK_EQ_UINT(at_1->event.handle, 1000);
    CHECK_EQ_INT(at_1->event.payload, PCS_PAYLOAD_TEXT);
    CHECK_EQ_BYTES(at_1->text, at_1->bytes_len, "hello", 5);
    CHECK_EQ_BYTES(at_0->text, at_0->bytes_len, "hello yourself", 14);
  }
  CHECK_EQ_UINT(count_sent_bytes(0), 5);
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_OPEN), 0); /* INCOMING says it */
  channels_clear();
}

static void test_data_follows_the_request_at_once(void) {
  channels_init(2);
  channels_connect();
  pcs_channel_options options = labelled("quick");
  options.ordered = false; /* yet the first message must not overtake the request */
  CHECK_EQ_INT(pcs_channels_open(sides[1], 7, &options), PCS_OK);
  send_text(1, 7, "first");
  channels_run(100000);
  const kept_event *incoming = find_kept(0, PCS_CHANNEL_EVENT_INCOMING, 0);
  const kept_event *message = find_kept(0, PCS_CHANNEL_EVENT_MESSAGE, 0);
  if (CHECK(incoming != NULL && message != NULL && incoming < message)) {
    CHECK_EQ_UINT(incoming->event.id, 1); /* the server's first odd id */
    CHECK(!incoming->event.options.ordered);
  }
  channels_clear();
}

static void test_empty_messages(void) {
  channels_init(3);
  CHECK_EQ_INT(
      pcs_channels_open(sides[0], 1,
                        &(pcs_channel_options){.negotiated = true, .ordered = true, .id = 5}),
      PCS_OK);
  pcs_channel_options same = negotiated_with(5);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 2, &same), PCS_OK);
  channels_connect();
  CHECK_EQ_INT(pcs_channels_send(sides[0], line.ends[0], 1, PCS_PAYLOAD_TEXT, (pcs_span){0}),
               PCS_OK);
  CHECK_EQ_INT(pcs_channels_send(sides[0], line.ends[0], 1, PCS_PAYLOAD_BINARY, (pcs_span){0}),
               PCS_OK);
  channels_run(100000);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_MESSAGE), 2);
  const kept_event *first = find_kept(1, PCS_CHANNEL_EVENT_MESSAGE, 0);
  if (CHECK(first != NULL)) {
    CHECK_EQ_UINT(first->bytes_len, 0);
    CHECK_EQ_INT(first->event.payload, PCS_PAYLOAD_TEXT);
    CHECK_EQ_INT((first + 1)->event.payload, PCS_PAYLOAD_BINARY);
  }
  CHECK_EQ_UINT(count_kept(0, PCS_CHANNEL_EVENT_SENT), 0);
  channels_clear();
}

static void test_negotiated_ids(void) {
  channels_init(4);
  pcs_channel_options high = negotiated_with(65534);
  pcs_channel_options zero = negotiated_with(0);
  CHECK_EQ_INT(pcs_channels_open(sides[0], 1, &high), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 1, &high), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[0], 2, &high), PCS_ERR_OPERATION); /* taken */
  CHECK_EQ_INT(pcs_channels_open(sides[0], 2, &zero), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 2, &zero), PCS_OK);
  pcs_channel_options chosen = labelled("chosen around the taken ids");
  CHECK_EQ_INT(pcs_channels_open(sides[0], 3, &chosen), PCS_OK);
  channels_connect();
  CHECK_EQ_UINT(count_state(0, PCS_CHANNEL_OPEN), 3);
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_OPEN), 2);
  const kept_event *incoming = find_kept(1, PCS_CHANNEL_EVENT_INCOMING, 0);
  CHECK(incoming != NULL && incoming->event.id == 2);
  send_text(0, 1, "at the top");
  channels_run(100000);
  const kept_event *message = find_kept(1, PCS_CHANNEL_EVENT_MESSAGE, 0);
  CHECK(message != NULL && message->event.id == 65534 && message->event.handle == 1);
  pcs_channel_options reserved = negotiated_with(65535);
  CHECK_EQ_INT(pcs_channels_open(sides[0], 9, &reserved), PCS_ERR_OPERATION);
  channels_clear();
}

/* webrtc-pc 4.4.1.5: with the role, before there is an association. */
static void test_ids_come_with_the_role(void) {
  channels_init(6);
  pcs_channel_options taken = negotiated_with(1);
  pcs_channel_options none = labelled("x");
  pcs_channel_options wish = labelled("wishes for 7");
  pcs_channel_options not_ours = labelled("wishes for the other side's");
  wish.id = 7;
  not_ours.id = 8;
  CHECK_EQ_INT(pcs_channels_open(sides[1], 1, &none), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 2, &taken), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 3, &none), PCS_OK);
  pcs_channels_set_role(sides[1], PCS_DTLS_SERVER);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 4, &wish), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 5, &wish), PCS_OK); /* taken: the lowest */
  CHECK_EQ_INT(pcs_channels_open(sides[1], 6, &not_ours), PCS_OK);
  pcs_channels_set_role(sides[1], PCS_DTLS_CLIENT); /* comes too late */
  const uint16_t ids[] = {3, 1, 5, 7, 9, 11};
  pcs_channel_stats stats[6];
  CHECK_EQ_UINT(pcs_channels_stats(sides[1], stats, 6), 6);
  for (size_t i = 0; i < 6; i++) {
    CHECK_EQ_UINT(stats[i].id, ids[stats[i].channel - 1]);
  }
  channels_connect();
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_OPEN), 6);
  channels_clear();
}

static void test_close_from_either_side(void) {
  for (size_t closer = 0; closer < 2; closer++) {
    channels_init(5 + closer);
    pcs_channel_options options = labelled("x");
    CHECK_EQ_INT(pcs_channels_open(sides[0], 1, &options), PCS_OK);
    channels_connect();
    uint32_t handle = closer == 0 ? 1 : 1000;
    send_text(closer, handle, "last words");
    CHECK_EQ_INT(pcs_channels_close(sides[closer], handle), PCS_OK);
    CHECK_EQ_INT(pcs_channels_close(sides[closer], handle), PCS_OK);
    CHECK_EQ_INT(pcs_channels_send(sides[closer], line.ends[closer], handle, PCS_PAYLOAD_TEXT,
                                   pcs_span_of_text("no")),
                 PCS_ERR_STATE);
    channels_run(500000);
    CHECK_EQ_UINT(count_kept(1 - closer, PCS_CHANNEL_EVENT_MESSAGE), 1);
    CHECK_EQ_UINT(count_state(1 - closer, PCS_CHANNEL_CLOSING), 1);
    CHECK_EQ_UINT(count_state(closer, PCS_CHANNEL_CLOSING), 0); /* whoever asked knows */
    CHECK_EQ_UINT(count_state(0, PCS_CHANNEL_CLOSED), 1);
    CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_CLOSED), 1);
    CHECK_EQ_INT(pcs_channels_close(sides[closer], handle), PCS_ERR_NOT_FOUND);
    /* The id is free again. */
    CHECK_EQ_INT(pcs_channels_open(sides[0], 2, &options), PCS_OK);
    send_text(0, 2, "again");
    channels_run(300000);
    CHECK_EQ_UINT(kept[1][num_kept[1] - 1].event.kind, PCS_CHANNEL_EVENT_MESSAGE);
    CHECK_EQ_UINT(kept[1][num_kept[1] - 1].event.id, 0);
    channels_clear();
  }
}

static void test_both_close_at_once(void) {
  channels_init(7);
  pcs_channel_options options = labelled("x");
  CHECK_EQ_INT(pcs_channels_open(sides[0], 1, &options), PCS_OK);
  channels_connect();
  CHECK_EQ_INT(pcs_channels_close(sides[0], 1), PCS_OK);
  CHECK_EQ_INT(pcs_channels_close(sides[1], 1000), PCS_OK);
  channels_run(500000);
  CHECK_EQ_UINT(count_state(0, PCS_CHANNEL_CLOSED), 1);
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_CLOSED), 1);
  channels_clear();
}

static void test_many_channels_under_loss(void) {
  channels_init(CHECK_SEED(8));
  line.loss_percent = 3;
  for (uint32_t i = 0; i < 100; i++) {
    pcs_channel_options options = labelled("one of many");
    CHECK_EQ_INT(pcs_channels_open(sides[i % 2], 1 + i, &options), PCS_OK);
  }
  channels_connect();
  pair_run(&line, 5000000);
  CHECK_EQ_UINT(count_kept(0, PCS_CHANNEL_EVENT_INCOMING), 50);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_INCOMING), 50);
  for (uint32_t i = 0; i < 100; i++) {
    send_text(i % 2, 1 + i, "to all");
  }
  channels_run(5000000);
  CHECK_EQ_UINT(count_kept(0, PCS_CHANNEL_EVENT_MESSAGE), 50);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_MESSAGE), 50);
  for (uint32_t i = 0; i < 100; i++) {
    CHECK_EQ_INT(pcs_channels_close(sides[i % 2], 1 + i), PCS_OK);
  }
  channels_run(20000000);
  CHECK_EQ_UINT(count_state(0, PCS_CHANNEL_CLOSED), 100);
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_CLOSED), 100);
  pcs_channel_stats stats;
  CHECK_EQ_UINT(pcs_channels_stats(sides[0], &stats, 1), 0);
  channels_clear();
}

static void test_window_and_fairness(void) {
  channels_init(9);
  pcs_channel_options options = labelled("bulk");
  CHECK_EQ_INT(pcs_channels_open(sides[0], 1, &options), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[0], 2, &options), PCS_OK);
  channels_connect();
  line.messages[1] = PCS_SCTP_HOLD_MESSAGES;
  static uint8_t bulk[65536];
  uint64_t num_bytes = 0;
  pcs_status status = PCS_OK;
  while (status == PCS_OK && num_bytes < 64u * 1024 * 1024) {
    status = pcs_channels_send(sides[0], line.ends[0], 1, PCS_PAYLOAD_BINARY,
                               (pcs_span){bulk, sizeof bulk});
    num_bytes += status == PCS_OK ? sizeof bulk : 0;
    pair_run(&line, PAIR_TICK_US);
  }
  CHECK_EQ_INT(status, PCS_ERR_NO_SPACE);
  drain_channels(0);
  CHECK(num_bytes - count_sent_bytes(0) <= PCS_SEND_WINDOW_BYTES);
  CHECK(num_bytes - count_sent_bytes(0) > PCS_SEND_WINDOW_BYTES - sizeof bulk);
  send_text(0, 2, "not behind four megabytes");
  line.messages[1] = PCS_SCTP_GIVE_MESSAGES;
  channels_run(30000000);
  CHECK_EQ_UINT(count_sent_bytes(0), num_bytes + 25);
  size_t place = 0;
  size_t num_messages = 0;
  for (size_t i = 0; i < num_kept[1]; i++) {
    if (kept[1][i].event.kind == PCS_CHANNEL_EVENT_MESSAGE) {
      num_messages++;
      place = kept[1][i].bytes_len == 25 ? num_messages : place;
    }
  }
  CHECK_EQ_UINT(num_messages, num_bytes / sizeof bulk + 1);
  CHECK(place > 0 && place < num_messages - 30); /* queued last, sent among the first */
  channels_clear();
}

static void test_message_limits(void) {
  channels_init(10);
  pcs_channel_options options = negotiated_with(1);
  CHECK_EQ_INT(pcs_channels_open(sides[0], 1, &options), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 1, &options), PCS_OK);
  channels_connect();
  static uint8_t large[PCS_MESSAGE_BYTES_MAX + 1];
  pcs_span largest = {large, PCS_MESSAGE_BYTES_MAX};
  pcs_channels *from = sides[0];
  CHECK_EQ_INT(
      pcs_channels_send(from, line.ends[0], 1, PCS_PAYLOAD_BINARY, (pcs_span){large, sizeof large}),
      PCS_ERR_TOO_LARGE);
  CHECK_EQ_INT(pcs_channels_send(from, line.ends[0], 1, PCS_PAYLOAD_BINARY, largest), PCS_OK);
  pcs_channels_set_message_max(from, 1000);
  CHECK_EQ_INT(
      pcs_channels_send(from, line.ends[0], 1, PCS_PAYLOAD_BINARY, (pcs_span){large, 1001}),
      PCS_ERR_TOO_LARGE);
  pcs_channels_set_message_max(from, 0); /* any: ours */
  CHECK_EQ_INT(pcs_channels_send(from, line.ends[0], 1, PCS_PAYLOAD_BINARY, largest), PCS_OK);
  channels_run(1000000);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_MESSAGE), 2);
  CHECK_EQ_INT(pcs_channels_send(from, line.ends[0], 99, PCS_PAYLOAD_TEXT, largest),
               PCS_ERR_NOT_FOUND);
  channels_clear();
}

static void test_end_closes_all(void) {
  channels_init(11);
  for (uint32_t i = 1; i <= 3; i++) {
    pcs_channel_options options = labelled("x");
    CHECK_EQ_INT(pcs_channels_open(sides[0], i, &options), PCS_OK);
  }
  channels_connect();
  pcs_sctp_association_abort(line.ends[1]);
  channels_run(100000);
  CHECK_EQ_UINT(count_state(0, PCS_CHANNEL_CLOSED), 3);
  CHECK_EQ_INT(kept[0][num_kept[0] - 1].event.status, PCS_ERR_CLOSED);
  pcs_channel_options late = labelled("late");
  CHECK_EQ_INT(pcs_channels_open(sides[0], 9, &late), PCS_ERR_CLOSED);
  channels_clear();
}

/* Another association with somebody else on the same channels: it starts with none of them. */
static void connect_anew(void) {
  pair_clear(&line);
  pair_init(&line, 16, feed_channels);
  channels_connect();
}

static void test_part_leaves_what_waits(void) {
  channels_init(15);
  pcs_channel_options old = labelled("old");
  CHECK_EQ_INT(pcs_channels_open(sides[1], 1, &old), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[0], 2, &old), PCS_OK);
  channels_connect();
  size_t before = num_kept[1];
  pcs_channels_part(sides[1], PCS_OK);
  pcs_channel_options next = labelled("next");
  CHECK_EQ_INT(pcs_channels_open(sides[1], 3, &next), PCS_OK); /* while the ends are untold */
  drain_channels(1);
  size_t num_closed = 0;
  for (size_t i = before; i < num_kept[1]; i++) {
    const pcs_channel_event *event = &kept[1][i].event;
    CHECK_EQ_INT(event->kind, PCS_CHANNEL_EVENT_STATE);
    CHECK_EQ_INT(event->state, PCS_CHANNEL_CLOSED);
    CHECK_EQ_INT(event->status, PCS_OK);
    CHECK(event->handle != 3);
    num_closed++;
  }
  CHECK_EQ_UINT(num_closed, 2);
  pcs_channels_part(sides[1], PCS_OK); /* again, before there is another: it waits on */
  pcs_channels_free(sides[0]);
  CHECK_EQ_INT(pcs_channels_new(&sides[0]), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[0], 4, &next), PCS_OK);
  before = num_kept[1];
  connect_anew();
  const kept_event *opened = find_kept(1, PCS_CHANNEL_EVENT_STATE, before);
  CHECK(opened != NULL && opened->event.handle == 3 && opened->event.id == 1);
  const kept_event *came = find_kept(1, PCS_CHANNEL_EVENT_INCOMING, before);
  CHECK(came != NULL && came->event.id == 0); /* an id that an old one had */
  send_text(1, 3, "hello");
  channels_run(100000);
  CHECK(find_kept(0, PCS_CHANNEL_EVENT_MESSAGE, 0) != NULL);
  channels_clear();
}

/* After an end, too: the other side left, and another is called. */
static void test_part_after_the_end(void) {
  channels_init(17);
  pcs_channel_options options = labelled("x");
  channels_connect();
  pcs_channels_end(sides[1], PCS_ERR_CLOSED);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 1, &options), PCS_ERR_CLOSED);
  pcs_channels_part(sides[1], PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 1, &options), PCS_OK);
  pcs_channels_free(sides[0]);
  CHECK_EQ_INT(pcs_channels_new(&sides[0]), PCS_OK);
  connect_anew();
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_OPEN), 1);
  channels_clear();
}

/* One that came in and was not told yet is never told: it was the one before's. */
static void test_part_forgets_what_came(void) {
  channels_init(18);
  channels_connect();
  uint8_t open[] = {3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 'x'};
  pcs_sctp_event event = {
      .kind = PCS_SCTP_EVENT_MESSAGE, .stream = 0, .ppid = 50, .message = {open, sizeof open}};
  pcs_channels_receive(sides[1], line.ends[1], &event);
  pcs_channels_part(sides[1], PCS_OK);
  size_t before = num_kept[1];
  drain_channels(1);
  CHECK_EQ_UINT(num_kept[1], before);
  pcs_channel_options options = negotiated_with(0);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 1, &options), PCS_OK);
  channels_clear();
}

/* Of two channels one is closed in the turn in which the association is aborted. */
static void test_closed_before_the_end(void) {
  channels_init(14);
  for (uint16_t id = 1; id <= 2; id++) {
    pcs_channel_options options = negotiated_with(id);
    CHECK_EQ_INT(pcs_channels_open(sides[0], id, &options), PCS_OK);
    CHECK_EQ_INT(pcs_channels_open(sides[1], id, &options), PCS_OK);
  }
  channels_connect();
  size_t before = num_kept[0];
  CHECK_EQ_INT(pcs_channels_close(sides[1], 1), PCS_OK);
  pcs_channels_pump(sides[1], line.ends[1]);
  pcs_sctp_association_abort(line.ends[1]);
  channels_run(100000);
  size_t num_closed = 0;
  for (size_t i = before; i < num_kept[0]; i++) {
    const pcs_channel_event *event = &kept[0][i].event;
    if (event->kind == PCS_CHANNEL_EVENT_STATE && event->state == PCS_CHANNEL_CLOSED) {
      CHECK_EQ_INT(event->status, event->handle == 1 ? PCS_OK : PCS_ERR_CLOSED);
      num_closed++;
    }
  }
  CHECK_EQ_UINT(num_closed, 2);
  channels_clear();
}

static void test_quota(void) {
  channels_init(12);
  pcs_channel_options options = labelled("x");
  for (uint32_t i = 1; i <= PCS_CHANNELS_MAX; i++) {
    if (!CHECK_EQ_INT(pcs_channels_open(sides[0], i, &options), PCS_OK)) {
      break;
    }
  }
  CHECK_EQ_INT(pcs_channels_open(sides[0], PCS_CHANNELS_MAX + 1, &options), PCS_ERR_QUOTA);
  CHECK_EQ_INT(pcs_channels_close(sides[0], 5), PCS_OK); /* before there is an association */
  drain_channels(0);
  CHECK_EQ_UINT(count_state(0, PCS_CHANNEL_CLOSED), 1);
  channels_connect();
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_INCOMING), PCS_CHANNELS_MAX - 1);
  channels_clear();
}

static void test_stats(void) {
  channels_init(13);
  pcs_channel_options options = negotiated_with(3);
  CHECK_EQ_INT(pcs_channels_open(sides[0], 1, &options), PCS_OK);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 8, &options), PCS_OK);
  channels_connect();
  send_text(0, 1, "12345");
  send_text(0, 1, "");
  channels_run(100000);
  pcs_channel_stats stats[2];
  CHECK_EQ_UINT(pcs_channels_stats(sides[0], stats, 2), 1);
  CHECK_EQ_UINT(stats[0].channel, 1);
  CHECK_EQ_UINT(stats[0].id, 3);
  CHECK_EQ_INT(stats[0].state, PCS_CHANNEL_OPEN);
  CHECK_EQ_UINT(stats[0].messages_sent, 2);
  CHECK_EQ_UINT(stats[0].bytes_sent, 5);
  CHECK_EQ_UINT(pcs_channels_stats(sides[1], stats, 2), 1);
  CHECK_EQ_UINT(stats[0].messages_received, 2);
  CHECK_EQ_UINT(stats[0].bytes_received, 5);
  CHECK_EQ_UINT(pcs_channels_stats(sides[1], stats, 0), 0);
  channels_clear();
}

/* 127 bytes and a character of two: what is kept ends before it. */
static void test_view(void) {
  channels_init(21);
  char label[200] = {0};
  memset(label, 'x', 127);
  memcpy(label + 127, "\xc3\xa9 and more", sizeof "\xc3\xa9 and more");
  pcs_channel_options options = labelled(label);
  CHECK_EQ_INT(pcs_channels_open(sides[0], 1, &options), PCS_OK);
  channels_connect();
  for (size_t i = 0; i < 2; i++) {
    pcs_channel_view views[2];
    CHECK_EQ_UINT(pcs_channels_view(sides[i], views, 2), 1);
    CHECK_EQ_BYTES(views[0].label.data, views[0].label.len, label, 127);
    CHECK_EQ_UINT(views[0].stats.state, PCS_CHANNEL_OPEN);
    CHECK_EQ_UINT(views[0].buffered_bytes, 0);
    CHECK_EQ_UINT(pcs_channels_view(sides[i], views, 0), 0);
  }
  channels_clear();
}

int main(void) {
  RUN("a channel opens with its label and options and carries both ways", test_open_and_exchange);
  RUN("data follows the request at once and never overtakes it",
      test_data_follows_the_request_at_once);
  RUN("empty messages keep their kind", test_empty_messages);
  RUN("ids are given with the DTLS role, as wished for where that may be",
      test_ids_come_with_the_role);
  RUN("negotiated ids up to 65534 work and chosen ids go around them", test_negotiated_ids);
  RUN("a channel closes from either side after what was sent, and its id is free",
      test_close_from_either_side);
  RUN("both sides may close at once", test_both_close_at_once);
  RUN("a hundred channels open, carry and close under loss", test_many_channels_under_loss);
  RUN("the send window is bounded and no channel waits behind another", test_window_and_fairness);
  RUN("messages are as large as the other side takes", test_message_limits);
  RUN("the end of the association closes every channel with a reason", test_end_closes_all);
  RUN("a channel closed just before the end closes without an error, its neighbour with one",
      test_closed_before_the_end);
  RUN("with another association open channels close, those that wait open, and ids are free",
      test_part_leaves_what_waits);
  RUN("another association after the end takes channels again", test_part_after_the_end);
  RUN("a channel of the association before is not told after it", test_part_forgets_what_came);
  RUN("no more channels than the limit", test_quota);
  RUN("messages and bytes are counted per channel", test_stats);
  RUN("a channel is shown by the beginning of its label, cut between characters", test_view);
  return check_report();
}
