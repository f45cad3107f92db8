#include "host/worker/key_memory.h"

#include "host/sys/secret_heap.h"

void pcs_key_memory_use(void) {
}

#if !defined(__SANITIZE_ADDRESS__)
/* The names are BoringSSL's, of symbols that are weak in its crypto/mem.c. */
void *OPENSSL_memory_alloc(size_t size);
void OPENSSL_memory_free(void *memory);
size_t OPENSSL_memory_get_size(void *memory);

void *OPENSSL_memory_alloc(size_t size) {
  return pcs_secret_heap_alloc(size);
}

void OPENSSL_memory_free(void *memory) {
  pcs_secret_heap_free(memory);
}

size_t OPENSSL_memory_get_size(void *memory) {
  return pcs_secret_heap_size(memory);
}
#endif
