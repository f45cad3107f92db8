/*
 * A remembered grant as a row of the table, both ways. What does not read back as a grant that the
 * store could have written is damage. It runs no statement.
 */
#ifndef PCS_HOST_BROKER_STORE_ROW_H
#define PCS_HOST_BROKER_STORE_ROW_H

#include "host/broker/store.h"
#include "host/broker/store_sql.h"

/* The columns of a row, in the order in which pcs_store_row_read reads them. */
#define PCS_STORE_ROW_COLUMNS                                                                      \
  "id, origin, embedder, right_name, device, peers, effect, made_us, used_us, expires_us"
/* What makes two rows the same matter, with the parameters that pcs_store_row_bind_matter binds. */
#define PCS_STORE_ROW_MATTER                                                                       \
  "origin = :origin AND embedder = :embedder AND right_name = :right AND device = :device "        \
  "AND peers = :peers"

/* A grant's peers as the table has them: they live as long as what binds them. */
typedef struct pcs_store_peers {
  size_t len;
  uint8_t bytes[PCS_FINGERPRINTS_MAX * (1 + PCS_FINGERPRINT_BYTES_MAX)];
} pcs_store_peers;

void pcs_store_peers_write(pcs_store_peers *out_peers, const pcs_peer *peer);
/* pcs_store_row_bind_matter borrows grant and peers until the query is finished. */
void pcs_store_row_bind_matter(pcs_store_query *query, const pcs_grant *grant,
                               const pcs_store_peers *peers);
/* pcs_store_row_read: CORRUPT when the row at hand is none that was ever put. */
PCS_MUST_USE pcs_store_problem pcs_store_row_read(pcs_store_query *query,
                                                  pcs_store_entry *out_entry);

#endif
