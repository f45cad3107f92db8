/* Names of enum values: present, distinct, and the W3C's where it has one. */
#include "core/boundary/names.h"
#include "tests/check.h"

#define NAME(value, text)                                                                          \
  CHECK_EQ_STR(name_of(value), text);                                                              \
  CHECK(!is_known_name(seen, &num, name_of(value)));
#define PCS_NAMES(enumeration, names)                                                              \
  static void check_##enumeration(void) {                                                          \
    const char *(*name_of)(pcs_##enumeration) = pcs_##enumeration##_name;                          \
    const char *seen[16];                                                                          \
    size_t num = 0;                                                                                \
    names CHECK_EQ_STR(name_of((pcs_##enumeration)200), "unknown");                                \
  }

/* Says whether name was seen, and remembers it. */
static bool is_known_name(const char **seen, size_t *num, const char *name) {
  for (size_t i = 0; i < *num; i++) {
    if (strcmp(seen[i], name) == 0) {
      return true;
    }
  }
  seen[(*num)++] = name;
  return false;
}

#include "core/boundary/names.def"
#undef PCS_NAMES
#undef NAME

static void test_all_enums(void) {
#define PCS_NAMES(enumeration, names) check_##enumeration();
#include "core/boundary/names.def"
#undef PCS_NAMES
}

/* webrtc-pc and webrtc-ice, by their numbers in the standard's order. */
static void test_w3c_strings(void) {
  CHECK_EQ_STR(pcs_ice_state_name((pcs_ice_state)3), "completed");
  CHECK_EQ_STR(pcs_ice_state_name((pcs_ice_state)4), "disconnected");
  CHECK_EQ_STR(pcs_gathering_state_name((pcs_gathering_state)1), "gathering");
  CHECK_EQ_STR(pcs_dtls_state_name((pcs_dtls_state)3), "closed");
  CHECK_EQ_STR(pcs_sctp_state_name((pcs_sctp_state)1), "connected");
  CHECK_EQ_STR(pcs_channel_state_name((pcs_channel_state)2), "closing");
  CHECK_EQ_STR(pcs_ice_pair_state_name((pcs_ice_pair_state)2), "in-progress");
  CHECK_EQ_STR(pcs_candidate_type_name((pcs_candidate_type)2), "srflx");
}

int main(void) {
  RUN("every value has its own name and no other number has one", test_all_enums);
  RUN("states are called what the standard calls them", test_w3c_strings);
  return check_report();
}
