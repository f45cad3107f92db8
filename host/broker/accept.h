/*
 * Where new links come from: listening sockets on loopback and the visitors that are not yet anyone
 * (visitor.h). It bounds how many there are at one time and ends them all when it goes.
 */
#ifndef PCS_HOST_BROKER_ACCEPT_H
#define PCS_HOST_BROKER_ACCEPT_H

#include "host/broker/visitor.h"

/* 127.0.0.1 and [::1]. */
#define PCS_LISTENERS_MAX 2
/* Visitors at one time, each for seconds at most; when there are more the oldest goes. */
#define PCS_VISITORS_MAX 32

typedef struct pcs_accept pcs_accept;

typedef struct pcs_accept_config {
  pcs_loop *loop;
  pcs_admission *admission;
  pcs_pages *pages;
} pcs_accept_config;

PCS_MUST_USE pcs_status pcs_accept_new(pcs_accept **out_accept, const pcs_accept_config *config);
void pcs_accept_free(pcs_accept *accept);
/*
 * pcs_accept_listen: PCS_ERR_DENIED for any address but loopback, PCS_ERR_QUOTA too many,
 * PCS_ERR_SYSTEM. *out_bound has the port.
 */
PCS_MUST_USE pcs_status pcs_accept_listen(pcs_accept *accept, pcs_address *out_bound,
                                          const pcs_address *address);

#endif
