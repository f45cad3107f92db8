/*
 * JSON for the programs that read the broker's lines: text, names and numbers, written and never
 * read. Every byte that is not plain ASCII text is escaped, so a line stays a line.
 */
#ifndef PCS_HOST_BROKER_JSON_H
#define PCS_HOST_BROKER_JSON_H

#include "core/policy/grant.h"

/* pcs_json_text writes text as a string; UTF-8 stays as it is, control characters are escaped. */
void pcs_json_text(pcs_writer *writer, pcs_span text);
/* pcs_json_key writes "name": behind a comma unless it is the first of its object. */
void pcs_json_key(pcs_writer *writer, const char *name);
/* pcs_json_rights writes an array of the rights' names. */
void pcs_json_rights(pcs_writer *writer, uint32_t rights);
/* pcs_json_durations writes an array of the names of the durations that are in the set. */
void pcs_json_durations(pcs_writer *writer, uint32_t durations);
/* pcs_json_peer writes an array of fingerprints, "sha-256 AA:BB:...". */
void pcs_json_peer(pcs_writer *writer, const pcs_peer *peer);

#endif
