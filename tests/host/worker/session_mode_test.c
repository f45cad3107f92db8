/* The address mode of a living session: what a grant adds and what its end takes away. */
#include "tests/host/worker/session_page.h"

#include "core/policy/address.h"

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

/* Gathered by names, then granted, then taken back. */
static void follow(scene *at) {
  at_end = news_of(at);
  if (step == 0 && at_end.is_complete) {
    step = 1;
    CHECK(at_end.num_named > 0);
    CHECK_EQ_UINT(at_end.num_shown, 0);
    pcs_session_set_address_mode(at->session, PCS_ADDRESS_MODE_ALL);
  } else if (step == 1 && at_end.num_shown >= at_end.num_named) {
    step = 2;
    pcs_session_set_address_mode(at->session, PCS_ADDRESS_MODE_PUBLIC);
    pcs_msg_get_stats_encode(&at->in, &(pcs_msg_get_stats){.request = 9, .peer = peer});
  } else if (step == 2 && at_end.has_stats) {
    step = 3;
    at->has_left = true;
  }
}

static void run_in(pcs_address_mode mode) {
  scene at;
  peer = first_peer();
  begin(&at);
  step = 0;
  at.on_heard = follow;
  say_hello(&at);
  say_open_peer(&at, 1);
  pcs_msg_gather_encode(&at.in, &(pcs_msg_gather){.peer = peer, .generation = 1});
  pcs_session_config config = {
      .rights = PCS_RIGHT_DATA, .loopback = PCS_LOOPBACK_INCLUDED, .addresses = mode};
  run_with(&at, config, PCS_LINK_PIPE);
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
