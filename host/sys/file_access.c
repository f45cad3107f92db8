#define _GNU_SOURCE
#include "host/sys/file_access.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/sys/descriptor.h"

/* struct landlock_ruleset_attr of ABI 6; headers may be older than the kernel. */
typedef struct ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scoped;
} ruleset;

#define BIND_TCP UINT64_C(1)
#define RULE_NET_PORT 2

/* The rights each ABI added: what is handled and not allowed by a rule is refused. */
typedef struct addition {
  long abi;
  ruleset handled;
} addition;

static const addition additions[] = {
    {1,
     {.files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1}}, /* all there are, to the last of ABI 1 */
    {2, {.files = UINT64_C(1) << 13}},                   /* REFER */
    {3, {.files = UINT64_C(1) << 14}},                   /* TRUNCATE */
    {4, {.network = BIND_TCP}},                          /* TURN and ICE need CONNECT_TCP */
    {5, {.files = UINT64_C(1) << 15}},                   /* IOCTL_DEV */
    {6, {.scoped = 3}},                                  /* ABSTRACT_UNIX_SOCKET, SIGNAL */
};

/* What getaddrinfo reads. One that is replaced later is another file, and stays closed. */
static const char *const readable[] = {
    "/etc/resolv.conf", "/etc/hosts",    "/etc/nsswitch.conf",
    "/etc/host.conf",   "/etc/gai.conf", "/etc/services",
};

static pcs_status let_read(int rules, const char *path) {
  int file = open(path, O_PATH | O_CLOEXEC);
  if (file < 0) {
    return PCS_OK; /* what is not there needs no rule */
  }
  struct stat facts;
  struct landlock_path_beneath_attr rule = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
                                            .parent_fd = file};
  /* A rule for a folder would open all beneath it. */
  bool good = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) &&
              syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  pcs_descriptor_close(&file);
  return good ? PCS_OK : PCS_ERR_SYSTEM;
}

/* struct landlock_net_port_attr of ABI 4. */
typedef struct port_rule {
  uint64_t allowed;
  uint64_t port;
} port_rule;

/* A rule for port 0 allows what the system chooses and no port by its number. */
static pcs_status let_bind(int rules) {
  port_rule any = {.allowed = BIND_TCP, .port = 0};
  bool good = syscall(SYS_landlock_add_rule, rules, RULE_NET_PORT, &any, 0) == 0;
  return good ? PCS_OK : PCS_ERR_SYSTEM;
}

static ruleset handled_by(long abi) {
  ruleset all = {.files = 0};
  for (size_t i = 0; i < sizeof additions / sizeof additions[0]; i++) {
    if (additions[i].abi <= abi) {
      all.files |= additions[i].handled.files;
      all.network |= additions[i].handled.network;
      all.scoped |= additions[i].handled.scoped;
    }
  }
  return all;
}

pcs_status pcs_file_access_limit(pcs_sandbox_tcp tcp) {
  long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) {
    return PCS_ERR_UNSUPPORTED;
  }
  /* An older kernel takes a longer struct whose unknown part is zero. */
  ruleset all = handled_by(abi);
  int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
  if (rules < 0) {
    return PCS_ERR_SYSTEM;
  }
  pcs_status status = PCS_OK;
  for (size_t i = 0; status == PCS_OK && i < sizeof readable / sizeof readable[0]; i++) {
    status = let_read(rules, readable[i]);
  }
  if (status == PCS_OK && tcp != PCS_SANDBOX_TCP_CONNECTS && all.network != 0) {
    status = let_bind(rules);
  }
  if (status == PCS_OK && syscall(SYS_landlock_restrict_self, rules, 0) != 0) {
    status = PCS_ERR_SYSTEM;
  }
  pcs_descriptor_close(&rules);
  return status;
}
