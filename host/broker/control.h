/*
 * The broker's control line to whoever started it, over an inherited descriptor. Text, a line each
 * way, answers in the order of the questions:
 *
 *   broker   listening 127.0.0.1:PORT      once for each address, at the start
 *   parent   allow ORIGIN                  broker   ok
 *   parent   token ORIGIN                  broker   token HEX64
 *   parent   link ORIGIN [EMBEDDER]        broker   ok       a descriptor beside it: control_link.h
 *                                          broker   error SENTENCE     instead of any
 *
 * Who holds the other end is trusted: it says which origins are good. When it closes, the broker
 * ends.
 */
#ifndef PCS_HOST_BROKER_CONTROL_H
#define PCS_HOST_BROKER_CONTROL_H

#include "core/plan/plan.h"
#include "host/broker/admission.h"
#include "host/broker/control_link.h"
#include "host/sys/loop.h"

/* A command, two origins and some room. */
#define PCS_CONTROL_LINE_BYTES_MAX 1024

typedef struct pcs_control pcs_control;

typedef struct pcs_control_config {
  pcs_loop *loop;
  pcs_admission *admission;
  pcs_control_open_link open_link;
  pcs_loop_callback closed; /* the other end closed, or sent a line that is too long */
  void *context;
} pcs_control_config;

/* pcs_control_new takes the descriptor, also when it fails. */
PCS_MUST_USE pcs_status pcs_control_new(pcs_control **out_control, const pcs_control_config *config,
                                        int descriptor);
void pcs_control_free(pcs_control *control);
/* pcs_control_say_listening tells an address that is listened on. */
void pcs_control_say_listening(pcs_control *control, const pcs_address *address);

#endif
