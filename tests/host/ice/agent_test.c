/* Two agents over the simulated network: who connects, how, and what is told of it. */
#include "tests/host/ice/scene.h"

/* ---- the plain way ---- */

static void test_plain(void) {
  begin_connected(CHECK_SEED(1));
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

/* ---- what is told ---- */

static void test_generations(void) {
  sim_options options = options_of(CHECK_SEED(1));
  begin(&options);
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
  begin_connected(CHECK_SEED(1));
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
  RUN("generations are bounded and unknown ones refused", test_generations);
  RUN("statistics tell pairs, candidates and times", test_statistics);
  return check_report();
}
