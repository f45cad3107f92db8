/*
 * The worker's view of its page's grants, as the broker tells it (host/link/office.h): what the page
 * may ask for at all, what it holds without a question, which of its questions were answered, which
 * call must stop now. It gives the calls their numbers and tells the broker when each begins and
 * ends, and carries what is said about kept certificates. It decides nothing: what the broker has not
 * said is not allowed.
 */
#ifndef PCS_HOST_WORKER_RIGHTS_H
#define PCS_HOST_WORKER_RIGHTS_H

#include "core/policy/right.h"
#include "host/link/office.h"
#include "host/sys/loop.h"

typedef struct pcs_rights pcs_rights;

/* Each is called from the loop, never from inside a call of this file. */
typedef struct pcs_rights_events {
  void (*decided)(void *context, uint32_t request, bool allowed);
  /* stop: this call must be silent when it returns; pcs_rights_end_call says that it is. */
  void (*stop)(void *context, uint32_t call);
  void (*kept)(void *context, const pcs_office_kept *kept);
  /* recalled borrows key and certificate for the call: the key is wiped after. */
  void (*recalled)(void *context, const pcs_office_recalled *recalled);
  void (*changed)(void *context); /* may or held is another set now */
  /* inspect: somebody looks at the host and wants a picture of this round, or nobody does */
  void (*inspect)(void *context, uint32_t round, bool wanted);
  void (*lost)(void *context);    /* the broker has ended, or there is no talking to it */
  void *context;
} pcs_rights_events;

typedef struct pcs_rights_config {
  pcs_loop *loop;
  pcs_office *office; /* taken; NULL: there is no broker, and what is held is all there is */
  uint32_t may;       /* pcs_right: not forbidden */
  uint32_t held;      /* pcs_right: nobody needs to be asked */
  pcs_rights_events events;
} pcs_rights_config;

PCS_MUST_USE pcs_status pcs_rights_new(pcs_rights **out_rights, const pcs_rights_config *config);
void pcs_rights_free(pcs_rights *rights);
uint32_t pcs_rights_may(const pcs_rights *rights);
uint32_t pcs_rights_held(const pcs_rights *rights);

/* pcs_rights_begin_call tells the broker of a call that begins now. PCS_ERR_DENIED: the right to it
 * is not held, so it must be asked for; PCS_ERR_NO_SPACE: the broker has too much to read. */
PCS_MUST_USE pcs_status pcs_rights_begin_call(pcs_rights *rights, uint32_t *out_call);
/* pcs_rights_ask asks for one right: DATA, or one that needs a device, for a new call, whose number is
 * *out_call, any other for the page (*out_call 0). decided has the answer. PCS_ERR_DENIED: there is nobody to ask;
 * PCS_ERR_NO_SPACE. */
PCS_MUST_USE pcs_status pcs_rights_ask(pcs_rights *rights, uint32_t *out_request,
                                       uint32_t *out_call, pcs_right right);
/* pcs_rights_keep, pcs_rights_recall: the event of that request has the answer. The message's own
 * request is not looked at. Errors as those of pcs_rights_ask. */
PCS_MUST_USE pcs_status pcs_rights_keep(pcs_rights *rights, uint32_t *out_request,
                                        const pcs_office_keep_certificate *message);
PCS_MUST_USE pcs_status pcs_rights_recall(pcs_rights *rights, uint32_t *out_request,
                                          const uint8_t kept[PCS_KEPT_HANDLE_BYTES]);
void pcs_rights_forget(pcs_rights *rights, const uint8_t kept[PCS_KEPT_HANDLE_BYTES]);
/* pcs_rights_end_call: the call is silent, or was given up before it began. 0 is no call. */
void pcs_rights_end_call(pcs_rights *rights, uint32_t call);
/* pcs_rights_prove: DTLS has proved that the other side of the call holds this certificate (DER);
 * empty: what was proved does not hold any more. */
void pcs_rights_prove(pcs_rights *rights, uint32_t call, pcs_span certificate);
/* pcs_rights_show sends the broker something to be looked at. PCS_ERR_NO_SPACE: there is room for what
 * must be said only; nothing is sent. */
PCS_MUST_USE pcs_status pcs_rights_show(pcs_rights *rights, const pcs_writer *writer);

#endif
