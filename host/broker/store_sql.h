/*
 * The few ways in which the store talks to SQLite: run a script, and a query that is bound, stepped
 * and finished. A query is sticky as readers and writers are: after the first failure binding does
 * nothing, no row comes, and finish() reports it, so that a value that could not be bound never
 * makes a statement mean something else. It knows no table. Statements are text of ours; what comes
 * from outside is only ever bound.
 */
#ifndef PCS_HOST_BROKER_STORE_SQL_H
#define PCS_HOST_BROKER_STORE_SQL_H

#include <sqlite3.h>

#include "core/base/bytes.h"
#include "host/broker/store_problem.h"

typedef struct pcs_store_query {
  sqlite3_stmt *statement;
  int code; /* SQLite's latest */
} pcs_store_query;

/* pcs_store_sql_problem is what an SQLite result code means for the store: NONE for OK, ROW and
 * DONE. A statement of ours that does not compile has met a file that is not as we made it. */
pcs_store_problem pcs_store_sql_problem(int code);
/* pcs_store_sql_run runs statements that give nothing back. */
PCS_MUST_USE pcs_store_problem pcs_store_sql_run(sqlite3 *database, const char *sql);
/* pcs_store_sql_number runs one that gives one integer. CORRUPT when it gives no row. */
PCS_MUST_USE pcs_store_problem pcs_store_sql_number(sqlite3 *database, const char *sql,
                                                    int64_t *out_number);

/* pcs_store_query_init compiles one statement, which must be finished. */
void pcs_store_query_init(pcs_store_query *query, sqlite3 *database, const char *sql);
/* These bind the parameter of that name (":id"), which must be in the statement. The bytes must
 * live until the query is finished; a number is at most INT64_MAX. */
void pcs_store_query_bind_number(pcs_store_query *query, const char *name, uint64_t number);
void pcs_store_query_bind_text(pcs_store_query *query, const char *name, pcs_span text);
void pcs_store_query_bind_bytes(pcs_store_query *query, const char *name, pcs_span bytes);
/* pcs_store_query_next: true with the next row, false at the end or after a failure. */
bool pcs_store_query_next(pcs_store_query *query);
/* These read a column of the row that next() gave; bytes are borrowed until the next next(). A
 * negative number reads as 0. */
uint64_t pcs_store_query_number(pcs_store_query *query, int column);
pcs_span pcs_store_query_bytes(pcs_store_query *query, int column);
/* pcs_store_query_finish runs the statement if no row was asked for, drops what rows are left, and
 * frees it. */
PCS_MUST_USE pcs_store_problem pcs_store_query_finish(pcs_store_query *query);

#endif
