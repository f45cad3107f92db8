/* Questions at a terminal, a real one of a pair: what is typed too early counts for nothing, Enter
 * is no, and nothing that others wrote reaches the terminal as a control. */
#include "host/broker/prompt_terminal.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/host/prompt/sample.h"

#define DEADLINE_MS 30000
#define SCREEN_BYTES 65536

static pcs_question question;

/* ---- the side that asks: a process whose controlling terminal this is ---- */

static pcs_loop *loop;
static pcs_prompter prompter;
static pcs_answer answered;

static void on_answered(void *context, const pcs_answer *answer) {
  (void)context;
  answered = *answer;
  pcs_loop_stop(loop);
}

/* Its exit code is the kind of the answer, 10 and more when there was none. */
static int ask(int report) {
  pcs_prompt_terminal_config config = {.answered = on_answered};
  if (pcs_loop_new(&loop) != PCS_OK) {
    return 10;
  }
  config.loop = loop;
  if (pcs_prompt_terminal_new(&prompter, &config) != PCS_OK) {
    return 10;
  }
  pcs_status first = prompter.put(prompter.self, &question);
  pcs_status second = prompter.put(prompter.self, &question);
  if (first != PCS_OK || second != PCS_ERR_NO_SPACE) {
    return 11;
  }
  pcs_loop_run(loop);
  prompter.free(prompter.self);
  pcs_loop_free(loop);
  return write(report, &answered, sizeof answered) == sizeof answered ? 0 : 12;
}

/* ---- the side that types and looks ---- */

static int master;
static int report;
static pid_t child;
static char screen[SCREEN_BYTES];
static size_t screen_len;

static void begin(void) {
  int pipes[2];
  screen_len = 0;
  screen[0] = '\0';
  memset(&answered, 0, sizeof answered);
  if (!CHECK(pipe(pipes) == 0)) {
    return;
  }
  child = forkpty(&master, NULL, NULL, NULL);
  if (child == 0) {
    _exit(ask(pipes[1]));
  }
  close(pipes[1]);
  report = pipes[0];
}

/* Reads from the terminal until it shows text; false when it ended or took too long. */
static bool await(const char *text) {
  struct pollfd ready = {.fd = master, .events = POLLIN};
  while (strstr(screen, text) == NULL) {
    if (poll(&ready, 1, DEADLINE_MS) <= 0) {
      return false;
    }
    ssize_t got = read(master, screen + screen_len, SCREEN_BYTES - 1 - screen_len);
    if (got <= 0) {
      return false;
    }
    screen_len += (size_t)got;
    screen[screen_len] = '\0';
  }
  return true;
}

static void type(const char *text) {
  CHECK_EQ_INT(write(master, text, strlen(text)), (ssize_t)strlen(text));
}

/* What was answered. The master stays open until then: its end would be a hang-up. */
static pcs_answer end(void) {
  pcs_answer answer = {0};
  int status = 0;
  ssize_t got = read(report, &answer, sizeof answer);
  CHECK_EQ_INT(got, (ssize_t)sizeof answer);
  waitpid(child, &status, 0);
  CHECK_EQ_INT(WEXITSTATUS(status), 0);
  close(report);
  close(master);
  return answer;
}

#define CHOICE "Your choice [1]: "

static void test_enter(void) {
  sample_question(&question);
  begin();
  CHECK(await(CHOICE));
  CHECK(strstr(screen, "\nhttps://app.example\r\n") != NULL);
  CHECK(strstr(screen, "https://portal.example:8443\r\n") != NULL);
  CHECK(strstr(screen, "ab12 cd34 ef56 7890") != NULL);
  CHECK(strstr(screen, pcs_duration_words(PCS_DURATION_SITE)) != NULL);
  type("\n");
  CHECK_EQ_INT(end().kind, PCS_ANSWER_DENIED);
}

static void test_too_early(void) {
  sample_question(&question);
  question.num_devices = 0;
  question.rights = PCS_RIGHT_LOCAL_ADDRESSES;
  begin();
  CHECK(await("wants to"));
  type("2\n2\n2\n"); /* allow, as somebody who types ahead */
  CHECK(await(CHOICE));
  type("\n");
  CHECK_EQ_INT(end().kind, PCS_ANSWER_DENIED);
}

static void test_allow(void) {
  sample_question(&question);
  begin();
  CHECK(await(CHOICE));
  type("5\n");                     /* while the page is open, only with the verified peer */
  CHECK(await("Which one [1]: ")); /* of two microphones; there is one camera */
  type("3\n");
  pcs_answer answer = end();
  CHECK_EQ_INT(pcs_answer_check(&answer, &question), PCS_OK);
  CHECK_EQ_INT(answer.kind, PCS_ANSWER_ALLOWED);
  CHECK_EQ_UINT(answer.rights, question.rights);
  CHECK_EQ_INT(answer.duration, PCS_DURATION_PAGE);
  CHECK(answer.only_this_peer);
  CHECK_EQ_UINT(answer.num_devices, 2);
  CHECK_EQ_UINT(answer.devices[0], 1);
  CHECK_EQ_UINT(answer.devices[1], 2);
}

static void test_block(void) {
  sample_question(&question);
  begin();
  CHECK(await(CHOICE));
  type("8\n");
  CHECK_EQ_INT(end().kind, PCS_ANSWER_BLOCKED);
}

static void test_screen(void) {
  sample_question(&question);
  question.num_devices = 0;
  question.rights = PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW;
  question.durations = 1U << PCS_DURATION_CALL;
  question.peer.num_certificates = 0;
  question.can_block = false;
  sample_device(&question, PCS_RIGHT_SCREEN, "s1", "Built-in display");
  sample_device(&question, PCS_RIGHT_WINDOW, "w1", "Mail");
  begin();
  CHECK(await(CHOICE));
  type("2\n");
  CHECK(await("Which one [1]: "));
  type("3\n");
  pcs_answer answer = end();
  CHECK_EQ_INT(pcs_answer_check(&answer, &question), PCS_OK);
  CHECK_EQ_UINT(answer.rights, PCS_RIGHT_WINDOW);
  begin();
  CHECK(await(CHOICE));
  type("2\n");
  CHECK(await("Which one [1]: "));
  type("\n"); /* none after all */
  CHECK_EQ_INT(end().kind, PCS_ANSWER_DENIED);
}

static void test_nonsense(void) {
  sample_question(&question);
  begin();
  CHECK(await(CHOICE));
  type("yes\n99\n0123456789012345678901234567890123456789\n");
  CHECK_EQ_INT(end().kind, PCS_ANSWER_DENIED);
}

static void test_controls(void) {
  sample_question(&question);
  question.num_devices = 0;
  sample_device(&question, PCS_RIGHT_CAMERA, "c1", "\x1b[2J\x1b[H1  allow\r\n");
  begin();
  CHECK(await(CHOICE));
  CHECK(strchr(screen, '\x1b') == NULL);
  CHECK(strstr(screen, "\\u{1b}[2J\\u{1b}[H1  allow") != NULL);
  type("\n");
  CHECK_EQ_INT(end().kind, PCS_ANSWER_DENIED);
}

static void test_hang_up(void) {
  sample_question(&question);
  begin();
  CHECK(await(CHOICE));
  type("\x04"); /* the end of input */
  CHECK_EQ_INT(end().kind, PCS_ANSWER_DISMISSED);
}

/* A process in a session of its own has no terminal. */
static void test_no_terminal(void) {
  int status = 0;
  sample_question(&question);
  child = fork();
  if (child == 0) {
    setsid();
    pcs_prompt_terminal_config config = {.answered = on_answered};
    bool good = pcs_loop_new(&config.loop) == PCS_OK &&
                pcs_prompt_terminal_new(&prompter, &config) == PCS_OK &&
                prompter.put(prompter.self, &question) == PCS_ERR_UNSUPPORTED;
    _exit(good ? 0 : 1);
  }
  waitpid(child, &status, 0);
  CHECK_EQ_INT(WEXITSTATUS(status), 0);
}

int main(void) {
  RUN("Enter alone is no, and the question says all there is", test_enter);
  RUN("what was typed before the question could be read is thrown away", test_too_early);
  RUN("a number allows for a time, with a device and the verified peer", test_allow);
  RUN("block is offered and answered", test_block);
  RUN("what of the screen is shown is always chosen", test_screen);
  RUN("what is no number of the list allows nothing", test_nonsense);
  RUN("what others wrote reaches the terminal as text only", test_controls);
  RUN("a terminal that ends has dismissed the question", test_hang_up);
  RUN("without a terminal nobody is asked", test_no_terminal);
  return check_report();
}
