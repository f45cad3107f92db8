/* The selected pair and the state of the transport, as networks and sockets come and go. */
#include "tests/host/ice/scene.h"

/* ---- the transport's state ---- */

static bool end_0_is_disconnected(const sim_call *at) {
  return at->ends[0].state == PCS_ICE_DISCONNECTED;
}

static void test_disconnected_and_back(void) {
  begin_connected(CHECK_SEED(1));
  uint64_t cut_us = call.world.now_us;
  sim_net_set_filter(call.net, drop_all, NULL);
  CHECK(sim_call_run(&call, 20 * SECOND_US, end_0_is_disconnected));
  CHECK(call.world.now_us - cut_us >= 4 * SECOND_US);
  CHECK(call.world.now_us - cut_us <= 8 * SECOND_US);
  sim_net_set_filter(call.net, NULL, NULL);
  CHECK(sim_call_run(&call, 8 * SECOND_US, sim_both_completed));
  end();
}

static void test_steady_under_loss(void) {
  sim_options options = options_of(CHECK_SEED(5));
  options.link = INTERNET;
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 10 * SECOND_US, sim_both_completed));
  call.data_interval_us = SECOND_US;
  sim_call_run(&call, 3600ull * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].data_denied + call.ends[1].data_denied, 0);
  CHECK(sim_both_completed(&call) || sim_both_connected(&call));
  end();
}

static void test_nobody_there(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  add_public_sockets();
  sim_net_set_filter(call.net, drop_all, NULL);
  sim_call_offer(&call, 0);
  CHECK(!sim_call_run(&call, 29 * SECOND_US, sim_both_failed));
  CHECK(sim_call_run(&call, 2 * SECOND_US, sim_both_failed));
  CHECK_EQ_UINT(pcs_ice_agent_wake_at(call.ends[0].agent), UINT64_MAX);
  end();
}

static void test_new_without_remote_candidates(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_NEW);
  end();
}

static void test_end_without_candidates(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = true;
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 16 * SECOND_US, sim_both_failed));
  end();
}

/* ---- addresses that change ---- */

/* A translator restarts: the other side is seen from a new port, and no signalling tells of it. */
static void run_rebinding(int offerer) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  pcs_address address = sim_ipv4(0xcb007101, 3478);
  sim_stun_server_open(&server, call.net, &address);
  add_boxed_socket(0, FULL_CONE);
  add_boxed_socket(1, OPEN);
  sim_call_offer(&call, offerer);
  CHECK(sim_call_run(&call, 5 * SECOND_US, sim_both_completed));
  sim_net_forget_mappings(call.net, 0);
  call.data_interval_us = 100 * MS_US;
  sim_call_run(&call, 25 * SECOND_US, NULL);
  CHECK(sim_both_connected(&call));
  CHECK_EQ_UINT(call.ends[0].num_selected, 1);
  CHECK_EQ_UINT(call.ends[1].num_selected, 2);
  uint64_t received = call.ends[0].data_received;
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK(call.ends[0].data_received >= received + 595);
  CHECK_EQ_UINT(call.ends[0].data_denied + call.ends[1].data_denied, 0);
  end();
}

static void test_rebinding(void) {
  run_rebinding(0);
  run_rebinding(1);
}

/* ---- sockets that come and go ---- */

static void test_socket_goes(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  pcs_address second[2];
  add_public_sockets();
  for (int i = 0; i < 2; i++) {
    second[i] = sim_ipv4(0xc0000211 + (uint32_t)i, (uint16_t)(42000 + i));
    sim_call_add_socket(&call, i, &second[i], SIM_PUBLIC);
  }
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  pcs_ice_route route;
  CHECK_EQ_INT(pcs_ice_agent_route(call.ends[0].agent, call.world.now_us, &route), PCS_OK);
  pcs_ice_agent_remove_path(call.ends[0].agent, call.world.now_us, route.path_id);
  sim_call_poll(&call, 0);
  pcs_ice_route after;
  if (pcs_ice_agent_route(call.ends[0].agent, call.world.now_us, &after) == PCS_OK) {
    CHECK(after.path_id != route.path_id);
  }
  CHECK(!pcs_ice_agent_accepts(call.ends[0].agent, call.world.now_us, route.path_id, &route.to));
  sim_call_run(&call, 40 * SECOND_US, NULL);
  end();
}

static void test_gathering_after_the_plan(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  begin_beside_hand(&options);
  pcs_span ufrag;
  pcs_span password;
  uint32_t *generation = &call.ends[0].local.generation;
  CHECK_EQ_INT(pcs_ice_agent_make_generation(call.ends[0].agent, generation, &ufrag, &password),
               PCS_OK);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_candidate(&hand.address);
  sim_call_run(&call, 100 * MS_US, NULL);
  CHECK_EQ_UINT(hand.num_requests, 0);
  CHECK_EQ_INT(pcs_ice_agent_gather(call.ends[0].agent, call.world.now_us, *generation), PCS_OK);
  sim_call_poll(&call, 0);
  sim_call_run(&call, 100 * MS_US, NULL);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_CONNECTED);
  end();
}

static void test_loopback(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  for (int i = 0; i < 2; i++) {
    pcs_address loopback = sim_ipv4(0x7f000001, (uint16_t)(43000 + i));
    sim_call_add_socket(&call, i, &loopback, SIM_PUBLIC);
  }
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  end();
}

static void test_last_socket_goes(void) {
  begin_connected(CHECK_SEED(1));
  pcs_ice_agent_remove_path(call.ends[0].agent, call.world.now_us, 1);
  sim_call_poll(&call, 0);
  pcs_ice_route route;
  CHECK_EQ_INT(pcs_ice_agent_route(call.ends[0].agent, call.world.now_us, &route), PCS_ERR_DENIED);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_DISCONNECTED);
  CHECK(sim_call_run(&call, 40 * SECOND_US, sim_both_failed));
  end();
}

int main(void) {
  RUN("silence disconnects after about an interval, an answer reconnects",
      test_disconnected_and_back);
  RUN("an hour of 3 % loss costs no consent", test_steady_under_loss);
  RUN("with nobody there it fails after 30 seconds and sleeps", test_nobody_there);
  RUN("without remote candidates it stays new", test_new_without_remote_candidates);
  RUN("end-of-candidates without any fails after 15 seconds", test_end_without_candidates);
  RUN("a peer whose address changed is found again without a restart", test_rebinding);
  RUN("sockets that are gathered after the plan are paired", test_gathering_after_the_plan);
  RUN("two agents on loopback connect", test_loopback);
  RUN("when the selected socket goes another pair takes over or none", test_socket_goes);
  RUN("when the last socket goes nothing leaves and it fails", test_last_socket_goes);
  return check_report();
}
