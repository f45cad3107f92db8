/*
 * What the policy says, and why: decisions, and the reasons of reason.def, each with its name and a
 * sentence for a person. It decides nothing.
 */
#ifndef PCS_CORE_POLICY_REASON_H
#define PCS_CORE_POLICY_REASON_H

/* DENY is zero: what nobody has decided is denied. */
typedef enum pcs_decision { PCS_DENY, PCS_ASK, PCS_ALLOW } pcs_decision;

typedef enum pcs_reason {
  PCS_REASON_NONE = 0,
#define PCS_REASON(NAME, decision, sentence) PCS_REASON_##NAME,
#include "core/policy/reason.def"
#undef PCS_REASON
} pcs_reason;

/* pcs_decision_name is "deny", "ask" or "allow". Static lifetime. */
const char *pcs_decision_name(pcs_decision decision);
/* pcs_reason_decision is what the reason stands for; PCS_DENY for NONE and unknown ones. */
pcs_decision pcs_reason_decision(pcs_reason reason);
/* pcs_reason_name is the name in reason.def ("BLOCKED"), "NONE", or "UNKNOWN". Static lifetime. */
const char *pcs_reason_name(pcs_reason reason);
/* pcs_reason_sentence is for the person at the machine, never for the page. Static lifetime. */
const char *pcs_reason_sentence(pcs_reason reason);

#endif
