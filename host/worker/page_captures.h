/*
 * The captures of this page, as the worker knows them: which call of the broker's each is, by which
 * handle the page knows it. The capture itself is a process of the broker's; nothing here can keep it
 * alive. For session.c, handlers.c and requests.c.
 */
#ifndef PCS_HOST_WORKER_PAGE_CAPTURES_H
#define PCS_HOST_WORKER_PAGE_CAPTURES_H

#include "core/base/limits.h"
#include "core/boundary/message.h"
#include "host/crypto/random.h"

/* All-zero has none. */
typedef struct pcs_page_captures {
  size_t num;
  struct {
    uint32_t handle;
    uint32_t call;
  } places[PCS_PAGE_CAPTURES_MAX];
} pcs_page_captures;

/* pcs_page_captures_add draws the handle. PCS_ERR_QUOTA. */
PCS_MUST_USE pcs_status pcs_page_captures_add(pcs_page_captures *captures, uint32_t *out_handle,
                                              const pcs_random *random, uint32_t call);
/* Each takes one out and gives the other of its names; 0 when there is no such capture. */
uint32_t pcs_page_captures_take_handle(pcs_page_captures *captures, uint32_t handle);
uint32_t pcs_page_captures_take_call(pcs_page_captures *captures, uint32_t call);

#endif
