/* The tables of TCP candidates (RFC 6544 4.2 and 6.2). */
#include "host/ice/tcp_candidate.h"

#include "host/ice/candidate.h"
#include "tests/check.h"

static void test_pairs(void) {
  for (int local = PCS_TCP_NONE; local <= PCS_TCP_SO; local++) {
    for (int remote = PCS_TCP_NONE; remote <= PCS_TCP_SO; remote++) {
      bool may = (local == PCS_TCP_NONE && remote == PCS_TCP_NONE) ||
                 (local == PCS_TCP_ACTIVE && remote == PCS_TCP_PASSIVE) ||
                 (local == PCS_TCP_PASSIVE && remote == PCS_TCP_ACTIVE);
      CHECK_EQ_INT(pcs_tcp_candidate_may_pair((pcs_tcp_type)local, (pcs_tcp_type)remote), may);
    }
  }
  CHECK(pcs_tcp_candidate_checks(PCS_TCP_NONE));
  CHECK(pcs_tcp_candidate_checks(PCS_TCP_ACTIVE));
  CHECK(!pcs_tcp_candidate_checks(PCS_TCP_PASSIVE));
}

static void test_priorities(void) {
  uint32_t active = pcs_tcp_candidate_priority(PCS_CANDIDATE_HOST, PCS_TCP_ACTIVE, 65535);
  CHECK_EQ_UINT(active, 90u << 24 | (6u << 13 | 8191u) << 8 | 255u); /* RFC 6544 4.2 */
  CHECK(active > pcs_tcp_candidate_priority(PCS_CANDIDATE_HOST, PCS_TCP_PASSIVE, 65535));
  CHECK(pcs_tcp_candidate_priority(PCS_CANDIDATE_HOST, PCS_TCP_PASSIVE, 65535) >
        pcs_tcp_candidate_priority(PCS_CANDIDATE_HOST, PCS_TCP_SO, 65535));
  CHECK(pcs_tcp_candidate_priority(PCS_CANDIDATE_PRFLX, PCS_TCP_ACTIVE, 65535) >
        pcs_tcp_candidate_priority(PCS_CANDIDATE_PRFLX, PCS_TCP_PASSIVE, 65535));
  /* Two interfaces differ, as their preferences do. */
  for (uint16_t preference = 65534; preference > 65500; preference--) {
    CHECK(pcs_tcp_candidate_priority(PCS_CANDIDATE_HOST, PCS_TCP_ACTIVE, preference) ==
          active - (65535u - preference) * 256u);
  }
}

static void test_between(void) {
  for (int type = PCS_CANDIDATE_HOST; type <= PCS_CANDIDATE_SRFLX; type++) {
    for (int tcp_type = PCS_TCP_ACTIVE; tcp_type <= PCS_TCP_SO; tcp_type++) {
      uint32_t most =
          pcs_tcp_candidate_priority((pcs_candidate_type)type, (pcs_tcp_type)tcp_type, 65535);
      uint32_t least =
          pcs_tcp_candidate_priority((pcs_candidate_type)type, (pcs_tcp_type)tcp_type, 0);
      CHECK(most < pcs_ice_candidate_priority(PCS_CANDIDATE_SRFLX, 0));
      CHECK(least > pcs_ice_candidate_priority(PCS_CANDIDATE_RELAY, 65535));
    }
  }
}

int main(void) {
  RUN("active pairs with passive, UDP with UDP, and nothing with simultaneous open", test_pairs);
  RUN("TCP priorities are RFC 6544's: direction first, then the interface", test_priorities);
  RUN("TCP is better than a relay and worse than UDP without one", test_between);
  return check_report();
}
