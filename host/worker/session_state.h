/*
 * What a session is made of. For session.c, handlers.c and requests.c only.
 */
#ifndef PCS_HOST_WORKER_SESSION_STATE_H
#define PCS_HOST_WORKER_SESSION_STATE_H

#include "host/worker/certificates.h"
#include "host/worker/peers.h"
#include "host/worker/rights.h"
#include "host/worker/session.h"
#include "host/worker/waiting.h"

typedef enum pcs_session_phase {
  PCS_SESSION_RUNNING,
  PCS_SESSION_LEAVING, /* all was said: flushing, then reading until the page has closed too */
  PCS_SESSION_OVER,
} pcs_session_phase;

struct pcs_session {
  pcs_session_config config;
  pcs_session_phase phase;
  pcs_gate gate;
  pcs_handles *handles;
  pcs_certificates certificates;
  pcs_peers *peers;
  pcs_rights *rights;
  pcs_waiting waiting;
  pcs_watch *watch;
  pcs_timer *timer;
  bool stalled;      /* input waits until the output has room for an answer */
  size_t sent_bytes; /* of SEND since its peer last put something on the wire */
};

/*
 * pcs_handlers_handle decodes and handles one admitted record: PCS_OK, also when the request in it
 * was refused by REFUSED; any other status closes the link.
 */
PCS_MUST_USE pcs_status pcs_handlers_handle(pcs_session *session, uint64_t now_us,
                                            const pcs_record *record);
/* pcs_handlers_refuse answers a record the link has no right to, if it asked for an answer. */
void pcs_handlers_refuse(pcs_session *session, const pcs_record *record, pcs_status status);
/* pcs_handlers_refuse_request answers one request with REFUSED. */
PCS_MUST_USE pcs_status pcs_handlers_refuse_request(pcs_session *session, uint32_t request,
                                                    pcs_status status);
/* pcs_handlers_welcome says WELCOME. */
void pcs_handlers_welcome(pcs_session *session);

#endif
