#include "host/sys/trusted_roots.h"

#include "host/sys/whole_file.h"

pcs_status pcs_trusted_roots_read(pcs_span *out_bundle, const char *path) {
  return pcs_whole_file_read(out_bundle, path, PCS_TRUSTED_ROOTS_BYTES_MAX);
}
