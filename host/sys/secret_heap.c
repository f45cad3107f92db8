#include "host/sys/secret_heap.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "host/sys/secret_memory.h"

/* Blocks are powers of two: 32 bytes, header included, and twice as much each. */
#define SMALLEST_BYTES 32u
#define NUM_CLASSES 11
_Static_assert((SMALLEST_BYTES << (NUM_CLASSES - 1)) == PCS_SECRET_HEAP_BLOCK_MAX, "the last class");
#define OWN_MAPPING NUM_CLASSES

/* In front of what is given: 16 bytes, so that it is aligned for anything. */
typedef struct header {
  _Alignas(16) size_t len;
  uint32_t class_index;
} header;
_Static_assert(sizeof(header) == 16, "alignment of what is behind it");

/* A block that is free: the link stands where the header was. */
typedef struct vacant {
  struct vacant *next;
} vacant;

static struct {
  vacant *vacant[NUM_CLASSES];
  uint8_t *rest; /* of the newest chunk */
  size_t rest_bytes;
} heap;

static size_t bytes_of(uint32_t class_index) {
  return (size_t)SMALLEST_BYTES << class_index;
}

static uint32_t class_for(size_t whole) {
  uint32_t index = 0;
  while (bytes_of(index) < whole) {
    index++;
  }
  return index;
}

/* What is left of the chunk before is lost: less than the largest block, once in a chunk. */
static header *carve(uint32_t class_index) {
  size_t bytes = bytes_of(class_index);
  if (heap.rest_bytes < bytes) {
    void *chunk = NULL;
    if (pcs_secret_memory_new(&chunk, PCS_SECRET_HEAP_CHUNK_BYTES) != PCS_OK) {
      return NULL;
    }
    heap.rest = chunk;
    heap.rest_bytes = PCS_SECRET_HEAP_CHUNK_BYTES;
  }
  void *block = heap.rest;
  heap.rest += bytes;
  heap.rest_bytes -= bytes;
  return block;
}

static header *take(uint32_t class_index) {
  vacant *first = heap.vacant[class_index];
  if (first == NULL) {
    return carve(class_index);
  }
  heap.vacant[class_index] = first->next;
  void *block = first;
  return block;
}

static header *map(size_t whole) {
  void *memory = NULL;
  return pcs_secret_memory_new(&memory, whole) == PCS_OK ? memory : NULL;
}

void *pcs_secret_heap_alloc(size_t len) {
  if (len > SIZE_MAX - sizeof(header)) {
    return NULL;
  }
  size_t whole = len + sizeof(header);
  bool is_large = whole > PCS_SECRET_HEAP_BLOCK_MAX;
  uint32_t class_index = is_large ? OWN_MAPPING : class_for(whole);
  header *block = is_large ? map(whole) : take(class_index);
  if (block == NULL) {
    return NULL;
  }
  *block = (header){.len = len, .class_index = class_index};
  return block + 1;
}

static header *header_of(void *memory) {
  return (header *)memory - 1;
}

void pcs_secret_heap_free(void *memory) {
  if (memory == NULL) {
    return;
  }
  header *block = header_of(memory);
  uint32_t class_index = block->class_index;
  if (class_index == OWN_MAPPING) {
    pcs_secret_memory_free(block, block->len + sizeof *block);
    return;
  }
  pcs_secret_memory_wipe(block, block->len + sizeof *block);
  vacant *fresh = (vacant *)(void *)block;
  fresh->next = heap.vacant[class_index];
  heap.vacant[class_index] = fresh;
}

size_t pcs_secret_heap_size(const void *memory) {
  return memory != NULL ? ((const header *)memory - 1)->len : 0;
}
