/*
 * A file, whole: for what is read once at the start. It does not look inside.
 */
#ifndef PCS_HOST_SYS_WHOLE_FILE_H
#define PCS_HOST_SYS_WHOLE_FILE_H

#include "core/base/bytes.h"

/*
 * pcs_whole_file_read reads a file into memory of its own; free it with pcs_whole_file_free.
 * PCS_ERR_SYSTEM when it cannot be read, is empty or is no file; PCS_ERR_TOO_LARGE.
 */
PCS_MUST_USE pcs_status pcs_whole_file_read(pcs_span *out_bytes, const char *path,
                                            size_t bytes_max);
/* pcs_whole_file_free: empty is fine. */
void pcs_whole_file_free(pcs_span bytes);

#endif
