/*
 * How many allocations this program has made: the proof of "none per packet". Include once per
 * program. It counts malloc, calloc and realloc of everything linked, C library and all.
 */
#ifndef TESTS_ALLOCATIONS_H
#define TESTS_ALLOCATIONS_H

#include <stddef.h>
#include <stdint.h>

static volatile uint64_t num_allocations;

#if defined(__SANITIZE_ADDRESS__)
int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void *, size_t),
                                              void (*free_hook)(const volatile void *));

static void note_allocation(const volatile void *memory, size_t len) {
  (void)memory;
  (void)len;
  num_allocations++;
}

static void note_release(const volatile void *memory) {
  (void)memory;
}

static inline void allocations_watch(void) {
  (void)__sanitizer_install_malloc_and_free_hooks(note_allocation, note_release);
}
#else
/* glibc lets a program take malloc's place and still reach its own. */
void *__libc_malloc(size_t len);
void *__libc_calloc(size_t num, size_t len);
void *__libc_realloc(void *memory, size_t len);
void *malloc(size_t len);
void *calloc(size_t num, size_t len);
void *realloc(void *memory, size_t len);

void *malloc(size_t len) {
  num_allocations++;
  return __libc_malloc(len);
}

void *calloc(size_t num, size_t len) {
  num_allocations++;
  return __libc_calloc(num, len);
}

void *realloc(void *memory, size_t len) {
  num_allocations++;
  return __libc_realloc(memory, len);
}

static inline void allocations_watch(void) {
}
#endif

#endif
