/*
 * What a page, a peer or somebody on the way may try against the ICE agent (requirements X1 to X4).
 * The one thing that counts: not one byte that is not STUN leaves for an address that has not just
 * now answered a question whose transaction ID only we and it can know.
 */
#include "tests/hostile/ice_scene.h"

/* ---- X1, X2: forged answers ---- */

static void test_honest_answer(void) {
  begin(CHECK_SEED(1), PCS_ICE_CONTROLLING);
  expect_nothing_leaves();
  hand.answers = true;
  sim_call_run(&call, 2 * SECOND_US, NULL);
  expect_connected();
  end();
}

static void test_wrong_transaction_id(void) {
  begin(CHECK_SEED(1), PCS_ICE_CONTROLLING);
  uint8_t real[PCS_STUN_ID_BYTES];
  memcpy(real, hand.request + 8, sizeof real);
  for (size_t bit = 0; bit < 96; bit++) {
    uint8_t wrong[PCS_STUN_ID_BYTES];
    memcpy(wrong, real, sizeof wrong);
    wrong[bit / 8] ^= (uint8_t)(1u << bit % 8);
    sim_hand_answer answer = sim_hand_answer_of(&hand);
    answer.id = wrong;
    sim_hand_send_answer(&hand, &answer);
  }
  static const uint8_t CONSTANTS[3][PCS_STUN_ID_BYTES] = {{0}, {1, 1, 1, 1, 1, 1}, {0xff, 0xff}};
  for (size_t i = 0; i < 3; i++) {
    sim_hand_answer answer = sim_hand_answer_of(&hand);
    answer.id = CONSTANTS[i];
    sim_hand_send_answer(&hand, &answer);
  }
  expect_nothing_leaves();
  end();
}

/* The page knows both passwords (it wrote the SDP); an ID of an older check must not help it. */
static void test_old_transaction_id(void) {
  begin(CHECK_SEED(1), PCS_ICE_CONTROLLING);
  sim_hand old = hand;
  CHECK_EQ_UINT(hand.num_requests, 1);
  sim_call_gather(&call, 0); /* a restart: another local generation, the same peer */
  call.ends[0].remote.ufrag[0] = 'H';
  memcpy(hand.own.ufrag, "Hand", 4);
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_candidate(&hand.address);
  sim_call_run(&call, 60 * MS_US, NULL);
  CHECK_EQ_UINT(hand.num_requests, 2);
  sim_hand_answer answer = sim_hand_answer_of(&hand);
  answer.id = old.request + 8;
  sim_hand_send_answer(&hand, &answer);
  expect_nothing_leaves();
  end();
}

static void test_bad_integrity(void) {
  pcs_span passwords[4] = {
      {0},                                          /* none */
      pcs_span_of_text("aWrongPasswordOfLength24"), /* wrong */
      pcs_span_of_text("aHandMadePasswordOf24+2"),  /* nearly right */
      {0},
  };
  for (size_t i = 0; i < 4; i++) {
    begin(CHECK_SEED(1 + i), PCS_ICE_CONTROLLING);
    if (i == 3) { /* our own, with which only requests to us are made */
      passwords[i] =
          (pcs_span){(const uint8_t *)call.ends[0].local.password, call.ends[0].local.password_len};
    }
    sim_hand_answer answer = sim_hand_answer_of(&hand);
    answer.password = passwords[i];
    sim_hand_send_answer(&hand, &answer);
    expect_nothing_leaves();
    /* Nor has it ended the check: the real answer still counts (X4: no denial of service). */
    answer = sim_hand_answer_of(&hand);
    sim_hand_send_answer(&hand, &answer);
    expect_connected();
    end();
  }
}

static void test_no_mapped_address(void) {
  begin(CHECK_SEED(1), PCS_ICE_CONTROLLING);
  sim_hand_answer answer = sim_hand_answer_of(&hand);
  answer.no_mapped_address = true;
  sim_hand_send_answer(&hand, &answer);
  expect_nothing_leaves();
  end();
}

static void test_error_answers(void) {
  static const uint16_t CODES[] = {300, 400, 401, 403, 420, 487, 500, 699};
  for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++) {
    begin(CHECK_SEED(1), PCS_ICE_CONTROLLING);
    sim_hand_answer answer = sim_hand_answer_of(&hand);
    answer.error_code = CODES[i];
    sim_hand_send_answer(&hand, &answer);
    expect_nothing_leaves();
    end();
  }
}

/* ---- X3: from elsewhere ---- */

static void test_wrong_source_address(void) {
  pcs_address elsewhere[2] = {sim_ipv4(0xc0000202, 40002), sim_ipv4(0xc0000203, 40001)};
  for (size_t i = 0; i < 2; i++) {
    begin(CHECK_SEED(1), PCS_ICE_CONTROLLING);
    sim_hand other;
    sim_hand_open(&other, &call, &elsewhere[i]);
    sim_hand_answer answer = sim_hand_answer_of(&hand);
    answer.from = &elsewhere[i];
    sim_hand_send_answer(&hand, &answer);
    expect_nothing_leaves();
    CHECK(!pcs_ice_agent_accepts(call.ends[0].agent, call.world.now_us, 1, &elsewhere[i]));
    pcs_pair_stats stats[4]; /* RFC 8445 7.2.5.2.1: the pair has failed */
    CHECK_EQ_UINT(pcs_ice_agent_pair_stats(call.ends[0].agent, stats, 4), 1);
    CHECK_EQ_INT(stats[0].state, 3);
    end();
  }
}

static void test_wrong_socket(void) {
  begin(CHECK_SEED(1), PCS_ICE_CONTROLLING);
  pcs_ice_path second = {.id = 2, .address = sim_ipv4(0xc0000211, 40000), .preference = 5};
  CHECK_EQ_INT(pcs_ice_agent_add_path(call.ends[0].agent, call.world.now_us, &second), PCS_OK);
  uint8_t bytes[128];
  pcs_writer writer;
  pcs_span written;
  pcs_writer_init(&writer, bytes, sizeof bytes);
  pcs_span id = {hand.request + 8, PCS_STUN_ID_BYTES};
  pcs_stun_begin(&writer, PCS_STUN_SUCCESS, id);
  pcs_stun_write_xor_mapped(&writer, OURS, id);
  CHECK_EQ_INT(pcs_stun_finish(&writer, sim_hand_password(&hand), &written), PCS_OK);
  pcs_ice_agent_receive(call.ends[0].agent, call.world.now_us, 2, &hand.address, written);
  sim_call_poll(&call, 0);
  expect_nothing_leaves();
  /* A socket that was never there is not even looked at. */
  pcs_ice_agent_receive(call.ends[0].agent, call.world.now_us, 99, &hand.address, written);
  expect_nothing_leaves();
  end();
}

/* ---- X4: requests ---- */

static void expect_no_answer(const sim_hand_check *check) {
  uint64_t packets = call.ends[0].stun_packets;
  sim_hand_send_check(&hand, OURS, check);
  sim_call_run(&call, 5 * MS_US, NULL);
  CHECK_EQ_UINT(hand.num_successes, 0);
  CHECK_EQ_UINT(hand.num_errors, 0);
  CHECK_EQ_UINT(call.ends[0].stun_packets, packets);
}

static void test_unauthentic_requests(void) {
  begin_alone(CHECK_SEED(1));
  hand.answers = true;
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLED), PCS_OK);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.use_candidate = true;
  check.password = (pcs_span){0};
  expect_no_answer(&check);
  check.password = pcs_span_of_text("aWrongPasswordOfLength24");
  expect_no_answer(&check);
  check.password = sim_hand_password(&hand);
  expect_no_answer(&check);
  check = sim_hand_check_of(&hand);
  check.username_first = (pcs_span){0};
  expect_no_answer(&check);
  check.username_first = pcs_span_of_text("nobody+1");
  expect_no_answer(&check);
  check.username_first = sim_hand_ufrag(&hand);
  check.username_second = sim_hand_check_of(&hand).username_first;
  expect_no_answer(&check);
  check = sim_hand_check_of(&hand);
  check.username_second = pcs_span_of_text("a b c");
  expect_no_answer(&check);
  check.username_second = pcs_span_of_text("abc");
  expect_no_answer(&check);
  CHECK_EQ_UINT(hand.num_requests, 0);
  expect_nothing_leaves();
  end();
}

/* Our credentials of one generation with theirs of another: an answer would make them believe in a
 * pair that we do not have (X7). Chromium sends such checks until it has our restart's answer. */
static void test_mixed_generations(void) {
  begin_alone(CHECK_SEED(1));
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLED), PCS_OK);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.use_candidate = true;
  check.username_second = pcs_span_of_text("restarted");
  expect_no_answer(&check);
  expect_nothing_leaves();
  end();
}

/* That somebody asks us, authentically, does not mean that it wants our data. */
static void test_asking_is_not_answering(void) {
  begin(CHECK_SEED(1), PCS_ICE_CONTROLLED);
  sim_hand_check check = sim_hand_check_of(&hand);
  check.use_candidate = true;
  for (int i = 0; i < 20; i++) {
    sim_hand_send_check(&hand, OURS, &check);
    sim_call_run(&call, 50 * MS_US, NULL);
  }
  CHECK_EQ_UINT(hand.num_successes, 20);
  expect_nothing_leaves();
  end();
}

/* ---- X14: who is listened to ---- */

static void test_strangers_are_not_heard(void) {
  begin_connected(CHECK_SEED(1));
  pcs_ice_agent *agent = call.ends[0].agent;
  pcs_address port = sim_ipv4(0xc0000202, 40002);
  pcs_address host = sim_ipv4(0xc0000203, 40001);
  CHECK(pcs_ice_agent_accepts(agent, call.world.now_us, 1, &hand.address));
  CHECK(!pcs_ice_agent_accepts(agent, call.world.now_us, 1, &port));
  CHECK(!pcs_ice_agent_accepts(agent, call.world.now_us, 1, &host));
  CHECK(!pcs_ice_agent_accepts(agent, call.world.now_us, 2, &hand.address));
  end();
}

static void test_garbage(void) {
  begin_connected(CHECK_SEED(1));
  for (size_t i = 0; i < 20000; i++) {
    uint8_t bytes[64];
    size_t len = pcs_random_below(&call.world.random, sizeof bytes);
    pcs_random_fill(&call.world.random, bytes, sizeof bytes);
    bytes[0] &= 3;
    pcs_ice_agent_receive(call.ends[0].agent, call.world.now_us, 1, &hand.address,
                          (pcs_span){bytes, len});
  }
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].data_denied, 0);
  end();
}

/* ---- X1: no transaction ID in anything the owner is told ---- */

static uint8_t told[1 << 20];
static size_t told_len;

static void tell(const void *bytes, size_t len) {
  if (CHECK(told_len + len <= sizeof told) && len > 0) {
    memcpy(told + told_len, bytes, len);
    told_len += len;
  }
}

static void poll_and_listen(pcs_ice_agent *agent) {
  pcs_ice_event event;
  for (;;) {
    pcs_ice_agent_poll(agent, &event);
    if (event.kind == PCS_ICE_EVENT_NONE) {
      return;
    }
    if (event.kind == PCS_ICE_EVENT_SEND) {
      sim_net_send(call.net, OURS, &event.to, event.bytes);
      continue;
    }
    tell(&event, sizeof event);
    tell(event.candidate.foundation.data, event.candidate.foundation.len);
    tell(event.remote.foundation.data, event.remote.foundation.len);
    tell(event.url.data, event.url.len);
    tell(event.bytes.data, event.bytes.len);
  }
}

static bool was_told(const uint8_t *bytes, size_t len) {
  for (size_t i = 0; i + len <= told_len; i++) {
    if (memcmp(told + i, bytes, len) == 0) {
      return true;
    }
  }
  return false;
}

static void test_transaction_ids_stay_inside(void) {
  begin_alone(CHECK_SEED(1));
  pcs_ice_agent *agent = call.ends[0].agent;
  hand.answers = true;
  num_seen = told_len = 0;
  sim_net_set_filter(call.net, note_requests, NULL);
  pcs_plan plan = {.generation = call.ends[0].local.generation,
                   .ice_role = PCS_ICE_CONTROLLING,
                   .remote_ufrag = sim_hand_ufrag(&hand),
                   .remote_password = sim_hand_password(&hand)};
  pcs_candidate candidate = {
      .foundation = pcs_span_of_text("1"), .component = 1, .priority = 1, .address = hand.address};
  CHECK_EQ_INT(pcs_ice_agent_connect(agent, call.world.now_us, &plan), PCS_OK);
  CHECK_EQ_INT(
      pcs_ice_agent_add_candidate(agent, call.world.now_us, sim_hand_ufrag(&hand), &candidate),
      PCS_OK);
  for (int i = 0; i < 600; i++) {
    poll_and_listen(agent);
    while (sim_net_deliver(call.net)) {
    }
    call.world.now_us += 100 * MS_US;
    pcs_ice_agent_tick(agent, call.world.now_us);
  }
  pcs_pair_stats pairs[8];
  pcs_candidate_stats candidates[8];
  tell(pairs, sizeof pairs[0] * pcs_ice_agent_pair_stats(agent, pairs, 8));
  tell(candidates, sizeof candidates[0] * pcs_ice_agent_candidate_stats(agent, candidates, 8));
  CHECK(num_seen >= 10);
  CHECK(told_len > 0);
  for (size_t i = 0; i < num_seen; i++) {
    CHECK(!was_told(seen[i].id, PCS_STUN_ID_BYTES));
  }
  end();
}

int main(void) {
  RUN("X5: an honest answer opens the way, and nothing before it", test_honest_answer);
  RUN("X1: the right password with a wrong transaction ID opens nothing", test_wrong_transaction_id);
  RUN("X1: an old transaction ID opens nothing", test_old_transaction_id);
  RUN("X2: an answer with bad integrity opens nothing and ends nothing", test_bad_integrity);
  RUN("X2: an answer without the address it saw opens nothing", test_no_mapped_address);
  RUN("X2: an error answer opens nothing", test_error_answers);
  RUN("X3: the right ID from a wrong address opens nothing", test_wrong_source_address);
  RUN("X3: the right ID on a wrong socket opens nothing", test_wrong_socket);
  RUN("X4: requests that are not authentic get no answer", test_unauthentic_requests);
  RUN("X7: a check that mixes two generations gets no answer", test_mixed_generations);
  RUN("X2: a peer that asks but does not answer gets no data", test_asking_is_not_answering);
  RUN("X14: only a valid pair's address is listened to", test_strangers_are_not_heard);
  RUN("X4: garbage changes nothing", test_garbage);
  RUN("X1: no transaction ID is in anything the owner is told", test_transaction_ids_stay_inside);
  return check_report();
}
