#include <string.h>

#include "host/broker/consent_state.h"

bool pcs_consent_can_show(const pcs_consent *consent, uint32_t rights) {
  bool captures = (rights & PCS_CONSENT_CAPTURES) != 0;
  return !captures || (consent->indicator.show != NULL && !consent->cannot_show);
}

/* ---- what lives ---- */

static bool is_live(const pcs_use *use) {
  return use->ended == PCS_REASON_NONE;
}

static bool is_bound(const pcs_consent *consent, const pcs_use *use) {
  for (size_t i = 0; i < consent->permissions.num_grants; i++) {
    const pcs_grant *grant = &consent->permissions.grants[i];
    if (grant->id == use->grant) {
      return grant->peer.num_certificates > 0;
    }
  }
  return false;
}

static pcs_indicator_line *line_of(pcs_indicator_line *lines, size_t *num, const pcs_page *page) {
  for (size_t i = 0; i < *num; i++) {
    if (pcs_origin_equal(&lines[i].origin, &page->origin) &&
        pcs_origin_equal(&lines[i].embedder, &page->embedder)) {
      return &lines[i];
    }
  }
  if (*num == PCS_INDICATOR_LINES_MAX) {
    return NULL;
  }
  lines[*num] = (pcs_indicator_line){
      .origin = page->origin, .embedder = page->embedder, .has_verified_peer = true};
  return &lines[(*num)++];
}

static void count(const pcs_consent *consent, const pcs_use *use, pcs_indicator_line *line) {
  bool is_call = use->right == PCS_RIGHT_DATA;
  line->rights |= use->right;
  line->num_calls += is_call ? 1 : 0;
  line->has_verified_peer &= !is_call || is_bound(consent, use);
}

/* False when there are more lines than fit: captures beyond it are not seen. */
static bool gather(const pcs_consent *consent, pcs_indicator_line *lines, size_t *out_num) {
  bool whole = true;
  *out_num = 0;
  for (size_t i = 0; i < consent->permissions.num_uses; i++) {
    const pcs_use *use = &consent->permissions.uses[i];
    const pcs_page *page = is_live(use) ? pcs_consent_page(consent, use->scope.page) : NULL;
    if (page == NULL) {
      continue;
    }
    pcs_indicator_line *line = line_of(lines, out_num, page);
    if (line != NULL) {
      count(consent, use, line);
    } else {
      whole &= (use->right & PCS_CONSENT_CAPTURES) == 0;
    }
  }
  for (size_t i = 0; i < *out_num; i++) {
    lines[i].has_verified_peer &= lines[i].num_calls > 0;
  }
  return whole;
}

static bool lines_capture(const pcs_consent *consent) {
  uint32_t rights = 0;
  for (size_t i = 0; i < consent->num_lines; i++) {
    rights |= consent->lines[i].rights;
  }
  return (rights & PCS_CONSENT_CAPTURES) != 0;
}

/* ---- showing it ---- */

static bool stop_captures(pcs_consent *consent) {
  pcs_permissions_stop(&consent->permissions, PCS_CONSENT_CAPTURES, PCS_REASON_UNSEEN);
  consent->unseen_since_us = 0;
  consent->uses_changed = true;
  return true;
}

static bool follow_sight(pcs_consent *consent, uint64_t now_us) {
  if (consent->is_seen || !lines_capture(consent)) {
    consent->unseen_since_us = 0;
    return false;
  }
  if (consent->unseen_since_us == 0) {
    consent->unseen_since_us = now_us;
  }
  return now_us >= consent->unseen_since_us + PCS_UNSEEN_US && stop_captures(consent);
}

bool pcs_consent_show(pcs_consent *consent, uint64_t now_us) {
  if (!consent->uses_changed) {
    return follow_sight(consent, now_us);
  }
  consent->uses_changed = false;
  pcs_indicator_line lines[PCS_INDICATOR_LINES_MAX];
  size_t num = 0;
  memset(lines, 0, sizeof lines);
  bool whole = gather(consent, lines, &num);
  bool same = num == consent->num_lines && memcmp(lines, consent->lines, num * sizeof lines[0]) == 0;
  if (!same) {
    memcpy(consent->lines, lines, sizeof lines);
    consent->num_lines = num;
    if (consent->indicator.show != NULL) {
      consent->cannot_show =
          consent->indicator.show(consent->indicator.self, consent->lines, num) != PCS_OK;
    }
  }
  bool is_hidden =
      lines_capture(consent) && (consent->cannot_show || consent->indicator.show == NULL);
  consent->cannot_show &= num > 0; /* the next capture tries anew */
  return is_hidden || !whole ? stop_captures(consent) : follow_sight(consent, now_us);
}

void pcs_consent_seen(pcs_consent *consent, bool is_seen, uint64_t now_us) {
  pcs_permissions_tick(&consent->permissions, now_us);
  consent->is_seen = is_seen;
  if (is_seen) {
    consent->unseen_since_us = 0;
    return;
  }
  /* While nothing was captured it may go away without being missed. */
  if (lines_capture(consent)) {
    (void)stop_captures(consent);
  }
}

/* ---- the person stops it ---- */

static uint32_t uses_of(const pcs_consent *consent, uint64_t page) {
  uint32_t rights = 0;
  for (size_t i = 0; i < consent->permissions.num_uses; i++) {
    const pcs_use *use = &consent->permissions.uses[i];
    rights |= is_live(use) && use->scope.page == page ? use->right : 0;
  }
  return rights;
}

static void block_page(pcs_consent *consent, const pcs_page *page, uint64_t now_us) {
  uint32_t rights = uses_of(consent, page->id);
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    if ((rights & right) == 0) {
      continue;
    }
    pcs_grant grant = {.origin = page->origin,
                       .embedder = page->embedder,
                       .right = right,
                       .effect = PCS_EFFECT_BLOCK,
                       .duration = PCS_DURATION_PAGE,
                       .scope = {.page = page->id},
                       .expires_us = PCS_GRANT_NEVER,
                       .uses_left = PCS_GRANT_USES_ANY};
    if (pcs_consent_add(consent, &grant, now_us) != PCS_OK) {
      /* No room for the block: at least what runs ends, everybody's of this right. */
      pcs_permissions_stop(&consent->permissions, right, PCS_REASON_BLOCKED);
    }
  }
}

void pcs_consent_stop(pcs_consent *consent, const pcs_origin *origin, const pcs_origin *embedder,
                      uint64_t now_us) {
  for (size_t i = 0; i < consent->permissions.num_pages; i++) {
    const pcs_page *page = &consent->permissions.pages[i];
    if (pcs_origin_equal(&page->origin, origin) && pcs_origin_equal(&page->embedder, embedder)) {
      block_page(consent, page, now_us);
    }
  }
  consent->uses_changed = consent->may_advance = true;
}
