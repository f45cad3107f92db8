/*
 * Names of STUN servers to addresses, on libuv's thread pool. Only names from a page's
 * configuration come here, never a candidate's (RFC 8839 5.1, requirement M7). What a name resolved
 * to is told to the ICE agent and to nobody else.
 */
#ifndef PCS_HOST_SYS_RESOLVE_H
#define PCS_HOST_SYS_RESOLVE_H

#include "core/plan/plan.h"
#include "host/sys/loop.h"

#define PCS_RESOLVED_MAX 8

/* Names being looked up at one time: what one peer's servers can ask, twice over. The pool is small
 * and a name that hangs must not make the queue behind it without bound. */
#define PCS_RESOLVING_MAX 16

/* For whom a name is looked up; the caller finds the peer again by its handle, if it still is. */
typedef struct pcs_resolve_question {
  uint32_t peer;
  uint8_t server;
  uint16_t port; /* put into each address */
} pcs_resolve_question;

/* num_addresses is 0 when it did not resolve. Called in a later turn of the loop, exactly once. */
typedef void (*pcs_resolved)(void *context, const pcs_resolve_question *question,
                             const pcs_address *addresses, size_t num_addresses);

typedef struct pcs_resolver pcs_resolver;

PCS_MUST_USE pcs_status pcs_resolver_new(pcs_resolver **out_resolver, pcs_loop *loop,
                                         pcs_resolved resolved, void *context);
/* pcs_resolver_free: no call comes after it; lookups still running are waited for by the loop. */
void pcs_resolver_free(pcs_resolver *resolver);
/* pcs_resolver_ask: PCS_ERR_QUOTA too many at once; PCS_ERR_SYNTAX the name is too long. Then no
 * answer comes. */
PCS_MUST_USE pcs_status pcs_resolver_ask(pcs_resolver *resolver, pcs_span host,
                                         const pcs_resolve_question *question);

#endif
