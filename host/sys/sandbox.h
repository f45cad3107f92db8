/*
 * What a process gives up before it reads its first byte from outside: the right to gain
 * privileges, to be inspected, to leave a core file, to outlive its parent, to grow without bound.
 * It does not yet take away system calls or files: until seccomp and Landlock are here, a worker
 * that falls can still do what its user can.
 */
#ifndef PCS_HOST_SYS_SANDBOX_H
#define PCS_HOST_SYS_SANDBOX_H

#include "core/base/status.h"

typedef enum pcs_sandbox_kind { PCS_SANDBOX_BROKER, PCS_SANDBOX_WORKER } pcs_sandbox_kind;

/* pcs_sandbox_enter cannot be undone. PCS_ERR_SYSTEM: one of them was refused; end the process. */
PCS_MUST_USE pcs_status pcs_sandbox_enter(pcs_sandbox_kind kind);

#endif
