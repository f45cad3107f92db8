/*
 * What the broker is told of a connection that is handed over: three peers of one page, who call
 * each other over loopback. The first calls the second, then takes the third's answer.
 */
#include "tests/host/worker/session_page.h"

#include "core/policy/right.h"
#include "host/link/office.h"

#define NUM_PEERS 3

enum { CALLER, BEFORE, NEXT };
enum { OPENING, CALLING, HANDING_OVER, DONE };

typedef struct opened {
  pcs_msg_peer_opened said; /* its spans are in the bytes that were heard */
  uint32_t num_connected;   /* how often DTLS was */
} opened;

static opened peers[NUM_PEERS];
static size_t num_opened;
static size_t num_read; /* of the bytes that were heard */
static int step;
static pcs_office *broker;

static opened *peer_of(uint32_t handle) {
  for (size_t i = 0; i < num_opened; i++) {
    if (peers[i].said.peer == handle) {
      return &peers[i];
    }
  }
  return NULL;
}

static void connect_to(scene *at, int from, int to) {
  const pcs_msg_peer_opened *theirs = &peers[to].said;
  pcs_msg_connect connect = {
      .peer = peers[from].said.peer,
      .plan = {.generation = peers[from].said.generation,
               .ice_role = from == CALLER ? PCS_ICE_CONTROLLING : PCS_ICE_CONTROLLED,
               .remote_ufrag = theirs->ufrag,
               .remote_password = theirs->password,
               .dtls_role = from == CALLER ? PCS_DTLS_SERVER : PCS_DTLS_CLIENT,
               .remote_tls_id = theirs->tls_id,
               .num_fingerprints = 1,
               .fingerprints = {theirs->fingerprints[0]}}};
  pcs_msg_connect_encode(&at->in, &connect);
}

static void join(scene *at, int one, int other) {
  connect_to(at, one, other);
  connect_to(at, other, one);
}

static void tell(scene *at, const opened *from, const opened *to, const pcs_candidate *candidate) {
  pcs_msg_add_candidate add = {
      .peer = to->said.peer, .ufrag = from->said.ufrag, .candidate = *candidate};
  pcs_msg_add_candidate_encode(&at->in, &add);
}

static void tell_all(scene *at, const pcs_msg_candidate_found *found) {
  const opened *from = peer_of(found->peer);
  for (size_t i = 0; from != NULL && i < num_opened; i++) {
    if (&peers[i] != from) {
      tell(at, from, &peers[i], &found->candidate);
    }
  }
}

static void take_opened(scene *at, pcs_span body) {
  if (num_opened == NUM_PEERS ||
      pcs_msg_peer_opened_decode(body, &peers[num_opened].said) != PCS_OK ||
      ++num_opened < NUM_PEERS) {
    return;
  }
  for (size_t i = 0; i < NUM_PEERS; i++) {
    pcs_msg_gather_encode(&at->in, &(pcs_msg_gather){.peer = peers[i].said.peer,
                                                     .generation = peers[i].said.generation});
  }
  join(at, CALLER, BEFORE);
  step = CALLING;
}

static void take_record(scene *at, const pcs_record *record) {
  pcs_msg_candidate_found found;
  pcs_msg_dtls_state state;
  if (record->id == PCS_MSG_PEER_OPENED) {
    take_opened(at, record->body);
  } else if (record->id == PCS_MSG_CANDIDATE_FOUND &&
             pcs_msg_candidate_found_decode(record->body, &found) == PCS_OK) {
    tell_all(at, &found);
  } else if (record->id == PCS_MSG_DTLS_STATE &&
             pcs_msg_dtls_state_decode(record->body, &state) == PCS_OK &&
             state.state == PCS_DTLS_CONNECTED) {
    peer_of(state.peer)->num_connected++;
  }
}

static void follow(scene *at) {
  pcs_span rest = {heard + num_read, at->got - num_read};
  pcs_record record;
  while (rest.len > 0 && pcs_record_next(&rest, &record) == PCS_OK) {
    take_record(at, &record);
  }
  num_read = at->got - rest.len;
  if (step == CALLING && peers[CALLER].num_connected == 1 && peers[BEFORE].num_connected == 1) {
    step = HANDING_OVER;
    join(at, CALLER, NEXT);
  } else if (step == HANDING_OVER && peers[CALLER].num_connected == 2 &&
             peers[NEXT].num_connected == 1) {
    step = DONE;
    at->has_left = true;
  }
}

/* Who had proved to be with the caller, by the certificate's digest; empty: nobody. */
static void check_proofs(uint32_t call) {
  pcs_office_message message;
  size_t num = 0;
  while (pcs_office_receive(broker, &message) == PCS_OK) {
    pcs_office_peer_proved proved;
    if (message.id != PCS_OFFICE_PEER_PROVED ||
        pcs_office_peer_proved_decode(message.body, &proved) != PCS_OK || proved.call != call) {
      continue;
    }
    num++;
    CHECK_EQ_UINT(proved.num_fingerprints, num == 2 ? 0 : 1);
    if (num != 2) {
      const opened *who = &peers[num == 1 ? BEFORE : NEXT];
      CHECK(pcs_span_equal(proved.fingerprints[0].value, who->said.fingerprints[0].value));
    }
  }
  CHECK_EQ_UINT(num, 3);
}

static void test_proofs(void) {
  scene at;
  int pair[2];
  pcs_office *office = NULL;
  CHECK_EQ_INT(pcs_descriptor_pair(pair, PCS_PAIR_MESSAGES), PCS_OK);
  CHECK_EQ_INT(pcs_office_new(&office, pair[0], PCS_TO_WORKER), PCS_OK);
  CHECK_EQ_INT(pcs_office_new(&broker, pair[1], PCS_TO_BROKER), PCS_OK);
  begin(&at);
  at.on_heard = follow;
  say_hello(&at);
  for (uint32_t i = 0; i < NUM_PEERS; i++) {
    say_open_peer(&at, i + 1);
  }
  pcs_session_config config = {.office = office,
                               .may = PCS_RIGHT_DATA | PCS_RIGHT_LOCAL_ADDRESSES,
                               .held = PCS_RIGHT_DATA | PCS_RIGHT_LOCAL_ADDRESSES,
                               .loopback = PCS_LOOPBACK_INCLUDED,
                               .question_bytes = PCS_QUESTION_BURST_BYTES,
                               .addresses = PCS_ADDRESS_MODE_DEFAULT};
  run_with(&at, config, PCS_LINK_PIPE);
  CHECK_EQ_INT(step, DONE);
  check_proofs(1); /* calls are numbered as they begin */
  pcs_office_free(broker);
}

int main(void) {
  CHECK_EQ_INT(pcs_sctp_stack_init(), PCS_OK);
  RUN("the broker hears that nobody has proved anything before it hears of the next peer",
      test_proofs);
  return check_report();
}
