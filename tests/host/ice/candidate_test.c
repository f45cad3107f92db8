#include "host/ice/candidate.h"

#include "tests/check.h"
#include "tests/sim/net.h"

static pcs_ice_candidates table;

static pcs_ice_candidate *add(pcs_ice_candidate candidate) {
  pcs_ice_candidates_set_foundation(&table, &candidate);
  return pcs_ice_candidates_add(&table, &candidate);
}

static void test_priority(void) {
  CHECK_EQ_UINT(pcs_ice_candidate_priority(PCS_CANDIDATE_HOST, 65535), 2130706431u);
  CHECK_EQ_UINT(pcs_ice_candidate_priority(PCS_CANDIDATE_PRFLX, 65535), 1862270975u);
  CHECK_EQ_UINT(pcs_ice_candidate_priority(PCS_CANDIDATE_SRFLX, 65535), 1694498815u);
  CHECK_EQ_UINT(pcs_ice_candidate_priority(PCS_CANDIDATE_RELAY, 65535), 16777215u);
}

static void test_foundation(void) {
  memset(&table, 0, sizeof table);
  pcs_address base = sim_ipv4(0xc0000201, 4000);
  pcs_address same_ip = sim_ipv4(0xc0000201, 5000);
  pcs_address other_ip = sim_ipv4(0xc0000202, 4000);
  uint32_t host = add((pcs_ice_candidate){.id = 1, .owner = 1, .base = base})->foundation;
  CHECK_EQ_UINT(add((pcs_ice_candidate){.id = 2, .owner = 1, .base = same_ip})->foundation, host);
  CHECK(add((pcs_ice_candidate){.id = 3, .owner = 1, .base = other_ip})->foundation != host);
  CHECK(add((pcs_ice_candidate){.id = 4, .owner = 2, .base = base})->foundation != host);
  pcs_ice_candidate srflx = {.id = 5, .owner = 1, .base = base, .type = PCS_CANDIDATE_SRFLX};
  uint32_t first = add(srflx)->foundation;
  CHECK(first != host);
  srflx.id = 6;
  srflx.server = 1;
  CHECK(add(srflx)->foundation != first);
  pcs_candidate shown;
  pcs_ice_candidate_describe(&table.entries[2], &shown);
  CHECK(pcs_span_equal_text(shown.foundation, "3"));
}

static void test_remote_foundation(void) {
  memset(&table, 0, sizeof table);
  pcs_ice_candidate a = {.id = 11, .owner = 1};
  pcs_ice_candidates_set_remote_foundation(&table, &a, pcs_span_of_text("x/1"));
  (void)pcs_ice_candidates_add(&table, &a);
  pcs_ice_candidate b = {.id = 12, .owner = 1};
  pcs_ice_candidates_set_remote_foundation(&table, &b, pcs_span_of_text("x/1"));
  CHECK_EQ_UINT(b.foundation, a.foundation);
  pcs_ice_candidates_set_remote_foundation(&table, &b, pcs_span_of_text("x/2"));
  CHECK(b.foundation != a.foundation);
  b.owner = 2;
  pcs_ice_candidates_set_remote_foundation(&table, &b, pcs_span_of_text("x/1"));
  CHECK(b.foundation != a.foundation);
  pcs_ice_candidates_set_remote_foundation(&table, &b, (pcs_span){0});
  CHECK_EQ_UINT(b.foundation, 12);
  pcs_candidate shown;
  pcs_ice_candidate_describe(&b, &shown);
  CHECK(pcs_span_equal_text(shown.foundation, "prflx12"));
}

static void test_table(void) {
  memset(&table, 0, sizeof table);
  for (uint32_t i = 1; i <= PCS_ICE_CANDIDATES_MAX; i++) {
    pcs_ice_candidate candidate = {
        .id = i, .owner = i % 3, .path_id = i, .address = sim_ipv4(i, 4000)};
    CHECK(pcs_ice_candidates_add(&table, &candidate) != NULL);
  }
  pcs_ice_candidate more = {.id = 1000};
  CHECK(pcs_ice_candidates_add(&table, &more) == NULL);
  pcs_address seventh = sim_ipv4(7, 4000);
  CHECK_EQ_UINT(pcs_ice_candidates_at(&table, 1, &seventh)->id, 7);
  CHECK(pcs_ice_candidates_at(&table, 2, &seventh) == NULL);
  CHECK_EQ_UINT(pcs_ice_candidates_base(&table, 1, 7)->id, 7);
  CHECK(pcs_ice_candidates_base(&table, 1, 8) == NULL);
  pcs_ice_candidates_drop(&table, 7);
  pcs_ice_candidates_drop(&table, 7);
  CHECK(pcs_ice_candidates_get(&table, 7) == NULL);
  pcs_ice_candidates_drop_owner(&table, 1);
  CHECK_EQ_UINT(pcs_ice_candidates_count(&table, 1), 0);
  CHECK(pcs_ice_candidates_count(&table, 2) > 0);
  CHECK_EQ_UINT(pcs_ice_candidates_find(&table, 2)->id, 2);
}

int main(void) {
  RUN("priorities are those of RFC 8445 5.1.2", test_priority);
  RUN("foundations are equal for the same type, base and server only", test_foundation);
  RUN("remote foundations are compared as text within one ufrag", test_remote_foundation);
  RUN("the table is bounded and finds what it holds", test_table);
  return check_report();
}
