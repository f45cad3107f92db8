/*
 * How fast two peers in one process on one core move messages through SCTP, and through SCTP and
 * DTLS: both ends are counted, no socket is. For finding hot spots with perf, and as a floor.
 *
 *   sctp_bench [megabytes]
 */
#include "tests/check.h"

#include <time.h>

#include "host/sctp/association.h"
#include "tests/host/dtls/pair.h"

#define BATCH_BYTES (PCS_DATAGRAMS_MAX * PCS_DATAGRAM_BYTES_MAX)

typedef struct bench {
  pcs_sctp_association *sctp[2];
  pair *dtls; /* null: packets go as they are */
  uint64_t now_us;
  bool is_up[2];
  bool is_blocked;
  uint64_t num_received_bytes;
} bench;

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void poll_end(bench *b, size_t end) {
  pcs_sctp_event event;
  for (;;) {
    pcs_sctp_association_poll(b->sctp[end], PCS_SCTP_GIVE_MESSAGES, &event);
    switch (event.kind) {
    case PCS_SCTP_EVENT_NONE:
      return;
    case PCS_SCTP_EVENT_CONNECTED:
      b->is_up[end] = true;
      break;
    case PCS_SCTP_EVENT_MESSAGE:
      b->num_received_bytes += event.message.len;
      break;
    case PCS_SCTP_EVENT_WRITABLE:
      b->is_blocked = false;
      break;
    default:
      break;
    }
  }
}

static void deliver(bench *b, size_t to, pcs_span datagram) {
  if (b->dtls == NULL) {
    pcs_sctp_association_receive(b->sctp[to], datagram);
    return;
  }
  uint8_t memory[PCS_RECEIVE_BYTES_MAX];
  pcs_span record;
  pcs_dtls_association_receive(b->dtls->ends[to], b->now_us, datagram, &b->dtls->out[to]);
  while (pcs_dtls_association_read(b->dtls->ends[to], memory, sizeof memory, &record) == PCS_OK) {
    pcs_sctp_association_receive(b->sctp[to], record);
  }
}

/* One batch from one end to the other, as a worker would send and receive it. */
static bool cross(bench *b, size_t from) {
  static uint8_t memory[BATCH_BYTES];
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, memory, sizeof memory);
  pcs_span packet;
  while (pcs_sctp_association_output(b->sctp[from], &packet)) {
    pcs_status added = b->dtls == NULL
                           ? pcs_datagrams_add(&batch, packet)
                           : pcs_dtls_association_write(b->dtls->ends[from], packet, &batch);
    if (added != PCS_OK) {
      break;
    }
    pcs_sctp_association_output_taken(b->sctp[from]);
  }
  size_t offset = 0;
  for (size_t i = 0; i < batch.num; i++) {
    pcs_span datagram = pcs_datagrams_at(&batch, i, offset);
    offset += datagram.len;
    deliver(b, 1 - from, datagram);
  }
  poll_end(b, 1 - from);
  poll_end(b, from);
  return batch.num > 0;
}

static void turn(bench *b) {
  bool moved = cross(b, 0);
  moved = cross(b, 1) || moved;
  if (!moved) { /* only a timer can move it on */
    b->now_us += 10000;
    pcs_sctp_stack_tick(b->now_us);
    poll_end(b, 0);
    poll_end(b, 1);
  }
}

static void start(bench *b) {
  const pcs_sctp_config config = {.local_port = 5000, .remote_port = 5000};
  for (size_t i = 0; i < 2; i++) {
    CHECK_EQ_INT(pcs_sctp_association_new(&b->sctp[i], &config), PCS_OK);
    CHECK_EQ_INT(pcs_sctp_association_connect(b->sctp[i]), PCS_OK);
  }
  while (!b->is_up[0] || !b->is_up[1]) {
    turn(b);
  }
}

static void run(const char *name, pair *dtls, size_t message_bytes, uint64_t total_bytes) {
  static uint8_t message[PCS_MESSAGE_BYTES_MAX];
  bench b = {.dtls = dtls, .now_us = 1};
  start(&b);
  pcs_sctp_send send = {.stream = 1, .ppid = 53, .ordered = true};
  uint64_t num_sent = 0;
  size_t offset = 0;
  double from = seconds_now();
  while (b.num_received_bytes < total_bytes) {
    while (!b.is_blocked && num_sent < total_bytes) {
      size_t taken = 0;
      pcs_status sent = pcs_sctp_association_send(
          b.sctp[0], &taken, &send, (pcs_span){message + offset, message_bytes - offset});
      num_sent += taken;
      offset = sent == PCS_OK ? 0 : offset + taken;
      b.is_blocked = sent != PCS_OK;
    }
    turn(&b);
  }
  double spent = seconds_now() - from;
  printf("%-12s %7zu bytes a message: %7.1f MB/s\n", name, message_bytes,
         (double)total_bytes / spent / 1e6);
  pcs_sctp_association_free(b.sctp[0]);
  pcs_sctp_association_free(b.sctp[1]);
}

int main(int argc, char **argv) {
  uint64_t megabytes = argc > 1 ? strtoull(argv[1], NULL, 10) : 200;
  static pair dtls;
  CHECK_EQ_INT(pcs_sctp_stack_init(), PCS_OK);
  pair_init_connected(&dtls, 1);
  static const size_t sizes[] = {65536, 1024, 100};
  for (size_t i = 0; i < 3; i++) {
    uint64_t total = megabytes * 1000000 / (sizes[i] < 1024 ? 4 : 1);
    run("sctp", NULL, sizes[i], total);
    run("sctp+dtls", &dtls, sizes[i], total);
  }
  pair_clear(&dtls);
  return check_num_failures == 0 ? 0 : 1;
}
