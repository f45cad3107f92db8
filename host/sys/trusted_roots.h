/*
 * The file of certificates that this machine, or who configured it, trusts: read whole before the
 * sandbox closes the file system. It does not look inside.
 */
#ifndef PCS_HOST_SYS_TRUSTED_ROOTS_H
#define PCS_HOST_SYS_TRUSTED_ROOTS_H

#include "core/base/bytes.h"

/* Where Debian's ca-certificates puts them. */
#define PCS_TRUSTED_ROOTS_PATH "/etc/ssl/certs/ca-certificates.crt"
/* Ten times what Debian has. */
#define PCS_TRUSTED_ROOTS_BYTES_MAX (4 * 1024 * 1024)

/*
 * pcs_trusted_roots_read reads the file into memory of its own, which stays for the process's life.
 * PCS_ERR_SYSTEM when it cannot be read; PCS_ERR_TOO_LARGE.
 */
PCS_MUST_USE pcs_status pcs_trusted_roots_read(pcs_span *out_bundle, const char *path);

#endif
