/* The address modes of RFC 8828: what each tells the page, and what leaves on the wire. */
#include "tests/host/ice/scene.h"

#include "core/policy/address.h"
#include "tests/sim/turn_server.h"

static sim_turn_server turn;

/* ---- what the page is told ---- */

static bool is_own(int index, const pcs_address *address) {
  const sim_end *end = &call.ends[index];
  for (size_t i = 0; i < end->num_sockets; i++) {
    if (address->family == end->sockets[i].family &&
        memcmp(address->bytes, end->sockets[i].bytes, sizeof address->bytes) == 0) {
      return true;
    }
  }
  return false;
}

static bool shows_own(int index, const pcs_candidate *candidate) {
  return is_own(index, &candidate->address) || is_own(index, &candidate->related);
}

/* Does what getStats has at one end show an address of whose? */
static bool shows_in_stats(int index, int whose) {
  static pcs_candidate_stats stats[128];
  bool shows = false;
  size_t num = pcs_ice_agent_candidate_stats(call.ends[index].agent, stats, 128);
  for (size_t i = 0; i < num; i++) {
    shows = shows || shows_own(whose, &stats[i].candidate);
  }
  return shows;
}

/* Everything that is announced or that getStats has, of both sides' candidates. */
static bool tells_own_address(int index) {
  const sim_end *end = &call.ends[index];
  bool tells = shows_in_stats(index, 0) || shows_in_stats(index, 1);
  for (size_t i = 0; i < end->num_candidates; i++) {
    tells = tells || shows_own(index, &end->told[i]);
  }
  return tells;
}

static size_t num_told(int index, pcs_candidate_type type, pcs_address_family family) {
  size_t num = 0;
  for (size_t i = 0; i < call.ends[index].num_candidates; i++) {
    const pcs_candidate *told = &call.ends[index].told[i];
    num += told->type == type && told->address.family == family;
  }
  return num;
}

static size_t num_stats(int index) {
  static pcs_candidate_stats stats[128];
  return pcs_ice_agent_candidate_stats(call.ends[index].agent, stats, 128);
}

static size_t num_pairs(int index) {
  static pcs_pair_stats stats[PCS_PAIRS_MAX];
  return pcs_ice_agent_pair_stats(call.ends[index].agent, stats, PCS_PAIRS_MAX);
}

/* ---- what leaves ---- */

static size_t num_sent;
static size_t num_direct; /* to anything but a server */

static bool count_sent(void *context, const pcs_address *from, const pcs_address *to,
                       pcs_span bytes) {
  (void)context;
  (void)bytes;
  if (is_own(0, from)) {
    num_sent++;
    num_direct += !pcs_address_equal(to, &server.address) && !pcs_address_equal(to, &turn.address);
  }
  return true;
}

static void watch_wire(void) {
  num_sent = 0;
  num_direct = 0;
  sim_net_set_filter(call.net, count_sent, NULL);
}

/* ---- scenes ---- */

static void begin_behind(uint64_t seed, box kind, pcs_address_mode mode) {
  sim_options options = options_of(seed);
  begin(&options);
  pcs_address address = sim_ipv4(0xcb007101, 3478);
  sim_stun_server_open(&server, call.net, &address);
  for (int i = 0; i < 2; i++) {
    add_boxed_socket(i, kind);
    sim_call_set_addresses(&call, i, mode);
  }
  watch_wire();
  sim_call_offer(&call, 0);
}

static void begin_on_one_network(uint64_t seed, bool no_multicast) {
  sim_options options = options_of(seed);
  options.no_multicast = no_multicast;
  begin(&options);
  add_public_sockets();
  watch_wire();
}

static void test_default(void) {
  begin_behind(CHECK_SEED(1), FULL_CONE, PCS_ADDRESS_MODE_DEFAULT);
  CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_connected));
  for (int i = 0; i < 2; i++) {
    CHECK_EQ_UINT(num_told(i, PCS_CANDIDATE_HOST, PCS_ADDRESS_NAME), 1);
    CHECK_EQ_UINT(num_told(i, PCS_CANDIDATE_SRFLX, PCS_ADDRESS_IPV4), 1);
    CHECK(!tells_own_address(i));
  }
  end();
}

static void test_all(void) {
  begin_behind(CHECK_SEED(1), FULL_CONE, PCS_ADDRESS_MODE_ALL);
  CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_connected));
  CHECK_EQ_UINT(num_told(0, PCS_CANDIDATE_HOST, PCS_ADDRESS_IPV4), 1);
  CHECK(tells_own_address(0));
  end();
}

static void test_public(void) {
  begin_behind(CHECK_SEED(1), FULL_CONE, PCS_ADDRESS_MODE_PUBLIC);
  CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_connected));
  for (int i = 0; i < 2; i++) {
    CHECK_EQ_UINT(call.ends[i].num_candidates, 1);
    CHECK_EQ_UINT(num_told(i, PCS_CANDIDATE_SRFLX, PCS_ADDRESS_IPV4), 1);
    CHECK(!tells_own_address(i));
  }
  end();
}

static uint64_t failed_us;

static bool end_0_failed(const sim_call *at) {
  failed_us = at->world.now_us;
  return at->ends[0].state == PCS_ICE_FAILED;
}

static bool end_0_gathered(const sim_call *at) {
  return at->ends[0].gathering == PCS_GATHERING_COMPLETE;
}

static void begin_with_relay(uint64_t seed, pcs_address_mode mode, pcs_transport transport) {
  sim_options options = options_of(seed);
  begin(&options);
  pcs_address address = sim_ipv4(0xcb007109, 3478);
  pcs_address theirs = sim_ipv4(0xc0000202, 40001);
  sim_turn_server_open(&turn, call.net, &call.world, &address);
  turn.password = "secret";
  add_boxed_socket(0, FULL_CONE);
  sim_hand_open(&hand, &call, &theirs);
  pcs_ice_server one = {.scheme = PCS_SERVER_TURN,
                        .transport = (uint8_t)transport,
                        .port = 3478,
                        .host = pcs_span_of_text("203.0.113.9"),
                        .username = pcs_span_of_text("user"),
                        .credential = pcs_span_of_text("secret")};
  CHECK_EQ_INT(pcs_ice_agent_configure(call.ends[0].agent, PCS_ICE_POLICY_ALL, &one, 1), PCS_OK);
  sim_call_set_addresses(&call, 0, mode);
  watch_wire();
  sim_call_gather(&call, 0);
  CHECK(sim_call_run(&call, 20 * SECOND_US, end_0_gathered));
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_candidate(&theirs);
  sim_call_run(&call, 5 * SECOND_US, NULL);
}

static void test_relay_only(void) {
  begin_with_relay(CHECK_SEED(1), PCS_ADDRESS_MODE_RELAY, PCS_TRANSPORT_UDP);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
  CHECK_EQ_UINT(num_told(0, PCS_CANDIDATE_RELAY, PCS_ADDRESS_IPV4), 1);
  CHECK_EQ_UINT(call.ends[0].told[0].related.family, PCS_ADDRESS_NONE);
  CHECK(num_sent > 0);
  CHECK_EQ_UINT(num_direct, 0);
  CHECK(!tells_own_address(0));
  end();
}

static void test_proxied(void) {
  begin_with_relay(CHECK_SEED(1), PCS_ADDRESS_MODE_PROXIED, PCS_TRANSPORT_UDP);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 0);
  CHECK_EQ_UINT(num_sent, 0);
  end();
}

static void test_proxied_stream(void) {
  begin_with_relay(CHECK_SEED(1), PCS_ADDRESS_MODE_PROXIED, PCS_TRANSPORT_TCP);
  CHECK_EQ_UINT(call.ends[0].num_candidates, 1);
  CHECK(num_sent > 0);
  CHECK_EQ_UINT(num_direct, 0);
  CHECK(!tells_own_address(0));
  end();
}

/* A server on the inside would tell the address that the mode hides. */
static void test_inner_server(void) {
  static const pcs_address_mode MODES[] = {PCS_ADDRESS_MODE_DEFAULT, PCS_ADDRESS_MODE_PUBLIC,
                                           PCS_ADDRESS_MODE_ACCEPTED};
  for (size_t i = 0; i < sizeof MODES / sizeof MODES[0]; i++) {
    sim_options options = options_of(CHECK_SEED(1));
    begin(&options);
    pcs_address address = sim_ipv4(0x0a000009, 3478);
    pcs_address inside = sim_ipv4(0x0a000001, 40000);
    sim_call_add_socket(&call, 0, &inside, SIM_PUBLIC);
    sim_stun_server_open(&server, call.net, &address);
    sim_call_use_server(&call, 0, &address);
    sim_call_set_addresses(&call, 0, MODES[i]);
    sim_call_gather(&call, 0);
    CHECK(sim_call_run(&call, 20 * SECOND_US, end_0_gathered));
    CHECK(!tells_own_address(0));
    CHECK_EQ_UINT(num_told(0, PCS_CANDIDATE_SRFLX, PCS_ADDRESS_IPV4), 0);
    end();
  }
}

/* draft mdns-ice 3.1.2.2: with nothing between us and the server it repeats what is not told. */
static void test_not_redundant(void) {
  begin_behind(CHECK_SEED(1), OPEN, PCS_ADDRESS_MODE_DEFAULT);
  CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_completed));
  CHECK_EQ_UINT(num_told(0, PCS_CANDIDATE_HOST, PCS_ADDRESS_NAME), 1);
  CHECK_EQ_UINT(num_told(0, PCS_CANDIDATE_SRFLX, PCS_ADDRESS_IPV4), 1);
  CHECK_EQ_UINT(call.ends[0].told[1].related.family, PCS_ADDRESS_NONE);
  end();
}

/* ---- names ---- */

static void offer_named(void) {
  sim_call_set_addresses(&call, 0, PCS_ADDRESS_MODE_DEFAULT);
  sim_call_set_addresses(&call, 1, PCS_ADDRESS_MODE_DEFAULT);
  sim_call_offer(&call, 0);
}

static void test_names_resolve(void) {
  begin_on_one_network(CHECK_SEED(1), false);
  offer_named();
  CHECK(sim_call_run(&call, 5 * SECOND_US, sim_both_completed));
  CHECK(!tells_own_address(0) && !tells_own_address(1));
  end();
}

static void test_one_side_resolves(void) {
  begin_on_one_network(CHECK_SEED(1), true);
  sim_call_set_addresses(&call, 0, PCS_ADDRESS_MODE_DEFAULT);
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 5 * SECOND_US, sim_both_connected));
  CHECK_EQ_INT(call.ends[1].selected_remote, PCS_CANDIDATE_PRFLX);
  CHECK(!shows_in_stats(0, 0) && !shows_in_stats(1, 0));
  end();
}

static void test_nobody_resolves(void) {
  begin_on_one_network(CHECK_SEED(1), true);
  offer_named();
  CHECK(!sim_call_run(&call, 20 * SECOND_US, sim_both_failed));
  CHECK_EQ_UINT(num_sent, 0);
  CHECK_EQ_UINT(num_stats(0), 2);
  CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_failed));
  end();
}

/* draft mdns-ice 3.3: the same picture, and the same end, whether the name had an answer or not. */
static void test_no_oracle(void) {
  uint64_t failed_at_us[2];
  for (int answered = 0; answered < 2; answered++) {
    begin_on_one_network(CHECK_SEED(1), answered == 0);
    sim_net_close(call.net, &call.ends[1].sockets[0]);
    offer_named();
    sim_call_run(&call, 5 * SECOND_US, NULL);
    CHECK_EQ_INT(call.ends[0].state, PCS_ICE_CHECKING);
    CHECK_EQ_UINT(num_stats(0), 2);
    CHECK_EQ_UINT(num_pairs(0), 0);
    CHECK_EQ_INT(num_sent > 0, answered);
    CHECK(sim_call_run(&call, 60 * SECOND_US, end_0_failed));
    failed_at_us[answered] = failed_us;
    end();
  }
  CHECK_EQ_UINT(failed_at_us[0], failed_at_us[1]);
}

/* ---- names by hand ---- */

#define NAME "1f4712db-ea17-4bcf-a596-105139dfd8bf.local"

static void begin_named_hand(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_multicast = true;
  begin_beside_hand(&options);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
}

static void tell_name(const char *name, uint16_t port) {
  pcs_candidate candidate = {.foundation = pcs_span_of_text("1"),
                             .component = 1,
                             .priority = 2130706431,
                             .address = {.family = PCS_ADDRESS_NAME, .port = port},
                             .name = pcs_span_of_text(name)};
  CHECK_EQ_INT(pcs_ice_agent_add_candidate(call.ends[0].agent, call.world.now_us,
                                           sim_hand_ufrag(&hand), &candidate),
               PCS_OK);
}

static void resolve(const char *name, const pcs_address *addresses, size_t num) {
  pcs_ice_agent_name_resolved(call.ends[0].agent, call.world.now_us, pcs_span_of_text(name),
                              addresses, num);
  sim_call_poll(&call, 0);
}

static bool asks(void) {
  pcs_span name;
  return pcs_ice_agent_take_name(call.ends[0].agent, &name);
}

static void test_forms(void) {
  static const char *const OTHERS[] = {"printer.local",
                                       "host.example",
                                       "localhost",
                                       "a.1f4712db-ea17-4bcf-a596-105139dfd8bf.local",
                                       "1f4712db-ea17-1bcf-a596-105139dfd8bf.local",
                                       "1f4712db-ea17-4bcf-a596-105139dfd8bf.local."};
  begin_named_hand();
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    tell_name(OTHERS[i], 40001);
  }
  CHECK(!asks());
  CHECK_EQ_UINT(num_stats(0), 1);
  tell_name(NAME, 40001);
  tell_name(NAME, 40001);
  CHECK(asks());
  CHECK(!asks());
  end();
}

static void test_bad_port(void) {
  begin_named_hand();
  tell_name(NAME, 22);
  CHECK(asks());
  resolve(NAME, &hand.address, 1);
  watch_wire();
  sim_call_run(&call, SECOND_US, NULL);
  CHECK_EQ_UINT(num_sent + num_pairs(0), 0);
  end();
}

static void test_two_addresses(void) {
  begin_named_hand();
  tell_name(NAME, 40001);
  CHECK(asks());
  pcs_address two[2] = {hand.address, sim_ipv4(0xc0000203, 0)};
  resolve(NAME, two, 2);
  sim_call_run(&call, SECOND_US, NULL);
  CHECK_EQ_UINT(hand.num_requests, 0);
  end();
}

static void test_first_answer_counts(void) {
  begin_named_hand();
  tell_name(NAME, 40001);
  /* Nobody asked yet. */
  pcs_ice_agent_name_resolved(call.ends[0].agent, call.world.now_us, pcs_span_of_text(NAME),
                              &hand.address, 1);
  CHECK(asks());
  pcs_address loopback = sim_ipv4(0x7f000001, 0);
  resolve(NAME, &loopback, 1);
  resolve("2f4712db-ea17-4bcf-a596-105139dfd8bf.local", &hand.address, 1);
  sim_call_run(&call, SECOND_US, NULL);
  CHECK_EQ_UINT(hand.num_requests, 0);
  resolve(NAME, &hand.address, 1);
  pcs_address later = sim_ipv4(0xc0000203, 0);
  resolve(NAME, &later, 1);
  watch_wire();
  sim_call_run(&call, SECOND_US, NULL);
  CHECK(hand.num_requests > 0);
  end();
}

/* "Local Mess": apps of this machine listened on these ports for what a page put into a ufrag. */
static void test_own_machine(void) {
  begin_named_hand();
  num_sent = 0;
  watch_wire();
  for (uint16_t port = 12580; port <= 12585; port++) {
    pcs_address loopback = sim_ipv4(0x7f000001, port);
    pcs_address loopback6 = {.family = PCS_ADDRESS_IPV6, .bytes = {[15] = 1}, .port = port};
    pcs_address mapped = {.family = PCS_ADDRESS_IPV6,
                          .bytes = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1},
                          .port = port};
    tell_candidate(&loopback);
    tell_candidate(&loopback6);
    tell_candidate(&mapped);
    tell_name(NAME, port);
  }
  pcs_address loopback = sim_ipv4(0x7f000001, 0);
  while (asks()) {
    resolve(NAME, &loopback, 1);
  }
  resolve(NAME, &loopback, 1);
  sim_call_run(&call, 40 * (uint64_t)SECOND_US, NULL);
  CHECK_EQ_UINT(num_sent, 0);
  end();
}

static void test_relay_policy_ignores(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin_beside_hand(&options);
  CHECK_EQ_INT(pcs_ice_agent_configure(call.ends[0].agent, PCS_ICE_POLICY_RELAY, NULL, 0), PCS_OK);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_name(NAME, 40001);
  CHECK(!asks());
  end();
}

static void test_many_names(void) {
  begin_named_hand();
  size_t num_asked = 0;
  char name[] = NAME;
  for (int i = 0; i < 200; i++) {
    name[0] = "0123456789abcdef"[i % 16];
    name[1] = "0123456789abcdef"[i / 16];
    tell_name(name, 40001);
    num_asked += asks();
  }
  CHECK_EQ_UINT(num_asked, 32);
  end();
}

/* ---- a change during the call ---- */

static void test_widened(void) {
  begin_behind(CHECK_SEED(1), FULL_CONE, PCS_ADDRESS_MODE_PUBLIC);
  CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_connected));
  size_t num_before = call.ends[0].num_candidates;
  sim_call_set_addresses(&call, 0, PCS_ADDRESS_MODE_ALL);
  CHECK_EQ_UINT(call.ends[0].num_candidates, num_before + 1);
  CHECK_EQ_UINT(num_told(0, PCS_CANDIDATE_HOST, PCS_ADDRESS_IPV4), 1);
  sim_call_run(&call, SECOND_US, NULL);
  CHECK(sim_both_connected(&call));
  end();
}

static void test_narrowed(void) {
  begin_behind(CHECK_SEED(1), FULL_CONE, PCS_ADDRESS_MODE_ALL);
  CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_connected));
  CHECK(tells_own_address(0));
  for (int i = 0; i < 2; i++) {
    sim_call_set_addresses(&call, i, PCS_ADDRESS_MODE_PUBLIC);
    call.ends[i].num_candidates = 0;
  }
  sim_call_run(&call, SECOND_US, NULL);
  CHECK(sim_both_connected(&call));
  static pcs_candidate_stats stats[128];
  size_t num = pcs_ice_agent_candidate_stats(call.ends[0].agent, stats, 128);
  for (size_t i = 0; i < num; i++) {
    CHECK(stats[i].is_remote || !shows_own(0, &stats[i].candidate));
  }
  sim_call_set_addresses(&call, 0, PCS_ADDRESS_MODE_RELAY);
  watch_wire();
  sim_call_run(&call, 5 * SECOND_US, NULL);
  CHECK_EQ_UINT(num_direct, 0);
  end();
}

int main(void) {
  RUN("P2: by default host candidates are names, and no private address is told", test_default);
  RUN("P1: with consent every address is told", test_all);
  RUN("P3: on the default route alone no private address is told", test_public);
  RUN("R21: relay only: no packet but to the relay, no address but the relayed", test_relay_only);
  RUN("P4: without UDP not one packet leaves", test_proxied);
  RUN("P4: without UDP a server over TCP gives the one candidate", test_proxied_stream);
  RUN("X13: a server on the inside does not tell what the mode hides", test_inner_server);
  RUN("M2: an address that a server found is told beside the name of the same", test_not_redundant);
  RUN("M1: two ends that look up each other's names connect", test_names_resolve);
  RUN("an end whose name nobody can look up is found by its checks", test_one_side_resolves);
  RUN("without any answer nothing is sent, and it fails in time", test_nobody_resolves);
  RUN("M3: whether a name had an answer is not to be seen", test_no_oracle);
  RUN("X13, M4, M7: no name but a version 4 UUID on .local is looked up, and each once",
      test_forms);
  RUN("X10: a name with a prohibited port looks like one that nobody answers", test_bad_port);
  RUN("M4: a name with two addresses is ignored", test_two_addresses);
  RUN("M4: the first answer to what was asked counts, never one that is loopback",
      test_first_answer_counts);
  RUN("X12: nothing is sent to this machine itself, by whatever address or name", test_own_machine);
  RUN("M8: policy relay looks up nothing", test_relay_policy_ignores);
  RUN("M6: a flood of names is not a flood of questions", test_many_names);
  RUN("A22: a mode that tells more adds candidates to a live call", test_widened);
  RUN("A22: a mode that tells less hides at once and ends what it forbids", test_narrowed);
  return check_report();
}
