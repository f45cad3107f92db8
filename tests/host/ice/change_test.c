/*
 * The network changes under a call (RFC 8445 9, RFC 7675 5.1): addresses vanish and come, on either
 * side, and the machine sleeps. Data flows all the time, so that one sees when it arrives again.
 */
#include "tests/host/ice/scene.h"

#define NUM_SEEDS 40
/* Silence is seen after at most seven seconds, and checks take their time under loss. */
#define CARRIED_ON_US (12 * (uint64_t)SECOND_US)

static pcs_address address_of(int index, uint32_t socket) {
  return sim_ipv4(0xc0000200 + 16 * (uint32_t)index + socket, (uint16_t)(40000 + socket));
}

static void add_socket(int index, uint32_t socket) {
  pcs_address address = address_of(index, socket);
  sim_call_add_socket(&call, index, &address, SIM_PUBLIC);
  sim_call_poll(&call, index);
}

static void begin_call(uint64_t seed, const sim_link *link, uint32_t num_sockets) {
  sim_options options = options_of(seed);
  options.link = *link;
  begin(&options);
  for (uint32_t i = 0; i < num_sockets; i++) {
    add_socket(0, i);
    add_socket(1, i);
  }
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 10 * SECOND_US, sim_both_completed));
  call.data_interval_us = 10 * MS_US;
  sim_call_run(&call, SECOND_US + seed % 7 * SECOND_US, NULL);
}

static size_t selected_socket(int index) {
  pcs_ice_route route;
  CHECK_EQ_INT(pcs_ice_agent_route(call.ends[index].agent, call.world.now_us, &route), PCS_OK);
  return route.path_id - 1;
}

/* Data arrives at both ends within the time, and goes on doing so. */
static void expect_carried_on(void) {
  sim_call_run(&call, CARRIED_ON_US, NULL);
  for (int i = 0; i < 2; i++) {
    CHECK(call.world.now_us - call.ends[i].last_data_received_us < SECOND_US);
    CHECK(!sim_end_was(&call.ends[i], PCS_ICE_FAILED));
  }
  uint64_t before[] = {call.ends[0].data_received, call.ends[1].data_received};
  sim_call_run(&call, 60 * SECOND_US, NULL);
  for (int i = 0; i < 2; i++) {
    CHECK(call.ends[i].data_received - before[i] > 60 * 100 * 8 / 10);
    CHECK(!sim_end_was(&call.ends[i], PCS_ICE_FAILED));
  }
  /* A question that the network lost makes one disconnected for a moment. */
  CHECK(sim_call_run(&call, 20 * SECOND_US, sim_both_connected));
}

typedef void (*change)(int index);

static void for_all(change happens, uint32_t num_sockets) {
  static const sim_link *const LINKS[] = {&LAN, &INTERNET};
  uint64_t base = CHECK_SEED(1);
  for (uint64_t i = 0; i < NUM_SEEDS; i++) {
    check_seed = base + i;
    begin_call(check_seed, LINKS[i / 2 % 2], num_sockets);
    happens((int)(i % 2)); /* the controlling side, the controlled side */
    expect_carried_on();
    end();
  }
}

static void vanish(int index) {
  sim_call_remove_socket(&call, index, selected_socket(index));
}

static void test_vanish(void) {
  for_all(vanish, 2);
}

static pcs_address lone;
static pcs_address unreachable;
static bool drop_between(void *context, const pcs_address *from, const pcs_address *to,
                         pcs_span bytes) {
  (void)context;
  (void)bytes;
  return !(pcs_address_equal(from, &lone) && pcs_address_equal(to, &unreachable));
}

/* Two networks: what is left of one side's addresses has no way to the other's in the network that
 * went, though it had one through it, and checks from there still come. */
static void test_vanish_with_its_network(void) {
  uint64_t base = CHECK_SEED(1);
  for (uint64_t i = 0; i < NUM_SEEDS; i++) {
    check_seed = base + i;
    int index = (int)(i % 2);
    begin_call(check_seed, &INTERNET, 2);
    pcs_ice_route route;
    CHECK_EQ_INT(pcs_ice_agent_route(call.ends[index].agent, call.world.now_us, &route), PCS_OK);
    size_t gone = selected_socket(index);
    lone = address_of(index, 1 - (uint32_t)gone);
    unreachable = route.to;
    sim_net_set_filter(call.net, drop_between, NULL);
    sim_call_remove_socket(&call, index, gone);
    sim_call_run(&call, 5 * SECOND_US, NULL);
    const sim_end *other = &call.ends[1 - index];
    CHECK(call.world.now_us - other->last_data_received_us < SECOND_US);
    expect_carried_on();
    end();
  }
}

static void come_then_vanish(int index) {
  size_t old = selected_socket(index);
  add_socket(index, 1);
  sim_call_run(&call, 3 * SECOND_US, NULL);
  sim_call_remove_socket(&call, index, old);
}

static void test_come_then_vanish(void) {
  for_all(come_then_vanish, 1);
}

static void vanish_then_come(int index) {
  sim_call_remove_socket(&call, index, 0);
  sim_call_run(&call, 2 * SECOND_US, NULL);
  CHECK_EQ_INT(call.ends[index].state, PCS_ICE_DISCONNECTED);
  add_socket(index, 1);
}

static void test_vanish_then_come(void) {
  for_all(vanish_then_come, 1);
}

static pcs_address dead;
static bool drop_dead(void *context, const pcs_address *from, const pcs_address *to,
                      pcs_span bytes) {
  (void)context;
  (void)bytes;
  return !pcs_address_equal(from, &dead) && !pcs_address_equal(to, &dead);
}

/* Nobody is told: the address is there, and nothing gets through. */
static void die_unseen(int index) {
  dead = address_of(index, (uint32_t)selected_socket(index));
  sim_net_set_filter(call.net, drop_dead, NULL);
}

static void test_die_unseen(void) {
  for_all(die_unseen, 2);
}

static void both_vanish(int index) {
  vanish(index);
  vanish(1 - index);
}

static void test_both_vanish(void) {
  for_all(both_vanish, 2);
}

/* Both have new addresses only, and neither knows the other's: a restart tells them. */
static void test_both_move(void) {
  uint64_t base = CHECK_SEED(1);
  for (uint64_t i = 0; i < NUM_SEEDS; i++) {
    check_seed = base + i;
    begin_call(check_seed, &INTERNET, 1);
    for (int index = 0; index < 2; index++) {
      add_socket(index, 1);
      sim_call_remove_socket(&call, index, 0);
    }
    sim_call_run(&call, 2 * SECOND_US, NULL);
    sim_call_offer(&call, (int)(i % 2));
    expect_carried_on();
    end();
  }
}

/* ---- what is shown and sent of a late socket ---- */

static void test_late_socket_alone(void) {
  begin_call(CHECK_SEED(3), &LAN, 1);
  add_socket(0, 1);
  sim_call_run(&call, 20 * SECOND_US, NULL);
  CHECK_EQ_UINT(selected_socket(0), 0);
  CHECK_EQ_UINT(call.ends[0].num_selected, 1);
  CHECK_EQ_UINT(call.ends[1].num_selected, 1);
  CHECK(sim_both_completed(&call));
  end();
}

static void test_late_socket_is_not_shown(void) {
  begin_call(CHECK_SEED(3), &LAN, 1);
  size_t told = call.ends[0].num_candidates;
  come_then_vanish(0);
  expect_carried_on();
  CHECK_EQ_UINT(call.ends[0].num_candidates, told);
  static pcs_candidate_stats rows[2 * PCS_CANDIDATES_MAX];
  for (int index = 0; index < 2; index++) {
    size_t num =
        pcs_ice_agent_candidate_stats(call.ends[index].agent, rows, 2 * PCS_CANDIDATES_MAX);
    pcs_address late = address_of(0, 1);
    for (size_t i = 0; i < num; i++) {
      CHECK(!pcs_address_equal(&rows[i].candidate.address, &late));
      CHECK(!pcs_address_equal(&rows[i].candidate.related, &late));
    }
  }
  end();
}

static uint64_t num_from_late;
static bool count_from_late(void *context, const pcs_address *from, const pcs_address *to,
                            pcs_span bytes) {
  (void)context;
  (void)to;
  (void)bytes;
  pcs_address late = address_of(0, 1);
  num_from_late += pcs_address_equal(from, &late) ? 1 : 0;
  return true;
}

static void test_relay_policy(void) {
  begin_call(CHECK_SEED(3), &LAN, 1);
  num_from_late = 0;
  sim_net_set_filter(call.net, count_from_late, NULL);
  CHECK_EQ_INT(pcs_ice_agent_configure(call.ends[0].agent, PCS_ICE_POLICY_RELAY, NULL, 0), PCS_OK);
  add_socket(0, 1);
  sim_call_run(&call, 20 * SECOND_US, NULL);
  CHECK_EQ_UINT(num_from_late, 0);
  end();
}

/* ---- sleep ---- */

/* Both clocks jump; what was on its way is late, no timer ran. */
static void sleep_for(uint64_t us) {
  call.world.now_us += us;
  call.next_data_us = call.world.now_us;
}

static void test_short_sleep(void) {
  uint64_t base = CHECK_SEED(1);
  for (uint64_t i = 0; i < NUM_SEEDS; i++) {
    check_seed = base + i;
    begin_call(check_seed, i % 2 == 0 ? &LAN : &INTERNET, 1);
    sleep_for(10 * (uint64_t)SECOND_US);
    expect_carried_on();
    end();
  }
}

static void test_long_sleep(void) {
  uint64_t base = CHECK_SEED(1);
  for (uint64_t i = 0; i < NUM_SEEDS; i++) {
    check_seed = base + i;
    begin_call(check_seed, i % 2 == 0 ? &LAN : &INTERNET, 1);
    uint64_t sent[] = {call.ends[0].data_sent, call.ends[1].data_sent};
    sleep_for(60 * (uint64_t)SECOND_US);
    pcs_ice_route route; /* before anybody has looked at a timer */
    CHECK_EQ_INT(pcs_ice_agent_route(call.ends[0].agent, call.world.now_us, &route),
                 PCS_ERR_DENIED);
    sim_call_run(&call, 10 * SECOND_US, NULL);
    for (int index = 0; index < 2; index++) {
      CHECK_EQ_UINT(call.ends[index].data_sent, sent[index]);
      CHECK_EQ_INT(call.ends[index].state, PCS_ICE_FAILED);
      call.ends[index].num_states = 0;
    }
    sim_call_offer(&call, (int)(i % 2)); /* the page restarts, and the call goes on */
    expect_carried_on();
    end();
  }
}

int main(void) {
  RUN("the selected address vanishes and another carries on", test_vanish);
  RUN("with the selected address goes its network: a pair that led through it is not trusted",
      test_vanish_with_its_network);
  RUN("an address comes, the old one vanishes, and the call carries on", test_come_then_vanish);
  RUN("the only address vanishes, another comes, and the call carries on", test_vanish_then_come);
  RUN("a path that dies unseen gives way to another before consent is lost", test_die_unseen);
  RUN("both sides lose the selected address at once and carry on by the others", test_both_vanish);
  RUN("both sides have new addresses only: a restart carries on", test_both_move);
  RUN("a socket that comes changes nothing while the old one lives", test_late_socket_alone);
  RUN("a socket that came late is neither told nor shown", test_late_socket_is_not_shown);
  RUN("by policy relay nothing leaves a socket that came late", test_relay_policy);
  RUN("a sleep of ten seconds is survived", test_short_sleep);
  RUN("after a sleep of a minute no byte leaves without new consent", test_long_sleep);
  return check_report();
}
