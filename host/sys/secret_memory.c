#include "host/sys/secret_memory.h"

#include <string.h>
#include <sys/mman.h>

pcs_status pcs_secret_memory_new(void **out_memory, size_t len) {
  *out_memory = NULL;
  void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return PCS_ERR_SYSTEM;
  }
  if (madvise(memory, len, MADV_DONTDUMP) != 0 || madvise(memory, len, MADV_WIPEONFORK) != 0) {
    munmap(memory, len);
    return PCS_ERR_SYSTEM;
  }
  /* Locking has a limit per user; without it the memory may be swapped, which is no failure. */
  (void)mlock(memory, len);
  *out_memory = memory;
  return PCS_OK;
}

void pcs_secret_memory_free(void *memory, size_t len) {
  if (memory != NULL) {
    pcs_secret_memory_wipe(memory, len);
    munmap(memory, len);
  }
}

void pcs_secret_memory_wipe(void *memory, size_t len) {
  explicit_bzero(memory, len);
}
