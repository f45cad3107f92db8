/* A peer that speaks DCEP wrongly: requirements X27. */
#include "tests/check.h"

#include "host/sctp/dcep.h"
#include "tests/host/sctp/channel_pair.h"

static const uint8_t plain_open[] = {3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 'x'};
static const pcs_span plain_open_span = {plain_open, sizeof plain_open};

/* Side 0 has no channels of its own: it is the hostile one and sends raw messages. */
static void begin(uint64_t seed) {
  channels_init(seed);
  channels_connect();
}

static void expect_no_channel(const char *what) {
  if (count_kept(1, PCS_CHANNEL_EVENT_INCOMING) != 0 || line.is_closed[1]) {
    CHECK_FAIL(what);
  }
}

static size_t num_resets_seen;
static uint16_t last_reset_seen;

static void watch_resets(size_t end, const pcs_sctp_event *event) {
  if (end == 0 && event->kind == PCS_SCTP_EVENT_RESET) {
    num_resets_seen++;
    last_reset_seen = event->stream;
  }
  feed_channels(end, event);
}

static void begin_watched(uint64_t seed) {
  begin(seed);
  num_resets_seen = 0;
  line.on_event = watch_resets;
}

static void test_wrong_parity(void) {
  begin_watched(1);
  send_raw(0, 7, 50, plain_open_span); /* side 0 is the client: odd ids are not its to open */
  channels_run(300000);
  expect_no_channel("a channel with a wrong parity was taken");
  CHECK_EQ_UINT(num_resets_seen, 1);
  CHECK_EQ_UINT(last_reset_seen, 7);
  send_raw(0, 8, 50, plain_open_span);
  channels_run(300000);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_INCOMING), 1); /* the connection goes on */
  channels_clear();
}

static void test_id_in_use(void) {
  begin_watched(2);
  send_raw(0, 4, 50, plain_open_span);
  channels_run(300000);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_INCOMING), 1);
  send_raw(0, 4, 50, plain_open_span);
  channels_run(300000);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_INCOMING), 1);
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_CLOSING), 1);
  CHECK_EQ_UINT(num_resets_seen, 1);
  channels_clear();
}

static void test_request_on_a_negotiated_channel(void) {
  channels_init(3);
  pcs_channel_options options = negotiated_with(4);
  CHECK_EQ_INT(pcs_channels_open(sides[1], 1, &options), PCS_OK);
  channels_connect();
  send_raw(0, 4, 50, plain_open_span);
  channels_run(300000);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_INCOMING), 0);
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_CLOSING), 1);
  channels_clear();
}

static void test_malformed_requests(void) {
  static const uint8_t no_utf8[] = {3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0xff};
  static const uint8_t label_too_long[] = {3, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 'x'};
  static const uint8_t trailing[] = {3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 'x', 'y'};
  static const uint8_t unknown_channel[] = {3, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 'x'};
  static const uint8_t unknown_message[] = {9, 0, 0};
  const pcs_span messages[] = {{no_utf8, sizeof no_utf8},
                               {label_too_long, sizeof label_too_long},
                               {trailing, sizeof trailing},
                               {unknown_channel, sizeof unknown_channel},
                               {unknown_message, sizeof unknown_message},
                               {plain_open, 1}};
  size_t num = sizeof messages / sizeof messages[0];
  begin_watched(4);
  for (size_t i = 0; i < num; i++) {
    send_raw(0, (uint16_t)(2 * i), 50, messages[i]);
    channels_run(300000);
  }
  expect_no_channel("a malformed request made a channel");
  CHECK_EQ_UINT(num_resets_seen, num);
  channels_clear();
}

static void test_stray_messages(void) {
  static const uint8_t ack[] = {2};
  begin_watched(5);
  send_raw(0, 20, 50, (pcs_span){ack, 1});
  send_raw(0, 20, 51, pcs_span_of_text("to nobody"));
  send_raw(0, 65534, 53, pcs_span_of_text("to nobody"));
  send_raw(0, 20, 9999, pcs_span_of_text("no such kind"));
  channels_run(300000);
  CHECK_EQ_UINT(num_kept[1], 0);
  CHECK(!line.is_closed[1]);
  channels_clear();
}

static void test_unknown_kind_on_a_channel(void) {
  begin(6);
  send_raw(0, 4, 50, plain_open_span);
  send_raw(0, 4, 9999, pcs_span_of_text("no such kind"));
  send_raw(0, 4, 51, pcs_span_of_text("text"));
  send_raw(0, 4, 54, pcs_span_of_text("deprecated text"));
  send_raw(0, 4, 52, pcs_span_of_text("deprecated binary"));
  channels_run(300000);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_MESSAGE), 3);
  channels_clear();
}

static void test_flood_of_requests(void) {
  begin_watched(7);
  static pcs_channel_stats stats[PCS_CHANNELS_MAX + 1];
  for (uint16_t i = 0; i < 3000; i++) {
    send_raw(0, (uint16_t)(2 * i), 50, plain_open_span);
    if (i % 100 == 0) {
      pair_run(&line, PAIR_TICK_US);
    }
  }
  channels_run(2000000);
  CHECK_EQ_UINT(count_kept(1, PCS_CHANNEL_EVENT_INCOMING), PCS_CHANNELS_MAX);
  CHECK_EQ_UINT(pcs_channels_stats(sides[1], stats, PCS_CHANNELS_MAX + 1), PCS_CHANNELS_MAX);
  CHECK(num_resets_seen > 0);
  CHECK(!line.is_closed[1]);
  channels_clear();
}

/* The peer resets a channel while half of one of our messages is in SCTP. */
static void test_reset_in_the_middle_of_a_message(void) {
  channels_init(8);
  pcs_channel_options options = labelled("x");
  CHECK_EQ_INT(pcs_channels_open(sides[1], 1, &options), PCS_OK);
  channels_connect();
  line.messages[0] = PCS_SCTP_HOLD_MESSAGES;
  static uint8_t bulk[200000];
  uint64_t num_bytes = 0;
  while (pcs_channels_send(sides[1], line.ends[1], 1, PCS_PAYLOAD_BINARY,
                           (pcs_span){bulk, sizeof bulk}) == PCS_OK) {
    num_bytes += sizeof bulk;
  }
  pcs_channels_pump(sides[1], line.ends[1]);
  CHECK_EQ_INT(pcs_sctp_association_reset_stream(line.ends[0], 1), PCS_OK);
  pair_run(&line, 1000000);
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_CLOSING), 1);
  line.messages[0] = PCS_SCTP_GIVE_MESSAGES;
  channels_run(10000000);
  CHECK_EQ_UINT(count_state(1, PCS_CHANNEL_CLOSED), 1);
  CHECK_EQ_UINT(count_sent_bytes(1), num_bytes); /* the page's window is whole again */
  CHECK_EQ_INT(pcs_channels_open(sides[1], 2, &options), PCS_OK);
  send_text(1, 2, "still alive");
  channels_run(500000);
  CHECK(!line.is_closed[1]);
  const kept_event *last = &kept[0][num_kept[0] - 1];
  CHECK_EQ_BYTES(last->text, last->bytes_len, "still alive", 11);
  channels_clear();
}

int main(void) {
  RUN("a request on a stream of the wrong parity resets that stream", test_wrong_parity);
  RUN("a request for an id in use closes that channel", test_id_in_use);
  RUN("a request on a negotiated channel closes it", test_request_on_a_negotiated_channel);
  RUN("malformed requests make no channel and reset their stream", test_malformed_requests);
  RUN("messages to no channel are dropped", test_stray_messages);
  RUN("an unknown kind of payload is dropped, the deprecated ones are taken",
      test_unknown_kind_on_a_channel);
  RUN("a flood of requests stops at the limit", test_flood_of_requests);
  RUN("a reset in the middle of our message ends in order", test_reset_in_the_middle_of_a_message);
  return check_report();
}
