#include "tests/check.h"

#include "host/dtls/association_state.h"
#include "tests/host/dtls/pair.h"

static pair line;

static pcs_dtls_records *records_of(size_t end) {
  return &line.ends[end]->records;
}

/* Seals with a chosen sequence number, as a network that reorders would deliver it. */
static pcs_span seal_numbered(uint8_t memory[128], uint64_t number) {
  pcs_dtls_records copy = *records_of(0);
  pcs_datagrams out;
  pcs_datagrams_init(&out, memory, 128);
  copy.next_sequence = number;
  CHECK_EQ_INT(pcs_dtls_records_seal(&copy, PCS_DTLS_APPLICATION_DATA, pcs_span_of_text("x"), &out),
               PCS_OK);
  return (pcs_span){memory, out.len};
}

static pcs_status open_numbered(uint64_t number) {
  uint8_t memory[128];
  uint8_t plain[64];
  pcs_span out;
  pcs_dtls_record record;
  pcs_span datagram = seal_numbered(memory, number);
  CHECK_EQ_INT(pcs_dtls_record_next(&datagram, &record), PCS_OK);
  CHECK_EQ_UINT(record.sequence, number);
  return pcs_dtls_records_open(records_of(1), &record, plain, sizeof plain, &out);
}

static void test_replay_window(void) {
  pair_init_connected(&line, 1);
  uint64_t base = records_of(0)->first_sequence + 10000;
  CHECK_EQ_INT(open_numbered(base), PCS_OK);
  CHECK_EQ_INT(open_numbered(base), PCS_ERR_STATE);
  for (uint64_t back = 1; back < 64; back++) { /* RFC 6347 4.1.2.6: 64 at least */
    CHECK_EQ_INT(open_numbered(base - back), PCS_OK);
    CHECK_EQ_INT(open_numbered(base - back), PCS_ERR_STATE);
  }
  CHECK_EQ_INT(open_numbered(base - 5000), PCS_ERR_STATE); /* too old to know */
  CHECK_EQ_INT(open_numbered(base + 100000), PCS_OK);
  CHECK_EQ_INT(open_numbered(base + 100000 - 300), PCS_OK);
  CHECK_EQ_INT(open_numbered(base + 100000 - 300), PCS_ERR_STATE);
  CHECK_EQ_INT(open_numbered(base), PCS_ERR_STATE);
  pair_clear(&line);
}

static void test_random_order(void) {
  pair_init_connected(&line, 2);
  uint64_t seed = CHECK_SEED(2);
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, seed);
  static bool is_seen[6000];
  uint64_t base = records_of(0)->first_sequence;
  uint64_t highest = 0;
  for (size_t i = 0; i < 8000; i++) {
    uint64_t at = i / 2 + pcs_random_below(&random, 200);
    pcs_status status = open_numbered(base + at);
    if (status == PCS_OK) {
      CHECK(!is_seen[at]);
    } else {
      CHECK(is_seen[at] || highest - at >= 448);
    }
    is_seen[at] = true;
    highest = at > highest ? at : highest;
  }
  pair_clear(&line);
}

static void test_numbers_only_grow(void) {
  pair_init_connected(&line, 3);
  pcs_dtls_records *sender = records_of(0);
  uint64_t last = sender->first_sequence - 1;
  for (size_t i = 0; i < 200; i++) {
    pair_write(&line, 0, "x");
    pcs_span datagram = {line.memory[0], line.out[0].len};
    pcs_dtls_record record;
    CHECK_EQ_INT(pcs_dtls_record_next(&datagram, &record), PCS_OK);
    CHECK_EQ_UINT(record.sequence, last + 1);
    /* The nonce on the wire is the number: RFC 5288 3. */
    CHECK_EQ_BYTES(record.body.data, 8, record.whole.data + 3, 8);
    last = record.sequence;
    pcs_datagrams_clear(&line.out[0]);
  }
  pair_clear(&line);
}

static void test_numbers_run_out(void) {
  pair_init_connected(&line, 4);
  records_of(0)->next_sequence = (UINT64_C(1) << 48) - 2;
  pair_write(&line, 0, "last");
  CHECK_EQ_INT(
      pcs_dtls_association_write(line.ends[0], pcs_span_of_text("one too many"), &line.out[0]),
      PCS_ERR_STATE);
  CHECK_EQ_UINT(line.out[0].num, 1);
  pcs_datagrams_clear(&line.out[0]);
  pair_clear(&line);
}

static void test_headers(void) {
  uint8_t bytes[20] = {23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 5, 0, 3, 'a', 'b', 'c'};
  pcs_span datagram = {bytes, 16};
  pcs_dtls_record record;
  CHECK_EQ_INT(pcs_dtls_record_next(&datagram, &record), PCS_OK);
  CHECK_EQ_UINT(record.type, 23);
  CHECK_EQ_UINT(record.epoch, 1);
  CHECK_EQ_UINT(record.sequence, 5);
  CHECK_EQ_BYTES(record.body.data, record.body.len, "abc", 3);
  CHECK_EQ_UINT(record.whole.len, 16);
  CHECK_EQ_UINT(datagram.len, 0);
  for (size_t len = 0; len < 16; len++) {
    datagram = (pcs_span){bytes, len};
    CHECK_EQ_INT(pcs_dtls_record_next(&datagram, &record), PCS_ERR_SYNTAX);
  }
  bytes[1] = 3; /* TLS over a stream */
  datagram = (pcs_span){bytes, 16};
  CHECK_EQ_INT(pcs_dtls_record_next(&datagram, &record), PCS_ERR_SYNTAX);
}

static void test_small_memory(void) {
  pair_init_connected(&line, 5);
  pair_write(&line, 0, "0123456789");
  pcs_span datagram = {line.memory[0], line.out[0].len};
  pcs_dtls_record record;
  uint8_t plain[9];
  pcs_span out;
  CHECK_EQ_INT(pcs_dtls_record_next(&datagram, &record), PCS_OK);
  CHECK_EQ_INT(pcs_dtls_records_open(records_of(1), &record, plain, sizeof plain, &out),
               PCS_ERR_NO_SPACE);
  pcs_datagrams_clear(&line.out[0]);
  pair_clear(&line);
}

int main(void) {
  RUN("a repeat is refused and a late record in the window is not", test_replay_window);
  RUN("no record is taken twice in any order", test_random_order);
  RUN("sequence numbers and nonces only grow", test_numbers_only_grow);
  RUN("nothing is sealed when the numbers have run out", test_numbers_run_out);
  RUN("record headers are cut off a datagram, whole or not at all", test_headers);
  RUN("a record that does not fit is not opened", test_small_memory);
  return check_report();
}
