/*
 * Two sets of data channels on two associations on one line, driven as a worker drives them, for
 * tests. Every event is kept. Include once per program, after check.h.
 */
#ifndef TESTS_HOST_SCTP_CHANNEL_PAIR_H
#define TESTS_HOST_SCTP_CHANNEL_PAIR_H

#include "host/sctp/channel.h"
#include "tests/host/sctp/pair.h"

#define KEPT_EVENTS_MAX 8192
#define KEPT_BYTES_MAX 64

typedef struct kept_event {
  pcs_channel_event event; /* its spans are in text and other, cut short */
  size_t bytes_len;
  size_t label_len;
  uint8_t text[KEPT_BYTES_MAX];
  uint8_t other[KEPT_BYTES_MAX];
} kept_event;

static pair line;
static pcs_channels *sides[2];
static kept_event kept[2][KEPT_EVENTS_MAX];
static size_t num_kept[2];
static uint32_t next_incoming_handle;

static inline void keep_event(size_t end, const pcs_channel_event *event) {
  if (num_kept[end] == KEPT_EVENTS_MAX) {
    CHECK_FAIL("too many events");
    return;
  }
  kept_event *to = &kept[end][num_kept[end]++];
  pcs_span text = event->kind == PCS_CHANNEL_EVENT_INCOMING ? event->options.label : event->bytes;
  pcs_span other = event->options.protocol;
  *to = (kept_event){.event = *event, .bytes_len = event->bytes.len, .label_len = text.len};
  if (text.len > 0) {
    memcpy(to->text, text.data, text.len < KEPT_BYTES_MAX ? text.len : KEPT_BYTES_MAX);
  }
  if (other.len > 0) {
    memcpy(to->other, other.data, other.len < KEPT_BYTES_MAX ? other.len : KEPT_BYTES_MAX);
  }
}

static inline void drain_channels(size_t end) {
  pcs_channel_event event;
  for (;;) {
    pcs_channels_poll(sides[end], &event);
    if (event.kind == PCS_CHANNEL_EVENT_NONE) {
      return;
    }
    if (event.kind == PCS_CHANNEL_EVENT_INCOMING) {
      event.handle = next_incoming_handle++;
      pcs_channels_name(sides[end], event.handle);
    }
    keep_event(end, &event);
  }
}

static inline void feed_channels(size_t end, const pcs_sctp_event *event) {
  if (event->kind == PCS_SCTP_EVENT_CONNECTED) {
    pcs_channels_start(sides[end], end == 0 ? PCS_DTLS_CLIENT : PCS_DTLS_SERVER, event->streams);
    pcs_channels_pump(sides[end], line.ends[end]);
  } else if (event->kind == PCS_SCTP_EVENT_CLOSED) {
    pcs_channels_end(sides[end], event->status);
  } else {
    pcs_channels_receive(sides[end], line.ends[end], event);
  }
  drain_channels(end);
}

/* Call pcs_channels_open between init and connect for channels that wait. */
static inline void channels_init(uint64_t seed) {
  memset(num_kept, 0, sizeof num_kept);
  next_incoming_handle = 1000;
  pair_init(&line, seed, feed_channels);
  for (size_t i = 0; i < 2; i++) {
    CHECK_EQ_INT(pcs_channels_new(&sides[i]), PCS_OK);
    pcs_channels_set_message_max(sides[i], PCS_MESSAGE_BYTES_MAX);
  }
}

static inline void channels_connect(void) {
  CHECK_EQ_INT(pcs_sctp_association_connect(line.ends[0]), PCS_OK);
  CHECK_EQ_INT(pcs_sctp_association_connect(line.ends[1]), PCS_OK);
  pair_run(&line, 200000);
}

static inline void channels_clear(void) {
  pcs_channels_free(sides[0]);
  pcs_channels_free(sides[1]);
  pair_clear(&line);
}

static inline void channels_run(uint64_t duration_us) {
  for (size_t i = 0; i < 2; i++) {
    pcs_channels_pump(sides[i], line.ends[i]);
    drain_channels(i);
  }
  pair_run(&line, duration_us);
  drain_channels(0);
  drain_channels(1);
}

static inline pcs_channel_options labelled(const char *label) {
  return (pcs_channel_options){.ordered = true, .id = 65535, .label = pcs_span_of_text(label)};
}

static inline pcs_channel_options negotiated_with(uint16_t id) {
  return (pcs_channel_options){.negotiated = true, .ordered = true, .id = id};
}

static inline void send_text(size_t end, uint32_t handle, const char *text) {
  CHECK_EQ_INT(pcs_channels_send(sides[end], line.ends[end], handle, PCS_PAYLOAD_TEXT,
                                 pcs_span_of_text(text)),
               PCS_OK);
}

/* The first kept event of that kind from index on; null when there is none. */
static inline const kept_event *find_kept(size_t end, pcs_channel_event_kind kind, size_t from) {
  for (size_t i = from; i < num_kept[end]; i++) {
    if (kept[end][i].event.kind == kind) {
      return &kept[end][i];
    }
  }
  return NULL;
}

static inline size_t count_kept(size_t end, pcs_channel_event_kind kind) {
  size_t num = 0;
  for (size_t i = 0; i < num_kept[end]; i++) {
    num += kept[end][i].event.kind == kind ? 1 : 0;
  }
  return num;
}

static inline size_t count_state(size_t end, pcs_channel_state state) {
  size_t num = 0;
  for (size_t i = 0; i < num_kept[end]; i++) {
    const pcs_channel_event *event = &kept[end][i].event;
    num += event->kind == PCS_CHANNEL_EVENT_STATE && event->state == state ? 1 : 0;
  }
  return num;
}

static inline uint64_t count_sent_bytes(size_t end) {
  uint64_t num = 0;
  for (size_t i = 0; i < num_kept[end]; i++) {
    num += kept[end][i].event.kind == PCS_CHANNEL_EVENT_SENT ? kept[end][i].event.num_bytes : 0;
  }
  return num;
}

/* A raw message on a stream, past the channels: what a peer that is not ours might send. */
static inline void send_raw(size_t end, uint16_t stream, uint32_t ppid, pcs_span message) {
  size_t taken = 0;
  pcs_sctp_send send = {.stream = stream, .ppid = ppid, .ordered = true};
  CHECK_EQ_INT(pcs_sctp_association_send(line.ends[end], &taken, &send, message), PCS_OK);
}

#endif
