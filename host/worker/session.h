/*
 * One link: records in, decoded, admitted by the gate, handled; answers and news out. It owns the
 * link, the page's handles, certificates and connections, and ends them all when the link ends. A
 * record that may not be closes the link with a reason; nothing a page sends can do worse.
 */
#ifndef PCS_HOST_WORKER_SESSION_H
#define PCS_HOST_WORKER_SESSION_H

#include "core/boundary/gate.h"
#include "core/policy/address_mode.h"
#include "core/policy/reach.h"
#include "core/policy/transports.h"
#include "host/link/link.h"
#include "host/link/office.h"
#include "host/sys/interfaces.h"
#include "host/sys/loop.h"
#include "host/worker/handles.h"

/* For the page to read why its link ends. */
#define PCS_SESSION_LEAVE_US (1000ull * 1000)

typedef struct pcs_session pcs_session;

typedef struct pcs_session_config {
  pcs_loop *loop;
  pcs_link *link; /* taken, also when pcs_session_new fails */
  const pcs_random *random;
  pcs_office *office; /* taken likewise; NULL: no broker, the page has what it holds */
  uint32_t may;       /* pcs_right: what is not forbidden to the page */
  uint32_t held;      /* pcs_right: what it needs to ask nobody for */
  bool greeted;    /* the page's HELLO was read and found good by the broker */
  pcs_loopback loopback;
  pcs_local_network local_network;
  uint32_t question_bytes; /* the page's share of what its origin may have us ask */
  pcs_address_mode addresses; /* before what is held makes another of it (requirement A22) */
  bool until_accepted; /* whatever the mode: nothing before both descriptions are there */
  pcs_ice_transports transports;
  pcs_loop_callback over; /* the link has ended; called once */
  void *context;
} pcs_session_config;

PCS_MUST_USE pcs_status pcs_session_new(pcs_session **out_session,
                                        const pcs_session_config *config);
/* pcs_session_free ends every connection and wipes every key. */
void pcs_session_free(pcs_session *session);
/* pcs_session_run does what this turn of the loop left to do: call it before each sleep. */
void pcs_session_run(pcs_session *session);

#endif
