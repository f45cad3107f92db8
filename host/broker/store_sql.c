#include "host/broker/store_sql.h"

#include <assert.h>

pcs_store_problem pcs_store_sql_problem(int code) {
  switch (code & 0xff) {
  case SQLITE_OK:
  case SQLITE_ROW:
  case SQLITE_DONE:
    return PCS_STORE_PROBLEM_NONE;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return PCS_STORE_PROBLEM_BUSY;
  case SQLITE_NOMEM:
    return PCS_STORE_PROBLEM_MEMORY;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_FORMAT:
  case SQLITE_ERROR:
  case SQLITE_SCHEMA:
    return PCS_STORE_PROBLEM_CORRUPT;
  default:
    return PCS_STORE_PROBLEM_DISK;
  }
}

pcs_store_problem pcs_store_sql_run(sqlite3 *database, const char *sql) {
  return pcs_store_sql_problem(sqlite3_exec(database, sql, NULL, NULL, NULL));
}

pcs_store_problem pcs_store_sql_number(sqlite3 *database, const char *sql, int64_t *out_number) {
  pcs_store_query query;
  pcs_store_query_init(&query, database, sql);
  bool found = pcs_store_query_next(&query);
  *out_number = found ? sqlite3_column_int64(query.statement, 0) : 0;
  pcs_store_problem problem = pcs_store_query_finish(&query);
  return problem == PCS_STORE_PROBLEM_NONE && !found ? PCS_STORE_PROBLEM_CORRUPT : problem;
}

void pcs_store_query_init(pcs_store_query *query, sqlite3 *database, const char *sql) {
  query->statement = NULL;
  query->code = sqlite3_prepare_v2(database, sql, -1, &query->statement, NULL);
}

static int place_of(const pcs_store_query *query, const char *name) {
  int place = sqlite3_bind_parameter_index(query->statement, name);
  assert(place > 0);
  return place;
}

void pcs_store_query_bind_number(pcs_store_query *query, const char *name, uint64_t number) {
  assert(number <= INT64_MAX);
  if (query->code == SQLITE_OK) {
    query->code =
        sqlite3_bind_int64(query->statement, place_of(query, name), (sqlite3_int64)number);
  }
}

void pcs_store_query_bind_text(pcs_store_query *query, const char *name, pcs_span text) {
  const char *data = text.len > 0 ? (const char *)text.data : "";
  if (query->code == SQLITE_OK) {
    query->code = sqlite3_bind_text64(query->statement, place_of(query, name), data, text.len,
                                      SQLITE_STATIC, SQLITE_UTF8);
  }
}

/* A null pointer would bind NULL, not no bytes. */
void pcs_store_query_bind_bytes(pcs_store_query *query, const char *name, pcs_span bytes) {
  const void *data = bytes.len > 0 ? (const void *)bytes.data : "";
  if (query->code == SQLITE_OK) {
    query->code = sqlite3_bind_blob64(query->statement, place_of(query, name), data, bytes.len,
                                      SQLITE_STATIC);
  }
}

bool pcs_store_query_next(pcs_store_query *query) {
  if (query->code == SQLITE_OK || query->code == SQLITE_ROW) {
    query->code = sqlite3_step(query->statement);
  }
  return query->code == SQLITE_ROW;
}

uint64_t pcs_store_query_number(pcs_store_query *query, int column) {
  sqlite3_int64 number = sqlite3_column_int64(query->statement, column);
  return number > 0 ? (uint64_t)number : 0;
}

pcs_span pcs_store_query_bytes(pcs_store_query *query, int column) {
  const uint8_t *data = sqlite3_column_blob(query->statement, column);
  return (pcs_span){data, (size_t)sqlite3_column_bytes(query->statement, column)};
}

pcs_store_problem pcs_store_query_finish(pcs_store_query *query) {
  if (query->code == SQLITE_OK) {
    (void)pcs_store_query_next(query);
  }
  sqlite3_finalize(query->statement);
  query->statement = NULL;
  return pcs_store_sql_problem(query->code);
}
