#include "host/sys/whole_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "host/sys/descriptor.h"

static pcs_status read_whole(int descriptor, uint8_t *memory, size_t len) {
  size_t at = 0;
  while (at < len) {
    size_t some = 0;
    if (pcs_descriptor_read(descriptor, memory + at, len - at, &some) != PCS_OK) {
      return PCS_ERR_SYSTEM;
    }
    at += some;
  }
  return PCS_OK;
}

static pcs_status read_file(pcs_span *out_bytes, int descriptor, size_t bytes_max) {
  struct stat about;
  if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size <= 0) {
    return PCS_ERR_SYSTEM;
  }
  if ((uint64_t)about.st_size > bytes_max) {
    return PCS_ERR_TOO_LARGE;
  }
  size_t len = (size_t)about.st_size;
  uint8_t *memory = malloc(len);
  if (memory == NULL) {
    return PCS_ERR_SYSTEM;
  }
  pcs_status status = read_whole(descriptor, memory, len);
  if (status != PCS_OK) {
    free(memory);
    return status;
  }
  *out_bytes = (pcs_span){memory, len};
  return PCS_OK;
}

pcs_status pcs_whole_file_read(pcs_span *out_bytes, const char *path, size_t bytes_max) {
  *out_bytes = (pcs_span){0};
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return PCS_ERR_SYSTEM;
  }
  pcs_status status = read_file(out_bytes, descriptor, bytes_max);
  pcs_descriptor_close(&descriptor);
  return status;
}

void pcs_whole_file_free(pcs_span bytes) {
  free((void *)(uintptr_t)bytes.data);
}
