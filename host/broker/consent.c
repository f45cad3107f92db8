#include "host/broker/consent.h"

#include <stdlib.h>
#include <string.h>

#include "host/broker/consent_state.h"

/* ---- life ---- */

/* What cannot stand any more (a rule has come, a page is none) is passed over, and stays kept. */
static pcs_status recall(pcs_consent *consent, uint64_t now_us) {
  uint64_t cursor = 0;
  pcs_store_entry entry;
  pcs_status status = pcs_memory_next(&consent->memory, &entry, &cursor, now_us);
  while (status == PCS_OK) {
    pcs_status added = pcs_permissions_add(&consent->permissions, &entry.grant, now_us);
    (void)added;
    status = pcs_memory_next(&consent->memory, &entry, &cursor, now_us);
  }
  return status == PCS_ERR_NOT_FOUND ? PCS_OK : status;
}

pcs_status pcs_consent_new(pcs_consent **out_consent, const pcs_consent_config *config,
                           uint64_t now_us) {
  *out_consent = NULL;
  pcs_consent *consent = calloc(1, sizeof *consent);
  if (consent == NULL) {
    return PCS_ERR_SYSTEM;
  }
  consent->memory = config->memory;
  consent->indicator = config->indicator;
  consent->random = config->random;
  consent->questions.prompter = config->prompter;
  consent->age_at_us = config->memory.expire != NULL ? now_us + PCS_CONSENT_AGE_US : PCS_GRANT_NEVER;
  pcs_status status = pcs_permissions_init(&consent->permissions, &config->rules);
  if (status == PCS_OK) {
    status = recall(consent, now_us);
  }
  if (status != PCS_OK) {
    pcs_consent_free(consent);
    return status;
  }
  *out_consent = consent;
  return PCS_OK;
}

void pcs_consent_free(pcs_consent *consent) {
  free(consent);
}

const pcs_permissions *pcs_consent_permissions(const pcs_consent *consent) {
  return &consent->permissions;
}

/* ---- pages ---- */

const pcs_page *pcs_consent_page(const pcs_consent *consent, uint64_t page) {
  for (size_t i = 0; i < consent->permissions.num_pages; i++) {
    if (consent->permissions.pages[i].id == page) {
      return &consent->permissions.pages[i];
    }
  }
  return NULL;
}

static pcs_standing standing_of(pcs_consent *consent, uint64_t page, uint64_t now_us) {
  pcs_standing standing = {0};
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    pcs_request request = {.scope = {.page = page}, .right = right};
    pcs_verdict verdict = pcs_permissions_decide(&consent->permissions, &request, now_us);
    /* NO_CALL: not for the page by itself, but perhaps for a call of it. */
    bool may = verdict.decision != PCS_DENY || verdict.reason == PCS_REASON_NO_CALL;
    standing.may |= may ? right : 0;
    standing.held |= verdict.decision == PCS_ALLOW ? right : 0;
  }
  return standing;
}

static pcs_told *told_of(pcs_consent *consent, uint64_t page) {
  for (size_t i = 0; i < consent->num_told; i++) {
    if (consent->told[i].page == page) {
      return &consent->told[i];
    }
  }
  return NULL;
}

pcs_standing pcs_consent_standing(pcs_consent *consent, uint64_t page, uint64_t now_us) {
  pcs_told *told = told_of(consent, page);
  if (told == NULL) {
    return (pcs_standing){0};
  }
  told->standing = standing_of(consent, page, now_us);
  return told->standing;
}

pcs_status pcs_consent_open_page(pcs_consent *consent, uint64_t *out_page, const pcs_visit *visit,
                                 uint64_t now_us) {
  pcs_page page = {.id = consent->last_page + 1,
                   .origin = visit->origin,
                   .embedder = visit->embedder,
                   .flags = visit->flags};
  *out_page = 0;
  pcs_status status = pcs_permissions_open_page(&consent->permissions, &page);
  if (status != PCS_OK) {
    return status;
  }
  consent->last_page = page.id;
  consent->told[consent->num_told++] = (pcs_told){.page = page.id};
  (void)pcs_consent_standing(consent, page.id, now_us);
  *out_page = page.id;
  return PCS_OK;
}

void pcs_consent_close_page(pcs_consent *consent, uint64_t page, uint64_t now_us) {
  pcs_consent_drop_asks(consent, (pcs_scope){.page = page});
  pcs_permissions_close_page(&consent->permissions, page);
  pcs_permissions_tick(&consent->permissions, now_us);
  pcs_told *told = told_of(consent, page);
  if (told != NULL) {
    *told = consent->told[--consent->num_told];
  }
  consent->uses_changed = true;
}

void pcs_consent_mark_mixed(pcs_consent *consent, uint64_t page, uint64_t now_us) {
  pcs_permissions_mark_mixed(&consent->permissions, page);
  pcs_permissions_tick(&consent->permissions, now_us);
  consent->grants_changed = consent->uses_changed = consent->may_advance = true;
}

/* ---- uses ---- */

static size_t count_uses(const pcs_consent *consent, const pcs_origin *origin) {
  const pcs_permissions *permissions = &consent->permissions;
  size_t num = 0;
  for (size_t i = 0; i < permissions->num_pages; i++) {
    const pcs_page *page = &permissions->pages[i];
    bool is_its = pcs_origin_equal(&page->origin, origin);
    for (size_t k = 0; is_its && k < permissions->num_uses; k++) {
      num += permissions->uses[k].scope.page == page->id ? 1 : 0;
    }
  }
  return num;
}

/* The note of a use may fail: the grant only expires the sooner. */
static void note_use(pcs_consent *consent, uint64_t grant, uint64_t now_us) {
  for (size_t i = 0; i < consent->permissions.num_grants; i++) {
    const pcs_grant *one = &consent->permissions.grants[i];
    if (one->id == grant && one->duration == PCS_DURATION_SITE) {
      pcs_status status = pcs_memory_touch(&consent->memory, grant, now_us);
      (void)status;
    }
  }
}

/* A capture that would run unseen does not begin: it is shown before its verdict is heard. */
static bool is_shown(pcs_consent *consent, uint64_t use, uint32_t right, uint64_t now_us) {
  consent->uses_changed = true;
  if ((right & PCS_CONSENT_CAPTURES) == 0 || !pcs_consent_show(consent, now_us)) {
    return true;
  }
  pcs_permissions_end_use(&consent->permissions, use);
  return false;
}

pcs_status pcs_consent_use(pcs_consent *consent, uint64_t *out_use, pcs_verdict *out_verdict,
                           const pcs_request *request, uint64_t now_us) {
  const pcs_page *page = pcs_consent_page(consent, request->scope.page);
  *out_verdict = (pcs_verdict){.reason = PCS_REASON_TOO_MANY};
  *out_use = 0;
  if (page != NULL && count_uses(consent, &page->origin) >= PCS_USES_PER_ORIGIN_MAX) {
    return PCS_ERR_QUOTA;
  }
  if (!pcs_consent_can_show(consent, request->right)) {
    out_verdict->reason = PCS_REASON_UNSEEN;
    return PCS_ERR_DENIED;
  }
  pcs_status status =
      pcs_permissions_begin(&consent->permissions, out_use, out_verdict, request, now_us);
  if (status == PCS_ERR_NO_SPACE) {
    out_verdict->reason = PCS_REASON_TOO_MANY;
    return PCS_ERR_QUOTA;
  }
  if (status == PCS_OK && !is_shown(consent, *out_use, request->right, now_us)) {
    *out_verdict = (pcs_verdict){.reason = PCS_REASON_UNSEEN};
    return PCS_ERR_DENIED;
  }
  if (status == PCS_OK) {
    note_use(consent, out_verdict->grant, now_us);
  }
  return status;
}

pcs_status pcs_consent_begin(pcs_consent *consent, pcs_reason *out_reason,
                             const pcs_request *request, uint64_t now_us) {
  pcs_verdict verdict;
  uint64_t use;
  pcs_status status = pcs_consent_use(consent, &use, &verdict, request, now_us);
  *out_reason = verdict.reason;
  return status;
}

/* The ends that this causes are the asker's own: it needs not be told. */
void pcs_consent_end_call(pcs_consent *consent, pcs_scope call, uint64_t now_us) {
  pcs_consent_drop_asks(consent, call);
  pcs_permissions_tick(&consent->permissions, now_us);
  for (size_t i = consent->permissions.num_uses; i-- > 0;) {
    const pcs_use *use = &consent->permissions.uses[i];
    if (pcs_scope_equal(use->scope, call) && use->ended == PCS_REASON_NONE) {
      pcs_permissions_end_use(&consent->permissions, use->id);
    }
  }
  pcs_permissions_end_call(&consent->permissions, call);
  consent->uses_changed = true;
}

void pcs_consent_fail(pcs_consent *consent, uint64_t use, uint64_t now_us) {
  pcs_permissions_tick(&consent->permissions, now_us);
  pcs_permissions_fail(&consent->permissions, use, PCS_REASON_CAPTURE_ENDED);
  consent->uses_changed = true;
}

void pcs_consent_meet(pcs_consent *consent, pcs_scope call, const pcs_peer *peer,
                      uint64_t now_us) {
  pcs_permissions_tick(&consent->permissions, now_us);
  pcs_permissions_meet(&consent->permissions, call, peer);
  consent->uses_changed = true;
}

/* ---- grants ---- */

static uint64_t fresh_id(const pcs_consent *consent) {
  uint64_t id = 0;
  while (id == 0) {
    id = pcs_random_u64(consent->random) & PCS_GRANT_ID_MAX;
  }
  return id;
}

pcs_status pcs_consent_add(pcs_consent *consent, pcs_grant *grant, uint64_t now_us) {
  pcs_status status = PCS_OK;
  grant->id = fresh_id(consent);
  if (grant->duration == PCS_DURATION_SITE) {
    status = pcs_memory_put(&consent->memory, grant, now_us);
  }
  if (status != PCS_OK) {
    return status;
  }
  status = pcs_permissions_add(&consent->permissions, grant, now_us);
  if (status != PCS_OK && grant->duration == PCS_DURATION_SITE) {
    pcs_status removed = pcs_memory_remove(&consent->memory, grant->id);
    (void)removed;
  }
  consent->grants_changed = consent->uses_changed = true;
  return status;
}

static void after_forgetting(pcs_consent *consent, uint64_t now_us) {
  pcs_permissions_tick(&consent->permissions, now_us);
  consent->grants_changed = consent->uses_changed = true;
}

pcs_status pcs_consent_revoke(pcs_consent *consent, uint64_t grant, uint64_t now_us) {
  pcs_status kept = pcs_memory_remove(&consent->memory, grant);
  pcs_status standing = pcs_permissions_revoke(&consent->permissions, grant);
  after_forgetting(consent, now_us);
  bool was_kept = kept == PCS_OK && pcs_memory_remembers(&consent->memory);
  if (kept != PCS_OK && kept != PCS_ERR_NOT_FOUND) {
    return kept;
  }
  return was_kept ? PCS_OK : standing;
}

pcs_status pcs_consent_reset_origin(pcs_consent *consent, const pcs_origin *origin,
                                    uint64_t now_us) {
  pcs_status status = pcs_memory_reset_origin(&consent->memory, origin);
  pcs_permissions_reset_origin(&consent->permissions, origin);
  pcs_patience_restore(&consent->patience, origin);
  after_forgetting(consent, now_us);
  return status;
}

pcs_status pcs_consent_forget(pcs_consent *consent, uint64_t now_us) {
  pcs_status status = pcs_memory_forget(&consent->memory);
  pcs_permissions_forget(&consent->permissions);
  consent->patience = (pcs_patience){0};
  after_forgetting(consent, now_us);
  return status;
}

bool pcs_consent_next(const pcs_consent *consent, pcs_grant *out_grant, uint64_t *cursor) {
  const pcs_grant *best = NULL;
  for (size_t i = 0; i < consent->permissions.num_grants; i++) {
    const pcs_grant *one = &consent->permissions.grants[i];
    if (one->id > *cursor && (best == NULL || one->id < best->id)) {
      best = one;
    }
  }
  if (best == NULL) {
    return false;
  }
  *out_grant = *best;
  *cursor = best->id;
  return true;
}

/* ---- polling ---- */

static bool poll_ended(pcs_consent *consent, pcs_consent_event *out_event) {
  pcs_use_end end;
  if (!pcs_permissions_poll(&consent->permissions, &end)) {
    return false;
  }
  consent->uses_changed = true;
  *out_event = (pcs_consent_event){.kind = PCS_CONSENT_ENDED,
                                   .scope = end.scope,
                                   .rights = end.right,
                                   .reason = end.reason};
  return true;
}

static bool poll_verdict(pcs_consent *consent, pcs_consent_event *out_event) {
  for (size_t i = 0; i < consent->num_asks; i++) {
    if (consent->asks[i].state == PCS_ASK_DECIDED) {
      *out_event = consent->asks[i].verdict;
      consent->asks[i] = consent->asks[--consent->num_asks];
      return true;
    }
  }
  return false;
}

static bool poll_rights(pcs_consent *consent, pcs_consent_event *out_event, uint64_t now_us) {
  for (size_t i = 0; consent->grants_changed && i < consent->num_told; i++) {
    pcs_told *told = &consent->told[i];
    pcs_standing now = standing_of(consent, told->page, now_us);
    if (now.may != told->standing.may || now.held != told->standing.held) {
      told->standing = now;
      *out_event = (pcs_consent_event){
          .kind = PCS_CONSENT_RIGHTS, .scope = {.page = told->page}, .standing = now};
      return true;
    }
  }
  consent->grants_changed = false;
  return false;
}

bool pcs_consent_poll(pcs_consent *consent, pcs_consent_event *out_event, uint64_t now_us) {
  size_t num_before = consent->permissions.num_grants;
  pcs_consent_age(consent, now_us);
  pcs_permissions_tick(&consent->permissions, now_us);
  consent->grants_changed |= consent->permissions.num_grants != num_before;
  for (;;) {
    pcs_consent_advance(consent, now_us);
    /* What a page holds first: it is in force when the page hears that it was given. */
    if (poll_rights(consent, out_event, now_us) || poll_verdict(consent, out_event) ||
        poll_ended(consent, out_event)) {
      return true;
    }
    if (!pcs_consent_show(consent, now_us) && !consent->may_advance) {
      return false;
    }
  }
}

uint64_t pcs_consent_wake_at(const pcs_consent *consent) {
  uint64_t expiry_us = pcs_permissions_wake_at(&consent->permissions);
  uint64_t unseen_us =
      consent->unseen_since_us != 0 ? consent->unseen_since_us + PCS_UNSEEN_US : PCS_GRANT_NEVER;
  uint64_t ends_us = expiry_us < unseen_us ? expiry_us : unseen_us;
  return ends_us < consent->age_at_us ? ends_us : consent->age_at_us;
}
