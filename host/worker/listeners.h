/*
 * The listening sockets of one peer: one beside each of its paths, where policy has passive ICE-TCP
 * candidates, on a port of the system's choice. It accepts and gives away; whether a connection
 * stays, ICE decides.
 */
#ifndef PCS_HOST_WORKER_LISTENERS_H
#define PCS_HOST_WORKER_LISTENERS_H

#include "core/plan/plan.h"
#include "host/sys/loop.h"

typedef struct pcs_listeners pcs_listeners;

/* Called from the loop; the descriptor is the callee's. */
typedef void (*pcs_listeners_accepted)(void *context, uint32_t path_id, const pcs_address *from,
                                       int descriptor);

PCS_MUST_USE pcs_status pcs_listeners_new(pcs_listeners **out_listeners, pcs_loop *loop,
                                          pcs_listeners_accepted accepted, void *context);
/* pcs_listeners_free ends them all; free(NULL) is fine. */
void pcs_listeners_free(pcs_listeners *listeners);
/* pcs_listeners_open listens on address, whose port is not looked at; *out_bound has the one it
 * got. PCS_ERR_QUOTA, PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_listeners_open(pcs_listeners *listeners, uint32_t path_id,
                                           const pcs_address *address, pcs_address *out_bound);
/* pcs_listeners_close ends the one beside that path, if there is one. */
void pcs_listeners_close(pcs_listeners *listeners, uint32_t path_id);

#endif
