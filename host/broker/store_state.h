/*
 * What a store is made of, and how its files ask SQLite. For store.c and store_certificates.c only.
 */
#ifndef PCS_HOST_BROKER_STORE_STATE_H
#define PCS_HOST_BROKER_STORE_STATE_H

#include "host/broker/store.h"
#include "host/broker/store_sql.h"

struct pcs_store {
  sqlite3 *database;
  const pcs_rules *rules;
  uint64_t unused_us;
  pcs_store_problem problem;
};

/* pcs_store_note notes the problem, and gives its status. */
PCS_MUST_USE pcs_status pcs_store_note(pcs_store *store, pcs_store_problem problem);
/* pcs_store_begin and pcs_store_finish are those of a query (store_sql.h). After damage was seen every
 * query has failed at once. */
void pcs_store_begin(pcs_store *store, pcs_store_query *query, const char *sql);
PCS_MUST_USE pcs_status pcs_store_finish(pcs_store *store, pcs_store_query *query);

#endif
