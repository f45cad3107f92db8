#include "tests/sim/nat.h"

#include <string.h>

static const uint8_t NAT64_PREFIX[12] = {0, 0x64, 0xff, 0x9b};

bool sim_nat_same_host(const pcs_address *a, const pcs_address *b) {
  return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool sim_nat_handles(const sim_nat *box, pcs_address_family family) {
  bool is_ipv6 = box->kind == SIM_NAT_FIREWALL || box->kind == SIM_NAT_64;
  return family == (is_ipv6 ? PCS_ADDRESS_IPV6 : PCS_ADDRESS_IPV4);
}

static sim_nat_mapping *mapping_out(sim_nat *box, const pcs_address *inside,
                                    const pcs_address *to) {
  for (size_t i = 0; i < box->num_mappings; i++) {
    sim_nat_mapping *known = &box->mappings[i];
    if (pcs_address_equal(&known->inside, inside) &&
        (box->kind != SIM_NAT_SYMMETRIC || pcs_address_equal(&known->only, to))) {
      return known;
    }
  }
  if (box->num_mappings == SIM_NAT_MAPPINGS_MAX) {
    return NULL;
  }
  sim_nat_mapping *made = &box->mappings[box->num_mappings++];
  *made = (sim_nat_mapping){.inside = *inside, .outside_port = box->next_port++, .only = *to};
  return made;
}

static void allow(sim_nat_mapping *known, const pcs_address *peer) {
  for (size_t i = 0; i < known->num_peers; i++) {
    if (pcs_address_equal(&known->peers[i], peer)) {
      return;
    }
  }
  if (known->num_peers < SIM_NAT_PEERS_MAX) {
    known->peers[known->num_peers++] = *peer;
  }
}

static bool lets_in(sim_nat_kind kind, const sim_nat_mapping *known, const pcs_address *from) {
  if (kind == SIM_NAT_FULL_CONE) {
    return true;
  }
  for (size_t i = 0; i < known->num_peers; i++) {
    if (kind == SIM_NAT_RESTRICTED ? sim_nat_same_host(&known->peers[i], from)
                                   : pcs_address_equal(&known->peers[i], from)) {
      return true;
    }
  }
  return false;
}

/* RFC 6052 2.1: the last four bytes are the IPv4 address. */
static bool to_ipv4(pcs_address *address) {
  pcs_address inside = {.family = PCS_ADDRESS_IPV4, .port = address->port};
  bool is_mapped = memcmp(address->bytes, NAT64_PREFIX, sizeof NAT64_PREFIX) == 0;
  memcpy(inside.bytes, address->bytes + 12, 4);
  if (is_mapped) {
    *address = inside;
  }
  return is_mapped;
}

static void to_ipv6(pcs_address *address) {
  pcs_address around = {.family = PCS_ADDRESS_IPV6, .port = address->port};
  memcpy(around.bytes, NAT64_PREFIX, sizeof NAT64_PREFIX);
  memcpy(around.bytes + 12, address->bytes, 4);
  *address = around;
}

bool sim_nat_leave(sim_nat *box, pcs_address *from, pcs_address *to) {
  if (box->kind == SIM_NAT_64 && !to_ipv4(to)) {
    return false;
  }
  sim_nat_mapping *known = mapping_out(box, from, to);
  if (known == NULL) {
    return false;
  }
  allow(known, to);
  if (box->kind != SIM_NAT_FIREWALL) {
    *from = box->outside;
    from->port = known->outside_port;
  }
  return true;
}

bool sim_nat_enter(const sim_nat *box, pcs_address *from, pcs_address *to) {
  for (size_t i = 0; i < box->num_mappings; i++) {
    const sim_nat_mapping *known = &box->mappings[i];
    bool is_its = box->kind == SIM_NAT_FIREWALL ? pcs_address_equal(&known->inside, to)
                                                : known->outside_port == to->port;
    if (is_its && lets_in(box->kind, known, from)) {
      *to = known->inside;
      if (box->kind == SIM_NAT_64) {
        to_ipv6(from);
      }
      return true;
    }
  }
  return false;
}
