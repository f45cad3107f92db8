#include "core/plan/plan.h"

#include <string.h>

#include "core/base/text.h"
#include "core/plan/address.h"

/* RFC 8445 5.1.2.1; above it the pair priority of 6.1.2.3 would not fit 64 bits. */
#define PRIORITY_MAX 0x7fffffffU
/* RFC 8842 5.2. */
#define TLS_ID_BYTES_MIN 20

bool pcs_address_equal(const pcs_address *a, const pcs_address *b) {
  return a->family == b->family && a->port == b->port &&
         memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

size_t pcs_hash_bytes(pcs_hash hash) {
  switch (hash) {
  case PCS_HASH_SHA_1:
    return 20;
  case PCS_HASH_SHA_224:
    return 28;
  case PCS_HASH_SHA_256:
    return 32;
  case PCS_HASH_SHA_384:
    return 48;
  case PCS_HASH_SHA_512:
    return 64;
  }
  return 0;
}

/* ALPHA / DIGIT and the extra characters of the grammar at hand. */
static bool is_made_of(pcs_span text, const char *extra) {
  pcs_span others = pcs_span_of_text(extra);
  for (size_t i = 0; i < text.len; i++) {
    uint8_t byte = text.data[i];
    bool other = pcs_text_find(others, byte) < others.len;
    if (!pcs_text_is_letter(byte) && !pcs_text_is_digit(byte) && !other) {
      return false;
    }
  }
  return true;
}

pcs_status pcs_ice_text_check(pcs_span text, size_t bytes_min, size_t bytes_max) {
  bool fits = text.len >= bytes_min && text.len <= bytes_max;
  return fits && is_made_of(text, "+/") ? PCS_OK : PCS_ERR_SYNTAX;
}

static bool is_zero(const uint8_t *bytes, size_t len) {
  uint8_t any = 0;
  for (size_t i = 0; i < len; i++) {
    any |= bytes[i];
  }
  return any == 0;
}

/* One address has one form, so that comparing bytes compares addresses. */
static pcs_status check_address(const pcs_address *address) {
  size_t used = address->family == PCS_ADDRESS_IPV6   ? 16
                : address->family == PCS_ADDRESS_IPV4 ? 4
                                                      : 0;
  bool known = used > 0 || address->family == PCS_ADDRESS_NAME ||
               (address->family == PCS_ADDRESS_NONE && address->port == 0);
  if (!known) {
    return PCS_ERR_RANGE;
  }
  return is_zero(address->bytes + used, sizeof address->bytes - used) ? PCS_OK : PCS_ERR_SYNTAX;
}

static pcs_status check_name(const pcs_candidate *candidate) {
  if (candidate->address.family != PCS_ADDRESS_NAME) {
    return candidate->name.len == 0 ? PCS_OK : PCS_ERR_SYNTAX;
  }
  return pcs_address_is_mdns_name(candidate->name) ? PCS_OK : PCS_ERR_SYNTAX;
}

pcs_status pcs_candidate_check(const pcs_candidate *candidate) {
  bool tcp = candidate->transport == PCS_TRANSPORT_TCP;
  bool in_range = (candidate->component == 1 || candidate->component == 2) &&
                  candidate->transport <= PCS_TRANSPORT_TCP &&
                  candidate->type <= PCS_CANDIDATE_RELAY && candidate->tcp_type <= PCS_TCP_SO &&
                  /* RFC 6544 4.5: a TCP candidate says how it connects, no other does. */
                  tcp == (candidate->tcp_type != PCS_TCP_NONE) && candidate->priority > 0 &&
                  candidate->priority <= PRIORITY_MAX;
  bool addressed = candidate->address.family != PCS_ADDRESS_NONE &&
                   candidate->related.family != PCS_ADDRESS_NAME;
  if (!in_range || !addressed) {
    return PCS_ERR_RANGE;
  }
  pcs_status status = pcs_ice_text_check(candidate->foundation, 1, PCS_FOUNDATION_BYTES_MAX);
  status = status == PCS_OK ? check_address(&candidate->address) : status;
  status = status == PCS_OK ? check_address(&candidate->related) : status;
  return status == PCS_OK ? check_name(candidate) : status;
}

pcs_status pcs_ice_server_check(const pcs_ice_server *server) {
  pcs_address literal;
  if (server->scheme > PCS_SERVER_TURNS || server->transport > PCS_TRANSPORT_TCP ||
      server->port == 0) {
    return PCS_ERR_RANGE;
  }
  if (server->username.len > PCS_ICE_USERNAME_BYTES_MAX ||
      server->credential.len > PCS_ICE_CREDENTIAL_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  bool host =
      pcs_address_parse(server->host, &literal) == PCS_OK || pcs_address_is_dns_name(server->host);
  return host ? PCS_OK : PCS_ERR_SYNTAX;
}

static pcs_status check_fingerprints(const pcs_plan *plan) {
  bool strong = false;
  if (plan->num_fingerprints > PCS_FINGERPRINTS_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  for (size_t i = 0; i < plan->num_fingerprints; i++) {
    const pcs_fingerprint *fingerprint = &plan->fingerprints[i];
    size_t bytes = pcs_hash_bytes((pcs_hash)fingerprint->hash);
    if (bytes == 0 || fingerprint->value.len != bytes) {
      return PCS_ERR_SYNTAX;
    }
    strong = strong || fingerprint->hash != PCS_HASH_SHA_1;
  }
  return strong ? PCS_OK : PCS_ERR_UNSUPPORTED;
}

static pcs_status check_tls_id(pcs_span tls_id) {
  bool absent = tls_id.len == 0;
  bool fits = tls_id.len >= TLS_ID_BYTES_MIN && tls_id.len <= PCS_TLS_ID_BYTES_MAX;
  return absent || (fits && is_made_of(tls_id, "+/-_")) ? PCS_OK : PCS_ERR_SYNTAX;
}

pcs_status pcs_plan_check(const pcs_plan *plan) {
  bool in_range = plan->ice_role <= PCS_ICE_CONTROLLING && plan->remote_lite <= 1 &&
                  plan->dtls_role <= PCS_DTLS_SERVER && plan->has_data <= 1 &&
                  /* RFC 8841 5.1: port 0 is an association that is not. */
                  (plan->has_data == 0 || plan->sctp_port != 0);
  if (!in_range) {
    return PCS_ERR_RANGE;
  }
  pcs_status status =
      pcs_ice_text_check(plan->remote_ufrag, PCS_UFRAG_BYTES_MIN, PCS_UFRAG_BYTES_MAX);
  if (status == PCS_OK) {
    status =
        pcs_ice_text_check(plan->remote_password, PCS_PASSWORD_BYTES_MIN, PCS_PASSWORD_BYTES_MAX);
  }
  status = status == PCS_OK ? check_tls_id(plan->remote_tls_id) : status;
  return status == PCS_OK ? check_fingerprints(plan) : status;
}
