/* A session on a socket pair: what a page may ask is answered exactly once, what it may not closes
 * its link with a reason, in every phase, and a page that does not read stops only itself. */
#include "tests/host/worker/session_page.h"

static void test_greeting(void) {
  scene at;
  begin(&at);
  say_hello(&at);
  run(&at);
  pcs_record record = {0};
  CHECK_EQ_UINT(records_heard(&at, 0, &record), 1);
  CHECK_EQ_UINT(record.id, PCS_MSG_WELCOME);
}

static void test_greeted(void) {
  scene at;
  begin(&at);
  say_hello(&at);
  pcs_session_config config = {.may = PCS_RIGHT_DATA, .held = PCS_RIGHT_DATA, .greeted = true};
  run_with(&at, config, PCS_LINK_PIPE);
  pcs_record record = {0};
  CHECK_EQ_UINT(records_heard(&at, 0, &record), 2);
  CHECK_EQ_UINT(record.id, PCS_MSG_WELCOME);
  CHECK_EQ_INT(goodbye_heard(&at), PCS_ERR_STATE);
}

static void test_no_right(void) {
  scene at;
  begin(&at);
  say_hello(&at);
  say_open_peer(&at, 77);
  pcs_msg_close_peer_encode(&at.in, &(pcs_msg_close_peer){.peer = 1});
  pcs_msg_make_certificate_encode(&at.in, &(pcs_msg_make_certificate){.request = 78});
  pcs_session_config config = {.may = PCS_RIGHT_NONE};
  run_with(&at, config, PCS_LINK_PIPE);
  pcs_record record = {0};
  CHECK_EQ_UINT(records_heard(&at, 1, &record), 3);
  pcs_msg_refused refused;
  CHECK_EQ_UINT(record.id, PCS_MSG_REFUSED);
  CHECK_EQ_INT(pcs_msg_refused_decode(record.body, &refused), PCS_OK);
  CHECK_EQ_UINT(refused.request, 77);
  CHECK_EQ_UINT(refused.status, PCS_ERR_DENIED);
  records_heard(&at, 2, &record);
  CHECK_EQ_UINT(record.id, PCS_MSG_CERTIFICATE_MADE);
}

/* Each line: what is said after so many good records, and what the link is closed with. */
static void test_refusals(void) {
  static const uint8_t zeros[400];
  const struct {
    uint16_t id;
    size_t len;
    pcs_status in_new;
    pcs_status in_open;
  } rows[] = {
      {PCS_MSG_HELLO, 4, PCS_ERR_VERSION, PCS_ERR_STATE},
      {PCS_MSG_HELLO, 3, PCS_ERR_SYNTAX, PCS_ERR_STATE},
      {PCS_MSG_HELLO, 129, PCS_ERR_TOO_LARGE, PCS_ERR_TOO_LARGE},
      {PCS_MSG_OPEN_PEER, 10, PCS_ERR_STATE, PCS_OK},
      {PCS_MSG_OPEN_PEER, 9, PCS_ERR_STATE, PCS_ERR_SYNTAX},
      {PCS_MSG_CLOSE_PEER, 4, PCS_ERR_STATE, PCS_OK},
      {PCS_MSG_CLOSE_PEER, 5, PCS_ERR_TOO_LARGE, PCS_ERR_TOO_LARGE},
      {PCS_MSG_CLOSE_PEER, 3, PCS_ERR_STATE, PCS_ERR_SYNTAX},
      {PCS_MSG_SEND, 5, PCS_ERR_STATE, PCS_OK},
      {PCS_MSG_SEND, 4, PCS_ERR_STATE, PCS_ERR_SYNTAX},
      {PCS_MSG_WELCOME, 14, PCS_ERR_SYNTAX, PCS_ERR_SYNTAX},
      {PCS_MSG_GOODBYE, 4, PCS_ERR_SYNTAX, PCS_ERR_SYNTAX},
      {0x7777, 0, PCS_ERR_SYNTAX, PCS_ERR_SYNTAX},
      {0, 0, PCS_ERR_SYNTAX, PCS_ERR_SYNTAX},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    for (int open = 0; open < 2; open++) {
      scene at;
      begin(&at);
      if (open == 1) {
        say_hello(&at);
      }
      say_raw(&at, rows[i].id, (pcs_span){zeros, rows[i].len});
      run(&at);
      if (!CHECK_EQ_INT(goodbye_heard(&at), open == 1 ? rows[i].in_open : rows[i].in_new)) {
        printf("#   id %04x, %zu bytes, open %d\n", rows[i].id, rows[i].len, open);
      }
    }
  }
}

static void test_bad_lengths(void) {
  const uint32_t lengths[] = {0, 1, PCS_RECORD_BYTES_MAX, 0x7fffffff, 0xffffffff};
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    scene at;
    begin(&at);
    say_hello(&at);
    pcs_writer_u32(&at.in, lengths[i]);
    pcs_writer_u16(&at.in, PCS_MSG_CLOSE_PEER);
    run(&at);
    CHECK(goodbye_heard(&at) == PCS_ERR_SYNTAX || goodbye_heard(&at) == PCS_ERR_TOO_LARGE);
  }
}

static void test_answers(void) {
  scene at;
  begin(&at);
  say_hello(&at);
  for (uint32_t request = 1; request <= 40; request += 5) {
    say_open_peer(&at, request);
    pcs_msg_make_generation_encode(
        &at.in, &(pcs_msg_make_generation){.request = request + 1, .peer = request * 31});
    pcs_msg_open_channel_encode(&at.in, &(pcs_msg_open_channel){.request = request + 2, .peer = 5});
    pcs_msg_get_stats_encode(&at.in,
                             &(pcs_msg_get_stats){.request = request + 3, .peer = 0xffffffff});
    pcs_msg_make_certificate_encode(
        &at.in, &(pcs_msg_make_certificate){.request = request + 4,
                                            .algorithm = (uint8_t)(request == 1 ? 9 : 0),
                                            .lifetime_ms = UINT64_MAX});
  }
  run(&at);
  unsigned answered[41] = {0};
  pcs_record record = {0};
  size_t num = records_heard(&at, 0, &record);
  for (size_t i = 1; i < num; i++) {
    records_heard(&at, i, &record);
    pcs_reader reader;
    pcs_reader_init(&reader, record.body);
    uint32_t request = pcs_reader_u32(&reader);
    if (CHECK(request >= 1 && request <= 40)) {
      answered[request]++;
    }
  }
  for (size_t i = 1; i <= 40; i++) {
    CHECK_EQ_UINT(answered[i], 1);
  }
}

static void test_kept_certificates(void) {
  scene at;
  begin(&at);
  say_hello(&at);
  for (uint32_t request = 1; request <= PCS_CERTIFICATES_MAX + 1; request++) {
    pcs_msg_make_certificate_encode(
        &at.in, &(pcs_msg_make_certificate){.request = request, .lifetime_ms = 1000});
  }
  pcs_msg_open_peer_encode(&at.in, &(pcs_msg_open_peer){.request = 999, .certificate = 12345});
  run(&at);
  pcs_record record = {0};
  pcs_msg_refused refused;
  CHECK_EQ_UINT(records_heard(&at, PCS_CERTIFICATES_MAX + 1, &record), PCS_CERTIFICATES_MAX + 3);
  CHECK_EQ_INT(pcs_msg_refused_decode(record.body, &refused), PCS_OK);
  CHECK_EQ_UINT(refused.status, PCS_ERR_QUOTA);
  records_heard(&at, PCS_CERTIFICATES_MAX + 2, &record);
  CHECK_EQ_INT(pcs_msg_refused_decode(record.body, &refused), PCS_OK);
  CHECK_EQ_UINT(refused.status, PCS_ERR_NOT_FOUND);
}

/* Many answers, each larger than what asks for it, to a page that reads a little at a time. */
static void slow_reader(pcs_link_kind kind) {
  const uint32_t num_asked = 6000;
  uint32_t peer = first_peer();
  scene at;
  begin(&at);
  at.read_max = 3000;
  say_hello(&at);
  say_open_peer(&at, 1);
  for (uint32_t request = 2; request < 2 + num_asked; request++) {
    pcs_msg_get_stats_encode(&at.in, &(pcs_msg_get_stats){.request = request, .peer = peer});
    say_raw(&at, PCS_MSG_SEND, (pcs_span){(const uint8_t[30]){0}, 30});
  }
  if (kind == PCS_LINK_WEBSOCKET) {
    frame_said(&at);
  }
  run_with(&at, (pcs_session_config){.may = PCS_RIGHT_DATA, .held = PCS_RIGHT_DATA}, kind);
  CHECK(at.got > 2 * PCS_LINK_OUTPUT_BYTES);
  if (kind == PCS_LINK_WEBSOCKET) {
    unframe_heard(&at);
  }
  pcs_record record = {0};
  CHECK_EQ_UINT(records_heard(&at, 0, &record), 2 + num_asked);
}

static void test_slow_reader(void) {
  slow_reader(PCS_LINK_PIPE);
}

static void test_slow_websocket(void) {
  slow_reader(PCS_LINK_WEBSOCKET);
}

static void test_garbage(void) {
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, CHECK_SEED(77));
  for (size_t round = 0; round < 150; round++) {
    scene at;
    begin(&at);
    if (round % 3 != 0) {
      say_hello(&at);
    }
    if (round % 3 == 2) {
      say_open_peer(&at, 1);
      pcs_msg_make_certificate_encode(&at.in,
                                      &(pcs_msg_make_certificate){.request = 2, .lifetime_ms = 5});
    }
    uint8_t junk[600];
    size_t len = 1 + pcs_random_below(&random, sizeof junk - 1);
    pcs_random_fill(&random, junk, len);
    if (round % 2 == 0) {
      pcs_writer_bytes(&at.in, (pcs_span){junk, len});
    } else {
      /* A row that exists, with a body that means nothing. */
      uint16_t id = (uint16_t)(pcs_random_below(&random, 0x34) |
                               (pcs_random_below(&random, 4) == 0 ? 0x8000u : 0u));
      say_raw(&at, id, (pcs_span){junk, len});
      pcs_msg_get_stats_encode(&at.in, &(pcs_msg_get_stats){.request = 3});
    }
    run(&at);
    pcs_record record = {0};
    (void)records_heard(&at, 0, &record);
  }
}

static void say_conversation(scene *at, uint32_t peer) {
  pcs_writer *in = &at->in;
  uint8_t value[32] = {1};
  pcs_msg_connect connect = {.peer = peer};
  connect.plan.generation = 1;
  connect.plan.remote_ufrag = pcs_span_of_text("abcd");
  connect.plan.remote_password = pcs_span_of_text("abcdefghijklmnopqrstuvwx");
  connect.plan.num_fingerprints = 1;
  connect.plan.fingerprints[0] =
      (pcs_fingerprint){.hash = PCS_HASH_SHA_256, .value = {value, sizeof value}};
  connect.plan.has_data = 1;
  connect.plan.sctp_port = 5000;
  pcs_msg_add_candidate candidate = {.peer = peer, .ufrag = pcs_span_of_text("abcd")};
  candidate.candidate =
      (pcs_candidate){.foundation = pcs_span_of_text("1"), .component = 1, .priority = 100};
  candidate.candidate.address =
      (pcs_address){.family = PCS_ADDRESS_IPV4, .bytes = {127, 0, 0, 1}, .port = 40000};
  pcs_msg_gather_encode(in, &(pcs_msg_gather){.peer = peer, .generation = 1});
  pcs_msg_connect_encode(in, &connect);
  pcs_msg_add_candidate_encode(in, &candidate);
  pcs_msg_open_channel_encode(in, &(pcs_msg_open_channel){.request = 2,
                                                          .peer = peer,
                                                          .id = UINT16_MAX,
                                                          .ordered = 1,
                                                          .label = pcs_span_of_text("label")});
  pcs_msg_end_of_candidates_encode(
      in, &(pcs_msg_end_of_candidates){.peer = peer, .ufrag = pcs_span_of_text("abcd")});
  pcs_msg_credit_encode(in, &(pcs_msg_credit){.peer = peer});
  pcs_msg_make_generation_encode(in, &(pcs_msg_make_generation){.request = 3, .peer = peer});
  pcs_msg_get_stats_encode(in, &(pcs_msg_get_stats){.request = 4, .peer = peer});
  pcs_msg_configure_peer_encode(in, &(pcs_msg_configure_peer){.peer = peer});
  pcs_msg_close_peer_encode(in, &(pcs_msg_close_peer){.peer = peer});
}

static void test_conversation(void) {
  uint32_t peer = first_peer();
  scene at;
  begin(&at);
  say_hello(&at);
  say_open_peer(&at, 1);
  say_conversation(&at, peer);
  CHECK(!at.in.failed);
  run(&at);
  CHECK_EQ_INT(goodbye_heard(&at), PCS_OK);
  pcs_record record = {0};
  bool has_stats = false;
  for (size_t i = 0; i < records_heard(&at, i, &record); i++) {
    has_stats |= record.id == PCS_MSG_STATS;
    CHECK(record.id != PCS_MSG_REFUSED);
  }
  CHECK(has_stats);
}

static void test_mutations(void) {
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, CHECK_SEED(78));
  uint32_t peer = first_peer();
  for (size_t round = 0; round < 150; round++) {
    scene at;
    begin(&at);
    say_hello(&at);
    say_open_peer(&at, 1);
    size_t start = at.in.len;
    say_conversation(&at, peer);
    for (size_t i = 0; i < 1 + round % 4; i++) {
      said[start + pcs_random_below(&random, (uint32_t)(at.in.len - start))] ^=
          (uint8_t)(1u << pcs_random_below(&random, 8));
    }
    run(&at);
    CHECK_EQ_UINT(peer_heard(&at), peer);
  }
}

static void test_overpaid(void) {
  uint32_t peer = first_peer();
  scene at;
  begin(&at);
  say_hello(&at);
  say_open_peer(&at, 1);
  pcs_msg_credit_encode(&at.in, &(pcs_msg_credit){.peer = peer, .bytes = 1});
  run(&at);
  CHECK_EQ_INT(goodbye_heard(&at), PCS_ERR_RANGE);
}

static void test_many_peers(void) {
  scene at;
  begin(&at);
  say_hello(&at);
  for (uint32_t request = 1; request <= PCS_PEERS_MAX + 1; request++) {
    say_open_peer(&at, request);
  }
  run(&at);
  pcs_record record = {0};
  CHECK_EQ_UINT(records_heard(&at, PCS_PEERS_MAX + 1, &record), PCS_PEERS_MAX + 2);
  pcs_msg_refused refused;
  CHECK_EQ_INT(pcs_msg_refused_decode(record.body, &refused), PCS_OK);
  CHECK_EQ_UINT(refused.status, PCS_ERR_QUOTA);
}

static void test_websocket_text(void) {
  scene at;
  begin(&at);
  pcs_writer_bytes(&at.in, (pcs_span){(const uint8_t *)"\x81\x82\0\0\0\0hi", 8});
  pcs_session_config config = {.may = PCS_RIGHT_DATA, .held = PCS_RIGHT_DATA, .greeted = true};
  run_with(&at, config, PCS_LINK_WEBSOCKET);
  pcs_span want = pcs_span_of_text("Records come in binary frames.");
  if (CHECK(at.got > want.len)) {
    CHECK_EQ_BYTES(heard + at.got - want.len, want.len, want.data, want.len);
  }
}

int main(void) {
  CHECK_EQ_INT(pcs_sctp_stack_init(), PCS_OK);
  RUN("HELLO is answered by WELCOME", test_greeting);
  RUN("a link that was greeted is welcomed at once, and not twice", test_greeted);
  RUN("a link without the right is refused, answered and left open", test_no_right);
  RUN("what may not be said closes the link with a reason, before and after HELLO", test_refusals);
  RUN("a length that cannot be closes the link", test_bad_lengths);
  RUN("every request is answered exactly once, whatever handle it names", test_answers);
  RUN("certificates are kept up to their number, and none by a handle that is guessed",
      test_kept_certificates);
  RUN("a page that reads slowly gets every answer, and no more is read from it meanwhile",
      test_slow_reader);
  RUN("so does one whose records come in frames", test_slow_websocket);
  RUN("garbage in every phase ends that link and nothing else", test_garbage);
  RUN("a conversation that keeps to the rules is answered", test_conversation);
  RUN("a conversation with flipped bits ends cleanly", test_mutations);
  RUN("credit for what was never owed closes the link", test_overpaid);
  RUN("a page has as many connections as it may, and not one more", test_many_peers);
  RUN("a text frame is told why it ends the link", test_websocket_text);
  return check_report();
}
