#include "core/policy/grant.h"

#include <string.h>

#include "core/base/text.h"

pcs_status pcs_device_set(pcs_device *out_device, pcs_span name) {
  *out_device = (pcs_device){0};
  if (name.len > PCS_DEVICE_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  if (!pcs_text_is_utf8(name) || pcs_text_find(name, '\0') != name.len) {
    return PCS_ERR_SYNTAX;
  }
  if (name.len > 0) {
    memcpy(out_device->name, name.data, name.len);
  }
  out_device->len = (uint8_t)name.len;
  return PCS_OK;
}

pcs_span pcs_device_name(const pcs_device *device) {
  return (pcs_span){device->name, device->len};
}

bool pcs_device_equal(const pcs_device *a, const pcs_device *b) {
  return pcs_span_equal(pcs_device_name(a), pcs_device_name(b));
}

bool pcs_scope_equal(pcs_scope a, pcs_scope b) {
  return a.page == b.page && a.call == b.call;
}

static bool scope_fits(const pcs_grant *grant) {
  switch (grant->duration) {
  case PCS_DURATION_CALL:
    return grant->scope.page != 0 && grant->scope.call != 0;
  case PCS_DURATION_PAGE:
    return grant->scope.page != 0 && grant->scope.call == 0;
  case PCS_DURATION_SITE:
    return grant->scope.page == 0 && grant->scope.call == 0;
  }
  return false;
}

/*
 * A count that outlives its page would have to be kept before each use, and lost or doubled by a
 * crash. A block counts nothing and names no peers, who can change their certificates at will.
 */
static bool counts_and_peers_fit(const pcs_grant *grant) {
  bool uncounted = grant->uses_left == PCS_GRANT_USES_ANY;
  if (grant->effect == PCS_EFFECT_BLOCK) {
    return uncounted && grant->peer.num_certificates == 0;
  }
  return grant->effect == PCS_EFFECT_ALLOW && grant->uses_left > 0 &&
         (uncounted || grant->duration != PCS_DURATION_SITE);
}

static bool fields_fit(const pcs_grant *grant, const pcs_right_row *row) {
  return row != NULL && grant->id != 0 && grant->id <= PCS_GRANT_ID_MAX &&
         grant->expires_us <= PCS_GRANT_NEVER && grant->device.len <= PCS_DEVICE_BYTES_MAX &&
         grant->peer.num_certificates <= PCS_FINGERPRINTS_MAX &&
         (row->needs == PCS_NEEDS_DEVICE || grant->device.len == 0) && scope_fits(grant) &&
         counts_and_peers_fit(grant);
}

static bool both(bool (*holds)(const pcs_rules *, const pcs_origin *), const pcs_grant *grant,
                 const pcs_rules *rules) {
  return holds(rules, &grant->origin) && holds(rules, &grant->embedder);
}

/* What may not be allowed for ever is not blocked for ever either: nothing is kept about it. */
static bool lasts_too_long(const pcs_grant *grant, const pcs_right_row *row) {
  bool blocks_here = grant->effect == PCS_EFFECT_BLOCK && grant->duration != PCS_DURATION_SITE;
  return grant->duration > row->longest && !blocks_here;
}

pcs_status pcs_grant_check(const pcs_grant *grant, const pcs_rules *rules) {
  const pcs_right_row *row = pcs_right_find(grant->right);
  if (!fields_fit(grant, row)) {
    return PCS_ERR_RANGE;
  }
  bool allows = grant->effect == PCS_EFFECT_ALLOW;
  if (!both(pcs_rules_trust, grant, rules) || lasts_too_long(grant, row) ||
      (allows && (rules->denied & grant->right) != 0)) {
    return PCS_ERR_DENIED;
  }
  /* RFC 8827 6.2: a screen or window is allowed for the one use that a person was asked about. */
  if (allows && row->tier == PCS_TIER_DISPLAY && grant->uses_left != 1) {
    return PCS_ERR_DENIED;
  }
  if (grant->duration == PCS_DURATION_SITE && !both(pcs_rules_remember, grant, rules)) {
    return PCS_ERR_DENIED;
  }
  return PCS_OK;
}

bool pcs_grant_same_matter(const pcs_grant *a, const pcs_grant *b) {
  return a->right == b->right && a->duration == b->duration &&
         pcs_scope_equal(a->scope, b->scope) && pcs_device_equal(&a->device, &b->device) &&
         pcs_peer_equal(&a->peer, &b->peer) && pcs_origin_equal(&a->origin, &b->origin) &&
         pcs_origin_equal(&a->embedder, &b->embedder);
}

bool pcs_grant_has_expired(const pcs_grant *grant, uint64_t now_us) {
  return grant->expires_us != PCS_GRANT_NEVER && grant->expires_us <= now_us;
}
