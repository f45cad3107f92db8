/*
 * What of the file system is left to a worker, by Landlock: reading the few files that say how
 * names are resolved, and nothing else. Where the kernel can (Linux 6.7, 6.12) also no TCP
 * port of its own but, when asked, one of the system's choice, and no abstract Unix socket or
 * signal to a process outside. It does not hide which files exist.
 */
#ifndef PCS_HOST_SYS_FILE_ACCESS_H
#define PCS_HOST_SYS_FILE_ACCESS_H

#include "core/base/status.h"
#include "host/sys/sandbox.h"

/*
 * pcs_file_access_limit cannot be undone, and binds the calling thread and those it starts later:
 * call it before any other thread exists and after PR_SET_NO_NEW_PRIVS. PCS_ERR_UNSUPPORTED when
 * the kernel has no Landlock; PCS_ERR_SYSTEM.
 */
PCS_MUST_USE pcs_status pcs_file_access_limit(pcs_sandbox_tcp tcp);

#endif
