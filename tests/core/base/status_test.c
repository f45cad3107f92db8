#include "core/base/status.h"
#include "tests/check.h"

static void test_names_and_sentences(void) {
#define PCS_STATUS(name, number, js_class, sentence)                                               \
  CHECK_EQ_STR(pcs_status_name(PCS_ERR_##name), #name);                                            \
  CHECK_EQ_STR(pcs_status_sentence((pcs_status)(number)), sentence);
#include "core/base/status.def"
#undef PCS_STATUS
  CHECK_EQ_STR(pcs_status_name(PCS_OK), "OK");
}

static void test_unknown_number(void) {
  CHECK_EQ_STR(pcs_status_name((pcs_status)999), "UNKNOWN");
  CHECK(pcs_status_sentence((pcs_status)999) != NULL);
}

int main(void) {
  RUN("every status has its name and its sentence", test_names_and_sentences);
  RUN("a number that is no status has words all the same", test_unknown_number);
  return check_report();
}
