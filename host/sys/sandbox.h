/*
 * What a process gives up before it reads its first byte from outside: the right to gain
 * privileges, to be inspected, to leave a core file, to outlive its parent, to grow without bound.
 * A worker also gives up files (file_access.h), and then, when its threads run, system calls
 * (system_calls.h). In builds with AddressSanitizer, which needs them, these two stay.
 */
#ifndef PCS_HOST_SYS_SANDBOX_H
#define PCS_HOST_SYS_SANDBOX_H

#include "core/base/status.h"

typedef enum pcs_sandbox_kind {
  PCS_SANDBOX_BROKER,
  PCS_SANDBOX_WINDOW, /* a window: what a toolkit needs stays, but not its life after its parent's
                       */
  PCS_SANDBOX_WORKER,
  PCS_SANDBOX_WORKER_OPEN, /* keeps its files: for debugging only */
} pcs_sandbox_kind;

/* What TCP is left to a worker beside connecting: a port of the system's choice, for connections
 * that leave from a certain address; and listening on such a port. */
typedef enum pcs_sandbox_tcp {
  PCS_SANDBOX_TCP_CONNECTS,
  PCS_SANDBOX_TCP_BINDS,
  PCS_SANDBOX_TCP_LISTENS,
} pcs_sandbox_tcp;

/* pcs_sandbox_enter cannot be undone. A worker calls it before it has a second thread.
 * PCS_ERR_UNSUPPORTED: the kernel has no Landlock. PCS_ERR_SYSTEM: another was refused. After
 * either, end the process. */
PCS_MUST_USE pcs_status pcs_sandbox_enter(pcs_sandbox_kind kind, pcs_sandbox_tcp tcp);

#endif
