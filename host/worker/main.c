/*
 * portcullis-worker: one link, that is one page or frame, from its first record to its last. The
 * broker starts it, waiting in reserve; it gives up what it does not need, is handed the link, and
 * lives and dies with it. No environment; no arguments but the broker's; of files the roots that TURN
 * over TLS trusts, read before anything else, and those that say how names are resolved.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/crypto/test_secret.h"
#include "host/dtls/tls_stream.h"
#include "host/link/handover.h"
#include "host/sctp/association.h"
#include "host/sys/descriptor.h"
#include "host/sys/process.h"
#include "host/sys/sandbox.h"
#include "host/sys/system_calls.h"
#include "host/sys/trusted_roots.h"
#include "host/worker/key_memory.h"
#include "host/worker/session.h"

typedef struct worker_program {
  pcs_loop *loop;
  pcs_random random;
  pcs_session *session;
  pcs_span roots;
  pcs_ice_transports transports;
} worker_program;

/* In static memory: what the end of the process leaves, a lookup still running say, stays in reach.
 */
static worker_program program;

static void run_session(void *context) {
  pcs_session_run(((worker_program *)context)->session);
}

static void stop(void *context) {
  pcs_loop_stop(((worker_program *)context)->loop);
}

/* PCS_ERR_CLOSED when the broker ended without a link for this worker. */
static pcs_status await_link(pcs_handover *out_handover, int *out_link) {
  uint8_t message[PCS_HANDOVER_BYTES_MAX];
  size_t len = 0;
  pcs_status status =
      pcs_descriptor_await_with(PCS_WORKER_PAIR, message, sizeof message, &len, out_link);
  if (status != PCS_OK) {
    return status;
  }
  if (*out_link == PCS_DESCRIPTOR_NONE) {
    return PCS_ERR_SYNTAX;
  }
  return pcs_handover_decode((pcs_span){message, len}, out_handover);
}

static pcs_status start_session(const pcs_handover *handover, int descriptor) {
  pcs_link *link = NULL;
  pcs_status status = pcs_link_new(&link, handover->kind, descriptor);
  if (status != PCS_OK) {
    return status;
  }
  pcs_office *office = NULL;
  status = pcs_office_new(&office, PCS_WORKER_PAIR, PCS_TO_WORKER);
  if (status != PCS_OK) {
    pcs_link_free(link);
    return status;
  }
  pcs_session_config config = {.loop = program.loop,
                               .link = link,
                               .office = office,
                               .random = &program.random,
                               .may = handover->may,
                               .held = handover->held,
                               .greeted = handover->kind == PCS_LINK_WEBSOCKET,
                               .loopback = handover->loopback ? PCS_LOOPBACK_INCLUDED
                                                              : PCS_LOOPBACK_LEFT_OUT,
                               .local_network = handover->local_network,
                               .question_bytes = handover->question_bytes,
                               .addresses = handover->addresses,
                               .until_accepted = handover->until_accepted,
                               .transports = program.transports,
                               .over = stop,
                               .context = &program};
  return pcs_session_new(&program.session, &config);
}

static pcs_sandbox_tcp tcp_of(const pcs_ice_transports *transports) {
  static const pcs_sandbox_tcp NEEDED[] = {
      [PCS_ICE_TCP_OFF] = PCS_SANDBOX_TCP_CONNECTS,
      [PCS_ICE_TCP_ACTIVE] = PCS_SANDBOX_TCP_BINDS,
      [PCS_ICE_TCP_ACTIVE_AND_PASSIVE] = PCS_SANDBOX_TCP_LISTENS,
  };
  return transports->secure_streams_only ? PCS_SANDBOX_TCP_CONNECTS : NEEDED[transports->tcp];
}

/* Files go before the first thread starts (Landlock binds the caller and its later threads), system
 * calls when all runs, and both before the first byte from outside. */
static const char *prepare(pcs_sandbox_kind kind) {
  pcs_sandbox_tcp tcp = tcp_of(&program.transports);
  pcs_process_ignore_broken_pipes();
  pcs_key_memory_use();
  program.random = pcs_random_system();
  (void)pcs_random_u64(&program.random);
  if (pcs_descriptor_adopt(PCS_WORKER_PAIR) != PCS_OK) {
    return "it is started by portcullis-broker only";
  }
  pcs_status status = pcs_sandbox_enter(kind, tcp);
  if (status == PCS_ERR_UNSUPPORTED) {
    return "no page is served: this system has no Landlock (Linux 5.13) to keep files from it";
  }
  if (status != PCS_OK || pcs_loop_new(&program.loop) != PCS_OK ||
      pcs_sctp_stack_init() != PCS_OK) {
    return "the system refused what it needs to start";
  }
  if (kind == PCS_SANDBOX_WORKER && pcs_system_calls_limit(tcp) != PCS_OK) {
    return "no page is served: this system refused seccomp filters of its system calls";
  }
  return NULL;
}

static const char *run(void) {
  pcs_handover handover;
  int descriptor = PCS_DESCRIPTOR_NONE;
  pcs_status status = await_link(&handover, &descriptor);
  if (status == PCS_ERR_CLOSED) {
    return NULL;
  }
  if (status == PCS_OK) {
    status = start_session(&handover, descriptor);
  }
  if (status == PCS_OK) {
    status = pcs_loop_before_sleep(program.loop, run_session, &program);
  }
  if (status != PCS_OK) {
    return "the link could not be taken over";
  }
  pcs_loop_run(program.loop);
  return NULL;
}

typedef struct worker_arguments {
  bool has_secrets;
  pcs_sandbox_kind sandbox;
  const char *ca_bundle; /* NULL: the system's */
} worker_arguments;

static bool read_value(worker_arguments *arguments, const char *name, const char *value) {
  pcs_span span = pcs_span_of_text(value);
  if (strcmp(name, "--ca-bundle") == 0) {
    arguments->ca_bundle = value;
    return true;
  }
  if (strcmp(name, "--ice-tcp") == 0) {
    return pcs_ice_tcp_policy_read(span, &program.transports.tcp) == PCS_OK;
  }
  return strcmp(name, "--mask-tcp") == 0 &&
         pcs_ice_masking_read(span, &program.transports.masking) == PCS_OK;
}

static bool read_arguments(worker_arguments *out_arguments, int argc, char **argv) {
  *out_arguments = (worker_arguments){.sandbox = PCS_SANDBOX_WORKER};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--secrets") == 0) {
      out_arguments->has_secrets = true;
    } else if (strcmp(argv[i], "--no-sandbox") == 0) {
      out_arguments->sandbox = PCS_SANDBOX_WORKER_OPEN;
    } else if (strcmp(argv[i], "--no-raw-tcp") == 0) {
      program.transports.secure_streams_only = true;
    } else if (i + 1 < argc && read_value(out_arguments, argv[i], argv[i + 1])) {
      i++;
    } else {
      return false;
    }
  }
  return true;
}

/* A machine without roots has TURN over TLS with nobody; a bundle that was asked for must be there.
 */
static const char *read_roots(const char *ca_bundle) {
  const char *path = ca_bundle != NULL ? ca_bundle : PCS_TRUSTED_ROOTS_PATH;
  pcs_status status = pcs_trusted_roots_read(&program.roots, path);
  pcs_tls_trust(program.roots);
  return status != PCS_OK && ca_bundle != NULL ? "the CA bundle cannot be read" : NULL;
}

int main(int argc, char **argv) {
  worker_arguments arguments;
  if (!read_arguments(&arguments, argc, argv)) {
    fprintf(stderr, "portcullis-worker: there is an argument that it does not take\n");
    return 2;
  }
#ifndef PCS_TEST_SECRETS
  if (arguments.has_secrets) {
    fprintf(stderr, "portcullis-worker: --secrets is for test builds\n");
    return 2;
  }
#endif
  pcs_test_secret_open(arguments.has_secrets ? PCS_WORKER_SECRETS : -1);
  const char *problem = read_roots(arguments.ca_bundle);
  if (problem == NULL) {
    problem = prepare(arguments.sandbox);
  }
  if (problem == NULL) {
    problem = run();
  }
  pcs_session_free(program.session);
  if (problem != NULL) {
    fprintf(stderr, "portcullis-worker: %s\n", problem);
  }
  return problem == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
