/* An embedding program and brokers that are not as they should be: scripts that speak its part. */
#define _GNU_SOURCE

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/embed/portcullis.h"
#include "tests/check.h"

#define LISTENS "printf 'listening 127.0.0.1:7\\n' >&3\n"

static char folder[] = "/tmp/portcullis-embed-XXXXXX";
static char script[sizeof folder + sizeof "/broker"];

/* Starts the host on a broker that runs these shell commands; NULL with the status otherwise. */
static pcs_host *start(const char *commands, pcs_host_status *out_status) {
  FILE *file = fopen(script, "w");
  fprintf(file, "#!/bin/sh\n%s", commands);
  fclose(file);
  chmod(script, 0700);
  pcs_host_config config = {.broker = script};
  pcs_host *host = NULL;
  *out_status = pcs_host_start(&host, &config);
  CHECK((host != NULL) == (*out_status == PCS_HOST_OK));
  return host;
}

static pcs_host_status attach(pcs_host *host, const char *origin, const char *around, int *link) {
  return pcs_host_attach(host, &(pcs_host_frame){origin, around, 0}, link);
}

static pcs_host_status admit(pcs_host *host, const char *origin, char *token) {
  return pcs_host_admit(host, &(pcs_host_frame){origin, NULL, 0}, token);
}

static size_t num_open(void) {
  DIR *entries = opendir("/proc/self/fd");
  size_t count = 0;
  while (readdir(entries) != NULL) {
    count++;
  }
  closedir(entries);
  return count;
}

static void test_nothing_left(void) {
  size_t before = num_open();
  pcs_host_status status;
  pcs_host *host = start(LISTENS "while read line <&3; do echo ok >&3; done\n", &status);
  CHECK_EQ_INT(status, PCS_HOST_OK);
  CHECK(strcmp(pcs_host_address(host), "ws://127.0.0.1:7/portcullis/1") == 0);
  int link = -1;
  CHECK_EQ_INT(attach(host, "https://app.example", NULL, &link), PCS_HOST_OK);
  CHECK((fcntl(link, F_GETFD) & FD_CLOEXEC) != 0);
  close(link);
  pcs_host_stop(host);
  CHECK_EQ_UINT(num_open(), before);
  CHECK_EQ_INT(waitpid(-1, NULL, WNOHANG), -1); /* no child is left, dead or alive */
}

static void test_inherits_nothing(void) {
  int other = fcntl(STDOUT_FILENO, F_DUPFD, 9); /* and no FD_CLOEXEC */
  pcs_host_status status;
  pcs_host *host = start("ls /proc/$$/fd | grep -q '^9$' && exit 1\n" LISTENS "cat <&3\n", &status);
  CHECK_EQ_INT(other, 9);
  CHECK_EQ_INT(status, PCS_HOST_OK);
  pcs_host_stop(host);
  close(other);
}

static void test_no_broker(void) {
  static const char *const bad[] = {"exit 0\n", "printf 'listening' >&3\n", "printf 'hello\\n' >&3\n",
                                    "head -c 5000 /dev/zero >&3\n",
                                    "printf 'listening %080d\\n' 0 >&3\n"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    pcs_host_status status;
    CHECK(start(bad[i], &status) == NULL);
    CHECK_EQ_INT(status, PCS_HOST_NO_BROKER);
  }
  pcs_host_config nowhere = {.broker = "/nonexistent/portcullis-broker"};
  pcs_host *host = NULL;
  CHECK_EQ_INT(pcs_host_start(&host, &nowhere), PCS_HOST_NO_BROKER);
}

static void test_broker_ends(void) {
  pcs_host_status status;
  pcs_host *host = start(LISTENS, &status);
  CHECK_EQ_INT(status, PCS_HOST_OK);
  struct pollfd waiting = {.fd = pcs_host_descriptor(host), .events = POLLIN};
  CHECK_EQ_INT(poll(&waiting, 1, PCS_HOST_PATIENCE_MS), 1);
  CHECK_EQ_INT(pcs_host_dispatch(host), PCS_HOST_ENDED);
  CHECK_EQ_INT(poll(&waiting, 1, 0), 1);
  int link = 0;
  CHECK_EQ_INT(attach(host, "https://app.example", NULL, &link), PCS_HOST_ENDED);
  CHECK_EQ_INT(link, -1);
  char token[PCS_HOST_TOKEN_BYTES];
  CHECK_EQ_INT(admit(host, "https://app.example", token), PCS_HOST_ENDED);
  pcs_host_stop(host);
}

static void test_answers(void) {
  pcs_host_status status;
  pcs_host *host = start(LISTENS "read line <&3\n"
                                 "printf 'news of something\\nok\\n' >&3\n"
                                 "read line <&3\n"
                                 "printf 'error No.\\n' >&3\n"
                                 "read line <&3; printf 'ok\\n' >&3\n"
                                 "read line <&3; printf 'token 1234\\n' >&3\n"
                                 "cat <&3 >/dev/null\n",
                         &status);
  int link = -1;
  CHECK_EQ_INT(attach(host, "https://a.example", "https://b.example", &link),
               PCS_HOST_OK);
  close(link);
  CHECK_EQ_INT(attach(host, "https://a.example", NULL, &link), PCS_HOST_REFUSED);
  CHECK_EQ_INT(link, -1);
  char token[PCS_HOST_TOKEN_BYTES];
  CHECK_EQ_INT(admit(host, "https://a.example", token), PCS_HOST_ENDED);
  pcs_host_stop(host);
}

static void test_arguments(void) {
  pcs_host_status status;
  pcs_host *host = start(LISTENS "cat <&3 >&2\n", &status);
  static const char *const bad[] = {"", "https://a.example https://b.example", "a\nb", "\x7f", "\xc3\xa4"};
  char long_one[512];
  memset(long_one, 'a', sizeof long_one);
  long_one[sizeof long_one - 1] = '\0';
  int link = 0;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    CHECK_EQ_INT(attach(host, bad[i], NULL, &link), PCS_HOST_ARGUMENT);
    CHECK_EQ_INT(attach(host, "https://a.example", bad[i], &link), PCS_HOST_ARGUMENT);
  }
  CHECK_EQ_INT(attach(host, long_one, NULL, &link), PCS_HOST_ARGUMENT);
  CHECK_EQ_INT(attach(host, NULL, NULL, &link), PCS_HOST_ARGUMENT);
  pcs_host_stop(host);
}

int main(void) {
  if (mkdtemp(folder) == NULL) {
    return 1;
  }
  snprintf(script, sizeof script, "%s/broker", folder);
  RUN("a host that was stopped leaves no descriptor and no child", test_nothing_left);
  RUN("the broker inherits nothing but its control line", test_inherits_nothing);
  RUN("what is no broker is told from one", test_no_broker);
  RUN("a broker that ended is told by every call", test_broker_ends);
  RUN("an answer is the answer, whatever else is said", test_answers);
  RUN("what cannot stand on a line never reaches it", test_arguments);
  unlink(script);
  rmdir(folder);
  return check_report();
}
