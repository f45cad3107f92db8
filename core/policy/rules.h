/*
 * What the program around the page has laid down: which schemes of its own are as good as https,
 * what must be asked, what nobody gets. Rules only ever tighten what right.def says; the one thing
 * they add is trust in a scheme that the program itself serves. They also answer which origins are
 * secure enough to be given anything, and which to be remembered.
 */
#ifndef PCS_CORE_POLICY_RULES_H
#define PCS_CORE_POLICY_RULES_H

#include "core/base/limits.h"
#include "core/policy/origin.h"

/* All-zero: nothing beside right.def. */
typedef struct pcs_rules {
  pcs_span schemes[PCS_SECURE_SCHEMES_MAX]; /* "app"; borrowed for the rules' life */
  uint8_t num_schemes;
  uint32_t asked;  /* rights that need a person's word although they are usually free */
  uint32_t denied; /* rights that nobody gets */
} pcs_rules;

/*
 * pcs_rules_check: PCS_OK when each scheme is one that a program serves itself. PCS_ERR_RANGE for
 * too many; PCS_ERR_SYNTAX for what is no scheme in lower case; PCS_ERR_DENIED for schemes that
 * come over the network unprotected (RFC 8827 6.2) or take their content from the page.
 */
PCS_MUST_USE pcs_status pcs_rules_check(const pcs_rules *rules);
/*
 * pcs_rules_trust: origin may be given something: trustworthy by pcs_origin_is_trustworthy (https,
 * and http on loopback, for development), or of a scheme in the rules. Never an opaque one.
 */
bool pcs_rules_trust(const pcs_rules *rules, const pcs_origin *origin);
/*
 * pcs_rules_remember: a decision about origin may outlive its page: trusted, and not http. What
 * listens on a loopback port today need not be what listens there tomorrow.
 */
bool pcs_rules_remember(const pcs_rules *rules, const pcs_origin *origin);

#endif
