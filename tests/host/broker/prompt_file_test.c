/* The prompter that answers from a file: it believes only what nobody else could have written. */
#include "host/broker/prompt_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/host/prompt/sample.h"

static pcs_loop *loop;
static pcs_prompter prompter;
static pcs_policy_flaw flaw;
static char path[64];
static unsigned num_answers;
static pcs_answer last;

static void on_answered(void *context, const pcs_answer *answer) {
  (void)context;
  num_answers++;
  last = *answer;
}

static void write_file(const char *text, mode_t mode) {
  snprintf(path, sizeof path, "/tmp/portcullis-policy-XXXXXX");
  int descriptor = mkstemp(path);
  CHECK(descriptor >= 0 && write(descriptor, text, strlen(text)) == (ssize_t)strlen(text));
  CHECK(fchmod(descriptor, mode) == 0);
  close(descriptor);
}

static pcs_status make(void) {
  pcs_prompt_file_config config = {.loop = loop, .path = path, .answered = on_answered};
  return pcs_prompt_file_new(&prompter, &flaw, &config);
}

static void test_answers(void) {
  static pcs_question question;
  num_answers = 0;
  write_file("allow https://app.example in https://portal.example:8443 camera for page\n", 0644);
  CHECK_EQ_INT(make(), PCS_OK);
  unlink(path);
  sample_question(&question);
  CHECK_EQ_INT(prompter.put(prompter.self, &question), PCS_OK);
  question.id++;
  CHECK_EQ_INT(prompter.put(prompter.self, &question), PCS_OK);
  CHECK_EQ_UINT(num_answers, 0); /* in a later turn only */
  prompter.withdraw(prompter.self, question.id);
  pcs_loop_run(loop); /* until nothing is left to wait for */
  CHECK_EQ_UINT(num_answers, 1);
  CHECK_EQ_INT(last.kind, PCS_ANSWER_ALLOWED);
  CHECK_EQ_UINT(last.question, question.id - 1);
  for (unsigned i = 0; i < PCS_PROMPT_FILE_WAITING_MAX; i++) {
    CHECK_EQ_INT(prompter.put(prompter.self, &question), PCS_OK);
  }
  CHECK_EQ_INT(prompter.put(prompter.self, &question), PCS_ERR_NO_SPACE);
  pcs_loop_run(loop);
  CHECK_EQ_UINT(num_answers, 1 + PCS_PROMPT_FILE_WAITING_MAX);
  question.rights |= PCS_RIGHT_SCREEN;
  CHECK_EQ_INT(prompter.put(prompter.self, &question), PCS_ERR_RANGE);
  prompter.free(prompter.self);
}

static void expect_refused(pcs_status status, size_t line) {
  CHECK_EQ_INT(make(), status);
  CHECK_EQ_UINT(flaw.line, line);
  CHECK(flaw.sentence != NULL && prompter.put == NULL);
  unlink(path);
}

static void test_refused(void) {
  static char large[PCS_POLICY_FILE_BYTES_MAX + 2];
  write_file("", 0664);
  expect_refused(PCS_ERR_UNTRUSTED, 0);
  write_file("", 0602);
  expect_refused(PCS_ERR_UNTRUSTED, 0);
  expect_refused(PCS_ERR_NOT_FOUND, 0);
  write_file("\nallow everything\n", 0600);
  expect_refused(PCS_ERR_SYNTAX, 2);
  memset(large, '#', PCS_POLICY_FILE_BYTES_MAX + 1);
  write_file(large, 0600);
  expect_refused(PCS_ERR_TOO_LARGE, 0);
  snprintf(path, sizeof path, "/dev/null");
  CHECK_EQ_INT(make(), PCS_ERR_UNTRUSTED);
}

int main(void) {
  if (!CHECK(pcs_loop_new(&loop) == PCS_OK)) {
    return 1;
  }
  RUN("it answers what the file says, in a later turn, and not what was withdrawn", test_answers);
  RUN("a file that others may have written, or with a flaw, is refused", test_refused);
  pcs_loop_free(loop);
  return check_report();
}
