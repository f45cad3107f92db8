/*
 * The kernel's flags of the machine's IPv6 addresses (temporary, deprecated, tentative), which
 * getifaddrs leaves out. Read over netlink, not from /proc: a sandboxed worker has no files.
 */
#ifndef PCS_HOST_SYS_ADDRESS_FLAGS_H
#define PCS_HOST_SYS_ADDRESS_FLAGS_H

#include "core/plan/plan.h"

#define PCS_ADDRESS_FLAGS_MAX 128

typedef struct pcs_address_flags {
  struct {
    uint8_t bytes[16];
    uint32_t flags; /* IFA_F_* */
  } items[PCS_ADDRESS_FLAGS_MAX];
  size_t num;
} pcs_address_flags;

/* pcs_address_flags_read asks the kernel; addresses over the maximum are left out. */
PCS_MUST_USE pcs_status pcs_address_flags_read(pcs_address_flags *out_flags);
/* pcs_address_flags_of is 0 for an IPv4 address and for one that is not there. */
uint32_t pcs_address_flags_of(const pcs_address_flags *flags, const pcs_address *address);

#endif
