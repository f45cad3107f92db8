/*
 * The local addresses a connection may bind to, best first. It lists and orders; which of them the
 * page may be told is policy's question, not its own.
 */
#ifndef PCS_HOST_SYS_INTERFACES_H
#define PCS_HOST_SYS_INTERFACES_H

#include "core/plan/plan.h"

/* More addresses than any one connection gathers on (PCS_ICE_PATHS_MAX). */
#define PCS_INTERFACES_MAX 64

typedef enum pcs_loopback { PCS_LOOPBACK_LEFT_OUT, PCS_LOOPBACK_INCLUDED } pcs_loopback;

typedef struct pcs_interface {
  pcs_address address; /* port 0 */
  uint32_t network;    /* the interface's number: addresses of one interface share it */
  uint16_t preference; /* local preference (RFC 8445 5.1.2.1), unique, higher is better */
} pcs_interface;

/*
 * pcs_interfaces_list fills out, best first, with the addresses of interfaces that are up, and says
 * how many there are. Left out: loopback unless included, link-local IPv6, multicast, addresses
 * deprecated or not yet usable, and permanent IPv6 addresses where their interface has a temporary
 * one (RFC 8835 3.1). IPv6 and IPv4 alternate, IPv6 first (RFC 8421 4).
 */
PCS_MUST_USE pcs_status pcs_interfaces_list(pcs_interface out[PCS_INTERFACES_MAX], size_t *out_num,
                                            pcs_loopback loopback);

#endif
