/* Two agents that reach each other through a TURN server, or through nothing else. */
#include "tests/host/ice/scene.h"
#include "tests/sim/turn_server.h"

#define MINUTE_US (60 * (uint64_t)SECOND_US)

static sim_turn_server turn;
static sim_turn_server other;

/* ---- the scene ---- */

static void begin_with(const sim_options *options) {
  begin(options);
  pcs_address address = sim_ipv4(0xcb007102, 3478);
  sim_turn_server_open(&turn, call.net, &call.world, &address);
}

static void add_end(int index, box kind, pcs_ice_policy policy) {
  uint32_t host = (uint32_t)index;
  pcs_address inside = sim_ipv4((kind == OPEN ? 0xc0000201 : 0x0a000001) + host, 40000);
  pcs_address outside = sim_ipv4(0xc6336401 + host, 0);
  int nat = kind == OPEN ? SIM_PUBLIC
                         : sim_net_add_nat(call.net, (sim_nat_kind)(kind - FULL_CONE), &outside);
  sim_call_add_socket(&call, index, &inside, nat);
  sim_call_use_turn(&call, index, policy, &turn.address, "secret");
}

static void begin_relayed(uint64_t seed, pcs_ice_policy first, pcs_ice_policy second) {
  sim_options options = options_of(seed);
  begin_with(&options);
  add_end(0, SYMMETRIC, first);
  add_end(1, SYMMETRIC, second);
}

static void connect_relayed(void) {
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 10 * SECOND_US, sim_both_completed));
}

static bool end_0_has_sent(const sim_call *at) {
  return at->ends[0].data_sent > 0 && at->ends[1].data_sent > 0;
}

static bool both_gathered(const sim_call *at) {
  return at->ends[0].gathering == PCS_GATHERING_COMPLETE;
}

/* Data every 100 ms for so long: none of it may get lost on this network. */
static void check_data(uint64_t for_us) {
  call.data_interval_us = 100 * MS_US;
  call.next_data_us = call.world.now_us;
  CHECK(sim_call_run(&call, SECOND_US, end_0_has_sent));
  for (int i = 0; i < 2; i++) {
    call.ends[i].data_denied = 0;
  }
  uint64_t sent = call.ends[0].data_sent;
  uint64_t received = call.ends[1].data_received;
  sim_call_run(&call, for_us, NULL);
  CHECK_EQ_UINT(call.ends[0].data_denied, 0);
  CHECK_EQ_UINT(call.ends[1].data_denied, 0);
  CHECK(call.ends[0].data_sent > sent);
  CHECK(call.ends[0].data_sent - sent <= call.ends[1].data_received - received + 1);
  call.data_interval_us = 0;
}

/* ---- tests ---- */

static void test_symmetric(void) {
  for (uint64_t seed = 1; seed <= 20; seed++) {
    begin_relayed(CHECK_SEED(seed), PCS_ICE_POLICY_ALL, PCS_ICE_POLICY_ALL);
    connect_relayed();
    check_data(20 * SECOND_US);
    CHECK(call.ends[0].data_relayed > 0 || call.ends[1].data_relayed > 0);
    end();
  }
}

static void test_lossy(void) {
  size_t num_connected = 0;
  for (uint64_t seed = 1; seed <= 40; seed++) {
    sim_options options = options_of(CHECK_SEED(seed));
    options.link = INTERNET;
    begin_with(&options);
    add_end(0, SYMMETRIC, PCS_ICE_POLICY_RELAY);
    add_end(1, SYMMETRIC, PCS_ICE_POLICY_ALL);
    sim_call_offer(&call, 0);
    num_connected += sim_call_run(&call, 20 * SECOND_US, sim_both_connected);
    end();
  }
  CHECK_EQ_UINT(num_connected, 40);
}

static void test_sha256(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  turn.offers_sha256 = true;
  connect_relayed();
  check_data(SECOND_US);
  end();
}

/* ---- policy relay leaks nothing ---- */

typedef struct leak_watch {
  size_t num_elsewhere;
} leak_watch;

static leak_watch watch;

static bool watch_targets(void *context, const pcs_address *from, const pcs_address *to,
                          pcs_span bytes) {
  (void)context;
  (void)bytes;
  bool is_client = from->bytes[0] == 10;
  watch.num_elsewhere += is_client && !pcs_address_equal(to, &turn.address);
  return true;
}

static void check_told(const sim_end *end) {
  for (size_t i = 0; i < end->num_candidates; i++) {
    const pcs_candidate *told = &end->told[i];
    CHECK_EQ_INT(told->type, PCS_CANDIDATE_RELAY);
    CHECK_EQ_INT(told->related.family, PCS_ADDRESS_NONE);
    CHECK_EQ_BYTES(told->address.bytes, 4, turn.address.bytes, 4);
  }
  pcs_candidate_stats stats[SIM_CANDIDATES_MAX];
  size_t num = pcs_ice_agent_candidate_stats(end->agent, stats, SIM_CANDIDATES_MAX);
  for (size_t i = 0; i < num; i++) {
    CHECK(stats[i].candidate.address.bytes[0] != 10 && stats[i].candidate.related.bytes[0] != 10);
    CHECK(stats[i].candidate.address.bytes[0] != 0xc6 &&
          stats[i].candidate.related.bytes[0] != 0xc6);
  }
}

static void test_policy(void) {
  for (uint64_t seed = 1; seed <= 10; seed++) {
    begin_relayed(CHECK_SEED(seed), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
    watch = (leak_watch){0};
    sim_net_set_filter(call.net, watch_targets, NULL);
    connect_relayed();
    check_data(40 * SECOND_US);
    CHECK_EQ_UINT(watch.num_elsewhere, 0);
    CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
    check_told(&call.ends[0]);
    check_told(&call.ends[1]);
    CHECK_EQ_UINT(call.ends[0].data_relayed, call.ends[0].data_sent);
    end();
  }
}

/* ---- time ---- */

static void test_lifetimes(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  turn.nonce_life_us = 45 * (uint64_t)SECOND_US;
  connect_relayed();
  turn.num_dropped = 0;
  check_data(31 * MINUTE_US);
  CHECK(turn.num_stale > 10);
  CHECK(turn.num_requests[PCS_TURN_REFRESH] >= 6);
  CHECK(turn.num_requests[PCS_TURN_CREATE_PERMISSION] >= 12);
  CHECK(turn.num_requests[PCS_TURN_CHANNEL_BIND] >= 6);
  /* No request without need: a few an hour, each perhaps twice for a new nonce. */
  CHECK(turn.num_requests[PCS_TURN_REFRESH] <= 24);
  CHECK(turn.num_requests[PCS_TURN_CREATE_PERMISSION] <= 48);
  CHECK_EQ_UINT(turn.num_dropped, 0);
  end();
}

static void test_forgotten(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  connect_relayed();
  check_data(SECOND_US);
  /* The server restarts and knows nobody: consent ends, and with it the data. */
  for (size_t i = 0; i < SIM_TURN_ALLOCATIONS_MAX; i++) {
    turn.allocations[i].ends_us = 0;
  }
  call.data_interval_us = 100 * MS_US;
  uint64_t forgotten_us = call.world.now_us;
  CHECK(sim_call_run(&call, 31 * SECOND_US, sim_both_failed));
  CHECK(call.ends[0].last_data_sent_us <= forgotten_us + 30 * (uint64_t)SECOND_US);
  end();
}

static void test_close(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  turn.nonce_life_us = 10 * (uint64_t)SECOND_US;
  connect_relayed();
  sim_call_run(&call, 11 * SECOND_US, NULL);
  pcs_ice_agent_close(call.ends[0].agent, call.world.now_us);
  sim_call_poll(&call, 0);
  sim_call_run(&call, SECOND_US, NULL);
  CHECK_EQ_UINT(turn.num_released, 1);
  sim_call_send_data(&call, 0);
  CHECK_EQ_UINT(call.ends[0].data_sent, 0);
  end();
}

static void test_restart(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  connect_relayed();
  uint32_t before = turn.num_requests[PCS_TURN_ALLOCATE];
  for (int i = 0; i < 4; i++) {
    sim_call_offer(&call, 0);
    CHECK(sim_call_run(&call, 10 * SECOND_US, sim_both_connected));
    sim_call_run(&call, 2 * SECOND_US, NULL);
    check_data(SECOND_US);
  }
  CHECK_EQ_UINT(turn.num_requests[PCS_TURN_ALLOCATE], before);
  CHECK_EQ_UINT(turn.num_released, 0);
  end();
}

static void test_unused_is_released(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  connect_relayed();
  for (int i = 0; i < 2; i++) {
    CHECK_EQ_INT(pcs_ice_agent_configure(call.ends[i].agent, PCS_ICE_POLICY_ALL, NULL, 0), PCS_OK);
  }
  pcs_address inside = sim_ipv4(0x0a000101, 40000);
  sim_call_add_socket(&call, 0, &inside, SIM_PUBLIC);
  inside = sim_ipv4(0x0a000102, 40000);
  sim_call_add_socket(&call, 1, &inside, SIM_PUBLIC);
  sim_call_offer(&call, 0);
  sim_call_run(&call, 10 * SECOND_US, NULL);
  CHECK(sim_both_connected(&call));
  CHECK_EQ_UINT(turn.num_released, 2);
  end();
}

/* ---- refusals ---- */

static void check_error(uint16_t code) {
  sim_call_gather(&call, 0);
  CHECK(sim_call_run(&call, 11 * SECOND_US, both_gathered));
  CHECK_EQ_UINT(call.ends[0].num_errors, 1);
  CHECK_EQ_UINT(call.ends[0].error_code, code);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 0);
}

static void test_errors(void) {
  static const uint16_t CODES[] = {403, 437, 441, 442, 486, 508};
  for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++) {
    begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
    turn.refuses = CODES[i];
    check_error(CODES[i]);
    CHECK(call.world.now_us < START_US + SECOND_US);
    end();
  }
}

static void test_relayed_from_nowhere(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  turn.gives_nowhere = true;
  sim_call_gather(&call, 0);
  CHECK(sim_call_run(&call, 11 * SECOND_US, both_gathered));
  CHECK_EQ_UINT(call.ends[0].num_candidates, 0);
  end();
}

static void test_wrong_password(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  sim_call_use_turn(&call, 0, PCS_ICE_POLICY_RELAY, &turn.address, "guess");
  check_error(401);
  CHECK_EQ_UINT(turn.num_requests[PCS_TURN_ALLOCATE], 2);
  end();
}

static void test_silent(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  sim_net_set_filter(call.net, drop_all, NULL);
  check_error(701);
  CHECK_EQ_UINT(call.world.now_us, START_US + 10 * SECOND_US);
  end();
}

static void test_refused_peer(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  turn.refuses_peers = 403;
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 40 * SECOND_US, sim_both_failed));
  CHECK(turn.num_requests[PCS_TURN_CREATE_PERMISSION] <= 4);
  end();
}

/* ---- redirection ---- */

static void redirect(sim_turn_server *from, const pcs_address *to) {
  from->alternate = *to;
}

static void test_one_hop(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  pcs_address address = sim_ipv4(0xcb007103, 3478);
  sim_turn_server_open(&other, call.net, &call.world, &address);
  redirect(&turn, &address);
  connect_relayed();
  check_data(SECOND_US);
  CHECK(other.num_channel_data > 0);
  end();
}

static void test_two_hops(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  pcs_address address = sim_ipv4(0xcb007103, 3478);
  sim_turn_server_open(&other, call.net, &call.world, &address);
  redirect(&turn, &address);
  pcs_address third = sim_ipv4(0xcb007104, 3478);
  redirect(&other, &third);
  check_error(300);
  end();
}

static void test_hop_to_prohibited(void) {
  static const uint32_t TARGETS[] = {0x7f000001, 0xa9fea9fe, 0x00000000, 0xe0000001};
  for (size_t i = 0; i < sizeof TARGETS / sizeof TARGETS[0]; i++) {
    begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
    watch = (leak_watch){0};
    sim_net_set_filter(call.net, watch_targets, NULL);
    pcs_address target = sim_ipv4(TARGETS[i], 3478);
    redirect(&turn, &target);
    check_error(300);
    CHECK_EQ_UINT(watch.num_elsewhere, 0);
    end();
  }
}

/* ---- X11, M5 ---- */

static size_t num_accepted;

static void offer_channel_data(uint16_t channel, const pcs_address *from) {
  uint8_t bytes[8] = {(uint8_t)(channel >> 8), (uint8_t)channel, 0, 4, 0x80, 1, 2, 3};
  pcs_ice_arrival in = {.path_id = 1, .from = *from, .bytes = {bytes, sizeof bytes}};
  num_accepted += pcs_ice_agent_unwrap(call.ends[0].agent, call.world.now_us, &in) !=
                  PCS_ICE_STRAY;
}

static void offer_indication(const pcs_address *peer, const pcs_address *from) {
  static const uint8_t ID[PCS_STUN_ID_BYTES] = {7};
  static const uint8_t PAYLOAD[4] = {0x80, 1, 2, 3};
  uint8_t memory[128];
  pcs_writer writer;
  pcs_ice_arrival in = {.path_id = 1, .from = *from};
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_stun_begin_method(&writer, PCS_TURN_DATA, PCS_STUN_INDICATION, (pcs_span){ID, sizeof ID});
  CHECK_EQ_INT(pcs_turn_finish_indication(&writer, peer, (pcs_span){ID, sizeof ID},
                                          (pcs_span){PAYLOAD, sizeof PAYLOAD}, &in.bytes),
               PCS_OK);
  num_accepted +=
      pcs_ice_agent_unwrap(call.ends[0].agent, call.world.now_us, &in) == PCS_ICE_RELAYED;
}

static void test_strangers(void) {
  begin_relayed(CHECK_SEED(1), PCS_ICE_POLICY_RELAY, PCS_ICE_POLICY_RELAY);
  connect_relayed();
  sim_call_run(&call, SECOND_US, NULL);
  pcs_address stranger = sim_ipv4(0xc0000299, 5000);
  pcs_address friend_address = call.ends[1].told[0].address;
  num_accepted = 0;
  for (uint32_t channel = 0x4001; channel < 0x5000; channel++) {
    offer_channel_data((uint16_t)channel, &turn.address);
  }
  offer_channel_data(0x4000, &stranger);
  offer_indication(&stranger, &turn.address);
  offer_indication(&friend_address, &stranger);
  CHECK_EQ_UINT(num_accepted, 0);
  offer_channel_data(0x4000, &turn.address);
  offer_indication(&friend_address, &turn.address);
  CHECK_EQ_UINT(num_accepted, 2);
  end();
}

static void test_mdns(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin_with(&options);
  add_end(0, OPEN, PCS_ICE_POLICY_ALL);
  pcs_address theirs = sim_ipv4(0xc0000202, 40001);
  sim_hand_open(&hand, &call, &theirs);
  sim_call_gather(&call, 0);
  CHECK(sim_call_run(&call, 5 * SECOND_US, both_gathered));
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  /* As the resolver of mDNS names tells it: the name and what it stands for. */
  pcs_candidate candidate = {
      .foundation = pcs_span_of_text("1"),
      .component = 1,
      .priority = 2130706431,
      .address = theirs,
      .name = pcs_span_of_text("1f4712db-ea17-4bcf-a596-105139dfd8bf.local"),
  };
  CHECK_EQ_INT(pcs_ice_agent_add_candidate(call.ends[0].agent, call.world.now_us,
                                           sim_hand_ufrag(&hand), &candidate),
               PCS_OK);
  sim_call_poll(&call, 0);
  sim_call_run(&call, 5 * SECOND_US, NULL);
  CHECK(hand.num_requests > 0); /* from the host candidate */
  CHECK_EQ_UINT(turn.num_requests[PCS_TURN_CREATE_PERMISSION], 0);
  CHECK_EQ_UINT(turn.num_indications, 0);
  end();
}

int main(void) {
  RUN("two ends behind symmetric translators connect through a relay", test_symmetric);
  RUN("a lossy network delays a relayed call, no more", test_lossy);
  RUN("a server that offers SHA-256 gets it", test_sha256);
  RUN("policy relay: no packet but to the server, no address but the relayed", test_policy);
  RUN("nonces go stale, permissions, channels and the allocation end: data goes on",
      test_lifetimes);
  RUN("a server that forgot us ends the call within consent's time", test_forgotten);
  RUN("a closed connection gives its allocation back", test_close);
  RUN("a restart gathers the allocation that is there", test_restart);
  RUN("an allocation that no generation uses is given back", test_unused_is_released);
  RUN("what the server says is told by its code", test_errors);
  RUN("a relayed address that is none becomes no candidate", test_relayed_from_nowhere);
  RUN("a wrong password is tried once", test_wrong_password);
  RUN("a silent server is one that was not reached", test_silent);
  RUN("a refused permission fails the pair", test_refused_peer);
  RUN("300: one hop is taken", test_one_hop);
  RUN("X11: 300: a second hop is not", test_two_hops);
  RUN("X11: 300: no hop to a prohibited address", test_hop_to_prohibited);
  RUN("X11: data only from the server and only for permitted peers", test_strangers);
  RUN("X13: no check through a relay to what an mDNS name hides", test_mdns);
  return check_report();
}
