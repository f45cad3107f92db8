/*
 * Consent that is lost, refused, revoked, late, or of another generation (requirements X6, X7 and
 * F1 to F11): when the last byte leaves, and what brings nothing back.
 */
#include "tests/hostile/ice_scene.h"

/* ---- X6, F1 to F11: consent ---- */

static uint64_t run_until_silent(uint64_t last_answer_us) {
  sim_hand_check check = sim_hand_check_of(&hand);
  check.role = PCS_ICE_CONTROLLED;
  for (int i = 0; i < 400; i++) { /* the peer goes on with checks and data, and does not answer */
    sim_hand_send_check(&hand, OURS, &check);
    sim_net_send(call.net, &hand.address, OURS, (pcs_span){(const uint8_t *)"\x80rtp", 4});
    sim_call_run(&call, 100 * MS_US, NULL);
  }
  return call.ends[0].last_data_sent_us - last_answer_us;
}

/* When the agent got the last answer: the hand answers at once, and the way takes half a
 * millisecond. */
static uint64_t last_answer_us;
static bool note_answers(void *context, const pcs_address *from, const pcs_address *to,
                         pcs_span bytes) {
  pcs_stun_message message;
  if (pcs_address_equal(from, &hand.address) && pcs_stun_read(bytes, &message) == PCS_OK &&
      message.kind == PCS_STUN_SUCCESS) {
    last_answer_us = call.world.now_us + 500;
  }
  return watch(context, from, to, bytes);
}

static void test_consent_loss(void) {
  uint64_t base = CHECK_SEED(1);
  for (uint64_t i = 0; i < 20; i++) {
    check_seed = base + i;
    begin_connected(check_seed);
    sim_net_set_filter(call.net, note_answers, NULL);
    sim_call_run(&call, (10 + i) * SECOND_US, NULL);
    hand.answers = false;
    uint64_t last_us = run_until_silent(last_answer_us);
    CHECK(last_us < 30 * SECOND_US);
    CHECK(last_us >= 30 * SECOND_US - 2 * MS_US); /* and not much earlier */
    CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
    end();
  }
}

/* The gate looks at the clock itself: an owner whose timer is late must not send on. */
static void test_late_timer(void) {
  begin_connected(CHECK_SEED(1));
  pcs_ice_agent *agent = call.ends[0].agent;
  pcs_pair_stats stats;
  pcs_ice_route route;
  CHECK_EQ_UINT(pcs_ice_agent_pair_stats(agent, &stats, 1), 1);
  uint64_t last_us = stats.last_consent_us + 30 * SECOND_US;
  CHECK_EQ_INT(pcs_ice_agent_route(agent, last_us - 1, &route), PCS_OK);
  CHECK_EQ_INT(pcs_ice_agent_route(agent, last_us, &route), PCS_ERR_DENIED);
  CHECK_EQ_UINT(route.to.family, PCS_ADDRESS_NONE);
  end();
}

static void test_late_answer(void) {
  begin_connected(CHECK_SEED(1));
  hand.answers = false;
  sim_call_run(&call, 31 * SECOND_US, NULL);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
  uint64_t sent = call.ends[0].data_sent;
  uint64_t packets = call.ends[0].stun_packets;
  sim_hand_answer answer = sim_hand_answer_of(&hand); /* to the last consent request */
  sim_hand_send_answer(&hand, &answer);
  hand.answers = true;
  sim_hand_check check = sim_hand_check_of(&hand);
  sim_hand_send_check(&hand, OURS, &check);
  /* The page applies the same plan again, and the same candidate: these credentials are spent. */
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_candidate(&hand.address);
  sim_call_run(&call, 10 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].data_sent, sent);
  CHECK_EQ_UINT(call.ends[0].stun_packets, packets);
  CHECK(!pcs_ice_agent_accepts(call.ends[0].agent, call.world.now_us, 1, &hand.address));
  end();
}

static void send_403(pcs_span password) {
  uint64_t before = hand.num_requests;
  hand.answers = false;
  while (hand.num_requests == before) {
    sim_call_run(&call, 10 * MS_US, NULL);
  }
  sim_hand_answer answer = sim_hand_answer_of(&hand);
  answer.password = password;
  answer.error_code = PCS_STUN_FORBIDDEN;
  sim_hand_send_answer(&hand, &answer);
  sim_call_run(&call, MS_US, NULL);
}

static void test_revocation(void) {
  begin_connected(CHECK_SEED(1));
  send_403(sim_hand_password(&hand));
  uint64_t sent = call.ends[0].data_sent;
  hand.answers = true;
  sim_call_run(&call, 20 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].data_sent, sent);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
  end();
}

static void test_unauthentic_revocation(void) {
  static const char *const PASSWORDS[] = {"", "aWrongPasswordOfLength24"};
  for (size_t i = 0; i < 2; i++) {
    begin_connected(CHECK_SEED(1));
    send_403(pcs_span_of_text(PASSWORDS[i]));
    hand.answers = true;
    sim_call_run(&call, 60 * SECOND_US, NULL);
    CHECK_EQ_UINT(call.ends[0].data_denied, 0);
    end();
  }
}

static void test_revoked_by_the_owner(void) {
  begin_connected(CHECK_SEED(1));
  pcs_ice_agent_revoke(call.ends[0].agent, call.world.now_us);
  sim_call_poll(&call, 0);
  uint64_t sent = call.ends[0].data_sent;
  sim_call_run(&call, 20 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].data_sent, sent);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
  end();
}

static bool is_repeated(size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (memcmp(seen[i].id, seen[index].id, PCS_STUN_ID_BYTES) == 0) {
      return true;
    }
  }
  return false;
}

/* F4, F5: half of the answers are lost; nothing is sent twice, nothing sooner than 4 s. */
static void test_consent_requests(void) {
  begin_connected(CHECK_SEED(1));
  call.data_interval_us = 0;
  num_seen = 0;
  sim_net_set_filter(call.net, note_requests, NULL);
  for (int i = 0; i < 360; i++) {
    hand.answers = i % 2 == 0;
    sim_call_run(&call, 10 * SECOND_US, NULL);
  }
  CHECK(num_seen > 600 && num_seen <= 900);
  for (size_t i = 1; i < num_seen; i++) {
    uint64_t interval_us = seen[i].at_us - seen[i - 1].at_us;
    CHECK(interval_us >= 4 * SECOND_US && interval_us <= 6 * SECOND_US);
    CHECK(!is_repeated(i));
  }
  end();
}

/* Nor may a page get round that by naming another remote ufrag in between. */
static void test_spent_generation(void) {
  begin_connected(CHECK_SEED(1));
  hand.answers = false;
  sim_call_run(&call, 31 * SECOND_US, NULL);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
  memcpy(call.ends[0].remote.ufrag, "Hand", 4);
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  memcpy(call.ends[0].remote.ufrag, "hand", 4);
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  hand.answers = true;
  uint64_t packets = call.ends[0].stun_packets;
  tell_candidate(&hand.address);
  sim_call_run(&call, 5 * SECOND_US, NULL);
  CHECK_EQ_INT(call.ends[0].state, PCS_ICE_FAILED);
  CHECK_EQ_UINT(call.ends[0].stun_packets, packets);
  end();
}

/* ---- X7: generations ---- */

static void test_old_generation(void) {
  begin_connected(CHECK_SEED(1));
  sim_hand_check old = sim_hand_check_of(&hand);
  old.role = PCS_ICE_CONTROLLED;
  sim_credentials kept = call.ends[0].local;
  old.username_first = (pcs_span){(const uint8_t *)kept.ufrag, kept.ufrag_len};
  old.password = (pcs_span){(const uint8_t *)kept.password, kept.password_len};
  sim_call_gather(&call, 0);
  CHECK(memcmp(kept.ufrag, call.ends[0].local.ufrag, kept.ufrag_len) != 0);
  CHECK(memcmp(kept.password, call.ends[0].local.password, kept.password_len) != 0);

  uint64_t answered = hand.num_successes; /* the restart is offered: the old ones still count */
  sim_hand_send_check(&hand, OURS, &old);
  sim_call_run(&call, 10 * MS_US, NULL);
  CHECK_EQ_UINT(hand.num_successes, answered + 1);

  memcpy(hand.own.ufrag, "Hand", 4);
  memcpy(hand.own.password, "AnotherPasswordOfThe24/+", 24);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_candidate(&hand.address);
  sim_call_run(&call, SECOND_US, NULL);
  expect_connected();
  answered = hand.num_successes;
  sim_hand_send_check(&hand, OURS, &old);
  sim_call_run(&call, 10 * MS_US, NULL);
  CHECK_EQ_UINT(hand.num_successes, answered);
  CHECK_EQ_UINT(call.ends[0].data_denied, 0);
  end();
}

int main(void) {
  RUN("X6: the last byte leaves within 30 seconds of the last answer", test_consent_loss);
  RUN("X6: a late timer does not let one byte more out", test_late_timer);
  RUN("X6: an answer after consent was lost brings nothing back", test_late_answer);
  RUN("X6: an authentic 403 stops data at once and for good", test_revocation);
  RUN("X4: a 403 that is not authentic stops nothing", test_unauthentic_revocation);
  RUN("X6: an authenticated close revokes at once", test_revoked_by_the_owner);
  RUN("X6: consent requests are new each time and never sooner than 4 s", test_consent_requests);
  RUN("X7: credentials that lost consent are never connected again", test_spent_generation);
  RUN("X7: an older generation is refused after a restart", test_old_generation);
  return check_report();
}
