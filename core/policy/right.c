#include "core/policy/right.h"

static const pcs_right_row rows[] = {
#define PCS_RIGHT(NAME, bit, name, words, usually, longest, tier, needs)                           \
  {PCS_RIGHT_##NAME, name, words, PCS_##usually, PCS_DURATION_##longest, PCS_TIER_##tier,          \
   PCS_NEEDS_##needs},
#include "core/policy/right.def"
#undef PCS_RIGHT
};
#define NUM_ROWS (sizeof rows / sizeof rows[0])

const pcs_right_row *pcs_right_find(uint32_t right) {
  for (size_t i = 0; i < NUM_ROWS; i++) {
    if ((uint32_t)rows[i].right == right) {
      return &rows[i];
    }
  }
  return NULL;
}

const pcs_right_row *pcs_right_find_named(pcs_span name) {
  for (size_t i = 0; i < NUM_ROWS; i++) {
    if (pcs_span_equal_text(name, rows[i].name)) {
      return &rows[i];
    }
  }
  return NULL;
}

static uint32_t rights_of(pcs_tier tier) {
  uint32_t rights = PCS_RIGHT_NONE;
  for (size_t i = 0; i < NUM_ROWS; i++) {
    rights |= rows[i].tier == tier ? (uint32_t)rows[i].right : 0;
  }
  return rights;
}

uint32_t pcs_rights_take_question(uint32_t *rights) {
  uint32_t plain = *rights & rights_of(PCS_TIER_PLAIN);
  uint32_t taken = plain != 0 ? plain : *rights & rights_of(PCS_TIER_DISPLAY);
  *rights &= ~taken;
  return taken;
}

const char *pcs_duration_name(pcs_duration duration) {
  switch (duration) {
  case PCS_DURATION_CALL:
    return "call";
  case PCS_DURATION_PAGE:
    return "page";
  case PCS_DURATION_SITE:
    return "site";
  }
  return "unknown";
}

const char *pcs_duration_words(pcs_duration duration) {
  switch (duration) {
  case PCS_DURATION_CALL:
    return "this call only";
  case PCS_DURATION_PAGE:
    return "while this page is open";
  case PCS_DURATION_SITE:
    return "always on this site";
  }
  return "unknown";
}
