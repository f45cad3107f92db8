/*
 * Rights: what an origin can be allowed to do, as bits, with the row of right.def for each. It
 * decides nothing about one origin: that is request.h. It knows which rights may share a question.
 */
#ifndef PCS_CORE_POLICY_RIGHT_H
#define PCS_CORE_POLICY_RIGHT_H

#include "core/base/bytes.h"
#include "core/policy/reason.h"

/* As bits, so that a gate holds the set its link was given. */
typedef enum pcs_right {
  PCS_RIGHT_NONE = 0,
#define PCS_RIGHT(NAME, bit, name, words, usually, longest, tier, needs)                           \
  PCS_RIGHT_##NAME = 1 << bit,
#include "core/policy/right.def"
#undef PCS_RIGHT
  PCS_RIGHT_HOST = 1 << 15, /* what only the host's end of a link may do; granted to nobody */
} pcs_right;

/* How long a permission lasts, shortest first. */
typedef enum pcs_duration {
  PCS_DURATION_CALL, /* until the call's last track or connection ends */
  PCS_DURATION_PAGE, /* while the page is open */
  PCS_DURATION_SITE, /* until it is taken back */
} pcs_duration;
#define PCS_NUM_DURATIONS 3

typedef enum pcs_tier { PCS_TIER_PLAIN, PCS_TIER_DISPLAY } pcs_tier;
typedef enum pcs_right_needs { PCS_NEEDS_NOTHING, PCS_NEEDS_DEVICE } pcs_right_needs;

typedef struct pcs_right_row {
  pcs_right right;
  const char *name;
  const char *words;
  pcs_decision usually;
  pcs_duration longest;
  pcs_tier tier;
  pcs_right_needs needs;
} pcs_right_row;

/* pcs_right_find is the row of one right; NULL for none, several, HOST, or an unknown bit. Static.
 */
const pcs_right_row *pcs_right_find(uint32_t right);
/* pcs_right_find_named is the row called name, or NULL. Static lifetime. */
const pcs_right_row *pcs_right_find_named(pcs_span name);

/*
 * pcs_rights_take_question takes from *rights those that the next question to a person is about,
 * and gives them: all plain ones together, else those of the display tier, which share a question
 * with nothing (RFC 8827 6.2) but one another, since one list offers screens and windows. 0 when no
 * known right is left; unknown bits stay.
 */
uint32_t pcs_rights_take_question(uint32_t *rights);

/* pcs_duration_name is "call", "page", "site"; "unknown". Static lifetime. */
const char *pcs_duration_name(pcs_duration duration);
/* pcs_duration_words is what a person chooses: "this call only", and so on. Static lifetime. */
const char *pcs_duration_words(pcs_duration duration);

#endif
