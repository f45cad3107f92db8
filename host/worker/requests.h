/*
 * What a page asks for that needs the broker's word: a connection, and rights themselves. A right
 * that is held is used at once; else the request waits, and is answered once, when the word comes.
 * For session.c and handlers.c.
 */
#ifndef PCS_HOST_WORKER_REQUESTS_H
#define PCS_HOST_WORKER_REQUESTS_H

#include "host/worker/session_state.h"

PCS_MUST_USE pcs_status pcs_requests_open_peer(pcs_session *session, uint64_t now_us,
                                               const pcs_msg_open_peer *message);
PCS_MUST_USE pcs_status pcs_requests_right(pcs_session *session,
                                           const pcs_msg_request_right *message);
/* pcs_requests_decide notes the broker's word; a word on nothing that waits is void. */
void pcs_requests_decide(pcs_session *session, uint32_t request, bool allowed);
/* pcs_requests_stop: a call that waits, or was allowed and not opened yet, is refused. False: no
 * such call waits. */
bool pcs_requests_stop(pcs_session *session, uint32_t call);
/* pcs_requests_answer answers one request that was decided, for which the link has room: PCS_OK;
 * PCS_ERR_NOT_FOUND when there is none; any other status closes the link. */
PCS_MUST_USE pcs_status pcs_requests_answer(pcs_session *session, uint64_t now_us);

#endif
