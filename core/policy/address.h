/*
 * Which addresses a page may make us send to. Facts in (an address, whether this connection has a
 * loopback socket of its own), verdict out. It refuses what no honest peer ever announces and what
 * would turn a connectivity check into a probe of the user's own machine or of a well-known
 * service. It resolves nothing and sends nothing.
 */
#ifndef PCS_CORE_POLICY_ADDRESS_H
#define PCS_CORE_POLICY_ADDRESS_H

#include "core/plan/plan.h"

/* How far a connection reaches: loopback addresses are its own only when it has a loopback socket.
 */
typedef enum pcs_reach { PCS_REACH_NETWORK, PCS_REACH_LOOPBACK } pcs_reach;

/* pcs_address_is_loopback: 127.0.0.0/8 or ::1. */
bool pcs_address_is_loopback(const pcs_address *address);
/* pcs_address_is_link_local: 169.254.0.0/16 or fe80::/10. */
bool pcs_address_is_link_local(const pcs_address *address);
/* pcs_port_is_bad: port 0, or one of the Fetch standard's bad ports, which webrtc-pc calls
 * administratively prohibited. */
bool pcs_port_is_bad(uint16_t port);
/*
 * pcs_address_admit: PCS_OK when a packet may be sent to address and port, else PCS_ERR_DENIED.
 * Denied: names, bad ports, "this network", reserved, broadcast and multicast, link-local, IPv4 in
 * IPv6 clothes (mapped and compatible; NAT64 and 6to4 when what is inside is denied), and loopback
 * unless reach says so. The page is never told which rule it was (requirements X10).
 */
PCS_MUST_USE pcs_status pcs_address_admit(const pcs_address *address, pcs_reach reach);

#endif
