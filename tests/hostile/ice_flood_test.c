/*
 * What a page or a peer can make the agent send, remember or listen to by asking for too much
 * (requirements X8 to X10).
 */
#include "tests/hostile/ice_scene.h"

/* ---- X8: forks ---- */

static void test_forks(void) {
  begin_alone(CHECK_SEED(1));
  for (uint32_t i = 0; i < 50; i++) {
    char ufrag[8];
    snprintf(ufrag, sizeof ufrag, "fork%02u", i);
    sim_hand_check check = sim_hand_check_of(&hand);
    check.username_second = pcs_span_of_text(ufrag);
    check.role = PCS_ICE_CONTROLLED;
    sim_hand_send_check(&hand, OURS, &check);
    sim_call_run(&call, 10 * MS_US, NULL);
  }
  CHECK_EQ_UINT(hand.num_successes, PCS_REMOTE_UFRAGS_MAX);
  CHECK_EQ_UINT(hand.num_requests, 0);
  expect_nothing_leaves();
  /* A plan for one that found no place still works. */
  memcpy(hand.own.ufrag, "fork", 4);
  hand.answers = true;
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_candidate(&hand.address);
  expect_connected();
  end();
}

/* ---- X9, X10: what a page can make us send ---- */

static uint64_t packets_in_second[64];
static uint64_t began_us;
static bool count_packets(void *context, const pcs_address *from, const pcs_address *to,
                          pcs_span bytes) {
  uint64_t second = (call.world.now_us - began_us) / SECOND_US;
  if (pcs_address_equal(from, OURS) && second < 64) {
    packets_in_second[second]++;
  }
  return watch(context, from, to, bytes);
}

static void test_ten_thousand_candidates(void) {
  begin_alone(CHECK_SEED(1));
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  sim_net_set_filter(call.net, count_packets, NULL);
  memset(packets_in_second, 0, sizeof packets_in_second);
  began_us = call.world.now_us;
  for (uint32_t i = 0; i < 10000; i++) {
    pcs_address address = sim_ipv4(0xcb007100 + i % 250, (uint16_t)(20000 + i));
    tell_candidate(&address);
    if (i % 100 == 0) {
      sim_call_run(&call, 50 * MS_US, NULL);
    }
  }
  pcs_pair_stats stats[PCS_PAIRS_MAX + 1];
  CHECK(pcs_ice_agent_pair_stats(call.ends[0].agent, stats, PCS_PAIRS_MAX + 1) <= PCS_PAIRS_MAX);
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK(call.ends[0].stun_packets <= PCS_PAIRS_MAX * 7);
  CHECK(call.ends[0].stun_bytes <= 64 * 1024);
  for (size_t i = 0; i < 64; i++) {
    CHECK(packets_in_second[i] <= 64);
  }
  CHECK_EQ_UINT(num_not_stun, 0);
  end();
}

/* A page that fills the tables keeps nobody but itself waiting: the peer's own check finds room. */
static void test_full_tables(void) {
  begin_alone(CHECK_SEED(1));
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLED), PCS_OK);
  for (uint32_t i = 0; i < 1000; i++) {
    pcs_address address = sim_ipv4(0xcb007100 + i % 250, (uint16_t)(20000 + i));
    tell_candidate(&address);
  }
  hand.answers = true;
  sim_hand_check check = sim_hand_check_of(&hand);
  sim_hand_send_check(&hand, OURS, &check);
  sim_call_run(&call, 100 * MS_US, NULL);
  expect_connected();
  end();
}

/* A peer that checks from everywhere makes no more candidates than there is room for. */
static void test_checks_from_everywhere(void) {
  begin_alone(CHECK_SEED(1));
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLED), PCS_OK);
  sim_hand_check check = sim_hand_check_of(&hand);
  for (uint32_t i = 0; i < 1000; i++) {
    sim_net_close(call.net, &hand.address);
    pcs_address address = sim_ipv4(0xc0000202, (uint16_t)(20000 + i));
    sim_hand_open(&hand, &call, &address);
    sim_hand_send_check(&hand, OURS, &check);
    sim_call_run(&call, MS_US, NULL);
  }
  static pcs_candidate_stats candidates[512];
  size_t num = pcs_ice_agent_candidate_stats(call.ends[0].agent, candidates, 512);
  CHECK(num <= 1 + PCS_CANDIDATES_MAX + 16);
  CHECK(call.ends[0].stun_packets <= 1000 + 1000 / 50 + 2); /* an answer each, and Ta's checks */
  end();
}

/* However often it restarts, a page makes no more than twenty new checks a second. */
static void test_restart_storm(void) {
  begin_alone(CHECK_SEED(1));
  for (uint32_t round = 0; round < 200; round++) {
    sim_call_gather(&call, 0);
    snprintf(hand.own.ufrag, sizeof hand.own.ufrag, "%04u", round);
    call.ends[0].remote = hand.own;
    CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
    for (uint32_t i = 0; i < 100; i++) {
      pcs_address address = sim_ipv4(0xcb007100 + i, (uint16_t)(20000 + round));
      tell_candidate(&address);
    }
    sim_call_run(&call, 5 * MS_US, NULL);
  }
  CHECK(call.ends[0].stun_packets <= 22); /* in one second */
  end();
}

static void test_prohibited_candidates(void) {
  begin_alone(CHECK_SEED(1));
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  static const uint32_t HOSTS[] = {0, 0x7f000001, 0xe0000001, 0xffffffff, 0xa9fea9fe, 0xf0000001};
  for (size_t i = 0; i < sizeof HOSTS / sizeof HOSTS[0]; i++) {
    pcs_address address = sim_ipv4(HOSTS[i], 40000);
    tell_candidate(&address);
  }
  static const uint16_t PORTS[] = {0, 22, 25, 53, 6667};
  for (size_t i = 0; i < sizeof PORTS / sizeof PORTS[0]; i++) {
    pcs_address address = sim_ipv4(0xc0000202, PORTS[i]);
    tell_candidate(&address);
  }
  pcs_candidate name = {.foundation = pcs_span_of_text("1"),
                        .component = 1,
                        .priority = 1,
                        .address = {.family = PCS_ADDRESS_NAME, .port = 40000},
                        .name = pcs_span_of_text("secret.example.com")};
  CHECK_EQ_INT(pcs_ice_agent_add_candidate(call.ends[0].agent, call.world.now_us,
                                           sim_hand_ufrag(&hand), &name),
               PCS_OK);
  sim_call_poll(&call, 0);
  sim_call_run(&call, 10 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].stun_packets, 0);
  CHECK_EQ_UINT(call.ends[0].num_resolve, 0);
  end();
}

int main(void) {
  RUN("X8: only a few remote ufrags are answered", test_forks);
  RUN("X9: 10000 candidates make a hundred pairs and bounded traffic", test_ten_thousand_candidates);
  RUN("X8: a full candidate table does not keep the peer out", test_full_tables);
  RUN("X8: checks from a thousand ports make bounded state", test_checks_from_everywhere);
  RUN("X9: restarting over and over makes no flood", test_restart_storm);
  RUN("X10: prohibited addresses, ports and names get no packet", test_prohibited_candidates);
  return check_report();
}
