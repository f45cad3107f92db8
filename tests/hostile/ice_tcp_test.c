/*
 * ICE-TCP against peers and strangers that mean harm: consent that ends on TCP too (X6, F9), and
 * connections that a listening socket gets from anybody.
 */
#include "tests/host/ice/scene.h"

#define FLOOD 1000

static const pcs_ice_transports ACTIVE = {.tcp = PCS_ICE_TCP_ACTIVE};
static const pcs_ice_transports BOTH = {.tcp = PCS_ICE_TCP_ACTIVE_AND_PASSIVE};

static const pcs_address *listening(void) {
  return &call.ends[0].sockets[0];
}

/* End 0 listens; end 1 connects to it, when it is signalled. */
static void begin_listening(uint64_t seed) {
  sim_options options = options_of(seed);
  options.no_udp = true;
  options.transports[0] = BOTH;
  options.transports[1] = ACTIVE;
  begin(&options);
  add_public_sockets();
  sim_call_listen(&call, 0);
  call.data_interval_us = 20 * MS_US;
}

static bool has_data(const sim_call *one) {
  return one->ends[0].data_received > 10 && one->ends[1].data_received > 10;
}

static void begin_connected_over_tcp(uint64_t seed) {
  begin_listening(seed);
  sim_call_offer(&call, 0);
  CHECK(sim_call_run(&call, 10 * SECOND_US, has_data));
}

/* ---- consent ---- */

static uint64_t last_consent_us(int index) {
  pcs_pair_stats stats[4];
  size_t num = pcs_ice_agent_pair_stats(call.ends[index].agent, stats, 4);
  uint64_t last_us = 0;
  for (size_t i = 0; i < num; i++) {
    last_us = stats[i].last_consent_us > last_us ? stats[i].last_consent_us : last_us;
  }
  return last_us;
}

static void check_ended_at_30(int index, uint64_t last_us) {
  uint64_t silent_us = call.ends[index].last_data_sent_us - last_us;
  CHECK(silent_us < 30 * SECOND_US);
  CHECK(silent_us + 50 * MS_US >= 30 * SECOND_US); /* and not much earlier */
  CHECK_EQ_INT(call.ends[index].state, PCS_ICE_FAILED);
}

/* The other end goes on with checks and data over a connection that lives, and does not answer. */
static void lose_consent(uint64_t seed, int index, uint64_t after_us) {
  begin_connected_over_tcp(seed);
  sim_call_run(&call, after_us, NULL);
  sim_tcp_set_mute(call.tcp, &call.ends[1 - index].tcp);
  sim_call_run(&call, 200 * MS_US, NULL); /* what was on its way */
  uint64_t last_us = last_consent_us(index);
  sim_call_run(&call, last_us + 29 * SECOND_US - call.world.now_us, NULL);
  CHECK(call.ends[index].last_data_received_us + SECOND_US > call.world.now_us);
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 1);
  sim_call_run(&call, 1500 * MS_US, NULL);
  check_ended_at_30(index, last_us);
  CHECK_EQ_UINT(sim_tcp_look(call.tcp)->num_closed, 1);
  sim_tcp_set_mute(call.tcp, NULL);
  uint64_t sent = call.ends[index].data_sent;
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[index].data_sent, sent);
  CHECK_EQ_INT(call.ends[1 - index].state, PCS_ICE_FAILED);
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 0);
  end();
}

static void test_consent_loss(void) {
  uint64_t base = CHECK_SEED(6);
  for (uint64_t i = 0; i < 20; i++) {
    check_seed = base + i;
    lose_consent(check_seed, (int)(i % 2), i * SECOND_US);
  }
}

static void test_dead_router(void) {
  begin_connected_over_tcp(CHECK_SEED(1));
  sim_tcp_set_silent(call.tcp, true);
  uint64_t last_us[2] = {last_consent_us(0), last_consent_us(1)};
  sim_call_run(&call, 45 * SECOND_US, NULL);
  check_ended_at_30(0, last_us[0]);
  check_ended_at_30(1, last_us[1]);
  CHECK_EQ_UINT(sim_tcp_look(call.tcp)->num_closed, 2);
  end();
}

static void test_revoked(void) {
  begin_connected_over_tcp(CHECK_SEED(1));
  uint32_t closed_before = sim_tcp_look(call.tcp)->num_closed;
  pcs_ice_agent_revoke(call.ends[0].agent, call.world.now_us);
  sim_call_poll(&call, 0);
  CHECK_EQ_UINT(sim_tcp_look(call.tcp)->num_closed, closed_before + 1);
  uint64_t sent = call.ends[0].data_sent;
  sim_call_run(&call, 40 * SECOND_US, NULL);
  CHECK_EQ_UINT(call.ends[0].data_sent, sent);
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 0);
  end();
}

/* ---- strangers ---- */

typedef struct stranger {
  sim_tcp_owner owner;
  size_t num_opened;
  size_t num_closed;
  size_t num_datagrams;
} stranger;

static stranger someone;

static pcs_status accept_none(void *context, uint32_t listener, const pcs_address *from,
                              uint32_t *out_stream) {
  (void)context;
  (void)listener;
  (void)from;
  *out_stream = 0;
  return PCS_ERR_DENIED;
}

static void opened(void *context, uint32_t stream) {
  (void)stream;
  ((stranger *)context)->num_opened++;
}

static void closed(void *context, uint32_t stream) {
  (void)stream;
  ((stranger *)context)->num_closed++;
}

static void receive(void *context, uint32_t stream, const pcs_address *from, pcs_span datagram) {
  (void)stream;
  (void)from;
  (void)datagram;
  ((stranger *)context)->num_datagrams++;
}

static void meet_stranger(void) {
  someone = (stranger){0};
  someone.owner = (sim_tcp_owner){.context = &someone,
                                  .nat = SIM_PUBLIC,
                                  .accept = accept_none,
                                  .opened = opened,
                                  .closed = closed,
                                  .receive = receive};
}

static void come_from(uint32_t stream, uint32_t address) {
  pcs_address from = sim_ipv4(address, 0);
  sim_tcp_connect(call.tcp, &someone.owner, stream, &from, listening());
}

static void begin_with_stranger(uint64_t seed) {
  begin_listening(seed);
  meet_stranger();
  sim_call_gather(&call, 0);
}

static void write_garbage(uint32_t stream) {
  uint8_t bytes[900];
  pcs_random_fill(&call.world.random, bytes, sizeof bytes);
  sim_tcp_write(call.tcp, &someone.owner, stream, (pcs_span){bytes, sizeof bytes});
}

static void test_garbage(void) {
  uint64_t base = CHECK_SEED(1);
  for (uint64_t i = 0; i < 100; i++) {
    check_seed = base + i;
    begin_with_stranger(check_seed);
    come_from(1, 0xc0000299);
    sim_call_run(&call, 100 * MS_US, NULL);
    for (int w = 0; w < 5; w++) {
      write_garbage(1);
      sim_call_run(&call, 100 * MS_US, NULL);
    }
    sim_call_run(&call, 6 * SECOND_US, NULL);
    CHECK_EQ_UINT(someone.num_datagrams, 0);
    CHECK_EQ_UINT(someone.num_closed, 1);
    end();
  }
}

/* Frames of the right form that are no STUN, and requests that nobody signed. */
static void test_frames_before_stun(void) {
  static const uint8_t CONTENTS[][24] = {
      {22, 254, 253},
      {0x80, 1, 2},
      {0x40, 0, 0, 4},
      {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
  };
  for (size_t i = 0; i < 4; i++) {
    begin_with_stranger(CHECK_SEED(1));
    come_from(1, 0xc0000299);
    sim_call_run(&call, 100 * MS_US, NULL);
    for (int f = 0; f < 49; f++) {
      sim_tcp_send(call.tcp, &someone.owner, 1, (pcs_span){CONTENTS[i], i == 3 ? 20 : 24},
                   SIM_TCP_PLAIN);
      sim_call_run(&call, 100 * MS_US, NULL);
    }
    CHECK_EQ_UINT(someone.num_closed, 0);
    sim_call_run(&call, SECOND_US, NULL);
    CHECK_EQ_UINT(someone.num_closed, 1); /* talking does not buy time */
    CHECK_EQ_UINT(someone.num_datagrams, 0);
    CHECK_EQ_UINT(call.ends[0].data_received, 0);
    end();
  }
}

static void test_slow(void) {
  begin_with_stranger(CHECK_SEED(1));
  come_from(1, 0xc0000299);
  sim_call_run(&call, 100 * MS_US, NULL);
  for (int i = 0; i < 60 && someone.num_closed == 0; i++) { /* a byte at a time, of a long frame */
    sim_tcp_write(call.tcp, &someone.owner, 1, (pcs_span){(const uint8_t *)"\x01", 1});
    sim_call_run(&call, 100 * MS_US, NULL);
  }
  CHECK_EQ_UINT(someone.num_closed, 1);
  CHECK(call.world.now_us < START_US + 6 * SECOND_US);
  end();
}

static void test_endless_frame(void) {
  begin_with_stranger(CHECK_SEED(1));
  come_from(1, 0xc0000299);
  sim_call_run(&call, 100 * MS_US, NULL);
  sim_tcp_write(call.tcp, &someone.owner, 1, (pcs_span){(const uint8_t *)"\xff\xff", 2});
  sim_call_run(&call, 10 * MS_US, NULL);
  CHECK_EQ_UINT(someone.num_closed, 1); /* at its second byte */
  end();
}

static void test_flood_of_one(void) {
  begin_with_stranger(CHECK_SEED(1));
  size_t most = 0;
  for (uint32_t i = 1; i <= FLOOD; i++) {
    come_from(i, 0xc0000299);
    sim_call_run(&call, 2 * MS_US, NULL);
    most = sim_tcp_num_open(call.tcp) > most ? sim_tcp_num_open(call.tcp) : most;
  }
  CHECK(most <= 6); /* four, and what has just been told to close */
  sim_call_run(&call, 6 * SECOND_US, NULL);
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 0);
  CHECK_EQ_UINT(someone.num_closed, FLOOD);
  end();
}

static void test_flood_of_many(void) {
  begin_with_stranger(CHECK_SEED(1));
  size_t most = 0;
  for (uint32_t i = 1; i <= FLOOD; i++) {
    come_from(i, 0xc6330000 + i);
    sim_call_run(&call, 2 * MS_US, NULL);
    most = sim_tcp_num_open(call.tcp) > most ? sim_tcp_num_open(call.tcp) : most;
  }
  CHECK(most <= 14);
  sim_call_run(&call, 6 * SECOND_US, NULL);
  CHECK_EQ_UINT(sim_tcp_num_open(call.tcp), 0);
  end();
}

/* The peer comes through while strangers knock, whether from one place or from everywhere. */
static void test_connects_in_flood(void) {
  for (int kind = 0; kind < 2; kind++) {
    begin_listening(CHECK_SEED(1));
    meet_stranger();
    sim_call_offer(&call, 0);
    for (uint32_t i = 1; i <= 300; i++) {
      come_from(i, kind == 0 ? 0xc0000299 : 0xc6330000 + i);
      sim_call_run(&call, 2 * MS_US, NULL);
    }
    CHECK(sim_call_run(&call, 10 * SECOND_US, has_data));
    end();
  }
}

static void test_not_told(void) {
  begin_listening(CHECK_SEED(1)); /* nothing gathered: nobody was told of the listener */
  meet_stranger();
  come_from(1, 0xc0000299);
  sim_call_run(&call, SECOND_US, NULL);
  CHECK_EQ_UINT(someone.num_closed, 1);
  CHECK_EQ_UINT(sim_tcp_look(call.tcp)->num_accepted, 0);
  end();
}

/* ---- a peer that signals many ---- */

static void test_many_candidates(void) {
  begin_listening(CHECK_SEED(1));
  sim_call_offer(&call, 1);
  sim_call_run(&call, 200 * MS_US, NULL);
  uint32_t before = sim_tcp_look(call.tcp)->num_connects;
  for (uint32_t i = 0; i < FLOOD; i++) {
    pcs_candidate passive = {.foundation = pcs_span_of_text("1"),
                             .component = 1,
                             .transport = PCS_TRANSPORT_TCP,
                             .tcp_type = PCS_TCP_PASSIVE,
                             .priority = 1518280447,
                             .address = sim_ipv4(0xcb007100 + i % 50, (uint16_t)(20000 + i))};
    CHECK_EQ_INT(
        pcs_ice_agent_add_candidate(call.ends[0].agent, call.world.now_us, (pcs_span){0}, &passive),
        PCS_OK);
    sim_call_poll(&call, 0);
  }
  uint64_t began_us = call.world.now_us;
  sim_call_run(&call, SECOND_US, NULL);
  /* One for each Ta. */
  CHECK(sim_tcp_look(call.tcp)->num_connects - before <= 21);
  sim_call_run(&call, 60 * SECOND_US, NULL);
  CHECK(sim_tcp_look(call.tcp)->num_connects - before <= 64);
  CHECK(call.world.now_us > began_us);
  end();
}

int main(void) {
  RUN("X6: consent over TCP ends after 30 s without answers, and the connection with it",
      test_consent_loss);
  RUN("X6: so it does when nothing arrives at all", test_dead_router);
  RUN("F11: consent that is taken back closes the connection at once", test_revoked);
  RUN("garbage gets no answer, and five seconds", test_garbage);
  RUN("frames that are no authentic check get no answer, and five seconds",
      test_frames_before_stun);
  RUN("a frame that comes slowly gets five seconds", test_slow);
  RUN("a frame that is too long ends the connection before it has come", test_endless_frame);
  RUN("a thousand connections of one source hold four places", test_flood_of_one);
  RUN("a thousand connections of a thousand sources hold twelve places", test_flood_of_many);
  RUN("the peer comes through a flood of connections", test_connects_in_flood);
  RUN("a listener that was told to nobody takes nothing", test_not_told);
  RUN("a thousand passive candidates are a connection each Ta, and few", test_many_candidates);
  return check_report();
}
