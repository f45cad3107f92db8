/*
 * A heap for what keeps keys among other things: all of it is secret memory (secret_memory.h), and
 * what is given back is wiped before anything else gets it. It is one for the process and for one
 * thread, and returns nothing to the system but what was larger than PCS_SECRET_HEAP_BLOCK_MAX.
 */
#ifndef PCS_HOST_SYS_SECRET_HEAP_H
#define PCS_HOST_SYS_SECRET_HEAP_H

#include <stddef.h>

/* A DTLS or TLS record with its buffer; what is larger has a mapping of its own. */
#define PCS_SECRET_HEAP_BLOCK_MAX 32768u
/* What is taken from the system at a time: locked memory is scarce (8 MiB for a user, often). */
#define PCS_SECRET_HEAP_CHUNK_BYTES (128u * 1024)

/* pcs_secret_heap_alloc gives len bytes, aligned for anything; NULL when there is no memory. What is
 * in them is not said. */
void *pcs_secret_heap_alloc(size_t len);
/* pcs_secret_heap_free wipes and takes back. free(NULL) is fine. */
void pcs_secret_heap_free(void *memory);
/* pcs_secret_heap_size is the len that was asked for. */
size_t pcs_secret_heap_size(const void *memory);

#endif
