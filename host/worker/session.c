#include "host/worker/session.h"

#include <stdlib.h>

#include "host/link/goodbye.h"
#include "host/sys/clock.h"
#include "host/worker/keeping.h"
#include "host/worker/requests.h"

/* No record is handled unless the largest answer, STATS, has room. */
#define ANSWER_BYTES_MAX 70000
/* Reads, and rounds of writing, in one turn of the loop: then the sockets have theirs. */
#define READS_MAX 4
#define ROUNDS_MAX 4

static void finish(pcs_session *session) {
  if (session->phase != PCS_SESSION_OVER) {
    session->phase = PCS_SESSION_OVER;
    pcs_watch_want(session->watch, 0);
    pcs_timer_set(session->timer, UINT64_MAX);
    session->config.over(session->config.context);
  }
}

static void on_leave_time(void *context) {
  finish((pcs_session *)context);
}

/* The connections first: their other sides are told while there is someone to tell it. */
static void leave(pcs_session *session) {
  session->phase = PCS_SESSION_LEAVING;
  pcs_peers_close_all(session->peers, pcs_clock_now_us());
  pcs_timer_set(session->timer, PCS_SESSION_LEAVE_US);
}

static void leave_with_reason(pcs_session *session, pcs_status status, const char *reason) {
  leave(session);
  pcs_goodbye_say(session->config.link, status, reason);
}

/* ---- the broker ---- */

/* The one place where what the page holds takes effect: what the gate lets pass. */
/* What is granted counts at once, for the addresses that calls in being ask too. */
static pcs_reach_facts reach_of(const pcs_session *session) {
  bool granted = (pcs_rights_held(session->rights) & PCS_RIGHT_LOCAL_ADDRESSES) != 0;
  return (pcs_reach_facts){.local_granted = granted,
                           .local_network = session->config.local_network};
}

static pcs_address_mode mode_of(const pcs_session *session) {
  return pcs_address_mode_under(session->config.addresses, pcs_rights_held(session->rights));
}

static void follow_rights(pcs_session *session) {
  session->gate.rights = pcs_rights_may(session->rights);
  if (session->peers != NULL) {
    pcs_reach_facts facts = reach_of(session);
    pcs_peers_set_reach(session->peers, pcs_clock_now_us(), &facts);
    pcs_peers_set_addresses(session->peers, pcs_clock_now_us(), mode_of(session));
  }
}

static void on_rights_changed(void *context) {
  follow_rights((pcs_session *)context);
}

static void on_decided(void *context, uint32_t request, bool allowed) {
  pcs_requests_decide((pcs_session *)context, request, allowed);
}

static void on_kept(void *context, const pcs_office_kept *kept) {
  pcs_keeping_kept((pcs_session *)context, kept);
}

static void on_recalled(void *context, const pcs_office_recalled *recalled) {
  pcs_keeping_recalled((pcs_session *)context, recalled);
}

/* Its process has ended before this was said. */
static pcs_status stop_capture(pcs_session *session, uint32_t call) {
  uint32_t handle = pcs_page_captures_take_call(&session->captures, call);
  if (handle == 0) {
    return PCS_ERR_NOT_FOUND;
  }
  pcs_rights_end_call(session->rights, call);
  pcs_writer writer = pcs_link_writer(session->config.link);
  pcs_msg_capture_ended_encode(&writer, &(pcs_msg_capture_ended){.capture = handle});
  return pcs_link_append(session->config.link, &writer);
}

/* A page that does not read what it is told loses its link: the call is ended first. */
static void on_stop(void *context, uint32_t call) {
  pcs_session *session = (pcs_session *)context;
  pcs_status status = pcs_peers_stop(session->peers, call, pcs_clock_now_us());
  if (status == PCS_ERR_NOT_FOUND) {
    status = stop_capture(session, call);
  }
  if (status == PCS_ERR_NO_SPACE && session->phase == PCS_SESSION_RUNNING) {
    leave_with_reason(session, PCS_ERR_DENIED, NULL);
  }
  if (status == PCS_ERR_NOT_FOUND && !pcs_requests_stop(session, call)) {
    pcs_rights_end_call(session->rights, call); /* it has ended meanwhile: said once more */
  }
}

static void on_told(void *context, pcs_span records) {
  pcs_inspect_told(&((pcs_session *)context)->inspect, records);
}

/* What is told is looked at only while somebody looks. */
static void on_inspect(void *context, uint32_t round, bool wanted) {
  pcs_session *session = (pcs_session *)context;
  pcs_inspect_want(&session->inspect, pcs_clock_now_us(), round, wanted);
  pcs_link_observe(session->config.link, wanted ? on_told : NULL, session);
}

/* Without a broker nobody would take back what it gave. */
static void on_broker_lost(void *context) {
  finish((pcs_session *)context);
}

/* What was decided is answered as far as there is room. */
static void answer_decided(pcs_session *session, uint64_t now_us) {
  pcs_status status = PCS_OK;
  while (status == PCS_OK && session->phase == PCS_SESSION_RUNNING &&
         pcs_link_room(session->config.link) >= ANSWER_BYTES_MAX) {
    status = pcs_requests_answer(session, now_us);
  }
  if (status != PCS_OK && status != PCS_ERR_NOT_FOUND) {
    leave_with_reason(session, status, NULL);
  }
}

/* ---- in ---- */

static void handle_record(pcs_session *session, uint64_t now_us, const pcs_record *record) {
  pcs_status status = pcs_gate_admit(&session->gate, record);
  if (status == PCS_ERR_DENIED) {
    pcs_handlers_refuse(session, record, status);
    return;
  }
  if (status == PCS_OK) {
    pcs_inspect_heard(&session->inspect, record);
    status = pcs_handlers_handle(session, now_us, record);
  }
  if (status != PCS_OK) {
    leave_with_reason(session, status, NULL);
  }
}

/* Handles every whole record there is; the last, partial one stays. */
static void handle_input(pcs_session *session, uint64_t now_us) {
  pcs_link *link = session->config.link;
  while (session->phase == PCS_SESSION_RUNNING) {
    session->stalled = pcs_link_room(link) < ANSWER_BYTES_MAX;
    if (session->stalled) {
      return;
    }
    pcs_span input = pcs_link_input(link);
    pcs_span rest = input;
    pcs_record record;
    pcs_status status = pcs_record_next(&rest, &record);
    if (status == PCS_ERR_NO_SPACE) {
      return;
    }
    if (status != PCS_OK) {
      leave_with_reason(session, status, NULL);
      return;
    }
    handle_record(session, now_us, &record);
    pcs_link_consume(link, input.len - rest.len);
  }
}

static void end_reading(pcs_session *session, pcs_status status) {
  if (status == PCS_ERR_CLOSED || status == PCS_ERR_SYSTEM) {
    leave(session);
    pcs_link_end(session->config.link, (pcs_span){0});
  } else {
    bool is_text = status == PCS_ERR_UNSUPPORTED;
    leave_with_reason(session, status, is_text ? "Records come in binary frames." : NULL);
  }
}

/* What was read before is handled first: the link may hold bytes that no event tells of. */
static void read_link(pcs_session *session, uint64_t now_us) {
  pcs_status status = PCS_OK;
  handle_input(session, now_us);
  for (size_t i = 0; i < READS_MAX && status == PCS_OK; i++) {
    if (session->phase != PCS_SESSION_RUNNING || session->stalled) {
      return;
    }
    status = pcs_link_fill(session->config.link);
    handle_input(session, now_us);
  }
  bool is_over = status != PCS_OK && status != PCS_ERR_NO_SPACE;
  if (is_over && session->phase == PCS_SESSION_RUNNING && !session->stalled) {
    end_reading(session, status);
  }
}

static void on_link_ready(void *context, unsigned ready_for) {
  pcs_session *session = (pcs_session *)context;
  if (session->phase == PCS_SESSION_RUNNING && (ready_for & PCS_READABLE) != 0) {
    read_link(session, pcs_clock_now_us());
  }
  /* The rest, and what became writable, is done before the loop sleeps. */
}

/* ---- out ---- */

static void run_leaving(pcs_session *session) {
  pcs_status status = pcs_link_flush(session->config.link);
  if (status == PCS_ERR_NO_SPACE) {
    pcs_watch_want(session->watch, PCS_WRITABLE);
    return;
  }
  if (status == PCS_OK) {
    status = pcs_link_discard(session->config.link);
  }
  if (status == PCS_ERR_NO_SPACE) {
    pcs_watch_want(session->watch, PCS_READABLE);
  } else {
    finish(session);
  }
}

/* True when there is more to do that only waits for room on the link. */
static bool run_round(pcs_session *session, uint64_t now_us) {
  if (session->stalled) {
    read_link(session, now_us);
  }
  answer_decided(session, now_us);
  bool more = session->phase == PCS_SESSION_RUNNING && pcs_peers_run(session->peers, now_us);
  more = more || pcs_waiting_decided(&session->waiting) != NULL;
  return session->phase == PCS_SESSION_RUNNING && (more || session->stalled);
}

void pcs_session_run(pcs_session *session) {
  uint64_t now_us = pcs_clock_now_us();
  pcs_status status = PCS_OK;
  bool more = true;
  for (size_t i = 0; i < ROUNDS_MAX && more && status == PCS_OK; i++) {
    more = session->phase == PCS_SESSION_RUNNING && run_round(session, now_us);
    if (session->phase == PCS_SESSION_RUNNING) {
      status = pcs_link_flush(session->config.link);
    }
  }
  if (session->phase == PCS_SESSION_RUNNING && status != PCS_OK && status != PCS_ERR_NO_SPACE) {
    leave(session);
    finish(session);
  }
  if (session->phase == PCS_SESSION_LEAVING) {
    run_leaving(session);
  } else if (session->phase == PCS_SESSION_RUNNING) {
    bool waits_to_write = more || status == PCS_ERR_NO_SPACE;
    pcs_watch_want(session->watch,
                   (session->stalled ? 0 : PCS_READABLE) | (waits_to_write ? PCS_WRITABLE : 0));
  }
}

/* ---- life ---- */

static pcs_status make_rights(pcs_session *session) {
  const pcs_session_config *config = &session->config;
  pcs_rights_config rights = {.loop = config->loop,
                              .office = config->office,
                              .may = config->may,
                              .held = config->held,
                              .events = {.decided = on_decided,
                                         .stop = on_stop,
                                         .kept = on_kept,
                                         .recalled = on_recalled,
                                         .changed = on_rights_changed,
                                         .inspect = on_inspect,
                                         .lost = on_broker_lost,
                                         .context = session}};
  pcs_status status = pcs_rights_new(&session->rights, &rights);
  if (status == PCS_OK) {
    follow_rights(session);
  }
  return status;
}

static pcs_status make_parts(pcs_session *session) {
  const pcs_session_config *config = &session->config;
  pcs_status status = make_rights(session);
  if (status == PCS_OK) {
    status = pcs_handles_new(&session->handles, config->random);
  }
  if (status == PCS_OK) {
    pcs_certificates_init(&session->certificates, session->handles);
    pcs_peers_config peers = {.loop = config->loop,
                              .link = config->link,
                              .handles = session->handles,
                              .rights = session->rights,
                              .random = config->random,
                              .loopback = config->loopback,
                              .reach = reach_of(session),
                              .question_bytes = config->question_bytes,
                              .addresses = mode_of(session),
                              .until_accepted = config->until_accepted,
                              .transports = config->transports};
    status = pcs_peers_new(&session->peers, &peers);
  }
  session->inspect = (pcs_inspect){
      .rights = session->rights, .handles = session->handles, .peers = session->peers};
  if (status == PCS_OK) {
    status = pcs_timer_new(&session->timer, config->loop, on_leave_time, session);
  }
  if (status == PCS_OK) {
    status = pcs_watch_new(&session->watch, config->loop, pcs_link_descriptor(config->link),
                           on_link_ready, session);
  }
  return status;
}

pcs_status pcs_session_new(pcs_session **out_session, const pcs_session_config *config) {
  *out_session = NULL;
  pcs_session *session = calloc(1, sizeof *session);
  if (session == NULL) {
    pcs_link_free(config->link);
    pcs_office_free(config->office);
    return PCS_ERR_SYSTEM;
  }
  session->config = *config;
  pcs_gate_init(&session->gate, PCS_TO_HOST, PCS_RIGHT_NONE);
  pcs_status status = make_parts(session);
  if (status != PCS_OK) {
    pcs_session_free(session);
    return status;
  }
  if (config->greeted) {
    /* The broker has let a HELLO pass: there is none to come. */
    session->gate.phase = PCS_PHASE_OPEN;
    pcs_handlers_welcome(session);
  }
  pcs_watch_want(session->watch, PCS_READABLE);
  *out_session = session;
  return PCS_OK;
}

void pcs_session_free(pcs_session *session) {
  if (session == NULL) {
    return;
  }
  pcs_watch_free(session->watch);
  pcs_timer_free(session->timer);
  pcs_peers_free(session->peers);
  if (session->handles != NULL) {
    pcs_certificates_clear(&session->certificates);
  }
  pcs_waiting_clear(&session->waiting);
  pcs_rights_free(session->rights);
  pcs_handles_free(session->handles);
  pcs_link_free(session->config.link);
  free(session);
}
