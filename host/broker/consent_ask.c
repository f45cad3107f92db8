#include <string.h>

#include "host/broker/consent_state.h"

/* ---- verdicts ---- */

static void decide(pcs_ask *ask, bool allowed, pcs_reason reason, uint64_t grant) {
  ask->state = PCS_ASK_DECIDED;
  ask->verdict = (pcs_consent_event){.kind = PCS_CONSENT_VERDICT,
                                     .scope = ask->wish.scope,
                                     .ask = ask->id,
                                     .allowed = allowed,
                                     .rights = ask->wish.rights,
                                     .reason = reason,
                                     .grant = grant,
                                     .device = ask->verdict.device};
}

void pcs_consent_deny(pcs_ask *ask, pcs_reason reason) {
  ask->verdict.device = (pcs_device){0};
  decide(ask, false, reason, 0);
}

static pcs_request request_for(const pcs_ask *ask, uint32_t right) {
  bool has_device = pcs_right_find(right)->needs == PCS_NEEDS_DEVICE;
  return (pcs_request){.scope = ask->wish.scope,
                       .right = right,
                       .device = has_device ? ask->wish.device : (pcs_device){0},
                       .peer = &ask->wish.peer,
                       .answer = ask->answer};
}

static const pcs_grant *grant_of(const pcs_consent *consent, uint64_t id) {
  for (size_t i = 0; i < consent->permissions.num_grants; i++) {
    if (consent->permissions.grants[i].id == id) {
      return &consent->permissions.grants[i];
    }
  }
  return NULL;
}

/* The device that a grant names is the one that is used, when the asker names none. */
static void choose_device(pcs_consent *consent, pcs_request *request, uint64_t now_us) {
  pcs_verdict verdict = pcs_permissions_decide(&consent->permissions, request, now_us);
  const pcs_grant *grant = grant_of(consent, verdict.grant);
  bool needs = pcs_right_find(request->right)->needs == PCS_NEEDS_DEVICE;
  if (needs && request->device.len == 0 && grant != NULL) {
    request->device = grant->device;
  }
}

/* Everything was said yes to: it begins, all of it or nothing. */
static void begin_all(pcs_consent *consent, pcs_ask *ask, uint64_t now_us) {
  pcs_verdict verdict = {.reason = PCS_REASON_FREE};
  uint64_t begun[PCS_CONSENT_NUM_RIGHTS_MAX];
  size_t num = 0;
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    if ((ask->wish.rights & right) == 0) {
      continue;
    }
    pcs_request request = request_for(ask, right);
    choose_device(consent, &request, now_us);
    pcs_status status = pcs_consent_use(consent, &begun[num], &verdict, &request, now_us);
    if (status != PCS_OK) {
      while (num > 0) {
        pcs_permissions_end_use(&consent->permissions, begun[--num]);
      }
      pcs_consent_deny(ask, verdict.reason);
      return;
    }
    num++;
    ask->verdict.device = request.device.len > 0 ? request.device : ask->verdict.device;
  }
  decide(ask, true, verdict.reason, verdict.grant);
}

/* For the page itself nothing runs: what it holds is its standing. */
static void allow(pcs_consent *consent, pcs_ask *ask, const pcs_verdict *verdict,
                  uint64_t now_us) {
  if (ask->wish.scope.call != 0) {
    begin_all(consent, ask, now_us);
  } else {
    decide(ask, true, verdict->reason, verdict->grant);
  }
}

/* ---- questions ---- */

static void name_device(pcs_question *question, const pcs_device *device) {
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    bool needs = (question->rights & right) != 0 &&
                 pcs_right_find(right)->needs == PCS_NEEDS_DEVICE && device->len > 0;
    if (needs && question->num_devices < PCS_QUESTION_DEVICES_MAX) {
      pcs_device_choice *choice = &question->devices[question->num_devices++];
      *choice = (pcs_device_choice){.right = right, .device = *device, .label_len = device->len};
      memcpy(choice->label, device->name, device->len);
    }
  }
}

/* Which of its rights a person must say, and why; false when one of them is denied. */
static bool find_open(pcs_consent *consent, pcs_ask *ask, pcs_question *out_question,
                      pcs_verdict *out_verdict, uint64_t now_us) {
  uint32_t open = 0;
  uint32_t durations[PCS_CONSENT_NUM_RIGHTS_MAX] = {0};
  for (uint32_t i = 0; i < PCS_CONSENT_NUM_RIGHTS_MAX; i++) {
    uint32_t right = 1u << i;
    if ((ask->wish.rights & right) == 0) {
      continue;
    }
    pcs_request request = request_for(ask, right);
    *out_verdict = pcs_permissions_decide(&consent->permissions, &request, now_us);
    if (out_verdict->decision == PCS_ASK && (ask->answered & right) != 0) {
      out_verdict->reason = PCS_REASON_NOT_KEPT; /* a yes that did not become a grant */
      out_verdict->decision = PCS_DENY;
    }
    if (out_verdict->decision == PCS_DENY) {
      return false;
    }
    open |= out_verdict->decision == PCS_ASK ? right : 0;
    durations[i] = out_verdict->durations;
    out_question->reason =
        out_verdict->decision == PCS_ASK ? out_verdict->reason : out_question->reason;
  }
  out_question->rights = pcs_rights_take_question(&open);
  out_question->durations = (1u << PCS_NUM_DURATIONS) - 1;
  for (uint32_t i = 0; i < PCS_CONSENT_NUM_RIGHTS_MAX; i++) {
    out_question->durations &= (out_question->rights & 1u << i) != 0 ? durations[i] : UINT32_MAX;
  }
  return true;
}

static void fill_question(const pcs_consent *consent, const pcs_ask *ask,
                          pcs_question *question) {
  const pcs_page *page = pcs_consent_page(consent, ask->wish.scope.page);
  question->origin = page->origin;
  question->embedder = page->embedder;
  question->peer = ask->wish.peer;
  if (!pcs_memory_remembers(&consent->memory)) {
    question->durations &= ~(1u << PCS_DURATION_SITE);
  }
  bool is_display =
      (question->rights & (uint32_t)(PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)) != 0;
  question->can_block = !is_display && (page->flags & PCS_PAGE_PRIVATE) == 0;
  name_device(question, &ask->wish.device);
}

static void put_question(pcs_consent *consent, pcs_ask *ask, pcs_question *question,
                         uint64_t now_us) {
  fill_question(consent, ask, question);
  if (question->durations == 0) {
    pcs_consent_deny(ask, PCS_REASON_NO_CALL);
    return;
  }
  if (pcs_patience_is_over(&consent->patience, &question->origin, now_us)) {
    pcs_consent_deny(ask, PCS_REASON_QUIET);
    return;
  }
  const pcs_question *other = pcs_questions_of_origin(&consent->questions, &question->origin);
  if (other != NULL && pcs_questions_is_same(other, question)) {
    ask->state = PCS_ASK_ASKED;
    ask->question = other->id;
    return;
  }
  pcs_status status = pcs_questions_put(&consent->questions, question);
  if (status == PCS_ERR_UNSUPPORTED) {
    pcs_consent_deny(ask, PCS_REASON_NOBODY);
  } else {
    ask->state = status == PCS_OK ? PCS_ASK_ASKED : PCS_ASK_WAITING;
    ask->question = status == PCS_OK ? question->id : 0;
  }
}

static void advance(pcs_consent *consent, pcs_ask *ask, uint64_t now_us) {
  pcs_question question = {0};
  pcs_verdict verdict = {0};
  ask->state = PCS_ASK_WAITING;
  ask->question = 0;
  if (!find_open(consent, ask, &question, &verdict, now_us)) {
    pcs_consent_deny(ask, verdict.reason);
    ask->verdict.grant = verdict.grant;
  } else if (question.rights == 0) {
    allow(consent, ask, &verdict, now_us);
  } else if (!pcs_consent_can_show(consent, question.rights)) {
    pcs_consent_deny(ask, PCS_REASON_UNSEEN);
  } else {
    put_question(consent, ask, &question, now_us);
  }
}

void pcs_consent_advance(pcs_consent *consent, uint64_t now_us) {
  if (!consent->may_advance) {
    return;
  }
  consent->may_advance = false;
  /* The longest waiting first. */
  uint64_t after = 0;
  for (;;) {
    pcs_ask *next = NULL;
    for (size_t i = 0; i < consent->num_asks; i++) {
      pcs_ask *ask = &consent->asks[i];
      if (ask->state == PCS_ASK_WAITING && ask->id > after &&
          (next == NULL || ask->id < next->id)) {
        next = ask;
      }
    }
    if (next == NULL) {
      return;
    }
    after = next->id;
    advance(consent, next, now_us);
  }
}

/* ---- asking ---- */

static size_t count_asks(const pcs_consent *consent, const pcs_origin *origin) {
  size_t num = 0;
  for (size_t i = 0; i < consent->num_asks; i++) {
    const pcs_page *page = pcs_consent_page(consent, consent->asks[i].wish.scope.page);
    num += page != NULL && pcs_origin_equal(&page->origin, origin) ? 1 : 0;
  }
  return num;
}

static bool are_rights(uint32_t rights) {
  for (uint32_t right = 1; right != 0; right <<= 1) {
    if ((rights & right) != 0 && pcs_right_find(right) == NULL) {
      return false;
    }
  }
  return rights != 0;
}

pcs_status pcs_consent_ask(pcs_consent *consent, uint64_t *out_ask, const pcs_wish *wish,
                           uint64_t now_us) {
  const pcs_page *page = pcs_consent_page(consent, wish->scope.page);
  *out_ask = 0;
  if (!are_rights(wish->rights)) {
    return PCS_ERR_RANGE;
  }
  if (page == NULL) {
    return PCS_ERR_NOT_FOUND;
  }
  if (consent->num_asks == PCS_ASKS_MAX ||
      (!page->origin.opaque &&
       count_asks(consent, &page->origin) >= PCS_ASKS_PER_ORIGIN_MAX)) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_ask *ask = &consent->asks[consent->num_asks++];
  *ask = (pcs_ask){.id = ++consent->last_ask, .wish = *wish};
  *out_ask = ask->id;
  advance(consent, ask, now_us);
  return PCS_OK;
}

static bool is_waited_for(const pcs_consent *consent, uint64_t question) {
  for (size_t i = 0; i < consent->num_asks; i++) {
    if (consent->asks[i].state == PCS_ASK_ASKED && consent->asks[i].question == question) {
      return true;
    }
  }
  return false;
}

void pcs_consent_drop_asks(pcs_consent *consent, pcs_scope scope) {
  for (size_t i = consent->num_asks; i-- > 0;) {
    pcs_scope own = consent->asks[i].wish.scope;
    if (own.page != scope.page || (scope.call != 0 && own.call != scope.call)) {
      continue;
    }
    pcs_ask gone = consent->asks[i];
    consent->asks[i] = consent->asks[--consent->num_asks];
    if (gone.state == PCS_ASK_ASKED && !is_waited_for(consent, gone.question)) {
      pcs_questions_withdraw(&consent->questions, gone.question);
      consent->may_advance = true;
    }
  }
}
