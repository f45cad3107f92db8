#include "host/broker/workers.h"

#include <stdio.h>
#include <stdlib.h>

#include "host/sys/descriptor.h"

typedef struct worker {
  struct worker *next;
  pcs_workers *workers;
  pcs_process *process;
  int pair;
  bool has_link; /* else it is in reserve */
  pcs_origin origin;
} worker;

struct pcs_workers {
  pcs_workers_config config;
  worker *first;
};

static void free_worker(worker *gone) {
  pcs_process_free(gone->process);
  pcs_descriptor_close(&gone->pair);
  free(gone);
}

static void unlist(pcs_workers *workers, const worker *gone) {
  worker **at = &workers->first;
  while (*at != gone) {
    at = &(*at)->next;
  }
  *at = gone->next;
}

static void on_worker_ended(void *context, pcs_process_end end) {
  worker *gone = (worker *)context;
  pcs_workers *workers = gone->workers;
  bool had_link = gone->has_link;
  unlist(workers, gone);
  free_worker(gone);
  if (end.signal != 0) {
    fprintf(stderr, "portcullis-broker: a worker was ended by signal %d\n", end.signal);
  }
  if (had_link && workers->config.ended != NULL) {
    workers->config.ended(workers->config.context, end);
  }
}

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

static pcs_status start_process(worker *fresh, const pcs_workers_config *config, int pair) {
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

static pcs_status start_worker(pcs_workers *workers) {
  worker *fresh = calloc(1, sizeof *fresh);
  int pair[2];
  if (fresh == NULL || pcs_descriptor_pair(pair, PCS_PAIR_MESSAGES) != PCS_OK) {
    free(fresh);
    return PCS_ERR_SYSTEM;
  }
  fresh->workers = workers;
  fresh->pair = pair[0];
  pcs_status status = start_process(fresh, &workers->config, pair[1]);
  pcs_descriptor_close(&pair[1]);
  if (status != PCS_OK) {
    pcs_descriptor_close(&fresh->pair);
    free(fresh);
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
    worker *gone = workers->first;
    workers->first = gone->next;
    free_worker(gone);
  }
  free(workers);
}

pcs_status pcs_workers_may_link(const pcs_workers *workers, const pcs_origin *origin) {
  size_t num_links = 0;
  size_t num_of_origin = 0;
  for (const worker *one = workers->first; one != NULL; one = one->next) {
    num_links += one->has_link ? 1 : 0;
    num_of_origin += one->has_link && pcs_origin_equal(&one->origin, origin) ? 1 : 0;
  }
  bool full = num_links >= PCS_LINKS_MAX || num_of_origin >= PCS_LINKS_PER_ORIGIN_MAX;
  return full ? PCS_ERR_QUOTA : PCS_OK;
}

static worker *reserve_of(const pcs_workers *workers) {
  worker *one = workers->first;
  while (one != NULL && one->has_link) {
    one = one->next;
  }
  return one;
}

static pcs_status give(pcs_workers *workers, const pcs_handover *handover, int descriptor) {
  if (reserve_of(workers) == NULL && start_worker(workers) != PCS_OK) {
    return PCS_ERR_SYSTEM;
  }
  uint8_t memory[PCS_HANDOVER_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_handover_encode(&writer, handover);
  worker *taker = reserve_of(workers);
  pcs_span message;
  if (pcs_writer_finish(&writer, &message) != PCS_OK ||
      pcs_descriptor_send_with(taker->pair, message, descriptor) != PCS_OK) {
    return PCS_ERR_SYSTEM;
  }
  taker->has_link = true;
  taker->origin = handover->origin;
  return PCS_OK;
}

pcs_status pcs_workers_hand_over(pcs_workers *workers, const pcs_handover *handover,
                                 int descriptor) {
  pcs_status status = pcs_workers_may_link(workers, &handover->origin);
  if (status == PCS_OK) {
    status = give(workers, handover, descriptor);
  }
  pcs_descriptor_close(&descriptor);
  bool lacks_reserve = workers->config.keeps_reserve && reserve_of(workers) == NULL;
  if (status == PCS_OK && lacks_reserve && start_worker(workers) != PCS_OK) {
    fprintf(stderr, "portcullis-broker: no worker could be started in reserve\n");
  }
  return status;
}
