/*
 * The scene of the agent's unit programs: one simulated call, one peer made by hand, and the steps
 * that most tests begin with. Include it once per program.
 */
#ifndef TESTS_HOST_ICE_SCENE_H
#define TESTS_HOST_ICE_SCENE_H

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
static sim_stun_server server;

static inline void begin(const sim_options *options) {
  sim_call_init(&call, options);
}

static inline void end(void) {
  CHECK(!call.spins);
  sim_call_clear(&call);
}

static inline sim_options options_of(uint64_t seed) {
  return (sim_options){
      .seed = seed, .link = LAN, .signal_delay_us = 20 * MS_US, .candidate_delay_us = 20 * MS_US};
}

static inline void add_public_sockets(void) {
  for (int i = 0; i < 2; i++) {
    pcs_address address = sim_ipv4(0xc0000201 + (uint32_t)i, (uint16_t)(40000 + i));
    sim_call_add_socket(&call, i, &address, SIM_PUBLIC);
  }
}

/* Two hosts on one network that have connected. */
static inline void begin_connected(uint64_t seed) {
  sim_options options = options_of(seed);
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, SECOND_US, sim_both_completed));
}

static inline bool drop_all(void *context, const pcs_address *from, const pcs_address *to,
                            pcs_span bytes) {
  (void)context;
  (void)from;
  (void)to;
  (void)bytes;
  return false;
}

/* ---- behind address translators ---- */

typedef enum box { OPEN, FULL_CONE, RESTRICTED, PORT_RESTRICTED, SYMMETRIC, NUM_BOXES } box;

static inline void add_boxed_socket(int index, box kind) {
  uint32_t host = (uint32_t)index;
  pcs_address inside = sim_ipv4((kind == OPEN ? 0xc0000201 : 0x0a000001) + host, 40000);
  pcs_address outside = sim_ipv4(0xc6336401 + host, 0);
  int nat = kind == OPEN ? SIM_PUBLIC
                         : sim_net_add_nat(call.net, (sim_nat_kind)(kind - FULL_CONE), &outside);
  sim_call_add_socket(&call, index, &inside, nat);
  sim_call_use_server(&call, index, &server.address);
}

static inline void begin_boxed(uint64_t seed, box first, box second) {
  sim_options options = options_of(seed);
  options.link = INTERNET;
  begin(&options);
  pcs_address address = sim_ipv4(0xcb007101, 3478);
  sim_stun_server_open(&server, call.net, &address);
  add_boxed_socket(0, first);
  add_boxed_socket(1, second);
  sim_call_offer(&call, 0);
}

/* ---- with a peer made by hand ---- */

/* End 0 has gathered; the hand answers what it is asked. */
static inline void begin_beside_hand(const sim_options *options) {
  begin(options);
  pcs_address ours = sim_ipv4(0xc0000201, 40000);
  pcs_address theirs = sim_ipv4(0xc0000202, 40001);
  sim_call_add_socket(&call, 0, &ours, SIM_PUBLIC);
  sim_hand_open(&hand, &call, &theirs);
  hand.answers = true;
  sim_call_gather(&call, 0);
}

static inline void tell_candidate(const pcs_address *address) {
  pcs_candidate candidate = {.foundation = pcs_span_of_text("1"),
                             .component = 1,
                             .priority = 2130706431,
                             .address = *address};
  CHECK_EQ_INT(pcs_ice_agent_add_candidate(call.ends[0].agent, call.world.now_us,
                                           sim_hand_ufrag(&hand), &candidate),
               PCS_OK);
  sim_call_poll(&call, 0);
}

#endif
