/*
 * What a page, a peer or somebody on the way may try against the ICE agent (requirements X1 to X10,
 * X14, F1 to F11). The one thing that counts: not one byte that is not STUN leaves for an address
 * that has not just now answered a question whose transaction ID only we and it can know.
 */
#include "tests/check.h"
#include "tests/sim/hand.h"

#define SECOND_US 1000000u
#define MS_US 1000u

static sim_call call;
static sim_hand hand;
static const pcs_address *const OURS = &call.ends[0].sockets[0];

/* Everything that leaves end 0: how much of it is not STUN. */
static uint64_t num_not_stun;

static bool watch(void *context, const pcs_address *from, const pcs_address *to, pcs_span bytes) {
  (void)context;
  (void)to;
  pcs_stun_message message;
  if (pcs_address_equal(from, OURS) && pcs_stun_read(bytes, &message) != PCS_OK) {
    num_not_stun++;
  }
  return true;
}

static void begin_alone(uint64_t seed) {
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

static void tell_candidate(const pcs_address *address) {
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
static void begin(uint64_t seed, pcs_ice_role role) {
  begin_alone(seed);
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, role), PCS_OK);
  tell_candidate(&hand.address);
  sim_call_run(&call, 10 * MS_US, NULL);
  CHECK_EQ_UINT(hand.num_requests, 1);
}

static void end(void) {
  CHECK(!call.spins);
  sim_call_clear(&call);
}

/* Tries to send data for as long as an honest worker would: all the time. */
static void expect_nothing_leaves(void) {
  call.data_interval_us = MS_US;
  sim_call_run(&call, 200 * MS_US, NULL);
  call.data_interval_us = 0;
  CHECK(call.ends[0].data_denied > 0);
  CHECK_EQ_UINT(call.ends[0].data_sent, 0);
  CHECK_EQ_UINT(num_not_stun, 0);
  CHECK(!pcs_ice_agent_accepts(call.ends[0].agent, call.world.now_us, 1, &hand.address));
}

static void expect_connected(void) {
  sim_call_run(&call, 100 * MS_US, NULL);
  pcs_ice_route route;
  CHECK_EQ_INT(pcs_ice_agent_route(call.ends[0].agent, call.world.now_us, &route), PCS_OK);
  CHECK(pcs_address_equal(&route.to, &hand.address));
}

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

/* ---- X6, F1 to F11: consent ---- */

static void begin_connected(uint64_t seed) {
  begin(seed, PCS_ICE_CONTROLLING);
  hand.answers = true;
  sim_call_run(&call, SECOND_US, NULL);
  expect_connected();
  call.data_interval_us = MS_US;
}

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

#define REQUESTS_MAX 4096
typedef struct seen_request {
  uint64_t at_us;
  uint8_t id[PCS_STUN_ID_BYTES];
} seen_request;
static seen_request seen[REQUESTS_MAX];
static size_t num_seen;

static bool note_requests(void *context, const pcs_address *from, const pcs_address *to,
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

/* ---- X8: forks ---- */

static void test_forks(void) {
  begin_alone(CHECK_SEED(1));
  for (uint32_t i = 0; i < 50; i++) {
    char ufrag[8];
    snprintf(ufrag, sizeof ufrag, "fork%02u", i);
    sim_hand_check check = sim_hand_check_of(&hand);
    check.username_second = pcs_span_of_text(ufrag);
    sim_hand_send_check(&hand, OURS, &check);
    sim_call_run(&call, 10 * MS_US, NULL);
  }
  CHECK_EQ_UINT(hand.num_successes, PCS_REMOTE_UFRAGS_MAX);
  CHECK_EQ_UINT(hand.num_requests, 0);
  expect_nothing_leaves();
  /* A plan for one that found no place still works. */
  memcpy(hand.own.ufrag, "fork", 4);
  hand.answers = true;
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  tell_candidate(&hand.address);
  expect_connected();
  end();
}

/* ---- X9, X10: what a page can make us send ---- */

static uint64_t packets_in_second[64];
static uint64_t began_us;
static bool count_packets(void *context, const pcs_address *from, const pcs_address *to,
                          pcs_span bytes) {
  uint64_t second = (call.world.now_us - began_us) / SECOND_US;
  if (pcs_address_equal(from, OURS) && second < 64) {
    packets_in_second[second]++;
  }
  return watch(context, from, to, bytes);
}

static void test_ten_thousand_candidates(void) {
  begin_alone(CHECK_SEED(1));
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  sim_net_set_filter(call.net, count_packets, NULL);
  memset(packets_in_second, 0, sizeof packets_in_second);
  began_us = call.world.now_us;
  for (uint32_t i = 0; i < 10000; i++) {
    pcs_address address = sim_ipv4(0xcb007100 + i % 250, (uint16_t)(20000 + i));
    tell_candidate(&address);
    if (i % 100 == 0) {
      sim_call_run(&call, 50 * MS_US, NULL);
    }
  }
  pcs_pair_stats stats[PCS_PAIRS_MAX + 1];
  CHECK(pcs_ice_agent_pair_stats(call.ends[0].agent, stats, PCS_PAIRS_MAX + 1) <= PCS_PAIRS_MAX);
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK(call.ends[0].stun_packets <= PCS_PAIRS_MAX * 7);
  CHECK(call.ends[0].stun_bytes <= 64 * 1024);
  for (size_t i = 0; i < 64; i++) {
    CHECK(packets_in_second[i] <= 64);
  }
  CHECK_EQ_UINT(num_not_stun, 0);
  end();
}

/* However often it restarts, a page makes no more than twenty new checks a second. */
static void test_restart_storm(void) {
  begin_alone(CHECK_SEED(1));
  for (uint32_t round = 0; round < 200; round++) {
    sim_call_gather(&call, 0);
    snprintf(hand.own.ufrag, sizeof hand.own.ufrag, "%04u", round);
    call.ends[0].remote = hand.own;
    CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
    for (uint32_t i = 0; i < 100; i++) {
      pcs_address address = sim_ipv4(0xcb007100 + i, (uint16_t)(20000 + round));
      tell_candidate(&address);
    }
    sim_call_run(&call, 5 * MS_US, NULL);
  }
  CHECK(call.ends[0].stun_packets <= 22); /* in one second */
  end();
}

static void test_prohibited_candidates(void) {
  begin_alone(CHECK_SEED(1));
  call.ends[0].remote = hand.own;
  CHECK_EQ_INT(sim_call_connect(&call, 0, PCS_ICE_CONTROLLING), PCS_OK);
  static const uint32_t HOSTS[] = {0, 0x7f000001, 0xe0000001, 0xffffffff, 0xa9fea9fe, 0xf0000001};
  for (size_t i = 0; i < sizeof HOSTS / sizeof HOSTS[0]; i++) {
    pcs_address address = sim_ipv4(HOSTS[i], 40000);
    tell_candidate(&address);
  }
  static const uint16_t PORTS[] = {0, 22, 25, 53, 6667};
  for (size_t i = 0; i < sizeof PORTS / sizeof PORTS[0]; i++) {
    pcs_address address = sim_ipv4(0xc0000202, PORTS[i]);
    tell_candidate(&address);
  }
  pcs_candidate name = {.foundation = pcs_span_of_text("1"),
                        .component = 1,
                        .priority = 1,
                        .address = {.family = PCS_ADDRESS_NAME, .port = 40000},
                        .name = pcs_span_of_text("secret.example.com")};
  CHECK_EQ_INT(pcs_ice_agent_add_candidate(call.ends[0].agent, call.world.now_us,
                                           sim_hand_ufrag(&hand), &name),
               PCS_OK);
  sim_call_poll(&call, 0);
  sim_call_run(&call, 10 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].stun_packets, 0);
  CHECK_EQ_UINT(call.ends[0].num_resolve, 0);
  pcs_pair_stats stats[4];
  CHECK_EQ_UINT(pcs_ice_agent_pair_stats(call.ends[0].agent, stats, 4), 0);
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
  RUN("an honest answer opens the way, and nothing before it", test_honest_answer);
  RUN("the right password with a wrong transaction ID opens nothing", test_wrong_transaction_id);
  RUN("an old transaction ID opens nothing", test_old_transaction_id);
  RUN("an answer with bad integrity opens nothing and ends nothing", test_bad_integrity);
  RUN("an answer without the address it saw opens nothing", test_no_mapped_address);
  RUN("an error answer opens nothing", test_error_answers);
  RUN("the right ID from a wrong address opens nothing", test_wrong_source_address);
  RUN("the right ID on a wrong socket opens nothing", test_wrong_socket);
  RUN("requests that are not authentic get no answer", test_unauthentic_requests);
  RUN("a peer that asks but does not answer gets no data", test_asking_is_not_answering);
  RUN("the last byte leaves within 30 seconds of the last answer", test_consent_loss);
  RUN("an answer after consent was lost brings nothing back", test_late_answer);
  RUN("an authentic 403 stops data at once and for good", test_revocation);
  RUN("a 403 that is not authentic stops nothing", test_unauthentic_revocation);
  RUN("an authenticated close revokes at once", test_revoked_by_the_owner);
  RUN("consent requests are new each time and never sooner than 4 s", test_consent_requests);
  RUN("an older generation is refused after a restart", test_old_generation);
  RUN("only a few remote ufrags are answered", test_forks);
  RUN("10000 candidates make a hundred pairs and bounded traffic", test_ten_thousand_candidates);
  RUN("restarting over and over makes no flood", test_restart_storm);
  RUN("prohibited addresses, ports and names get no packet", test_prohibited_candidates);
  RUN("only a valid pair's address is listened to", test_strangers_are_not_heard);
  RUN("garbage changes nothing", test_garbage);
  RUN("no transaction ID is in anything the owner is told", test_transaction_ids_stay_inside);
  return check_report();
}
