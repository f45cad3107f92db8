/*
 * The commands about grants that two lines share: the control line of the program around the pages
 * and the user's own command (door.h). What stands is told, taken back, forgotten.
 *
 *   grants         grant JSON ..., then end        one line for each, in the order of their ids
 *   revoke ID      ok
 *   reset ORIGIN   ok
 *   forget         ok
 */
#ifndef PCS_HOST_BROKER_COUNTER_H
#define PCS_HOST_BROKER_COUNTER_H

#include "host/broker/consent.h"
#include "host/broker/lines.h"

typedef struct pcs_counter {
  pcs_consent *consent; /* NULL: not yet */
  pcs_lines *lines;
  bool lists; /* grants are being told; other answers wait until they are */
  uint64_t cursor;
} pcs_counter;

/* pcs_counter_hear: false when the line is none of its commands. */
bool pcs_counter_hear(pcs_counter *counter, pcs_span line, uint64_t now_us);
/* pcs_counter_go_on tells more grants when there is room. */
void pcs_counter_go_on(pcs_counter *counter);
/* pcs_counter_write_grant writes a grant as one JSON object. */
void pcs_counter_write_grant(pcs_writer *writer, const pcs_grant *grant);

#endif
