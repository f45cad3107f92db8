/* A peer that speaks SCTP wrongly, inside DTLS: requirements X26, X27. */
#include "tests/check.h"

#include "tests/host/sctp/packet_maker.h"
#include "tests/host/sctp/pair.h"

static pair line;
static size_t num_messages;
static const pcs_sctp_send plain = {.stream = 3, .ppid = 53, .ordered = true};
static const uint8_t zeros[64];
static packet_maker packet;

static void count(size_t end, const pcs_sctp_event *event) {
  num_messages += end == 1 && event->kind == PCS_SCTP_EVENT_MESSAGE ? 1 : 0;
}

static void begin(uint64_t seed) {
  num_messages = 0;
  pair_init_connected(&line, seed, count);
}

static void expect_alive(void) {
  size_t taken = 0;
  size_t before = num_messages;
  uint8_t message[3000] = {0};
  CHECK(!line.is_closed[0] && !line.is_closed[1]);
  CHECK_EQ_INT(
      pcs_sctp_association_send(line.ends[0], &taken, &plain, (pcs_span){message, sizeof message}),
      PCS_OK);
  pair_run(&line, 1000000);
  CHECK_EQ_UINT(num_messages, before + 1);
}

/* The verification tag that end 0 sends with, off a real packet. */
static uint32_t tag_of_end_0(void) {
  static uint8_t memory[PAIR_BATCH_BYTES];
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, memory, sizeof memory);
  size_t taken = 0;
  CHECK_EQ_INT(pcs_sctp_association_send(line.ends[0], &taken, &plain, (pcs_span){zeros, 1}),
               PCS_OK);
  (void)pcs_sctp_association_take_output(line.ends[0], &batch);
  pcs_span first = pcs_datagrams_at(&batch, 0, 0);
  CHECK(batch.num == 1 && first.len >= 12);
  pcs_sctp_association_receive(line.ends[1], first);
  return (uint32_t)first.data[4] << 24 | (uint32_t)first.data[5] << 16 |
         (uint32_t)first.data[6] << 8 | first.data[7];
}

static void deliver(pcs_span made) {
  pcs_sctp_association_receive(line.ends[1], made);
  pair_poll(&line, 1);
}

static size_t num_waiting(size_t end) {
  static uint8_t memory[PAIR_BATCH_BYTES];
  pcs_datagrams batch;
  pcs_datagrams_init(&batch, memory, sizeof memory);
  (void)pcs_sctp_association_take_output(line.ends[end], &batch);
  return batch.num;
}

static void test_wrong_checksum(void) {
  begin(1);
  packet_begin(&packet, tag_of_end_0());
  packet_chunk(&packet, 6, 0, (pcs_span){0}); /* ABORT */
  pcs_span made = packet_done(&packet);
  packet.memory[9] ^= 1;
  deliver(made);
  CHECK(!line.is_closed[1]);
  packet.memory[9] ^= 1;
  deliver(made);
  CHECK(line.is_closed[1]); /* the same packet with the right one does it */
  pair_clear(&line);
}

static void test_wrong_tag(void) {
  begin(2);
  uint32_t tag = tag_of_end_0();
  static const uint8_t types[] = {0, 6, 7, 8, 9, 10, 11, 14, 130, 192};
  for (size_t i = 0; i < sizeof types; i++) {
    for (uint32_t off = 1; off < 4; off++) {
      packet_begin(&packet, tag + off);
      packet_chunk(&packet, types[i], 3, (pcs_span){zeros, types[i] == 0 ? 20u : 4u});
      deliver(packet_done(&packet));
    }
  }
  pair_settle(&line);
  expect_alive();
  pair_clear(&line);
}

static void test_init_flood(void) {
  begin(3);
  uint8_t memory[64];
  pair_settle(&line);
  (void)num_waiting(1);
  for (uint32_t i = 0; i < 10000; i++) {
    packet_begin(&packet, 0);
    packet_chunk(&packet, 1, 0, init_value(memory, 0, 0));
    deliver(packet_done(&packet));
  }
  CHECK_EQ_UINT(num_waiting(1), 0); /* not one answer: one association per DTLS */
  expect_alive();
  pair_clear(&line);
}

static void test_init_flood_while_opening(void) {
  pair_init(&line, 4, count);
  num_messages = 0;
  uint8_t memory[64];
  CHECK_EQ_INT(pcs_sctp_association_connect(line.ends[0]), PCS_OK);
  CHECK_EQ_INT(pcs_sctp_association_connect(line.ends[1]), PCS_OK);
  for (uint32_t i = 0; i < 1000; i++) {
    packet_begin(&packet, 0);
    pcs_span value = init_value(memory, 0, 0);
    memory[3] = (uint8_t)(i + 1);
    packet_chunk(&packet, 1, 0, value);
    deliver(packet_done(&packet));
  }
  pair_run(&line, 3000000);
  CHECK(line.streams[0] > 0 && line.streams[1] > 0);
  expect_alive();
  pair_clear(&line);
}

static void test_refused_chunks_do_nothing(void) {
  static const uint8_t types[] = {12, 13, 15, 16, 64, 128, 129, 193, 194, 200, 255};
  begin(5);
  uint32_t tag = tag_of_end_0();
  pair_settle(&line);
  (void)num_waiting(1);
  for (size_t i = 0; i < sizeof types; i++) {
    for (size_t len = 0; len < 40; len += 4) {
      packet_begin(&packet, tag);
      packet_chunk(&packet, types[i], 0, (pcs_span){zeros, len});
      deliver(packet_done(&packet));
    }
  }
  CHECK_EQ_UINT(num_waiting(1), 0);
  expect_alive();
  pair_clear(&line);
}

/*
 * Real packets with a few bytes changed and a right checksum again: what a hostile peer may do to
 * its own association it may, but nothing may break here, and the next association must work.
 */
static void test_mutated_packets(void) {
  uint64_t seed = CHECK_SEED(6);
  static uint8_t memory[PAIR_BATCH_BYTES];
  for (uint64_t round = 0; round < 150; round++) {
    begin(seed + round);
    for (size_t step = 0; step < 20 && !line.is_closed[0] && !line.is_closed[1]; step++) {
      size_t taken = 0;
      pcs_sctp_send send = {.stream = (uint16_t)step,
                            .ppid = 53,
                            .ordered = step % 2 == 0,
                            .reliability = PCS_RELIABILITY_RETRANSMITS};
      (void)!pcs_sctp_association_send(line.ends[0], &taken, &send, (pcs_span){memory, 4000});
      if (step % 5 == 4) {
        (void)!pcs_sctp_association_reset_stream(line.ends[0], (uint16_t)(step - 1));
        pair_poll(&line, 0);
      }
      pcs_datagrams batch;
      pcs_datagrams_init(&batch, memory, sizeof memory);
      (void)pcs_sctp_association_take_output(line.ends[0], &batch);
      size_t offset = 0;
      for (size_t i = 0; i < batch.num; i++) {
        uint8_t *at = memory + offset;
        size_t len = batch.lengths[i];
        offset += len;
        for (size_t change = 0; change < 1 + round % 3; change++) {
          size_t place = 12 + pcs_random_below(&line.random, (uint32_t)(len - 12));
          at[place < 60 ? place : place % 48 + 12] ^= (uint8_t)(1 << round % 8);
        }
        pcs_crc32c_seal(at, len);
        deliver((pcs_span){at, len});
      }
      pair_run(&line, 50000);
    }
    pair_clear(&line);
  }
  begin(seed);
  expect_alive();
  pair_clear(&line);
}

static void test_noise(void) {
  uint64_t seed = CHECK_SEED(7);
  begin(seed);
  uint8_t noise[1400];
  for (size_t i = 0; i < 5000; i++) {
    size_t len = pcs_random_below(&line.random, sizeof noise);
    pcs_random_fill(&line.random, noise, len);
    if (len >= 12) {
      memcpy(noise, "\x13\x88\x13\x88", 4);
      pcs_crc32c_seal(noise, len);
    }
    deliver((pcs_span){noise, len});
  }
  expect_alive();
  pair_clear(&line);
}

int main(void) {
  RUN("a packet with a wrong checksum does nothing", test_wrong_checksum);
  RUN("a packet with a wrong verification tag does nothing", test_wrong_tag);
  RUN("a flood of INIT on an open association gets no answer", test_init_flood);
  RUN("a flood of INIT while opening does not keep it from opening", test_init_flood_while_opening);
  RUN("chunks that no data channel uses do nothing", test_refused_chunks_do_nothing);
  RUN("mutated packets break nothing but their own association", test_mutated_packets);
  RUN("noise with a right checksum does nothing", test_noise);
  return check_report();
}
