/*
 * The clock and the chance of a simulated world: virtual time that only its owner moves, randomness
 * from one seed, and a trace, a hash over everything that happened, so that two runs of one seed
 * can be compared. It never waits and never looks at a real clock.
 */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include "host/crypto/random.h"

typedef struct sim_world {
  uint64_t seed;
  uint64_t now_us;
  uint64_t trace;
  pcs_random_seeded random_state;
  pcs_random random;
} sim_world;

/* sim_world_init: the world must not move in memory afterwards. Time begins at one hour, so that
 * nothing can rely on it beginning at zero. */
void sim_world_init(sim_world *world, uint64_t seed);
/* sim_world_note adds what happened to the trace. */
void sim_world_note(sim_world *world, const void *bytes, size_t len);
/* sim_world_chance is true in per_million of a million cases. */
bool sim_world_chance(sim_world *world, uint32_t per_million);

#endif
