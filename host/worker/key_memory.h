/*
 * Where BoringSSL keeps private keys, traffic keys and all else that it allocates: in the secret
 * heap (host/sys/secret_heap.h), by the three functions that it looks for when it is linked. A
 * sanitized build leaves it to the sanitizer, which would not see into that heap.
 */
#ifndef PCS_HOST_WORKER_KEY_MEMORY_H
#define PCS_HOST_WORKER_KEY_MEMORY_H

/* pcs_key_memory_use does nothing: who calls it is linked with those three. */
void pcs_key_memory_use(void);

#endif
