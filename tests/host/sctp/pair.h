/*
 * Two SCTP associations in one process, joined by a lossy line in virtual time, for tests. Include
 * once per program, after check.h. usrsctp reads its own clock, so gettimeofday of the whole
 * program is the virtual one; it also draws its own random numbers, so a run is not replayed
 * exactly: what is lost on the line is.
 */
#ifndef TESTS_HOST_SCTP_PAIR_H
#define TESTS_HOST_SCTP_PAIR_H

#include "host/crypto/random.h"
#include "host/sctp/association.h"

#include <sys/time.h>

#define PAIR_TICK_US 10000
#define PAIR_BATCH_BYTES (PCS_DATAGRAMS_MAX * PCS_DATAGRAM_BYTES_MAX)

typedef struct pair {
  uint64_t now_us;
  pcs_random_seeded random_state;
  pcs_random random;
  uint32_t loss_percent;
  pcs_sctp_association *ends[2];
  pcs_sctp_messages messages[2];
  void (*on_event)(size_t end, const pcs_sctp_event *event);
  uint16_t streams[2];
  bool is_closed[2];
  pcs_status close_status[2];
  size_t num_packets;
  size_t packet_bytes_max;
} pair;

static uint64_t pair_clock_us = UINT64_C(1700000000000000);

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  (void)zone;
  out->tv_sec = (time_t)(pair_clock_us / 1000000);
  out->tv_usec = (suseconds_t)(pair_clock_us % 1000000);
  return 0;
}

static inline void pair_init(pair *p, uint64_t seed,
                             void (*on_event)(size_t end, const pcs_sctp_event *event)) {
  *p = (pair){.now_us = pair_clock_us, .on_event = on_event};
  p->random = pcs_random_seeded_init(&p->random_state, seed);
  const pcs_sctp_config config = {.local_port = 5000, .remote_port = 5000};
  for (size_t i = 0; i < 2; i++) {
    CHECK_EQ_INT(pcs_sctp_stack_init(), PCS_OK);
    CHECK_EQ_INT(pcs_sctp_association_new(&p->ends[i], &config), PCS_OK);
    p->messages[i] = PCS_SCTP_GIVE_MESSAGES;
  }
  pcs_sctp_stack_tick(p->now_us);
}

static inline void pair_clear(pair *p) {
  pcs_sctp_association_free(p->ends[0]);
  pcs_sctp_association_free(p->ends[1]);
}

static inline void pair_poll(pair *p, size_t end) {
  pcs_sctp_event event;
  for (;;) {
    pcs_sctp_association_poll(p->ends[end], p->messages[end], &event);
    if (event.kind == PCS_SCTP_EVENT_NONE) {
      return;
    }
    if (event.kind == PCS_SCTP_EVENT_CONNECTED) {
      p->streams[end] = event.streams;
    } else if (event.kind == PCS_SCTP_EVENT_CLOSED) {
      p->is_closed[end] = true;
      p->close_status[end] = event.status;
    }
    if (p->on_event != NULL) {
      p->on_event(end, &event);
    }
  }
}

/* Moves one batch each way; false when nothing moved. */
static inline bool pair_cross(pair *p) {
  static uint8_t memory[PAIR_BATCH_BYTES];
  bool moved = false;
  for (size_t from = 0; from < 2; from++) {
    pcs_datagrams batch;
    pcs_datagrams_init(&batch, memory, sizeof memory);
    (void)pcs_sctp_association_take_output(p->ends[from], &batch);
    size_t offset = 0;
    for (size_t i = 0; i < batch.num; i++) {
      pcs_span packet = pcs_datagrams_at(&batch, i, offset);
      offset += packet.len;
      p->num_packets++;
      p->packet_bytes_max = packet.len > p->packet_bytes_max ? packet.len : p->packet_bytes_max;
      if (p->loss_percent == 0 || pcs_random_below(&p->random, 100) >= p->loss_percent) {
        pcs_sctp_association_receive(p->ends[1 - from], packet);
      }
    }
    moved = moved || batch.num > 0;
    pair_poll(p, 1 - from);
    pair_poll(p, from);
  }
  return moved;
}

static inline void pair_settle(pair *p) {
  while (pair_cross(p)) {
  }
}

/* pair_run lets virtual time pass. */
static inline void pair_run(pair *p, uint64_t duration_us) {
  uint64_t end_us = p->now_us + duration_us;
  pair_poll(p, 0);
  pair_poll(p, 1);
  pair_settle(p);
  while (p->now_us < end_us) {
    p->now_us += PAIR_TICK_US;
    pair_clock_us = p->now_us;
    pcs_sctp_stack_tick(p->now_us);
    pair_settle(p);
  }
}

static inline void pair_init_connected(pair *p, uint64_t seed,
                                       void (*on_event)(size_t end, const pcs_sctp_event *event)) {
  pair_init(p, seed, on_event);
  CHECK_EQ_INT(pcs_sctp_association_connect(p->ends[0]), PCS_OK);
  CHECK_EQ_INT(pcs_sctp_association_connect(p->ends[1]), PCS_OK);
  pair_run(p, 100000);
  CHECK(p->streams[0] > 0);
  CHECK(p->streams[1] > 0);
}

#endif
