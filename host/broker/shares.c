#include "host/broker/shares.h"

#define SECOND_US 1000000u

/* Whole bytes only: nothing is lost between two fillings however close they are. */
static void fill(pcs_share_origin *share, uint64_t now_us) {
  uint64_t elapsed_us = now_us > share->filled_us ? now_us - share->filled_us : 0;
  uint64_t bytes = elapsed_us * PCS_QUESTION_SHARES_BYTES_PER_S / SECOND_US;
  if (share->left_bytes + bytes >= PCS_QUESTION_SHARES_BYTES) {
    share->left_bytes = PCS_QUESTION_SHARES_BYTES;
    share->filled_us = now_us;
    return;
  }
  share->left_bytes += (uint32_t)bytes;
  share->filled_us += bytes * SECOND_US / PCS_QUESTION_SHARES_BYTES_PER_S;
}

/* One whose bucket is full again is as good as new. */
static void forget_rested(pcs_shares *shares, uint64_t now_us) {
  for (size_t i = shares->num; i > 0; i--) {
    pcs_share_origin *share = &shares->origins[i - 1];
    fill(share, now_us);
    if (share->left_bytes == PCS_QUESTION_SHARES_BYTES) {
      *share = shares->origins[--shares->num];
    }
  }
}

static pcs_share_origin *share_of(pcs_shares *shares, uint64_t now_us, const pcs_origin *origin) {
  forget_rested(shares, now_us);
  for (size_t i = 0; i < shares->num; i++) {
    if (pcs_origin_equal(&shares->origins[i].origin, origin)) {
      return &shares->origins[i];
    }
  }
  if (shares->num == PCS_SHARE_ORIGINS_MAX) {
    return NULL;
  }
  pcs_share_origin *share = &shares->origins[shares->num++];
  *share = (pcs_share_origin){
      .origin = *origin, .filled_us = now_us, .left_bytes = PCS_QUESTION_SHARES_BYTES};
  return share;
}

uint32_t pcs_shares_take(pcs_shares *shares, uint64_t now_us, const pcs_origin *origin) {
  pcs_share_origin *share = share_of(shares, now_us, origin);
  if (share == NULL) {
    return 0;
  }
  uint32_t taken =
      share->left_bytes < PCS_QUESTION_BURST_BYTES ? share->left_bytes : PCS_QUESTION_BURST_BYTES;
  share->left_bytes -= taken;
  return taken;
}
