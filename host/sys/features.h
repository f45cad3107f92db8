/*
 * What this machine has of what the host needs, for portcullis doctor. It only looks: nothing is
 * limited, made or changed.
 */
#ifndef PCS_HOST_SYS_FEATURES_H
#define PCS_HOST_SYS_FEATURES_H

#include <stdbool.h>

typedef struct pcs_features {
  int landlock_abi; /* 0: the kernel has none, or it is switched off */
  bool has_seccomp;
  bool has_no_new_privs;
  bool has_ipv4; /* UDP sockets can be made */
  bool has_ipv6;
  int num_cameras; /* /dev/video* that this user can read */
  bool has_sound;  /* /dev/snd */
} pcs_features;

void pcs_features_read(pcs_features *out_features);

#endif
