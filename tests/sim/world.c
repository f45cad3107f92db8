#include "tests/sim/world.h"

void sim_world_init(sim_world *world, uint64_t seed) {
  *world = (sim_world){.seed = seed, .now_us = 3600000000u, .trace = 0xcbf29ce484222325u};
  world->random = pcs_random_seeded_init(&world->random_state, seed);
}

/* FNV-1a: for comparing runs, not for security. */
void sim_world_note(sim_world *world, const void *bytes, size_t len) {
  const uint8_t *at = bytes;
  for (size_t i = 0; i < len; i++) {
    world->trace = (world->trace ^ at[i]) * 0x100000001b3u;
  }
}

bool sim_world_chance(sim_world *world, uint32_t per_million) {
  return per_million > 0 && pcs_random_below(&world->random, 1000000) < per_million;
}
