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
  sqlite3_stmt *statement;
  *out_number = 0;
  pcs_store_problem problem = pcs_store_sql_prepare(database, sql, &statement);
  if (problem != PCS_STORE_PROBLEM_NONE) {
    return problem;
  }
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    *out_number = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  return code == SQLITE_DONE ? PCS_STORE_PROBLEM_CORRUPT : pcs_store_sql_problem(code);
}

pcs_store_problem pcs_store_sql_prepare(sqlite3 *database, const char *sql,
                                        sqlite3_stmt **out_statement) {
  return pcs_store_sql_problem(sqlite3_prepare_v2(database, sql, -1, out_statement, NULL));
}

pcs_store_problem pcs_store_sql_finish(sqlite3_stmt *statement) {
  int code = SQLITE_ROW;
  if (statement == NULL) {
    return PCS_STORE_PROBLEM_MEMORY;
  }
  while (code == SQLITE_ROW) {
    code = sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return pcs_store_sql_problem(code);
}

/* SQLite's place for a name; 0, which binds nothing, when the statement has no such parameter. */
static int place_of(sqlite3_stmt *statement, const char *name) {
  return sqlite3_bind_parameter_index(statement, name);
}

void pcs_store_sql_bind_number(sqlite3_stmt *statement, const char *name, uint64_t number) {
  assert(number <= INT64_MAX);
  (void)sqlite3_bind_int64(statement, place_of(statement, name), (sqlite3_int64)number);
}

void pcs_store_sql_bind_text(sqlite3_stmt *statement, const char *name, pcs_span text) {
  const char *data = text.len > 0 ? (const char *)text.data : "";
  (void)sqlite3_bind_text64(statement, place_of(statement, name), data, text.len, SQLITE_STATIC,
                            SQLITE_UTF8);
}

void pcs_store_sql_bind_bytes(sqlite3_stmt *statement, const char *name, pcs_span bytes) {
  const void *data = bytes.len > 0 ? (const void *)bytes.data : "";
  (void)sqlite3_bind_blob64(statement, place_of(statement, name), data, bytes.len, SQLITE_STATIC);
}

pcs_span pcs_store_sql_bytes(sqlite3_stmt *statement, int column) {
  const uint8_t *data = sqlite3_column_blob(statement, column);
  return (pcs_span){data, (size_t)sqlite3_column_bytes(statement, column)};
}
