/*
 * Certificates that a page keeps on purpose: what its worker says of them (host/link/office.h), done
 * by the store under the page's own name, which the worker cannot choose. Nothing is kept for a private
 * page, nor for one whose origin was forgotten while it was open. It draws the handles.
 */
#ifndef PCS_HOST_BROKER_KEPT_H
#define PCS_HOST_BROKER_KEPT_H

#include "core/policy/request.h"
#include "host/broker/store.h"
#include "host/broker/workers.h"
#include "host/crypto/random.h"

/* What one page may have written to the disk: it waits for each, and so does everybody. */
#define PCS_KEPT_WRITES_MAX 64

/* Of one page; all-zero at first. */
typedef struct pcs_kept {
  uint32_t num_writes;
} pcs_kept;

typedef struct pcs_kept_config {
  pcs_store *store; /* NULL: nothing is remembered */
  const pcs_random *random;
} pcs_kept_config;

/*
 * pcs_kept_hear does what a message of the worker's asks for and answers it. *last_request is that of
 * all that the worker has asked. False: it breaks the rules.
 */
bool pcs_kept_hear(pcs_kept *kept, const pcs_kept_config *config, const pcs_page *page,
                   pcs_worker *worker, uint32_t *last_request, const pcs_office_message *message);

#endif
