/*
 * Consent under a random sequence of what pages, peers, people and shells do, in virtual time, with
 * a prompter, a memory and an indicator that only note. After each action: no capture without a live
 * grant and an indicator that is seen to show it, nothing that was told to stop lives, nothing of a
 * screen is kept, one question for each origin, none while an origin must be quiet.
 */
#include <stdlib.h>
#include <string.h>

#include "host/broker/consent_state.h"
#include "tests/check.h"

#define ACTIONS 20000
#define NUM_ORIGINS 4
#define PAGES_MAX 12
#define KEPT_MAX 64
#define SECOND UINT64_C(1000000)

typedef struct model {
  pcs_random_seeded state;
  pcs_random random;
  pcs_consent *consent;
  uint64_t now_us;
  uint64_t pages[PAGES_MAX];
  uint64_t next_call;
  /* the prompter */
  size_t num_questions;
  pcs_question questions[PCS_QUESTIONS_MAX];
  size_t num_put;
  /* the memory */
  size_t num_kept;
  pcs_grant kept[KEPT_MAX];
  bool memory_fails;
  /* the indicator */
  size_t num_lines;
  pcs_indicator_line lines[PCS_INDICATOR_LINES_MAX];
  bool indicator_fails;
  size_t num_allowed;
  size_t num_ended;
  size_t num_quiet;
} model;

static uint32_t below(model *at, uint32_t bound) {
  return pcs_random_below(&at->random, bound);
}

static pcs_origin origin_of(uint32_t index) {
  static const char *const texts[NUM_ORIGINS] = {"https://a.example", "https://b.example",
                                                 "http://c.example", "http://localhost:8000"};
  pcs_origin origin;
  CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text(texts[index]), &origin), PCS_OK);
  return origin;
}

/* ---- what only notes ---- */

static pcs_status put_question(void *self, const pcs_question *question) {
  model *at = (model *)self;
  CHECK_EQ_INT(pcs_question_check(question), PCS_OK);
  CHECK(!pcs_patience_is_over(&at->consent->patience, &question->origin, at->now_us));
  for (size_t i = 0; i < at->num_questions; i++) {
    CHECK(!pcs_origin_equal(&at->questions[i].origin, &question->origin));
  }
  if (below(at, 20) == 0) {
    return PCS_ERR_UNSUPPORTED;
  }
  at->questions[at->num_questions++] = *question;
  at->num_put++;
  return PCS_OK;
}

static void drop_question(model *at, uint64_t id) {
  for (size_t i = 0; i < at->num_questions; i++) {
    if (at->questions[i].id == id) {
      at->questions[i] = at->questions[--at->num_questions];
      return;
    }
  }
}

static void withdraw(void *self, uint64_t id) {
  drop_question((model *)self, id);
}

static pcs_status keep(void *self, const pcs_grant *grant, uint64_t now_us) {
  (void)now_us;
  model *at = (model *)self;
  CHECK(grant->duration == PCS_DURATION_SITE);
  CHECK((grant->right & (uint32_t)(PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)) == 0);
  if (at->memory_fails || at->num_kept == KEPT_MAX) {
    return PCS_ERR_SYSTEM;
  }
  if (pcs_grant_check(grant, &at->consent->permissions.rules) != PCS_OK) {
    return PCS_ERR_DENIED;
  }
  at->kept[at->num_kept++] = *grant;
  return PCS_OK;
}

static pcs_status unkeep(void *self, uint64_t id) {
  model *at = (model *)self;
  for (size_t i = 0; i < at->num_kept; i++) {
    if (at->kept[i].id == id) {
      at->kept[i] = at->kept[--at->num_kept];
      return PCS_OK;
    }
  }
  return PCS_ERR_NOT_FOUND;
}

static pcs_status unkeep_origin(void *self, const pcs_origin *origin) {
  model *at = (model *)self;
  for (size_t i = at->num_kept; i-- > 0;) {
    if (pcs_origin_equal(&at->kept[i].origin, origin) ||
        pcs_origin_equal(&at->kept[i].embedder, origin)) {
      at->kept[i] = at->kept[--at->num_kept];
    }
  }
  return PCS_OK;
}

static pcs_status unkeep_all(void *self) {
  ((model *)self)->num_kept = 0;
  return PCS_OK;
}

static pcs_status show(void *self, const pcs_indicator_line *lines, size_t num_lines) {
  model *at = (model *)self;
  if (at->indicator_fails && num_lines > 0) {
    return PCS_ERR_UNSUPPORTED;
  }
  memcpy(at->lines, lines, num_lines * sizeof lines[0]);
  at->num_lines = num_lines;
  return PCS_OK;
}

/* ---- what must hold ---- */

static bool is_shown(const model *at, const pcs_page *page, uint32_t right) {
  for (size_t i = 0; i < at->num_lines; i++) {
    if (pcs_origin_equal(&at->lines[i].origin, &page->origin) &&
        pcs_origin_equal(&at->lines[i].embedder, &page->embedder)) {
      return (at->lines[i].rights & right) != 0;
    }
  }
  return false;
}

static bool has_grant(const pcs_permissions *standing, uint64_t id) {
  for (size_t i = 0; i < standing->num_grants; i++) {
    if (standing->grants[i].id == id) {
      return standing->grants[i].effect == PCS_EFFECT_ALLOW;
    }
  }
  return false;
}

static bool check_use(model *at, const pcs_use *use) {
  const pcs_permissions *standing = pcs_consent_permissions(at->consent);
  const pcs_page *page = pcs_consent_page(at->consent, use->scope.page);
  bool captures = (use->right & PCS_CONSENT_CAPTURES) != 0;
  bool good = CHECK(use->ended == PCS_REASON_NONE) && CHECK(page != NULL) &&
              CHECK(pcs_rules_trust(&standing->rules, &page->origin)) &&
              CHECK(pcs_rules_trust(&standing->rules, &page->embedder)) &&
              CHECK((page->flags & PCS_PAGE_MIXED) == 0);
  if (good && use->right != PCS_RIGHT_DATA) {
    good = CHECK(has_grant(standing, use->grant));
  }
  return good && (!captures || CHECK(is_shown(at, page, use->right)));
}

static bool check_all(model *at) {
  const pcs_permissions *standing = pcs_consent_permissions(at->consent);
  bool good = true;
  for (size_t i = 0; i < standing->num_uses && good; i++) {
    good = check_use(at, &standing->uses[i]);
  }
  for (size_t i = 0; i < at->num_kept && good; i++) {
    good = CHECK(pcs_rules_remember(&standing->rules, &at->kept[i].origin));
  }
  return good && CHECK_EQ_UINT(at->consent->questions.num, at->num_questions);
}

static void settle(model *at) {
  pcs_consent_event event;
  size_t num = 0;
  while (pcs_consent_poll(at->consent, &event, at->now_us) && CHECK(num++ < 10000)) {
    at->num_allowed += event.kind == PCS_CONSENT_VERDICT && event.allowed ? 1 : 0;
    at->num_quiet += event.kind == PCS_CONSENT_VERDICT && event.reason == PCS_REASON_QUIET ? 1 : 0;
    at->num_ended += event.kind == PCS_CONSENT_ENDED ? 1 : 0;
  }
}

/* ---- actions ---- */

static void open_page(model *at) {
  uint64_t *place = &at->pages[below(at, PAGES_MAX)];
  if (*place != 0) {
    pcs_consent_close_page(at->consent, *place, at->now_us);
    *place = 0;
  }
  pcs_visit visit = {.origin = origin_of(below(at, NUM_ORIGINS)),
                     .flags = below(at, 4) == 0 ? PCS_PAGE_PRIVATE : 0};
  visit.embedder = below(at, 3) == 0 ? origin_of(below(at, NUM_ORIGINS)) : visit.origin;
  if (below(at, 6) != 0) {
    CHECK_EQ_INT(pcs_consent_open_page(at->consent, place, &visit, at->now_us), PCS_OK);
  }
}

static void ask(model *at) {
  pcs_wish wish = {.scope = {.page = at->pages[below(at, PAGES_MAX)]},
                   .rights = 1u << below(at, 8)};
  wish.scope.call = below(at, 4) == 0 ? 0 : ++at->next_call;
  wish.rights |= below(at, 4) == 0 ? 1u << below(at, 8) : 0;
  if (below(at, 3) != 0) {
    CHECK_EQ_INT(pcs_device_set(&wish.device, pcs_span_of_text(below(at, 2) ? "mic" : "cam")),
                 PCS_OK);
  }
  uint64_t id;
  pcs_status status = pcs_consent_ask(at->consent, &id, &wish, at->now_us);
  CHECK(status == PCS_OK || status == PCS_ERR_NO_SPACE || status == PCS_ERR_NOT_FOUND);
}

static void answer(model *at) {
  if (at->num_questions == 0) {
    return;
  }
  pcs_question question = at->questions[below(at, (uint32_t)at->num_questions)];
  pcs_answer said = {.question = question.id, .kind = (pcs_answer_kind)below(at, 4)};
  if (below(at, 3) != 0) {
    said.kind = PCS_ANSWER_ALLOWED;
  }
  if (said.kind == PCS_ANSWER_ALLOWED) {
    said.rights = question.rights;
    said.duration = (pcs_duration)below(at, PCS_NUM_DURATIONS);
    for (size_t i = 0; i < question.num_devices; i++) {
      said.devices[said.num_devices++] = (uint8_t)i;
    }
  }
  drop_question(at, question.id);
  pcs_consent_answer(at->consent, &said, at->now_us);
}

static void end_some_call(model *at) {
  const pcs_permissions *standing = pcs_consent_permissions(at->consent);
  if (standing->num_uses > 0) {
    pcs_scope scope = standing->uses[below(at, (uint32_t)standing->num_uses)].scope;
    pcs_consent_end_call(at->consent, scope, at->now_us);
  }
}

static void take_back(model *at) {
  const pcs_permissions *standing = pcs_consent_permissions(at->consent);
  pcs_origin origin = origin_of(below(at, NUM_ORIGINS));
  pcs_status status = PCS_OK;
  switch (below(at, 6)) {
  case 0:
    status = pcs_consent_forget(at->consent, at->now_us);
    CHECK_EQ_UINT(standing->num_grants, 0);
    break;
  case 1:
    status = pcs_consent_reset_origin(at->consent, &origin, at->now_us);
    break;
  case 2:
    pcs_consent_stop(at->consent, &origin, &origin, at->now_us);
    break;
  default:
    if (standing->num_grants > 0) {
      uint64_t id = standing->grants[below(at, (uint32_t)standing->num_grants)].id;
      status = pcs_consent_revoke(at->consent, id, at->now_us);
      CHECK(!has_grant(standing, id));
    }
  }
  CHECK_EQ_INT(status, PCS_OK);
}

static void disturb(model *at) {
  switch (below(at, 5)) {
  case 0:
    pcs_consent_seen(at->consent, below(at, 3) != 0, at->now_us);
    return;
  case 1:
    at->indicator_fails = below(at, 4) == 0;
    return;
  case 2:
    at->memory_fails = below(at, 4) == 0;
    return;
  case 3:
    pcs_consent_mark_mixed(at->consent, at->pages[below(at, PAGES_MAX)], at->now_us);
    return;
  default:
    at->now_us += below(at, 120) * SECOND;
  }
}

static void act(model *at) {
  uint32_t what = below(at, 20);
  at->now_us += below(at, 2000) * 1000;
  if (what < 3) {
    open_page(at);
  } else if (what < 10) {
    ask(at);
  } else if (what < 15) {
    answer(at);
  } else if (what < 17) {
    end_some_call(at);
  } else if (what < 18) {
    take_back(at);
  } else {
    disturb(at);
  }
}

static void test_model(void) {
  static model at;
  memset(&at, 0, sizeof at);
  uint64_t seed = CHECK_SEED(11);
  at.random = pcs_random_seeded_init(&at.state, seed);
  at.now_us = 1000 * SECOND;
  pcs_consent_config config = {
      .rules = {.asked = PCS_RIGHT_DATA},
      .memory = {.put = keep,
                 .remove = unkeep,
                 .reset_origin = unkeep_origin,
                 .forget = unkeep_all,
                 .self = &at},
      .prompter = {.put = put_question, .withdraw = withdraw, .self = &at},
      .indicator = {.show = show, .self = &at},
      .random = &at.random,
  };
  CHECK_EQ_INT(pcs_consent_new(&at.consent, &config, at.now_us), PCS_OK);
  pcs_consent_seen(at.consent, true, at.now_us);
  for (size_t i = 0; i < ACTIONS; i++) {
    act(&at);
    settle(&at);
    if (!check_all(&at)) {
      CHECK_EQ_UINT(i, ACTIONS); /* which action it was */
      break;
    }
  }
  /* The walk has been everywhere. */
  CHECK(at.num_allowed > 100 && at.num_ended > 50 && at.num_put > 100 && at.num_quiet > 0);
  pcs_consent_free(at.consent);
}

static void test_patience(void) {
  static pcs_patience patience;
  pcs_origin origin = origin_of(0);
  uint64_t now_us = SECOND;
  for (int i = 1; i < PCS_PATIENCE_REFUSALS; i++) {
    pcs_patience_refused(&patience, &origin, now_us);
    CHECK(!pcs_patience_is_over(&patience, &origin, now_us));
  }
  uint64_t quiet_us = PCS_PATIENCE_QUIET_US;
  for (int i = 0; i < 30; i++) {
    pcs_patience_refused(&patience, &origin, now_us);
    CHECK(pcs_patience_is_over(&patience, &origin, now_us + quiet_us - 1));
    CHECK(!pcs_patience_is_over(&patience, &origin, now_us + quiet_us));
    now_us += quiet_us;
    quiet_us = 2 * quiet_us < PCS_PATIENCE_QUIET_MAX_US ? 2 * quiet_us : PCS_PATIENCE_QUIET_MAX_US;
  }
  pcs_patience_refused(&patience, &origin, now_us);
  pcs_patience_restore(&patience, &origin);
  CHECK(!pcs_patience_is_over(&patience, &origin, now_us));
}

int main(void) {
  RUN("nothing runs unseen, unasked or after it was taken back, whatever is done", test_model);
  RUN("each refusal in a row makes the quiet twice as long, up to a day", test_patience);
  return check_report();
}
