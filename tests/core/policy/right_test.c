/* The table of rights and the words for reasons, as other parts and people rely on them. */
#include "core/policy/right.h"

#include "tests/check.h"

static const uint32_t all[] = {PCS_RIGHT_DATA,   PCS_RIGHT_LOCAL_ADDRESSES, PCS_RIGHT_MICROPHONE,
                               PCS_RIGHT_CAMERA, PCS_RIGHT_SPEAKER,         PCS_RIGHT_SCREEN,
                               PCS_RIGHT_WINDOW, PCS_RIGHT_DEVICE_LABELS};
#define NUM_ALL (sizeof all / sizeof all[0])

static void test_bits(void) {
  /* These numbers have crossed the boundary since the first version. */
  CHECK_EQ_UINT(PCS_RIGHT_NONE, 0);
  CHECK_EQ_UINT(PCS_RIGHT_DATA, 1);
  CHECK_EQ_UINT(PCS_RIGHT_HOST, 0x8000);
  uint32_t seen = 0;
  for (size_t i = 0; i < NUM_ALL; i++) {
    CHECK_EQ_UINT(all[i] & (all[i] - 1), 0);
    CHECK_EQ_UINT(seen & all[i], 0);
    CHECK(all[i] < PCS_RIGHT_HOST);
    seen |= all[i];
  }
}

static void test_find(void) {
  for (size_t i = 0; i < NUM_ALL; i++) {
    const pcs_right_row *row = pcs_right_find(all[i]);
    if (!CHECK(row != NULL)) {
      continue;
    }
    CHECK_EQ_UINT(row->right, all[i]);
    CHECK(pcs_right_find_named(pcs_span_of_text(row->name)) == row);
    CHECK(strlen(row->words) > 0);
  }
  static const uint32_t none[] = {0, PCS_RIGHT_HOST, PCS_RIGHT_DATA | PCS_RIGHT_CAMERA, 1u << 14,
                                  1u << 31};
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    CHECK(pcs_right_find(none[i]) == NULL);
  }
  CHECK(pcs_right_find_named(pcs_span_of_text("")) == NULL);
  CHECK(pcs_right_find_named(pcs_span_of_text("Camera")) == NULL);
  CHECK(pcs_right_find_named(pcs_span_of_text("host")) == NULL);
}

static void test_defaults(void) {
  for (size_t i = 0; i < NUM_ALL; i++) {
    pcs_decision usually = all[i] == PCS_RIGHT_DATA ? PCS_ALLOW : PCS_ASK;
    CHECK_EQ_INT(pcs_right_find(all[i])->usually, usually);
  }
}

static void test_display(void) {
  for (size_t i = 0; i < NUM_ALL; i++) {
    bool display = all[i] == PCS_RIGHT_SCREEN || all[i] == PCS_RIGHT_WINDOW;
    const pcs_right_row *row = pcs_right_find(all[i]);
    CHECK_EQ_INT(row->tier == PCS_TIER_DISPLAY, display);
    CHECK_EQ_INT(row->longest, display ? PCS_DURATION_CALL : PCS_DURATION_SITE);
  }
}

static void test_questions(void) {
  uint32_t rights = PCS_RIGHT_SCREEN | PCS_RIGHT_CAMERA | PCS_RIGHT_MICROPHONE;
  CHECK_EQ_UINT(pcs_rights_take_question(&rights), PCS_RIGHT_CAMERA | PCS_RIGHT_MICROPHONE);
  CHECK_EQ_UINT(pcs_rights_take_question(&rights), PCS_RIGHT_SCREEN);
  CHECK_EQ_UINT(pcs_rights_take_question(&rights), 0);
  rights = PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW;
  CHECK_EQ_UINT(pcs_rights_take_question(&rights), PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW);
  rights = PCS_RIGHT_HOST | 1u << 20;
  CHECK_EQ_UINT(pcs_rights_take_question(&rights), 0);
  CHECK_EQ_UINT(rights, PCS_RIGHT_HOST | 1u << 20);
}

static void check_sentence(const char *sentence) {
  size_t len = strlen(sentence);
  CHECK(len > 10 && sentence[len - 1] == '.' && sentence[0] >= 'A' && sentence[0] <= 'Z');
}

static void test_reasons(void) {
  CHECK_EQ_STR(pcs_reason_name(PCS_REASON_NONE), "NONE");
  CHECK_EQ_INT(pcs_reason_decision(PCS_REASON_NONE), PCS_DENY);
  for (int i = PCS_REASON_NONE; i <= PCS_REASON_FREE; i++) {
    CHECK(strcmp(pcs_reason_name((pcs_reason)i), "UNKNOWN") != 0);
    check_sentence(pcs_reason_sentence((pcs_reason)i));
  }
  CHECK_EQ_STR(pcs_reason_name((pcs_reason)(PCS_REASON_FREE + 1)), "UNKNOWN");
  CHECK_EQ_INT(pcs_reason_decision((pcs_reason)(PCS_REASON_FREE + 1)), PCS_DENY);
  CHECK_EQ_INT(pcs_reason_decision(PCS_REASON_BLOCKED), PCS_DENY);
  CHECK_EQ_INT(pcs_reason_decision(PCS_REASON_EACH_TIME), PCS_ASK);
  CHECK_EQ_INT(pcs_reason_decision(PCS_REASON_GRANTED), PCS_ALLOW);
}

static void test_words(void) {
  CHECK_EQ_STR(pcs_decision_name(PCS_DENY), "deny");
  CHECK_EQ_STR(pcs_decision_name(PCS_ASK), "ask");
  CHECK_EQ_STR(pcs_decision_name(PCS_ALLOW), "allow");
  CHECK_EQ_STR(pcs_decision_name((pcs_decision)9), "deny");
  CHECK_EQ_STR(pcs_duration_name(PCS_DURATION_CALL), "call");
  CHECK_EQ_STR(pcs_duration_name(PCS_DURATION_PAGE), "page");
  CHECK_EQ_STR(pcs_duration_name(PCS_DURATION_SITE), "site");
  CHECK_EQ_STR(pcs_duration_words(PCS_DURATION_SITE), "always on this site");
  CHECK_EQ_STR(pcs_duration_name((pcs_duration)9), "unknown");
}

int main(void) {
  RUN("a right has a bit of its own, and DATA and HOST keep theirs", test_bits);
  RUN("a right is found by its one bit and its exact name, anything else is no right", test_find);
  RUN("only data is free, everything else is asked about", test_defaults);
  RUN("a screen or window lasts for one call and is a tier of its own", test_display);
  RUN("a screen is never in the same question as a camera", test_questions);
  RUN("every reason has a name, a decision and a sentence", test_reasons);
  RUN("decisions and durations have their words", test_words);
  return check_report();
}
