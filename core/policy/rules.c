#include "core/policy/rules.h"

#include "core/base/text.h"

/* Of the network without protection, of files that any site may have put there, of no one's. */
static const char *const never[] = {"http", "ws",    "ftp",  "file",       "data",
                                    "blob", "about", "null", "javascript", "filesystem"};
#define NUM_NEVER (sizeof never / sizeof never[0])

static bool is_never_secure(pcs_span scheme) {
  for (size_t i = 0; i < NUM_NEVER; i++) {
    if (pcs_span_equal_text(scheme, never[i])) {
      return true;
    }
  }
  return false;
}

static pcs_span scheme_of(const pcs_origin *origin) {
  return pcs_text_slice(pcs_span_of_text(origin->text), 0, origin->scheme_len);
}

/* RFC 3986 3.1, lower case only: as pcs_origin_parse reads it. */
static bool is_scheme(pcs_span scheme) {
  for (size_t i = 0; i < scheme.len; i++) {
    uint8_t byte = scheme.data[i];
    bool letter = pcs_text_is_letter(byte) && pcs_text_lower(byte) == byte;
    bool other = pcs_text_is_digit(byte) || byte == '+' || byte == '-' || byte == '.';
    if (!letter && (i == 0 || !other)) {
      return false;
    }
  }
  return scheme.len > 0;
}

pcs_status pcs_rules_check(const pcs_rules *rules) {
  if (rules->num_schemes > PCS_SECURE_SCHEMES_MAX) {
    return PCS_ERR_RANGE;
  }
  for (size_t i = 0; i < rules->num_schemes; i++) {
    if (!is_scheme(rules->schemes[i])) {
      return PCS_ERR_SYNTAX;
    }
    if (is_never_secure(rules->schemes[i])) {
      return PCS_ERR_DENIED;
    }
  }
  return PCS_OK;
}

static bool is_served_here(const pcs_rules *rules, pcs_span scheme) {
  for (size_t i = 0; i < rules->num_schemes; i++) {
    if (pcs_span_equal(rules->schemes[i], scheme)) {
      return !is_never_secure(scheme);
    }
  }
  return false;
}

bool pcs_rules_trust(const pcs_rules *rules, const pcs_origin *origin) {
  return !origin->opaque &&
         (pcs_origin_is_trustworthy(origin) || is_served_here(rules, scheme_of(origin)));
}

bool pcs_rules_remember(const pcs_rules *rules, const pcs_origin *origin) {
  return pcs_rules_trust(rules, origin) && !is_never_secure(scheme_of(origin));
}
