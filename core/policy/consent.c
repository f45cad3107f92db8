#include "core/policy/consent.h"

#include <string.h>

static const pcs_page *find_page(const pcs_consent *consent, uint64_t id) {
  for (size_t i = 0; i < consent->num_pages; i++) {
    if (consent->pages[i].id == id) {
      return &consent->pages[i];
    }
  }
  return NULL;
}

static pcs_grant *find_grant(pcs_consent *consent, uint64_t id) {
  for (size_t i = 0; i < consent->num_grants; i++) {
    if (consent->grants[i].id == id) {
      return &consent->grants[i];
    }
  }
  return NULL;
}

static pcs_facts facts_for(const pcs_consent *consent, pcs_scope scope) {
  return (pcs_facts){.rules = &consent->rules,
                     .page = find_page(consent, scope.page),
                     .grants = consent->grants,
                     .num_grants = consent->num_grants,
                     .now_us = consent->now_us};
}

static void drop_grant(pcs_consent *consent, pcs_grant *grant) {
  *grant = consent->grants[--consent->num_grants];
}

static void drop_use(pcs_consent *consent, pcs_use *use) {
  *use = consent->uses[--consent->num_uses];
}

static bool is_live_in(const pcs_use *use, pcs_scope call) {
  return use->ended == PCS_REASON_NONE && pcs_scope_equal(use->scope, call);
}

static bool call_is_idle(const pcs_consent *consent, pcs_scope call) {
  for (size_t i = 0; i < consent->num_uses; i++) {
    if (is_live_in(&consent->uses[i], call)) {
      return false;
    }
  }
  return true;
}

static void drop_grants_for_call(pcs_consent *consent, pcs_scope call) {
  for (size_t i = consent->num_grants; i-- > 0;) {
    pcs_grant *grant = &consent->grants[i];
    if (grant->duration == PCS_DURATION_CALL && pcs_scope_equal(grant->scope, call)) {
      drop_grant(consent, grant);
    }
  }
}

/* A grant whose last counted use is over stands for nothing any more. */
static void drop_if_spent(pcs_consent *consent, uint64_t id) {
  pcs_grant *grant = find_grant(consent, id);
  if (grant == NULL || grant->uses_left != 0) {
    return;
  }
  for (size_t i = 0; i < consent->num_uses; i++) {
    if (consent->uses[i].grant == id && consent->uses[i].ended == PCS_REASON_NONE) {
      return;
    }
  }
  drop_grant(consent, grant);
}

/* What follows from the end of a use, which does not live any more. The grants dropped here have no
 * live use left, so nothing follows from that. */
static void after_use(pcs_consent *consent, uint64_t grant, pcs_scope scope) {
  drop_if_spent(consent, grant);
  if (call_is_idle(consent, scope)) {
    drop_grants_for_call(consent, scope);
  }
}

static void stop_use(pcs_consent *consent, pcs_use *use, pcs_reason reason) {
  use->ended = reason;
  after_use(consent, use->grant, use->scope);
}

/* Why a live use may not go on: NONE when it may. */
static pcs_reason standing_of(pcs_consent *consent, const pcs_use *use) {
  uint64_t block;
  pcs_facts facts = facts_for(consent, use->scope);
  pcs_request request = {.scope = use->scope, .right = use->right, .device = use->device};
  pcs_reason obstacle = pcs_request_obstacle(&request, &facts, &block);
  if (obstacle != PCS_REASON_NONE || use->grant == 0) {
    return obstacle;
  }
  const pcs_grant *grant = find_grant(consent, use->grant);
  if (grant == NULL) {
    return PCS_REASON_GRANT_ENDED;
  }
  bool any_peer = grant->peer.num_certificates == 0;
  return any_peer || pcs_peer_is_within(&use->peer, &grant->peer) ? PCS_REASON_NONE
                                                                  : PCS_REASON_GRANT_ENDED;
}

/* Ends every use that what stands now does not allow. */
static void settle(pcs_consent *consent) {
  for (size_t i = 0; i < consent->num_uses; i++) {
    pcs_use *use = &consent->uses[i];
    pcs_reason reason = use->ended == PCS_REASON_NONE ? standing_of(consent, use) : use->ended;
    if (use->ended == PCS_REASON_NONE && reason != PCS_REASON_NONE) {
      stop_use(consent, use, reason);
    }
  }
}

pcs_status pcs_consent_init(pcs_consent *consent, const pcs_rules *rules) {
  pcs_status status = pcs_rules_check(rules);
  memset(consent, 0, sizeof *consent);
  if (status == PCS_OK) {
    consent->rules = *rules;
  }
  return status;
}

pcs_status pcs_consent_open_page(pcs_consent *consent, const pcs_page *page) {
  if (page->id == 0) {
    return PCS_ERR_RANGE;
  }
  if (find_page(consent, page->id) != NULL) {
    return PCS_ERR_STATE;
  }
  if (consent->num_pages == PCS_PAGES_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  consent->pages[consent->num_pages++] = *page;
  return PCS_OK;
}

void pcs_consent_mark_mixed(pcs_consent *consent, uint64_t page) {
  for (size_t i = 0; i < consent->num_pages; i++) {
    if (consent->pages[i].id == page) {
      consent->pages[i].flags |= PCS_PAGE_MIXED;
    }
  }
  settle(consent);
}

void pcs_consent_close_page(pcs_consent *consent, uint64_t page) {
  for (size_t i = 0; i < consent->num_uses; i++) {
    if (consent->uses[i].scope.page == page && consent->uses[i].ended == PCS_REASON_NONE) {
      stop_use(consent, &consent->uses[i], PCS_REASON_PAGE_CLOSED);
    }
  }
  for (size_t i = consent->num_grants; i-- > 0;) {
    if (page != 0 && consent->grants[i].scope.page == page) {
      drop_grant(consent, &consent->grants[i]);
    }
  }
  for (size_t i = consent->num_pages; i-- > 0;) {
    if (consent->pages[i].id == page) {
      consent->pages[i] = consent->pages[--consent->num_pages];
    }
  }
}

/* A grant for a page or call names the origins of that page. */
static bool is_of_its_page(const pcs_consent *consent, const pcs_grant *grant) {
  const pcs_page *page = find_page(consent, grant->scope.page);
  return grant->duration == PCS_DURATION_SITE ||
         (page != NULL && pcs_origin_equal(&page->origin, &grant->origin) &&
          pcs_origin_equal(&page->embedder, &grant->embedder));
}

static pcs_grant *find_same_matter(pcs_consent *consent, const pcs_grant *grant) {
  for (size_t i = 0; i < consent->num_grants; i++) {
    if (pcs_grant_same_matter(&consent->grants[i], grant)) {
      return &consent->grants[i];
    }
  }
  return NULL;
}

/* Uses by an earlier grant on the same matter go on by the one that takes its place. */
static void pass_uses(pcs_consent *consent, uint64_t from, uint64_t to) {
  for (size_t i = 0; i < consent->num_uses; i++) {
    consent->uses[i].grant = consent->uses[i].grant == from ? to : consent->uses[i].grant;
  }
}

pcs_status pcs_consent_add(pcs_consent *consent, const pcs_grant *grant, uint64_t now_us) {
  pcs_consent_tick(consent, now_us);
  pcs_status status = pcs_grant_check(grant, &consent->rules);
  if (status != PCS_OK) {
    return status;
  }
  pcs_grant *same = find_same_matter(consent, grant);
  const pcs_grant *namesake = find_grant(consent, grant->id);
  if (namesake != NULL && namesake != same) {
    return PCS_ERR_RANGE;
  }
  if (!is_of_its_page(consent, grant)) {
    return PCS_ERR_NOT_FOUND;
  }
  if (pcs_grant_has_expired(grant, consent->now_us)) {
    return PCS_ERR_TIMEOUT;
  }
  if (same == NULL && consent->num_grants == PCS_GRANTS_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  if (same != NULL) {
    pass_uses(consent, same->id, grant->id);
  }
  *(same != NULL ? same : &consent->grants[consent->num_grants++]) = *grant;
  settle(consent);
  return PCS_OK;
}

pcs_status pcs_consent_revoke(pcs_consent *consent, uint64_t grant) {
  pcs_grant *found = find_grant(consent, grant);
  if (found == NULL) {
    return PCS_ERR_NOT_FOUND;
  }
  drop_grant(consent, found);
  settle(consent);
  return PCS_OK;
}

void pcs_consent_reset_origin(pcs_consent *consent, const pcs_origin *origin) {
  for (size_t i = consent->num_grants; i-- > 0;) {
    pcs_grant *grant = &consent->grants[i];
    if (pcs_origin_equal(&grant->origin, origin) || pcs_origin_equal(&grant->embedder, origin)) {
      drop_grant(consent, grant);
    }
  }
  settle(consent);
}

void pcs_consent_forget(pcs_consent *consent) {
  consent->num_grants = 0;
  settle(consent);
}

pcs_verdict pcs_consent_decide(pcs_consent *consent, const pcs_request *request, uint64_t now_us) {
  pcs_consent_tick(consent, now_us);
  pcs_facts facts = facts_for(consent, request->scope);
  return pcs_request_decide(request, &facts);
}

static bool lacks_device(const pcs_request *request) {
  return pcs_right_find(request->right)->needs == PCS_NEEDS_DEVICE && request->device.len == 0;
}

static void spend(pcs_consent *consent, uint64_t id) {
  pcs_grant *grant = find_grant(consent, id);
  if (grant != NULL && grant->uses_left != PCS_GRANT_USES_ANY) {
    grant->uses_left--;
  }
}

pcs_status pcs_consent_begin(pcs_consent *consent, uint64_t *out_use, pcs_verdict *out_verdict,
                             const pcs_request *request, uint64_t now_us) {
  *out_use = 0;
  *out_verdict = pcs_consent_decide(consent, request, now_us);
  if (out_verdict->decision == PCS_ALLOW && lacks_device(request)) {
    *out_verdict = (pcs_verdict){.reason = PCS_REASON_UNKNOWN_DEVICE};
  }
  if (out_verdict->decision != PCS_ALLOW) {
    return PCS_ERR_DENIED;
  }
  if (consent->num_uses == PCS_USES_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_use *use = &consent->uses[consent->num_uses++];
  *use = (pcs_use){.id = ++consent->last_use,
                   .grant = out_verdict->grant,
                   .scope = request->scope,
                   .right = request->right,
                   .device = request->device};
  if (request->peer != NULL) {
    use->peer = *request->peer;
  }
  spend(consent, use->grant);
  *out_use = use->id;
  return PCS_OK;
}

void pcs_consent_end_use(pcs_consent *consent, uint64_t use) {
  for (size_t i = 0; i < consent->num_uses; i++) {
    if (consent->uses[i].id == use) {
      pcs_use ended = consent->uses[i];
      drop_use(consent, &consent->uses[i]);
      after_use(consent, ended.grant, ended.scope);
      return;
    }
  }
}

void pcs_consent_end_call(pcs_consent *consent, pcs_scope call) {
  for (size_t i = 0; i < consent->num_uses; i++) {
    if (is_live_in(&consent->uses[i], call)) {
      stop_use(consent, &consent->uses[i], PCS_REASON_CALL_ENDED);
    }
  }
  drop_grants_for_call(consent, call);
}

void pcs_consent_meet(pcs_consent *consent, pcs_scope call, const pcs_peer *peer) {
  for (size_t i = 0; i < consent->num_uses; i++) {
    if (is_live_in(&consent->uses[i], call)) {
      consent->uses[i].peer = *peer;
    }
  }
  settle(consent);
}

void pcs_consent_tick(pcs_consent *consent, uint64_t now_us) {
  size_t num_before = consent->num_grants;
  consent->now_us = now_us > consent->now_us ? now_us : consent->now_us;
  for (size_t i = consent->num_grants; i-- > 0;) {
    if (pcs_grant_has_expired(&consent->grants[i], consent->now_us)) {
      drop_grant(consent, &consent->grants[i]);
    }
  }
  if (consent->num_grants != num_before) {
    settle(consent);
  }
}

uint64_t pcs_consent_wake_at(const pcs_consent *consent) {
  uint64_t wake_us = PCS_GRANT_NEVER;
  for (size_t i = 0; i < consent->num_grants; i++) {
    uint64_t expires_us = consent->grants[i].expires_us;
    wake_us = expires_us < wake_us ? expires_us : wake_us;
  }
  return wake_us;
}

bool pcs_consent_poll(pcs_consent *consent, pcs_use_end *out_end) {
  for (size_t i = 0; i < consent->num_uses; i++) {
    pcs_use *use = &consent->uses[i];
    if (use->ended != PCS_REASON_NONE) {
      *out_end = (pcs_use_end){use->id, use->scope, use->right, use->ended};
      drop_use(consent, use);
      return true;
    }
  }
  return false;
}
