/*
 * Consent to send on one candidate pair (RFC 7675). It decides whether non-STUN bytes may leave
 * now, when the next question is asked, and when the silence has been too long. It sends nothing
 * and knows no transaction: the agent asks, matches and tells it what came back.
 *
 * An answer is only ever told by pcs_ice_consent_grant (a connectivity check succeeded) or
 * pcs_ice_consent_answer (a consent request was answered). Once lost it stays lost: the same
 * credentials are not used on that 5-tuple again.
 */
#ifndef PCS_HOST_ICE_CONSENT_H
#define PCS_HOST_ICE_CONSENT_H

#include "host/crypto/random.h"

/* RFC 7675 5.1: consent expires after 30 seconds. */
#define PCS_ICE_CONSENT_US 30000000u
/* RFC 7675 5.1: every 5 s, each interval multiplied by a random factor of 0.8 to 1.2. */
#define PCS_ICE_CONSENT_INTERVAL_MIN_US 4000000u
#define PCS_ICE_CONSENT_INTERVAL_SPREAD_US 2000000u
/* How long an answer may take before its lack is a sign: twice the initial RTO of RFC 8445 14.3. */
#define PCS_ICE_CONSENT_ANSWER_US 1000000u
/* Half of what it has is left: time for three questions more. */
#define PCS_ICE_CONSENT_YOUNG_US 15000000u
/* With no sign of life for an interval the connection counts as disconnected; while the other side
 * still asks us, only when two of our questions went unanswered: one was perhaps just lost. */
#define PCS_ICE_CONSENT_SILENT_US 5000000u
#define PCS_ICE_CONSENT_UNANSWERED_US 13000000u

typedef enum pcs_ice_consent_state {
  PCS_ICE_CONSENT_NONE,
  PCS_ICE_CONSENT_FRESH,
  PCS_ICE_CONSENT_LOST,
} pcs_ice_consent_state;

typedef struct pcs_ice_consent {
  pcs_ice_consent_state state;
  bool kept;            /* requests are sent: this is where data goes */
  uint64_t answered_us; /* when the last valid response came */
  uint64_t asked_us;    /* when the first request since then was sent, UINT64_MAX none */
  uint64_t heard_us;    /* when the other side last asked us, authenticated */
  uint64_t next_request_us;
} pcs_ice_consent;

/* pcs_ice_consent_grant: a connectivity check on the pair succeeded (RFC 7675 5.1). Nothing when
 * lost.
 */
void pcs_ice_consent_grant(pcs_ice_consent *consent, uint64_t now_us);
/* pcs_ice_consent_keep begins to ask: data goes to this pair from now on. If the last answer is not
 * of just now, at once. */
void pcs_ice_consent_keep(pcs_ice_consent *consent, uint64_t now_us, const pcs_random *random);
/* pcs_ice_consent_rest stops asking: data goes elsewhere. What is left of the consent runs out. */
void pcs_ice_consent_rest(pcs_ice_consent *consent);
/* pcs_ice_consent_doubt gives up consent that has gone silent while data goes elsewhere: it is not
 * lost, but must be regained before data goes there. */
void pcs_ice_consent_doubt(pcs_ice_consent *consent);
/* pcs_ice_consent_answer: a valid response to a consent request. Nothing unless consent is fresh.
 */
void pcs_ice_consent_answer(pcs_ice_consent *consent, uint64_t now_us);
/* pcs_ice_consent_hear: the other side sent an authenticated request on this pair. */
void pcs_ice_consent_hear(pcs_ice_consent *consent, uint64_t now_us);
/* pcs_ice_consent_revoke: the other side took it back, authenticated (RFC 7675 5.2). */
void pcs_ice_consent_revoke(pcs_ice_consent *consent);
/* pcs_ice_consent_expire ends consent whose time is over: LOST where data went, else NONE (it may
 * be regained before data goes there). True when it was kept and is lost now. */
bool pcs_ice_consent_expire(pcs_ice_consent *consent, uint64_t now_us);

bool pcs_ice_consent_is_fresh(const pcs_ice_consent *consent, uint64_t now_us);
/* pcs_ice_consent_is_young: fresh, and for long enough that data may begin to go there; what is
 * older is asked again first, for consent that ends where data goes is lost for good. */
bool pcs_ice_consent_is_young(const pcs_ice_consent *consent, uint64_t now_us);
/* pcs_ice_consent_is_silent: still fresh, yet there is reason to doubt it (webrtc-pc
 * "disconnected").
 */
bool pcs_ice_consent_is_silent(const pcs_ice_consent *consent, uint64_t now_us);
bool pcs_ice_consent_request_due(const pcs_ice_consent *consent, uint64_t now_us);
/* pcs_ice_consent_asked: a request leaves now; the next one is due 4 to 6 seconds later. */
void pcs_ice_consent_asked(pcs_ice_consent *consent, uint64_t now_us, const pcs_random *random);
/* pcs_ice_consent_wake_at is when any of these answers next changes, UINT64_MAX for never. */
uint64_t pcs_ice_consent_wake_at(const pcs_ice_consent *consent, uint64_t now_us);
const char *pcs_ice_consent_state_name(pcs_ice_consent_state state);

#endif
