/*
 * Certificates that outlive the page: those of this link (certificates.h) are given to the broker when
 * the page keeps them, and come back from it by the name that the page was told. For this origin only,
 * which the broker sees to. A key passes through here in memory that is wiped. For session.c and
 * handlers.c.
 */
#ifndef PCS_HOST_WORKER_KEEPING_H
#define PCS_HOST_WORKER_KEEPING_H

#include "host/worker/session_state.h"

/* Handlers of messages: as pcs_handlers_handle. */
PCS_MUST_USE pcs_status pcs_keeping_keep(pcs_session *session,
                                         const pcs_msg_keep_certificate *message);
PCS_MUST_USE pcs_status pcs_keeping_recall(pcs_session *session,
                                           const pcs_msg_recall_certificate *message);
/* What the broker answers; an answer to nothing that waits is void. */
void pcs_keeping_kept(pcs_session *session, const pcs_office_kept *kept);
void pcs_keeping_recalled(pcs_session *session, const pcs_office_recalled *recalled);
/* pcs_keeping_answer tells the page of one that was decided; any status but PCS_OK closes the link. */
PCS_MUST_USE pcs_status pcs_keeping_answer(pcs_session *session, const pcs_waiting_one *one);
/* pcs_keeping_tell_made says CERTIFICATE_MADE of a certificate of this link; handle 0: of none. */
PCS_MUST_USE pcs_status pcs_keeping_tell_made(pcs_session *session, uint32_t request,
                                              uint32_t handle);

#endif
