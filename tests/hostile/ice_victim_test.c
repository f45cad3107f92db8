/*
 * What a host that never agreed to anything gets when pages aim all they have at it (requirements
 * X9): bytes with headers, measured where they arrive, against what one plain voice call gives its
 * callee (core/base/limits.h). Seeded; the page does what it likes and as fast as it likes.
 */
#include "host/broker/shares.h"
#include "host/broker/workers.h"
#include "tests/check.h"
#include "tests/sim/hand.h"

#define SECOND_US 1000000u
#define MS_US 1000u
#define HEADER_BYTES 48
#define VOICE_CALL_BYTES_PER_S 11000u
#define PAGES_MAX PCS_LINKS_PER_ORIGIN_MAX
#define PEERS_MAX 40
#define SECONDS 60

static sim_call calls[PEERS_MAX];
static size_t num_calls;
static pcs_questions questions;
static uint64_t received_bytes[SECONDS + 1];
static uint64_t began_us;

static bool is_victim(const pcs_address *to) {
  return to->family == PCS_ADDRESS_IPV4 && to->bytes[0] == 203 && to->bytes[3] == 9;
}

static bool measure(void *context, const pcs_address *from, const pcs_address *to, pcs_span bytes) {
  const sim_call *call = context;
  (void)from;
  uint64_t second = (call->world.now_us - began_us) / SECOND_US;
  if (is_victim(to) && second <= SECONDS) {
    received_bytes[second] += bytes.len + HEADER_BYTES;
  }
  return true;
}

static uint64_t bytes_of(size_t from_second, size_t to_second) {
  uint64_t total = 0;
  for (size_t i = from_second; i < to_second; i++) {
    total += received_bytes[i];
  }
  return total;
}

static uint64_t total_bytes(size_t seconds) {
  return bytes_of(0, seconds);
}

static void begin_peers(uint64_t seed, size_t num) {
  num_calls = num;
  for (size_t i = 0; i < num; i++) {
    sim_options options = {.seed = seed * 1000 + i,
                           .link = {.delay_us = 500},
                           .no_candidates = true,
                           .no_end = true,
                           .questions = &questions};
    sim_call_init(&calls[i], &options);
    sim_net_set_filter(calls[i].net, measure, &calls[i]);
    for (uint32_t s = 0; s < 2; s++) {
      pcs_address address = sim_ipv4(0xc0000201 + s, 40000);
      sim_call_add_socket(&calls[i], 0, &address, SIM_PUBLIC);
    }
  }
}

static void end_peers(void) {
  for (size_t i = 0; i < num_calls; i++) {
    CHECK(!calls[i].spins);
    sim_call_clear(&calls[i]);
  }
}

/* A restart with another remote ufrag, of the length that a page likes best. */
static void connect_to_victim(sim_call *call, uint32_t round) {
  sim_call_gather(call, 0);
  sim_credentials *remote = &call->ends[0].remote;
  *remote = (sim_credentials){.ufrag_len = PCS_UFRAG_BYTES_MAX, .password_len = 24};
  memset(remote->ufrag, 'u', sizeof remote->ufrag);
  remote->ufrag[0] = (char)('a' + round % 26);
  memset(remote->password, 'p', 24);
  CHECK_EQ_INT(sim_call_connect(call, 0, PCS_ICE_CONTROLLING), PCS_OK);
}

static void tell(sim_call *call, const pcs_address *address) {
  pcs_candidate candidate = {.foundation = pcs_span_of_text("1"),
                             .component = 1,
                             .priority = 2130706431,
                             .address = *address};
  CHECK_EQ_INT(pcs_ice_agent_add_candidate(call->ends[0].agent, call->world.now_us, (pcs_span){0},
                                           &candidate),
               PCS_OK);
  sim_call_poll(call, 0);
}

/* All of a page's peers at once, for a second: restarts, and candidates on new ports. */
static void attack_for_a_second(uint64_t seed, uint32_t second) {
  for (size_t i = 0; i < num_calls; i++) {
    if ((second + i) % 5 == 0) {
      connect_to_victim(&calls[i], second);
    }
    for (uint32_t c = 0; c < 10; c++) {
      uint16_t port = (uint16_t)(20000 + (seed * 7919 + second * 400 + i * 10 + c) % 40000);
      pcs_address victim = sim_ipv4(0xcb007109, port);
      tell(&calls[i], &victim);
    }
  }
  for (uint32_t slice = 0; slice < 20; slice++) {
    for (size_t i = 0; i < num_calls; i++) {
      sim_call_run(&calls[i], 50 * MS_US, NULL);
    }
  }
}

static void attack(uint64_t seed, size_t num_peers, uint32_t first_bytes) {
  begin_peers(seed, num_peers);
  began_us = calls[0].world.now_us;
  pcs_questions_init(&questions, began_us, first_bytes);
  for (size_t i = 0; i < num_calls; i++) {
    connect_to_victim(&calls[i], 0);
  }
  for (uint32_t second = 0; second < SECONDS; second++) {
    attack_for_a_second(seed, second);
  }
  end_peers();
}

/* 24,000 candidates on as many ports, over forty connections that restart every five seconds. */
static void test_one_page(void) {
  uint64_t base = CHECK_SEED(1);
  for (uint64_t i = 0; i < 3; i++) {
    check_seed = base + i;
    memset(received_bytes, 0, sizeof received_bytes);
    attack(check_seed, PEERS_MAX, PCS_QUESTION_BURST_BYTES);
    CHECK(total_bytes(SECONDS) > 1000); /* it was tried */
    CHECK(total_bytes(SECONDS) <=
          PCS_QUESTION_BURST_BYTES + SECONDS * PCS_QUESTION_BYTES_PER_S + HEADER_BYTES);
  }
}

/* As many pages of one origin as there may be, opened together, each with connections of its own.
 */
static void test_all_pages_of_an_origin(void) {
  uint64_t seed = CHECK_SEED(4);
  static pcs_shares shares;
  shares = (pcs_shares){0};
  pcs_origin origin;
  CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text("https://evil.example"), &origin), PCS_OK);
  memset(received_bytes, 0, sizeof received_bytes);
  for (uint64_t page = 0; page < PAGES_MAX; page++) {
    attack(seed + page, 2, pcs_shares_take(&shares, SECOND_US, &origin));
  }
  CHECK(total_bytes(SECONDS) > 100000);
  for (size_t second = 0; second + 10 <= SECONDS; second++) { /* in any ten seconds */
    CHECK(bytes_of(second, second + 10) < 10 * VOICE_CALL_BYTES_PER_S);
  }
  printf("# 64 pages: %llu bytes in a minute; a voice call: %llu\n",
         (unsigned long long)total_bytes(SECONDS),
         (unsigned long long)SECONDS * VOICE_CALL_BYTES_PER_S);
}

/* A page that is loaded over and over has what its origin has, not a burst each time. */
static void test_reloads(void) {
  static pcs_shares shares;
  shares = (pcs_shares){0};
  pcs_origin evil;
  pcs_origin other;
  CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text("https://evil.example"), &evil), PCS_OK);
  CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text("https://other.example"), &other), PCS_OK);
  uint64_t taken = 0;
  for (uint64_t i = 0; i < 600; i++) { /* ten a second for a minute */
    taken += pcs_shares_take(&shares, i * 100 * MS_US, &evil);
  }
  CHECK(taken <= PCS_QUESTION_SHARES_BYTES + SECONDS * PCS_QUESTION_SHARES_BYTES_PER_S);
  CHECK(taken >= PCS_QUESTION_SHARES_BYTES);
  CHECK_EQ_UINT(pcs_shares_take(&shares, SECONDS * SECOND_US, &other), PCS_QUESTION_BURST_BYTES);
  CHECK_EQ_UINT(pcs_shares_take(&shares, 3600ull * SECOND_US, &evil), PCS_QUESTION_BURST_BYTES);
  /* More origins than there is room for get nothing rather than everything. */
  pcs_origin many = evil;
  for (int i = 0; i < 2 * PCS_SHARE_ORIGINS_MAX; i++) {
    char text[64];
    snprintf(text, sizeof text, "https://o%d.example", i);
    CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text(text), &many), PCS_OK);
    uint32_t share = pcs_shares_take(&shares, 3600ull * SECOND_US, &many);
    CHECK(share <= PCS_QUESTION_BURST_BYTES);
  }
  CHECK_EQ_UINT(pcs_shares_take(&shares, 3600ull * SECOND_US, &many), 0);
}

/* ---- servers ---- */

/* Eight STUN or TURN servers of every connection's configuration are the victim. */
static void test_servers(void) {
  uint64_t seed = CHECK_SEED(7);
  memset(received_bytes, 0, sizeof received_bytes);
  begin_peers(seed, PEERS_MAX);
  began_us = calls[0].world.now_us;
  pcs_questions_init(&questions, began_us, PCS_QUESTION_BURST_BYTES);
  for (uint32_t round = 0; round < SECONDS; round++) {
    for (size_t i = 0; i < num_calls; i++) {
      pcs_ice_server servers[PCS_ICE_SERVERS_MAX];
      for (uint16_t s = 0; s < PCS_ICE_SERVERS_MAX; s++) {
        servers[s] = (pcs_ice_server){.scheme = s % 2 == 0 ? PCS_SERVER_STUN : PCS_SERVER_TURN,
                                      .transport = PCS_TRANSPORT_UDP,
                                      .host = pcs_span_of_text("203.0.113.9"),
                                      .port = (uint16_t)(20000 + s),
                                      .username = pcs_span_of_text("u"),
                                      .credential = pcs_span_of_text("p")};
      }
      CHECK_EQ_INT(pcs_ice_agent_configure(calls[i].ends[0].agent, PCS_ICE_POLICY_ALL, servers,
                                           PCS_ICE_SERVERS_MAX),
                   PCS_OK);
      sim_call_gather(&calls[i], 0);
      sim_call_run(&calls[i], SECOND_US, NULL);
    }
  }
  CHECK(total_bytes(SECONDS) > 1000);
  CHECK(total_bytes(SECONDS) <=
        PCS_QUESTION_BURST_BYTES + SECONDS * PCS_QUESTION_BYTES_PER_S + HEADER_BYTES);
  end_peers();
}

/* ---- the bucket itself ---- */

static void test_questions(void) {
  pcs_questions_init(&questions, 0, PCS_QUESTION_BURST_BYTES);
  uint32_t spent = 0;
  uint64_t total = 0;
  /* One /64 is one host, whatever the rest of the address. */
  for (uint32_t i = 0; i < 10000; i++) {
    pcs_address address = sim_ipv6((uint16_t)i, (uint16_t)i);
    (void)pcs_questions_spend(&questions, SECOND_US, &address, PCS_QUESTION_PLAIN, 100, &spent);
  }
  CHECK(spent > 0 && spent <= PCS_QUESTION_BURST_BYTES);
  /* Spread over as many hosts as there are, all together have a bound. */
  for (uint32_t i = 0; i < 100000; i++) {
    pcs_address address = sim_ipv4(0xcb000000 + i, 9000);
    uint32_t cost = 0;
    uint64_t now_us = 2 * SECOND_US + i * 100; /* ten seconds */
    (void)pcs_questions_spend(&questions, now_us, &address, PCS_QUESTION_PLAIN, 100, &cost);
    total += cost;
  }
  CHECK(total > 10000);
  CHECK(total <= PCS_QUESTION_ALL_BURST_BYTES + 10 * PCS_QUESTION_ALL_BYTES_PER_S);
  /* A sweep of the home's network meets few hosts at a time, this machine is not counted. */
  pcs_questions_init(&questions, 0, PCS_QUESTION_BURST_BYTES);
  size_t num_met = 0;
  for (uint32_t i = 1; i < 255; i++) {
    pcs_address address = sim_ipv4(0xc0a80100 + i, 9000);
    num_met += pcs_questions_spend(&questions, SECOND_US, &address, PCS_QUESTION_LOCAL, 100, &spent)
                   ? 1
                   : 0;
  }
  CHECK_EQ_UINT(num_met, PCS_QUESTION_LOCAL_HOSTS_MAX);
  pcs_address own = sim_ipv4(0x7f000001, 9000);
  for (int i = 0; i < 1000; i++) {
    CHECK(pcs_questions_spend(&questions, SECOND_US, &own, PCS_QUESTION_FREE, 1000, &spent));
  }
}

/* ---- and the honest ---- */

/* Forty calls of one page with one server that answers: none waits for the bucket to refill. */
static void test_honest_calls(void) {
  static sim_hand hands[PEERS_MAX];
  begin_peers(CHECK_SEED(9), PEERS_MAX);
  pcs_questions_init(&questions, calls[0].world.now_us, PCS_QUESTION_BURST_BYTES);
  pcs_address server = sim_ipv4(0xcb007109, 40001);
  for (size_t i = 0; i < num_calls; i++) {
    sim_hand_open(&hands[i], &calls[i], &server);
    hands[i].answers = true;
    sim_call_gather(&calls[i], 0);
    calls[i].ends[0].remote = hands[i].own;
    CHECK_EQ_INT(sim_call_connect(&calls[i], 0, PCS_ICE_CONTROLLING), PCS_OK);
    tell(&calls[i], &server);
  }
  for (uint32_t slice = 0; slice < 30; slice++) {
    for (size_t i = 0; i < num_calls; i++) {
      sim_call_run(&calls[i], 50 * MS_US, NULL);
    }
  }
  for (size_t i = 0; i < num_calls; i++) {
    CHECK_EQ_INT(calls[i].ends[0].state, PCS_ICE_CONNECTED);
  }
  end_peers();
}

int main(void) {
  RUN("X9: 24000 candidates of forty connections of a page are less than a voice call",
      test_one_page);
  RUN("X9: all pages of an origin together are less than a voice call",
      test_all_pages_of_an_origin);
  RUN("X9: a page that is loaded over and over gets no new burst", test_reloads);
  RUN("X9: servers of configurations are as bounded as candidates", test_servers);
  RUN("X9: neither a /64, nor many hosts, nor a sweep of the home gets around it", test_questions);
  RUN("forty honest calls to one host do not wait", test_honest_calls);
  return check_report();
}
