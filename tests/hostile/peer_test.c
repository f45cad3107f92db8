/*
 * Two whole peers, ICE under DTLS, and every datagram that leaves them: what may go before consent,
 * and what a stranger who speaks DTLS gets (requirements X5, X14, X42). Seeded loss, virtual time.
 */
#include "host/ice/stun.h"
#include "host/worker/peer.h"
#include "tests/check.h"

#define UNIX_NOW_S 1700000000u
#define SECOND_US 1000000u
#define FLIGHTS_MAX 256
#define PATH 1

typedef struct end {
  pcs_peer *peer;
  pcs_handles *handles;
  pcs_certificate *certificate;
  pcs_address address;
  uint32_t generation;
  char ufrag[64];
  size_t ufrag_len;
  char password[64];
  size_t password_len;
  bool has_answer;   /* an authentic answer came to it: its way is open */
  uint64_t num_stun; /* that left it */
  uint64_t num_other;
  uint64_t num_early; /* not STUN, and no answer had come */
} end;

typedef struct flight {
  int to;
  size_t len;
  uint8_t bytes[PCS_RECEIVE_BYTES_MAX];
} flight;

static end ends[2];
static flight flights[FLIGHTS_MAX];
static size_t num_flights;
static uint64_t now_us;
static uint32_t loss_percent;
static uint64_t num_to_stranger;
static bool listens_late; /* what is not STUN is lost before its receiver has nominated a pair */
static pcs_random_seeded random_state;
static pcs_random chance;
static const pcs_address STRANGER = {
    .family = PCS_ADDRESS_IPV4, .bytes = {198, 51, 100, 66}, .port = 6666};

static pcs_address address_of(int index) {
  return (pcs_address){.family = PCS_ADDRESS_IPV4,
                       .bytes = {192, 0, 2, (uint8_t)(1 + index)},
                       .port = (uint16_t)(40000 + index)};
}

static size_t copy(char *out, pcs_span text) {
  memcpy(out, text.data, text.len);
  return text.len;
}

static void make_end(int index) {
  end *at = &ends[index];
  *at = (end){.address = address_of(index)};
  CHECK_EQ_INT(pcs_handles_new(&at->handles, &chance), PCS_OK);
  CHECK_EQ_INT(pcs_certificate_new(&at->certificate, PCS_KEY_ECDSA_P256, UNIX_NOW_S, 86400),
               PCS_OK);
  pcs_peer_config config = {.handle = 1,
                            .certificate = at->certificate,
                            .random = &chance,
                            .handles = at->handles,
                            .object = at};
  CHECK_EQ_INT(pcs_peer_new(&at->peer, &config), PCS_OK);
  pcs_ice_agent *ice = pcs_peer_ice(at->peer);
  pcs_ice_path path = {.id = PATH, .address = at->address, .preference = 65535, .network = 1};
  pcs_span ufrag;
  pcs_span password;
  CHECK_EQ_INT(pcs_ice_agent_make_generation(ice, &at->generation, &ufrag, &password), PCS_OK);
  at->ufrag_len = copy(at->ufrag, ufrag);
  at->password_len = copy(at->password, password);
  CHECK_EQ_INT(pcs_ice_agent_add_path(ice, now_us, &path), PCS_OK);
  CHECK_EQ_INT(pcs_ice_agent_gather(ice, now_us, at->generation), PCS_OK);
}

static void begin(uint64_t seed, uint32_t loss) {
  chance = pcs_random_seeded_init(&random_state, seed);
  now_us = SECOND_US;
  num_flights = 0;
  num_to_stranger = 0;
  loss_percent = loss;
  make_end(0);
  make_end(1);
}

static void clear(void) {
  for (int i = 0; i < 2; i++) {
    pcs_peer_free(ends[i].peer);
    pcs_certificate_free(ends[i].certificate);
    pcs_handles_free(ends[i].handles);
  }
}

static pcs_span text_of(const char *text, size_t len) {
  return (pcs_span){(const uint8_t *)text, len};
}

/* The offerer controls and is the DTLS server, the answerer is its client (RFC 8842 5). */
static void connect_to(int index) {
  end *at = &ends[index];
  const end *other = &ends[1 - index];
  pcs_plan plan = {.generation = at->generation,
                   .ice_role = (uint8_t)(index == 0 ? PCS_ICE_CONTROLLING : PCS_ICE_CONTROLLED),
                   .remote_ufrag = text_of(other->ufrag, other->ufrag_len),
                   .remote_password = text_of(other->password, other->password_len),
                   .dtls_role = (uint8_t)(index == 0 ? PCS_DTLS_SERVER : PCS_DTLS_CLIENT),
                   .num_fingerprints = 1};
  plan.fingerprints[0] = pcs_certificate_fingerprint(other->certificate);
  CHECK_EQ_INT(pcs_peer_connect(at->peer, now_us, &plan), PCS_OK);
  pcs_candidate candidate = {.foundation = pcs_span_of_text("1"),
                             .component = 1,
                             .priority = 2130706431,
                             .address = other->address};
  CHECK_EQ_INT(
      pcs_ice_agent_add_candidate(pcs_peer_ice(at->peer), now_us, plan.remote_ufrag, &candidate),
      PCS_OK);
}

/* ---- the line, and who sees it ---- */

static void look_at(int index, const pcs_address *to, pcs_span bytes) {
  end *at = &ends[index];
  pcs_stun_message message;
  bool is_stun = pcs_stun_read(bytes, &message) == PCS_OK;
  at->num_stun += is_stun ? 1 : 0;
  at->num_other += is_stun ? 0 : 1;
  at->num_early += !is_stun && !at->has_answer ? 1 : 0;
  num_to_stranger += pcs_address_equal(to, &STRANGER) ? 1 : 0;
}

static void launch(int index, const pcs_address *to, pcs_span bytes) {
  look_at(index, to, bytes);
  bool is_peer = pcs_address_equal(to, &ends[1 - index].address);
  if (!is_peer || pcs_random_below(&chance, 100) < loss_percent || num_flights == FLIGHTS_MAX) {
    return;
  }
  flight *sent = &flights[num_flights++];
  sent->to = 1 - index;
  sent->len = bytes.len;
  memcpy(sent->bytes, bytes.data, bytes.len);
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
  uint8_t page[65536]; /* a page that reads everything */
  pcs_writer writer;
  pcs_writer_init(&writer, page, sizeof page);
  (void)pcs_peer_write_messages(ends[index].peer, &writer);
}

static void deliver(void) {
  size_t num = num_flights;
  static flight under_way[FLIGHTS_MAX];
  memcpy(under_way, flights, num * sizeof flights[0]);
  num_flights = 0;
  for (size_t i = 0; i < num; i++) {
    end *at = &ends[under_way[i].to];
    pcs_span bytes = {under_way[i].bytes, under_way[i].len};
    pcs_stun_message message;
    if (pcs_stun_read(bytes, &message) == PCS_OK && message.kind == PCS_STUN_SUCCESS) {
      at->has_answer = true;
    }
    bool is_data = pcs_stun_read(bytes, &message) != PCS_OK;
    if (is_data && listens_late && !pcs_ice_agent_is_nominated(pcs_peer_ice(at->peer))) {
      continue;
    }
    pcs_peer_receive(at->peer, now_us, PATH, &ends[1 - under_way[i].to].address, bytes);
    take_output(under_way[i].to);
  }
}

static pcs_dtls_state state_of(int index) {
  static pcs_msg_stats stats;
  pcs_peer_stats(ends[index].peer, now_us, &stats);
  return (pcs_dtls_state)stats.dtls_state;
}

static bool are_connected(void) {
  return state_of(0) == PCS_DTLS_CONNECTED && state_of(1) == PCS_DTLS_CONNECTED;
}

static void run(uint64_t for_us) {
  for (uint64_t end_us = now_us + for_us; now_us < end_us && !are_connected();) {
    take_output(0);
    take_output(1);
    now_us += 10000;
    deliver();
    for (int i = 0; i < 2; i++) {
      if (pcs_peer_wake_at(ends[i].peer) <= now_us) {
        pcs_peer_tick(ends[i].peer, now_us);
      }
    }
  }
}

/* ---- a stranger who speaks DTLS ---- */

/* Good enough to be answered, had it come from a peer: what a scanner or an attacker sends. */
static pcs_span make_hello(uint8_t memory[256], uint16_t version, uint16_t cipher) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, 256);
  pcs_writer_u8(&writer, 22);
  pcs_writer_u16(&writer, 0xfeff);
  pcs_writer_u64(&writer, 0);
  pcs_writer_u16(&writer, 12 + 42);
  pcs_writer_u8(&writer, 1);
  pcs_writer_bytes(&writer, text_of("\x00\x00\x2a\x00\x00\x00\x00\x00\x00\x00\x00\x2a", 11));
  pcs_writer_u16(&writer, version);
  for (size_t i = 0; i < 4; i++) {
    pcs_writer_u64(&writer, 0x1122334455667788);
  }
  pcs_writer_u16(&writer, 0);
  pcs_writer_u16(&writer, 2);
  pcs_writer_u16(&writer, cipher);
  pcs_writer_u16(&writer, 0x0100);
  return pcs_writer_span(&writer);
}

static void insist(size_t times) {
  static const uint16_t HELLOS[][2] = {
      {0xfefd, 0x0000}, {0xfeff, 0xc02b}, {0xfefd, 0xc02b}, {0x0303, 0xc02b}};
  for (size_t i = 0; i < times; i++) {
    uint8_t memory[256];
    pcs_span hello = make_hello(memory, HELLOS[i % 4][0], HELLOS[i % 4][1]);
    pcs_peer_receive(ends[0].peer, now_us, PATH, &STRANGER, hello);
    take_output(0);
  }
}

static void test_nothing_before_consent(void) {
  uint64_t base = CHECK_SEED(1);
  for (uint64_t i = 0; i < 30; i++) {
    check_seed = base + i;
    begin(check_seed, (uint32_t)(i % 4) * 15);
    connect_to(0);
    connect_to(1);
    run(60 * SECOND_US);
    CHECK(are_connected());
    for (int index = 0; index < 2; index++) {
      CHECK(ends[index].num_other > 0);
      CHECK_EQ_UINT(ends[index].num_early, 0);
    }
    clear();
  }
}

/* libdatachannel makes its DTLS with its nomination; DTLS's timer comes 200 ms later. */
static void test_hello_before_nomination(void) {
  begin(CHECK_SEED(6), 0);
  listens_late = true;
  connect_to(0);
  connect_to(1);
  run(150000);
  CHECK(are_connected());
  listens_late = false;
  clear();
}

/* The other side's whole first flight is there before any answer: it waits, and makes none. */
static void test_no_flight_without_an_answer(void) {
  begin(CHECK_SEED(2), 0);
  connect_to(0);
  for (int i = 0; i < 50; i++) {
    uint8_t memory[256];
    pcs_span hello = make_hello(memory, 0xfefd, 0xc02b);
    pcs_peer_receive(ends[0].peer, now_us, PATH, &ends[1].address, hello);
    take_output(0);
    num_flights = 0;
    now_us += 100000;
    pcs_peer_tick(ends[0].peer, now_us);
  }
  CHECK(ends[0].num_stun > 0);
  CHECK_EQ_UINT(ends[0].num_other, 0);
  clear();
}

static void test_stranger_before_ice(void) {
  begin(CHECK_SEED(3), 0);
  insist(100);
  connect_to(0);
  insist(1000); /* more than are kept for later */
  connect_to(1);
  run(30 * SECOND_US);
  CHECK(are_connected());
  CHECK_EQ_UINT(num_to_stranger, 0);
  clear();
}

/* After ICE and before, in, and after the handshake: from a 5-tuple that no check found valid. */
static void test_stranger_in_the_handshake(void) {
  uint64_t base = CHECK_SEED(4);
  for (uint64_t i = 0; i < 10; i++) {
    check_seed = base + i;
    begin(check_seed, 10);
    connect_to(0);
    connect_to(1);
    for (int turn = 0; turn < 2000 && !are_connected(); turn++) {
      insist(2);
      run(10000);
    }
    CHECK(are_connected());
    insist(100);
    CHECK(are_connected());
    CHECK_EQ_UINT(num_to_stranger, 0);
    clear();
  }
}

/* In every state a peer has: its answer to a source that may be somebody else's is nothing. */
static void test_no_amplification(void) {
  begin(CHECK_SEED(5), 0);
  insist(10);
  connect_to(0);
  insist(10);
  connect_to(1);
  run(30 * SECOND_US);
  CHECK(are_connected());
  insist(10);
  now_us += 31 * SECOND_US; /* consent is over: to its peer neither */
  uint64_t num_other = ends[0].num_other;
  uint8_t memory[256];
  pcs_peer_receive(ends[0].peer, now_us, PATH, &ends[1].address, make_hello(memory, 0xfefd, 0));
  take_output(0);
  CHECK_EQ_UINT(ends[0].num_other, num_other);
  pcs_peer_close(ends[0].peer);
  insist(10);
  CHECK_EQ_UINT(num_to_stranger, 0);
  clear();
}

int main(void) {
  RUN("X5: the first byte that is not STUN leaves after an answer came",
      test_nothing_before_consent);
  RUN("X5: a peer's ClientHello before consent makes no flight", test_no_flight_without_an_answer);
  RUN("a ClientHello that came before the nomination is repeated with it",
      test_hello_before_nomination);
  RUN("X14: a stranger's ClientHellos before ICE keep nobody from connecting",
      test_stranger_before_ice);
  RUN("X14: a stranger's ClientHellos between ICE and DTLS end no session",
      test_stranger_in_the_handshake);
  RUN("X42: a spoofed ClientHello brings its victim not one byte", test_no_amplification);
  return check_report();
}
