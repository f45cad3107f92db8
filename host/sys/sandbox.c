#include "host/sys/sandbox.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "host/sys/file_access.h"

/* 500 connections with a socket for each of some addresses, and what a process has anyway. */
#define WORKER_DESCRIPTORS_MAX 8192
/* Far above what 500 connections with full windows need: a bound for a runaway, not a budget. */
#define WORKER_ADDRESS_SPACE_BYTES (16ull << 30)

static bool limit(int resource, rlim_t most) {
  struct rlimit now;
  if (getrlimit((int)resource, &now) != 0) {
    return false;
  }
  if (now.rlim_max < most) {
    most = now.rlim_max;
  }
  struct rlimit wanted = {.rlim_cur = most, .rlim_max = most};
  return setrlimit((int)resource, &wanted) == 0;
}

/* AddressSanitizer maps terabytes of shadow, and its search for leaks inspects the process. */
#if defined(__SANITIZE_ADDRESS__)
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

static bool limit_worker(void) {
  if (!is_sanitized && !limit(RLIMIT_AS, WORKER_ADDRESS_SPACE_BYTES)) {
    return false;
  }
  return limit(RLIMIT_NOFILE, WORKER_DESCRIPTORS_MAX);
}

pcs_status pcs_sandbox_enter(pcs_sandbox_kind kind, pcs_sandbox_tcp tcp) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !limit(RLIMIT_CORE, 0)) {
    return PCS_ERR_SYSTEM;
  }
  if (!is_sanitized && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return PCS_ERR_SYSTEM;
  }
  if (kind != PCS_SANDBOX_BROKER && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
    return PCS_ERR_SYSTEM;
  }
  bool is_worker = kind == PCS_SANDBOX_WORKER || kind == PCS_SANDBOX_WORKER_OPEN;
  if (is_worker && !limit_worker()) {
    return PCS_ERR_SYSTEM;
  }
  return kind == PCS_SANDBOX_WORKER && !is_sanitized ? pcs_file_access_limit(tcp) : PCS_OK;
}
