/*
 * TCP sockets: those that listen and what they accept, and connections to servers and peers.
 * Reading and writing are those of any descriptor (host/sys/descriptor.h).
 */
#ifndef PCS_HOST_SYS_TCP_H
#define PCS_HOST_SYS_TCP_H

#include "core/plan/plan.h"

/* pcs_tcp_listen binds address, port 0 for one of the system's choice; *out_bound has the port. */
PCS_MUST_USE pcs_status pcs_tcp_listen(int *out_listener, pcs_address *out_bound,
                                       const pcs_address *address);
/* pcs_tcp_accept: the next connection, without delay of small writes; PCS_ERR_NO_SPACE none waits;
 * PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_tcp_accept(int listener, int *out_connection);
/* pcs_tcp_accept_from also tells who it is. */
PCS_MUST_USE pcs_status pcs_tcp_accept_from(int listener, int *out_connection,
                                            pcs_address *out_from);
/* pcs_tcp_connect begins to connect, without delay of small writes later: it is writable when that
 * is over, and pcs_tcp_connected says how. PCS_ERR_SYSTEM when it could not even begin. */
PCS_MUST_USE pcs_status pcs_tcp_connect(int *out_connection, const pcs_address *to);
/* pcs_tcp_connect_from does it from that address, on a port of the system's choice. */
PCS_MUST_USE pcs_status pcs_tcp_connect_from(int *out_connection, const pcs_address *from,
                                             const pcs_address *to);
/* pcs_tcp_connected: PCS_OK or PCS_ERR_CLOSED. */
PCS_MUST_USE pcs_status pcs_tcp_connected(int connection);

#endif
