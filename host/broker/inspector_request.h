/*
 * One request to the inspector, as text: read strictly, and refused when it cannot come from the
 * inspector's own page or from a person who typed its address. It decides by the browser's own words
 * (Host, Origin, Sec-Fetch-*) and by a header that no form and no other site's page can send. Whether
 * its token or session is good is inspector_keys.h. No socket, no clock.
 */
#ifndef PCS_HOST_BROKER_INSPECTOR_REQUEST_H
#define PCS_HOST_BROKER_INSPECTOR_REQUEST_H

#include "core/plan/plan.h"
#include "host/broker/http_head.h"

#define PCS_INSPECTOR_COOKIE "portcullis-internals"

typedef struct pcs_inspector_request {
  bool is_post;
  pcs_span token;  /* of "/?token=...": enters; has data even when empty. Else NULL data, and: */
  pcs_span key;    /* the path's first part */
  pcs_span name;   /* what follows it, may be empty */
  pcs_span query;  /* behind '?' */
  pcs_span cookie; /* the value of ours, empty when there is none */
} pcs_inspector_request;

/* Why it is refused. http_status 0: it is not. */
typedef struct pcs_inspector_refusal {
  uint16_t http_status;
  const char *sentence;
} pcs_inspector_refusal;

/* pcs_inspector_request_read: PCS_OK, or PCS_ERR_SYNTAX with *out_refusal. */
PCS_MUST_USE pcs_status pcs_inspector_request_read(pcs_inspector_request *out_request,
                                                   pcs_inspector_refusal *out_refusal,
                                                   pcs_span head, const pcs_address *listener);
/* pcs_inspector_request_number reads a query that is NAME=DIGITS. PCS_ERR_SYNTAX, PCS_ERR_RANGE. */
PCS_MUST_USE pcs_status pcs_inspector_request_number(const pcs_inspector_request *request,
                                                     const char *prefix, uint64_t *out_number);

#endif
