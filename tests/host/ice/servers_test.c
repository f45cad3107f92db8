/* Several servers in one configuration: each is asked for itself, and each error names its own. */
#include "tests/host/ice/scene.h"
#include "tests/sim/turn_server.h"

#define PASSWORD "a-credential-nobody-is-told"

static sim_turn_server turn;
static sim_turn_server strict; /* has another password */

static bool end_0_gathered(const sim_call *at) {
  return at->ends[0].gathering == PCS_GATHERING_COMPLETE;
}

static pcs_ice_server turn_at(const char *host) {
  return (pcs_ice_server){.scheme = PCS_SERVER_TURN,
                          .port = 3478,
                          .host = pcs_span_of_text(host),
                          .username = pcs_span_of_text("user"),
                          .credential = pcs_span_of_text(PASSWORD)};
}

static void begin_with_servers(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  pcs_address stun_at = sim_ipv4(0xcb007101, 3478);
  pcs_address turn_is_at = sim_ipv4(0xcb007102, 3478);
  pcs_address strict_at = sim_ipv4(0xcb007103, 3478);
  sim_stun_server_open(&server, call.net, &stun_at);
  sim_turn_server_open(&turn, call.net, &call.world, &turn_is_at);
  sim_turn_server_open(&strict, call.net, &call.world, &strict_at);
  turn.password = PASSWORD;
  strict.password = "another";
  pcs_address inside = sim_ipv4(0x0a000001, 40000);
  pcs_address outside = sim_ipv4(0xc6336401, 0);
  int nat = sim_net_add_nat(call.net, SIM_NAT_FULL_CONE, &outside);
  sim_call_add_socket(&call, 0, &inside, nat);
}

static size_t count_candidates(pcs_candidate_type type) {
  size_t num = 0;
  for (size_t i = 0; i < call.ends[0].num_candidates; i++) {
    num += call.ends[0].candidates[i] == type ? 1 : 0;
  }
  return num;
}

static void gather(const pcs_ice_server *servers, size_t num) {
  CHECK_EQ_INT(
      pcs_ice_agent_configure(call.ends[0].agent, PCS_ICE_POLICY_ALL, servers, num), PCS_OK);
  sim_call_gather(&call, 0);
  CHECK(sim_call_run(&call, 11 * SECOND_US, end_0_gathered));
}

static void test_several(void) {
  begin_with_servers();
  pcs_ice_server servers[] = {turn_at("203.0.113.9"), turn_at("203.0.113.3"),
                              turn_at("203.0.113.2"),
                              {.port = 3478, .host = pcs_span_of_text("203.0.113.1")},
                              {.port = 3478, .host = pcs_span_of_text("203.0.113.8")}};
  gather(servers, 5);
  CHECK_EQ_UINT(count_candidates(PCS_CANDIDATE_HOST), 1);
  CHECK_EQ_UINT(count_candidates(PCS_CANDIDATE_SRFLX), 1);
  CHECK_EQ_UINT(count_candidates(PCS_CANDIDATE_RELAY), 1);
  CHECK_EQ_STR(call.ends[0].error_urls, "701 turn:203.0.113.9:3478?transport=udp\n"
                                        "401 turn:203.0.113.3:3478?transport=udp\n"
                                        "701 stun:203.0.113.8:3478\n");
  end();
}

static void test_two_relays(void) {
  begin_with_servers();
  strict.password = PASSWORD;
  pcs_ice_server servers[] = {turn_at("203.0.113.3"), turn_at("203.0.113.2")};
  gather(servers, 2);
  CHECK_EQ_UINT(count_candidates(PCS_CANDIDATE_RELAY), 2);
  CHECK_EQ_STR(call.ends[0].error_urls, "");
  end();
}

int main(void) {
  RUN("of several servers each gives what it has, and each error names its own", test_several);
  RUN("two relays give two relayed candidates", test_two_relays);
  return check_report();
}
