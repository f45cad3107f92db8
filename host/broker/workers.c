#include "host/broker/workers.h"

#include <stdio.h>
#include <stdlib.h>

#include "host/broker/shares.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"

/* Messages of one worker in one turn of the loop: then the others have theirs. */
#define HEARD_MAX 16

struct pcs_worker {
  pcs_worker *next;
  pcs_workers *workers;
  pcs_process *process;
  pcs_office *office;
  pcs_watch *watch;
  bool has_link; /* else it is in reserve */
  pcs_origin origin;
  void *page;
};

struct pcs_workers {
  pcs_workers_config config;
  pcs_workers_events events;
  pcs_worker *first;
  pcs_shares shares;
};

static void free_worker(pcs_worker *gone) {
  pcs_watch_free(gone->watch);
  pcs_process_free(gone->process);
  pcs_office_free(gone->office);
  free(gone);
}

static void unlist(pcs_workers *workers, const pcs_worker *gone) {
  pcs_worker **at = &workers->first;
  while (*at != gone) {
    at = &(*at)->next;
  }
  *at = gone->next;
}

static void on_worker_ended(void *context, pcs_process_end end) {
  pcs_worker *gone = (pcs_worker *)context;
  pcs_workers *workers = gone->workers;
  bool had_link = gone->has_link;
  void *page = gone->page;
  unlist(workers, gone);
  free_worker(gone);
  if (end.signal != 0) {
    fprintf(stderr, "portcullis-broker: a worker was ended by signal %d\n", end.signal);
  }
  if (had_link && workers->events.ended != NULL) {
    workers->events.ended(workers->events.context, page);
  }
}

/* ---- what they say ---- */

void pcs_worker_end_now(pcs_worker *worker) {
  pcs_watch_want(worker->watch, 0);
  pcs_process_end_now(worker->process);
}

static void want(pcs_worker *worker, pcs_status flushed) {
  if (flushed != PCS_OK && flushed != PCS_ERR_NO_SPACE) {
    pcs_worker_end_now(worker);
    return;
  }
  pcs_watch_want(worker->watch,
                 flushed == PCS_OK ? PCS_READABLE : PCS_READABLE | PCS_WRITABLE);
}

void pcs_worker_say(pcs_worker *worker, const pcs_writer *writer) {
  pcs_status status = pcs_office_send(worker->office, writer);
  if (status != PCS_OK) {
    pcs_worker_end_now(worker); /* whom nothing can be told, nothing can be forbidden */
    return;
  }
  want(worker, pcs_office_flush(worker->office));
}

static bool hear(pcs_worker *worker, const pcs_office_message *message) {
  const pcs_workers_events *events = &worker->workers->events;
  return worker->has_link && events->heard != NULL &&
         events->heard(events->context, worker->page, message);
}

static void on_ready(void *context, unsigned ready_for) {
  (void)ready_for;
  pcs_worker *worker = (pcs_worker *)context;
  pcs_status status = PCS_OK;
  for (size_t i = 0; i < HEARD_MAX && status == PCS_OK; i++) {
    pcs_office_message message;
    status = pcs_office_receive(worker->office, &message);
    if (status == PCS_OK && !hear(worker, &message)) {
      status = PCS_ERR_SYNTAX;
    }
  }
  if (status == PCS_ERR_CLOSED) {
    pcs_watch_want(worker->watch, 0); /* its process is about to end */
    return;
  }
  if (status != PCS_OK && status != PCS_ERR_NO_SPACE) {
    fprintf(stderr, "portcullis-broker: a worker broke the rules and was ended\n");
    pcs_worker_end_now(worker);
    return;
  }
  want(worker, pcs_office_flush(worker->office));
}

/* ---- starting ---- */

/* On its command line and not in the handover: what a worker may do of TCP is part of its sandbox,
 * which it enters before it has a link. */
static void say_transports(pcs_process_config *process, const pcs_ice_transports *transports) {
  process->arguments[process->num_arguments++] = "--ice-tcp";
  process->arguments[process->num_arguments++] = pcs_ice_tcp_policy_name(transports->tcp);
  process->arguments[process->num_arguments++] = "--mask-tcp";
  process->arguments[process->num_arguments++] = pcs_ice_masking_name(transports->masking);
  if (transports->secure_streams_only) {
    process->arguments[process->num_arguments++] = "--no-raw-tcp";
  }
}

static pcs_status start_process(pcs_worker *fresh, const pcs_workers_config *config, int pair) {
  pcs_process_config process = {
      .path = config->path,
      .arguments = {"portcullis-worker"},
      .num_arguments = 1,
      .descriptors = {PCS_DESCRIPTOR_NONE, PCS_DESCRIPTOR_NONE, 2, pair},
      .num_descriptors = PCS_WORKER_PAIR + 1,
      .ended = on_worker_ended,
      .context = fresh,
  };
  say_transports(&process, &config->transports);
  if (config->ca_bundle != NULL) {
    process.arguments[process.num_arguments++] = "--ca-bundle";
    process.arguments[process.num_arguments++] = config->ca_bundle;
  }
  if (config->secrets_descriptor != PCS_DESCRIPTOR_NONE) {
    process.arguments[process.num_arguments++] = "--secrets";
    process.descriptors[process.num_descriptors++] = config->secrets_descriptor;
  }
  if (config->no_sandbox) {
    process.arguments[process.num_arguments++] = "--no-sandbox";
  }
  return pcs_process_start(&fresh->process, config->loop, &process);
}

static pcs_status make_pair(pcs_worker *fresh, int *out_theirs) {
  int pair[2];
  *out_theirs = PCS_DESCRIPTOR_NONE;
  if (pcs_descriptor_pair(pair, PCS_PAIR_MESSAGES) != PCS_OK) {
    return PCS_ERR_SYSTEM;
  }
  *out_theirs = pair[1];
  pcs_status status = pcs_office_new(&fresh->office, pair[0], PCS_TO_BROKER);
  if (status == PCS_OK) {
    status = pcs_watch_new(&fresh->watch, fresh->workers->config.loop, pair[0], on_ready, fresh);
  }
  return status;
}

static pcs_status start_worker(pcs_workers *workers) {
  pcs_worker *fresh = calloc(1, sizeof *fresh);
  int theirs = PCS_DESCRIPTOR_NONE;
  if (fresh == NULL) {
    return PCS_ERR_SYSTEM;
  }
  fresh->workers = workers;
  pcs_status status = make_pair(fresh, &theirs);
  if (status == PCS_OK) {
    status = start_process(fresh, &workers->config, theirs);
  }
  pcs_descriptor_close(&theirs);
  if (status != PCS_OK) {
    free_worker(fresh);
    return PCS_ERR_SYSTEM;
  }
  fresh->next = workers->first;
  workers->first = fresh;
  return PCS_OK;
}

pcs_status pcs_workers_new(pcs_workers **out_workers, const pcs_workers_config *config) {
  *out_workers = NULL;
  pcs_workers *workers = calloc(1, sizeof *workers);
  if (workers == NULL) {
    return PCS_ERR_SYSTEM;
  }
  workers->config = *config;
  if (start_worker(workers) != PCS_OK) {
    free(workers);
    return PCS_ERR_SYSTEM;
  }
  *out_workers = workers;
  return PCS_OK;
}

void pcs_workers_free(pcs_workers *workers) {
  while (workers != NULL && workers->first != NULL) {
    pcs_worker *gone = workers->first;
    workers->first = gone->next;
    free_worker(gone);
  }
  free(workers);
}

void pcs_workers_follow(pcs_workers *workers, const pcs_workers_events *events) {
  workers->events = *events;
}

pcs_status pcs_workers_may_link(const pcs_workers *workers, const pcs_origin *origin) {
  size_t num_links = 0;
  size_t num_of_origin = 0;
  for (const pcs_worker *one = workers->first; one != NULL; one = one->next) {
    num_links += one->has_link ? 1 : 0;
    num_of_origin += one->has_link && pcs_origin_equal(&one->origin, origin) ? 1 : 0;
  }
  bool full = num_links >= PCS_LINKS_MAX || num_of_origin >= PCS_LINKS_PER_ORIGIN_MAX;
  return full ? PCS_ERR_QUOTA : PCS_OK;
}

static pcs_worker *reserve_of(const pcs_workers *workers) {
  pcs_worker *one = workers->first;
  while (one != NULL && one->has_link) {
    one = one->next;
  }
  return one;
}

static pcs_status give(pcs_workers *workers, pcs_worker **out_worker,
                       const pcs_handover *handover, int descriptor) {
  if (reserve_of(workers) == NULL && start_worker(workers) != PCS_OK) {
    return PCS_ERR_SYSTEM;
  }
  uint8_t memory[PCS_HANDOVER_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_handover whole = *handover;
  whole.question_bytes = pcs_shares_take(&workers->shares, pcs_clock_now_us(), &handover->origin);
  pcs_handover_encode(&writer, &whole);
  pcs_worker *taker = reserve_of(workers);
  pcs_span message;
  if (pcs_writer_finish(&writer, &message) != PCS_OK ||
      pcs_descriptor_send_with(pcs_office_descriptor(taker->office), message, descriptor) !=
          PCS_OK) {
    return PCS_ERR_SYSTEM;
  }
  taker->has_link = true;
  taker->origin = handover->origin;
  pcs_watch_want(taker->watch, PCS_READABLE);
  *out_worker = taker;
  return PCS_OK;
}

pcs_status pcs_workers_hand_over(pcs_workers *workers, pcs_worker **out_worker,
                                 const pcs_handover *handover, int descriptor, void *page) {
  *out_worker = NULL;
  pcs_status status = pcs_workers_may_link(workers, &handover->origin);
  if (status == PCS_OK) {
    status = give(workers, out_worker, handover, descriptor);
  }
  if (status == PCS_OK) {
    (*out_worker)->page = page;
  }
  pcs_descriptor_close(&descriptor);
  bool lacks_reserve = workers->config.keeps_reserve && reserve_of(workers) == NULL;
  if (status == PCS_OK && lacks_reserve && start_worker(workers) != PCS_OK) {
    fprintf(stderr, "portcullis-broker: no worker could be started in reserve\n");
  }
  return status;
}
