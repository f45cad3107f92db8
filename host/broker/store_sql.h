/*
 * The few ways in which the store talks to SQLite: run, ask for a number, bind, step. It knows no
 * table. Statements are text of ours; what comes from outside is only ever bound.
 */
#ifndef PCS_HOST_BROKER_STORE_SQL_H
#define PCS_HOST_BROKER_STORE_SQL_H

#include <sqlite3.h>

#include "core/base/bytes.h"
#include "host/broker/store_problem.h"

/* pcs_store_sql_problem is what an SQLite result code means for the store: NONE for OK, ROW and
 * DONE. A statement of ours that does not compile has met a file that is not as we made it. */
pcs_store_problem pcs_store_sql_problem(int code);
/* pcs_store_sql_run runs statements that give nothing back. */
PCS_MUST_USE pcs_store_problem pcs_store_sql_run(sqlite3 *database, const char *sql);
/* pcs_store_sql_number runs one that gives one integer. CORRUPT when it gives no row. */
PCS_MUST_USE pcs_store_problem pcs_store_sql_number(sqlite3 *database, const char *sql,
                                                    int64_t *out_number);
/* pcs_store_sql_prepare compiles one statement, the caller's to finalize; NULL on failure. */
PCS_MUST_USE pcs_store_problem pcs_store_sql_prepare(sqlite3 *database, const char *sql,
                                                     sqlite3_stmt **out_statement);
/* pcs_store_sql_finish steps a statement to its end, drops what it gives, and finalizes it. NULL is
 * MEMORY. */
PCS_MUST_USE pcs_store_problem pcs_store_sql_finish(sqlite3_stmt *statement);
/* These bind by the parameter's name (":id"); the bytes must live until the statement is finalized.
 * A parameter that is not in the statement is passed over. */
void pcs_store_sql_bind_number(sqlite3_stmt *statement, const char *name, uint64_t number);
void pcs_store_sql_bind_text(sqlite3_stmt *statement, const char *name, pcs_span text);
void pcs_store_sql_bind_bytes(sqlite3_stmt *statement, const char *name, pcs_span bytes);
/* pcs_store_sql_bytes borrows a column's bytes until the next step. */
pcs_span pcs_store_sql_bytes(sqlite3_stmt *statement, int column);

#endif
