#define _GNU_SOURCE
#include "host/sys/features.h"

#include <dirent.h>
#include <errno.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef LANDLOCK_CREATE_RULESET_VERSION
#define LANDLOCK_CREATE_RULESET_VERSION 1u
#endif

static int read_landlock(void) {
  long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi > 0 ? (int)abi : 0;
}

static bool can_open(int family) {
  int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return false;
  }
  close(descriptor);
  return true;
}

static int count_cameras(void) {
  int num = 0;
  DIR *folder = opendir("/dev");
  for (struct dirent *entry = NULL; folder != NULL && (entry = readdir(folder)) != NULL;) {
    char path[300];
    bool is_video = strncmp(entry->d_name, "video", 5) == 0;
    (void)snprintf(path, sizeof path, "/dev/%s", entry->d_name);
    num += is_video && access(path, R_OK) == 0 ? 1 : 0;
  }
  if (folder != NULL) {
    closedir(folder);
  }
  return num;
}

void pcs_features_read(pcs_features *out_features) {
  *out_features = (pcs_features){
      .landlock_abi = read_landlock(),
      /* Asking for a filter without one fails with EFAULT where there is seccomp (seccomp(2)). */
      .has_seccomp = prctl(PR_SET_SECCOMP, 2, NULL, 0, 0) != 0 && errno == EFAULT,
      .has_no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0,
      .has_ipv4 = can_open(AF_INET),
      .has_ipv6 = can_open(AF_INET6),
      .num_cameras = count_cameras(),
      .has_sound = access("/dev/snd", R_OK) == 0,
  };
}
