/*
 * Where decisions outlive their page: the store (store.h), or nothing at all. The one interface that
 * consent.h keeps and forgets by. Without a store nothing is remembered, and "always on this site"
 * is not offered; with one that has a problem it is the same, and every question says no.
 */
#ifndef PCS_HOST_BROKER_MEMORY_H
#define PCS_HOST_BROKER_MEMORY_H

#include "host/broker/store.h"

/* Every member may be NULL: then there is no such thing to do, and it succeeds. */
typedef struct pcs_memory {
  pcs_status (*put)(void *self, const pcs_grant *grant, uint64_t now_us);
  pcs_status (*remove)(void *self, uint64_t grant);
  pcs_status (*touch)(void *self, uint64_t grant, uint64_t now_us);
  /* Everything that is kept of the origin, whatever it is; then everything of everybody. */
  pcs_status (*reset_origin)(void *self, const pcs_origin *origin);
  pcs_status (*forget)(void *self);
  /* What has expired, or was not used for long. */
  pcs_status (*expire)(void *self, uint64_t now_us);
  pcs_status (*next)(void *self, pcs_store_entry *out_entry, uint64_t *cursor, uint64_t now_us);
  void *self;
} pcs_memory;

/* pcs_memory_of_store remembers in the store, which is borrowed. */
pcs_memory pcs_memory_of_store(pcs_store *store);
bool pcs_memory_remembers(const pcs_memory *memory);
/* As the members; PCS_OK when there is none. pcs_memory_put and pcs_memory_expire without memory:
 * PCS_ERR_UNSUPPORTED; pcs_memory_next: PCS_ERR_NOT_FOUND. */
PCS_MUST_USE pcs_status pcs_memory_put(const pcs_memory *memory, const pcs_grant *grant,
                                       uint64_t now_us);
PCS_MUST_USE pcs_status pcs_memory_remove(const pcs_memory *memory, uint64_t grant);
PCS_MUST_USE pcs_status pcs_memory_touch(const pcs_memory *memory, uint64_t grant,
                                         uint64_t now_us);
PCS_MUST_USE pcs_status pcs_memory_reset_origin(const pcs_memory *memory,
                                                const pcs_origin *origin);
PCS_MUST_USE pcs_status pcs_memory_forget(const pcs_memory *memory);
PCS_MUST_USE pcs_status pcs_memory_expire(const pcs_memory *memory, uint64_t now_us);
PCS_MUST_USE pcs_status pcs_memory_next(const pcs_memory *memory, pcs_store_entry *out_entry,
                                        uint64_t *cursor, uint64_t now_us);

#endif
