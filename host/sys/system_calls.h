/*
 * The system calls that are left to a worker, by two seccomp filters made from one table: what is
 * not in it kills the process; what is, with arguments that no honest worker but a C library might
 * try, is refused with an error. It owns nothing once it is in force. Linked by the worker only.
 */
#ifndef PCS_HOST_SYS_SYSTEM_CALLS_H
#define PCS_HOST_SYS_SYSTEM_CALLS_H

#include "core/base/status.h"
#include "host/sys/sandbox.h"

/*
 * pcs_system_calls_limit cannot be undone and binds every thread of the process, those that run
 * already and those to come. Call it after PR_SET_NO_NEW_PRIVS, when all is open that needs more.
 * PCS_ERR_UNSUPPORTED when the kernel takes no filter; the process is to end then.
 */
PCS_MUST_USE pcs_status pcs_system_calls_limit(pcs_sandbox_tcp tcp);

#endif
