/*
 * The files of the inspector's page: a fixed list, read once at the start from one folder. What is
 * not in the list is not served, whatever the folder holds.
 */
#ifndef PCS_HOST_BROKER_INSPECTOR_FILES_H
#define PCS_HOST_BROKER_INSPECTOR_FILES_H

#include "core/base/bytes.h"

#define PCS_INSPECTOR_FILES_MAX 16
/* The largest is uPlot's module, 150 KB. */
#define PCS_INSPECTOR_FILE_BYTES_MAX (1024 * 1024)

typedef struct pcs_inspector_file {
  const char *name;
  const char *type;
  pcs_span bytes;
} pcs_inspector_file;

/* All-zero is safe to clear. */
typedef struct pcs_inspector_files {
  size_t num;
  pcs_inspector_file all[PCS_INSPECTOR_FILES_MAX];
} pcs_inspector_files;

/* pcs_inspector_files_read: PCS_ERR_SYSTEM when one is missing or the folder's name is too long. */
PCS_MUST_USE pcs_status pcs_inspector_files_read(pcs_inspector_files *out_files,
                                                 const char *folder);
void pcs_inspector_files_clear(pcs_inspector_files *files);
/* pcs_inspector_files_find: NULL when it is not in the list; the empty name is index.html. */
const pcs_inspector_file *pcs_inspector_files_find(const pcs_inspector_files *files,
                                                   pcs_span name);

#endif
