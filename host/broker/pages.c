#include "host/broker/pages.h"

#include <stdlib.h>

#include "core/policy/peer.h"
#include "host/broker/captures.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"

/* Calls that were told to stop and have not said that they are silent: all that a link can have. */
#define STOPPING_MAX PCS_PEERS_MAX

typedef struct page {
  pcs_pages *pages;
  pcs_worker *worker;
  uint64_t id;
  uint64_t since_us;
  uint32_t last_call;    /* numbers rise: none is used twice */
  uint32_t last_request;
  pcs_kept kept;
  uint64_t stop_by_us;   /* while something is to stop */
  size_t num_stopping;
  uint32_t stopping[STOPPING_MAX];
  size_t num_asks;
  struct {
    uint64_t ask;
    uint32_t request;
  } asks[PCS_ASKS_PER_ORIGIN_MAX];
} page;

struct pcs_pages {
  pcs_pages_config config;
  pcs_pages_watcher watcher;
  pcs_timer *timer;
  page *places[PCS_LINKS_MAX];
  size_t num;
};

static pcs_scope scope_of(const page *of, uint32_t call) {
  return (pcs_scope){.page = of->id, .call = call};
}

/* ---- to the worker ---- */

static pcs_writer begin(uint8_t memory[PCS_OFFICE_BYTES_MAX]) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, PCS_OFFICE_BYTES_MAX);
  return writer;
}

static void say_verdict(const page *to, uint32_t request, bool allowed) {
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer = begin(memory);
  pcs_office_verdict_encode(
      &writer, &(pcs_office_verdict){.request = request, .allowed = allowed ? 1 : 0});
  pcs_worker_say(to->worker, &writer);
}

static void set_timer(pcs_pages *pages, uint64_t now_us) {
  uint64_t first_us = UINT64_MAX;
  for (size_t i = 0; i < pages->num; i++) {
    const page *one = pages->places[i];
    first_us = one->num_stopping > 0 && one->stop_by_us < first_us ? one->stop_by_us : first_us;
  }
  uint64_t delay_us = first_us > now_us ? first_us - now_us : 0;
  pcs_timer_set(pages->timer, first_us == UINT64_MAX ? UINT64_MAX : delay_us);
}

/* Nothing of a worker that hangs is silent before its process is gone. */
static void on_patience_over(void *context) {
  pcs_pages *pages = (pcs_pages *)context;
  uint64_t now_us = pcs_clock_now_us();
  for (size_t i = 0; i < pages->num; i++) {
    page *one = pages->places[i];
    if (one->num_stopping > 0 && one->stop_by_us <= now_us) {
      one->num_stopping = 0;
      pcs_worker_end_now(one->worker);
    }
  }
  set_timer(pages, now_us);
}

static void say_stop(page *to, uint32_t call) {
  uint64_t now_us = pcs_clock_now_us();
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer = begin(memory);
  pcs_office_stop_call_encode(&writer, &(pcs_office_stop_call){.call = call});
  if (to->num_stopping == 0) {
    to->stop_by_us = now_us + PCS_STOP_PATIENCE_US;
  }
  if (to->num_stopping == STOPPING_MAX) {
    pcs_worker_end_now(to->worker);
    return;
  }
  to->stopping[to->num_stopping++] = call;
  pcs_worker_say(to->worker, &writer);
  set_timer(to->pages, now_us);
}

static void say_rights(const page *to, pcs_standing standing) {
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer = begin(memory);
  pcs_office_rights_encode(&writer,
                           &(pcs_office_rights){.may = standing.may, .held = standing.held});
  pcs_worker_say(to->worker, &writer);
}

/* ---- from the worker: false ends it ---- */

static bool hear_began(page *from, pcs_span body) {
  pcs_office_call_began began;
  if (pcs_office_call_began_decode(body, &began) != PCS_OK || began.call <= from->last_call) {
    return false;
  }
  from->last_call = began.call;
  pcs_reason reason;
  pcs_request request = {.scope = scope_of(from, began.call), .right = PCS_RIGHT_DATA};
  /* What it held when it began may have been taken back since. */
  if (pcs_consent_begin(from->pages->config.consent, &reason, &request, pcs_clock_unix_us()) !=
      PCS_OK) {
    say_stop(from, began.call);
  }
  return true;
}

static void note_silence(page *from, uint32_t call) {
  for (size_t i = 0; i < from->num_stopping; i++) {
    if (from->stopping[i] == call) {
      from->stopping[i] = from->stopping[--from->num_stopping];
      set_timer(from->pages, pcs_clock_now_us());
      return;
    }
  }
}

static bool hear_ended(page *from, pcs_span body) {
  pcs_office_call_ended ended;
  if (pcs_office_call_ended_decode(body, &ended) != PCS_OK || ended.call == 0 ||
      ended.call > from->last_call) {
    return false;
  }
  note_silence(from, ended.call);
  pcs_consent_end_call(from->pages->config.consent, scope_of(from, ended.call),
                       pcs_clock_unix_us());
  return true;
}

static bool hear_proved(page *from, pcs_span body) {
  pcs_office_peer_proved proved;
  pcs_peer peer = {0};
  if (pcs_office_peer_proved_decode(body, &proved) != PCS_OK || proved.call == 0 ||
      proved.call > from->last_call) {
    return false;
  }
  for (size_t i = 0; i < proved.num_fingerprints; i++) {
    if (pcs_peer_add(&peer, &proved.fingerprints[i]) != PCS_OK) {
      return false;
    }
  }
  pcs_consent_meet(from->pages->config.consent, scope_of(from, proved.call), &peer,
                   pcs_clock_unix_us());
  return true;
}

/* Room for its ask is made sure of: a worker has few questions at a time (worker/waiting.h). */
static bool ask(page *from, const pcs_office_request *request) {
  pcs_wish wish = {.scope = scope_of(from, request->call),
                   .rights = request->right,
                   .device = pcs_capture_device(request->right)};
  uint64_t id;
  if (from->num_asks == PCS_ASKS_PER_ORIGIN_MAX) {
    return false;
  }
  if (pcs_consent_ask(from->pages->config.consent, &id, &wish, pcs_clock_unix_us()) != PCS_OK) {
    say_verdict(from, request->request, false);
    return true;
  }
  from->asks[from->num_asks].ask = id;
  from->asks[from->num_asks++].request = request->request;
  return true;
}

static bool hear_request(page *from, pcs_span body) {
  pcs_office_request request;
  if (pcs_office_request_decode(body, &request) != PCS_OK ||
      request.request <= from->last_request) {
    return false;
  }
  const pcs_right_row *row = pcs_right_find(request.right);
  /* A worker has no devices: a capture is a process of the broker's, and the worker's call for it. */
  bool is_capture = row != NULL && row->needs == PCS_NEEDS_DEVICE;
  bool is_call = request.right == PCS_RIGHT_DATA || is_capture;
  bool fits = is_call ? request.call > from->last_call : request.call == 0;
  if (row == NULL || !fits) {
    return false;
  }
  from->last_request = request.request;
  from->last_call = is_call ? request.call : from->last_call;
  bool lacks_device = pcs_capture_device(request.right).len == 0 || !from->pages->config.has_devices;
  if (is_capture && lacks_device) {
    say_verdict(from, request.request, false);
    return true;
  }
  return ask(from, &request);
}

/* Nobody may be looking any more when it comes. */
static bool hear_shown(const page *from, const pcs_office_message *message) {
  const pcs_pages_watcher *watcher = &from->pages->watcher;
  return watcher->heard == NULL || watcher->heard(watcher->context, from->id, message);
}

static const pcs_page *facts_of(const page *of) {
  const pcs_permissions *standing = pcs_consent_permissions(of->pages->config.consent);
  for (size_t i = 0; i < standing->num_pages; i++) {
    if (standing->pages[i].id == of->id) {
      return &standing->pages[i];
    }
  }
  return NULL;
}

static bool hear_of_certificates(page *from, const pcs_office_message *message) {
  const pcs_page *facts = facts_of(from);
  return facts != NULL && pcs_kept_hear(&from->kept, &from->pages->config.kept, facts,
                                        from->worker, &from->last_request, message);
}

static bool on_heard(void *context, void *of, const pcs_office_message *message) {
  (void)context;
  page *from = (page *)of;
  switch (message->id) {
  case PCS_OFFICE_CALL_BEGAN:
    return hear_began(from, message->body);
  case PCS_OFFICE_CALL_ENDED:
    return hear_ended(from, message->body);
  case PCS_OFFICE_PEER_PROVED:
    return hear_proved(from, message->body);
  case PCS_OFFICE_REQUEST:
    return hear_request(from, message->body);
  case PCS_OFFICE_PICTURE_BEGIN:
  case PCS_OFFICE_PICTURE_CALL:
  case PCS_OFFICE_PICTURE_PAIR:
  case PCS_OFFICE_PICTURE_CHANNEL:
  case PCS_OFFICE_PICTURE_END:
  case PCS_OFFICE_NOTE:
    return hear_shown(from, message);
  case PCS_OFFICE_KEEP_CERTIFICATE:
  case PCS_OFFICE_RECALL_CERTIFICATE:
  case PCS_OFFICE_FORGET_CERTIFICATE:
    return hear_of_certificates(from, message);
  default:
    return false;
  }
}

/* ---- what consent says ---- */

static page *page_of(const pcs_pages *pages, uint64_t id) {
  for (size_t i = 0; i < pages->num; i++) {
    if (pages->places[i]->id == id) {
      return pages->places[i];
    }
  }
  return NULL;
}

static void pass_verdict(page *to, const pcs_consent_event *event) {
  for (size_t i = 0; i < to->num_asks; i++) {
    if (to->asks[i].ask == event->ask) {
      uint32_t request = to->asks[i].request;
      to->asks[i] = to->asks[--to->num_asks];
      say_verdict(to, request, event->allowed);
      return;
    }
  }
}

bool pcs_pages_follow(pcs_pages *pages, const pcs_consent_event *event) {
  page *to = page_of(pages, event->scope.page);
  if (to == NULL) {
    return false;
  }
  switch (event->kind) {
  case PCS_CONSENT_VERDICT:
    pass_verdict(to, event);
    return true;
  case PCS_CONSENT_ENDED:
    say_stop(to, (uint32_t)event->scope.call);
    return true;
  case PCS_CONSENT_RIGHTS:
    say_rights(to, event->standing);
    return true;
  }
  return true;
}

/* ---- life ---- */

static void close_page(page *gone) {
  pcs_pages *pages = gone->pages;
  for (size_t i = 0; i < pages->num; i++) {
    if (pages->places[i] == gone) {
      pages->places[i] = pages->places[--pages->num];
      break;
    }
  }
  pcs_consent_close_page(pages->config.consent, gone->id, pcs_clock_unix_us());
  if (pages->watcher.closed != NULL) {
    pages->watcher.closed(pages->watcher.context, gone->id);
  }
  free(gone);
  set_timer(pages, pcs_clock_now_us());
}

static void on_ended(void *context, void *of) {
  pcs_pages *pages = (pcs_pages *)context;
  close_page((page *)of);
  if (pages->config.closed != NULL) {
    pages->config.closed(pages->config.context);
  }
}

pcs_status pcs_pages_new(pcs_pages **out_pages, const pcs_pages_config *config) {
  *out_pages = NULL;
  pcs_pages *pages = calloc(1, sizeof *pages);
  if (pages == NULL) {
    return PCS_ERR_SYSTEM;
  }
  pages->config = *config;
  if (pcs_timer_new(&pages->timer, config->loop, on_patience_over, pages) != PCS_OK) {
    free(pages);
    return PCS_ERR_SYSTEM;
  }
  pcs_workers_events events = {.heard = on_heard, .ended = on_ended, .context = pages};
  pcs_workers_follow(config->workers, &events);
  *out_pages = pages;
  return PCS_OK;
}

void pcs_pages_free(pcs_pages *pages) {
  if (pages == NULL) {
    return;
  }
  for (size_t i = 0; i < pages->num; i++) {
    free(pages->places[i]);
  }
  pcs_timer_free(pages->timer);
  free(pages);
}

pcs_status pcs_pages_may_open(const pcs_pages *pages, const pcs_origin *origin) {
  return pcs_workers_may_link(pages->config.workers, origin);
}

static pcs_status hand_over(page *fresh, const pcs_visit *visit, pcs_link_kind kind,
                            int descriptor) {
  const pcs_pages_config *config = &fresh->pages->config;
  pcs_standing standing = pcs_consent_standing(config->consent, fresh->id, pcs_clock_unix_us());
  pcs_handover handover = {.kind = kind,
                           .may = standing.may,
                           .held = standing.held,
                           .loopback = config->loopback,
                           .local_network = config->local_network,
                           .addresses = config->addresses,
                           .until_accepted = (visit->flags & PCS_PAGE_UNTIL_ACCEPTED) != 0,
                           .origin = visit->origin};
  return pcs_workers_hand_over(config->workers, &fresh->worker, &handover, descriptor, fresh);
}

pcs_status pcs_pages_open(pcs_pages *pages, const pcs_visit *visit, pcs_link_kind kind,
                          int descriptor) {
  page *fresh = pages->num < PCS_LINKS_MAX ? calloc(1, sizeof *fresh) : NULL;
  if (fresh == NULL) {
    pcs_descriptor_close(&descriptor);
    return PCS_ERR_QUOTA;
  }
  fresh->pages = pages;
  fresh->since_us = pcs_clock_unix_us();
  pcs_status status =
      pcs_consent_open_page(pages->config.consent, &fresh->id, visit, pcs_clock_unix_us());
  if (status != PCS_OK) {
    pcs_descriptor_close(&descriptor);
    free(fresh);
    return status;
  }
  pages->places[pages->num++] = fresh;
  status = hand_over(fresh, visit, kind, descriptor);
  if (status != PCS_OK) {
    close_page(fresh);
  } else if (pages->watcher.opened != NULL) {
    pages->watcher.opened(pages->watcher.context, fresh->id);
  }
  return status;
}

size_t pcs_pages_mark_mixed(pcs_pages *pages, const pcs_origin *origin,
                            const pcs_origin *embedder) {
  const pcs_permissions *standing = pcs_consent_permissions(pages->config.consent);
  size_t num = 0;
  for (size_t i = 0; i < standing->num_pages; i++) {
    const pcs_page *one = &standing->pages[i];
    if (page_of(pages, one->id) != NULL && pcs_origin_equal(&one->origin, origin) &&
        pcs_origin_equal(&one->embedder, embedder)) {
      pcs_consent_mark_mixed(pages->config.consent, one->id, pcs_clock_unix_us());
      num++;
    }
  }
  return num;
}

/* ---- who looks ---- */

void pcs_pages_watch(pcs_pages *pages, const pcs_pages_watcher *watcher) {
  pages->watcher = *watcher;
}

bool pcs_pages_at(const pcs_pages *pages, size_t index, pcs_page_view *out_page) {
  *out_page = (pcs_page_view){0};
  if (index >= pages->num) {
    return false;
  }
  const page *one = pages->places[index];
  *out_page = (pcs_page_view){.id = one->id, .since_us = one->since_us};
  return true;
}

void pcs_pages_inspect(pcs_pages *pages, uint64_t id, const pcs_office_inspect *inspect) {
  const page *to = page_of(pages, id);
  if (to != NULL) {
    uint8_t memory[PCS_OFFICE_BYTES_MAX];
    pcs_writer writer = begin(memory);
    pcs_office_inspect_encode(&writer, inspect);
    pcs_worker_say(to->worker, &writer);
  }
}
