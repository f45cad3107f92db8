#include "host/broker/memory.h"

static pcs_status put(void *self, const pcs_grant *grant, uint64_t now_us) {
  return pcs_store_put((pcs_store *)self, grant, now_us);
}

static pcs_status remove_grant(void *self, uint64_t grant) {
  return pcs_store_remove((pcs_store *)self, grant);
}

static pcs_status touch(void *self, uint64_t grant, uint64_t now_us) {
  return pcs_store_touch((pcs_store *)self, grant, now_us);
}

static pcs_status reset_origin(void *self, const pcs_origin *origin) {
  return pcs_store_reset_origin((pcs_store *)self, origin);
}

static pcs_status forget(void *self) {
  return pcs_store_forget((pcs_store *)self);
}

static pcs_status expire(void *self, uint64_t now_us) {
  return pcs_store_expire((pcs_store *)self, now_us);
}

static pcs_status next(void *self, pcs_store_entry *out_entry, uint64_t *cursor, uint64_t now_us) {
  return pcs_store_next((pcs_store *)self, out_entry, cursor, now_us);
}

pcs_memory pcs_memory_of_store(pcs_store *store) {
  return (pcs_memory){.put = put,
                      .remove = remove_grant,
                      .touch = touch,
                      .reset_origin = reset_origin,
                      .forget = forget,
                      .expire = expire,
                      .next = next,
                      .self = store};
}

bool pcs_memory_remembers(const pcs_memory *memory) {
  return memory->put != NULL;
}

pcs_status pcs_memory_put(const pcs_memory *memory, const pcs_grant *grant, uint64_t now_us) {
  return memory->put != NULL ? memory->put(memory->self, grant, now_us) : PCS_ERR_UNSUPPORTED;
}

pcs_status pcs_memory_remove(const pcs_memory *memory, uint64_t grant) {
  return memory->remove != NULL ? memory->remove(memory->self, grant) : PCS_OK;
}

pcs_status pcs_memory_touch(const pcs_memory *memory, uint64_t grant, uint64_t now_us) {
  return memory->touch != NULL ? memory->touch(memory->self, grant, now_us) : PCS_OK;
}

pcs_status pcs_memory_reset_origin(const pcs_memory *memory, const pcs_origin *origin) {
  return memory->reset_origin != NULL ? memory->reset_origin(memory->self, origin) : PCS_OK;
}

pcs_status pcs_memory_forget(const pcs_memory *memory) {
  return memory->forget != NULL ? memory->forget(memory->self) : PCS_OK;
}

pcs_status pcs_memory_expire(const pcs_memory *memory, uint64_t now_us) {
  return memory->expire != NULL ? memory->expire(memory->self, now_us) : PCS_ERR_UNSUPPORTED;
}

pcs_status pcs_memory_next(const pcs_memory *memory, pcs_store_entry *out_entry, uint64_t *cursor,
                           uint64_t now_us) {
  return memory->next != NULL ? memory->next(memory->self, out_entry, cursor, now_us)
                              : PCS_ERR_NOT_FOUND;
}
