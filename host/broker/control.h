/*
 * The broker's control line to whoever started it, over an inherited descriptor. Text, a line each
 * way. Who holds the other end is trusted: it says which origins are good, what a page is inside of,
 * and what a person answered. When it closes, the broker ends.
 *
 * Answered in the order of the questions, each with one line, or "error SENTENCE":
 *
 *   allow ORIGIN                                  ok
 *   token ORIGIN [EMBEDDER] [private] [mixed]     token HEX64
 *   link ORIGIN [EMBEDDER] [private] [mixed]      ok          a descriptor beside it: control_link.h
 *   mixed ORIGIN [EMBEDDER]                       ok          its pages run insecure content now
 *   end TAG                                       ok          the use of that ask is over
 *   answer ID KIND [KEY=VALUE]...                 ok          see control_prompt.c
 *   stop ORIGIN EMBEDDER                          ok          the person's control in the indicator
 *   seen yes|no                                   ok          whether a person can see the indicator
 *   grants | revoke ID | reset ORIGIN | forget    see counter.h
 *
 * Said when it is so:
 *
 *   listening 127.0.0.1:PORT                      once for each address, at the start
 *   verdict TAG allow|deny REASON GRANT DEVICE    the answer to: ask TAG ORIGIN EMBEDDER RIGHTS
 *                                                 [device=NAME] [private] [peer=sha-256:HEX]...
 *   ended TAG RIGHT REASON                        what was allowed must stop now
 *   question ID JSON, withdrawn ID                with --prompt shell
 *   using JSON                                    with --indicator shell
 *
 * TAG is the asker's: 1 to 32 of A-Z a-z 0-9 - _. RIGHTS are names with commas. GRANT is a number or
 * "-". DEVICE is a JSON string. A reason is a name of core/policy/reason.def.
 */
#ifndef PCS_HOST_BROKER_CONTROL_H
#define PCS_HOST_BROKER_CONTROL_H

#include "core/plan/plan.h"
#include "host/broker/admission.h"
#include "host/broker/control_link.h"
#include "host/broker/pages.h"

/* Asks of the program around the pages that wait or are used, at one time. */
#define PCS_CONTROL_ASKS_MAX 64
/* Questions that it may be asked at one time. */
#define PCS_QUESTIONS_AT_SHELL_MAX 16

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
/* pcs_control_serve: from now on lines about consent and pages can be served; both borrowed. */
void pcs_control_serve(pcs_control *control, pcs_consent *consent, pcs_pages *pages);
/* The program at the other end as the one who is asked, and where use is shown. */
pcs_prompter pcs_control_prompter(pcs_control *control);
pcs_indicator pcs_control_indicator(pcs_control *control);
/* pcs_control_follow says what an event says, if it is of one of this line's asks: false if not. */
bool pcs_control_follow(pcs_control *control, const pcs_consent_event *event);
/* pcs_control_say_listening tells an address that is listened on. */
void pcs_control_say_listening(pcs_control *control, const pcs_address *address);

#endif
