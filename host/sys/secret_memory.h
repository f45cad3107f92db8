/*
 * Memory for secrets that outlive a call: locked so that it is not swapped (where the system's
 * limit allows), left out of core files and of children, wiped when it ends.
 */
#ifndef PCS_HOST_SYS_SECRET_MEMORY_H
#define PCS_HOST_SYS_SECRET_MEMORY_H

#include <stddef.h>

#include "core/base/status.h"

/* pcs_secret_memory_new gives len bytes of zeros, a whole number of pages. */
PCS_MUST_USE pcs_status pcs_secret_memory_new(void **out_memory, size_t len);
/* pcs_secret_memory_free wipes and returns it; len as it was made. free(NULL) is fine. */
void pcs_secret_memory_free(void *memory, size_t len);
/* pcs_secret_memory_wipe makes zeros of len bytes of any memory, whatever the compiler thinks of it. */
void pcs_secret_memory_wipe(void *memory, size_t len);

#endif
