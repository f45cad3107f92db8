/*
 * portcullis-broker: accepts links, finds out whose they are, and gives each to a worker process of
 * its own. No byte of a call goes through it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/boundary/gate.h"
#include "host/broker/accept.h"
#include "host/broker/arguments.h"
#include "host/broker/control.h"
#include "host/sys/descriptor.h"
#include "host/sys/sandbox.h"

#ifndef PCS_VERSION
#define PCS_VERSION "0.1.0"
#endif

typedef struct broker_program {
  pcs_loop *loop;
  pcs_random random;
  pcs_interrupts *interrupts;
  pcs_admission *admission;
  pcs_workers *workers;
  pcs_accept *accept;
  pcs_control *control;
  char worker_path[PCS_PATH_BYTES_MAX];
} broker_program;

static void stop(void *context) {
  pcs_loop_stop(((broker_program *)context)->loop);
}

/* The one inherited link has ended: so has the broker's purpose. */
static void on_only_link_ended(void *context, pcs_process_end end) {
  (void)end;
  stop(context);
}

static const char *find_worker(broker_program *broker, const pcs_arguments *arguments) {
  if (arguments->worker != NULL) {
    return arguments->worker;
  }
  bool found = pcs_process_beside(broker->worker_path, "portcullis-worker") == PCS_OK;
  return found ? broker->worker_path : NULL;
}

static const char *start(broker_program *broker, const pcs_arguments *arguments) {
  pcs_process_ignore_broken_pipes();
  broker->random = pcs_random_system();
  if (pcs_sandbox_enter(PCS_SANDBOX_BROKER, PCS_SANDBOX_TCP_CONNECTS) != PCS_OK ||
      pcs_loop_new(&broker->loop) != PCS_OK ||
      pcs_interrupts_watch(&broker->interrupts, broker->loop, stop, broker) != PCS_OK ||
      pcs_admission_new(&broker->admission, &broker->random) != PCS_OK) {
    return "the system refused what it needs to start";
  }
  if (arguments->secrets_descriptor != PCS_DESCRIPTOR_NONE &&
      pcs_descriptor_adopt(arguments->secrets_descriptor) != PCS_OK) {
    return "the descriptor of --secrets-fd is not open";
  }
  bool has_link = arguments->link_descriptor != PCS_DESCRIPTOR_NONE;
  pcs_workers_config workers = {.loop = broker->loop,
                                .path = find_worker(broker, arguments),
                                .ca_bundle = arguments->ca_bundle,
                                .transports = arguments->transports,
                                .secrets_descriptor = arguments->secrets_descriptor,
                                .keeps_reserve = !has_link,
                                .no_sandbox = arguments->no_sandbox,
                                .ended = has_link ? on_only_link_ended : NULL,
                                .context = broker};
  if (workers.path == NULL || pcs_workers_new(&broker->workers, &workers) != PCS_OK) {
    return "the worker program could not be started";
  }
  return NULL;
}

static const char *take_link(broker_program *broker, const pcs_arguments *arguments) {
  if (pcs_descriptor_adopt(arguments->link_descriptor) != PCS_OK) {
    return "the descriptor of --link-fd is not open";
  }
  pcs_handover handover = {.kind = PCS_LINK_PIPE,
                           .rights = PCS_RIGHT_DATA,
                           .loopback = arguments->loopback,
                           .origin = arguments->origin};
  pcs_status status = pcs_workers_hand_over(broker->workers, &handover, arguments->link_descriptor);
  return status == PCS_OK ? NULL : "the link could not be given to a worker";
}

static const char *open_doors(broker_program *broker, const pcs_arguments *arguments) {
  pcs_accept_config accept = {.loop = broker->loop,
                              .admission = broker->admission,
                              .workers = broker->workers,
                              .loopback = arguments->loopback};
  pcs_control_config control = {
      .loop = broker->loop, .admission = broker->admission, .closed = stop, .context = broker};
  if (pcs_descriptor_adopt(arguments->control_descriptor) != PCS_OK ||
      pcs_control_new(&broker->control, &control, arguments->control_descriptor) != PCS_OK) {
    return "the descriptor of --control-fd is not open";
  }
  for (size_t i = 0; i < arguments->num_allowed; i++) {
    if (pcs_admission_allow(broker->admission, &arguments->allowed[i]) != PCS_OK) {
      return "an origin of --allow-origin cannot be allowed";
    }
  }
  if (pcs_accept_new(&broker->accept, &accept) != PCS_OK) {
    return "the system refused what it needs to start";
  }
  for (size_t i = 0; i < arguments->num_listen; i++) {
    pcs_address bound;
    if (pcs_accept_listen(broker->accept, &bound, &arguments->listen[i]) != PCS_OK) {
      return "an address of --listen is not loopback, or is taken";
    }
    pcs_control_say_listening(broker->control, &bound);
  }
  return NULL;
}

/* Doors first, so that nobody new comes; then the workers, whose links close with them. */
static void end(broker_program *broker) {
  pcs_accept_free(broker->accept);
  pcs_control_free(broker->control);
  pcs_workers_free(broker->workers);
  pcs_admission_free(broker->admission);
  pcs_interrupts_free(broker->interrupts);
  pcs_loop_free(broker->loop);
}

static int run(const pcs_arguments *arguments) {
  broker_program broker = {.loop = NULL};
  const char *problem = start(&broker, arguments);
  if (problem == NULL) {
    problem = arguments->link_descriptor != PCS_DESCRIPTOR_NONE ? take_link(&broker, arguments)
                                                                : open_doors(&broker, arguments);
  }
  if (problem == NULL) {
    pcs_loop_run(broker.loop);
  } else {
    fprintf(stderr, "portcullis-broker: %s\n", problem);
  }
  end(&broker);
  return problem == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv) {
  static pcs_arguments arguments;
  const char *sentence = NULL;
  if (pcs_arguments_read(&arguments, &sentence, argc, argv) != PCS_OK) {
    fprintf(stderr, "portcullis-broker: %s\n", sentence);
    return 2;
  }
  if (arguments.asks_help || arguments.asks_version) {
    printf("%s", arguments.asks_help ? pcs_arguments_help : "portcullis-broker " PCS_VERSION "\n");
    return EXIT_SUCCESS;
  }
  return run(&arguments);
}
