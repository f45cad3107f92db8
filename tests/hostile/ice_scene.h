/*
 * The scene of the hostile ICE programs: an agent, a peer made by hand that is told what to do
 * wrong, and a watch on everything that leaves. Include it once per program.
 */
#ifndef TESTS_HOSTILE_ICE_SCENE_H
#define TESTS_HOSTILE_ICE_SCENE_H

#include "tests/check.h"
#include "tests/sim/hand.h"

#define SECOND_US 1000000u
#define MS_US 1000u

static sim_call call;
static sim_hand hand;
static const pcs_address *const OURS = &call.ends[0].sockets[0];

/* Everything that leaves end 0: how much of it is not STUN. */
static uint64_t num_not_stun;

static inline bool watch(void *context, const pcs_address *from, const pcs_address *to,
                         pcs_span bytes) {
  (void)context;
  (void)to;
  pcs_stun_message message;
  if (pcs_address_equal(from, OURS) && pcs_stun_read(bytes, &message) != PCS_OK) {
    num_not_stun++;
  }
  return true;
}

static inline void begin_alone(uint64_t seed) {
  sim_options options = {
      .seed = seed, .link = {.delay_us = 500}, .no_candidates = true, .no_end = true};
  sim_call_init(&call, &options);
  sim_net_set_filter(call.net, watch, NULL);
  num_not_stun = 0;
  pcs_address ours = sim_ipv4(0xc0000201, 40000);
  pcs_address theirs = sim_ipv4(0xc0000202, 40001);
  sim_call_add_socket(&call, 0, &ours, SIM_PUBLIC);
  sim_hand_open(&hand, &call, &theirs);
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

/* The agent knows the hand as its peer; it has sent a check and no answer came. */
static inline void begin(uint64_t seed, pcs_ice_role role) {
  begin_alone(seed);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, role), PCS_OK);
  tell_candidate(&hand.address);
  sim_call_run(&call, 10 * MS_US, NULL);
  CHECK_EQ_UINT(hand.num_requests, 1);
}

static inline void end(void) {
  CHECK(!call.spins);
  sim_call_clear(&call);
}

/* Tries to send data for as long as an honest worker would: all the time. */
static inline void expect_nothing_leaves(void) {
  call.data_interval_us = MS_US;
  sim_call_run(&call, 200 * MS_US, NULL);
  call.data_interval_us = 0;
  CHECK(call.ends[0].data_denied > 0);
  CHECK_EQ_UINT(call.ends[0].data_sent, 0);
  CHECK_EQ_UINT(num_not_stun, 0);
  CHECK(!pcs_ice_agent_accepts(call.ends[0].agent, call.world.now_us, 1, &hand.address));
}

static inline void expect_connected(void) {
  sim_call_run(&call, 100 * MS_US, NULL);
  pcs_ice_route route;
  CHECK_EQ_INT(pcs_ice_agent_route(call.ends[0].agent, call.world.now_us, &route), PCS_OK);
  CHECK(pcs_address_equal(&route.to, &hand.address));
}

static inline void begin_connected(uint64_t seed) {
  begin(seed, PCS_ICE_CONTROLLING);
  hand.answers = true;
  sim_call_run(&call, SECOND_US, NULL);
  expect_connected();
  call.data_interval_us = MS_US;
}

#define REQUESTS_MAX 4096
typedef struct seen_request {
  uint64_t at_us;
  uint8_t id[PCS_STUN_ID_BYTES];
} seen_request;
static seen_request seen[REQUESTS_MAX];
static size_t num_seen;

static inline bool note_requests(void *context, const pcs_address *from, const pcs_address *to,
                                 pcs_span bytes) {
  pcs_stun_message message;
  if (pcs_address_equal(from, OURS) && pcs_stun_read(bytes, &message) == PCS_OK &&
      message.kind == PCS_STUN_REQUEST && num_seen < REQUESTS_MAX) {
    seen[num_seen].at_us = call.world.now_us;
    memcpy(seen[num_seen].id, message.id.data, PCS_STUN_ID_BYTES);
    num_seen++;
  }
  return watch(context, from, to, bytes);
}

#endif
