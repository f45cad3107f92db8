#include "host/ice/consent.h"

typedef enum consent_event { GRANT, REVOKE, EXPIRE_KEPT, EXPIRE_IDLE, NUM_EVENTS } consent_event;

/* There is no way out of LOST (RFC 7675 5.1). */
static const pcs_consent_state NEXT[3][NUM_EVENTS] = {
    [PCS_CONSENT_NONE] = {PCS_CONSENT_FRESH, PCS_CONSENT_LOST, PCS_CONSENT_NONE, PCS_CONSENT_NONE},
    [PCS_CONSENT_FRESH] = {PCS_CONSENT_FRESH, PCS_CONSENT_LOST, PCS_CONSENT_LOST, PCS_CONSENT_NONE},
    [PCS_CONSENT_LOST] = {PCS_CONSENT_LOST, PCS_CONSENT_LOST, PCS_CONSENT_LOST, PCS_CONSENT_LOST},
};

static void move(pcs_consent *consent, consent_event event) {
  consent->state = NEXT[consent->state][event];
}

static uint64_t expires_us(const pcs_consent *consent) {
  return consent->answered_us + PCS_CONSENT_US;
}

static uint64_t later_of(uint64_t a, uint64_t b) {
  return a > b ? a : b;
}

static uint64_t interval_us(const pcs_random *random) {
  return PCS_CONSENT_INTERVAL_MIN_US + pcs_random_below(random, PCS_CONSENT_INTERVAL_SPREAD_US + 1);
}

void pcs_consent_grant(pcs_consent *consent, uint64_t now_us) {
  move(consent, GRANT);
  if (consent->state == PCS_CONSENT_FRESH) {
    consent->answered_us = now_us;
    consent->asked_us = UINT64_MAX;
  }
}

void pcs_consent_keep(pcs_consent *consent, uint64_t now_us, const pcs_random *random) {
  consent->kept = true;
  uint64_t age_us = now_us - consent->answered_us;
  consent->next_request_us =
      age_us > PCS_CONSENT_INTERVAL_MIN_US ? now_us : now_us + interval_us(random);
}

void pcs_consent_rest(pcs_consent *consent) {
  consent->kept = false;
  consent->asked_us = UINT64_MAX;
}

void pcs_consent_doubt(pcs_consent *consent) {
  pcs_consent_rest(consent);
  move(consent, EXPIRE_IDLE);
}

void pcs_consent_answer(pcs_consent *consent, uint64_t now_us) {
  if (pcs_consent_is_fresh(consent, now_us)) {
    consent->answered_us = now_us;
    consent->asked_us = UINT64_MAX;
  }
}

void pcs_consent_hear(pcs_consent *consent, uint64_t now_us) {
  consent->heard_us = now_us;
}

void pcs_consent_revoke(pcs_consent *consent) {
  move(consent, REVOKE);
}

bool pcs_consent_expire(pcs_consent *consent, uint64_t now_us) {
  if (consent->state != PCS_CONSENT_FRESH || now_us < expires_us(consent)) {
    return false;
  }
  move(consent, consent->kept ? EXPIRE_KEPT : EXPIRE_IDLE);
  return consent->state == PCS_CONSENT_LOST;
}

bool pcs_consent_is_fresh(const pcs_consent *consent, uint64_t now_us) {
  return consent->state == PCS_CONSENT_FRESH && now_us < expires_us(consent);
}

bool pcs_consent_is_young(const pcs_consent *consent, uint64_t now_us) {
  return pcs_consent_is_fresh(consent, now_us) &&
         now_us - consent->answered_us < PCS_CONSENT_YOUNG_US;
}

/* The instant from which consent counts as silent, if nothing is heard until then. */
static uint64_t silent_at_us(const pcs_consent *consent) {
  if (!consent->kept || consent->asked_us == UINT64_MAX) {
    return UINT64_MAX;
  }
  uint64_t unanswered_us = consent->asked_us + PCS_CONSENT_ANSWER_US;
  uint64_t heard_us = later_of(consent->answered_us, consent->heard_us);
  uint64_t quiet_us = later_of(unanswered_us, heard_us + PCS_CONSENT_SILENT_US);
  uint64_t long_us = consent->answered_us + PCS_CONSENT_UNANSWERED_US;
  return quiet_us < long_us ? quiet_us : long_us;
}

bool pcs_consent_is_silent(const pcs_consent *consent, uint64_t now_us) {
  return pcs_consent_is_fresh(consent, now_us) && now_us >= silent_at_us(consent);
}

bool pcs_consent_request_due(const pcs_consent *consent, uint64_t now_us) {
  return consent->kept && pcs_consent_is_fresh(consent, now_us) &&
         now_us >= consent->next_request_us;
}

void pcs_consent_asked(pcs_consent *consent, uint64_t now_us, const pcs_random *random) {
  if (consent->asked_us == UINT64_MAX) {
    consent->asked_us = now_us;
  }
  consent->next_request_us = now_us + interval_us(random);
}

uint64_t pcs_consent_wake_at(const pcs_consent *consent, uint64_t now_us) {
  if (consent->state != PCS_CONSENT_FRESH || !consent->kept) {
    return UINT64_MAX;
  }
  uint64_t wake_us = expires_us(consent);
  if (consent->next_request_us < wake_us) {
    wake_us = consent->next_request_us;
  }
  uint64_t silent_us = silent_at_us(consent);
  return silent_us > now_us && silent_us < wake_us ? silent_us : wake_us;
}

const char *pcs_consent_state_name(pcs_consent_state state) {
  static const char *const NAMES[] = {"none", "fresh", "lost"};
  return (unsigned)state < 3 ? NAMES[state] : "unknown";
}
