#include "host/ice/consent.h"

#include "tests/check.h"

#define SECOND_US 1000000u
#define START_US 1000000000u

static pcs_random_seeded state;
static pcs_random chance;

static pcs_ice_consent kept_at(uint64_t now_us) {
  chance = pcs_random_seeded_init(&state, CHECK_SEED(3));
  pcs_ice_consent consent = {0};
  pcs_ice_consent_grant(&consent, now_us);
  pcs_ice_consent_keep(&consent, now_us, &chance);
  return consent;
}

static void test_none_at_first(void) {
  pcs_ice_consent consent = {0};
  CHECK(!pcs_ice_consent_is_fresh(&consent, START_US));
  pcs_ice_consent_answer(&consent, START_US);
  CHECK(!pcs_ice_consent_is_fresh(&consent, START_US));
  CHECK(!pcs_ice_consent_request_due(&consent, START_US));
  CHECK_EQ_UINT(pcs_ice_consent_wake_at(&consent, START_US), UINT64_MAX);
}

static void test_thirty_seconds(void) {
  pcs_ice_consent consent = kept_at(START_US);
  CHECK(pcs_ice_consent_is_fresh(&consent, START_US + 30 * SECOND_US - 1));
  CHECK(!pcs_ice_consent_is_fresh(&consent, START_US + 30 * SECOND_US));
  CHECK(!pcs_ice_consent_expire(&consent, START_US + 30 * SECOND_US - 1));
  CHECK(pcs_ice_consent_expire(&consent, START_US + 30 * SECOND_US));
  CHECK_EQ_INT(consent.state, PCS_ICE_CONSENT_LOST);
}

static void test_answer_extends(void) {
  pcs_ice_consent consent = kept_at(START_US);
  pcs_ice_consent_answer(&consent, START_US + 29 * SECOND_US);
  CHECK(pcs_ice_consent_is_fresh(&consent, START_US + 59 * SECOND_US - 1));
  CHECK(!pcs_ice_consent_is_fresh(&consent, START_US + 59 * SECOND_US));
}

static void test_late_answer(void) {
  pcs_ice_consent consent = kept_at(START_US);
  pcs_ice_consent_answer(&consent, START_US + 30 * SECOND_US);
  CHECK(!pcs_ice_consent_is_fresh(&consent, START_US + 30 * SECOND_US));
  CHECK(pcs_ice_consent_expire(&consent, START_US + 30 * SECOND_US));
  pcs_ice_consent_answer(&consent, START_US + 31 * SECOND_US);
  pcs_ice_consent_grant(&consent, START_US + 31 * SECOND_US);
  pcs_ice_consent_keep(&consent, START_US + 31 * SECOND_US, &chance);
  CHECK(!pcs_ice_consent_is_fresh(&consent, START_US + 31 * SECOND_US));
  CHECK(!pcs_ice_consent_request_due(&consent, START_US + 60 * SECOND_US));
}

static void test_revoked(void) {
  pcs_ice_consent consent = kept_at(START_US);
  pcs_ice_consent_revoke(&consent);
  CHECK(!pcs_ice_consent_is_fresh(&consent, START_US));
  pcs_ice_consent_grant(&consent, START_US + 1);
  CHECK(!pcs_ice_consent_is_fresh(&consent, START_US + 1));
}

static void test_idle_may_be_regained(void) {
  pcs_ice_consent consent = {0};
  pcs_ice_consent_grant(&consent, START_US);
  CHECK(!pcs_ice_consent_expire(&consent, START_US + 30 * SECOND_US));
  CHECK_EQ_INT(consent.state, PCS_ICE_CONSENT_NONE);
  CHECK(!pcs_ice_consent_is_fresh(&consent, START_US + 31 * SECOND_US));
  pcs_ice_consent_grant(&consent, START_US + 40 * SECOND_US);
  CHECK(pcs_ice_consent_is_fresh(&consent, START_US + 40 * SECOND_US));
}

static void test_intervals(void) {
  pcs_ice_consent consent = kept_at(START_US);
  uint64_t now_us = START_US;
  uint64_t least_us = UINT64_MAX;
  uint64_t most_us = 0;
  for (int i = 0; i < 2000; i++) {
    uint64_t next_us = consent.next_request_us;
    CHECK(!pcs_ice_consent_request_due(&consent, next_us - 1));
    CHECK(pcs_ice_consent_request_due(&consent, next_us));
    uint64_t interval_us = next_us - now_us;
    least_us = interval_us < least_us ? interval_us : least_us;
    most_us = interval_us > most_us ? interval_us : most_us;
    now_us = next_us;
    pcs_ice_consent_asked(&consent, now_us, &chance);
    pcs_ice_consent_answer(&consent, now_us);
  }
  CHECK(least_us >= 4 * SECOND_US && least_us < 4 * SECOND_US + 50000);
  CHECK(most_us <= 6 * SECOND_US && most_us > 6 * SECOND_US - 50000);
}

static void test_silence(void) {
  pcs_ice_consent consent = kept_at(START_US);
  uint64_t asked_us = consent.next_request_us;
  CHECK(!pcs_ice_consent_is_silent(&consent, asked_us));
  pcs_ice_consent_asked(&consent, asked_us, &chance);
  uint64_t silent_us = asked_us + PCS_ICE_CONSENT_ANSWER_US;
  if (silent_us < START_US + PCS_ICE_CONSENT_SILENT_US) {
    silent_us = START_US + PCS_ICE_CONSENT_SILENT_US;
  }
  CHECK_EQ_UINT(pcs_ice_consent_wake_at(&consent, asked_us), silent_us);
  CHECK(!pcs_ice_consent_is_silent(&consent, silent_us - 1));
  CHECK(pcs_ice_consent_is_silent(&consent, silent_us));
  pcs_ice_consent_hear(&consent, silent_us); /* the other side still asks */
  CHECK(!pcs_ice_consent_is_silent(&consent, silent_us));
  pcs_ice_consent_hear(&consent, START_US + PCS_ICE_CONSENT_UNANSWERED_US);
  CHECK(pcs_ice_consent_is_silent(&consent, START_US + PCS_ICE_CONSENT_UNANSWERED_US));
  pcs_ice_consent_answer(&consent, START_US + 14 * SECOND_US);
  CHECK(!pcs_ice_consent_is_silent(&consent, START_US + 14 * SECOND_US));
}

typedef void (*event_function)(pcs_ice_consent *consent, uint64_t now_us);
static void revoke(pcs_ice_consent *consent, uint64_t now_us) {
  (void)now_us;
  pcs_ice_consent_revoke(consent);
}
static void doubt(pcs_ice_consent *consent, uint64_t now_us) {
  (void)now_us;
  pcs_ice_consent_doubt(consent);
}
static void expire(pcs_ice_consent *consent, uint64_t now_us) {
  (void)pcs_ice_consent_expire(consent, now_us);
}

static void test_every_state_and_event(void) {
  static const event_function EVENTS[] = {
      pcs_ice_consent_grant, pcs_ice_consent_answer, pcs_ice_consent_hear, revoke, doubt, expire};
  /* at a time when FRESH, kept, has run out */
  static const pcs_ice_consent_state WANT[3][6] = {
      {PCS_ICE_CONSENT_FRESH, PCS_ICE_CONSENT_NONE, PCS_ICE_CONSENT_NONE, PCS_ICE_CONSENT_LOST,
       PCS_ICE_CONSENT_NONE, PCS_ICE_CONSENT_NONE},
      {PCS_ICE_CONSENT_FRESH, PCS_ICE_CONSENT_FRESH, PCS_ICE_CONSENT_FRESH, PCS_ICE_CONSENT_LOST,
       PCS_ICE_CONSENT_NONE, PCS_ICE_CONSENT_LOST},
      {PCS_ICE_CONSENT_LOST, PCS_ICE_CONSENT_LOST, PCS_ICE_CONSENT_LOST, PCS_ICE_CONSENT_LOST,
       PCS_ICE_CONSENT_LOST, PCS_ICE_CONSENT_LOST},
  };
  for (int from = 0; from < 3; from++) {
    for (int event = 0; event < 6; event++) {
      pcs_ice_consent consent = {.state = (pcs_ice_consent_state)from, .kept = true};
      EVENTS[event](&consent, START_US);
      CHECK_EQ_STR(pcs_ice_consent_state_name(consent.state),
                   pcs_ice_consent_state_name(WANT[from][event]));
    }
  }
}

int main(void) {
  RUN("there is no consent before a check succeeded", test_none_at_first);
  RUN("consent ends 30 seconds after the last answer", test_thirty_seconds);
  RUN("an answer extends consent", test_answer_extends);
  RUN("an answer after the end does not bring consent back", test_late_answer);
  RUN("revoked consent stays revoked", test_revoked);
  RUN("consent that nobody used may be regained", test_idle_may_be_regained);
  RUN("requests come at random 4 to 6 seconds", test_intervals);
  RUN("silence is noticed when a question stays unanswered", test_silence);
  RUN("every state and every event", test_every_state_and_event);
  return check_report();
}
