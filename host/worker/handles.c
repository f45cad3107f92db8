#include "host/worker/handles.h"

#include <stdlib.h>

#define CAPACITY_AT_FIRST 64

/* A handle is random, so it is its own hash. handle 0: the place is free. */
typedef struct handle_entry {
  uint32_t handle;
  pcs_handle_kind kind;
  void *object;
} handle_entry;

struct pcs_handles {
  const pcs_random *random;
  handle_entry *entries;
  size_t capacity; /* a power of two, at least twice num */
  size_t num;
};

pcs_status pcs_handles_new(pcs_handles **out_handles, const pcs_random *random) {
  *out_handles = NULL;
  pcs_handles *handles = calloc(1, sizeof *handles);
  if (handles == NULL) {
    return PCS_ERR_SYSTEM;
  }
  handles->random = random;
  handles->capacity = CAPACITY_AT_FIRST;
  handles->entries = calloc(handles->capacity, sizeof *handles->entries);
  if (handles->entries == NULL) {
    free(handles);
    return PCS_ERR_SYSTEM;
  }
  *out_handles = handles;
  return PCS_OK;
}

void pcs_handles_free(pcs_handles *handles) {
  if (handles != NULL) {
    free(handles->entries);
    free(handles);
  }
}

/* The place of handle, or the free one where it would be. */
static handle_entry *place_of(const pcs_handles *handles, uint32_t handle) {
  size_t mask = handles->capacity - 1;
  size_t at = handle & mask;
  while (handles->entries[at].handle != 0 && handles->entries[at].handle != handle) {
    at = (at + 1) & mask;
  }
  return &handles->entries[at];
}

static pcs_status grow(pcs_handles *handles) {
  pcs_handles larger = *handles;
  larger.capacity = handles->capacity * 2;
  larger.entries = calloc(larger.capacity, sizeof *larger.entries);
  if (larger.entries == NULL) {
    return PCS_ERR_SYSTEM;
  }
  for (size_t i = 0; i < handles->capacity; i++) {
    if (handles->entries[i].handle != 0) {
      *place_of(&larger, handles->entries[i].handle) = handles->entries[i];
    }
  }
  free(handles->entries);
  *handles = larger;
  return PCS_OK;
}

pcs_status pcs_handles_add(pcs_handles *handles, uint32_t *out_handle, pcs_handle_kind kind,
                           void *object) {
  *out_handle = 0;
  if ((handles->num + 1) * 2 > handles->capacity && grow(handles) != PCS_OK) {
    return PCS_ERR_SYSTEM;
  }
  uint32_t handle = 0;
  while (handle == 0 || place_of(handles, handle)->handle != 0) {
    handle = pcs_random_u32(handles->random);
  }
  *place_of(handles, handle) = (handle_entry){handle, kind, object};
  handles->num++;
  *out_handle = handle;
  return PCS_OK;
}

void *pcs_handles_find(const pcs_handles *handles, pcs_handle_kind kind, uint32_t handle) {
  if (handle == 0) {
    return NULL;
  }
  const handle_entry *entry = place_of(handles, handle);
  return entry->handle == handle && entry->kind == kind ? entry->object : NULL;
}

/* Frees a place and moves back those behind it that were pushed on by it. */
static void remove_at(pcs_handles *handles, size_t hole) {
  size_t mask = handles->capacity - 1;
  size_t at = hole;
  for (;;) {
    handles->entries[hole] = (handle_entry){0};
    handle_entry *entry;
    size_t home;
    do {
      at = (at + 1) & mask;
      entry = &handles->entries[at];
      if (entry->handle == 0) {
        handles->num--;
        return;
      }
      home = entry->handle & mask;
    } while (((at - home) & mask) < ((at - hole) & mask));
    handles->entries[hole] = *entry;
    hole = at;
  }
}

void pcs_handles_remove(pcs_handles *handles, uint32_t handle) {
  if (handle == 0) {
    return;
  }
  const handle_entry *entry = place_of(handles, handle);
  if (entry->handle == handle) {
    remove_at(handles, (size_t)(entry - handles->entries));
  }
}

void pcs_handles_remove_all(pcs_handles *handles, const void *object) {
  for (size_t i = 0; i < handles->capacity; i++) {
    while (handles->entries[i].handle != 0 && handles->entries[i].object == object) {
      remove_at(handles, i);
    }
  }
}

size_t pcs_handles_count(const pcs_handles *handles) {
  return handles->num;
}
