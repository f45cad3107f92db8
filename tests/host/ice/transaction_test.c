#include "host/ice/transaction.h"

#include "tests/check.h"
#include "tests/sim/net.h"

#define PASSWORD "a password of 24 letters"
#define OTHER_PASSWORD "another one of the sizes"
#define RTO_US 500000u

static pcs_transactions table;
static pcs_random_seeded state;
static pcs_random chance;
static uint8_t memory[128];

static void begin(void) {
  pcs_transactions_clear(&table);
  chance = pcs_random_seeded_init(&state, CHECK_SEED(7));
}

static pcs_transaction_request request_of(pcs_transaction_purpose purpose, uint32_t owner) {
  return (pcs_transaction_request){
      .purpose = purpose,
      .owner = owner,
      .path_id = 3,
      .to = sim_ipv4(0xc0000201, 4000),
      .password = purpose == PCS_TRANSACTION_GATHER ? (pcs_span){0} : pcs_span_of_text(PASSWORD),
      .wait_us = purpose == PCS_TRANSACTION_CONSENT ? 30000000u : RTO_US,
  };
}

static pcs_status add(uint64_t now_us, pcs_transaction_purpose purpose, uint32_t owner) {
  pcs_transaction_request request = request_of(purpose, owner);
  return pcs_transactions_add(&table, now_us, &chance, &request);
}

/* A success response to transaction index, with its ID changed by xor. */
static pcs_stun_message answer_to(size_t index, uint8_t xor, const char *password) {
  uint8_t id[PCS_STUN_ID_BYTES];
  memcpy(id, table.entries[index].id, sizeof id);
  id[11] ^= xor;
  pcs_writer writer;
  pcs_span written;
  pcs_stun_message message = {0};
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_stun_begin(&writer, PCS_STUN_SUCCESS, (pcs_span){id, sizeof id});
  CHECK_EQ_INT(pcs_stun_finish(&writer, pcs_span_of_text(password), &written), PCS_OK);
  CHECK_EQ_INT(pcs_stun_read(written, &message), PCS_OK);
  return message;
}

static pcs_transaction_match match(const pcs_stun_message *message, uint32_t path_id,
                                   pcs_address from) {
  pcs_transaction transaction;
  return pcs_transactions_match(&table, message, path_id, &from, &transaction);
}

static void test_match(void) {
  begin();
  CHECK_EQ_INT(add(0, PCS_TRANSACTION_CHECK, 9), PCS_OK);
  pcs_stun_message message = answer_to(0, 0, PASSWORD);
  pcs_address from = sim_ipv4(0xc0000201, 4000);
  pcs_transaction transaction;
  CHECK_EQ_INT(pcs_transactions_match(&table, &message, 3, &from, &transaction),
               PCS_TRANSACTION_MATCH);
  CHECK_EQ_UINT(transaction.owner, 9);
  static const uint8_t ZEROS[sizeof(pcs_transaction)];
  CHECK_EQ_BYTES(transaction.id, sizeof transaction.id, ZEROS, sizeof transaction.id);
  CHECK_EQ_BYTES(&table.entries[0], sizeof table.entries[0], ZEROS, sizeof table.entries[0]);
  CHECK_EQ_INT(match(&message, 3, from), PCS_TRANSACTION_NO_MATCH); /* a duplicate */
}

static void test_no_match(void) {
  begin();
  CHECK_EQ_INT(add(0, PCS_TRANSACTION_CHECK, 9), PCS_OK);
  pcs_address from = sim_ipv4(0xc0000201, 4000);
  for (unsigned bit = 0; bit < 8; bit++) {
    pcs_stun_message wrong = answer_to(0, (uint8_t)(1u << bit), PASSWORD);
    CHECK_EQ_INT(match(&wrong, 3, from), PCS_TRANSACTION_NO_MATCH);
  }
  pcs_stun_message message = answer_to(0, 0, OTHER_PASSWORD);
  CHECK_EQ_INT(match(&message, 3, from), PCS_TRANSACTION_NO_MATCH);
  message = answer_to(0, 0, "");
  CHECK_EQ_INT(match(&message, 3, from), PCS_TRANSACTION_NO_MATCH);
  CHECK_EQ_UINT(pcs_transactions_count(&table, PCS_TRANSACTION_CHECK), 1);
  message = answer_to(0, 0, PASSWORD);
  CHECK_EQ_INT(match(&message, 3, from), PCS_TRANSACTION_MATCH);
}

static void test_wrong_address(void) {
  static const pcs_transaction_purpose PURPOSES[] = {PCS_TRANSACTION_CHECK, PCS_TRANSACTION_CONSENT,
                                                     PCS_TRANSACTION_GATHER};
  for (size_t i = 0; i < 3; i++) {
    pcs_transaction_match want = i == 0 ? PCS_TRANSACTION_ASYMMETRIC : PCS_TRANSACTION_NO_MATCH;
    for (int variant = 0; variant < 3; variant++) {
      begin();
      CHECK_EQ_INT(add(0, PURPOSES[i], 9), PCS_OK);
      pcs_stun_message message = answer_to(0, 0, PASSWORD);
      uint32_t path_id = variant == 0 ? 4 : 3;
      pcs_address from =
          sim_ipv4(variant == 1 ? 0xc0000202 : 0xc0000201, variant == 2 ? 4001 : 4000);
      CHECK_EQ_INT(match(&message, path_id, from), want);
      /* Only a check has its answer with that, and it is a failure. */
      CHECK_EQ_UINT(pcs_transactions_count(&table, PURPOSES[i]), i == 0 ? 0 : 1);
    }
  }
}

static void test_retransmission(void) {
  static const uint32_t AT_MS[] = {0, 500, 1500, 3500, 7500, 15500, 31500};
  begin();
  CHECK_EQ_INT(add(0, PCS_TRANSACTION_CHECK, 1), PCS_OK);
  pcs_transaction over;
  size_t num_sent = 0;
  for (;;) {
    while (pcs_transactions_next_due(&table) != NULL) {
      CHECK_EQ_UINT(num_sent < 7 ? AT_MS[num_sent] * 1000u : 0, table.entries[0].sent_us);
      num_sent++;
    }
    uint64_t now_us = pcs_transactions_wake_at(&table);
    CHECK(!pcs_transactions_expire(&table, now_us - 1, &over));
    if (pcs_transactions_expire(&table, now_us, &over)) {
      CHECK_EQ_UINT(now_us, 39500000);
      break;
    }
  }
  CHECK_EQ_UINT(num_sent, 7);
  CHECK_EQ_UINT(pcs_transactions_wake_at(&table), UINT64_MAX);
}

static void test_consent_once(void) {
  begin();
  CHECK_EQ_INT(add(0, PCS_TRANSACTION_CONSENT, 1), PCS_OK);
  CHECK(pcs_transactions_next_due(&table) != NULL);
  pcs_transaction over;
  for (uint64_t now_us = 0; now_us < 30000000; now_us += 100000) {
    CHECK(!pcs_transactions_expire(&table, now_us, &over));
    CHECK(pcs_transactions_next_due(&table) == NULL);
  }
  CHECK(pcs_transactions_expire(&table, 30000000, &over));
}

static void test_cancelled(void) {
  begin();
  CHECK_EQ_INT(add(0, PCS_TRANSACTION_CHECK, 1), PCS_OK);
  pcs_transactions_cancel(&table, PCS_TRANSACTION_CHECK, 1, 1000000);
  CHECK(pcs_transactions_next_due(&table) == NULL);
  pcs_stun_message message = answer_to(0, 0, PASSWORD);
  pcs_transaction over;
  CHECK(!pcs_transactions_expire(&table, 999999, &over));
  CHECK_EQ_INT(match(&message, 3, sim_ipv4(0xc0000201, 4000)), PCS_TRANSACTION_MATCH);
}

static void test_dropped(void) {
  begin();
  CHECK_EQ_INT(add(0, PCS_TRANSACTION_CHECK, 1), PCS_OK);
  CHECK_EQ_INT(add(0, PCS_TRANSACTION_CONSENT, 1), PCS_OK);
  CHECK_EQ_INT(add(0, PCS_TRANSACTION_CHECK, 2), PCS_OK);
  pcs_stun_message message = answer_to(0, 0, PASSWORD);
  pcs_transactions_drop(&table, PCS_TRANSACTION_CHECK, 1);
  CHECK_EQ_INT(match(&message, 3, sim_ipv4(0xc0000201, 4000)), PCS_TRANSACTION_NO_MATCH);
  CHECK_EQ_UINT(pcs_transactions_count(&table, PCS_TRANSACTION_CHECK), 1);
  CHECK_EQ_UINT(pcs_transactions_count(&table, PCS_TRANSACTION_CONSENT), 1);
}

static void test_full(void) {
  begin();
  for (uint32_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    CHECK_EQ_INT(add(0, PCS_TRANSACTION_CHECK, i), PCS_OK);
  }
  CHECK_EQ_INT(add(0, PCS_TRANSACTION_CHECK, 1), PCS_ERR_NO_SPACE);
  CHECK_EQ_UINT(pcs_transactions_count(&table, PCS_TRANSACTION_CHECK), PCS_TRANSACTIONS_MAX);
}

static int compare_ids(const void *a, const void *b) {
  return memcmp(a, b, PCS_STUN_ID_BYTES);
}

#define NUM_IDS 100000
static uint8_t ids[NUM_IDS][PCS_STUN_ID_BYTES];

/* Requirements X1. The system's randomness, as in the product. */
static void test_ids_are_unique(void) {
  pcs_random system = pcs_random_system();
  pcs_transaction_request request = request_of(PCS_TRANSACTION_CHECK, 1);
  pcs_transactions_clear(&table);
  size_t bits[96] = {0};
  for (size_t i = 0; i < NUM_IDS; i++) {
    CHECK_EQ_INT(pcs_transactions_add(&table, 0, &system, &request), PCS_OK);
    memcpy(ids[i], table.entries[0].id, PCS_STUN_ID_BYTES);
    pcs_transactions_drop(&table, PCS_TRANSACTION_CHECK, 1);
    for (size_t bit = 0; bit < 96; bit++) {
      bits[bit] += ids[i][bit / 8] >> bit % 8 & 1;
    }
  }
  qsort(ids, NUM_IDS, PCS_STUN_ID_BYTES, compare_ids);
  for (size_t i = 1; i < NUM_IDS; i++) {
    CHECK(compare_ids(ids[i - 1], ids[i]) != 0);
  }
  for (size_t bit = 0; bit < 96; bit++) { /* six standard deviations */
    CHECK(bits[bit] > NUM_IDS / 2 - 950 && bits[bit] < NUM_IDS / 2 + 950);
  }
}

int main(void) {
  RUN("the right answer from the right place ends a transaction and wipes it", test_match);
  RUN("a wrong ID, a wrong password or none answers nothing", test_no_match);
  RUN("an answer from elsewhere is never a match", test_wrong_address);
  RUN("a check is sent seven times at the standard's times", test_retransmission);
  RUN("a consent request is sent once only", test_consent_once);
  RUN("a cancelled check is not sent but its answer still counts", test_cancelled);
  RUN("the answer to a dropped request finds nothing", test_dropped);
  RUN("a full table says so", test_full);
  RUN("X1: 100000 transaction IDs differ and no bit is fixed", test_ids_are_unique);
  return check_report();
}
