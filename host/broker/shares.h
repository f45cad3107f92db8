/*
 * How the pages of one origin share what that origin may have this machine ask of hosts that have
 * not agreed (requirements X9). Each page's worker keeps its own count (host/ice/questions.h) and
 * hears of no other; what it begins with, for each host, comes out of one bucket of its origin
 * here, when its link is handed over. So pages that are opened, or loaded again, one after the
 * other get smaller shares until time has passed, down to none: such a page still asks, at the slow
 * rate that every page has. The number of pages at one time is bounded (PCS_LINKS_PER_ORIGIN_MAX),
 * and so is the sum. No worker needs to tell another, or the broker, whom it asks.
 */
#ifndef PCS_HOST_BROKER_SHARES_H
#define PCS_HOST_BROKER_SHARES_H

#include "core/base/limits.h"
#include "core/policy/origin.h"

/* As many as may be allowed. */
#define PCS_SHARE_ORIGINS_MAX 64

typedef struct pcs_share_origin {
  pcs_origin origin;
  uint64_t filled_us;
  uint32_t left_bytes;
} pcs_share_origin;

/* All zero is one that nobody has taken from. */
typedef struct pcs_shares {
  pcs_share_origin origins[PCS_SHARE_ORIGINS_MAX];
  size_t num;
} pcs_shares;

/* pcs_shares_take is what the origin's next page begins with: at most PCS_QUESTION_BURST_BYTES, 0
 * when nothing is left. */
uint32_t pcs_shares_take(pcs_shares *shares, uint64_t now_us, const pcs_origin *origin);

#endif
