#include "core/policy/transports.h"

static const char *const TCP_NAMES[] = {"off", "active", "active-and-passive"};
static const char *const MASKING_NAMES[] = {"off", "offer", "require"};
#define NUM_NAMES 3

pcs_ice_transports pcs_ice_transports_default(void) {
  return (pcs_ice_transports){.tcp = PCS_ICE_TCP_ACTIVE};
}

static size_t index_of(pcs_span text, const char *const names[NUM_NAMES]) {
  size_t index = 0;
  while (index < NUM_NAMES && !pcs_span_equal_text(text, names[index])) {
    index++;
  }
  return index;
}

pcs_status pcs_ice_tcp_policy_read(pcs_span text, pcs_ice_tcp_policy *out_policy) {
  size_t index = index_of(text, TCP_NAMES);
  *out_policy = index < NUM_NAMES ? (pcs_ice_tcp_policy)index : PCS_ICE_TCP_OFF;
  return index < NUM_NAMES ? PCS_OK : PCS_ERR_SYNTAX;
}

pcs_status pcs_ice_masking_read(pcs_span text, pcs_ice_masking *out_masking) {
  size_t index = index_of(text, MASKING_NAMES);
  *out_masking = index < NUM_NAMES ? (pcs_ice_masking)index : PCS_ICE_MASKING_OFF;
  return index < NUM_NAMES ? PCS_OK : PCS_ERR_SYNTAX;
}

const char *pcs_ice_tcp_policy_name(pcs_ice_tcp_policy policy) {
  return (unsigned)policy < NUM_NAMES ? TCP_NAMES[policy] : "unknown";
}

const char *pcs_ice_masking_name(pcs_ice_masking masking) {
  return (unsigned)masking < NUM_NAMES ? MASKING_NAMES[masking] : "unknown";
}
