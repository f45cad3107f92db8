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
#include "host/broker/captures.h"
#include "host/broker/control.h"
#include "host/broker/door.h"
#include "host/broker/inspector.h"
#include "host/broker/ways.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/sandbox.h"

#ifndef PCS_VERSION
#define PCS_VERSION "0.1.0"
#endif

/* How long a grant's end may be slept through when somebody sets the clock. */
#define SETTLE_US_MAX (60ull * 1000 * 1000)

typedef struct broker_program {
  pcs_loop *loop;
  pcs_random random;
  pcs_interrupts *interrupts;
  pcs_admission *admission;
  pcs_workers *workers;
  pcs_store *store; /* NULL: nothing is remembered */
  pcs_store_problem problem;
  pcs_consent *consent;
  pcs_timer *consent_timer;
  pcs_pages *pages;
  pcs_captures *captures;
  bool capture_failed; /* one has ended by itself since the last settling */
  pcs_door *door; /* NULL: nothing is remembered, or another broker has it */
  pcs_accept *accept;
  pcs_inspector *inspector; /* NULL: there is none */
  pcs_control *control;
  pcs_prompter prompter;   /* all-zero when the control line is the way, or there is none */
  pcs_indicator indicator; /* likewise */
  char sentence[PCS_WAYS_SENTENCE_BYTES_MAX];
  char worker_path[PCS_PATH_BYTES_MAX];
  char capture_path[PCS_PATH_BYTES_MAX];
} broker_program;

static void stop(void *context) {
  pcs_loop_stop(((broker_program *)context)->loop);
}

/* The one inherited link has ended: so has the broker's purpose. */
static void on_only_link_ended(void *context) {
  stop(context);
}

/* What may not be captured any more ends before anybody is told anything. */
static void settle_once(broker_program *broker, uint64_t now_us) {
  const pcs_permissions *standing = pcs_consent_permissions(broker->consent);
  pcs_consent_event event;
  pcs_captures_follow(broker->captures, standing);
  while (pcs_consent_poll(broker->consent, &event, now_us)) {
    bool is_page = pcs_pages_follow(broker->pages, &event);
    if (!is_page && broker->control != NULL) {
      (void)pcs_control_follow(broker->control, &event);
    }
  }
  pcs_captures_follow(broker->captures, standing);
}

/* Before each sleep: everybody is told what came of what happened, at once. */
static void settle(void *context) {
  broker_program *broker = (broker_program *)context;
  uint64_t now_us = pcs_clock_unix_us();
  do {
    broker->capture_failed = false;
    settle_once(broker, now_us);
  } while (broker->capture_failed);
  uint64_t wake_us = pcs_consent_wake_at(broker->consent);
  uint64_t delay_us = wake_us > now_us ? wake_us - now_us : 0;
  /* A clock that is set back must not make it sleep too long. */
  uint64_t longest_us = SETTLE_US_MAX;
  pcs_timer_set(broker->consent_timer, wake_us == PCS_GRANT_NEVER ? UINT64_MAX
                                       : delay_us < longest_us    ? delay_us
                                                                  : longest_us);
}

/* Its end is told when this turn of the loop settles. */
static void on_capture_failed(void *context, uint64_t use) {
  broker_program *broker = (broker_program *)context;
  pcs_consent_fail(broker->consent, use, pcs_clock_unix_us());
  broker->capture_failed = true;
}

static const char *start_captures(broker_program *broker, const pcs_arguments *arguments) {
  pcs_captures_config captures = {
      .loop = broker->loop, .failed = on_capture_failed, .context = broker};
  if (arguments->synthetic_devices) {
    if (pcs_process_beside(broker->capture_path, "portcullis-capture") != PCS_OK) {
      return "the capture program is not beside it";
    }
    captures.path = broker->capture_path;
  }
  return pcs_captures_new(&broker->captures, &captures) == PCS_OK
             ? NULL
             : "the system refused what it needs to start";
}

/* The timer only ends the sleep. */
static void on_consent_time(void *context) {
  (void)context;
}

static const char *find_worker(broker_program *broker, const pcs_arguments *arguments) {
  if (arguments->worker != NULL) {
    return arguments->worker;
  }
  bool found = pcs_process_beside(broker->worker_path, "portcullis-worker") == PCS_OK;
  return found ? broker->worker_path : NULL;
}

/* What cannot be read may be a block: until the trouble is gone nobody gets anything. */
static void open_store(broker_program *broker, const pcs_arguments *arguments,
                       pcs_consent_config *consent) {
  pcs_store_config store = {
      .folder = arguments->state, .rules = &arguments->rules, .unused_us = arguments->unused_us};
  if (pcs_store_new(&broker->store, &broker->problem, &store, pcs_clock_unix_us()) == PCS_OK) {
    consent->memory = pcs_memory_of_store(broker->store);
    return;
  }
  consent->rules.denied = UINT32_MAX;
  fprintf(stderr, "portcullis-broker: no page gets anything: %s\n",
          pcs_store_problem_sentence(broker->problem));
}

/* A command that finds no door opens the store itself: two brokers in one folder can go on. */
static void open_door(broker_program *broker, const pcs_arguments *arguments) {
  pcs_door_config door = {.loop = broker->loop,
                          .consent = broker->consent,
                          .folder = arguments->state,
                          .problem = broker->problem};
  pcs_status status = pcs_door_new(&broker->door, &door);
  if (status != PCS_OK) {
    fprintf(stderr, "portcullis-broker: the command portcullis will not reach this broker: %s\n",
            status == PCS_ERR_STATE ? "another one has its place" : "no socket could be made");
  }
}

/* ---- a person's words ---- */

static void on_answered(void *context, const pcs_answer *answer) {
  pcs_consent_answer(((broker_program *)context)->consent, answer, pcs_clock_unix_us());
}

static void on_stop_wanted(void *context, const pcs_origin *origin, const pcs_origin *embedder) {
  pcs_consent_stop(((broker_program *)context)->consent, origin, embedder, pcs_clock_unix_us());
}

static void on_seen(void *context, bool is_seen) {
  pcs_consent_seen(((broker_program *)context)->consent, is_seen, pcs_clock_unix_us());
}

/* Who is asked and where use is shown. False, with the sentence, when that cannot be had. */
static bool choose_ways(broker_program *broker, const pcs_arguments *arguments,
                        pcs_consent_config *consent) {
  const pcs_ways_config ways = {
      .loop = broker->loop,
      .answered = on_answered,
      .context = broker,
      .events = {.stop = on_stop_wanted, .seen = on_seen, .context = broker}};
  const char *prompt = arguments->prompt == NULL ? "none" : arguments->prompt;
  const char *indicator = arguments->indicator == NULL ? "none" : arguments->indicator;
  pcs_status status = PCS_OK;
  if (!pcs_arguments_is_shell(prompt)) {
    status = pcs_ways_prompter(&broker->prompter, broker->sentence, &ways, prompt);
  }
  if (status == PCS_OK && !pcs_arguments_is_shell(indicator)) {
    status = pcs_ways_indicator(&broker->indicator, broker->sentence, &ways, indicator);
  }
  consent->prompter =
      pcs_arguments_is_shell(prompt) ? pcs_control_prompter(broker->control) : broker->prompter;
  consent->indicator = pcs_arguments_is_shell(indicator) ? pcs_control_indicator(broker->control)
                                                         : broker->indicator;
  return status == PCS_OK;
}

static const char *start_consent(broker_program *broker, const pcs_arguments *arguments) {
  pcs_consent_config consent = {.rules = arguments->rules, .random = &broker->random};
  bool has_link = arguments->link_descriptor != PCS_DESCRIPTOR_NONE;
  if (arguments->state != NULL) {
    open_store(broker, arguments, &consent);
  }
  if (!choose_ways(broker, arguments, &consent)) {
    return broker->sentence;
  }
  if (pcs_consent_new(&broker->consent, &consent, pcs_clock_unix_us()) != PCS_OK) {
    return "what is remembered could not be read";
  }
  pcs_pages_config pages = {.loop = broker->loop,
                            .workers = broker->workers,
                            .consent = broker->consent,
                            .has_devices = arguments->synthetic_devices,
                            .kept = {.store = broker->store, .random = &broker->random},
                            .loopback = arguments->loopback,
                            .local_network = arguments->local_network,
                            .addresses = arguments->addresses,
                            .closed = has_link ? on_only_link_ended : NULL,
                            .context = broker};
  if (pcs_pages_new(&broker->pages, &pages) != PCS_OK ||
      pcs_timer_new(&broker->consent_timer, broker->loop, on_consent_time, broker) != PCS_OK ||
      pcs_loop_before_sleep(broker->loop, settle, broker) != PCS_OK) {
    return "the system refused what it needs to start";
  }
  if (arguments->state != NULL && broker->store != NULL) {
    open_door(broker, arguments);
  }
  if (broker->control != NULL) {
    pcs_control_serve(broker->control, broker->consent, broker->pages);
  }
  return NULL;
}

static pcs_status open_link(void *context, const pcs_visit *visit, int descriptor) {
  return pcs_pages_open(((broker_program *)context)->pages, visit, PCS_LINK_PIPE, descriptor);
}

static const char *open_control(broker_program *broker, const pcs_arguments *arguments) {
  pcs_control_config control = {.loop = broker->loop,
                                .admission = broker->admission,
                                .open_link = open_link,
                                .closed = stop,
                                .context = broker};
  bool is_open =
      pcs_descriptor_adopt(arguments->control_descriptor) == PCS_OK &&
      pcs_control_new(&broker->control, &control, arguments->control_descriptor) == PCS_OK;
  return is_open ? NULL : "the descriptor of --control-fd is not open";
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
                                .no_sandbox = arguments->no_sandbox};
  if (workers.path == NULL || pcs_workers_new(&broker->workers, &workers) != PCS_OK) {
    return "the worker program could not be started";
  }
  const char *problem = has_link ? NULL : open_control(broker, arguments);
  if (problem == NULL) {
    problem = start_captures(broker, arguments);
  }
  return problem != NULL ? problem : start_consent(broker, arguments);
}

static const char *take_link(broker_program *broker, const pcs_arguments *arguments) {
  if (pcs_descriptor_adopt(arguments->link_descriptor) != PCS_OK) {
    return "the descriptor of --link-fd is not open";
  }
  pcs_visit visit = {.origin = arguments->origin, .embedder = arguments->origin};
  pcs_status status =
      pcs_pages_open(broker->pages, &visit, PCS_LINK_PIPE, arguments->link_descriptor);
  return status == PCS_OK ? NULL : "the link could not be given to a worker";
}

static const char *open_inspector(broker_program *broker, const pcs_arguments *arguments) {
  pcs_inspector_config inspector = {.loop = broker->loop,
                                    .pages = broker->pages,
                                    .consent = broker->consent,
                                    .random = &broker->random,
                                    .folder = arguments->inspector_files};
  pcs_status status = pcs_inspector_new(&broker->inspector, &inspector, &arguments->inspector);
  if (status == PCS_OK) {
    pcs_control_open_inspector(broker->control, broker->inspector);
  }
  return status == PCS_OK                ? NULL
         : status == PCS_ERR_NOT_FOUND ? "a file of --inspector-files cannot be read"
                                         : "the address of --inspector is not loopback, or is taken";
}

static const char *open_doors(broker_program *broker, const pcs_arguments *arguments) {
  pcs_accept_config accept = {
      .loop = broker->loop, .admission = broker->admission, .pages = broker->pages};
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
  return arguments->has_inspector ? open_inspector(broker, arguments) : NULL;
}

/* Doors first, so that nobody new comes; then the workers, whose links close with them. */
static void end(broker_program *broker) {
  pcs_accept_free(broker->accept);
  pcs_inspector_free(broker->inspector);
  pcs_door_free(broker->door);
  pcs_captures_free(broker->captures);
  pcs_workers_free(broker->workers);
  pcs_pages_free(broker->pages);
  pcs_timer_free(broker->consent_timer);
  pcs_consent_free(broker->consent);
  if (broker->prompter.free != NULL) {
    broker->prompter.free(broker->prompter.self);
  }
  if (broker->indicator.free != NULL) {
    broker->indicator.free(broker->indicator.self);
  }
  pcs_store_free(broker->store);
  pcs_control_free(broker->control);
  pcs_admission_free(broker->admission);
  pcs_interrupts_free(broker->interrupts);
  pcs_loop_free(broker->loop);
}

static int run(const pcs_arguments *arguments) {
  static broker_program broker;
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
