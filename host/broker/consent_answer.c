#include "host/broker/consent_state.h"

static pcs_scope scope_for(pcs_duration duration, pcs_scope asked) {
  switch (duration) {
  case PCS_DURATION_CALL:
    return asked;
  case PCS_DURATION_PAGE:
    return (pcs_scope){.page = asked.page};
  case PCS_DURATION_SITE:
    break;
  }
  return (pcs_scope){0};
}

static void set_chosen_device(pcs_grant *grant, const pcs_question *question,
                              const pcs_answer *answer) {
  for (size_t i = 0; i < answer->num_devices; i++) {
    const pcs_device_choice *choice = &question->devices[answer->devices[i]];
    if (choice->right == grant->right) {
      grant->device = choice->device;
    }
  }
}

static pcs_grant grant_for(const pcs_ask *ask, const pcs_question *question, uint32_t right) {
  return (pcs_grant){.origin = question->origin,
                     .embedder = question->embedder,
                     .right = right,
                     .expires_us = PCS_GRANT_NEVER,
                     .uses_left = PCS_GRANT_USES_ANY,
                     .scope = ask->wish.scope};
}

static pcs_status give(pcs_consent *consent, pcs_ask *ask, const pcs_question *question,
                       const pcs_answer *answer, uint32_t right, uint64_t now_us) {
  bool is_display = pcs_right_find(right)->tier == PCS_TIER_DISPLAY;
  pcs_grant grant = grant_for(ask, question, right);
  grant.effect = PCS_EFFECT_ALLOW;
  grant.duration = answer->duration;
  grant.scope = scope_for(answer->duration, ask->wish.scope);
  grant.uses_left = is_display ? 1 : PCS_GRANT_USES_ANY;
  if (answer->only_this_peer) {
    grant.peer = question->peer;
  }
  set_chosen_device(&grant, question, answer);
  pcs_status status = pcs_consent_add(consent, &grant, now_us);
  if (status == PCS_OK && is_display) {
    ask->answer = grant.id;
  }
  return status;
}

static void accept(pcs_consent *consent, pcs_ask *ask, const pcs_question *question,
                   const pcs_answer *answer, uint64_t now_us) {
  pcs_status status = PCS_OK;
  for (uint32_t right = 1; right < PCS_RIGHT_HOST && status == PCS_OK; right <<= 1) {
    if ((answer->rights & right) != 0) {
      status = give(consent, ask, question, answer, right, now_us);
      ask->answered |= right;
    }
  }
  if (status != PCS_OK) {
    pcs_consent_deny(ask, status == PCS_ERR_NO_SPACE ? PCS_REASON_TOO_MANY : PCS_REASON_NOT_KEPT);
  } else if ((question->rights & ~answer->rights) != 0) {
    pcs_consent_deny(ask, PCS_REASON_DECLINED); /* it asked for all of them together */
  }
}

/* A block that cannot be kept lasts as long as the page, and the person's no is a no at once. */
static void block(pcs_consent *consent, const pcs_ask *ask, const pcs_question *question,
                  uint64_t now_us) {
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    if ((question->rights & right) == 0) {
      continue;
    }
    pcs_grant grant = grant_for(ask, question, right);
    grant.duration = PCS_DURATION_SITE;
    grant.scope = (pcs_scope){0};
    if (pcs_consent_add(consent, &grant, now_us) != PCS_OK) {
      grant.duration = PCS_DURATION_PAGE;
      grant.scope = (pcs_scope){.page = ask->wish.scope.page};
      pcs_status status = pcs_consent_add(consent, &grant, now_us);
      (void)status;
    }
  }
}

/* What became of one ask that waited for this answer. */
static void hear(pcs_consent *consent, pcs_ask *ask, const pcs_question *question,
                 const pcs_answer *answer, uint64_t now_us) {
  switch (answer->kind) {
  case PCS_ANSWER_ALLOWED:
    return; /* whom the grant fits goes on, the others ask for themselves */
  case PCS_ANSWER_BLOCKED:
    block(consent, ask, question, now_us);
    pcs_consent_deny(ask, PCS_REASON_BLOCKED);
    return;
  case PCS_ANSWER_DENIED:
    pcs_consent_deny(ask, PCS_REASON_DECLINED);
    return;
  case PCS_ANSWER_DISMISSED:
    pcs_consent_deny(ask, PCS_REASON_DISMISSED);
    return;
  }
}

static pcs_ask *first_of(pcs_consent *consent, uint64_t question) {
  pcs_ask *first = NULL;
  for (size_t i = 0; i < consent->num_asks; i++) {
    pcs_ask *ask = &consent->asks[i];
    if (ask->state == PCS_ASK_ASKED && ask->question == question &&
        (first == NULL || ask->id < first->id)) {
      first = ask;
    }
  }
  return first;
}

static void spread(pcs_consent *consent, const pcs_question *question, const pcs_answer *answer,
                   uint64_t now_us) {
  pcs_ask *first = first_of(consent, question->id);
  if (first != NULL && answer->kind == PCS_ANSWER_ALLOWED) {
    accept(consent, first, question, answer, now_us);
  }
  for (size_t i = 0; i < consent->num_asks; i++) {
    pcs_ask *ask = &consent->asks[i];
    if (ask->state == PCS_ASK_ASKED && ask->question == question->id) {
      ask->state = PCS_ASK_WAITING;
      hear(consent, ask, question, answer, now_us);
    }
  }
}

void pcs_consent_answer(pcs_consent *consent, const pcs_answer *answer, uint64_t now_us) {
  const pcs_question *found = pcs_questions_find(&consent->questions, answer->question);
  if (found == NULL) {
    return;
  }
  pcs_question question = *found;
  pcs_answer counted = {.question = question.id};
  if (pcs_answer_check(answer, &question) == PCS_OK) {
    counted = *answer;
  }
  pcs_permissions_tick(&consent->permissions, now_us);
  pcs_questions_end(&consent->questions, question.id);
  if (counted.kind == PCS_ANSWER_ALLOWED) {
    pcs_patience_restore(&consent->patience, &question.origin);
  } else {
    pcs_patience_refused(&consent->patience, &question.origin, now_us);
  }
  spread(consent, &question, &counted, now_us);
  consent->may_advance = true;
}
