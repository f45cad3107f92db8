/*
 * portcullis: what the user at this machine asks about permissions, in a terminal or a script. It
 * goes through the running broker when there is one, so that what runs ends at once; else it opens
 * the store itself. It gives nothing: it lists, takes back, forgets, and says what is wrong.
 *
 * Exit codes: 0 done; 1 it could not be done, or doctor has found a flaw; 2 the command line makes no
 * sense; 3 there is no such grant.
 */
#ifndef PCS_HOST_COMMAND_COMMAND_H
#define PCS_HOST_COMMAND_COMMAND_H

#include "host/broker/store.h"

#define PCS_COMMAND_DONE 0
#define PCS_COMMAND_FAILED 1
#define PCS_COMMAND_USAGE 2
#define PCS_COMMAND_NOT_FOUND 3

#define PCS_COMMAND_PATH_BYTES_MAX 4096

typedef struct pcs_command {
  char folder[PCS_COMMAND_PATH_BYTES_MAX];
  pcs_rules rules; /* schemes that a shell serves: their grants are shown too */
  bool as_json;
} pcs_command;

/* Each is a command: its result is the exit code, what it has to say is said. */
int pcs_command_list(const pcs_command *command);
int pcs_command_revoke(const pcs_command *command, const char *id);
int pcs_command_reset(const pcs_command *command, const char *origin);
int pcs_command_forget(const pcs_command *command);
int pcs_command_doctor(const pcs_command *command);

/* ---- the running broker ---- */

typedef struct pcs_broker_line {
  int connection; /* PCS_DESCRIPTOR_NONE: there is no broker */
  uint8_t bytes[16384];
  size_t len;
  size_t taken; /* of them, by lines already given */
} pcs_broker_line;

/* pcs_broker_line_open: PCS_ERR_NOT_FOUND no broker runs with this folder; PCS_ERR_UNTRUSTED;
 * PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_broker_line_open(pcs_broker_line *line, const pcs_command *command);
void pcs_broker_line_close(pcs_broker_line *line);
PCS_MUST_USE pcs_status pcs_broker_line_say(pcs_broker_line *line, const char *word,
                                            const char *rest);
/* pcs_broker_line_next waits for a line; it borrows line until the next call. PCS_ERR_CLOSED. */
PCS_MUST_USE pcs_status pcs_broker_line_next(pcs_broker_line *line, pcs_span *out_line);

/* pcs_command_has_store: there is a file of permissions. */
bool pcs_command_has_store(const pcs_command *command);

#endif
