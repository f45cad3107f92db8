#include "host/broker/store.h"

#include <stdlib.h>

#include "host/broker/store_certificates.h"
#include "host/broker/store_open.h"
#include "host/broker/store_row.h"
#include "host/broker/store_state.h"

pcs_status pcs_store_note(pcs_store *store, pcs_store_problem problem) {
  store->problem = problem;
  return pcs_store_problem_status(problem);
}

/* Damage is never written over, nor believed in part: after it every query has failed at once. */
void pcs_store_begin(pcs_store *store, pcs_store_query *query, const char *sql) {
  if (store->problem == PCS_STORE_PROBLEM_CORRUPT) {
    *query = (pcs_store_query){NULL, SQLITE_CORRUPT};
  } else {
    pcs_store_query_init(query, store->database, sql);
  }
}

pcs_status pcs_store_finish(pcs_store *store, pcs_store_query *query) {
  return pcs_store_note(store, pcs_store_query_finish(query));
}

/* Every row is one that could have been put, or none counts. */
static pcs_store_problem check_rows(sqlite3 *database) {
  pcs_store_query query;
  pcs_store_entry entry;
  pcs_store_problem problem = PCS_STORE_PROBLEM_NONE;
  pcs_store_query_init(&query, database, "SELECT " PCS_STORE_ROW_COLUMNS " FROM grants");
  while (problem == PCS_STORE_PROBLEM_NONE && pcs_store_query_next(&query)) {
    problem = pcs_store_row_read(&query, &entry);
  }
  pcs_store_problem end = pcs_store_query_finish(&query);
  return problem != PCS_STORE_PROBLEM_NONE ? problem : end;
}

static pcs_store_problem fill(pcs_store *store, const pcs_store_config *config, uint64_t now_us) {
  *store = (pcs_store){.rules = config->rules, .unused_us = config->unused_us};
  pcs_store_problem problem = pcs_store_open(&store->database, config->folder);
  if (problem == PCS_STORE_PROBLEM_NONE) {
    problem = check_rows(store->database);
  }
  if (problem == PCS_STORE_PROBLEM_NONE) {
    problem = pcs_store_check_certificates(store->database);
  }
  if (problem == PCS_STORE_PROBLEM_NONE && pcs_store_expire(store, now_us) != PCS_OK) {
    problem = store->problem;
  }
  return problem;
}

pcs_status pcs_store_new(pcs_store **out_store, pcs_store_problem *out_problem,
                         const pcs_store_config *config, uint64_t now_us) {
  pcs_store *store = calloc(1, sizeof *store);
  *out_store = NULL;
  *out_problem = store != NULL ? fill(store, config, now_us) : PCS_STORE_PROBLEM_MEMORY;
  if (*out_problem != PCS_STORE_PROBLEM_NONE) {
    pcs_store_free(store);
    return pcs_store_problem_status(*out_problem);
  }
  *out_store = store;
  return PCS_OK;
}

void pcs_store_free(pcs_store *store) {
  if (store != NULL) {
    sqlite3_close(store->database);
    free(store);
  }
}

pcs_store_problem pcs_store_problem_of(const pcs_store *store) {
  return store->problem;
}

/* ---- putting ---- */

static pcs_status check_grant(const pcs_store *store, const pcs_grant *grant, uint64_t now_us) {
  pcs_status status = pcs_grant_check(grant, store->rules);
  if (status != PCS_OK) {
    return status;
  }
  if (grant->duration != PCS_DURATION_SITE) {
    return PCS_ERR_RANGE;
  }
  return pcs_grant_has_expired(grant, now_us) ? PCS_ERR_TIMEOUT : PCS_OK;
}

/* Among the grants on other matters: is the id free, is there room for one more? */
static pcs_status check_room(pcs_store *store, const pcs_grant *grant,
                             const pcs_store_peers *peers) {
  pcs_store_query query;
  pcs_store_begin(store, &query,
        "SELECT count(*), coalesce(sum(id = :id), 0) FROM grants "
        "WHERE NOT (" PCS_STORE_ROW_MATTER ")");
  pcs_store_query_bind_number(&query, ":id", grant->id);
  pcs_store_row_bind_matter(&query, grant, peers);
  bool found = pcs_store_query_next(&query);
  uint64_t num_others = found ? pcs_store_query_number(&query, 0) : 0;
  bool is_taken = found && pcs_store_query_number(&query, 1) != 0;
  pcs_status status = pcs_store_finish(store, &query);
  if (status != PCS_OK) {
    return status;
  }
  if (is_taken) {
    return PCS_ERR_RANGE;
  }
  return num_others < PCS_GRANTS_MAX ? PCS_OK : PCS_ERR_NO_SPACE;
}

static pcs_status write_grant(pcs_store *store, const pcs_grant *grant,
                              const pcs_store_peers *peers, uint64_t now_us) {
  pcs_store_query query;
  bool allows = grant->effect == PCS_EFFECT_ALLOW;
  pcs_store_begin(store, &query,
        "INSERT INTO grants (" PCS_STORE_ROW_COLUMNS ") VALUES (:id, :origin, "
        ":embedder, :right, :device, :peers, :effect, :now, :now, :expires) "
        "ON CONFLICT (origin, embedder, right_name, device, peers) DO UPDATE SET "
        "id = excluded.id, effect = excluded.effect, made_us = excluded.made_us, "
        "used_us = excluded.used_us, expires_us = excluded.expires_us");
  pcs_store_row_bind_matter(&query, grant, peers);
  pcs_store_query_bind_number(&query, ":id", grant->id);
  pcs_store_query_bind_text(&query, ":effect", pcs_span_of_text(allows ? "allow" : "block"));
  pcs_store_query_bind_number(&query, ":now", now_us);
  pcs_store_query_bind_number(&query, ":expires", grant->expires_us);
  return pcs_store_finish(store, &query);
}

pcs_status pcs_store_put(pcs_store *store, const pcs_grant *grant, uint64_t now_us) {
  pcs_store_peers peers;
  pcs_status status = check_grant(store, grant, now_us);
  if (status != PCS_OK) {
    return status;
  }
  pcs_store_peers_write(&peers, &grant->peer);
  status = check_room(store, grant, &peers);
  return status == PCS_OK ? write_grant(store, grant, &peers, now_us) : status;
}

/* ---- forgetting ---- */

pcs_status pcs_store_remove(pcs_store *store, uint64_t grant) {
  pcs_store_query query;
  if (grant > PCS_GRANT_ID_MAX) {
    return PCS_ERR_NOT_FOUND;
  }
  pcs_store_begin(store, &query, "DELETE FROM grants WHERE id = :id");
  pcs_store_query_bind_number(&query, ":id", grant);
  pcs_status status = pcs_store_finish(store, &query);
  bool removed = status == PCS_OK && sqlite3_changes(store->database) > 0;
  return status == PCS_OK && !removed ? PCS_ERR_NOT_FOUND : status;
}

static pcs_status run(pcs_store *store, const char *sql) {
  pcs_store_query query;
  pcs_store_begin(store, &query, sql);
  return pcs_store_finish(store, &query);
}

/* What is forgotten goes from every table at once, or from none. */
static pcs_status end_together(pcs_store *store, pcs_status status) {
  if (status == PCS_OK) {
    status = run(store, "COMMIT");
  }
  if (status != PCS_OK) {
    (void)sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
  }
  return status;
}

static pcs_status remove_origin(pcs_store *store, const char *sql, const pcs_origin *origin) {
  pcs_store_query query;
  pcs_store_begin(store, &query, sql);
  pcs_store_query_bind_text(&query, ":origin", pcs_span_of_text(origin->text));
  return pcs_store_finish(store, &query);
}

pcs_status pcs_store_reset_origin(pcs_store *store, const pcs_origin *origin) {
  static const char *const tables[] = {
      "DELETE FROM grants WHERE origin = :origin OR embedder = :origin",
      "DELETE FROM certificates WHERE origin = :origin OR embedder = :origin"};
  pcs_status status = run(store, "BEGIN IMMEDIATE");
  if (status != PCS_OK) {
    return status;
  }
  for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == PCS_OK; i++) {
    status = remove_origin(store, tables[i], origin);
  }
  return end_together(store, status);
}

pcs_status pcs_store_forget(pcs_store *store) {
  pcs_status status = run(store, "BEGIN IMMEDIATE");
  if (status != PCS_OK) {
    return status;
  }
  status = run(store, "DELETE FROM grants");
  if (status == PCS_OK) {
    status = run(store, "DELETE FROM certificates");
  }
  return end_together(store, status);
}

/* The time before which a permission was last used that counts no more. */
static uint64_t unused_before(const pcs_store *store, uint64_t now_us) {
  return now_us > store->unused_us ? now_us - store->unused_us : 0;
}

static pcs_status expire_grants(pcs_store *store, uint64_t now_us) {
  pcs_store_query query;
  pcs_store_begin(store, &query,
        "DELETE FROM grants WHERE (expires_us <= :now AND expires_us <> :never) "
        "OR (effect = 'allow' AND used_us < :unused)");
  pcs_store_query_bind_number(&query, ":now", now_us);
  pcs_store_query_bind_number(&query, ":never", PCS_GRANT_NEVER);
  pcs_store_query_bind_number(&query, ":unused", unused_before(store, now_us));
  return pcs_store_finish(store, &query);
}

/* Each for itself: one of them alone is right too. */
pcs_status pcs_store_expire(pcs_store *store, uint64_t now_us) {
  pcs_status status = expire_grants(store, now_us);
  return status == PCS_OK ? pcs_store_expire_certificates(store, now_us) : status;
}

/* ---- using ---- */

pcs_status pcs_store_touch(pcs_store *store, uint64_t grant, uint64_t now_us) {
  pcs_store_query query;
  if (grant > PCS_GRANT_ID_MAX) {
    return PCS_OK;
  }
  uint64_t old = now_us > PCS_STORE_USED_STEP_US ? now_us - PCS_STORE_USED_STEP_US : 0;
  /* A use noted in the future is of a clock that was wrong. */
  pcs_store_begin(store, &query,
        "UPDATE grants SET used_us = :now "
        "WHERE id = :id AND (used_us <= :old OR used_us > :now)");
  pcs_store_query_bind_number(&query, ":id", grant);
  pcs_store_query_bind_number(&query, ":old", old);
  pcs_store_query_bind_number(&query, ":now", now_us);
  return pcs_store_finish(store, &query);
}

static bool counts(const pcs_store *store, const pcs_store_entry *entry, uint64_t now_us) {
  const pcs_grant *grant = &entry->grant;
  bool unused = grant->effect == PCS_EFFECT_ALLOW && entry->used_us < unused_before(store, now_us);
  return !unused && !pcs_grant_has_expired(grant, now_us) &&
         pcs_grant_check(grant, store->rules) == PCS_OK;
}

pcs_status pcs_store_next(pcs_store *store, pcs_store_entry *out_entry, uint64_t *cursor,
                          uint64_t now_us) {
  pcs_store_query query;
  bool found = false;
  pcs_store_problem problem = PCS_STORE_PROBLEM_NONE;
  pcs_store_begin(store, &query,
        "SELECT " PCS_STORE_ROW_COLUMNS " FROM grants WHERE id > :after "
        "ORDER BY id");
  pcs_store_query_bind_number(&query, ":after", *cursor);
  while (!found && problem == PCS_STORE_PROBLEM_NONE && pcs_store_query_next(&query)) {
    problem = pcs_store_row_read(&query, out_entry);
    found = problem == PCS_STORE_PROBLEM_NONE && counts(store, out_entry, now_us);
  }
  pcs_store_problem end = pcs_store_query_finish(&query);
  pcs_status status = pcs_store_note(store, problem != PCS_STORE_PROBLEM_NONE ? problem : end);
  *cursor = found ? out_entry->grant.id : *cursor;
  return status == PCS_OK && !found ? PCS_ERR_NOT_FOUND : status;
}
