/*
 * Patience: how often in a row a person said no to an origin, or closed its questions, and until
 * when it may not ask again (requirements X35: no site wears a person down). Times are arguments.
 * It forgets when the broker ends, when the origin is allowed something, or is reset.
 */
#ifndef PCS_HOST_BROKER_PATIENCE_H
#define PCS_HOST_BROKER_PATIENCE_H

#include "core/policy/origin.h"

/* Origins that were refused lately; beyond it the one that was refused longest ago is forgotten. */
#define PCS_PATIENCE_ORIGINS_MAX 64
/* So many times in a row, and then quiet: twice as long each time, a day at most. */
#define PCS_PATIENCE_REFUSALS 3
#define PCS_PATIENCE_QUIET_US (UINT64_C(60) * 1000000)
#define PCS_PATIENCE_QUIET_MAX_US (UINT64_C(24) * 3600 * 1000000)

typedef struct pcs_patience_entry {
  pcs_origin origin;
  uint32_t refusals; /* 0: the place is free */
  uint64_t latest_us;
  uint64_t quiet_until_us;
} pcs_patience_entry;

/* All-zero: nobody was refused. */
typedef struct pcs_patience {
  pcs_patience_entry entries[PCS_PATIENCE_ORIGINS_MAX];
} pcs_patience;

void pcs_patience_refused(pcs_patience *patience, const pcs_origin *origin, uint64_t now_us);
/* pcs_patience_restore: the origin begins anew. */
void pcs_patience_restore(pcs_patience *patience, const pcs_origin *origin);
/* pcs_patience_is_over: the origin may not ask now. */
bool pcs_patience_is_over(const pcs_patience *patience, const pcs_origin *origin, uint64_t now_us);

#endif
