/*
 * Boxes between a host and the rest of a simulated network: translators of the four kinds of RFC
 * 4787 and 5128, an IPv6 firewall (RFC 6092) and a NAT64 (RFC 6146). A box knows the mappings that
 * leaving packets made and what they let in; which packet meets which box is the network's to say.
 */
#ifndef TESTS_SIM_NAT_H
#define TESTS_SIM_NAT_H

#include "core/plan/plan.h"

#define SIM_NAT_MAPPINGS_MAX 512
#define SIM_NAT_PEERS_MAX 16

typedef enum sim_nat_kind {
  SIM_NAT_FULL_CONE,
  SIM_NAT_RESTRICTED,
  SIM_NAT_PORT_RESTRICTED,
  SIM_NAT_SYMMETRIC,
  SIM_NAT_FIREWALL, /* of IPv6: translates nothing, lets in as port-restricted ones do */
  SIM_NAT_64,       /* 64:ff9b::/96 is IPv4, port-restricted; there is no other way out */
} sim_nat_kind;

/* What else a box may do, as bits. */
typedef enum sim_nat_trait {
  SIM_NAT_NO_HAIRPIN = 1, /* what is sent to its own outside is dropped */
  SIM_NAT_ISOLATES = 2,   /* its hosts do not reach each other directly */
  SIM_NAT_NO_UDP = 4,
} sim_nat_trait;

typedef struct sim_nat_mapping {
  pcs_address inside;
  uint16_t outside_port;
  pcs_address only; /* symmetric: the one destination */
  pcs_address peers[SIM_NAT_PEERS_MAX];
  size_t num_peers;
} sim_nat_mapping;

typedef struct sim_nat {
  sim_nat_kind kind;
  unsigned traits;
  int behind; /* the box that its outside is behind, or SIM_PUBLIC */
  pcs_address outside;
  uint16_t next_port;
  sim_nat_mapping mappings[SIM_NAT_MAPPINGS_MAX];
  size_t num_mappings;
} sim_nat;

/* sim_nat_handles: packets of this family are this box's affair; others pass it untouched. */
bool sim_nat_handles(const sim_nat *box, pcs_address_family family);
/* sim_nat_leave makes or finds the mapping and rewrites both addresses; false drops the packet. */
bool sim_nat_leave(sim_nat *box, pcs_address *from, pcs_address *to);
/* sim_nat_enter finds whom inside a packet to the box's outside is for and rewrites both addresses;
 * false when nobody asked for it. */
bool sim_nat_enter(const sim_nat *box, pcs_address *from, pcs_address *to);
bool sim_nat_same_host(const pcs_address *a, const pcs_address *b);

#endif
