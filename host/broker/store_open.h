/*
 * Opening the store's file: nobody else's, nobody else reaching it, whole, of a version we know;
 * and how SQLite is told to treat it. Everything is checked before anything is written.
 */
#ifndef PCS_HOST_BROKER_STORE_OPEN_H
#define PCS_HOST_BROKER_STORE_OPEN_H

#include "host/broker/store_sql.h"

/* pcs_store_open gives the database, the caller's to close with sqlite3_close; NULL on a problem.
 */
PCS_MUST_USE pcs_store_problem pcs_store_open(sqlite3 **out_database, const char *folder);

#endif
