#include <string.h>

#include "core/base/text.h"
#include "core/policy/right.h"
#include "host/broker/arguments.h"

#define DAY_US (UINT64_C(24) * 3600 * 1000000)
#define UNUSED_DAYS_MAX 3650

static const char *add_right(uint32_t *rights, pcs_span value) {
  const pcs_right_row *row = pcs_right_find_named(value);
  if (row == NULL) {
    return "There is no right of that name: data, local-addresses, microphone, camera, speaker, "
           "screen, window, device-labels.";
  }
  *rights |= (uint32_t)row->right;
  return NULL;
}

static const char *add_scheme(pcs_rules *rules, pcs_span value) {
  if (rules->num_schemes == PCS_SECURE_SCHEMES_MAX) {
    return "There are too many --secure-scheme.";
  }
  rules->schemes[rules->num_schemes++] = value;
  bool good = pcs_rules_check(rules) == PCS_OK;
  return good ? NULL : "--secure-scheme takes a scheme that the shell itself serves, such as app.";
}

static const char *read_unused(uint64_t *out_unused_us, pcs_span value) {
  uint64_t days = 0;
  if (pcs_text_decimal(value, UNUSED_DAYS_MAX, &days) != PCS_OK || days == 0) {
    return "--forget-unused takes a number of days, 1 to 3650.";
  }
  *out_unused_us = days * DAY_US;
  return NULL;
}

bool pcs_arguments_is_shell(const char *way) {
  return way != NULL && strcmp(way, PCS_WAY_SHELL) == 0;
}

bool pcs_arguments_read_rule(pcs_arguments *arguments, const char **out_sentence, const char *name,
                             const char *value) {
  pcs_span span = pcs_span_of_text(value);
  *out_sentence = NULL;
  if (strcmp(name, "--state") == 0) {
    arguments->state = value;
  } else if (strcmp(name, "--forget-unused") == 0) {
    *out_sentence = read_unused(&arguments->unused_us, span);
  } else if (strcmp(name, "--ask") == 0) {
    *out_sentence = add_right(&arguments->rules.asked, span);
  } else if (strcmp(name, "--deny") == 0) {
    *out_sentence = add_right(&arguments->rules.denied, span);
  } else if (strcmp(name, "--secure-scheme") == 0) {
    *out_sentence = add_scheme(&arguments->rules, span);
  } else if (strcmp(name, "--prompt") == 0) {
    arguments->prompt = value;
  } else if (strcmp(name, "--indicator") == 0) {
    arguments->indicator = value;
  } else {
    return false;
  }
  return true;
}
