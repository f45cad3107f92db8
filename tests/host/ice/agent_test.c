/* Two agents over the simulated network: who connects, how, and through which states. */
#include "tests/check.h"
#include "tests/sim/hand.h"

#define SECOND_US 1000000u
#define MS_US 1000u
#define START_US 3600000000u

static const sim_link LAN = {.delay_us = 500, .jitter_us = 200};
static const sim_link INTERNET = {
    .delay_us = 20000, .jitter_us = 15000, .loss_ppm = 30000, .duplicate_ppm = 10000};

static sim_call call;
static sim_hand hand;

static void begin(const sim_options *options) {
  sim_call_init(&call, options);
}

static void end(void) {
  CHECK(!call.spins);
  sim_call_clear(&call);
}

static void add_public_sockets(void) {
  for (int i = 0; i < 2; i++) {
    pcs_address address = sim_ipv4(0xc0000201 + (uint32_t)i, (uint16_t)(40000 + i));
    sim_call_add_socket(&call, i, &address, SIM_PUBLIC);
  }
}

static sim_options options_of(uint64_t seed) {
  return (sim_options){
      .seed = seed, .link = LAN, .signal_delay_us = 20 * MS_US, .candidate_delay_us = 20 * MS_US};
}

/* ---- the plain way ---- */

static void test_plain(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  for (int i = 0; i < 2; i++) {
    const sim_end *at = &call.ends[i];
    CHECK_EQ_UINT(at->num_states, 3);
    CHECK_EQ_INT(at->states[0], PCS_ICE_CHECKING);
    CHECK_EQ_INT(at->states[1], PCS_ICE_CONNECTED);
    CHECK_EQ_INT(at->states[2], PCS_ICE_COMPLETED);
    CHECK_EQ_INT(at->selected_local, PCS_CANDIDATE_HOST);
    CHECK_EQ_INT(at->selected_remote, PCS_CANDIDATE_HOST);
    CHECK_EQ_INT(at->gathering, PCS_GATHERING_COMPLETE);
    CHECK_EQ_UINT(at->num_candidates, 1);
    CHECK_EQ_UINT(at->num_errors, 0);
  }
  CHECK_EQ_INT(call.ends[0].role, PCS_ICE_CONTROLLING);
  CHECK_EQ_INT(call.ends[1].role, PCS_ICE_CONTROLLED);
  /* One round trip after the answer is there: data need not wait for nomination. */
  CHECK(call.ends[0].connected_at_us <= START_US + 43 * MS_US);
  end();
}

static void test_ipv6_is_preferred_by_its_preference(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  for (int i = 0; i < 2; i++) {
    pcs_address ipv6 = sim_ipv6((uint16_t)(1 + i), (uint16_t)(41000 + i));
    sim_call_add_socket(&call, i, &ipv6, SIM_PUBLIC);
  }
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  pcs_ice_route route;
  CHECK_EQ_INT(pcs_ice_agent_route(call.ends[0].agent, call.world.now_us, &route), PCS_OK);
  CHECK_EQ_INT(route.to.family, PCS_ADDRESS_IPV6);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 2);
  end();
}

/* ---- translators ---- */

typedef enum box { OPEN, FULL_CONE, RESTRICTED, PORT_RESTRICTED, SYMMETRIC, NUM_BOXES } box;

static sim_stun_server server;

static void add_boxed_socket(int index, box kind) {
  uint32_t host = (uint32_t)index;
  pcs_address inside = sim_ipv4((kind == OPEN ? 0xc0000201 : 0x0a000001) + host, 40000);
  pcs_address outside = sim_ipv4(0xc6336401 + host, 0);
  int nat = kind == OPEN ? SIM_PUBLIC
                         : sim_net_add_nat(call.net, (sim_nat_kind)(kind - FULL_CONE), &outside);
  sim_call_add_socket(&call, index, &inside, nat);
  sim_call_use_server(&call, index, &server.address);
}

static void begin_boxed(uint64_t seed, box first, box second) {
  sim_options options = options_of(seed);
  options.link = INTERNET;
  begin(&options);
  pcs_address address = sim_ipv4(0xcb007101, 3478);
  sim_stun_server_open(&server, call.net, &address);
  add_boxed_socket(0, first);
  add_boxed_socket(1, second);
  sim_call_offer(&call, 0);
}

/* Without a relay two mappings that nobody can foretell do not meet. */
static bool can_meet(box a, box b) {
  return !(a == SYMMETRIC && b >= PORT_RESTRICTED) && !(b == SYMMETRIC && a >= PORT_RESTRICTED);
}

static void test_translators(void) {
  uint64_t base = CHECK_SEED(1000);
  for (uint64_t round = 0; round < 200; round++) {
    for (int a = OPEN; a < NUM_BOXES; a++) {
      int b = (int)((round + (uint64_t)a) % NUM_BOXES);
      if (!can_meet((box)a, (box)b)) {
        continue;
      }
      check_seed = base + round;
      begin_boxed(check_seed, (box)a, (box)b);
      if (!CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_connected))) {
        printf("#   boxes %d and %d\n", a, b);
      }
      end();
    }
  }
}

static void test_two_symmetric_translators(void) {
  begin_boxed(CHECK_SEED(1), SYMMETRIC, SYMMETRIC);
  CHECK(sim_call_run(&call, 45 * SECOND_US, sim_both_failed));
  CHECK_EQ_UINT(call.ends[0].num_selected, 0);
  call.data_interval_us = MS_US;
  sim_call_run(&call, SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].data_sent, 0);
  end();
}

static void test_reflexive_candidates(void) {
  begin_boxed(CHECK_SEED(1), PORT_RESTRICTED, PORT_RESTRICTED);
  CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_completed));
  for (int i = 0; i < 2; i++) {
    CHECK_EQ_UINT(call.ends[i].num_candidates, 2);
    CHECK_EQ_INT(call.ends[i].candidates[1], PCS_CANDIDATE_SRFLX);
    CHECK_EQ_INT(call.ends[i].selected_local, PCS_CANDIDATE_SRFLX);
    CHECK_EQ_INT(call.ends[i].selected_remote, PCS_CANDIDATE_SRFLX);
  }
  end();
}

/* ---- replay ---- */

static uint64_t trace_of(uint64_t seed) {
  begin_boxed(seed, SYMMETRIC, FULL_CONE);
  call.data_interval_us = 20 * MS_US;
  sim_call_run(&call, 20 * SECOND_US, NULL);
  uint64_t trace = call.world.trace;
  end();
  return trace;
}

static void test_replay(void) {
  uint64_t seed = CHECK_SEED(42);
  uint64_t trace = trace_of(seed);
  CHECK_EQ_UINT(trace_of(seed), trace);
  CHECK(trace_of(seed + 1) != trace);
}

/* ---- roles ---- */

static void run_conflict(sim_options options, uint64_t base) {
  for (uint64_t i = 0; i < 50; i++) {
    check_seed = options.seed = base + i;
    begin(&options);
    add_public_sockets();
    sim_call_offer(&call, 0);
    CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_completed));
    CHECK(call.ends[0].role != call.ends[1].role);
    end();
  }
}

static void test_role_conflict(void) {
  uint64_t base = CHECK_SEED(1);
  sim_options options = options_of(base);
  options.link = INTERNET;
  options.both_controlling = true;
  run_conflict(options, base);
  options.both_controlling = false;
  options.both_controlled = true;
  run_conflict(options, base + 50);
}

/* ---- trickle ---- */

static void run_trickle(sim_options options, uint64_t limit_us, sim_until until) {
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, limit_us, until));
  end();
}

static void test_candidates_before_the_offer(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.signal_delay_us = 300 * MS_US;
  options.candidate_delay_us = MS_US;
  run_trickle(options, 2 * SECOND_US, sim_both_completed);
}

static void test_candidates_long_after(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.candidate_delay_us = 8 * SECOND_US;
  run_trickle(options, 12 * SECOND_US, sim_both_completed);
}

static void test_no_end_of_candidates(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_end = true;
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 2 * SECOND_US, sim_both_connected));
  sim_call_run(&call, 20 * SECOND_US, NULL);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_CONNECTED);
  end();
}

/* The answerer's candidates never reach the offerer, which learns of them by being checked. */
static void test_one_side_without_candidates(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = true;
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  sim_call_run(&call, 100 * MS_US, NULL);
  pcs_candidate candidate = {.foundation = pcs_span_of_text("f"),
                             .component = 1,
                             .priority = 2130706431,
                             .address = call.ends[0].sockets[0]};
  pcs_span ufrag = {(const uint8_t *)call.ends[0].local.ufrag, call.ends[0].local.ufrag_len};
  CHECK_EQ_INT(
      pcs_ice_agent_add_candidate(call.ends[1].agent, call.world.now_us, ufrag, &candidate),
      PCS_OK);
  sim_call_poll(&call, 1);
  CHECK(sim_call_run(&call, 2 * SECOND_US, sim_both_connected));
  CHECK_EQ_INT(call.ends[0].selected_remote, PCS_CANDIDATE_PRFLX);
  end();
}

/* ---- restart ---- */

static uint64_t lost_data(void) {
  return call.ends[0].data_sent + call.ends[1].data_sent - call.ends[0].data_received -
         call.ends[1].data_received;
}

static void test_restart_under_traffic(void) {
  for (uint64_t i = 0; i < 20; i++) {
    sim_options options = options_of(CHECK_SEED(1 + i));
    begin(&options);
    add_public_sockets();
    sim_call_offer(&call, 0);
    CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
    call.data_interval_us = MS_US;
    sim_credentials before = call.ends[0].local;
    for (int round = 0; round < 3; round++) {
      sim_call_offer(&call, (round + (int)i) % 2);
      sim_call_run(&call, SECOND_US, NULL);
      CHECK(sim_both_completed(&call));
    }
    CHECK(memcmp(before.ufrag, call.ends[0].local.ufrag, before.ufrag_len) != 0);
    CHECK_EQ_UINT(call.ends[0].num_selected, 4);
    CHECK_EQ_UINT(call.ends[0].data_denied + call.ends[1].data_denied, 0);
    call.data_interval_us = 0;
    sim_call_run(&call, 10 * MS_US, NULL);
    CHECK_EQ_UINT(lost_data(), 0);
    CHECK(!sim_end_was(&call.ends[0], PCS_ICE_DISCONNECTED));
    end();
  }
}

static bool drop_all(void *context, const pcs_address *from, const pcs_address *to,
                     pcs_span bytes) {
  (void)context;
  (void)from;
  (void)to;
  (void)bytes;
  return false;
}

static bool is_check_of(const pcs_stun_message *message, const sim_credentials *credentials) {
  pcs_span ufrag = {(const uint8_t *)credentials->ufrag, credentials->ufrag_len};
  return (message->has & PCS_STUN_HAS_USERNAME) != 0 &&
         pcs_span_equal((pcs_span){message->username.data, ufrag.len}, ufrag);
}

/* context: both ends' credentials before the restart; only checks made with them pass. */
static bool drop_new_checks(void *context, const pcs_address *from, const pcs_address *to,
                            pcs_span bytes) {
  (void)from;
  (void)to;
  const sim_credentials *old = context;
  pcs_stun_message message;
  return pcs_stun_read(bytes, &message) != PCS_OK || message.kind != PCS_STUN_REQUEST ||
         is_check_of(&message, &old[0]) || is_check_of(&message, &old[1]);
}

/* RFC 7675 5.1: while the new checks go nowhere, the old pair carries data and keeps its consent.
 */
static void test_old_pair_during_restart(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  sim_credentials old[2] = {call.ends[0].local, call.ends[1].local};
  sim_net_set_filter(call.net, drop_new_checks, old);
  call.data_interval_us = 10 * MS_US;
  sim_call_offer(&call, 0);
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].data_denied + call.ends[1].data_denied, 0);
  CHECK(sim_both_connected(&call));
  sim_net_set_filter(call.net, NULL, NULL);
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  CHECK_EQ_UINT(call.ends[0].num_selected, 2);
  CHECK_EQ_UINT(call.ends[0].data_denied + call.ends[1].data_denied, 0);
  end();
}

static void test_restart_after_failure(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  sim_net_set_filter(call.net, drop_all, NULL);
  CHECK(sim_call_run(&call, 40 * SECOND_US, sim_both_failed));
  CHECK(sim_end_was(&call.ends[0], PCS_ICE_DISCONNECTED));
  sim_net_set_filter(call.net, NULL, NULL);
  sim_call_run(&call, 10 * SECOND_US, NULL);
  CHECK(sim_both_failed(&call));
  sim_call_offer(&call, 1);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  end();
}

/* ---- the transport's state ---- */

static bool end_0_is_disconnected(const sim_call *at) {
  return at->ends[0].state == PCS_ICE_DISCONNECTED;
}

static void test_disconnected_and_back(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
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

static void test_last_socket_goes(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  pcs_ice_agent_remove_path(call.ends[0].agent, call.world.now_us, 1);
  sim_call_poll(&call, 0);
  pcs_ice_route route;
  CHECK_EQ_INT(pcs_ice_agent_route(call.ends[0].agent, call.world.now_us, &route), PCS_ERR_DENIED);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_DISCONNECTED);
  CHECK(sim_call_run(&call, 40 * SECOND_US, sim_both_failed));
  end();
}

/* ---- other implementations ---- */

static void begin_with_hand(pcs_ice_role role, bool is_lite) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  options.lite_answerer = is_lite;
  begin(&options);
  pcs_address ours = sim_ipv4(0xc0000201, 40000);
  pcs_address theirs = sim_ipv4(0xc0000202, 40001);
  sim_call_add_socket(&call, 0, &ours, SIM_PUBLIC);
  sim_hand_open(&hand, &call, &theirs);
  hand.answers = true;
  sim_call_gather(&call, 0);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, role), PCS_OK);
}

static void tell_candidate(const pcs_address *address) {
  pcs_candidate candidate = {.foundation = pcs_span_of_text("1"),
                             .component = 1,
                             .priority = 2130706431,
                             .address = *address};
  CHECK_EQ_INT(pcs_ice_agent_add_candidate(call.ends[0].agent, call.world.now_us,
                                           sim_hand_ufrag(&hand), &candidate),
               PCS_OK);
  sim_call_poll(&call, 0);
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

static void test_early_checks(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = options.no_end = true;
  begin(&options);
  pcs_address ours = sim_ipv4(0xc0000201, 40000);
  pcs_address theirs = sim_ipv4(0xc0000202, 40001);
  sim_call_add_socket(&call, 0, &ours, SIM_PUBLIC);
  sim_hand_open(&hand, &call, &theirs);
  hand.answers = true;
  sim_call_gather(&call, 0);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.role = PCS_ICE_CONTROLLED;
  sim_hand_send_check(&hand, &ours, &check);
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
    CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
    end();
  }
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

static void test_relay_policy(void) {
  begin_gathering();
  configure(PCS_ICE_POLICY_RELAY, PCS_SERVER_TURN, "203.0.113.9");
  pcs_address theirs = sim_ipv4(0xc0000202, 40001);
  sim_hand_open(&hand, &call, &theirs);
  sim_call_gather(&call, 0);
  CHECK(end_0_gathered(&call));
  CHECK_EQ_UINT(call.ends[0].num_candidates, 0);
  CHECK_EQ_UINT(call.ends[0].num_errors, 1);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_candidate(&hand.address);
  sim_hand_check check = sim_hand_check_of(&hand);
  sim_hand_send_check(&hand, &call.ends[0].sockets[0], &check);
  sim_call_run(&call, 40 * SECOND_US, NULL);
  /* Not one packet that would tell where we are. */
  CHECK_EQ_UINT(call.ends[0].stun_packets, 0);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
  end();
}

static void test_turn_beside_others(void) {
  begin_gathering();
  configure(PCS_ICE_POLICY_ALL, PCS_SERVER_TURN, "203.0.113.9");
  sim_call_gather(&call, 0);
  CHECK(end_0_gathered(&call));
  CHECK_EQ_UINT(call.ends[0].num_errors, 0);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
  end();
}

/* ---- what is told ---- */

static void test_generations(void) {
  begin_gathering();
  uint32_t numbers[12];
  pcs_span ufrag;
  pcs_span password;
  for (size_t i = 0; i < 12; i++) {
    CHECK_EQ_INT(pcs_ice_agent_make_generation(call.ends[0].agent, &numbers[i], &ufrag, &password),
                 PCS_OK);
    CHECK(ufrag.len >= 4 && password.len >= 22);
    CHECK_EQ_INT(pcs_ice_text_check(ufrag, 4, 256), PCS_OK);
    CHECK_EQ_INT(pcs_ice_text_check(password, 22, 256), PCS_OK);
  }
  CHECK_EQ_INT(pcs_ice_agent_gather(call.ends[0].agent, START_US, numbers[0]), PCS_ERR_STATE);
  CHECK_EQ_INT(pcs_ice_agent_gather(call.ends[0].agent, START_US, 0), PCS_ERR_STATE);
  CHECK_EQ_INT(pcs_ice_agent_gather(call.ends[0].agent, START_US, numbers[11]), PCS_OK);
  pcs_plan plan = {.generation = numbers[0],
                   .remote_ufrag = pcs_span_of_text("abcd"),
                   .remote_password = pcs_span_of_text("aPasswordThatIsLongEnough")};
  CHECK_EQ_INT(pcs_ice_agent_connect(call.ends[0].agent, START_US, &plan), PCS_ERR_STATE);
  plan.generation = numbers[11];
  plan.remote_password = pcs_span_of_text("short");
  CHECK_EQ_INT(pcs_ice_agent_connect(call.ends[0].agent, START_US, &plan), PCS_ERR_SYNTAX);
  end();
}

static void test_statistics(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
  sim_call_run(&call, 30 * SECOND_US, NULL);
  pcs_ice_agent_count(call.ends[0].agent, 3, 300, 2, 200);
  pcs_pair_stats pairs[4];
  pcs_candidate_stats candidates[8];
  uint32_t changes;
  CHECK_EQ_UINT(pcs_ice_agent_pair_stats(call.ends[0].agent, pairs, 4), 1);
  CHECK_EQ_UINT(pcs_ice_agent_candidate_stats(call.ends[0].agent, candidates, 8), 2);
  CHECK_EQ_UINT(pcs_ice_agent_selected_pair(call.ends[0].agent, &changes), pairs[0].id);
  CHECK_EQ_UINT(changes, 1);
  CHECK_EQ_UINT(pairs[0].local_id, candidates[0].id);
  CHECK_EQ_UINT(pairs[0].remote_id, candidates[1].id);
  CHECK_EQ_UINT(candidates[1].is_remote, 1);
  CHECK_EQ_UINT(pairs[0].bytes_sent, 300);
  CHECK_EQ_UINT(pairs[0].packets_received, 2);
  CHECK(pairs[0].consent_requests_sent >= 5 && pairs[0].consent_requests_sent <= 7);
  CHECK(pairs[0].responses_received >= 7);
  uint32_t round_trip_us = pcs_ice_agent_round_trip_us(call.ends[0].agent);
  CHECK(round_trip_us >= 1000 && round_trip_us <= 1400);
  CHECK_EQ_UINT(pairs[0].round_trip_us, round_trip_us);
  CHECK_EQ_UINT(pcs_ice_agent_pair_stats(call.ends[0].agent, pairs, 0), 0);
  CHECK_EQ_UINT(pcs_ice_agent_candidate_stats(call.ends[0].agent, candidates, 1), 1);
  end();
}

int main(void) {
  RUN("two hosts connect, complete, and carry data one round trip after the answer", test_plain);
  RUN("the socket of higher preference wins", test_ipv6_is_preferred_by_its_preference);
  RUN("200 seeds through every pair of address translators that can meet", test_translators);
  RUN("two symmetric translators fail and no data leaves", test_two_symmetric_translators);
  RUN("server-reflexive candidates are found, told and used", test_reflexive_candidates);
  RUN("one seed gives one trace", test_replay);
  RUN("a role conflict is solved", test_role_conflict);
  RUN("candidates may come before the offer", test_candidates_before_the_offer);
  RUN("candidates may come long after the answer", test_candidates_long_after);
  RUN("without end-of-candidates it stays connected", test_no_end_of_candidates);
  RUN("candidates of one side are enough", test_one_side_without_candidates);
  RUN("a restart under traffic loses nothing", test_restart_under_traffic);
  RUN("the old pair carries data until the restart succeeds", test_old_pair_during_restart);
  RUN("a restart revives what failed", test_restart_after_failure);
  RUN("silence disconnects after about an interval, an answer reconnects",
      test_disconnected_and_back);
  RUN("an hour of 3 % loss costs no consent", test_steady_under_loss);
  RUN("with nobody there it fails after 30 seconds and sleeps", test_nobody_there);
  RUN("without remote candidates it stays new", test_new_without_remote_candidates);
  RUN("end-of-candidates without any fails after 15 seconds", test_end_without_candidates);
  RUN("when the selected socket goes another pair takes over or none", test_socket_goes);
  RUN("when the last socket goes nothing leaves and it fails", test_last_socket_goes);
  RUN("a lite peer is controlled and nominated once", test_lite_peer);
  RUN("an aggressive peer's nomination is taken when the pair is valid", test_aggressive_peer);
  RUN("checks before the answer are answered and remembered", test_early_checks);
  RUN("unknown attributes give 420, a missing priority 400", test_unknown_attribute);
  RUN("servers that cannot be reached are told apart by nothing", test_unreachable_servers);
  RUN("a resolved server is asked", test_resolved_server);
  RUN("relay policy gathers, answers and sends nothing", test_relay_policy);
  RUN("a TURN server beside other candidates is no error", test_turn_beside_others);
  RUN("generations are bounded and unknown ones refused", test_generations);
  RUN("statistics tell pairs, candidates and times", test_statistics);
  return check_report();
}
