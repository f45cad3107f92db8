/* Any bytes as a file of answers: what it allows is what was asked, and what it refuses has a line
 * and a reason. */
#include <stdlib.h>
#include <string.h>

#include "host/prompt/policy_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

static pcs_question make_question(uint32_t rights) {
  pcs_question question = {.id = 1, .rights = rights, .durations = 7, .can_block = true};
  static const char here[] = "https://app.example";
  REQUIRE(pcs_origin_parse(pcs_span_of_text(here), &question.origin) == PCS_OK);
  question.embedder = question.origin;
  for (uint32_t right = 1; right <= rights; right <<= 1) {
    const pcs_right_row *row = pcs_right_find(rights & right);
    if (row != NULL && row->needs == PCS_NEEDS_DEVICE) {
      pcs_device_choice *choice = &question.devices[question.num_devices++];
      choice->right = right;
      REQUIRE(pcs_device_set(&choice->device, pcs_span_of_text("d1")) == PCS_OK);
    }
  }
  return question;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static pcs_policy_file file;
  pcs_policy_flaw flaw;
  pcs_status status = pcs_policy_file_read(&file, &flaw, (pcs_span){data, size});
  if (status != PCS_OK) {
    REQUIRE(status == PCS_ERR_SYNTAX && flaw.line > 0 && flaw.sentence != NULL);
    REQUIRE(file.num_lines == 0);
    return 0;
  }
  static const uint32_t asked[] = {PCS_RIGHT_MICROPHONE | PCS_RIGHT_CAMERA | PCS_RIGHT_DATA,
                                   PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW};
  for (size_t i = 0; i < 2; i++) {
    pcs_question question = make_question(asked[i]);
    pcs_answer answer;
    REQUIRE(pcs_question_check(&question) == PCS_OK);
    pcs_policy_file_answer(&file, &question, &answer);
    REQUIRE(pcs_answer_check(&answer, &question) == PCS_OK);
    REQUIRE(file.num_lines > 0 || answer.kind == PCS_ANSWER_DENIED);
  }
  return 0;
}
