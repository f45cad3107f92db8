/* Questions that may be put and answers that fit them: all else counts as no (requirements X35). */
#include "host/broker/prompt.h"
#include "tests/check.h"
#include "tests/host/prompt/sample.h"

static pcs_question question;
static pcs_answer answer;

/* The sample, and an answer that allows the microphone by its second device. */
static void begin(void) {
  sample_question(&question);
  answer = (pcs_answer){.question = question.id,
                        .kind = PCS_ANSWER_ALLOWED,
                        .rights = PCS_RIGHT_MICROPHONE,
                        .duration = PCS_DURATION_PAGE,
                        .num_devices = 1,
                        .devices = {1}};
}

#define CHECK_ANSWER(status) CHECK_EQ_INT(pcs_answer_check(&answer, &question), status)
#define CHECK_QUESTION(status) CHECK_EQ_INT(pcs_question_check(&question), status)

static void test_fits(void) {
  begin();
  CHECK_QUESTION(PCS_OK);
  CHECK_ANSWER(PCS_OK);
  answer.only_this_peer = true;
  CHECK_ANSWER(PCS_OK);
  answer.rights |= PCS_RIGHT_CAMERA | PCS_RIGHT_LOCAL_ADDRESSES;
  answer.devices[1] = 2;
  answer.num_devices = 2;
  CHECK_ANSWER(PCS_OK);
}

static void test_bare(void) {
  static const pcs_answer_kind kinds[] = {PCS_ANSWER_DISMISSED, PCS_ANSWER_DENIED,
                                          PCS_ANSWER_BLOCKED};
  for (size_t i = 0; i < 3; i++) {
    begin();
    answer = (pcs_answer){.question = question.id, .kind = kinds[i]};
    CHECK_ANSWER(PCS_OK);
    answer.rights = PCS_RIGHT_MICROPHONE;
    CHECK_ANSWER(PCS_ERR_RANGE);
  }
  begin();
  question.can_block = false;
  answer = (pcs_answer){.question = question.id, .kind = PCS_ANSWER_BLOCKED};
  CHECK_ANSWER(PCS_ERR_RANGE);
  answer.kind = (pcs_answer_kind)4;
  CHECK_ANSWER(PCS_ERR_RANGE);
}

static void test_more_than_asked(void) {
  begin();
  answer.rights |= PCS_RIGHT_DEVICE_LABELS;
  CHECK_ANSWER(PCS_ERR_RANGE);
  begin();
  answer.duration = PCS_DURATION_SITE;
  question.durations &= ~(1U << PCS_DURATION_SITE);
  CHECK_ANSWER(PCS_ERR_RANGE);
  answer.duration = (pcs_duration)40;
  CHECK_ANSWER(PCS_ERR_RANGE);
  begin();
  question.peer = (pcs_peer){.num_certificates = 0};
  answer.only_this_peer = true;
  CHECK_ANSWER(PCS_ERR_RANGE);
  begin();
  answer.rights = 0;
  answer.num_devices = 0;
  CHECK_ANSWER(PCS_ERR_RANGE);
  begin();
  answer.question++;
  CHECK_ANSWER(PCS_ERR_RANGE);
}

static void test_devices(void) {
  begin();
  answer.num_devices = 0; /* a microphone, but which? */
  CHECK_ANSWER(PCS_ERR_RANGE);
  answer.num_devices = 1;
  answer.devices[0] = 2; /* a camera */
  CHECK_ANSWER(PCS_ERR_RANGE);
  answer.devices[0] = (uint8_t)question.num_devices;
  CHECK_ANSWER(PCS_ERR_RANGE);
  begin();
  answer.num_devices = 2; /* two microphones */
  answer.devices[1] = 0;
  CHECK_ANSWER(PCS_ERR_RANGE);
  answer.num_devices = PCS_QUESTION_DEVICES_MAX + 1;
  CHECK_ANSWER(PCS_ERR_RANGE);
}

static void test_questions(void) {
  begin();
  question.id = 0;
  CHECK_QUESTION(PCS_ERR_RANGE);
  begin();
  question.embedder.opaque = true;
  CHECK_QUESTION(PCS_ERR_RANGE);
  begin();
  question.rights |= PCS_RIGHT_SCREEN; /* never with anything else */
  CHECK_QUESTION(PCS_ERR_RANGE);
  question.rights = PCS_RIGHT_HOST;
  CHECK_QUESTION(PCS_ERR_RANGE);
  question.rights = 0;
  CHECK_QUESTION(PCS_ERR_RANGE);
  begin();
  question.durations = 0;
  CHECK_QUESTION(PCS_ERR_RANGE);
  question.durations = 1U << PCS_NUM_DURATIONS;
  CHECK_QUESTION(PCS_ERR_RANGE);
  begin();
  question.devices[0].right = PCS_RIGHT_SPEAKER; /* for a right that is not asked for */
  CHECK_QUESTION(PCS_ERR_RANGE);
  begin();
  question.devices[0].label[0] = 0xff;
  CHECK_QUESTION(PCS_ERR_RANGE);
  begin();
  question.devices[0].device.len = 0;
  CHECK_QUESTION(PCS_ERR_RANGE);
}

int main(void) {
  RUN("what was asked can be allowed, in part too", test_fits);
  RUN("no carries nothing, and blocked only where it may be", test_bare);
  RUN("an answer gives no right, time or person that was not in the question",
      test_more_than_asked);
  RUN("each right that needs a device has one of its own", test_devices);
  RUN("a question that nobody may be asked is refused", test_questions);
  return check_report();
}
