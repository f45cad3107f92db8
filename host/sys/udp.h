/*
 * One non-blocking UDP socket bound to one local address. It sends a batch of datagrams to one
 * address in as few system calls as the kernel allows (UDP_SEGMENT), and receives many in one
 * (UDP_GRO). It keeps no datagram and decides nothing about where one may go.
 */
#ifndef PCS_HOST_SYS_UDP_H
#define PCS_HOST_SYS_UDP_H

#include "core/base/datagrams.h"
#include "core/plan/plan.h"

/* What one receive may bring: the most that one UDP datagram, or a run joined by GRO, can hold. */
#define PCS_UDP_RECEIVE_BYTES 65536

typedef struct pcs_udp pcs_udp;

/* pcs_udp_open binds to address, port 0 for one of the system's choice. */
PCS_MUST_USE pcs_status pcs_udp_open(pcs_udp **out_udp, const pcs_address *address);
void pcs_udp_free(pcs_udp *udp);
int pcs_udp_descriptor(const pcs_udp *udp);
/* pcs_udp_address is what it is bound to, with its port. */
pcs_address pcs_udp_address(const pcs_udp *udp);

/*
 * pcs_udp_send sends batch from datagram *num_sent on and counts it up. PCS_OK: all are gone, or
 * the system refused some, which on UDP is a loss like any other. PCS_ERR_NO_SPACE: the socket is
 * full; go on from *num_sent when it is writable.
 */
PCS_MUST_USE pcs_status pcs_udp_send(pcs_udp *udp, const pcs_address *to,
                                     const pcs_datagrams *batch, size_t *num_sent);

/* What arrived: datagrams of segment_len bytes, back to back, the last may be shorter. */
typedef struct pcs_udp_arrival {
  pcs_address from;
  pcs_span rest;
  size_t segment_len;
} pcs_udp_arrival;

/* pcs_udp_receive fills memory of PCS_UDP_RECEIVE_BYTES; PCS_ERR_NO_SPACE when nothing waits. */
PCS_MUST_USE pcs_status pcs_udp_receive(pcs_udp *udp, uint8_t *memory,
                                        pcs_udp_arrival *out_arrival);
/* pcs_udp_arrival_next takes the next datagram of it; false when none is left. */
bool pcs_udp_arrival_next(pcs_udp_arrival *arrival, pcs_span *out_datagram);

#endif
