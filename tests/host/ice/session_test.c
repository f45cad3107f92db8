/* Restart: what stays, what ends, what it revives. */
#include "tests/host/ice/scene.h"

/* ---- restart ---- */

static uint64_t lost_data(void) {
  return call.ends[0].data_sent + call.ends[1].data_sent - call.ends[0].data_received -
         call.ends[1].data_received;
}

static void test_restart_under_traffic(void) {
  for (uint64_t i = 0; i < 20; i++) {
    begin_connected(CHECK_SEED(1 + i));
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
  begin_connected(CHECK_SEED(1));
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
  begin_connected(CHECK_SEED(1));
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

int main(void) {
  RUN("a restart under traffic loses nothing", test_restart_under_traffic);
  RUN("X7: the old pair carries data until the restart succeeds", test_old_pair_during_restart);
  RUN("a restart revives what failed", test_restart_after_failure);
  return check_report();
}
