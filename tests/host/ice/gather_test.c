/* Local candidates, and servers of every kind. */
#include "tests/host/ice/scene.h"

/* ---- gathering ---- */

static void configure(pcs_ice_policy policy, pcs_server_scheme scheme, const char *host) {
  pcs_ice_server one = {.scheme = (uint8_t)scheme, .port = 3478, .host = pcs_span_of_text(host)};
  if (scheme >= PCS_SERVER_TURN) {
    one.username = pcs_span_of_text("user");
    one.credential = pcs_span_of_text("secret");
  }
  CHECK_EQ_INT(pcs_ice_agent_configure(call.ends[0].agent, policy, &one, 1), PCS_OK);
}

static bool end_0_gathered(const sim_call *at) {
  return at->ends[0].gathering == PCS_GATHERING_COMPLETE;
}

static void begin_gathering(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  pcs_address ours = sim_ipv4(0xc0000201, 40000);
  sim_call_add_socket(&call, 0, &ours, SIM_PUBLIC);
}

/* A silent server, one at a prohibited address and a name that does not resolve look the same. */
static void test_unreachable_servers(void) {
  static const char *const HOSTS[] = {"203.0.113.9", "127.0.0.1", "0.0.0.0", "2001:db8::9",
                                      "nowhere.example"};
  for (size_t i = 0; i < sizeof HOSTS / sizeof HOSTS[0]; i++) {
    begin_gathering();
    configure(PCS_ICE_POLICY_ALL, PCS_SERVER_STUN, HOSTS[i]);
    sim_call_gather(&call, 0);
    CHECK_EQ_UINT(call.ends[0].num_resolve, i == 4 ? 1 : 0);
    pcs_ice_agent_server_resolved(call.ends[0].agent, call.world.now_us, 0, NULL, 0);
    sim_call_poll(&call, 0);
    CHECK(sim_call_run(&call, 20 * SECOND_US, end_0_gathered));
    CHECK_EQ_UINT(call.world.now_us, START_US + 10 * SECOND_US);
    CHECK_EQ_UINT(call.ends[0].num_errors, 1);
    CHECK_EQ_UINT(call.ends[0].error_code, 701);
    CHECK(strstr(call.ends[0].error_urls, HOSTS[i]) != NULL); /* and so is the server named */
    CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
    end();
  }
}

static void test_not_spoken(void) {
  begin_gathering();
  configure(PCS_ICE_POLICY_ALL, PCS_SERVER_STUNS, "stun.example");
  sim_call_gather(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, end_0_gathered));
  CHECK_EQ_UINT(call.ends[0].num_resolve, 0);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
  CHECK_EQ_UINT(call.ends[0].num_errors, 1);
  CHECK_EQ_UINT(call.ends[0].error_code, 701);
  CHECK_EQ_STR(call.ends[0].error_urls, "701 stuns:stun.example:3478\n");
  end();
  /* Under policy relay STUN servers are not asked at all, which is no error. */
  begin_gathering();
  configure(PCS_ICE_POLICY_RELAY, PCS_SERVER_STUNS, "stun.example");
  sim_call_gather(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, end_0_gathered));
  CHECK_EQ_UINT(call.ends[0].num_errors, 0);
  end();
}

static void test_resolved_server(void) {
  begin_boxed(CHECK_SEED(1), FULL_CONE, OPEN);
  sim_call_run(&call, 20 * SECOND_US, sim_both_completed);
  configure(PCS_ICE_POLICY_ALL, PCS_SERVER_STUN, "stun.example");
  call.ends[0].num_candidates = 0;
  sim_call_gather(&call, 0);
  CHECK_EQ_UINT(call.ends[0].num_resolve, 1);
  pcs_address found = server.address;
  found.port = 0;
  pcs_ice_agent_server_resolved(call.ends[0].agent, call.world.now_us, 0, &found, 1);
  sim_call_poll(&call, 0);
  CHECK(sim_call_run(&call, 9 * SECOND_US, end_0_gathered));
  CHECK_EQ_UINT(call.ends[0].num_candidates, 2);
  CHECK_EQ_UINT(call.ends[0].num_errors, 0);
  end();
}

static size_t num_elsewhere;

static bool count_elsewhere(void *context, const pcs_address *from, const pcs_address *to,
                            pcs_span bytes) {
  (void)context;
  (void)bytes;
  pcs_address server_address = sim_ipv4(0xcb007109, 3478);
  num_elsewhere += pcs_address_equal(from, &call.ends[0].sockets[0]) &&
                   !pcs_address_equal(to, &server_address);
  return true;
}

static void test_relay_policy(void) {
  begin_gathering();
  configure(PCS_ICE_POLICY_RELAY, PCS_SERVER_TURN, "203.0.113.9");
  pcs_address theirs = sim_ipv4(0xc0000202, 40001);
  sim_hand_open(&hand, &call, &theirs);
  sim_net_set_filter(call.net, count_elsewhere, NULL);
  num_elsewhere = 0;
  sim_call_gather(&call, 0);
  CHECK(sim_call_run(&call, 11 * SECOND_US, end_0_gathered));
  CHECK_EQ_UINT(call.ends[0].num_candidates, 0);
  CHECK_EQ_UINT(call.ends[0].num_errors, 1);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_candidate(&hand.address);
  sim_hand_check check = sim_hand_check_of(&hand);
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 40 * SECOND_US, NULL);
  /* Not one packet that would tell where we are. */
  CHECK_EQ_UINT(num_elsewhere, 0);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
  end();
}

static void test_turn_beside_others(void) {
  begin_gathering();
  configure(PCS_ICE_POLICY_ALL, PCS_SERVER_TURN, "203.0.113.9");
  sim_call_gather(&call, 0);
  CHECK(sim_call_run(&call, 11 * SECOND_US, end_0_gathered));
  CHECK_EQ_UINT(call.ends[0].num_errors, 1);
  CHECK_EQ_UINT(call.ends[0].error_code, 701);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
  end();
}

int main(void) {
  RUN("servers that cannot be reached are told apart by nothing", test_unreachable_servers);
  RUN("RFC 7064: a stuns server is not asked, and an error names it", test_not_spoken);
  RUN("a resolved server is asked", test_resolved_server);
  RUN("relay policy answers nobody and sends to nobody but the relay", test_relay_policy);
  RUN("a TURN server that is not reached is an error beside other candidates", test_turn_beside_others);
  return check_report();
}
