/* Requests of peers of other habits than ours. */
#include "tests/host/ice/scene.h"

/* ---- other implementations ---- */

static void begin_with_hand(pcs_ice_role role, bool is_lite) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  options.lite_answerer = is_lite;
  begin_beside_hand(&options);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, role), PCS_OK);
}

static void test_lite_peer(void) {
  begin_with_hand(PCS_ICE_CONTROLLED, true); /* lite: we control, whatever the plan says */
  tell_candidate(&hand.address);
  sim_call_run(&call, SECOND_US, NULL);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_CONNECTED);
  CHECK_EQ_INT(call.ends[0].role, PCS_ICE_CONTROLLING);
  CHECK_EQ_UINT(hand.num_nominations, 1);
  end();
}

/* Chromium, aioice and others send USE-CANDIDATE with every check, before anything is valid. */
static void test_aggressive_peer(void) {
  begin_with_hand(PCS_ICE_CONTROLLED, false);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.use_candidate = true;
  for (int i = 0; i < 5; i++) {
    sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
    sim_call_run(&call, 48 * MS_US, NULL);
  }
  CHECK_EQ_UINT(hand.num_successes, 5);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_CONNECTED);
  CHECK_EQ_UINT(call.ends[0].num_selected, 1);
  pcs_pair_stats stats[4];
  CHECK_EQ_UINT(pcs_ice_agent_pair_stats(call.ends[0].agent, stats, 4), 1);
  CHECK_EQ_UINT(stats[0].nominated, 1);
  CHECK_EQ_UINT(stats[0].requests_received, 5);
  end();
}

/* Chromium nominates what is valid first and again what is better. */
static void test_second_nomination(void) {
  begin_with_hand(PCS_ICE_CONTROLLED, false);
  pcs_address better = sim_ipv4(0xc0000203, 40001);
  sim_hand second;
  sim_hand_open(&second, &call, &better);
  second.answers = true;
  sim_hand_check check = sim_hand_check_of(&hand);
  check.use_candidate = true;
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 100 * MS_US, NULL);
  CHECK_EQ_UINT(call.ends[0].num_selected, 1);
  tell_candidate(&better); /* of higher priority than a peer-reflexive one */
  sim_call_run(&call, 200 * MS_US, NULL);
  CHECK_EQ_UINT(second.num_requests, 0); /* nominated: no ordinary checks any more */
  sim_hand_send_check(&second, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 100 * MS_US, NULL);
  CHECK_EQ_UINT(call.ends[0].num_selected, 2);
  pcs_ice_route route;
  CHECK_EQ_INT(pcs_ice_agent_route(call.ends[0].agent, call.world.now_us, &route), PCS_OK);
  CHECK(pcs_address_equal(&route.to, &better));
  /* Data may still come from the first for a while. */
  CHECK(pcs_ice_agent_accepts(call.ends[0].agent, call.world.now_us, 1, &hand.address));
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 100 * MS_US, NULL);
  CHECK_EQ_UINT(call.ends[0].num_selected, 2);
  end();
}

/* libdatachannel begins DTLS on the first pair that is valid to it, which need not be ours. */
static void test_data_from_elsewhere(void) {
  begin_with_hand(PCS_ICE_CONTROLLED, false);
  pcs_address told = sim_ipv4(0xc0000203, 40001);
  pcs_address unknown = sim_ipv4(0xc0000204, 40001);
  sim_hand second;
  sim_hand third;
  sim_hand_open(&second, &call, &told);
  sim_hand_open(&third, &call, &unknown);
  second.answers = third.answers = true;
  sim_hand_check check = sim_hand_check_of(&hand);
  check.use_candidate = true;
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 100 * MS_US, NULL);
  tell_candidate(&told);
  pcs_ice_agent *agent = call.ends[0].agent;
  for (int i = 0; i < 3; i++) {
    pcs_ice_agent_expect(agent, call.world.now_us, 1, &told);
    pcs_ice_agent_expect(agent, call.world.now_us, 1, &unknown);
    pcs_ice_agent_expect(agent, call.world.now_us, 99, &told); /* a path that is not there */
    sim_call_poll(&call, 0);
  }
  CHECK(!pcs_ice_agent_accepts(agent, call.world.now_us, 1, &told));
  sim_call_run(&call, 100 * MS_US, NULL);
  CHECK(pcs_ice_agent_accepts(agent, call.world.now_us, 1, &told));
  CHECK(!pcs_ice_agent_accepts(agent, call.world.now_us, 1, &unknown));
  CHECK_EQ_UINT(second.num_requests, 1);
  CHECK_EQ_UINT(third.num_requests, 0);
  CHECK_EQ_UINT(call.ends[0].num_selected, 1);
  end();
}

static void test_indication(void) {
  begin_with_hand(PCS_ICE_CONTROLLED, false);
  uint8_t bytes[64];
  uint8_t id[PCS_STUN_ID_BYTES] = {1};
  pcs_writer writer;
  pcs_span written;
  pcs_writer_init(&writer, bytes, sizeof bytes);
  pcs_stun_begin(&writer, PCS_STUN_INDICATION, (pcs_span){id, sizeof id});
  CHECK_EQ_INT(pcs_stun_finish(&writer, (pcs_span){0}, &written), PCS_OK);
  sim_net_send(call.net, &hand.address, &call.ends[0].sockets[0], written);
  sim_call_run(&call, SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].stun_packets, 0);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_NEW);
  end();
}

static void test_early_checks(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  begin_beside_hand(&options);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.role = PCS_ICE_CONTROLLED;
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 10 * MS_US, NULL);
  CHECK_EQ_UINT(hand.num_successes, 1);
  CHECK_EQ_UINT(hand.num_requests, 0); /* it has no password of the other side yet */
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  sim_call_run(&call, 200 * MS_US, NULL);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_CONNECTED);
  CHECK(hand.num_nominations > 0);
  end();
}

/* RFC 8826 4.2.4: what the page waits for is its own word, not a candidate and not a peer's check. */
static void test_nothing_before_the_plan(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin_beside_hand(&options);
  tell_candidate(&hand.address);
  for (int second = 0; second < 60; second++) {
    sim_hand_check check = sim_hand_check_of(&hand);
    check.role = PCS_ICE_CONTROLLED;
    sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
    sim_call_run(&call, SECOND_US, NULL);
  }
  CHECK_EQ_UINT(hand.num_successes, 60);
  CHECK_EQ_UINT(hand.num_requests, 0);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_NEW);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  sim_call_run(&call, SECOND_US, NULL);
  CHECK(hand.num_requests > 0);
  end();
}

/* The rows of the other side's candidates; of one that only checks have shown nothing but that. */
static size_t remote_rows(pcs_candidate_stats *rows, size_t capacity) {
  pcs_candidate_stats all[16];
  size_t num = 0;
  size_t num_all = pcs_ice_agent_candidate_stats(call.ends[0].agent, all, 16);
  for (size_t i = 0; i < num_all; i++) {
    if (all[i].is_remote && num < capacity) {
      rows[num++] = all[i];
    }
  }
  return num;
}

static void check_reflexive_row(const pcs_candidate_stats *row, uint8_t is_described) {
  CHECK_EQ_INT(row->candidate.type, PCS_CANDIDATE_PRFLX);
  CHECK_EQ_INT(row->candidate.address.family, PCS_ADDRESS_NONE);
  CHECK_EQ_UINT(row->candidate.address.port, 0);
  CHECK_EQ_UINT(row->is_described, is_described);
}

static void test_early_candidate_is_shown(void) {
  pcs_address other = sim_ipv4(0xc0000263, 40001);
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  begin_beside_hand(&options);
  sim_call_add_socket(&call, 0, &other, SIM_PUBLIC);
  sim_call_gather(&call, 0);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.role = PCS_ICE_CONTROLLED;
  pcs_candidate_stats rows[4] = {0};
  pcs_candidate_stats before;
  pcs_pair_stats pairs[4];
  CHECK_EQ_UINT(remote_rows(rows, 4), 0);
  for (int i = 0; i < 2; i++) {
    sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
    sim_call_run(&call, 10 * MS_US, NULL);
    CHECK_EQ_UINT(remote_rows(rows, 4), 1);
    check_reflexive_row(&rows[0], 0);
  }
  before = rows[0];
  CHECK_EQ_UINT(pcs_ice_agent_pair_stats(call.ends[0].agent, pairs, 4), 0);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  CHECK_EQ_UINT(pcs_ice_agent_pair_stats(call.ends[0].agent, pairs, 4), 1); /* where it came */
  CHECK_EQ_UINT(pairs[0].remote_id, before.id);
  sim_call_run(&call, 200 * MS_US, NULL);
  CHECK_EQ_UINT(remote_rows(rows, 4), 1);
  check_reflexive_row(&rows[0], 1);
  CHECK_EQ_UINT(rows[0].id, before.id);
  tell_candidate(&hand.address);
  CHECK_EQ_UINT(remote_rows(rows, 4), 1);
  CHECK_EQ_UINT(rows[0].id, before.id);
  CHECK(pcs_address_equal(&rows[0].candidate.address, &hand.address));
  end();
}

/* A ufrag that no description will ever name is not what the page takes its text from. */
static void test_early_candidate_of_another(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  begin_beside_hand(&options);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  sim_call_gather(&call, 0); /* a restart is offered */
  sim_hand_check check = sim_hand_check_of(&hand);
  check.role = PCS_ICE_CONTROLLED;
  check.username_second = pcs_span_of_text("fork");
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 10 * MS_US, NULL);
  pcs_candidate_stats rows[4] = {0};
  CHECK_EQ_UINT(remote_rows(rows, 4), 1);
  check_reflexive_row(&rows[0], 0);
  end();
}

/* libdatachannel controls when it opened a negotiated channel before the offer came: told only later,
 * it would by then have nominated, and wait. */
static void test_early_conflict(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  begin_beside_hand(&options);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.role = PCS_ICE_CONTROLLING;
  check.use_candidate = true;
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 10 * MS_US, NULL);
  CHECK_EQ_UINT(hand.error_code, 487);
  CHECK_EQ_UINT(hand.num_successes, 0);
  end();
}

/* aioice nominates with every check and sends data where it was answered last: where we would have
 * no pair, and so would not listen, it must not be answered. */
static void test_check_across_loopback(void) {
  pcs_address loopback = sim_ipv4(0x7f000001, 40002);
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  begin_beside_hand(&options);
  sim_call_add_socket(&call, 0, &loopback, SIM_PUBLIC);
  sim_call_gather(&call, 0);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.use_candidate = true;
  for (int is_connected = 0; is_connected < 2; is_connected++) {
    check.role = is_connected ? PCS_ICE_CONTROLLING : PCS_ICE_CONTROLLED;
    sim_hand_send_check(&hand, &loopback, &check);
    sim_call_run(&call, 100 * MS_US, NULL);
    CHECK_EQ_UINT(hand.num_successes, 0);
    CHECK_EQ_UINT(hand.num_requests, 0);
    call.ends[0].remote = hand.own;
    CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLED), PCS_OK);
  }
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 100 * MS_US, NULL);
  CHECK_EQ_UINT(hand.num_successes, 1);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_CONNECTED);
  end();
}

static void test_unknown_attribute(void) {
  begin_with_hand(PCS_ICE_CONTROLLED, false);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.unknown_attribute = 0x7abc;
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 10 * MS_US, NULL);
  CHECK_EQ_UINT(hand.error_code, 420);
  CHECK_EQ_UINT(hand.num_requests, 0);
  check = sim_hand_check_of(&hand);
  check.no_priority = true;
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 10 * MS_US, NULL);
  CHECK_EQ_UINT(hand.error_code, 400);
  end();
}

int main(void) {
  RUN("a lite peer is controlled and nominated once", test_lite_peer);
  RUN("an aggressive peer's nomination is taken when the pair is valid", test_aggressive_peer);
  RUN("a second nomination of a better pair is followed, of a worse one not",
      test_second_nomination);
  RUN("data from a candidate that is not valid has it checked, from any other address not",
      test_data_from_elsewhere);
  RUN("an indication is ignored", test_indication);
  RUN("checks before the answer are answered and remembered", test_early_checks);
  RUN("R20: no request leaves before the plan, whoever is known and whoever asks",
      test_nothing_before_the_plan);
  RUN("where a check before the answer came from is a candidate at once, its address unseen",
      test_early_candidate_is_shown);
  RUN("an early candidate of a ufrag that is not connected is not described by another's",
      test_early_candidate_of_another);
  RUN("a check before the answer that claims control is told that we have it", test_early_conflict);
  RUN("a check between loopback and another address, of which no pair is made, is not answered",
      test_check_across_loopback);
  RUN("unknown attributes give 420, a missing priority 400", test_unknown_attribute);
  return check_report();
}
