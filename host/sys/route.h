/*
 * Which local addresses belong to the default route (RFC 8828 5.2, mode 2). It asks the kernel
 * where a packet would leave from; it sends none and asks nobody on the network.
 */
#ifndef PCS_HOST_SYS_ROUTE_H
#define PCS_HOST_SYS_ROUTE_H

#include "host/sys/interfaces.h"

/*
 * pcs_route_keep leaves of a list only the addresses that the default routes of IPv4 and IPv6 leave
 * from, and loopback ones, which are in it when they were asked for. Order and preferences stay. On
 * a machine without a default route that is the first address of each family: it is on some network
 * all the same.
 *
 * DEVIATION: RFC 8828 6.2 asks for the route to the web application's own host. A browser may have
 * reached that by a proxy or resolved it by DNS over HTTPS; to look its name up once more here
 * would tell others of the visit. The route to the internet at large is taken instead.
 */
void pcs_route_keep(pcs_interface interfaces[PCS_INTERFACES_MAX], size_t *num);

#endif
