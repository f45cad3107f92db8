/* Remote candidates in any order. */
#include "tests/host/ice/scene.h"

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

/* What signalling would have brought end `to`: the host candidate of the other. */
static void signal_candidate(int to) {
  const sim_end *from = &call.ends[1 - to];
  pcs_candidate candidate = {.foundation = pcs_span_of_text("f"),
                             .component = 1,
                             .priority = 2130706431,
                             .address = from->sockets[0]};
  pcs_span ufrag = {(const uint8_t *)from->local.ufrag, from->local.ufrag_len};
  CHECK_EQ_INT(
      pcs_ice_agent_add_candidate(call.ends[to].agent, call.world.now_us, ufrag, &candidate),
      PCS_OK);
  sim_call_poll(&call, to);
}

/* The answerer's candidates never reach the offerer, which learns of them by being checked. */
static void connect_by_one_sides_candidates(void) {
  sim_options options = options_of(CHECK_SEED(1));
  options.no_candidates = true;
  begin(&options);
  add_public_sockets();
  sim_call_offer(&call, 0);
  sim_call_run(&call, 100 * MS_US, NULL);
  signal_candidate(1);
  CHECK(sim_call_run(&call, 2 * SECOND_US, sim_both_connected));
  CHECK_EQ_INT(call.ends[0].selected_remote, PCS_CANDIDATE_PRFLX);
}

static void test_one_side_without_candidates(void) {
  connect_by_one_sides_candidates();
  end();
}

/* Its address was hidden from the page as long as no signalling had named it. */
static void test_selected_pair_is_told_again_when_it_may_be_shown(void) {
  connect_by_one_sides_candidates();
  size_t told = call.ends[0].num_selected;
  signal_candidate(0);
  CHECK_EQ_UINT(call.ends[0].num_selected, told + 1);
  CHECK_EQ_INT(call.ends[0].selected_remote, PCS_CANDIDATE_HOST);
  end();
}

int main(void) {
  RUN("candidates may come before the offer", test_candidates_before_the_offer);
  RUN("candidates may come long after the answer", test_candidates_long_after);
  RUN("without end-of-candidates it stays connected", test_no_end_of_candidates);
  RUN("the selected pair is told again when its far end may be shown",
      test_selected_pair_is_told_again_when_it_may_be_shown);
  RUN("candidates of one side are enough", test_one_side_without_candidates);
  return check_report();
}
