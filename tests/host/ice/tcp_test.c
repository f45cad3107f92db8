/* ICE-TCP between two agents in the virtual network: who connects to whom, with what, how long. */
#include "host/ice/pair.h"
#include "tests/host/ice/scene.h"

static const pcs_ice_transports ACTIVE = {.tcp = PCS_ICE_TCP_ACTIVE};
static const pcs_ice_transports BOTH = {.tcp = PCS_ICE_TCP_ACTIVE_AND_PASSIVE};

typedef struct ends {
  pcs_ice_transports offerer;
  pcs_ice_transports answerer;
} ends;

static pcs_ice_transports masking(pcs_ice_transports like, pcs_ice_masking policy) {
  like.masking = policy;
  return like;
}

static void begin_with(uint64_t seed, const sim_link *link, const ends *given) {
  sim_options options = options_of(seed);
  options.link = *link;
  options.no_udp = true;
  options.transports[0] = given->offerer;
  options.transports[1] = given->answerer;
  begin(&options);
  call.data_interval_us = 20 * MS_US;
}

static void listen_where_allowed(void) {
  for (int i = 0; i < 2; i++) {
    if (call.options.transports[i].tcp == PCS_ICE_TCP_ACTIVE_AND_PASSIVE) {
      sim_call_listen(&call, i);
    }
  }
}

static void begin_tcp(uint64_t seed, const sim_link *link, const ends *given) {
  begin_with(seed, link, given);
  add_public_sockets();
  listen_where_allowed();
  sim_call_offer(&call, 0);
}

static bool has_data(const sim_call *one) {
  return one->ends[0].data_received > 10 && one->ends[1].data_received > 10;
}

static void check_over_tcp(void) {
  for (int i = 0; i < 2; i++) {
    CHECK_EQ_INT(call.ends[i].selected_transport, PCS_TRANSPORT_TCP);
  }
}

/* ---- who connects ---- */

static const ends WHO[] = {{ACTIVE, BOTH}, {BOTH, ACTIVE}, {BOTH, BOTH}};

static void test_connects(void) {
  uint64_t base = CHECK_SEED(6544);
  for (uint64_t i = 0; i < 150; i++) {
    check_seed = base + i;
    begin_tcp(check_seed, i % 2 == 0 ? &LAN : &INTERNET, &WHO[i % 3]);
    CHECK(sim_call_run(&call, 15 * SECOND_US, has_data));
    check_over_tcp();
    end();
  }
}

static void test_behind_translator(void) {
  uint64_t base = CHECK_SEED(100);
  for (uint64_t i = 0; i < 40; i++) {
    check_seed = base + i;
    int boxed = (int)(i % 2);
    begin_with(check_seed, &INTERNET, &WHO[boxed]);
    pcs_address outside = sim_ipv4(0xc6336401, 0);
    pcs_address inside = sim_ipv4(0x0a000001, 40000);
    pcs_address public = sim_ipv4(0xc0000201, 40001);
    int nat = sim_net_add_nat(call.net, SIM_NAT_SYMMETRIC, &outside);
    sim_call_add_socket(&call, boxed, &inside, nat);
    sim_call_add_socket(&call, 1 - boxed, &public, SIM_PUBLIC);
    listen_where_allowed();
    sim_call_offer(&call, 0);
    CHECK(sim_call_run(&call, 15 * SECOND_US, has_data));
    check_over_tcp();
    end();
  }
}

static void test_neither_listens(void) {
  begin_tcp(CHECK_SEED(1), &LAN, &(ends){ACTIVE, ACTIVE});
  CHECK(sim_call_run(&call, 40 * SECOND_US, sim_both_failed));
  CHECK_EQ_UINT(sim_tcp_look(call.tcp)->num_connects, 0);
  end();
}

static void test_udp_is_preferred(void) {
  begin_with(CHECK_SEED(1), &LAN, &(ends){BOTH, BOTH});
  call.options.no_udp = false;
  add_public_sockets();
  listen_where_allowed();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 5 * SECOND_US, sim_both_completed));
  CHECK_EQ_INT(call.ends[0].selected_transport, PCS_TRANSPORT_UDP);
  CHECK_EQ_INT(call.ends[1].selected_transport, PCS_TRANSPORT_UDP);
  /* RFC 6544 8: what was not selected is closed. */
  sim_call_run(&call, 45 * SECOND_US, NULL);
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 0);
  end();
}

static void test_one_stays(void) {
  begin_tcp(CHECK_SEED(1), &LAN, &(ends){BOTH, BOTH});
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK(sim_both_connected(&call));
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 1);
  CHECK(call.ends[0].last_data_received_us + SECOND_US > call.world.now_us);
  end();
}

/* ---- what is told ---- */

static void test_candidates(void) {
  begin_with(CHECK_SEED(1), &LAN, &(ends){BOTH, ACTIVE});
  add_public_sockets();
  listen_where_allowed();
  sim_call_gather(&call, 0);
  sim_call_gather(&call, 1);
  const pcs_candidate *told = call.ends[0].told;
  CHECK_EQ_UINT(call.ends[0].num_candidates, 3);
  CHECK_EQ_UINT(call.ends[1].num_candidates, 2);
  CHECK_EQ_INT(told[0].transport, PCS_TRANSPORT_UDP);
  CHECK_EQ_INT(told[1].tcp_type, PCS_TCP_ACTIVE);
  CHECK_EQ_UINT(told[1].address.port, 9);
  CHECK_EQ_INT(told[2].tcp_type, PCS_TCP_PASSIVE);
  CHECK_EQ_UINT(told[2].address.port, 40000);
  for (size_t i = 0; i < 3; i++) {
    CHECK_EQ_INT(pcs_candidate_check(&(pcs_candidate){.foundation = pcs_span_of_text("1"),
                                                      .component = told[i].component,
                                                      .transport = told[i].transport,
                                                      .type = told[i].type,
                                                      .tcp_type = told[i].tcp_type,
                                                      .priority = told[i].priority,
                                                      .address = told[i].address}),
                 PCS_OK);
  }
  end();
}

static void gather_with(const pcs_ice_transports *transports, pcs_ice_policy policy) {
  begin_with(CHECK_SEED(1), &LAN, &(ends){*transports, ACTIVE});
  CHECK_EQ_INT(pcs_ice_agent_configure(call.ends[0].agent, policy, NULL, 0), PCS_OK);
  add_public_sockets();
  sim_call_gather(&call, 0);
}

static void test_policies(void) {
  pcs_ice_transports secure = BOTH;
  secure.secure_streams_only = true;
  const pcs_ice_transports off = {.tcp = PCS_ICE_TCP_OFF};
  pcs_address address = sim_ipv4(0xc0000201, 40000);
  gather_with(&secure, PCS_ICE_POLICY_ALL);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
  end();
  gather_with(&off, PCS_ICE_POLICY_ALL);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
  CHECK_EQ_INT(pcs_ice_agent_add_listener(call.ends[0].agent, 1, &address), PCS_ERR_STATE);
  end();
  gather_with(&BOTH, PCS_ICE_POLICY_RELAY);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 0);
  end();
}

/* ---- a connection that cannot be made ---- */

typedef struct failure {
  size_t num_states;
  pcs_ice_state states[SIM_STATES_MAX];
  uint64_t at_us;
} failure;

/* A service that takes connections and is no ICE agent. */
static pcs_status accept_any(void *context, uint32_t listener, const pcs_address *from,
                             uint32_t *out_stream) {
  (void)context;
  (void)from;
  *out_stream = listener;
  return PCS_OK;
}

static void ignore(void *context, uint32_t stream) {
  (void)context;
  (void)stream;
}

static void ignore_datagram(void *context, uint32_t stream, const pcs_address *from,
                            pcs_span datagram) {
  (void)context;
  (void)stream;
  (void)from;
  (void)datagram;
}

static failure fail_where(bool refuses, bool listens) {
  begin_with(CHECK_SEED(1), &LAN, &(ends){ACTIVE, ACTIVE});
  call.options.no_candidates = true;
  add_public_sockets();
  sim_tcp_owner other = {.nat = SIM_PUBLIC,
                         .accept = accept_any,
                         .opened = ignore,
                         .closed = ignore,
                         .receive = ignore_datagram};
  pcs_address there = sim_ipv4(0xc0000277, 5000);
  if (listens) {
    sim_tcp_listen(call.tcp, &other, 1, &there);
  }
  sim_tcp_set_refusing(call.tcp, refuses);
  sim_call_offer(&call, 0);
  sim_call_run(&call, SECOND_US, NULL);
  pcs_candidate passive = {.foundation = pcs_span_of_text("1"),
                           .component = 1,
                           .transport = PCS_TRANSPORT_TCP,
                           .tcp_type = PCS_TCP_PASSIVE,
                           .priority = 1518280447,
                           .address = there};
  CHECK_EQ_INT(
      pcs_ice_agent_add_candidate(call.ends[0].agent, call.world.now_us, (pcs_span){0}, &passive),
      PCS_OK);
  sim_call_poll(&call, 0);
  uint64_t began_us = call.world.now_us;
  while (call.ends[0].state != PCS_ICE_FAILED && call.world.now_us < began_us + 60 * SECOND_US) {
    pcs_pair_stats stats;
    CHECK_EQ_UINT(pcs_ice_agent_pair_stats(call.ends[0].agent, &stats, 1), 1);
    bool is_over = call.world.now_us >= began_us + 10 * SECOND_US;
    bool has_begun = call.world.now_us > began_us + SECOND_US;
    CHECK(!has_begun || is_over || stats.state == PCS_PAIR_IN_PROGRESS);
    sim_call_run(&call, 500 * MS_US, NULL);
  }
  failure seen = {.num_states = call.ends[0].num_states, .at_us = call.world.now_us - began_us};
  memcpy(seen.states, call.ends[0].states, sizeof seen.states);
  CHECK_EQ_UINT(sim_tcp_look(call.tcp)->num_connects, 1);
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 0);
  end();
  return seen;
}

static void test_failures_look_alike(void) {
  failure refused = fail_where(true, false);
  failure silent = fail_where(false, false);
  failure deaf = fail_where(false, true);
  CHECK_EQ_UINT(refused.at_us, silent.at_us);
  CHECK_EQ_UINT(refused.at_us, deaf.at_us);
  CHECK_EQ_UINT(refused.num_states, silent.num_states);
  CHECK_EQ_UINT(refused.num_states, deaf.num_states);
  CHECK_EQ_BYTES(refused.states, sizeof refused.states, deaf.states, sizeof deaf.states);
}

/* ---- a connection that breaks ---- */

static void test_broken(void) {
  uint64_t base = CHECK_SEED(31);
  for (uint64_t i = 0; i < 30; i++) {
    check_seed = base + i;
    begin_tcp(check_seed, i % 2 == 0 ? &LAN : &INTERNET, &WHO[i % 2]);
    CHECK(sim_call_run(&call, 15 * SECOND_US, has_data));
    sim_tcp_break(call.tcp);
    for (int e = 0; e < 2; e++) {
      sim_call_poll(&call, e);
      call.ends[e].data_received = 0;
    }
    CHECK(sim_call_run(&call, 10 * SECOND_US, has_data));
    CHECK(!sim_end_was(&call.ends[0], PCS_ICE_FAILED));
    sim_call_run(&call, 40 * SECOND_US, NULL);
    CHECK(sim_both_connected(&call));
    end();
  }
}

static void test_breaks_for_ever(void) {
  begin_tcp(CHECK_SEED(1), &LAN, &WHO[0]);
  CHECK(sim_call_run(&call, 5 * SECOND_US, has_data));
  for (int i = 0; i < 12; i++) {
    sim_tcp_break(call.tcp);
    sim_call_run(&call, SECOND_US, NULL);
  }
  CHECK(sim_tcp_look(call.tcp)->num_connects <= 4);
  CHECK(sim_call_run(&call, 60 * SECOND_US, sim_both_failed));
  end();
}

static void test_restart(void) {
  begin_tcp(CHECK_SEED(1), &INTERNET, &(ends){BOTH, BOTH});
  CHECK(sim_call_run(&call, 15 * SECOND_US, has_data));
  for (int i = 0; i < 3; i++) {
    sim_call_offer(&call, i % 2);
    sim_call_run(&call, 5 * SECOND_US, NULL);
    CHECK(sim_both_connected(&call));
  }
  uint64_t denied = call.ends[0].data_denied;
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].data_denied, denied);
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 1);
  end();
}

static void test_path_goes(void) {
  begin_tcp(CHECK_SEED(1), &LAN, &(ends){BOTH, BOTH});
  CHECK(sim_call_run(&call, 5 * SECOND_US, has_data));
  pcs_ice_agent_remove_path(call.ends[0].agent, call.world.now_us, 1);
  sim_call_poll(&call, 0);
  sim_call_run(&call, SECOND_US, NULL);
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 0);
  CHECK_EQ_UINT(pcs_ice_agent_candidate_stats(call.ends[0].agent, NULL, 0), 0);
  end();
}

/* ---- masking ---- */

static sim_tcp_seen masked_call(uint64_t seed, pcs_ice_masking first, pcs_ice_masking second,
                                bool connects) {
  begin_tcp(seed, &LAN, &(ends){masking(BOTH, first), masking(ACTIVE, second)});
  CHECK_EQ_INT(sim_call_run(&call, 12 * SECOND_US, has_data), connects);
  sim_tcp_seen seen = *sim_tcp_look(call.tcp);
  end();
  return seen;
}

static void test_masking(void) {
  static const struct {
    pcs_ice_masking first, second;
    bool connects, masks;
  } CASES[] = {
      {PCS_ICE_MASKING_OFF, PCS_ICE_MASKING_OFF, true, false},
      {PCS_ICE_MASKING_OFF, PCS_ICE_MASKING_OFFERED, true, false},
      {PCS_ICE_MASKING_OFFERED, PCS_ICE_MASKING_OFF, true, false},
      {PCS_ICE_MASKING_OFFERED, PCS_ICE_MASKING_OFFERED, true, true},
      {PCS_ICE_MASKING_REQUIRED, PCS_ICE_MASKING_OFFERED, true, true},
      {PCS_ICE_MASKING_REQUIRED, PCS_ICE_MASKING_REQUIRED, true, true},
      {PCS_ICE_MASKING_REQUIRED, PCS_ICE_MASKING_OFF, false, false},
      {PCS_ICE_MASKING_OFF, PCS_ICE_MASKING_REQUIRED, false, false},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    sim_tcp_seen seen =
        masked_call(CHECK_SEED(7), CASES[i].first, CASES[i].second, CASES[i].connects);
    CHECK_EQ_INT(seen.num_masked > 10, CASES[i].masks);
    CHECK_EQ_INT(seen.num_plain_data > 0, CASES[i].connects && !CASES[i].masks);
  }
}

/* ---- the same again ---- */

static uint64_t trace_of(uint64_t seed) {
  begin_tcp(seed, &INTERNET, &(ends){masking(BOTH, PCS_ICE_MASKING_OFFERED), BOTH});
  sim_call_run(&call, 20 * SECOND_US, NULL);
  uint64_t trace = call.world.trace;
  end();
  return trace;
}

static void test_replay(void) {
  uint64_t seed = CHECK_SEED(9);
  uint64_t trace = trace_of(seed);
  CHECK_EQ_UINT(trace_of(seed), trace);
  CHECK(trace_of(seed + 1) != trace);
}

int main(void) {
  RUN("an active end connects to one that listens, whoever offers", test_connects);
  RUN("an end behind a symmetric translator connects to a public one", test_behind_translator);
  RUN("two active ends do not even try", test_neither_listens);
  RUN("UDP is preferred, and TCP's connections are closed then", test_udp_is_preferred);
  RUN("of two connections one stays", test_one_stays);
  RUN("active candidates have port 9, passive ones the listener's", test_candidates);
  RUN("policy decides which TCP candidates there are", test_policies);
  RUN("X10: a port that refuses, one that drops and one that says nothing look alike",
      test_failures_look_alike);
  RUN("a connection that breaks is made again, without a restart", test_broken);
  RUN("one that breaks again and again is given up", test_breaks_for_ever);
  RUN("a restart changes connections under traffic", test_restart);
  RUN("a socket that goes takes its connections with it", test_path_goes);
  RUN("frames are masked when both sides offer it, never with one that does not", test_masking);
  RUN("the same seed gives the same bytes", test_replay);
  return check_report();
}
