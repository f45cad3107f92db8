#include "host/sys/private_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/sys/descriptor.h"

/* "/proc/self/fd/" and the digits of an int. */
#define LINK_BYTES_MAX 32

static pcs_status fail(pcs_private_flaw *out_flaw, pcs_private_flaw flaw) {
  *out_flaw = flaw;
  return flaw == PCS_PRIVATE_FLAW_SYSTEM ? PCS_ERR_SYSTEM : PCS_ERR_UNTRUSTED;
}

/* A file that another folder has too (st_nlink) could be read or written there. */
static pcs_status judge(const struct stat *facts, mode_t kind, pcs_private_flaw *out_flaw) {
  *out_flaw = PCS_PRIVATE_FLAW_NONE;
  if ((facts->st_mode & S_IFMT) != kind || (kind == S_IFREG && facts->st_nlink != 1)) {
    return fail(out_flaw, PCS_PRIVATE_FLAW_KIND);
  }
  if (facts->st_uid != geteuid()) {
    return fail(out_flaw, PCS_PRIVATE_FLAW_OWNER);
  }
  bool shared = (facts->st_mode & (S_IRWXG | S_IRWXO)) != 0;
  return shared ? fail(out_flaw, PCS_PRIVATE_FLAW_MODE) : PCS_OK;
}

/* ENOTDIR and ELOOP are what O_DIRECTORY and O_NOFOLLOW say. */
static pcs_private_flaw flaw_of_open(int error) {
  return error == ENOTDIR || error == ELOOP ? PCS_PRIVATE_FLAW_KIND : PCS_PRIVATE_FLAW_SYSTEM;
}

pcs_status pcs_private_folder_open(int *out_folder, pcs_private_flaw *out_flaw, const char *path) {
  struct stat facts;
  *out_folder = PCS_DESCRIPTOR_NONE;
  if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST) {
    return fail(out_flaw, PCS_PRIVATE_FLAW_SYSTEM);
  }
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) {
    return fail(out_flaw, flaw_of_open(errno));
  }
  pcs_status status = fstat(folder, &facts) == 0 ? judge(&facts, S_IFDIR, out_flaw)
                                                 : fail(out_flaw, PCS_PRIVATE_FLAW_SYSTEM);
  if (status != PCS_OK) {
    pcs_descriptor_close(&folder);
    return status;
  }
  *out_folder = folder;
  return PCS_OK;
}

pcs_status pcs_private_folder_path(int folder, char *memory, size_t capacity) {
  char link[LINK_BYTES_MAX];
  struct stat by_path;
  struct stat by_folder;
  snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
  ssize_t len = readlink(link, memory, capacity);
  if (len < 0) {
    return PCS_ERR_SYSTEM;
  }
  if ((size_t)len >= capacity) {
    return PCS_ERR_NO_SPACE;
  }
  memory[len] = '\0';
  /* The folder may have been moved or replaced since it was opened. */
  bool same = lstat(memory, &by_path) == 0 && fstat(folder, &by_folder) == 0 &&
              by_path.st_dev == by_folder.st_dev && by_path.st_ino == by_folder.st_ino;
  return same ? PCS_OK : PCS_ERR_SYSTEM;
}

pcs_status pcs_private_file_check(int folder, pcs_private_flaw *out_flaw, const char *name) {
  struct stat facts;
  *out_flaw = PCS_PRIVATE_FLAW_NONE;
  if (fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? PCS_OK : fail(out_flaw, PCS_PRIVATE_FLAW_SYSTEM);
  }
  return judge(&facts, S_IFREG, out_flaw);
}

pcs_status pcs_private_file_make(int folder, pcs_private_flaw *out_flaw, const char *name) {
  int file =
      openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0 && errno != EEXIST) {
    return fail(out_flaw, PCS_PRIVATE_FLAW_SYSTEM);
  }
  pcs_descriptor_close(&file);
  return pcs_private_file_check(folder, out_flaw, name);
}
