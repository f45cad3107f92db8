/*
 * Consent: the one place where requests, people's answers, grants and what runs because of them come
 * together. It owns the permissions (core/policy), what is asked and not answered, the questions, and
 * what the indicator shows; it keeps decisions in memory.h before it acts on them. It starts no
 * process and knows no socket: who asks (pages.h, asks.h) is told what came of it.
 *
 * After every call, and when wake_at has come, the owner polls until nothing is left, and does what
 * it is told at once: an ENDED use must be silent within 100 ms. Nothing is called back but the
 * prompter and the indicator. Times are microseconds since 1970.
 */
#ifndef PCS_HOST_BROKER_CONSENT_H
#define PCS_HOST_BROKER_CONSENT_H

#include "host/broker/indicator.h"
#include "host/broker/memory.h"
#include "host/broker/prompt.h"
#include "host/crypto/random.h"

/* Requests that wait for a person, in all and of one origin: one is asked about at a time, and
 * nobody answers dozens. */
#define PCS_ASKS_MAX 256
#define PCS_ASKS_PER_ORIGIN_MAX 32
/* Uses of one origin: half of what there is, so that none can take everything. */
#define PCS_USES_PER_ORIGIN_MAX 512
/* A capture that nobody was seen to see for so long ends. */
#define PCS_UNSEEN_US (UINT64_C(3) * 1000 * 1000)

typedef struct pcs_consent pcs_consent;

/* All but permissions' rules' schemes are copied; what they point at is borrowed. */
typedef struct pcs_consent_config {
  pcs_rules rules;
  pcs_memory memory;               /* all-zero: nothing is remembered */
  pcs_prompter prompter;           /* all-zero: there is nobody to ask */
  pcs_indicator indicator;         /* all-zero: there is none, so nothing is captured */
  const pcs_random *random;        /* of the grants' ids */
} pcs_consent_config;

/* pcs_consent_new reads what is remembered. What pcs_rules_check and the memory say. */
PCS_MUST_USE pcs_status pcs_consent_new(pcs_consent **out_consent,
                                        const pcs_consent_config *config, uint64_t now_us);
/* pcs_consent_free leaves prompter, indicator and memory to their owners. free(NULL) is fine. */
void pcs_consent_free(pcs_consent *consent);

/* ---- pages ---- */

/* Who is asking, as its link or the program around it vouches for it. */
typedef struct pcs_visit {
  pcs_origin origin;
  pcs_origin embedder;
  uint32_t flags; /* pcs_page_flag */
} pcs_visit;

/* pcs_consent_open_page gives the page its number. PCS_ERR_NO_SPACE. */
PCS_MUST_USE pcs_status pcs_consent_open_page(pcs_consent *consent, uint64_t *out_page,
                                              const pcs_visit *visit, uint64_t now_us);
void pcs_consent_close_page(pcs_consent *consent, uint64_t page, uint64_t now_us);
/* pcs_consent_mark_mixed: the page runs insecure content; what it uses ends. */
void pcs_consent_mark_mixed(pcs_consent *consent, uint64_t page, uint64_t now_us);

/* What a page may ask for at all, and what it needs nobody's word for: pcs_right. */
typedef struct pcs_standing {
  uint32_t may;
  uint32_t held;
} pcs_standing;
/* pcs_consent_standing also notes it as told: a RIGHTS event comes only when it changes. */
pcs_standing pcs_consent_standing(pcs_consent *consent, uint64_t page, uint64_t now_us);

/* ---- asking and using ---- */

typedef struct pcs_wish {
  pcs_scope scope;   /* call 0: for the page itself; nothing begins, what it holds changes */
  uint32_t rights;   /* pcs_right, at least one */
  pcs_device device; /* empty: any */
  pcs_peer peer;     /* empty: nobody is proved yet */
} pcs_wish;

/* pcs_consent_ask: its VERDICT comes by poll. PCS_ERR_NO_SPACE: too many wait, in all or of this
 * origin; PCS_ERR_NOT_FOUND: no such page; PCS_ERR_RANGE: no right, or an unknown one. */
PCS_MUST_USE pcs_status pcs_consent_ask(pcs_consent *consent, uint64_t *out_ask,
                                        const pcs_wish *wish, uint64_t now_us);
/* pcs_consent_begin begins one use without a question: PCS_ERR_DENIED, with *out_reason, when it
 * needs one; PCS_ERR_QUOTA. */
PCS_MUST_USE pcs_status pcs_consent_begin(pcs_consent *consent, pcs_reason *out_reason,
                                          const pcs_request *request, uint64_t now_us);
/* pcs_consent_end_call: all of a call is over, by the asker: no ENDED comes. Asks for it are
 * withdrawn without a verdict. */
void pcs_consent_end_call(pcs_consent *consent, pcs_scope call, uint64_t now_us);
/* pcs_consent_meet: DTLS has proved who is there. */
void pcs_consent_meet(pcs_consent *consent, pcs_scope call, const pcs_peer *peer,
                      uint64_t now_us);

/* ---- what people decide ---- */

/* pcs_consent_answer takes what the prompter heard; one that fits no question is void. */
void pcs_consent_answer(pcs_consent *consent, const pcs_answer *answer, uint64_t now_us);
/* pcs_consent_stop ends all that the origin uses inside the embedder, and its open pages get it no
 * more: a page that begins again at once gains nothing. */
void pcs_consent_stop(pcs_consent *consent, const pcs_origin *origin, const pcs_origin *embedder,
                      uint64_t now_us);
/* pcs_consent_seen: whether a person can see the indicator. Not seen: captures end. */
void pcs_consent_seen(pcs_consent *consent, bool is_seen, uint64_t now_us);
/*
 * pcs_consent_revoke takes one grant back, pcs_consent_reset_origin every one that names the origin,
 * pcs_consent_forget all. What it allowed ends in any case. PCS_ERR_NOT_FOUND; what the memory says
 * when it could not forget, and then it may come back.
 */
PCS_MUST_USE pcs_status pcs_consent_revoke(pcs_consent *consent, uint64_t grant, uint64_t now_us);
PCS_MUST_USE pcs_status pcs_consent_reset_origin(pcs_consent *consent, const pcs_origin *origin,
                                                 uint64_t now_us);
PCS_MUST_USE pcs_status pcs_consent_forget(pcs_consent *consent, uint64_t now_us);
/* pcs_consent_next reads the grants that stand, one by one in the order of their ids: *cursor is the
 * id of the one before, 0 at first. False when there is no more. */
bool pcs_consent_next(const pcs_consent *consent, pcs_grant *out_grant, uint64_t *cursor);
/* pcs_consent_permissions is what stands, for tests and for showing. */
const pcs_permissions *pcs_consent_permissions(const pcs_consent *consent);

/* ---- what comes of it ---- */

typedef enum pcs_consent_event_kind {
  PCS_CONSENT_VERDICT, /* an ask is answered, and gone */
  PCS_CONSENT_ENDED,   /* a use must stop now */
  PCS_CONSENT_RIGHTS,  /* a page's standing is another */
} pcs_consent_event_kind;

typedef struct pcs_consent_event {
  pcs_consent_event_kind kind;
  pcs_scope scope;     /* of the ask, the use; the page */
  uint64_t ask;        /* VERDICT */
  bool allowed;        /* VERDICT: all of its rights; those with a call have begun */
  uint32_t rights;     /* VERDICT, ENDED: which */
  pcs_reason reason;   /* VERDICT, ENDED: for people, never for the page */
  uint64_t grant;      /* VERDICT: one that allowed or blocked it; 0: none did */
  pcs_device device;   /* VERDICT: the device that is allowed; empty: none */
  pcs_standing standing; /* RIGHTS */
} pcs_consent_event;

/* pcs_consent_poll: false when there is no more; then the indicator shows what lives. */
bool pcs_consent_poll(pcs_consent *consent, pcs_consent_event *out_event, uint64_t now_us);
/* pcs_consent_wake_at is when to poll next whatever happens; PCS_GRANT_NEVER. */
uint64_t pcs_consent_wake_at(const pcs_consent *consent);

#endif
