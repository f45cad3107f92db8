/*
 * The head of one HTTP/1.1 request (RFC 9112), read strictly: its first line and those of its headers
 * that the reader knows, each at most once. It decides what is well-formed and nothing more; a body is
 * not its matter. Everything borrows the request.
 */
#ifndef PCS_HOST_BROKER_HTTP_HEAD_H
#define PCS_HOST_BROKER_HTTP_HEAD_H

#include "core/base/bytes.h"

/* The whole head. Browsers send below 1 KiB, with cookies of localhost perhaps 4. */
#define PCS_HTTP_HEAD_BYTES_MAX 8192

/* A header that matters. value.data NULL: it was not there; an empty one has data. */
typedef struct pcs_http_field {
  const char *name;
  pcs_span value;
} pcs_http_field;

/* pcs_http_head_length is the length of the head in what was received, its empty line included; 0
 * when its end has not come. */
size_t pcs_http_head_length(pcs_span received);
/* pcs_http_head_read fills the values of fields. PCS_ERR_SYNTAX for a head that is too long, not
 * well-formed, or has one of the fields twice. */
PCS_MUST_USE pcs_status pcs_http_head_read(pcs_span head, pcs_span *out_request,
                                           pcs_http_field *fields, size_t num_fields);

#endif
