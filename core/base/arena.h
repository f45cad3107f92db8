/*
 * A bump allocator on the caller's memory, for trees that are parsed, read and dropped together. It
 * owns nothing and frees nothing singly. Sticky like a writer: after the first request that does
 * not fit every request gives NULL, and the owner may ask once, at the end, through
 * pcs_arena_finish.
 */
#ifndef PCS_CORE_BASE_ARENA_H
#define PCS_CORE_BASE_ARENA_H

#include "core/base/bytes.h"

typedef struct pcs_arena {
  uint8_t *memory;
  size_t capacity;
  size_t used;
  bool failed;
} pcs_arena;

/* What pcs_arena_mark remembers. */
typedef struct pcs_arena_mark {
  size_t used;
} pcs_arena_mark;

/* pcs_arena_init borrows memory for the arena's life; any alignment. */
void pcs_arena_init(pcs_arena *arena, void *memory, size_t capacity);
/*
 * pcs_arena_take gives room for num objects of size bytes each, zeroed, aligned for any type; NULL
 * when they do not fit or num * size overflows. It lives until a reset or the memory goes.
 */
void *pcs_arena_take(pcs_arena *arena, size_t num, size_t size);
/* pcs_arena_copy gives a copy of bytes that the arena holds; an empty span when it does not fit. */
pcs_span pcs_arena_copy(pcs_arena *arena, pcs_span bytes);
/* pcs_arena_here and pcs_arena_reset: what was taken after the mark is gone, a failure too. */
pcs_arena_mark pcs_arena_here(const pcs_arena *arena);
void pcs_arena_reset(pcs_arena *arena, pcs_arena_mark mark);
/* pcs_arena_finish is PCS_OK, or PCS_ERR_NO_SPACE when any request did not fit. */
PCS_MUST_USE pcs_status pcs_arena_finish(const pcs_arena *arena);

#endif
