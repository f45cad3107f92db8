/*
 * The system calls that are left to a process that has all it needs: memory, time, its loop, reading
 * and writing open descriptors, the end. No file, no socket, no process, no other
 * process's memory: whatever else it tries ends it. For programs that take nothing from outside.
 */
#ifndef PCS_HOST_SYS_FEW_CALLS_H
#define PCS_HOST_SYS_FEW_CALLS_H

#include "core/base/status.h"

/* pcs_few_calls_limit cannot be undone. Call it after PR_SET_NO_NEW_PRIVS, when all is open.
 * PCS_ERR_UNSUPPORTED when the kernel takes no filter; the process is to end then. In builds with
 * sanitizers, which need more, it does nothing. */
PCS_MUST_USE pcs_status pcs_few_calls_limit(void);

#endif
