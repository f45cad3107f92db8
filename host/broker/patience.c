#include "host/broker/patience.h"

static pcs_patience_entry *find(pcs_patience *patience, const pcs_origin *origin) {
  for (size_t i = 0; i < PCS_PATIENCE_ORIGINS_MAX; i++) {
    pcs_patience_entry *entry = &patience->entries[i];
    if (entry->refusals > 0 && pcs_origin_equal(&entry->origin, origin)) {
      return entry;
    }
  }
  return NULL;
}

/* A free place, or that of the origin that was refused longest ago. */
static pcs_patience_entry *make_place(pcs_patience *patience, const pcs_origin *origin) {
  pcs_patience_entry *place = &patience->entries[0];
  for (size_t i = 1; i < PCS_PATIENCE_ORIGINS_MAX && place->refusals > 0; i++) {
    pcs_patience_entry *entry = &patience->entries[i];
    if (entry->refusals == 0 || entry->latest_us < place->latest_us) {
      place = entry;
    }
  }
  *place = (pcs_patience_entry){.origin = *origin};
  return place;
}

static uint64_t quiet_us(uint32_t refusals) {
  uint64_t quiet = 0;
  for (uint32_t i = PCS_PATIENCE_REFUSALS; i <= refusals; i++) {
    quiet = quiet == 0 ? PCS_PATIENCE_QUIET_US : 2 * quiet;
    if (quiet >= PCS_PATIENCE_QUIET_MAX_US) {
      return PCS_PATIENCE_QUIET_MAX_US;
    }
  }
  return quiet;
}

void pcs_patience_refused(pcs_patience *patience, const pcs_origin *origin, uint64_t now_us) {
  pcs_patience_entry *entry = find(patience, origin);
  if (entry == NULL) {
    entry = make_place(patience, origin);
  }
  entry->refusals += entry->refusals < UINT32_MAX ? 1 : 0;
  entry->latest_us = now_us;
  entry->quiet_until_us = now_us + quiet_us(entry->refusals);
}

void pcs_patience_restore(pcs_patience *patience, const pcs_origin *origin) {
  pcs_patience_entry *entry = find(patience, origin);
  if (entry != NULL) {
    *entry = (pcs_patience_entry){0};
  }
}

bool pcs_patience_is_over(const pcs_patience *patience, const pcs_origin *origin,
                          uint64_t now_us) {
  for (size_t i = 0; i < PCS_PATIENCE_ORIGINS_MAX; i++) {
    const pcs_patience_entry *entry = &patience->entries[i];
    if (entry->refusals > 0 && pcs_origin_equal(&entry->origin, origin)) {
      return now_us < entry->quiet_until_us;
    }
  }
  return false;
}
