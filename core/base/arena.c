#include "core/base/arena.h"

#include <stdalign.h>
#include <string.h>

void pcs_arena_init(pcs_arena *arena, void *memory, size_t capacity) {
  *arena = (pcs_arena){.memory = memory, .capacity = capacity};
}

/* How many bytes to leave out before the next object so that any type may stand there. */
static size_t padding(const pcs_arena *arena) {
  uintptr_t next = (uintptr_t)arena->memory + arena->used;
  size_t over = (size_t)(next % alignof(max_align_t));
  return over == 0 ? 0 : alignof(max_align_t) - over;
}

void *pcs_arena_take(pcs_arena *arena, size_t num, size_t size) {
  size_t gap = padding(arena);
  size_t left = arena->capacity - arena->used;
  if (arena->failed || gap > left || (size > 0 && num > (left - gap) / size)) {
    arena->failed = true;
    return NULL;
  }
  void *taken = arena->memory + arena->used + gap;
  arena->used += gap + num * size;
  if (num * size > 0) {
    memset(taken, 0, num * size);
  }
  return taken;
}

pcs_span pcs_arena_copy(pcs_arena *arena, pcs_span bytes) {
  uint8_t *copy = pcs_arena_take(arena, bytes.len, 1);
  if (copy == NULL || bytes.len == 0) {
    return (pcs_span){0};
  }
  memcpy(copy, bytes.data, bytes.len);
  return (pcs_span){copy, bytes.len};
}

pcs_arena_mark pcs_arena_here(const pcs_arena *arena) {
  return (pcs_arena_mark){arena->used};
}

void pcs_arena_reset(pcs_arena *arena, pcs_arena_mark mark) {
  arena->used = mark.used;
  arena->failed = false;
}

pcs_status pcs_arena_finish(const pcs_arena *arena) {
  return arena->failed ? PCS_ERR_NO_SPACE : PCS_OK;
}
