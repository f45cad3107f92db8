/*
 * pcs_address as the kernel wants it, and back. For this folder: its header is the system's.
 */
#ifndef PCS_HOST_SYS_SOCKET_ADDRESS_H
#define PCS_HOST_SYS_SOCKET_ADDRESS_H

#include <sys/socket.h>

#include "core/plan/plan.h"

/* pcs_socket_address_from: 0 for a family that is neither IPv4 nor IPv6. */
socklen_t pcs_socket_address_from(struct sockaddr_storage *out_socket, const pcs_address *address);
/* pcs_socket_address_to: family NONE for anything but IPv4 and IPv6; an IPv4 address mapped into
 * IPv6 stays IPv6. */
pcs_address pcs_socket_address_to(const struct sockaddr *socket);

#endif
