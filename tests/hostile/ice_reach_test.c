/*
 * Where a page may have us send before anybody agreed, and what it can learn by trying
 * (requirements X10 to X12). What the page is shown is put into one trace: a target that is refused
 * must give the trace of one that never answers, in virtual time, byte by byte.
 */
#include "core/plan/address.h"
#include "tests/check.h"
#include "tests/sim/hand.h"

#define SECOND_US 1000000u
#define MS_US 1000u

static sim_call call;
static pcs_questions questions;
static uint64_t num_to_target;
static uint64_t num_socket_received;
static pcs_address target;

static pcs_address address_of(const char *text, uint16_t port) {
  pcs_address address;
  CHECK_EQ_INT(pcs_address_parse(pcs_span_of_text(text), &address), PCS_OK);
  address.port = port;
  return address;
}

static bool count_to_target(void *context, const pcs_address *from, const pcs_address *to,
                            pcs_span bytes) {
  (void)context;
  (void)from;
  (void)bytes;
  num_to_target += pcs_address_equal(to, &target) ? 1 : 0;
  return true;
}

static void begin(const pcs_reach_facts *facts) {
  pcs_questions_init(&questions, 0, PCS_QUESTION_BURST_BYTES);
  sim_options options = {.seed = CHECK_SEED(11),
                         .link = {.delay_us = 500},
                         .no_candidates = true,
                         .no_end = true,
                         .reach = *facts,
                         .questions = &questions};
  sim_call_init(&call, &options);
  sim_net_set_filter(call.net, count_to_target, NULL);
  num_to_target = 0;
  pcs_address ipv4 = sim_ipv4(0xc0000201, 40000);
  pcs_address ipv6 = sim_ipv6(1, 40001);
  sim_call_add_socket(&call, 0, &ipv4, SIM_PUBLIC);
  sim_call_add_socket(&call, 0, &ipv6, SIM_PUBLIC);
}

static void end(void) {
  CHECK(!call.spins);
  sim_call_clear(&call);
}

/* ---- what the page is shown ---- */

/* All of a pair's row, which names nobody; of a candidate's all but its own address. */
static void note_stats(uint64_t *view) {
  static pcs_pair_stats pairs[PCS_PAIRS_MAX];
  static pcs_candidate_stats candidates[2 * PCS_CANDIDATES_MAX];
  sim_world page = {.trace = *view};
  size_t num_pairs = pcs_ice_agent_pair_stats(call.ends[0].agent, pairs, PCS_PAIRS_MAX);
  size_t num_candidates =
      pcs_ice_agent_candidate_stats(call.ends[0].agent, candidates, 2 * PCS_CANDIDATES_MAX);
  sim_world_note(&page, &num_pairs, sizeof num_pairs);
  sim_world_note(&page, &num_candidates, sizeof num_candidates);
  for (size_t i = 0; i < num_pairs; i++) {
    uint64_t row[] = {pairs[i].id,
                      pairs[i].local_id,
                      pairs[i].remote_id,
                      pairs[i].state,
                      pairs[i].nominated,
                      pairs[i].priority,
                      pairs[i].bytes_sent,
                      pairs[i].bytes_received,
                      pairs[i].packets_sent,
                      pairs[i].round_trip_us,
                      pairs[i].requests_sent,
                      pairs[i].responses_received,
                      pairs[i].requests_received,
                      pairs[i].responses_sent,
                      pairs[i].consent_requests_sent,
                      pairs[i].last_consent_us};
    sim_world_note(&page, row, sizeof row);
  }
  for (size_t i = 0; i < num_candidates; i++) {
    uint64_t row[] = {candidates[i].id, candidates[i].is_remote, candidates[i].candidate.type,
                      candidates[i].candidate.priority};
    sim_world_note(&page, row, sizeof row);
  }
  *view = page.trace;
}

/* States, candidates, errors and statistics, every 10 ms for as long as anything may happen. */
static uint64_t watch_page(void) {
  uint64_t view = 0;
  for (int i = 0; i < 4500; i++) {
    sim_call_run(&call, 10 * MS_US, NULL);
    const sim_end *end = &call.ends[0];
    sim_world page = {.trace = view};
    uint64_t told[] = {end->state,      end->num_states, end->role,         end->gathering,
                       end->num_errors, end->error_code, end->num_selected, end->num_candidates};
    sim_world_note(&page, told, sizeof told);
    view = page.trace;
    note_stats(&view);
  }
  return view;
}

/* A page that offers nothing but one candidate of the other side. */
static void tell_candidate(const pcs_address *remote) {
  target = *remote;
  sim_call_gather(&call, 0);
  call.ends[0].remote = (sim_credentials){.ufrag = "page", .ufrag_len = 4, .password_len = 24};
  memcpy(call.ends[0].remote.password, "aPasswordOfThePagesOwn24", 24);
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  pcs_candidate candidate = {.foundation = pcs_span_of_text("1"),
                             .component = 1,
                             .priority = 2130706431,
                             .address = *remote};
  CHECK_EQ_INT(pcs_ice_agent_add_candidate(call.ends[0].agent, call.world.now_us,
                                           pcs_span_of_text("page"), &candidate),
               PCS_OK);
  sim_call_poll(&call, 0);
}

static uint64_t view_of_candidate(const pcs_address *remote, const pcs_reach_facts *facts) {
  begin(facts);
  tell_candidate(remote);
  uint64_t view = watch_page();
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
  end();
  return view;
}

static const pcs_reach_facts NOTHING;
static const pcs_reach_facts STRICT = {.local_network = PCS_LOCAL_NETWORK_NOBODY};
static const pcs_reach_facts GRANTED = {.local_granted = true};

static uint64_t silent_view(bool is_ipv6) {
  pcs_address silent = is_ipv6 ? sim_ipv6(9, 40000) : sim_ipv4(0xcb007109, 40000);
  uint64_t view = view_of_candidate(&silent, &NOTHING);
  CHECK(num_to_target > 0);
  return view;
}

static void expect_refused(const char *text, uint16_t port, const pcs_reach_facts *facts) {
  pcs_address refused = address_of(text, port);
  uint64_t view = view_of_candidate(&refused, facts);
  if (num_to_target != 0 || view != silent_view(refused.family == PCS_ADDRESS_IPV6)) {
    printf("# %s, port %u: %llu packets\n", text, port, (unsigned long long)num_to_target);
    CHECK_FAIL("a refused target is told from one that never answers");
  }
}

static void test_refused_addresses(void) {
  static const char *const TEXTS[] = {
      "0.0.0.0",   "127.0.0.1",        "169.254.169.254", "100.100.100.200",
      "224.0.0.1", "255.255.255.255",  "240.0.0.1",       "::1",
      "::",        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1",
      "fe80::1",   "ff02::1",          "fd00:ec2::254",   "2001:0:4136:e378::1",
  };
  for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
    expect_refused(TEXTS[i], 40000, &NOTHING);
  }
}

static void test_refused_ports(void) {
  static const uint16_t PORTS[] = {0, 22, 25, 53, 5060, 6667, 10080};
  for (size_t i = 0; i < sizeof PORTS / sizeof PORTS[0]; i++) {
    expect_refused("203.0.113.9", PORTS[i], &NOTHING);
  }
}

static void test_refused_local_network(void) {
  expect_refused("192.168.1.1", 40000, &STRICT);
  expect_refused("10.0.0.1", 40000, &STRICT);
  expect_refused("fd00::1", 40000, &STRICT);
}

/* By default a peer at home may be asked, or two computers there could not call each other. */
static void test_local_peers(void) {
  pcs_address home = sim_ipv4(0xc0a80101, 40000);
  (void)view_of_candidate(&home, &NOTHING);
  CHECK(num_to_target > 0);
  uint64_t without = num_to_target;
  (void)view_of_candidate(&home, &GRANTED);
  CHECK(num_to_target >= without);
}

static void swallow(void *owner, uint32_t path_id, const pcs_address *from, pcs_span bytes) {
  (void)owner;
  (void)path_id;
  (void)from;
  (void)bytes;
  num_socket_received++;
}

/* A host that is there and one that is not: no sweep of a home's network by a page finds any. */
static void test_sweep(void) {
  pcs_address home = sim_ipv4(0xc0a80117, 8080);
  uint64_t absent = view_of_candidate(&home, &NOTHING);
  num_socket_received = 0;
  begin(&NOTHING);
  sim_net_open(call.net, &(sim_socket){.address = home, .nat = SIM_PUBLIC, .receive = swallow});
  tell_candidate(&home);
  CHECK_EQ_UINT(watch_page(), absent);
  CHECK(num_socket_received > 0);
  end();
}

/* What a page learns that was granted the local network and loses it in a call. */
static void test_grant_withdrawn(void) {
  sim_options options = {
      .seed = CHECK_SEED(5),
      .link = {.delay_us = 500},
      .signal_delay_us = MS_US,
      .reach = {.local_granted = true, .local_network = PCS_LOCAL_NETWORK_NOBODY}};
  sim_call_init(&call, &options);
  for (int i = 0; i < 2; i++) {
    pcs_address home = sim_ipv4(0xc0a80101 + (uint32_t)i, 40000);
    sim_call_add_socket(&call, i, &home, SIM_PUBLIC);
  }
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 5 * SECOND_US, sim_both_completed));
  sim_call_send_data(&call, 0);
  CHECK_EQ_UINT(call.ends[0].data_sent, 1);
  pcs_ice_agent_set_reach(call.ends[0].agent, call.world.now_us, &STRICT);
  sim_call_poll(&call, 0);
  sim_call_send_data(&call, 0);
  CHECK_EQ_UINT(call.ends[0].data_sent, 1);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
  end();
}

/* ---- X11: servers ---- */

static uint64_t view_of_server(const pcs_address *server, const pcs_reach_facts *facts,
                               pcs_ice_policy policy) {
  begin(facts);
  target = *server;
  if (policy == PCS_ICE_POLICY_RELAY) {
    sim_call_use_turn(&call, 0, policy, server, "secret");
  } else {
    sim_call_use_server(&call, 0, server);
  }
  sim_call_gather(&call, 0);
  uint64_t view = watch_page();
  CHECK_EQ_INT(call.ends[0].gathering, PCS_GATHERING_COMPLETE);
  CHECK_EQ_UINT(call.ends[0].num_errors, 1);
  end();
  return view;
}

static void test_servers(void) {
  static const pcs_ice_policy POLICIES[] = {PCS_ICE_POLICY_ALL, PCS_ICE_POLICY_RELAY};
  static const char *const TEXTS[] = {"192.168.1.1", "10.0.0.1",        "172.16.0.1", "100.64.0.1",
                                      "127.0.0.1",   "169.254.169.254", "0.0.0.0"};
  for (size_t p = 0; p < 2; p++) {
    pcs_address silent = sim_ipv4(0xcb007109, 3478);
    uint64_t silent_server = view_of_server(&silent, &NOTHING, POLICIES[p]);
    CHECK(num_to_target > 0);
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
      pcs_address server = address_of(TEXTS[i], 3478);
      CHECK_EQ_UINT(view_of_server(&server, &NOTHING, POLICIES[p]), silent_server);
      CHECK_EQ_UINT(num_to_target, 0);
    }
    pcs_address home = address_of("192.168.1.1", 3478);
    (void)view_of_server(&home, &GRANTED, POLICIES[p]);
    CHECK(num_to_target > 0);
    pcs_address metadata = address_of("169.254.169.254", 3478);
    (void)view_of_server(&metadata, &GRANTED, POLICIES[p]);
    CHECK_EQ_UINT(num_to_target, 0);
  }
}

/* ---- X12: a remote ufrag as a message to a service on this machine ---- */

static void test_ufrag_to_localhost(void) {
  static const char *const TEXTS[] = {"127.0.0.1", "127.9.9.9", "::1",
                                      "0.0.0.0",   "::",        "::ffff:127.0.0.1"};
  for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
    for (uint16_t port = 12580; port <= 12585; port++) {
      pcs_address local = address_of(TEXTS[i], port);
      (void)view_of_candidate(&local, &GRANTED);
      CHECK_EQ_UINT(num_to_target, 0);
    }
  }
}

/* Nor does the ufrag of a check from an address that no signalling named come back to a page. */
static void test_reflexive_ufrag(void) {
  static sim_hand hand;
  begin(&NOTHING);
  pcs_address theirs = sim_ipv4(0xcb007142, 40001);
  sim_hand_open(&hand, &call, &theirs);
  memcpy(hand.own.ufrag, "covertLetters", 13);
  hand.own.ufrag_len = 13;
  hand.answers = true;
  sim_call_gather(&call, 0);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLED), PCS_OK);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.role = PCS_ICE_CONTROLLING;
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, SECOND_US, NULL);
  static pcs_candidate_stats rows[2 * PCS_CANDIDATES_MAX];
  size_t num = pcs_ice_agent_candidate_stats(call.ends[0].agent, rows, 2 * PCS_CANDIDATES_MAX);
  size_t num_reflexive = 0;
  for (size_t i = 0; i < num; i++) {
    if (rows[i].is_remote != 0) {
      num_reflexive++;
      CHECK_EQ_INT(rows[i].candidate.type, PCS_CANDIDATE_PRFLX);
      CHECK_EQ_INT(rows[i].candidate.address.family, PCS_ADDRESS_NONE);
      CHECK_EQ_UINT(rows[i].candidate.name.len, 0);
      CHECK_EQ_BYTES(rows[i].candidate.foundation.data, 5, "prflx", 5); /* and our own number */
    }
  }
  CHECK_EQ_UINT(num_reflexive, 1);
  end();
}

int main(void) {
  RUN("X10: a refused address looks to the page like one that never answers",
      test_refused_addresses);
  RUN("X10: a refused port looks to the page like one that never answers", test_refused_ports);
  RUN("X10: where policy refuses the local network it looks like one that never answers",
      test_refused_local_network);
  RUN("X10: two computers of one home may ask each other without a grant", test_local_peers);
  RUN("X10: a host of the home that is there looks like one that is not", test_sweep);
  RUN("a grant that is withdrawn ends the call into the local network", test_grant_withdrawn);
  RUN("X11: a server's URL into the local network or this machine is refused unseen", test_servers);
  RUN("X12: no remote ufrag reaches a service on this machine", test_ufrag_to_localhost);
  RUN("X12: a peer-reflexive candidate's row carries nothing of what its check said",
      test_reflexive_ufrag);
  return check_report();
}
