#include "core/policy/permissions.h"

#include <string.h>

static const pcs_page *find_page(const pcs_permissions *permissions, uint64_t id) {
  for (size_t i = 0; i < permissions->num_pages; i++) {
    if (permissions->pages[i].id == id) {
      return &permissions->pages[i];
    }
  }
  return NULL;
}

static pcs_grant *find_grant(pcs_permissions *permissions, uint64_t id) {
  for (size_t i = 0; i < permissions->num_grants; i++) {
    if (permissions->grants[i].id == id) {
      return &permissions->grants[i];
    }
  }
  return NULL;
}

static pcs_facts facts_for(const pcs_permissions *permissions, pcs_scope scope) {
  return (pcs_facts){.rules = &permissions->rules,
                     .page = find_page(permissions, scope.page),
                     .grants = permissions->grants,
                     .num_grants = permissions->num_grants,
                     .now_us = permissions->now_us};
}

static void drop_grant(pcs_permissions *permissions, pcs_grant *grant) {
  *grant = permissions->grants[--permissions->num_grants];
}

static void drop_use(pcs_permissions *permissions, pcs_use *use) {
  *use = permissions->uses[--permissions->num_uses];
}

static bool is_live_in(const pcs_use *use, pcs_scope call) {
  return use->ended == PCS_REASON_NONE && pcs_scope_equal(use->scope, call);
}

static bool call_is_idle(const pcs_permissions *permissions, pcs_scope call) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    if (is_live_in(&permissions->uses[i], call)) {
      return false;
    }
  }
  return true;
}

static void drop_grants_for_call(pcs_permissions *permissions, pcs_scope call) {
  for (size_t i = permissions->num_grants; i-- > 0;) {
    pcs_grant *grant = &permissions->grants[i];
    if (grant->duration == PCS_DURATION_CALL && pcs_scope_equal(grant->scope, call)) {
      drop_grant(permissions, grant);
    }
  }
}

/* A grant whose last counted use is over stands for nothing any more. */
static void drop_if_spent(pcs_permissions *permissions, uint64_t id) {
  pcs_grant *grant = find_grant(permissions, id);
  if (grant == NULL || grant->uses_left != 0) {
    return;
  }
  for (size_t i = 0; i < permissions->num_uses; i++) {
    if (permissions->uses[i].grant == id && permissions->uses[i].ended == PCS_REASON_NONE) {
      return;
    }
  }
  drop_grant(permissions, grant);
}

/* What follows from the end of a use, which does not live any more. The grants dropped here have no
 * live use left, so nothing follows from that. */
static void after_use(pcs_permissions *permissions, uint64_t grant, pcs_scope scope) {
  drop_if_spent(permissions, grant);
  if (call_is_idle(permissions, scope)) {
    drop_grants_for_call(permissions, scope);
  }
}

static void stop_use(pcs_permissions *permissions, pcs_use *use, pcs_reason reason) {
  use->ended = reason;
  after_use(permissions, use->grant, use->scope);
}

/* Why a live use may not go on: NONE when it may. */
static pcs_reason standing_of(pcs_permissions *permissions, const pcs_use *use) {
  uint64_t block;
  pcs_facts facts = facts_for(permissions, use->scope);
  pcs_request request = {.scope = use->scope, .right = use->right, .device = use->device};
  pcs_reason obstacle = pcs_request_obstacle(&request, &facts, &block);
  if (obstacle != PCS_REASON_NONE || use->grant == 0) {
    return obstacle;
  }
  const pcs_grant *grant = find_grant(permissions, use->grant);
  if (grant == NULL) {
    return PCS_REASON_GRANT_ENDED;
  }
  bool any_peer = grant->peer.num_certificates == 0;
  return any_peer || pcs_peer_is_within(&use->peer, &grant->peer) ? PCS_REASON_NONE
                                                                  : PCS_REASON_GRANT_ENDED;
}

/* Ends every use that what stands now does not allow. */
static void settle(pcs_permissions *permissions) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    pcs_use *use = &permissions->uses[i];
    pcs_reason reason = use->ended == PCS_REASON_NONE ? standing_of(permissions, use) : use->ended;
    if (use->ended == PCS_REASON_NONE && reason != PCS_REASON_NONE) {
      stop_use(permissions, use, reason);
    }
  }
}

pcs_status pcs_permissions_init(pcs_permissions *permissions, const pcs_rules *rules) {
  pcs_status status = pcs_rules_check(rules);
  memset(permissions, 0, sizeof *permissions);
  if (status == PCS_OK) {
    permissions->rules = *rules;
  }
  return status;
}

pcs_status pcs_permissions_open_page(pcs_permissions *permissions, const pcs_page *page) {
  if (page->id == 0) {
    return PCS_ERR_RANGE;
  }
  if (find_page(permissions, page->id) != NULL) {
    return PCS_ERR_STATE;
  }
  if (permissions->num_pages == PCS_PAGES_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  permissions->pages[permissions->num_pages++] = *page;
  return PCS_OK;
}

void pcs_permissions_mark_mixed(pcs_permissions *permissions, uint64_t page) {
  for (size_t i = 0; i < permissions->num_pages; i++) {
    if (permissions->pages[i].id == page) {
      permissions->pages[i].flags |= PCS_PAGE_MIXED;
    }
  }
  settle(permissions);
}

void pcs_permissions_close_page(pcs_permissions *permissions, uint64_t page) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    if (permissions->uses[i].scope.page == page && permissions->uses[i].ended == PCS_REASON_NONE) {
      stop_use(permissions, &permissions->uses[i], PCS_REASON_PAGE_CLOSED);
    }
  }
  for (size_t i = permissions->num_grants; i-- > 0;) {
    if (page != 0 && permissions->grants[i].scope.page == page) {
      drop_grant(permissions, &permissions->grants[i]);
    }
  }
  for (size_t i = permissions->num_pages; i-- > 0;) {
    if (permissions->pages[i].id == page) {
      permissions->pages[i] = permissions->pages[--permissions->num_pages];
    }
  }
}

/* A grant for a page or call names the origins of that page. */
static bool is_of_its_page(const pcs_permissions *permissions, const pcs_grant *grant) {
  const pcs_page *page = find_page(permissions, grant->scope.page);
  return grant->duration == PCS_DURATION_SITE ||
         (page != NULL && pcs_origin_equal(&page->origin, &grant->origin) &&
          pcs_origin_equal(&page->embedder, &grant->embedder));
}

static pcs_grant *find_same_matter(pcs_permissions *permissions, const pcs_grant *grant) {
  for (size_t i = 0; i < permissions->num_grants; i++) {
    if (pcs_grant_same_matter(&permissions->grants[i], grant)) {
      return &permissions->grants[i];
    }
  }
  return NULL;
}

/* Uses by an earlier grant on the same matter go on by the one that takes its place. */
static void pass_uses(pcs_permissions *permissions, uint64_t from, uint64_t to) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    permissions->uses[i].grant =
        permissions->uses[i].grant == from ? to : permissions->uses[i].grant;
  }
}

pcs_status pcs_permissions_add(pcs_permissions *permissions, const pcs_grant *grant,
                               uint64_t now_us) {
  pcs_permissions_tick(permissions, now_us);
  pcs_status status = pcs_grant_check(grant, &permissions->rules);
  if (status != PCS_OK) {
    return status;
  }
  pcs_grant *same = find_same_matter(permissions, grant);
  const pcs_grant *namesake = find_grant(permissions, grant->id);
  if (namesake != NULL && namesake != same) {
    return PCS_ERR_RANGE;
  }
  if (!is_of_its_page(permissions, grant)) {
    return PCS_ERR_NOT_FOUND;
  }
  if (pcs_grant_has_expired(grant, permissions->now_us)) {
    return PCS_ERR_TIMEOUT;
  }
  if (same == NULL && permissions->num_grants == PCS_GRANTS_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  if (same != NULL) {
    pass_uses(permissions, same->id, grant->id);
  }
  *(same != NULL ? same : &permissions->grants[permissions->num_grants++]) = *grant;
  settle(permissions);
  return PCS_OK;
}

pcs_status pcs_permissions_revoke(pcs_permissions *permissions, uint64_t grant) {
  pcs_grant *found = find_grant(permissions, grant);
  if (found == NULL) {
    return PCS_ERR_NOT_FOUND;
  }
  drop_grant(permissions, found);
  settle(permissions);
  return PCS_OK;
}

void pcs_permissions_reset_origin(pcs_permissions *permissions, const pcs_origin *origin) {
  for (size_t i = permissions->num_grants; i-- > 0;) {
    pcs_grant *grant = &permissions->grants[i];
    if (pcs_origin_equal(&grant->origin, origin) || pcs_origin_equal(&grant->embedder, origin)) {
      drop_grant(permissions, grant);
    }
  }
  settle(permissions);
}

void pcs_permissions_forget(pcs_permissions *permissions) {
  permissions->num_grants = 0;
  settle(permissions);
}

pcs_verdict pcs_permissions_decide(pcs_permissions *permissions, const pcs_request *request,
                                   uint64_t now_us) {
  pcs_permissions_tick(permissions, now_us);
  pcs_facts facts = facts_for(permissions, request->scope);
  return pcs_request_decide(request, &facts);
}

static bool lacks_device(const pcs_request *request) {
  return pcs_right_find(request->right)->needs == PCS_NEEDS_DEVICE && request->device.len == 0;
}

static void spend(pcs_permissions *permissions, uint64_t id) {
  pcs_grant *grant = find_grant(permissions, id);
  if (grant != NULL && grant->uses_left != PCS_GRANT_USES_ANY) {
    grant->uses_left--;
  }
}

pcs_status pcs_permissions_begin(pcs_permissions *permissions, uint64_t *out_use,
                                 pcs_verdict *out_verdict, const pcs_request *request,
                                 uint64_t now_us) {
  *out_use = 0;
  *out_verdict = pcs_permissions_decide(permissions, request, now_us);
  if (out_verdict->decision == PCS_ALLOW && lacks_device(request)) {
    *out_verdict = (pcs_verdict){.reason = PCS_REASON_UNKNOWN_DEVICE};
  }
  if (out_verdict->decision != PCS_ALLOW) {
    return PCS_ERR_DENIED;
  }
  if (permissions->num_uses == PCS_USES_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_use *use = &permissions->uses[permissions->num_uses++];
  *use = (pcs_use){.id = ++permissions->last_use,
                   .grant = out_verdict->grant,
                   .scope = request->scope,
                   .right = request->right,
                   .device = request->device};
  if (request->peer != NULL) {
    use->peer = *request->peer;
  }
  spend(permissions, use->grant);
  *out_use = use->id;
  return PCS_OK;
}

void pcs_permissions_end_use(pcs_permissions *permissions, uint64_t use) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    if (permissions->uses[i].id == use) {
      pcs_use ended = permissions->uses[i];
      drop_use(permissions, &permissions->uses[i]);
      after_use(permissions, ended.grant, ended.scope);
      return;
    }
  }
}

void pcs_permissions_end_call(pcs_permissions *permissions, pcs_scope call) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    if (is_live_in(&permissions->uses[i], call)) {
      stop_use(permissions, &permissions->uses[i], PCS_REASON_CALL_ENDED);
    }
  }
  drop_grants_for_call(permissions, call);
}

void pcs_permissions_stop(pcs_permissions *permissions, uint32_t rights, pcs_reason reason) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    pcs_use *use = &permissions->uses[i];
    if (use->ended == PCS_REASON_NONE && (use->right & rights) != 0) {
      stop_use(permissions, use, reason);
    }
  }
}

void pcs_permissions_meet(pcs_permissions *permissions, pcs_scope call, const pcs_peer *peer) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    if (is_live_in(&permissions->uses[i], call)) {
      permissions->uses[i].peer = *peer;
    }
  }
  settle(permissions);
}

void pcs_permissions_tick(pcs_permissions *permissions, uint64_t now_us) {
  size_t num_before = permissions->num_grants;
  permissions->now_us = now_us > permissions->now_us ? now_us : permissions->now_us;
  for (size_t i = permissions->num_grants; i-- > 0;) {
    if (pcs_grant_has_expired(&permissions->grants[i], permissions->now_us)) {
      drop_grant(permissions, &permissions->grants[i]);
    }
  }
  if (permissions->num_grants != num_before) {
    settle(permissions);
  }
}

uint64_t pcs_permissions_wake_at(const pcs_permissions *permissions) {
  uint64_t wake_us = PCS_GRANT_NEVER;
  for (size_t i = 0; i < permissions->num_grants; i++) {
    uint64_t expires_us = permissions->grants[i].expires_us;
    wake_us = expires_us < wake_us ? expires_us : wake_us;
  }
  return wake_us;
}

bool pcs_permissions_poll(pcs_permissions *permissions, pcs_use_end *out_end) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    pcs_use *use = &permissions->uses[i];
    if (use->ended != PCS_REASON_NONE) {
      *out_end = (pcs_use_end){use->id, use->scope, use->right, use->ended};
      drop_use(permissions, use);
      return true;
    }
  }
  return false;
}
