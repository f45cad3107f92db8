/*
 * Randomness as an argument: the system's, or a seeded one for the virtual network. Protocol code
 * only ever sees a pcs_random that it was given.
 */
#ifndef PCS_HOST_CRYPTO_RANDOM_H
#define PCS_HOST_CRYPTO_RANDOM_H

#include "core/base/bytes.h"

typedef struct pcs_random {
  void (*fill)(void *context, uint8_t *out, size_t len);
  void *context;
} pcs_random;

/* pcs_random_system draws from the system's CSPRNG; it cannot fail (it ends the process instead).
 */
pcs_random pcs_random_system(void);

/* A generator that is the same for the same seed: for tests and simulations only. */
typedef struct pcs_random_seeded {
  uint64_t seed;
  uint64_t counter;
} pcs_random_seeded;
/* pcs_random_seeded_init borrows state for the life of the result. */
pcs_random pcs_random_seeded_init(pcs_random_seeded *state, uint64_t seed);

void pcs_random_fill(const pcs_random *random, uint8_t *out, size_t len);
uint32_t pcs_random_u32(const pcs_random *random);
uint64_t pcs_random_u64(const pcs_random *random);
/* pcs_random_below is uniform in [0, bound); bound > 0. */
uint32_t pcs_random_below(const pcs_random *random, uint32_t bound);
/* pcs_random_text fills out with len characters of the 64-character ice-char alphabet (RFC
 * 8839 5.4). */
void pcs_random_text(const pcs_random *random, char *out, size_t len);

#endif
