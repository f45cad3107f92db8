/* UDP sockets: batches leave and arrive as the datagrams they were made of, whatever the kernel
 * joins on the way. */
#include <poll.h>

#include "host/sys/udp.h"
#include "tests/check.h"

#define WAIT_MS 5000

typedef struct socket_pair {
  pcs_udp *from;
  pcs_udp *to;
} socket_pair;

static pcs_address loopback(uint8_t family) {
  pcs_address address = {.family = family};
  address.bytes[family == PCS_ADDRESS_IPV4 ? 0 : 15] = family == PCS_ADDRESS_IPV4 ? 127 : 1;
  if (family == PCS_ADDRESS_IPV4) {
    address.bytes[3] = 1;
  }
  return address;
}

static bool open_pair(socket_pair *pair, uint8_t family) {
  pcs_address address = loopback(family);
  *pair = (socket_pair){NULL, NULL};
  return CHECK(pcs_udp_open(&pair->from, &address) == PCS_OK) &&
         CHECK(pcs_udp_open(&pair->to, &address) == PCS_OK);
}

static void close_pair(socket_pair *pair) {
  pcs_udp_free(pair->from);
  pcs_udp_free(pair->to);
}

static uint8_t memory[PCS_UDP_RECEIVE_BYTES];
static uint8_t batch_memory[PCS_DATAGRAMS_MAX * 1500];

static void add(pcs_datagrams *batch, size_t len) {
  uint8_t bytes[1500];
  for (size_t i = 0; i < len; i++) {
    bytes[i] = (uint8_t)(batch->num * 7 + i);
  }
  CHECK_EQ_INT(pcs_datagrams_add(batch, (pcs_span){bytes, len}), PCS_OK);
}

static bool wait_for(const pcs_udp *udp) {
  struct pollfd waiting = {.fd = pcs_udp_descriptor(udp), .events = POLLIN};
  return CHECK(poll(&waiting, 1, WAIT_MS) == 1);
}

/* Receives until as many datagrams came as the batch has, and compares each. */
static void expect_batch(const socket_pair *pair, const pcs_datagrams *batch) {
  size_t at = 0;
  size_t offset = 0;
  pcs_address sender = pcs_udp_address(pair->from);
  while (at < batch->num && wait_for(pair->to)) {
    pcs_udp_arrival arrival;
    if (pcs_udp_receive(pair->to, memory, &arrival) != PCS_OK) {
      continue;
    }
    CHECK(pcs_address_equal(&arrival.from, &sender));
    pcs_span datagram;
    while (pcs_udp_arrival_next(&arrival, &datagram) && CHECK(at < batch->num)) {
      CHECK_EQ_SPAN(datagram, pcs_datagrams_at(batch, at, offset));
      offset += datagram.len;
      at++;
    }
  }
  CHECK_EQ_UINT(at, batch->num);
  pcs_udp_arrival none;
  CHECK_EQ_INT(pcs_udp_receive(pair->to, memory, &none), PCS_ERR_NO_SPACE);
}

static void round_trip(uint8_t family, const size_t *lengths, size_t num) {
  socket_pair pair;
  if (!open_pair(&pair, family)) {
    return;
  }
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, batch_memory, sizeof batch_memory);
  for (size_t i = 0; i < num; i++) {
    add(&batch, lengths[i]);
  }
  pcs_address to = pcs_udp_address(pair.to);
  size_t num_sent = 0;
  CHECK_EQ_INT(pcs_udp_send(pair.from, &to, &batch, &num_sent), PCS_OK);
  CHECK_EQ_UINT(num_sent, num);
  expect_batch(&pair, &batch);
  close_pair(&pair);
}

static void test_full_batch(void) {
  size_t lengths[PCS_DATAGRAMS_MAX];
  for (size_t i = 0; i < PCS_DATAGRAMS_MAX; i++) {
    lengths[i] = 1200;
  }
  round_trip(PCS_ADDRESS_IPV4, lengths, PCS_DATAGRAMS_MAX);
  round_trip(PCS_ADDRESS_IPV6, lengths, PCS_DATAGRAMS_MAX);
}

static void test_mixed_lengths(void) {
  const size_t lengths[] = {1200, 1200, 700, 1200, 60, 60, 60, 61, 1, 1200, 1200, 1200};
  round_trip(PCS_ADDRESS_IPV4, lengths, sizeof lengths / sizeof lengths[0]);
  round_trip(PCS_ADDRESS_IPV6, lengths, sizeof lengths / sizeof lengths[0]);
}

static void test_one(void) {
  const size_t lengths[] = {1};
  round_trip(PCS_ADDRESS_IPV4, lengths, 1);
}

static void test_goes_on(void) {
  socket_pair pair;
  if (!open_pair(&pair, PCS_ADDRESS_IPV4)) {
    return;
  }
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, batch_memory, sizeof batch_memory);
  add(&batch, 100);
  add(&batch, 200);
  add(&batch, 200);
  pcs_address to = pcs_udp_address(pair.to);
  size_t num_sent = 1;
  CHECK_EQ_INT(pcs_udp_send(pair.from, &to, &batch, &num_sent), PCS_OK);
  CHECK_EQ_UINT(num_sent, 3);
  pcs_udp_arrival arrival;
  pcs_span datagram;
  if (wait_for(pair.to) && CHECK(pcs_udp_receive(pair.to, memory, &arrival) == PCS_OK)) {
    CHECK(pcs_udp_arrival_next(&arrival, &datagram));
    CHECK_EQ_SPAN(datagram, pcs_datagrams_at(&batch, 1, 100));
  }
  close_pair(&pair);
}

static void test_refused_address(void) {
  socket_pair pair;
  if (!open_pair(&pair, PCS_ADDRESS_IPV4)) {
    return;
  }
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, batch_memory, sizeof batch_memory);
  add(&batch, 100);
  add(&batch, 100);
  pcs_address to = {.family = PCS_ADDRESS_IPV4, .bytes = {255, 255, 255, 255}, .port = 9};
  size_t num_sent = 0;
  CHECK_EQ_INT(pcs_udp_send(pair.from, &to, &batch, &num_sent), PCS_OK);
  CHECK_EQ_UINT(num_sent, 2);
  close_pair(&pair);
}

static void test_names(void) {
  pcs_address name = {.family = PCS_ADDRESS_NAME};
  pcs_udp *udp = NULL;
  CHECK_EQ_INT(pcs_udp_open(&udp, &name), PCS_ERR_UNSUPPORTED);
  CHECK(udp == NULL);
}

int main(void) {
  RUN("a full batch of equal datagrams arrives whole and in order", test_full_batch);
  RUN("a batch of mixed lengths keeps every datagram's length", test_mixed_lengths);
  RUN("one byte is one datagram", test_one);
  RUN("a batch goes on from where it stopped", test_goes_on);
  RUN("what the system refuses to send is lost, not tried for ever", test_refused_address);
  RUN("a socket is not bound to a name", test_names);
  return check_report();
}
