/*
 * What the broker is shown while somebody looks at the host (host/broker/inspector.h): for each round
 * one picture of every connection, and a note of each boundary message that was heard or told. It
 * says nothing unless it was asked to, never uses the room kept for what must be said, and knows
 * notes only as numbers: no text of a page or peer but channels' labels leaves through it.
 */
#ifndef PCS_HOST_WORKER_INSPECT_H
#define PCS_HOST_WORKER_INSPECT_H

#include "host/worker/peers.h"

/* Connections of one picture. */
#define PCS_INSPECT_CALLS_MAX 16
/* Notes of one round: more would be read by nobody. */
#define PCS_INSPECT_NOTES_MAX 200

/* All borrowed. Zero it but for the config. */
typedef struct pcs_inspect {
  pcs_rights *rights;
  pcs_handles *handles;
  const pcs_peers *peers;
  bool wanted;
  uint32_t num_notes; /* of this round */
} pcs_inspect;

/* pcs_inspect_want follows what the broker said: with wanted, it sends the picture of this round. */
void pcs_inspect_want(pcs_inspect *inspect, uint64_t now_us, uint32_t round, bool wanted);
/* pcs_inspect_heard notes a record that the gate let pass, before it is handled. */
void pcs_inspect_heard(pcs_inspect *inspect, const pcs_record *record);
/* pcs_inspect_told notes records that were said. */
void pcs_inspect_told(pcs_inspect *inspect, pcs_span records);

#endif
