#include "host/broker/store_schema.h"

#include "core/base/text.h"

#define TEXT_OF(number) #number
#define TEXT_OF_VALUE(number) TEXT_OF(number)

/*
 * migrations[n] makes version n + 1 of version n. What was released is never changed, only
 * followed. Times are microseconds since 1970; expires_us is INT64_MAX for never. peers: the
 * certificates of a pcs_peer, each a byte for the hash and its value. The UNIQUE columns are
 * pcs_grant_same_matter. certificates: what pages have kept, key in PKCS #8 and certificate in DER.
 */
static const char *const migrations[] = {
    "CREATE TABLE grants ("
    "  id INTEGER PRIMARY KEY NOT NULL CHECK (id > 0),"
    "  origin TEXT NOT NULL,"
    "  embedder TEXT NOT NULL,"
    "  right_name TEXT NOT NULL CHECK (right_name NOT IN ('screen', 'window')),"
    "  device TEXT NOT NULL,"
    "  peers BLOB NOT NULL,"
    "  effect TEXT NOT NULL CHECK (effect IN ('allow', 'block')),"
    "  made_us INTEGER NOT NULL CHECK (made_us >= 0),"
    "  used_us INTEGER NOT NULL CHECK (used_us >= 0),"
    "  expires_us INTEGER NOT NULL CHECK (expires_us >= 0),"
    "  UNIQUE (origin, embedder, right_name, device, peers)"
    ") STRICT;"
    "PRAGMA application_id = " TEXT_OF_VALUE(PCS_STORE_APPLICATION_ID) ";"
                                                                       "PRAGMA user_version = 1;",
    "CREATE TABLE certificates ("
    "  handle BLOB PRIMARY KEY NOT NULL CHECK (length(handle) = 16),"
    "  origin TEXT NOT NULL,"
    "  embedder TEXT NOT NULL,"
    "  algorithm TEXT NOT NULL CHECK (algorithm IN ('ecdsa-p256', 'rsa-2048')),"
    "  expires_us INTEGER NOT NULL CHECK (expires_us >= 0),"
    "  key BLOB NOT NULL CHECK (length(key) BETWEEN 1 AND 1400),"
    "  certificate BLOB NOT NULL CHECK (length(certificate) BETWEEN 1 AND 1400)"
    ") STRICT, WITHOUT ROWID;"
    "PRAGMA user_version = 2;",
};
_Static_assert(sizeof migrations / sizeof migrations[0] == PCS_STORE_SCHEMA_VERSION,
               "a migration for each version");

typedef struct identity {
  int64_t application;
  int64_t version;
  int64_t num_objects;
} identity;

static pcs_store_problem identify(sqlite3 *database, identity *out) {
  static const char *const questions[] = {"PRAGMA application_id", "PRAGMA user_version",
                                          "SELECT count(*) FROM sqlite_schema"};
  int64_t *const answers[] = {&out->application, &out->version, &out->num_objects};
  for (size_t i = 0; i < 3; i++) {
    pcs_store_problem problem = pcs_store_sql_number(database, questions[i], answers[i]);
    if (problem != PCS_STORE_PROBLEM_NONE) {
      return problem;
    }
  }
  return PCS_STORE_PROBLEM_NONE;
}

static bool is_empty(const identity *file) {
  return file->application == 0 && file->version == 0 && file->num_objects == 0;
}

/* Every page, every index, every constraint: SQLite's own look at its file. */
static pcs_store_problem check_integrity(sqlite3 *database) {
  pcs_store_query query;
  pcs_store_query_init(&query, database, "PRAGMA integrity_check(1)");
  bool whole =
      pcs_store_query_next(&query) && pcs_span_equal_text(pcs_store_query_bytes(&query, 0), "ok");
  pcs_store_problem problem = pcs_store_query_finish(&query);
  return problem == PCS_STORE_PROBLEM_NONE && !whole ? PCS_STORE_PROBLEM_CORRUPT : problem;
}

pcs_store_problem pcs_store_schema_check(sqlite3 *database) {
  identity file;
  pcs_store_problem problem = identify(database, &file);
  if (problem != PCS_STORE_PROBLEM_NONE || is_empty(&file)) {
    return problem;
  }
  if (file.application != PCS_STORE_APPLICATION_ID) {
    return PCS_STORE_PROBLEM_FOREIGN;
  }
  if (file.version > PCS_STORE_SCHEMA_VERSION) {
    return PCS_STORE_PROBLEM_NEWER;
  }
  return file.version < 1 ? PCS_STORE_PROBLEM_CORRUPT : check_integrity(database);
}

/* In the transaction: another program may have done it since the check. */
static pcs_store_problem migrate_on(sqlite3 *database) {
  identity file;
  pcs_store_problem problem = identify(database, &file);
  while (problem == PCS_STORE_PROBLEM_NONE && file.version < PCS_STORE_SCHEMA_VERSION) {
    problem = pcs_store_sql_run(database, migrations[file.version++]);
  }
  return problem;
}

pcs_store_problem pcs_store_schema_migrate(sqlite3 *database) {
  pcs_store_problem problem = pcs_store_sql_run(database, "BEGIN IMMEDIATE");
  if (problem != PCS_STORE_PROBLEM_NONE) {
    return problem;
  }
  problem = migrate_on(database);
  if (problem == PCS_STORE_PROBLEM_NONE) {
    problem = pcs_store_sql_run(database, "COMMIT");
  }
  if (problem != PCS_STORE_PROBLEM_NONE) {
    (void)pcs_store_sql_problem(sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL));
  }
  return problem;
}
