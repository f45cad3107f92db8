/*
 * Files that nobody but the user of this process may read: a folder of mode 0700 and files of mode
 * 0600 in it, all owned by the user. It makes them so, and refuses what it finds otherwise; it
 * never repairs, because what others could reach, others may have written. Links are followed on
 * the way to the folder and nowhere else.
 */
#ifndef PCS_HOST_SYS_PRIVATE_FOLDER_H
#define PCS_HOST_SYS_PRIVATE_FOLDER_H

#include <stddef.h>

#include "core/base/status.h"

/* What is wrong with a file or folder. */
typedef enum pcs_private_flaw {
  PCS_PRIVATE_FLAW_NONE,
  PCS_PRIVATE_FLAW_SYSTEM, /* the system refused; nothing is known */
  PCS_PRIVATE_FLAW_KIND,   /* a link, a device, a file with two names */
  PCS_PRIVATE_FLAW_OWNER,
  PCS_PRIVATE_FLAW_MODE,
} pcs_private_flaw;

/*
 * pcs_private_folder_open makes the folder at path when there is none (what is above it must
 * exist) and gives a descriptor for it, the caller's to close. PCS_ERR_SYSTEM; PCS_ERR_UNTRUSTED
 * when it is not private. *out_flaw says what is wrong.
 */
PCS_MUST_USE pcs_status pcs_private_folder_open(int *out_folder, pcs_private_flaw *out_flaw,
                                                const char *path);
/* pcs_private_folder_path writes the folder's path without links and its NUL. PCS_ERR_SYSTEM;
 * PCS_ERR_NO_SPACE. */
PCS_MUST_USE pcs_status pcs_private_folder_path(int folder, char *memory, size_t capacity);
/* pcs_private_file_check: PCS_OK when there is no file of that name, or a private one. It opens
 * nothing: that would end the locks this process has on it. Errors as pcs_private_folder_open. */
PCS_MUST_USE pcs_status pcs_private_file_check(int folder, pcs_private_flaw *out_flaw,
                                               const char *name);
/* pcs_private_file_make makes an empty private file when there is none, and checks it. */
PCS_MUST_USE pcs_status pcs_private_file_make(int folder, pcs_private_flaw *out_flaw,
                                              const char *name);

#endif
