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
#include "host/link/link.h"
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
  uint32_t rights; /* pcs_right */
  bool greeted;    /* the page's HELLO was read and found good by the broker */
  pcs_loopback loopback;
  pcs_local_network local_network;
  uint32_t question_bytes; /* the page's share of what its origin may have us ask */
  pcs_address_mode addresses; /* as the link's rights have it: pcs_address_mode_under */
  pcs_loop_callback over; /* the link has ended; called once */
  void *context;
} pcs_session_config;

PCS_MUST_USE pcs_status pcs_session_new(pcs_session **out_session,
                                        const pcs_session_config *config);
/* pcs_session_free ends every connection and wipes every key. */
void pcs_session_free(pcs_session *session);
/* pcs_session_set_local_granted: the origin was given, or has lost, LOCAL_ADDRESSES. */
void pcs_session_set_local_granted(pcs_session *session, bool granted);
/*
 * pcs_session_set_address_mode: the mode is another one from now on, for connections that are there
 * and those to come: the right to local addresses was given or taken back (with the configured mode
 * and the rights of now, pcs_address_mode_under), or the user chose. What a stricter mode forbids
 * ends at once; what a wider one allows is gathered, told and checked (requirement A22).
 */
void pcs_session_set_address_mode(pcs_session *session, pcs_address_mode mode);
/* pcs_session_run does what this turn of the loop left to do: call it before each sleep. */
void pcs_session_run(pcs_session *session);

#endif
