/*
 * The names a page has for what is its own in this worker: random numbers, one space for peers,
 * channels and certificates (requirements X33). A handle of another link is not found here, just as
 * one that never existed. It owns no object.
 */
#ifndef PCS_HOST_WORKER_HANDLES_H
#define PCS_HOST_WORKER_HANDLES_H

#include "host/crypto/random.h"

typedef enum pcs_handle_kind {
  PCS_HANDLE_PEER = 1,
  PCS_HANDLE_CHANNEL, /* its object is the peer's */
  PCS_HANDLE_CERTIFICATE,
} pcs_handle_kind;

typedef struct pcs_handles pcs_handles;

/* random is borrowed for the table's life. */
PCS_MUST_USE pcs_status pcs_handles_new(pcs_handles **out_handles, const pcs_random *random);
void pcs_handles_free(pcs_handles *handles);
/* pcs_handles_add draws a handle that is not 0 and not in use. PCS_ERR_SYSTEM: no memory. */
PCS_MUST_USE pcs_status pcs_handles_add(pcs_handles *handles, uint32_t *out_handle,
                                        pcs_handle_kind kind, void *object);
/* pcs_handles_find is the object, or NULL when there is none of that kind by that handle. */
void *pcs_handles_find(const pcs_handles *handles, pcs_handle_kind kind, uint32_t handle);
/* pcs_handles_remove forgets a handle; one that is not there is fine. */
void pcs_handles_remove(pcs_handles *handles, uint32_t handle);
/* pcs_handles_remove_all forgets every handle of this object, of whatever kind. */
void pcs_handles_remove_all(pcs_handles *handles, const void *object);
size_t pcs_handles_count(const pcs_handles *handles);

#endif
