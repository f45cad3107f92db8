#include "host/ice/pair.h"

#include "tests/check.h"
#include "tests/sim/net.h"

#define NO (-1)

static void test_every_state_and_event(void) {
  static const int WANT[5][5] = {
      /*                   UNFREEZE          TRIGGER             SEND                SUCCEED FAIL */
      [PCS_PAIR_FROZEN] = {PCS_PAIR_WAITING, PCS_PAIR_WAITING, NO, NO, NO},
      [PCS_PAIR_WAITING] = {NO, PCS_PAIR_WAITING, PCS_PAIR_IN_PROGRESS, PCS_PAIR_SUCCEEDED,
                            PCS_PAIR_FAILED},
      [PCS_PAIR_IN_PROGRESS] = {NO, PCS_PAIR_WAITING, NO, PCS_PAIR_SUCCEEDED, PCS_PAIR_FAILED},
      [PCS_PAIR_FAILED] = {NO, PCS_PAIR_WAITING, NO, NO, NO},
      [PCS_PAIR_SUCCEEDED] = {NO, PCS_PAIR_SUCCEEDED, PCS_PAIR_SUCCEEDED, PCS_PAIR_SUCCEEDED,
                              PCS_PAIR_FAILED},
  };
  for (int from = 0; from < 5; from++) {
    for (int event = 0; event < 5; event++) {
      pcs_ice_pair pair = {.state = (pcs_pair_state)from};
      pcs_status status = pcs_ice_pair_move(&pair, (pcs_pair_event)event);
      int want = WANT[from][event];
      CHECK_EQ_INT(status, want == NO ? PCS_ERR_STATE : PCS_OK);
      CHECK_EQ_INT(pair.state, want == NO ? from : want);
    }
  }
  CHECK_EQ_STR(pcs_pair_state_name(PCS_PAIR_IN_PROGRESS), "in-progress");
  CHECK_EQ_STR(pcs_pair_state_name((pcs_pair_state)9), "unknown");
}

static void test_priority(void) {
  /* RFC 8445 6.1.2.3: 2^32*MIN(G,D) + 2*MAX(G,D) + (G>D?1:0) */
  CHECK_EQ_UINT(pcs_ice_pair_priority((pcs_pair_rank){1, 2}), (1ull << 32) + 4);
  CHECK_EQ_UINT(pcs_ice_pair_priority((pcs_pair_rank){2, 1}), (1ull << 32) + 5);
  CHECK_EQ_UINT(pcs_ice_pair_priority((pcs_pair_rank){0xffffffff, 0xffffffff}),
                0xffffffffull * (1ull << 32) + 2 * 0xffffffffull);
}

static pcs_ice_pairs table;

static pcs_ice_pair *add(uint32_t id, uint64_t foundation, uint64_t priority) {
  uint32_t dropped;
  pcs_ice_pair pair = {.id = id, .foundation = foundation, .priority = priority};
  return pcs_ice_pairs_add(&table, &pair, &dropped);
}

static void test_one_pair_of_a_foundation(void) {
  memset(&table, 0, sizeof table);
  add(1, 10, 100);
  add(2, 10, 200);
  add(3, 20, 50);
  pcs_ice_pairs_thaw_idle(&table, 0);
  CHECK_EQ_INT(pcs_ice_pairs_find(&table, 1)->state, PCS_PAIR_FROZEN);
  CHECK_EQ_INT(pcs_ice_pairs_find(&table, 2)->state, PCS_PAIR_WAITING);
  CHECK_EQ_INT(pcs_ice_pairs_find(&table, 3)->state, PCS_PAIR_WAITING);
  CHECK_EQ_UINT(pcs_ice_pairs_best(&table, 0, PCS_PAIR_WAITING)->id, 2);

  pcs_ice_pairs_find(&table, 2)->state = PCS_PAIR_IN_PROGRESS;
  pcs_ice_pairs_thaw_idle(&table, 0);
  CHECK_EQ_INT(pcs_ice_pairs_find(&table, 1)->state, PCS_PAIR_FROZEN);
  pcs_ice_pairs_find(&table, 2)->state = PCS_PAIR_FAILED;
  pcs_ice_pairs_thaw_idle(&table, 0);
  CHECK_EQ_INT(pcs_ice_pairs_find(&table, 1)->state, PCS_PAIR_WAITING);
}

static void test_success_thaws_the_foundation(void) {
  memset(&table, 0, sizeof table);
  add(1, 10, 100);
  add(2, 10, 200);
  add(3, 20, 50);
  pcs_ice_pairs_thaw(&table, 0, 10);
  CHECK_EQ_UINT(pcs_ice_pairs_count(&table, 0, PCS_PAIR_WAITING), 2);
  CHECK_EQ_UINT(pcs_ice_pairs_count(&table, 1, PCS_PAIR_WAITING), 0);
}

static void test_queue(void) {
  memset(&table, 0, sizeof table);
  pcs_ice_pairs_enqueue(&table, add(1, 1, 1));
  pcs_ice_pairs_enqueue(&table, add(2, 2, 9));
  pcs_ice_pairs_enqueue(&table, pcs_ice_pairs_find(&table, 1));
  CHECK_EQ_UINT(pcs_ice_pairs_next_triggered(&table)->id, 1);
  pcs_ice_pairs_next_triggered(&table)->triggered = 0;
  CHECK_EQ_UINT(pcs_ice_pairs_next_triggered(&table)->id, 2);
  pcs_ice_pairs_next_triggered(&table)->triggered = 0;
  CHECK(pcs_ice_pairs_next_triggered(&table) == NULL);
}

static void test_limit(void) {
  memset(&table, 0, sizeof table);
  for (uint32_t i = 1; i <= PCS_PAIRS_MAX; i++) {
    CHECK(add(i, i, 1000 + i) != NULL);
  }
  uint32_t dropped;
  pcs_ice_pair worse = {.id = 200, .priority = 5};
  CHECK(pcs_ice_pairs_add(&table, &worse, &dropped) == NULL);
  pcs_ice_pair better = {.id = 201, .priority = 5000};
  CHECK(pcs_ice_pairs_add(&table, &better, &dropped) != NULL);
  CHECK_EQ_UINT(dropped, 1);
  CHECK_EQ_UINT(table.num, PCS_PAIRS_MAX);
  for (size_t i = 0; i < table.num; i++) {
    table.entries[i].state = i % 2 ? PCS_PAIR_SUCCEEDED : PCS_PAIR_IN_PROGRESS;
  }
  pcs_ice_pair best = {.id = 202, .priority = UINT64_MAX};
  CHECK(pcs_ice_pairs_add(&table, &best, &dropped) == NULL);
}

static void test_find(void) {
  memset(&table, 0, sizeof table);
  pcs_ice_pair *pair = add(1, 1, 1);
  pair->path_id = 4;
  pair->to = sim_ipv4(0xc0000201, 4000);
  pcs_address other = sim_ipv4(0xc0000201, 4001);
  CHECK(pcs_ice_pairs_between(&table, 0, 4, &pair->to) == pair);
  CHECK(pcs_ice_pairs_between(&table, 1, 4, &pair->to) == NULL);
  CHECK(pcs_ice_pairs_between(&table, 0, 5, &pair->to) == NULL);
  CHECK(pcs_ice_pairs_between(&table, 0, 4, &other) == NULL);
  pcs_ice_pairs_drop(&table, 1);
  pcs_ice_pairs_drop(&table, 1);
  CHECK_EQ_UINT(table.num, 0);
  CHECK(pcs_ice_pairs_get(&table, 1) == NULL);
}

int main(void) {
  RUN("every state and every event gives what RFC 8445 says", test_every_state_and_event);
  RUN("a pair's priority is the standard's formula", test_priority);
  RUN("only the best pair of a foundation waits at first", test_one_pair_of_a_foundation);
  RUN("a success unfreezes its foundation and no other", test_success_thaws_the_foundation);
  RUN("triggered checks go first in, first out, and once", test_queue);
  RUN("the hundred and first pair makes the worst one go, or does not come", test_limit);
  RUN("a pair is found by session, socket and exact address", test_find);
  return check_report();
}
