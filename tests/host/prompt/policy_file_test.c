/* A file that answers: what it says is what is answered, what it does not say is no, and a file
 * with one wrong line counts for nothing. */
#include "host/prompt/policy_file.h"

#include "tests/host/prompt/sample.h"

static pcs_policy_file file;
static pcs_policy_flaw flaw;
static pcs_question question;
static pcs_answer answer;

static void read(const char *text) {
  CHECK_EQ_INT(pcs_policy_file_read(&file, &flaw, pcs_span_of_text(text)), PCS_OK);
  CHECK(flaw.line == 0 && flaw.sentence == NULL);
  sample_question(&question); /* https://app.example in https://portal.example:8443 */
}

static void expect(pcs_answer_kind kind, uint32_t rights) {
  pcs_policy_file_answer(&file, &question, &answer);
  CHECK_EQ_INT(pcs_answer_check(&answer, &question), PCS_OK);
  CHECK_EQ_INT(answer.kind, kind);
  CHECK_EQ_UINT(answer.rights, rights);
}

#define HERE "https://app.example in https://portal.example:8443 "

static void test_allow(void) {
  read("# a kiosk\n\n  allow " HERE "microphone,local-addresses for site\r\n"
       "allow " HERE "camera for page with verified-peer device Front camera");
  expect(PCS_ANSWER_ALLOWED, question.rights);
  CHECK_EQ_INT(answer.duration, PCS_DURATION_PAGE); /* the shortest */
  CHECK(answer.only_this_peer);
  CHECK_EQ_UINT(answer.num_devices, 2);
  CHECK_EQ_UINT(answer.devices[0], 0);
  CHECK_EQ_UINT(answer.devices[1], 2);
  question.peer.num_certificates = 0; /* nobody is verified: no camera */
  expect(PCS_ANSWER_ALLOWED, PCS_RIGHT_MICROPHONE | PCS_RIGHT_LOCAL_ADDRESSES);
  CHECK_EQ_INT(answer.duration, PCS_DURATION_SITE);
  question.durations = 1U << PCS_DURATION_CALL; /* no longer is offered */
  expect(PCS_ANSWER_ALLOWED, PCS_RIGHT_MICROPHONE | PCS_RIGHT_LOCAL_ADDRESSES);
  CHECK_EQ_INT(answer.duration, PCS_DURATION_CALL);
}

static void test_device(void) {
  read("allow " HERE "microphone for call device Headset\n");
  expect(PCS_ANSWER_ALLOWED, PCS_RIGHT_MICROPHONE);
  CHECK_EQ_UINT(answer.devices[0], 1);
  question.num_devices = 1; /* it is not plugged in */
  expect(PCS_ANSWER_DENIED, 0);
}

static void test_no(void) {
  read("");
  expect(PCS_ANSWER_DENIED, 0);
  read("allow https://app.example microphone,camera for site\n"); /* not inside another */
  expect(PCS_ANSWER_DENIED, 0);
  read("deny " HERE "microphone,camera\nblock " HERE "local-addresses\n");
  expect(PCS_ANSWER_DENIED, 0);
  read("allow " HERE "microphone for page\n");
  question.durations = 1U << PCS_DURATION_SITE; /* only more than is allowed */
  expect(PCS_ANSWER_DENIED, 0);
}

static void test_block(void) {
  read("block " HERE "microphone,camera,local-addresses\n");
  expect(PCS_ANSWER_BLOCKED, 0);
  question.can_block = false;
  expect(PCS_ANSWER_DENIED, 0);
}

static void test_screen(void) {
  read("allow " HERE "screen,window for call\n");
  question.num_devices = 0;
  question.rights = PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW;
  expect(PCS_ANSWER_DENIED, 0);
  sample_device(&question, PCS_RIGHT_WINDOW, "w1", "Mail");
  expect(PCS_ANSWER_ALLOWED, PCS_RIGHT_WINDOW);
  sample_device(&question, PCS_RIGHT_SCREEN, "s1", "Built-in display");
  expect(PCS_ANSWER_ALLOWED, PCS_RIGHT_SCREEN);
}

static void test_flaws(void) {
  static const char *const wrong[] = {
      "permit https://app.example camera for call",
      "allow",
      "allow https://app.example",
      "allow null camera for call",
      "allow * camera for call",
      "allow https://APP.example camera for call",
      "allow https://app.example/ camera for call",
      "allow https://app.example in camera for call",
      "allow https://app.example camera",
      "allow https://app.example camera for",
      "allow https://app.example camera for ever",
      "allow https://app.example camera,camera for call",
      "allow https://app.example camera, for call",
      "allow https://app.example ,camera for call",
      "allow https://app.example cameras for call",
      "allow https://app.example screen for page",
      "allow https://app.example camera for call with anybody",
      "allow https://app.example camera for call device",
      "allow https://app.example camera,microphone for call device Headset",
      "allow https://app.example data for call device Headset",
      "allow https://app.example camera for call forever",
      "allow\thttps://app.example camera for call",
      "allow https://app.example camera for call device \xff",
      "deny https://app.example camera for call",
      "block https://app.example camera\nblock https://app.example microphone,camera",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    char text[512];
    snprintf(text, sizeof text, "# first\nallow https://good.example data for site\n%s\n",
             wrong[i]);
    if (!CHECK(pcs_policy_file_read(&file, &flaw, pcs_span_of_text(text)) == PCS_ERR_SYNTAX)) {
      printf("#   %s\n", wrong[i]);
    }
    CHECK_EQ_UINT(flaw.line, strchr(wrong[i], '\n') != NULL ? 4 : 3);
    CHECK(flaw.sentence != NULL && file.num_lines == 0);
  }
}

static void test_too_many(void) {
  static char text[PCS_POLICY_FILE_BYTES_MAX];
  size_t len = 0;
  for (unsigned i = 0; i <= PCS_POLICY_LINES_MAX; i++) {
    len += (size_t)snprintf(text + len, sizeof text - len, "deny https://a%u.example data\n", i);
  }
  CHECK_EQ_INT(pcs_policy_file_read(&file, &flaw, pcs_span_of_text(text)), PCS_ERR_SYNTAX);
  CHECK_EQ_UINT(flaw.line, PCS_POLICY_LINES_MAX + 1);
}

int main(void) {
  RUN("what is allowed is allowed, for the shortest of its times", test_allow);
  RUN("a device that is named is used or none", test_device);
  RUN("what has no line of its own is no", test_no);
  RUN("blocked only when all of the question is", test_block);
  RUN("of screens and windows one is shown, for a call", test_screen);
  RUN("a wrong line is named and nothing of its file counts", test_flaws);
  RUN("one line more than the limit is refused", test_too_many);
  return check_report();
}
