/*
 * What consent is made of. For the consent*.c files only.
 *
 *   consent.c          pages, uses, what takes back; what the owner polls
 *   consent_ask.c      an ask on its way to its verdict: the policy, and a question if it needs one
 *   consent_answer.c   what a person's answer makes of it
 *   consent_show.c     what the indicator shows, and what follows when nobody sees it
 *   consent_age.c      what nobody used for long is forgotten while the broker runs
 */
#ifndef PCS_HOST_BROKER_CONSENT_STATE_H
#define PCS_HOST_BROKER_CONSENT_STATE_H

#include "host/broker/consent.h"
#include "host/broker/patience.h"
#include "host/broker/questions.h"

/* Rights whose use takes something in: what must be seen to be used (requirements A8, A9). */
#define PCS_CONSENT_CAPTURES                                                                       \
  ((uint32_t)(PCS_RIGHT_MICROPHONE | PCS_RIGHT_CAMERA | PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW))

/* How often it is looked for what was not used for long: as finely as the store notes uses. */
#define PCS_CONSENT_AGE_US PCS_STORE_USED_STEP_US

/* Bits below PCS_RIGHT_HOST. */
#define PCS_CONSENT_NUM_RIGHTS_MAX 15

typedef enum pcs_ask_state {
  PCS_ASK_WAITING, /* for its turn: another question of its origin, or no room */
  PCS_ASK_ASKED,   /* its question is being put */
  PCS_ASK_DECIDED, /* its verdict waits to be polled */
} pcs_ask_state;

typedef struct pcs_ask {
  uint64_t id;
  pcs_wish wish;
  pcs_ask_state state;
  uint64_t question; /* ASKED */
  uint32_t answered; /* rights that a person has said yes to for this very ask */
  uint64_t answer;   /* the grant for a screen or window that came of it */
  pcs_consent_event verdict;
} pcs_ask;

/* What a page was told of its standing. */
typedef struct pcs_told {
  uint64_t page;
  pcs_standing standing;
} pcs_told;

struct pcs_consent {
  pcs_permissions permissions;
  pcs_memory memory;
  pcs_indicator indicator;
  const pcs_random *random;
  pcs_questions questions;
  pcs_patience patience;
  uint64_t last_page;
  uint64_t last_ask;
  size_t num_asks;
  pcs_ask asks[PCS_ASKS_MAX];
  size_t num_told;
  pcs_told told[PCS_PAGES_MAX];
  uint64_t age_at_us;  /* PCS_GRANT_NEVER: nothing is remembered */
  bool grants_changed; /* a page's standing may be another */
  bool uses_changed;   /* the indicator may have to show something else */
  bool may_advance;    /* a question has ended: waiting asks are looked at again */
  /* the indicator */
  bool is_seen;
  bool cannot_show;
  uint64_t unseen_since_us; /* while captures live and nobody sees them; 0: not so */
  size_t num_lines;
  pcs_indicator_line lines[PCS_INDICATOR_LINES_MAX];
};

const pcs_page *pcs_consent_page(const pcs_consent *consent, uint64_t page);
/* pcs_consent_add puts a grant with a fresh id into memory, if it is for the site, and into the
 * permissions after. What they say; on error it is in neither. */
PCS_MUST_USE pcs_status pcs_consent_add(pcs_consent *consent, pcs_grant *grant, uint64_t now_us);
/* pcs_consent_use begins a use, of a capture only when it is shown already. PCS_ERR_DENIED,
 * PCS_ERR_QUOTA, with the verdict. */
PCS_MUST_USE pcs_status pcs_consent_use(pcs_consent *consent, uint64_t *out_use,
                                        pcs_verdict *out_verdict, const pcs_request *request,
                                        uint64_t now_us);
/* pcs_consent_deny decides an ask with a no. */
void pcs_consent_deny(pcs_ask *ask, pcs_reason reason);
/* pcs_consent_can_show: a use of these rights could be seen. */
bool pcs_consent_can_show(const pcs_consent *consent, uint32_t rights);
/* pcs_consent_show shows what lives; captures that cannot be shown are stopped. True when that has
 * ended something: poll again. */
bool pcs_consent_show(pcs_consent *consent, uint64_t now_us);
/* pcs_consent_advance looks again at what waits, after a question has ended. */
void pcs_consent_advance(pcs_consent *consent, uint64_t now_us);
/* pcs_consent_age, once a day, ends the grants for sites that the memory has forgotten by then. */
void pcs_consent_age(pcs_consent *consent, uint64_t now_us);
/* pcs_consent_drop_asks withdraws asks without a verdict: those of a page, or of one call. */
void pcs_consent_drop_asks(pcs_consent *consent, pcs_scope scope);

#endif
