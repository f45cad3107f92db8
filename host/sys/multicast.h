/*
 * The sockets of multicast DNS (RFC 6762): port 5353 of 224.0.0.251 on all interfaces that are
 * joined, and of ff02::fb on one interface each, shared with whoever else of this machine listens
 * there. They hear only what is sent to that group, and send nowhere else.
 */
#ifndef PCS_HOST_SYS_MULTICAST_H
#define PCS_HOST_SYS_MULTICAST_H

#include "core/plan/plan.h"

/* The interface that a machine has for itself (LOOPBACK_IFINDEX). */
#define PCS_MULTICAST_LOOPBACK 1u

/*
 * pcs_multicast_open opens one of a family: with PCS_ADDRESS_IPV6 for that network alone, which it
 * has joined then; with PCS_ADDRESS_IPV4 network is not looked at. PCS_ERR_SYSTEM when there is no
 * multicast, or somebody has the port alone. *out_descriptor is the caller's to close.
 */
PCS_MUST_USE pcs_status pcs_multicast_open(int *out_descriptor, pcs_address_family family,
                                           uint32_t network);
/* pcs_multicast_join has an IPv4 one listen on an interface too, by its number. */
PCS_MUST_USE pcs_status pcs_multicast_join(int descriptor, uint32_t network);
/* pcs_multicast_send: what cannot be sent is lost, as any datagram may be. */
void pcs_multicast_send(int descriptor, pcs_address_family family, uint32_t network,
                        pcs_span bytes);

typedef struct pcs_multicast_arrival {
  uint32_t network; /* that it came in on; 0 for IPv6: the socket's */
  pcs_address from;
  pcs_span bytes;
} pcs_multicast_arrival;

/* pcs_multicast_receive fills memory; PCS_ERR_NO_SPACE when nothing waits. One that does not fit is
 * cut, and so no message any more. */
PCS_MUST_USE pcs_status pcs_multicast_receive(int descriptor, uint8_t *memory, size_t capacity,
                                              pcs_multicast_arrival *out_arrival);

#endif
