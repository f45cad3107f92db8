/* The address mode of a living session: what a grant adds and what its end takes away. */
#include "tests/host/worker/session_page.h"

#include "core/policy/address.h"
#include "core/policy/right.h"
#include "host/link/office.h"

/* What has been heard so far. */
typedef struct news {
  size_t num_named;
  size_t num_shown; /* candidates told by their address */
  bool is_complete;
  bool has_stats;
  size_t num_stats_shown;
} news;

static uint32_t peer;
static uint32_t step;
static news at_end;
static pcs_office *broker; /* its end of the pair with the worker */

static void say_held(uint32_t held) {
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_office_rights_encode(
      &writer, &(pcs_office_rights){.may = PCS_RIGHT_DATA | PCS_RIGHT_LOCAL_ADDRESSES, .held = held});
  CHECK_EQ_INT(pcs_office_send(broker, &writer), PCS_OK);
}

static void count_candidate(news *out, const pcs_candidate *candidate) {
  out->num_named += candidate->address.family == PCS_ADDRESS_NAME;
  out->num_shown += candidate->address.family == PCS_ADDRESS_IPV4 ||
                    candidate->address.family == PCS_ADDRESS_IPV6;
}

static void take_stats(news *out, pcs_span body) {
  static pcs_msg_stats stats;
  news counted = {.num_named = 0};
  if (pcs_msg_stats_decode(body, &stats) == PCS_OK) {
    for (size_t i = 0; i < stats.num_candidates; i++) {
      count_candidate(&counted, &stats.candidates[i].candidate);
    }
    out->has_stats = true;
    out->num_stats_shown = counted.num_shown;
  }
}

static news news_of(const scene *at) {
  news out = {.num_named = 0};
  pcs_span rest = {heard, at->got};
  pcs_record record;
  while (rest.len > 0 && pcs_record_next(&rest, &record) == PCS_OK) {
    pcs_msg_candidate_found found;
    pcs_msg_gathering_state state;
    if (record.id == PCS_MSG_CANDIDATE_FOUND &&
        pcs_msg_candidate_found_decode(record.body, &found) == PCS_OK) {
      count_candidate(&out, &found.candidate);
    } else if (record.id == PCS_MSG_GATHERING_STATE &&
               pcs_msg_gathering_state_decode(record.body, &state) == PCS_OK) {
      out.is_complete = out.is_complete || state.state == PCS_GATHERING_COMPLETE;
    } else if (record.id == PCS_MSG_STATS) {
      take_stats(&out, record.body);
    }
  }
  return out;
}

static void ask_stats(scene *at) {
  pcs_msg_get_stats_encode(&at->in, &(pcs_msg_get_stats){.request = 9, .peer = peer});
}

/* Gathered by names, then granted, then taken back. */
static void follow(scene *at) {
  at_end = news_of(at);
  if (step == 0 && at_end.is_complete) {
    step = 1;
    CHECK(at_end.num_named > 0);
    CHECK_EQ_UINT(at_end.num_shown, 0);
    say_held(PCS_RIGHT_DATA | PCS_RIGHT_LOCAL_ADDRESSES);
  } else if (step == 1 && at_end.num_shown >= at_end.num_named) {
    step = 2;
    say_held(PCS_RIGHT_DATA);
    ask_stats(at);
  } else if (step == 2 && at_end.has_stats && at_end.num_stats_shown > 0) {
    ask_stats(at); /* what the broker says comes by another way */
  } else if (step == 2 && at_end.has_stats) {
    step = 3;
    at->has_left = true;
  }
}

static void run_in(pcs_address_mode mode) {
  scene at;
  int pair[2];
  pcs_office *office = NULL;
  CHECK_EQ_INT(pcs_descriptor_pair(pair, PCS_PAIR_MESSAGES), PCS_OK);
  CHECK_EQ_INT(pcs_office_new(&office, pair[0], PCS_TO_WORKER), PCS_OK);
  CHECK_EQ_INT(pcs_office_new(&broker, pair[1], PCS_TO_BROKER), PCS_OK);
  peer = first_peer();
  begin(&at);
  step = 0;
  at.on_heard = follow;
  say_hello(&at);
  say_open_peer(&at, 1);
  pcs_msg_gather_encode(&at.in, &(pcs_msg_gather){.peer = peer, .generation = 1});
  pcs_session_config config = {.office = office,
                               .may = PCS_RIGHT_DATA | PCS_RIGHT_LOCAL_ADDRESSES,
                               .held = PCS_RIGHT_DATA,
                               .loopback = PCS_LOOPBACK_INCLUDED,
                               .question_bytes = PCS_QUESTION_BURST_BYTES,
                               .addresses = mode};
  run_with(&at, config, PCS_LINK_PIPE);
  pcs_office_free(broker);
}

static void test_grant(void) {
  run_in(PCS_ADDRESS_MODE_DEFAULT);
  CHECK_EQ_UINT(step, 3);
  CHECK_EQ_UINT(at_end.num_stats_shown, 0);
}

int main(void) {
  CHECK_EQ_INT(pcs_sctp_stack_init(), PCS_OK);
  RUN("A22: a grant adds candidates to a live connection, its end hides them at once", test_grant);
  return check_report();
}
