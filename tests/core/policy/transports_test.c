/* The words for what connections may use beside UDP. */
#include "core/policy/transports.h"

#include "tests/check.h"

static void test_words(void) {
  for (int i = 0; i < 3; i++) {
    pcs_ice_tcp_policy tcp;
    pcs_ice_masking masking;
    pcs_span word = pcs_span_of_text(pcs_ice_tcp_policy_name((pcs_ice_tcp_policy)i));
    CHECK_EQ_INT(pcs_ice_tcp_policy_read(word, &tcp), PCS_OK);
    CHECK_EQ_INT(tcp, i);
    word = pcs_span_of_text(pcs_ice_masking_name((pcs_ice_masking)i));
    CHECK_EQ_INT(pcs_ice_masking_read(word, &masking), PCS_OK);
    CHECK_EQ_INT(masking, i);
  }
}

static void test_other_words(void) {
  static const char *const OTHERS[] = {"", "on", "ACTIVE", "active ", "passive", "unknown"};
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    pcs_ice_tcp_policy tcp = PCS_ICE_TCP_ACTIVE;
    pcs_ice_masking masking = PCS_ICE_MASKING_REQUIRED;
    CHECK_EQ_INT(pcs_ice_tcp_policy_read(pcs_span_of_text(OTHERS[i]), &tcp), PCS_ERR_SYNTAX);
    CHECK_EQ_INT(tcp, PCS_ICE_TCP_OFF);
    CHECK_EQ_INT(pcs_ice_masking_read(pcs_span_of_text(OTHERS[i]), &masking), PCS_ERR_SYNTAX);
    CHECK_EQ_INT(masking, PCS_ICE_MASKING_OFF);
  }
  CHECK_EQ_STR(pcs_ice_tcp_policy_name((pcs_ice_tcp_policy)3), "unknown");
  CHECK_EQ_STR(pcs_ice_masking_name((pcs_ice_masking)3), "unknown");
}

static void test_default(void) {
  pcs_ice_transports usual = pcs_ice_transports_default();
  CHECK_EQ_INT(usual.tcp, PCS_ICE_TCP_ACTIVE);
  CHECK_EQ_INT(usual.masking, PCS_ICE_MASKING_OFF);
  CHECK(!usual.secure_streams_only);
}

int main(void) {
  RUN("each word is read as what it is called", test_words);
  RUN("no other word is taken", test_other_words);
  RUN("without a word nobody listens", test_default);
  return check_report();
}
