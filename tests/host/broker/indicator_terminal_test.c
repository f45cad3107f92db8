/* What is in use, told on a terminal: every change once, and never as if it had been seen. */
#include "host/broker/indicator_terminal.h"

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/host/prompt/sample.h"

#define DEADLINE_MS 30000
#define SCREEN_BYTES 16384

static pcs_indicator_line lines[PCS_INDICATOR_LINES_MAX];
static pcs_loop *loop;
static pcs_indicator notice;
static unsigned num_seen;
static unsigned num_unseen;
static char screen[SCREEN_BYTES];

static void on_seen(void *context, bool is_seen) {
  (void)context;
  num_seen += is_seen ? 1 : 0;
  num_unseen += is_seen ? 0 : 1;
}

static bool make(void) {
  pcs_indicator_terminal_config config = {.events = {.seen = on_seen}};
  if (pcs_loop_new(&config.loop) != PCS_OK ||
      pcs_indicator_terminal_new(&notice, &config) != PCS_OK) {
    return false;
  }
  loop = config.loop;
  return true;
}

/* In a process whose controlling terminal is the test's. 0: all was as it must be. */
static int tell(void) {
  if (!make() || notice.show(notice.self, lines, 2) != PCS_OK ||
      notice.show(notice.self, lines, 2) != PCS_OK || num_unseen != 0) {
    return 1;
  }
  pcs_loop_run(loop);
  if (num_seen != 0 || num_unseen != 1) {
    return 2;
  }
  if (notice.show(notice.self, NULL, 0) != PCS_OK ||
      notice.show(notice.self, lines, PCS_INDICATOR_LINES_MAX + 1) != PCS_ERR_RANGE) {
    return 3;
  }
  pcs_loop_run(loop);
  notice.free(notice.self);
  pcs_loop_free(loop);
  return num_seen == 0 && num_unseen == 1 ? 0 : 4;
}

static int run(int (*body)(void)) {
  int master;
  int status = 0;
  size_t len = 0;
  pid_t child = forkpty(&master, NULL, NULL, NULL);
  if (child == 0) {
    _exit(body());
  }
  struct pollfd ready = {.fd = master, .events = POLLIN};
  while (len < SCREEN_BYTES - 1 && poll(&ready, 1, DEADLINE_MS) > 0) {
    ssize_t got = read(master, screen + len, SCREEN_BYTES - 1 - len);
    if (got <= 0) {
      break; /* the other side has ended */
    }
    len += (size_t)got;
  }
  screen[len] = '\0';
  waitpid(child, &status, 0);
  close(master);
  return WEXITSTATUS(status);
}

static void make_lines(void) {
  sample_origin(&lines[0].origin, "https://app.example");
  lines[0].embedder = lines[0].origin;
  lines[0].rights = PCS_RIGHT_DATA | PCS_RIGHT_MICROPHONE;
  lines[0].num_calls = 1;
  lines[0].has_verified_peer = true;
  sample_origin(&lines[1].origin, "https://app.example");
  sample_origin(&lines[1].embedder, "https://portal.example");
  lines[1].rights = PCS_RIGHT_DATA;
  lines[1].num_calls = 2;
}

static void test_tells(void) {
  make_lines();
  CHECK_EQ_INT(run(tell), 0);
  CHECK_EQ_STR(screen, "Portcullis: in use now by sites\r\n"
                       "  https://app.example: 1 direct connection, Microphone is on, only with "
                       "people you allowed\r\n"
                       "  https://app.example as part of a page of https://portal.example: 2 "
                       "direct connections\r\n"
                       "Portcullis: nothing is in use any more.\r\n");
}

static int tell_without_terminal(void) {
  setsid();
  return make() && notice.show(notice.self, lines, 1) == PCS_ERR_UNSUPPORTED ? 0 : 1;
}

static void test_no_terminal(void) {
  int status = 0;
  make_lines();
  pid_t child = fork();
  if (child == 0) {
    _exit(tell_without_terminal());
  }
  waitpid(child, &status, 0);
  CHECK_EQ_INT(WEXITSTATUS(status), 0);
}

int main(void) {
  RUN("each change is printed once and never counts as seen", test_tells);
  RUN("without a terminal there is nowhere to tell it", test_no_terminal);
  return check_report();
}
