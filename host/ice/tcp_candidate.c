#include "host/ice/tcp_candidate.h"

/* RFC 8445 5.1.2.2's preferences, lowered as RFC 6544 4.2 recommends where UDP is better:
 * Chromium's values, in the order of pcs_candidate_type. */
static const uint32_t TYPE_PREFERENCE[] = {90, 80, 75, 0};

/* RFC 6544 4.2, in the order of pcs_tcp_type: of host and relayed candidates, and of reflexive
 * ones. */
static const uint32_t DIRECTION[] = {0, 6, 4, 2};
static const uint32_t REFLEXIVE_DIRECTION[] = {0, 4, 2, 6};

/* Sockets are numbered down from the highest preference: those are the ones that differ. */
#define LOWEST_KEPT (UINT16_MAX - 8191)

uint32_t pcs_tcp_candidate_priority(pcs_candidate_type type, pcs_tcp_type tcp_type,
                                    uint16_t preference) {
  bool is_reflexive = type == PCS_CANDIDATE_PRFLX || type == PCS_CANDIDATE_SRFLX;
  uint32_t direction = is_reflexive ? REFLEXIVE_DIRECTION[tcp_type] : DIRECTION[tcp_type];
  uint32_t other = preference > LOWEST_KEPT ? (uint32_t)preference - LOWEST_KEPT : 0;
  uint32_t local_preference = direction << 13 | other;
  return TYPE_PREFERENCE[type] << 24 | local_preference << 8 | 255;
}

bool pcs_tcp_candidate_may_pair(pcs_tcp_type local, pcs_tcp_type remote) {
  static const pcs_tcp_type OPPOSITE[] = {
      [PCS_TCP_NONE] = PCS_TCP_NONE,
      [PCS_TCP_ACTIVE] = PCS_TCP_PASSIVE,
      [PCS_TCP_PASSIVE] = PCS_TCP_ACTIVE,
      [PCS_TCP_SO] = PCS_TCP_SO,
  };
  return local != PCS_TCP_SO && OPPOSITE[local] == remote;
}

bool pcs_tcp_candidate_checks(pcs_tcp_type local) {
  return local == PCS_TCP_NONE || local == PCS_TCP_ACTIVE;
}
