#include "core/policy/request.h"

static bool is_expired(const pcs_facts *facts, const pcs_grant *grant) {
  return pcs_grant_has_expired(grant, facts->now_us);
}

static bool covers_scope(const pcs_grant *grant, pcs_scope scope) {
  switch (grant->duration) {
  case PCS_DURATION_CALL:
    return pcs_scope_equal(grant->scope, scope);
  case PCS_DURATION_PAGE:
    return grant->scope.page == scope.page;
  case PCS_DURATION_SITE:
    return true;
  }
  return false;
}

static bool is_exactly(const pcs_grant *grant, const pcs_page *page) {
  return pcs_origin_equal(&grant->origin, &page->origin) &&
         pcs_origin_equal(&grant->embedder, &page->embedder);
}

/* A site that was blocked by itself is blocked inside others, and so is what it has inside it. */
static bool blocks_page(const pcs_grant *block, const pcs_page *page) {
  bool by_itself = pcs_origin_equal(&block->origin, &block->embedder);
  return is_exactly(block, page) ||
         (by_itself && (pcs_origin_equal(&block->origin, &page->origin) ||
                        pcs_origin_equal(&block->origin, &page->embedder)));
}

static bool is_block(const pcs_grant *grant, const pcs_request *request, const pcs_facts *facts) {
  return grant->effect == PCS_EFFECT_BLOCK && grant->right == request->right &&
         !is_expired(facts, grant) && covers_scope(grant, request->scope) &&
         blocks_page(grant, facts->page);
}

/* The block that names this device or none. With no device: only one that names none. */
static const pcs_grant *find_block(const pcs_request *request, const pcs_facts *facts,
                                   const pcs_device *device) {
  for (size_t i = 0; i < facts->num_grants; i++) {
    const pcs_grant *grant = &facts->grants[i];
    bool named = grant->device.len == 0 || pcs_device_equal(&grant->device, device);
    if (named && is_block(grant, request, facts)) {
      return grant;
    }
  }
  return NULL;
}

static bool has_any_block(const pcs_request *request, const pcs_facts *facts) {
  for (size_t i = 0; i < facts->num_grants; i++) {
    if (is_block(&facts->grants[i], request, facts)) {
      return true;
    }
  }
  return false;
}

/* RFC 8827 6.1, 6.2, W3C Secure Contexts: the page and what is around it. */
static pcs_reason page_obstacle(const pcs_facts *facts) {
  const pcs_page *page = facts->page;
  if (page->origin.opaque) {
    return PCS_REASON_OPAQUE_ORIGIN;
  }
  if (!pcs_rules_trust(facts->rules, &page->origin)) {
    return PCS_REASON_INSECURE_ORIGIN;
  }
  if (!pcs_rules_trust(facts->rules, &page->embedder)) {
    return PCS_REASON_INSECURE_EMBEDDER;
  }
  return (page->flags & PCS_PAGE_MIXED) != 0 ? PCS_REASON_MIXED_CONTENT : PCS_REASON_NONE;
}

pcs_reason pcs_request_obstacle(const pcs_request *request, const pcs_facts *facts,
                                uint64_t *out_grant) {
  const pcs_right_row *row = pcs_right_find(request->right);
  *out_grant = 0;
  if (row == NULL) {
    return PCS_REASON_UNKNOWN_RIGHT;
  }
  if (facts->page == NULL || facts->page->id == 0 || facts->page->id != request->scope.page) {
    return PCS_REASON_UNKNOWN_PAGE;
  }
  if (row->needs == PCS_NEEDS_NOTHING && request->device.len != 0) {
    return PCS_REASON_UNKNOWN_DEVICE;
  }
  pcs_reason reason = page_obstacle(facts);
  if (reason != PCS_REASON_NONE) {
    return reason;
  }
  if (row->usually == PCS_DENY || (facts->rules->denied & request->right) != 0) {
    return PCS_REASON_FORBIDDEN;
  }
  const pcs_grant *block = find_block(request, facts, &request->device);
  *out_grant = block != NULL ? block->id : 0;
  return block != NULL ? PCS_REASON_BLOCKED : PCS_REASON_NONE;
}

/* The device that a use by this grant would have is known, and not blocked. */
static bool device_fits(const pcs_grant *grant, const pcs_request *request,
                        const pcs_facts *facts) {
  if (request->device.len != 0) {
    return grant->device.len == 0 || pcs_device_equal(&grant->device, &request->device);
  }
  if (grant->device.len != 0) {
    return find_block(request, facts, &grant->device) == NULL;
  }
  return !has_any_block(request, facts);
}

static bool peer_fits(const pcs_grant *grant, const pcs_request *request) {
  return grant->peer.num_certificates == 0 ||
         (request->peer != NULL && pcs_peer_is_within(request->peer, &grant->peer));
}

/* Whether grant allows the request: GRANTED, or what a person may be told about why not. */
static pcs_reason weigh(const pcs_grant *grant, const pcs_request *request,
                        const pcs_facts *facts) {
  if (grant->effect != PCS_EFFECT_ALLOW || grant->right != request->right ||
      grant->uses_left == 0 || is_expired(facts, grant) || !covers_scope(grant, request->scope) ||
      !is_exactly(grant, facts->page)) {
    return PCS_REASON_NO_GRANT;
  }
  /* RFC 8827 6.2: for each request anew. */
  if (pcs_right_find(request->right)->tier == PCS_TIER_DISPLAY && grant->id != request->answer) {
    return PCS_REASON_NO_GRANT;
  }
  if (!peer_fits(grant, request)) {
    return PCS_REASON_OTHER_PEER;
  }
  return device_fits(grant, request, facts) ? PCS_REASON_GRANTED : PCS_REASON_OTHER_DEVICE;
}

static uint32_t offered(const pcs_request *request, const pcs_facts *facts) {
  const pcs_page *page = facts->page;
  uint32_t durations = 1U << PCS_DURATION_PAGE;
  if (request->scope.call != 0) {
    durations |= 1U << PCS_DURATION_CALL;
  }
  if ((page->flags & PCS_PAGE_PRIVATE) == 0 && pcs_rules_remember(facts->rules, &page->origin) &&
      pcs_rules_remember(facts->rules, &page->embedder)) {
    durations |= 1U << PCS_DURATION_SITE;
  }
  uint32_t up_to_longest = (2U << pcs_right_find(request->right)->longest) - 1;
  return durations & up_to_longest;
}

/* The reason to ask: the nearest that a grant came, else that of the right. */
static pcs_reason reason_to_ask(const pcs_request *request, const pcs_facts *facts,
                                pcs_reason nearest) {
  if (nearest != PCS_REASON_NO_GRANT) {
    return nearest;
  }
  if (pcs_right_find(request->right)->tier == PCS_TIER_DISPLAY) {
    return PCS_REASON_EACH_TIME;
  }
  return (facts->rules->asked & request->right) != 0 ? PCS_REASON_DEMANDED : PCS_REASON_NO_GRANT;
}

static pcs_verdict say(pcs_reason reason, uint64_t grant) {
  return (pcs_verdict){pcs_reason_decision(reason), reason, grant, 0};
}

pcs_verdict pcs_request_decide(const pcs_request *request, const pcs_facts *facts) {
  uint64_t block;
  pcs_reason nearest = PCS_REASON_NO_GRANT;
  pcs_reason obstacle = pcs_request_obstacle(request, facts, &block);
  if (obstacle != PCS_REASON_NONE) {
    return say(obstacle, block);
  }
  for (size_t i = 0; i < facts->num_grants; i++) {
    pcs_reason reason = weigh(&facts->grants[i], request, facts);
    if (reason == PCS_REASON_GRANTED) {
      return say(reason, facts->grants[i].id);
    }
    nearest = reason != PCS_REASON_NO_GRANT ? reason : nearest;
  }
  bool is_free = pcs_right_find(request->right)->usually == PCS_ALLOW;
  if (is_free && (facts->rules->asked & request->right) == 0) {
    return say(PCS_REASON_FREE, 0);
  }
  pcs_verdict verdict = say(reason_to_ask(request, facts, nearest), 0);
  verdict.durations = offered(request, facts);
  return verdict.durations != 0 ? verdict : say(PCS_REASON_NO_CALL, 0);
}
