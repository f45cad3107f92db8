#include "host/broker/inspector_files.h"

#include <stdio.h>

#include "core/base/text.h"
#include "host/sys/process.h"
#include "host/sys/whole_file.h"

static const char *const names[] = {
    "index.html",  "internals.css",      "internals.js", "connection_view.js", "dump.js",
    "feed.js",     "make.js",            "page_view.js", "plots.js",           "timeline.js",
    "uPlot.esm.js", "uPlot.min.css",
};
_Static_assert(sizeof names / sizeof names[0] <= PCS_INSPECTOR_FILES_MAX, "too many files");

static const char *type_of(const char *name) {
  pcs_span span = pcs_span_of_text(name);
  return pcs_text_ends_with(span, ".js")    ? "text/javascript; charset=utf-8"
         : pcs_text_ends_with(span, ".css") ? "text/css; charset=utf-8"
                                            : "text/html; charset=utf-8";
}

pcs_status pcs_inspector_files_read(pcs_inspector_files *out_files, const char *folder) {
  *out_files = (pcs_inspector_files){0};
  pcs_status status = PCS_OK;
  for (size_t i = 0; i < sizeof names / sizeof names[0] && status == PCS_OK; i++) {
    char path[PCS_PATH_BYTES_MAX];
    int len = snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    pcs_inspector_file *file = &out_files->all[out_files->num++];
    *file = (pcs_inspector_file){.name = names[i], .type = type_of(names[i])};
    status = len > 0 && (size_t)len < sizeof path
                 ? pcs_whole_file_read(&file->bytes, path, PCS_INSPECTOR_FILE_BYTES_MAX)
                 : PCS_ERR_SYSTEM;
  }
  if (status != PCS_OK) {
    pcs_inspector_files_clear(out_files);
  }
  return status == PCS_OK ? PCS_OK : PCS_ERR_SYSTEM;
}

void pcs_inspector_files_clear(pcs_inspector_files *files) {
  for (size_t i = 0; i < files->num; i++) {
    pcs_whole_file_free(files->all[i].bytes);
  }
  *files = (pcs_inspector_files){0};
}

const pcs_inspector_file *pcs_inspector_files_find(const pcs_inspector_files *files,
                                                   pcs_span name) {
  for (size_t i = 0; i < files->num; i++) {
    if (pcs_span_equal_text(name, files->all[i].name) || (name.len == 0 && i == 0)) {
      return &files->all[i];
    }
  }
  return NULL;
}
