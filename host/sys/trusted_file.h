/*
 * A file whose content is believed because nobody but its user, or the system's, could have written
 * it: a regular file, owned by this user or by root, writable by nobody else. What can be reached
 * by a link is judged where the link leads. It judges no content.
 */
#ifndef PCS_HOST_SYS_TRUSTED_FILE_H
#define PCS_HOST_SYS_TRUSTED_FILE_H

#include "core/base/bytes.h"

/*
 * pcs_trusted_file_read reads all of it into memory. PCS_ERR_NOT_FOUND; PCS_ERR_UNTRUSTED: kind,
 * owner or mode; PCS_ERR_TOO_LARGE: it does not fit; PCS_ERR_SYSTEM. *out_text borrows memory, and
 * is empty on error.
 */
PCS_MUST_USE pcs_status pcs_trusted_file_read(const char *path, uint8_t *memory, size_t capacity,
                                              pcs_span *out_text);

#endif
