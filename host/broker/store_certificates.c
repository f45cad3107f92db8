#include "host/broker/store_certificates.h"

#include <string.h>

#include "core/base/text.h"
#include "host/broker/store_state.h"

/* In the order of its places. */
static const char *const algorithms[] = {"ecdsa-p256", "rsa-2048"};
_Static_assert(PCS_KEY_ECDSA_P256 == 0 && PCS_KEY_RSA_2048 == 1, "the order of algorithms");
#define NUM_ALGORITHMS (sizeof algorithms / sizeof algorithms[0])

#define NAMED "handle = :handle AND origin = :origin AND embedder = :embedder"

static void bind_owner(pcs_store_query *query, const pcs_kept_name *name) {
  pcs_store_query_bind_text(query, ":origin", pcs_span_of_text(name->origin.text));
  pcs_store_query_bind_text(query, ":embedder", pcs_span_of_text(name->embedder.text));
}

static void bind_name(pcs_store_query *query, const pcs_kept_name *name) {
  bind_owner(query, name);
  pcs_store_query_bind_bytes(query, ":handle", (pcs_span){name->handle, sizeof name->handle});
}

/* ---- keeping ---- */

static pcs_status check(const pcs_store *store, const pcs_kept_name *name,
                        const pcs_kept_certificate *kept, uint64_t now_us) {
  if (!pcs_rules_remember(store->rules, &name->origin) ||
      !pcs_rules_remember(store->rules, &name->embedder)) {
    return PCS_ERR_DENIED;
  }
  bool fits = kept->key.len > 0 && kept->key.len <= PCS_KEPT_KEY_BYTES_MAX &&
              kept->certificate.len > 0 &&
              kept->certificate.len <= PCS_KEPT_CERTIFICATE_BYTES_MAX;
  if (kept->algorithm >= NUM_ALGORITHMS || !fits) {
    return PCS_ERR_RANGE;
  }
  if (kept->expires_us <= now_us) {
    return PCS_ERR_TIMEOUT;
  }
  return kept->expires_us - now_us <= PCS_STORE_CERTIFICATE_US_MAX ? PCS_OK : PCS_ERR_RANGE;
}

static pcs_status check_room(pcs_store *store, const pcs_kept_name *name) {
  pcs_store_query query;
  pcs_store_begin(store, &query,
                  "SELECT count(*), coalesce(sum(origin = :origin AND embedder = :embedder), 0) "
                  "FROM certificates");
  bind_owner(&query, name);
  bool found = pcs_store_query_next(&query);
  uint64_t num = found ? pcs_store_query_number(&query, 0) : 0;
  uint64_t num_own = found ? pcs_store_query_number(&query, 1) : 0;
  pcs_status status = pcs_store_finish(store, &query);
  bool full = num >= PCS_KEPT_MAX || num_own >= PCS_KEPT_PER_ORIGIN_MAX;
  return status == PCS_OK && full ? PCS_ERR_QUOTA : status;
}

pcs_status pcs_store_keep_certificate(pcs_store *store, const pcs_kept_name *name,
                                      const pcs_kept_certificate *kept, uint64_t now_us) {
  pcs_status status = check(store, name, kept, now_us);
  if (status == PCS_OK) {
    status = pcs_store_expire_certificates(store, now_us);
  }
  if (status == PCS_OK) {
    status = check_room(store, name);
  }
  if (status != PCS_OK) {
    return status;
  }
  pcs_store_query query;
  pcs_store_begin(store, &query,
                  "INSERT INTO certificates (handle, origin, embedder, algorithm, expires_us, key, "
                  "certificate) VALUES (:handle, :origin, :embedder, :algorithm, :expires, :key, "
                  ":certificate)");
  bind_name(&query, name);
  pcs_store_query_bind_text(&query, ":algorithm", pcs_span_of_text(algorithms[kept->algorithm]));
  pcs_store_query_bind_number(&query, ":expires", kept->expires_us);
  pcs_store_query_bind_bytes(&query, ":key", kept->key);
  pcs_store_query_bind_bytes(&query, ":certificate", kept->certificate);
  return pcs_store_finish(store, &query);
}

/* ---- finding ---- */

static size_t copy(uint8_t *to, size_t max, pcs_span from) {
  if (from.len == 0 || from.len > max) {
    return 0;
  }
  memcpy(to, from.data, from.len);
  return from.len;
}

pcs_status pcs_store_recall_certificate(pcs_store *store, pcs_kept_bytes *out_kept,
                                        const pcs_kept_name *name, uint64_t now_us) {
  pcs_store_query query;
  out_kept->key_len = out_kept->certificate_len = 0;
  pcs_store_begin(store, &query,
                  "SELECT key, certificate FROM certificates WHERE " NAMED
                  " AND expires_us > :now");
  bind_name(&query, name);
  pcs_store_query_bind_number(&query, ":now", now_us);
  if (pcs_store_query_next(&query)) {
    out_kept->key_len =
        copy(out_kept->key, sizeof out_kept->key, pcs_store_query_bytes(&query, 0));
    out_kept->certificate_len = copy(out_kept->certificate, sizeof out_kept->certificate,
                                     pcs_store_query_bytes(&query, 1));
  }
  pcs_status status = pcs_store_finish(store, &query);
  bool found = out_kept->key_len > 0 && out_kept->certificate_len > 0;
  return status == PCS_OK && !found ? PCS_ERR_NOT_FOUND : status;
}

pcs_status pcs_store_forget_certificate(pcs_store *store, const pcs_kept_name *name) {
  pcs_store_query query;
  pcs_store_begin(store, &query, "DELETE FROM certificates WHERE " NAMED);
  bind_name(&query, name);
  return pcs_store_finish(store, &query);
}

pcs_status pcs_store_expire_certificates(pcs_store *store, uint64_t now_us) {
  pcs_store_query query;
  pcs_store_begin(store, &query, "DELETE FROM certificates WHERE expires_us <= :now");
  pcs_store_query_bind_number(&query, ":now", now_us);
  return pcs_store_finish(store, &query);
}

/* ---- checking ---- */

static bool is_origin(pcs_span text) {
  pcs_origin origin;
  return pcs_origin_parse(text, &origin) == PCS_OK && !origin.opaque;
}

/* Sizes, times and names are the table's own constraints; what an origin is, is ours. */
pcs_store_problem pcs_store_check_certificates(sqlite3 *database) {
  pcs_store_query query;
  bool whole = true;
  pcs_store_query_init(&query, database, "SELECT origin, embedder FROM certificates");
  while (whole && pcs_store_query_next(&query)) {
    whole = is_origin(pcs_store_query_bytes(&query, 0)) &&
            is_origin(pcs_store_query_bytes(&query, 1));
  }
  pcs_store_problem problem = pcs_store_query_finish(&query);
  return problem == PCS_STORE_PROBLEM_NONE && !whole ? PCS_STORE_PROBLEM_CORRUPT : problem;
}
