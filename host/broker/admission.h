/*
 * Who may have a link: the origins that were allowed and the tokens that were given out for them.
 * A token is 32 random bytes for one origin, once, within a minute. The only code of the broker
 * that says yes or no to an origin; it knows no socket. Tokens lie in secret memory.
 */
#ifndef PCS_HOST_BROKER_ADMISSION_H
#define PCS_HOST_BROKER_ADMISSION_H

#include "core/policy/request.h"
#include "host/crypto/random.h"

#define PCS_TOKEN_BYTES 32
/* From the page's start to its first frame; a slow machine needs seconds. */
#define PCS_TOKEN_LIFETIME_US (60ull * 1000 * 1000)
/* Tokens that were given out and not used: one for each page being loaded at once, many times over.
 */
#define PCS_TOKENS_MAX 256
/* Origins a person lets use this host; each is a deliberate act. */
#define PCS_ALLOWED_ORIGINS_MAX 64

typedef struct pcs_admission pcs_admission;

/* What a page is inside of, as who asked for its token vouches for it. */
typedef struct pcs_surroundings {
  pcs_origin embedder;
  uint32_t flags; /* pcs_page_flag */
} pcs_surroundings;

/* random is borrowed for the admission's life. */
PCS_MUST_USE pcs_status pcs_admission_new(pcs_admission **out_admission, const pcs_random *random);
/* pcs_admission_free wipes every token. */
void pcs_admission_free(pcs_admission *admission);

/* pcs_admission_allow: PCS_ERR_DENIED for an opaque origin; PCS_ERR_QUOTA. Twice is as once. */
PCS_MUST_USE pcs_status pcs_admission_allow(pcs_admission *admission, const pcs_origin *origin);
bool pcs_admission_is_allowed(const pcs_admission *admission, const pcs_origin *origin);
/*
 * pcs_admission_issue makes a token for origin. around NULL: a page of its own, nothing around it.
 * PCS_ERR_DENIED when it is not allowed. When too many are out the oldest is void.
 */
PCS_MUST_USE pcs_status pcs_admission_issue(pcs_admission *admission, uint64_t now_us,
                                            const pcs_origin *origin,
                                            const pcs_surroundings *around,
                                            uint8_t out_token[PCS_TOKEN_BYTES]);
/*
 * pcs_admission_redeem uses a token up; *out_around is what it vouches for. PCS_ERR_DENIED: none such, too old, or another origin's;
 * the page is not told which. A token shown by the wrong origin is void for everybody.
 */
PCS_MUST_USE pcs_status pcs_admission_redeem(pcs_admission *admission, uint64_t now_us,
                                             const pcs_origin *origin, pcs_span token,
                                             pcs_surroundings *out_around);

#endif
