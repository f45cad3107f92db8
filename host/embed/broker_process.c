/* For posix_spawn_file_actions_addclosefrom_np. */
#define _GNU_SOURCE

#include "host/embed/broker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX 32

extern char **environ;

static const char *const fixed[] = {"portcullis-broker", "--control-fd", "3", "--listen",
                                    "127.0.0.1:0"};
#define NUM_FIXED (sizeof fixed / sizeof fixed[0])

/* POSIX takes pointers to non-const text and promises not to write to it. */
static char *unconst(const char *text) {
  union {
    const char *from;
    char *to;
  } both = {.from = text};
  return both.to;
}

static bool fill(char *out[ARGUMENTS_MAX + 1], const char *const *more) {
  size_t count = 0;
  for (; count < NUM_FIXED; count++) {
    out[count] = unconst(fixed[count]);
  }
  for (; more != NULL && *more != NULL && count < ARGUMENTS_MAX; more++) {
    out[count++] = unconst(*more);
  }
  out[count] = NULL;
  return more == NULL || *more == NULL;
}

pid_t pcs_broker_process_start(const char *path, const char *const *arguments, int control) {
  char *line[ARGUMENTS_MAX + 1];
  posix_spawn_file_actions_t actions;
  if (!fill(line, arguments) || posix_spawn_file_actions_init(&actions) != 0) {
    return -1;
  }
  pid_t process = -1;
  bool ready =
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
      posix_spawn_file_actions_adddup2(&actions, control, PCS_BROKER_CONTROL) == 0 &&
      posix_spawn_file_actions_addclosefrom_np(&actions, PCS_BROKER_CONTROL + 1) == 0;
  if (!ready || posix_spawn(&process, path, &actions, NULL, line, environ) != 0) {
    process = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

/* Waits on the process itself where the kernel can (Linux 5.3), so that no signal is needed. */
static bool has_ended(pid_t process, int patience_ms) {
  int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
  if (descriptor < 0) {
    return false;
  }
  struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
  bool ended = poll(&waiting, 1, patience_ms) == 1;
  close(descriptor);
  return ended;
}

void pcs_broker_process_end(pid_t process, int patience_ms) {
  if (!has_ended(process, patience_ms)) {
    kill(process, SIGKILL);
  }
  while (waitpid(process, NULL, 0) < 0) {
    /* EINTR; anything else means that somebody else has reaped it */
    if (kill(process, 0) != 0) {
      return;
    }
  }
}
