#include "host/ice/consent.h"

typedef enum consent_event { GRANT, REVOKE, EXPIRE_KEPT, EXPIRE_IDLE, NUM_EVENTS } consent_event;

/* There is no way out of LOST (RFC 7675 5.1). */
static const pcs_ice_consent_state NEXT[3][NUM_EVENTS] = {
    [PCS_ICE_CONSENT_NONE] = {PCS_ICE_CONSENT_FRESH, PCS_ICE_CONSENT_LOST, PCS_ICE_CONSENT_NONE,
                              PCS_ICE_CONSENT_NONE},
    [PCS_ICE_CONSENT_FRESH] = {PCS_ICE_CONSENT_FRESH, PCS_ICE_CONSENT_LOST, PCS_ICE_CONSENT_LOST,
                               PCS_ICE_CONSENT_NONE},
    [PCS_ICE_CONSENT_LOST] = {PCS_ICE_CONSENT_LOST, PCS_ICE_CONSENT_LOST, PCS_ICE_CONSENT_LOST,
                              PCS_ICE_CONSENT_LOST},
};

static void move(pcs_ice_consent *consent, consent_event event) {
  consent->state = NEXT[consent->state][event];
}

static uint64_t expires_us(const pcs_ice_consent *consent) {
  return consent->answered_us + PCS_ICE_CONSENT_US;
}

static uint64_t later_of(uint64_t a, uint64_t b) {
  return a > b ? a : b;
}

static uint64_t interval_us(const pcs_random *random) {
  return PCS_ICE_CONSENT_INTERVAL_MIN_US +
         pcs_random_below(random, PCS_ICE_CONSENT_INTERVAL_SPREAD_US + 1);
}

void pcs_ice_consent_grant(pcs_ice_consent *consent, uint64_t now_us) {
  move(consent, GRANT);
  if (consent->state == PCS_ICE_CONSENT_FRESH) {
    consent->answered_us = now_us;
    consent->asked_us = UINT64_MAX;
  }
}

void pcs_ice_consent_keep(pcs_ice_consent *consent, uint64_t now_us, const pcs_random *random) {
  consent->kept = true;
  uint64_t age_us = now_us - consent->answered_us;
  consent->next_request_us =
      age_us > PCS_ICE_CONSENT_INTERVAL_MIN_US ? now_us : now_us + interval_us(random);
}

void pcs_ice_consent_rest(pcs_ice_consent *consent) {
  consent->kept = false;
  consent->asked_us = UINT64_MAX;
}

void pcs_ice_consent_doubt(pcs_ice_consent *consent) {
  pcs_ice_consent_rest(consent);
  move(consent, EXPIRE_IDLE);
}

void pcs_ice_consent_answer(pcs_ice_consent *consent, uint64_t now_us) {
  if (pcs_ice_consent_is_fresh(consent, now_us)) {
    consent->answered_us = now_us;
    consent->asked_us = UINT64_MAX;
  }
}

void pcs_ice_consent_hear(pcs_ice_consent *consent, uint64_t now_us) {
  consent->heard_us = now_us;
}

void pcs_ice_consent_revoke(pcs_ice_consent *consent) {
  move(consent, REVOKE);
}

bool pcs_ice_consent_expire(pcs_ice_consent *consent, uint64_t now_us) {
  if (consent->state != PCS_ICE_CONSENT_FRESH || now_us < expires_us(consent)) {
    return false;
  }
  move(consent, consent->kept ? EXPIRE_KEPT : EXPIRE_IDLE);
  return consent->state == PCS_ICE_CONSENT_LOST;
}

bool pcs_ice_consent_is_fresh(const pcs_ice_consent *consent, uint64_t now_us) {
  return consent->state == PCS_ICE_CONSENT_FRESH && now_us < expires_us(consent);
}

bool pcs_ice_consent_is_young(const pcs_ice_consent *consent, uint64_t now_us) {
  return pcs_ice_consent_is_fresh(consent, now_us) &&
         now_us - consent->answered_us < PCS_ICE_CONSENT_YOUNG_US;
}

/* The instant from which consent counts as silent, if nothing is heard until then. */
static uint64_t silent_at_us(const pcs_ice_consent *consent) {
  if (!consent->kept || consent->asked_us == UINT64_MAX) {
    return UINT64_MAX;
  }
  uint64_t unanswered_us = consent->asked_us + PCS_ICE_CONSENT_ANSWER_US;
  uint64_t heard_us = later_of(consent->answered_us, consent->heard_us);
  uint64_t quiet_us = later_of(unanswered_us, heard_us + PCS_ICE_CONSENT_SILENT_US);
  uint64_t long_us = consent->answered_us + PCS_ICE_CONSENT_UNANSWERED_US;
  return quiet_us < long_us ? quiet_us : long_us;
}

bool pcs_ice_consent_is_silent(const pcs_ice_consent *consent, uint64_t now_us) {
  return pcs_ice_consent_is_fresh(consent, now_us) && now_us >= silent_at_us(consent);
}

bool pcs_ice_consent_request_due(const pcs_ice_consent *consent, uint64_t now_us) {
  return consent->kept && pcs_ice_consent_is_fresh(consent, now_us) &&
         now_us >= consent->next_request_us;
}

void pcs_ice_consent_asked(pcs_ice_consent *consent, uint64_t now_us, const pcs_random *random) {
  if (consent->asked_us == UINT64_MAX) {
    consent->asked_us = now_us;
  }
  consent->next_request_us = now_us + interval_us(random);
}

uint64_t pcs_ice_consent_wake_at(const pcs_ice_consent *consent, uint64_t now_us) {
  if (consent->state != PCS_ICE_CONSENT_FRESH || !consent->kept) {
    return UINT64_MAX;
  }
  uint64_t wake_us = expires_us(consent);
  if (consent->next_request_us < wake_us) {
    wake_us = consent->next_request_us;
  }
  uint64_t silent_us = silent_at_us(consent);
  return silent_us > now_us && silent_us < wake_us ? silent_us : wake_us;
}

const char *pcs_ice_consent_state_name(pcs_ice_consent_state state) {
  static const char *const NAMES[] = {"none", "fresh", "lost"};
  return (unsigned)state < 3 ? NAMES[state] : "unknown";
}
