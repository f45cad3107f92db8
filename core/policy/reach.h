/*
 * How far a page may have us reach: which addresses and ports a packet may be sent to before
 * anybody there has agreed. Facts in (an address, what the origin was granted), verdict out. The
 * table of addresses, each with its reason, is reach.def. It refuses what no honest peer announces
 * and what would turn a connectivity check into a probe of the user's own machine, of a cloud's
 * metadata or of a well-known service. It resolves nothing and sends nothing; that a refusal looks
 * like an address where nobody answers is the business of who asks (host/ice/questions.h).
 *
 * Addresses of the local network (RFC 1918, ULA, RFC 6598). Peers: two computers in one home must
 * be able to call, so they may be asked, on a tighter budget; what a check tells the page of a host
 * that does not answer is the same whether it is there or not. Servers need a grant.
 */
#ifndef PCS_CORE_POLICY_REACH_H
#define PCS_CORE_POLICY_REACH_H

#include "core/plan/plan.h"

/* Each reaches further than the one before; also what an address needs. */
typedef enum pcs_reach {
  PCS_REACH_INTERNET,
  PCS_REACH_NETWORK,  /* and the local network */
  PCS_REACH_LOOPBACK, /* and this machine: connections that have a loopback socket, in tests */
  PCS_REACH_NEVER,    /* of an address only */
} pcs_reach;

/* Who of the local network may be asked for a page that holds no LOCAL_ADDRESSES. */
typedef enum pcs_local_network {
  PCS_LOCAL_NETWORK_PEERS,
  PCS_LOCAL_NETWORK_NOBODY,
  PCS_LOCAL_NETWORK_ALL, /* servers too: as if every origin held it */
} pcs_local_network;

/* What is known of an origin. All zero is what a page gets that was granted nothing. */
typedef struct pcs_reach_facts {
  bool local_granted; /* the origin holds LOCAL_ADDRESSES */
  pcs_local_network local_network;
} pcs_reach_facts;

typedef struct pcs_reach_verdict {
  pcs_reach needs;
  const char *reason; /* for people and tests; never told to a page */
} pcs_reach_verdict;

/* pcs_reach_is_granted: the local network is the origin's to use. */
bool pcs_reach_is_granted(const pcs_reach_facts *facts);
/* How far peers, and servers, of such an origin may be. */
pcs_reach pcs_reach_of_peers(const pcs_reach_facts *facts);
pcs_reach pcs_reach_of_servers(const pcs_reach_facts *facts);

/* pcs_reach_judge finds the address's row, whatever its port. NEVER for what is not an address. */
pcs_reach_verdict pcs_reach_judge(const pcs_address *address);
/* pcs_port_is_bad: port 0, or one of the Fetch standard's bad ports, which webrtc-pc calls
 * administratively prohibited. */
bool pcs_port_is_bad(uint16_t port);
/* pcs_address_admit: PCS_OK when a packet may be sent to address and port, else PCS_ERR_DENIED. The
 * page is never told which rule it was (requirements X10). */
PCS_MUST_USE pcs_status pcs_address_admit(const pcs_address *address, pcs_reach reach);

#endif
