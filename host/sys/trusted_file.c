#include "host/sys/trusted_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/sys/descriptor.h"

static pcs_status judge(int file) {
  struct stat facts;
  if (fstat(file, &facts) != 0) {
    return PCS_ERR_SYSTEM;
  }
  bool is_ours = facts.st_uid == geteuid() || facts.st_uid == 0;
  bool is_shared = (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  return S_ISREG(facts.st_mode) && is_ours && !is_shared ? PCS_OK : PCS_ERR_UNTRUSTED;
}

/* One byte of capacity is left unused, so that a file that is longer is seen to be. */
static pcs_status read_all(int file, uint8_t *memory, size_t capacity, size_t *out_len) {
  while (*out_len < capacity) {
    size_t got = 0;
    pcs_status status = pcs_descriptor_read(file, memory + *out_len, capacity - *out_len, &got);
    if (status == PCS_ERR_CLOSED) {
      return PCS_OK;
    }
    if (status != PCS_OK) {
      return PCS_ERR_SYSTEM;
    }
    *out_len += got;
  }
  return PCS_ERR_TOO_LARGE;
}

pcs_status pcs_trusted_file_read(const char *path, uint8_t *memory, size_t capacity,
                                 pcs_span *out_text) {
  size_t len = 0;
  *out_text = (pcs_span){NULL, 0};
  /* Non-blocking: to open a pipe must not wait for its writer. */
  int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (file < 0) {
    return errno == ENOENT ? PCS_ERR_NOT_FOUND : PCS_ERR_SYSTEM;
  }
  pcs_status status = judge(file);
  if (status == PCS_OK) {
    status = read_all(file, memory, capacity, &len);
  }
  pcs_descriptor_close(&file);
  if (status == PCS_OK) {
    *out_text = (pcs_span){memory, len};
  }
  return status;
}
