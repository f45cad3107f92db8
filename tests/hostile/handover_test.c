/*
 * One peer that was connected with another and is told of a third: whatever it had with the one,
 * consent, keys and trust, is not the other's (RFC 8842, RFC 7675 5.1; requirements L3, L7, X15).
 * Three whole peers, ICE under DTLS, every datagram seen, virtual time.
 */
#include "core/base/datagrams.h"
#include "host/ice/stun.h"
#include "host/worker/peer.h"
#include "tests/check.h"

#define UNIX_NOW_S 1700000000u
#define SECOND_US 1000000u
#define STEP_US 10000u
#define FLIGHTS_MAX 256
#define PATH 1
#define NUM_ENDS 3

enum { CALLER, BEFORE, NEXT };

typedef struct text {
  uint8_t bytes[64];
  size_t len;
} text;

typedef struct end {
  pcs_peer *peer;
  pcs_handles *handles;
  pcs_certificate *certificate;
  pcs_address address;
  uint32_t generation;
  text ufrag;
  text password;
  bool was_told_new; /* its page: DTLS is new again */
  bool was_told_closed;
  uint64_t num_stun_to[NUM_ENDS]; /* that left it */
  uint64_t num_other_to[NUM_ENDS];
  uint64_t num_unasked; /* not STUN, to who has not answered it yet */
  bool has_answer_of[NUM_ENDS];
  text last_other; /* that it sent: short ones only */
} end;

typedef struct flight {
  int from;
  int to;
  size_t len;
  uint8_t bytes[PCS_RECEIVE_BYTES_MAX];
} flight;

static end ends[NUM_ENDS];
static flight flights[FLIGHTS_MAX];
static size_t num_flights;
static uint64_t now_us;
static pcs_random_seeded random_state;
static pcs_random chance;

static void keep(text *out, pcs_span bytes) {
  out->len = bytes.len < sizeof out->bytes ? bytes.len : sizeof out->bytes;
  memcpy(out->bytes, bytes.data, out->len);
}

static pcs_span span_of(const text *kept) {
  return (pcs_span){kept->bytes, kept->len};
}

static void make_generation(int index) {
  end *at = &ends[index];
  pcs_ice_agent *ice = pcs_peer_ice(at->peer);
  pcs_span ufrag;
  pcs_span password;
  CHECK_EQ_INT(pcs_ice_agent_make_generation(ice, &at->generation, &ufrag, &password), PCS_OK);
  keep(&at->ufrag, ufrag);
  keep(&at->password, password);
  CHECK_EQ_INT(pcs_ice_agent_gather(ice, now_us, at->generation), PCS_OK);
}

static void make_end(int index) {
  end *at = &ends[index];
  *at = (end){.address = {.family = PCS_ADDRESS_IPV4,
                          .bytes = {192, 0, 2, (uint8_t)(1 + index)},
                          .port = (uint16_t)(40000 + index)}};
  CHECK_EQ_INT(pcs_handles_new(&at->handles, &chance), PCS_OK);
  CHECK_EQ_INT(pcs_certificate_new(&at->certificate, PCS_KEY_ECDSA_P256, UNIX_NOW_S, 86400),
               PCS_OK);
  pcs_peer_config config = {.handle = 1,
                            .certificate = at->certificate,
                            .random = &chance,
                            .handles = at->handles,
                            .object = at};
  CHECK_EQ_INT(pcs_peer_new(&at->peer, &config), PCS_OK);
  pcs_ice_path path = {.id = PATH, .address = at->address, .preference = 65535, .network = 1};
  CHECK_EQ_INT(pcs_ice_agent_add_path(pcs_peer_ice(at->peer), now_us, &path), PCS_OK);
  make_generation(index);
}

static void clear(void) {
  for (int i = 0; i < NUM_ENDS; i++) {
    pcs_peer_free(ends[i].peer);
    pcs_certificate_free(ends[i].certificate);
    pcs_handles_free(ends[i].handles);
  }
}

/* ---- what pages say ---- */

/* The caller controls and is the DTLS server, whoever answers is its client (RFC 8842 5). */
static pcs_plan plan_of(int index, int other) {
  pcs_plan plan = {.generation = ends[index].generation,
                   .ice_role =
                       (uint8_t)(index == CALLER ? PCS_ICE_CONTROLLING : PCS_ICE_CONTROLLED),
                   .remote_ufrag = span_of(&ends[other].ufrag),
                   .remote_password = span_of(&ends[other].password),
                   .dtls_role = (uint8_t)(index == CALLER ? PCS_DTLS_SERVER : PCS_DTLS_CLIENT),
                   .remote_tls_id = pcs_peer_tls_id(ends[other].peer),
                   .num_fingerprints = 1};
  plan.fingerprints[0] = pcs_certificate_fingerprint(ends[other].certificate);
  return plan;
}

static void tell_candidate(int index, int other) {
  pcs_candidate candidate = {.foundation = pcs_span_of_text("1"),
                             .component = 1,
                             .priority = 2130706431,
                             .address = ends[other].address};
  CHECK_EQ_INT(pcs_ice_agent_add_candidate(pcs_peer_ice(ends[index].peer), now_us,
                                           span_of(&ends[other].ufrag), &candidate),
               PCS_OK);
}

/* ---- the line ---- */

static int end_at(const pcs_address *address) {
  for (int i = 0; i < NUM_ENDS; i++) {
    if (pcs_address_equal(&ends[i].address, address)) {
      return i;
    }
  }
  CHECK_FAIL("sent to nobody that was ever told");
  return CALLER;
}

static void launch(int from, const pcs_address *to, pcs_span bytes) {
  end *at = &ends[from];
  int receiver = end_at(to);
  pcs_stun_message message;
  if (pcs_stun_read(bytes, &message) == PCS_OK) {
    at->num_stun_to[receiver]++;
  } else {
    at->num_other_to[receiver]++;
    at->num_unasked += at->has_answer_of[receiver] ? 0 : 1;
    keep(&at->last_other, bytes);
  }
  if (num_flights < FLIGHTS_MAX && bytes.len <= PCS_RECEIVE_BYTES_MAX) {
    flight *sent = &flights[num_flights++];
    *sent = (flight){.from = from, .to = receiver, .len = bytes.len};
    memcpy(sent->bytes, bytes.data, bytes.len);
  }
}

static void hear_messages(int index) {
  uint8_t memory[65536];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  (void)pcs_peer_write_messages(ends[index].peer, &writer);
  pcs_span rest = pcs_writer_span(&writer);
  pcs_record record;
  while (pcs_record_next(&rest, &record) == PCS_OK) {
    pcs_msg_dtls_state state;
    if (record.id == PCS_MSG_DTLS_STATE &&
        pcs_msg_dtls_state_decode(record.body, &state) == PCS_OK) {
      ends[index].was_told_new = ends[index].was_told_new || state.state == PCS_DTLS_NEW;
      ends[index].was_told_closed = ends[index].was_told_closed || state.state == PCS_DTLS_CLOSED;
    }
  }
}

static void take_output(int index) {
  pcs_peer_output output;
  while (pcs_peer_take_output(ends[index].peer, now_us, &output) == PCS_OK) {
    size_t offset = 0;
    for (size_t i = 0; i < output.datagrams->num; i++) {
      pcs_span bytes = pcs_datagrams_at(output.datagrams, i, offset);
      offset += bytes.len;
      launch(index, &output.to, bytes);
    }
    pcs_peer_output_sent(ends[index].peer, output.datagrams->num);
  }
  hear_messages(index);
}

static void deliver(void) {
  static flight under_way[FLIGHTS_MAX];
  size_t num = num_flights;
  memcpy(under_way, flights, num * sizeof flights[0]);
  num_flights = 0;
  for (size_t i = 0; i < num; i++) {
    const flight *one = &under_way[i];
    end *at = &ends[one->to];
    pcs_span bytes = {one->bytes, one->len};
    pcs_stun_message message;
    if (pcs_stun_read(bytes, &message) == PCS_OK && message.kind == PCS_STUN_SUCCESS) {
      at->has_answer_of[one->from] = true;
    }
    pcs_peer_receive(at->peer, now_us, PATH, &ends[one->from].address, bytes);
    take_output(one->to);
  }
}

static pcs_msg_stats *stats_of(int index) {
  static pcs_msg_stats stats;
  pcs_peer_stats(ends[index].peer, now_us, &stats);
  return &stats;
}

static void run(uint64_t for_us) {
  for (uint64_t end_us = now_us + for_us; now_us < end_us;) {
    for (int i = 0; i < NUM_ENDS; i++) {
      take_output(i);
    }
    now_us += STEP_US;
    deliver();
    for (int i = 0; i < NUM_ENDS; i++) {
      if (pcs_peer_wake_at(ends[i].peer) <= now_us) {
        pcs_peer_tick(ends[i].peer, now_us);
      }
    }
  }
}

static bool trusts(int index, int other) {
  pcs_span proved = pcs_peer_proved_certificate(ends[index].peer);
  return pcs_span_equal(proved, pcs_certificate_der(ends[other].certificate));
}

static void begin(uint64_t seed) {
  chance = pcs_random_seeded_init(&random_state, seed);
  now_us = SECOND_US;
  num_flights = 0;
  for (int i = 0; i < NUM_ENDS; i++) {
    make_end(i);
  }
  pcs_plan plans[2] = {plan_of(CALLER, BEFORE), plan_of(BEFORE, CALLER)};
  CHECK_EQ_INT(pcs_peer_connect(ends[CALLER].peer, now_us, &plans[0]), PCS_OK);
  CHECK_EQ_INT(pcs_peer_connect(ends[BEFORE].peer, now_us, &plans[1]), PCS_OK);
  tell_candidate(CALLER, BEFORE);
  tell_candidate(BEFORE, CALLER);
  run(SECOND_US);
  CHECK(trusts(CALLER, BEFORE));
}

/* The caller's page applies the answer of another. */
static bool hand_over(const pcs_plan *plan) {
  bool parts = pcs_peer_part(ends[CALLER].peer, plan);
  if (parts) {
    take_output(CALLER);
  }
  CHECK_EQ_INT(pcs_peer_connect(ends[CALLER].peer, now_us, plan), PCS_OK);
  return parts;
}

static void answer_next(void) {
  pcs_plan theirs = plan_of(NEXT, CALLER);
  CHECK_EQ_INT(pcs_peer_connect(ends[NEXT].peer, now_us, &theirs), PCS_OK);
  tell_candidate(CALLER, NEXT);
  tell_candidate(NEXT, CALLER);
}

/* ---- tests ---- */

static void test_next_takes_over(void) {
  for (uint64_t i = 0; i < 20; i++) {
    begin(CHECK_SEED(1 + i));
    if (i % 2 == 1) {
      make_generation(CALLER); /* the offer restarted ICE, too */
    }
    uint64_t other_before = ends[CALLER].num_other_to[BEFORE];
    pcs_plan plan = plan_of(CALLER, NEXT);
    CHECK(hand_over(&plan));
    CHECK_EQ_UINT(ends[CALLER].num_other_to[BEFORE], other_before + 1); /* its close_notify */
    CHECK_EQ_UINT(pcs_peer_proved_certificate(ends[CALLER].peer).len, 0);
    CHECK_EQ_INT(stats_of(CALLER)->dtls_state, PCS_DTLS_NEW);
    CHECK_EQ_UINT(stats_of(CALLER)->selected_pair, 0);
    uint64_t stun_before = ends[CALLER].num_stun_to[BEFORE];
    answer_next();
    run(2 * SECOND_US);
    CHECK(trusts(CALLER, NEXT));
    CHECK(trusts(NEXT, CALLER));
    CHECK(ends[CALLER].was_told_new);
    CHECK(!ends[CALLER].was_told_closed);
    CHECK_EQ_UINT(ends[CALLER].num_unasked, 0);
    /* No word more to the one before, who heard that it is over. */
    CHECK_EQ_UINT(ends[CALLER].num_other_to[BEFORE], other_before + 1);
    CHECK_EQ_UINT(ends[CALLER].num_stun_to[BEFORE], stun_before);
    CHECK(ends[BEFORE].was_told_closed);
    clear();
  }
}

/* Consent of the one is not the other's: until the next has answered, nothing but checks. */
static void test_nothing_before_consent(void) {
  begin(CHECK_SEED(1));
  pcs_plan plan = plan_of(CALLER, NEXT);
  CHECK(hand_over(&plan));
  uint64_t other_before = ends[CALLER].num_other_to[BEFORE];
  tell_candidate(CALLER, NEXT); /* who does not answer */
  run(20 * SECOND_US);
  CHECK(ends[CALLER].num_stun_to[NEXT] > 0);
  CHECK_EQ_UINT(ends[CALLER].num_other_to[NEXT], 0);
  CHECK_EQ_UINT(ends[CALLER].num_other_to[BEFORE], other_before);
  CHECK_EQ_UINT(pcs_peer_proved_certificate(ends[CALLER].peer).len, 0);
  clear();
}

/* What the one before says is not listened to, neither old keys nor a new handshake. */
static void test_the_one_before_is_a_stranger(void) {
  begin(CHECK_SEED(1));
  pcs_plan plan = plan_of(CALLER, NEXT);
  CHECK(hand_over(&plan));
  answer_next();
  run(2 * SECOND_US);
  uint64_t received = stats_of(CALLER)->bytes_received;
  uint8_t hello[64] = {22, 0xfe, 0xff};
  pcs_span words[] = {span_of(&ends[BEFORE].last_other), {hello, sizeof hello}};
  for (size_t i = 0; i < 2; i++) {
    pcs_peer_receive(ends[CALLER].peer, now_us, PATH, &ends[BEFORE].address, words[i]);
    take_output(CALLER);
  }
  CHECK_EQ_UINT(stats_of(CALLER)->bytes_received, received);
  CHECK(trusts(CALLER, NEXT));
  clear();
}

static void test_wrong_certificate(void) {
  begin(CHECK_SEED(1));
  pcs_plan plan = plan_of(CALLER, NEXT);
  plan.fingerprints[0] = pcs_certificate_fingerprint(ends[BEFORE].certificate);
  CHECK(hand_over(&plan)); /* another tls-id */
  answer_next();
  run(2 * SECOND_US);
  CHECK_EQ_INT(stats_of(CALLER)->dtls_state, PCS_DTLS_FAILED);
  CHECK_EQ_UINT(pcs_peer_proved_certificate(ends[CALLER].peer).len, 0);
  clear();
}

static void check_it_ends(const pcs_plan *plan) {
  CHECK(!hand_over(plan));
  run(SECOND_US);
  CHECK_EQ_INT(stats_of(CALLER)->dtls_state, PCS_DTLS_CLOSED);
  CHECK_EQ_UINT(pcs_peer_proved_certificate(ends[CALLER].peer).len, 0);
  pcs_plan again = plan_of(CALLER, NEXT);
  CHECK(!hand_over(&again)); /* what was torn down stays so */
  answer_next();
  run(2 * SECOND_US);
  CHECK_EQ_INT(stats_of(CALLER)->dtls_state, PCS_DTLS_CLOSED);
  CHECK_EQ_UINT(ends[CALLER].num_other_to[NEXT], 0);
}

static void test_without_new_credentials(void) {
  begin(CHECK_SEED(1));
  pcs_plan plan = plan_of(CALLER, BEFORE);
  plan.fingerprints[0] = pcs_certificate_fingerprint(ends[NEXT].certificate);
  check_it_ends(&plan);
  clear();
  begin(CHECK_SEED(1));
  plan = plan_of(CALLER, BEFORE);
  plan.remote_tls_id = pcs_peer_tls_id(ends[NEXT].peer);
  check_it_ends(&plan);
  clear();
}

static void test_with_another_role(void) {
  begin(CHECK_SEED(1));
  pcs_plan plan = plan_of(CALLER, NEXT);
  plan.dtls_role = PCS_DTLS_CLIENT;
  check_it_ends(&plan);
  clear();
}

/* Who was left has lost consent with its credentials (RFC 7675 5.1): the next needs new ones. */
static void test_after_the_end(void) {
  begin(CHECK_SEED(1));
  pcs_peer_close(ends[BEFORE].peer);
  run(SECOND_US);
  CHECK_EQ_INT(stats_of(CALLER)->dtls_state, PCS_DTLS_CLOSED);
  pcs_plan spent = plan_of(CALLER, NEXT);
  CHECK(!hand_over(&spent));
  run(SECOND_US);
  CHECK_EQ_INT(stats_of(CALLER)->dtls_state, PCS_DTLS_CLOSED);
  make_generation(CALLER);
  pcs_plan plan = plan_of(CALLER, NEXT);
  uint64_t other_before = ends[CALLER].num_other_to[BEFORE];
  CHECK(hand_over(&plan));
  answer_next();
  run(2 * SECOND_US);
  CHECK(trusts(CALLER, NEXT));
  CHECK_EQ_UINT(ends[CALLER].num_other_to[BEFORE], other_before);
  clear();
}

/* A restart alone is none: keys and path go on. */
static void test_restart_is_no_handover(void) {
  begin(CHECK_SEED(1));
  make_generation(BEFORE);
  make_generation(CALLER);
  pcs_plan plan = plan_of(CALLER, BEFORE);
  CHECK(!hand_over(&plan));
  CHECK(trusts(CALLER, BEFORE));
  CHECK(stats_of(CALLER)->selected_pair != 0);
  pcs_plan theirs = plan_of(BEFORE, CALLER);
  CHECK_EQ_INT(pcs_peer_connect(ends[BEFORE].peer, now_us, &theirs), PCS_OK);
  tell_candidate(CALLER, BEFORE);
  tell_candidate(BEFORE, CALLER);
  run(2 * SECOND_US);
  CHECK(trusts(CALLER, BEFORE));
  CHECK(!ends[CALLER].was_told_new);
  clear();
}

int main(void) {
  RUN("another peer takes over with keys of its own, and the one before hears the end and no more",
      test_next_takes_over);
  RUN("the consent of the one before lets nothing leave to the next", test_nothing_before_consent);
  RUN("what the one before says afterwards is a stranger's", test_the_one_before_is_a_stranger);
  RUN("X15: the next with another certificate than promised is refused", test_wrong_certificate);
  RUN("L3: another fingerprint or tls-id without new ICE credentials ends the association for good",
      test_without_new_credentials);
  RUN("X17: another role in the next association ends it", test_with_another_role);
  RUN("after the one before has left, another is called with new ICE credentials only",
      test_after_the_end);
  RUN("a restart alone keeps keys and path", test_restart_is_no_handover);
  return check_report();
}
