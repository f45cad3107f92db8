/*
 * What a worker that has fallen might try, tried from a worker's own sandbox: enters it in the
 * order of host/worker/main.c, then makes the one attempt named and says on standard output what
 * came of it ("refused", "done" and why). A kill is for the parent to see.
 * tests/hostile/sandbox.test.js runs it. Or starts a worker on what looks like a system without one
 * of the two.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "host/sctp/association.h"
#include "host/sys/interfaces.h"
#include "host/sys/loop.h"
#include "host/sys/resolve.h"
#include "host/sys/sandbox.h"
#include "host/sys/secret_memory.h"
#include "host/sys/system_calls.h"
#include "host/sys/udp.h"

static pcs_loop *loop;

/* Each gives true when it got what it wanted; errno is of use when it did not. */
typedef bool (*attempt_run)(const char *argument);
typedef struct attempt {
  const char *name;
  attempt_run run;
} attempt;

static bool opens(const char *path) {
  return open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

static bool creates(const char *path) {
  return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool truncates(const char *path) {
  return open(path, O_RDONLY | O_TRUNC | O_CLOEXEC) >= 0;
}

static bool lists(const char *path) {
  return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0;
}

static bool executes(const char *path) {
  char *const nothing[] = {NULL};
  return execve(path, nothing, nothing) == 0;
}

static bool forks(const char *argument) {
  (void)argument;
  return fork() >= 0;
}

static bool clones_by_pointer(const char *argument) {
  (void)argument;
  uint64_t wanted[11] = {[4] = SIGCHLD};
  return syscall(SYS_clone3, wanted, sizeof wanted) >= 0;
}

static bool makes_namespace(const char *argument) {
  (void)argument;
  return unshare(CLONE_NEWUSER) == 0;
}

static bool traces(const char *pid) {
  return ptrace(PTRACE_ATTACH, (pid_t)atoi(pid), NULL, NULL) == 0;
}

static bool reads_memory_of(const char *pid) {
  char byte = 0;
  struct iovec here = {&byte, 1};
  return process_vm_readv((pid_t)atoi(pid), &here, 1, &here, 1, 0) == 1;
}

static bool signals(const char *pid) {
  return kill((pid_t)atoi(pid), 0) == 0;
}

static bool signals_thread(const char *pid) {
  return syscall(SYS_tgkill, atoi(pid), atoi(pid), 0) == 0;
}

static bool maps_code(const char *argument) {
  (void)argument;
  return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
         MAP_FAILED;
}

static bool makes_code(const char *argument) {
  (void)argument;
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool opens_unix_socket(const char *argument) {
  (void)argument;
  return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool listens(const char *argument) {
  (void)argument;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  return server >= 0 && listen(server, 1) == 0;
}

static bool binds(const char *port) {
  struct sockaddr_in name = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                             .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  int server = socket(AF_INET, SOCK_STREAM, 0);
  return server >= 0 && bind(server, (struct sockaddr *)&name, sizeof name) == 0;
}

static bool opens_raw_socket(const char *argument) {
  (void)argument;
  return socket(AF_INET, SOCK_RAW, IPPROTO_UDP) >= 0;
}

static bool opens_packet_socket(const char *argument) {
  (void)argument;
  return socket(AF_PACKET, SOCK_DGRAM, 0) >= 0;
}

static bool takes_setting(const char *argument) {
  (void)argument;
  return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

static void *kill_by_exec(void *path) {
  executes(path);
  return NULL;
}

static bool executes_in_thread(const char *path) {
  pthread_t thread;
  return pthread_create(&thread, NULL, kill_by_exec, (void *)(uintptr_t)path) == 0 &&
         pthread_join(thread, NULL) == 0;
}

static bool sends_datagram(const char *argument) {
  (void)argument;
  pcs_address any = {.family = PCS_ADDRESS_IPV4, .bytes = {127, 0, 0, 1}};
  pcs_udp *one = NULL;
  pcs_udp *other = NULL;
  if (pcs_udp_open(&one, &any) != PCS_OK || pcs_udp_open(&other, &any) != PCS_OK) {
    return false;
  }
  uint8_t byte = 1;
  size_t num = 0;
  pcs_datagrams batch = {.memory = &byte, .lengths = {1}, .num = 1};
  pcs_address to = pcs_udp_address(other);
  bool good = pcs_udp_send(one, &to, &batch, &num) == PCS_OK && num == 1;
  pcs_udp_free(one);
  pcs_udp_free(other);
  return good;
}

static bool lists_interfaces(const char *argument) {
  (void)argument;
  pcs_interface found[PCS_INTERFACES_MAX];
  size_t num = 0;
  return pcs_interfaces_list(found, &num, PCS_LOOPBACK_INCLUDED) == PCS_OK && num > 0;
}

static bool has_chance_and_memory(const char *argument) {
  (void)argument;
  uint8_t bytes[16];
  void *memory = NULL;
  bool good = getrandom(bytes, sizeof bytes, 0) == sizeof bytes &&
              pcs_secret_memory_new(&memory, 4096) == PCS_OK;
  pcs_secret_memory_free(memory, 4096);
  void *large = malloc(64u << 20);
  good = good && large != NULL;
  free(large);
  return good;
}

static size_t num_resolved;

static void on_resolved(void *context, const pcs_resolve_question *question,
                        const pcs_address *addresses, size_t num) {
  (void)context;
  (void)question;
  (void)addresses;
  num_resolved = num;
}

/* On libuv's threads, which start here. */
static bool resolves(const char *name) {
  pcs_resolver *resolver = NULL;
  pcs_resolve_question question = {.port = 1};
  if (pcs_resolver_new(&resolver, loop, on_resolved, NULL) != PCS_OK ||
      pcs_resolver_ask(resolver, pcs_span_of_text(name), &question) != PCS_OK) {
    return false;
  }
  pcs_loop_run(loop);
  pcs_resolver_free(resolver);
  return num_resolved > 0;
}

/* As it was when the sandbox had been entered: to ask later is a setting. */
static int was_dumpable;

static bool can_be_dumped(const char *argument) {
  (void)argument;
  return was_dumpable != 0;
}

static bool aborts(const char *argument) {
  (void)argument;
  abort();
}

static const attempt attempts[] = {
    {"open", opens},
    {"create", creates},
    {"truncate", truncates},
    {"list", lists},
    {"execute", executes},
    {"execute-in-thread", executes_in_thread},
    {"fork", forks},
    {"clone3", clones_by_pointer},
    {"namespace", makes_namespace},
    {"trace", traces},
    {"read-memory", reads_memory_of},
    {"signal", signals},
    {"signal-thread", signals_thread},
    {"map-code", maps_code},
    {"make-code", makes_code},
    {"unix-socket", opens_unix_socket},
    {"listen", listens},
    {"bind", binds},
    {"raw-socket", opens_raw_socket},
    {"packet-socket", opens_packet_socket},
    {"setting", takes_setting},
    {"datagram", sends_datagram},
    {"interfaces", lists_interfaces},
    {"chance", has_chance_and_memory},
    {"resolve", resolves},
    {"dump", can_be_dumped},
    {"abort", aborts},
};

static const attempt *find(const char *name) {
  for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
    if (strcmp(attempts[i].name, name) == 0) {
      return &attempts[i];
    }
  }
  return NULL;
}

/* Becomes the worker, for which that system call does not exist. */
static int start_without(int call, const char *worker) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == NULL || seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0) != 0 ||
      seccomp_load(filter) != 0) {
    return 3;
  }
  seccomp_release(filter);
  execl(worker, worker, (char *)NULL);
  return 3;
}

/* As host/worker/main.c has it of the worker's policy. */
static pcs_sandbox_tcp tcp_of(const char *policy) {
  if (strcmp(policy, "active-and-passive") == 0) {
    return PCS_SANDBOX_TCP_LISTENS;
  }
  return strcmp(policy, "active") == 0 ? PCS_SANDBOX_TCP_BINDS : PCS_SANDBOX_TCP_CONNECTS;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "without-landlock") == 0) {
    return start_without(SCMP_SYS(landlock_create_ruleset), argv[2]);
  }
  if (argc == 3 && strcmp(argv[1], "without-seccomp") == 0) {
    return start_without(SCMP_SYS(seccomp), argv[2]);
  }
  const attempt *chosen = argc == 4 ? find(argv[1]) : NULL;
  if (chosen == NULL) {
    fprintf(stderr, "portcullis-sandbox-probe ATTEMPT ARGUMENT POLICY\n");
    return 2;
  }
  pcs_sandbox_tcp tcp = tcp_of(argv[3]);
  if (pcs_sandbox_enter(PCS_SANDBOX_WORKER, tcp) != PCS_OK ||
      (was_dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)) < 0 || pcs_loop_new(&loop) != PCS_OK ||
      pcs_sctp_stack_init() != PCS_OK || pcs_system_calls_limit(tcp) != PCS_OK) {
    fprintf(stderr, "portcullis-sandbox-probe: there is no sandbox\n");
    return 3;
  }
  errno = 0;
  bool got = chosen->run(argv[2]);
  char said[64];
  int len = snprintf(said, sizeof said, "%s %d\n", got ? "done" : "refused", got ? 0 : errno);
  return write(STDOUT_FILENO, said, (size_t)len) == len ? EXIT_SUCCESS : EXIT_FAILURE;
}
