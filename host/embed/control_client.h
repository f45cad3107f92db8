/*
 * The embedding program's end of the broker's control line (host/broker/control.h): one line asked,
 * a descriptor beside it perhaps, one line answered. It owns the descriptor and what was read of the
 * next line.
 */
#ifndef PCS_HOST_EMBED_CONTROL_CLIENT_H
#define PCS_HOST_EMBED_CONTROL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

/* The longest that is said to a program that neither prompts nor shows: a verdict with its device. */
#define PCS_CONTROL_CLIENT_LINE_BYTES 1024

typedef struct pcs_control_client {
  int descriptor;
  char in[PCS_CONTROL_CLIENT_LINE_BYTES];
  size_t in_len;
} pcs_control_client;

/* pcs_control_client_ask sends line, which ends with a newline, and passed beside it unless -1.
 * False: the broker is not there any more. */
bool pcs_control_client_ask(pcs_control_client *client, const char *line, int passed);
/* pcs_control_client_hear waits for a line, patience_ms at most for each piece of it, and copies it
 * without its newline. False: it did not come, or is too long. */
bool pcs_control_client_hear(pcs_control_client *client, int patience_ms,
                             char out_line[PCS_CONTROL_CLIENT_LINE_BYTES]);

typedef enum pcs_control_client_state {
  PCS_CONTROL_CLIENT_LINE,
  PCS_CONTROL_CLIENT_NOTHING,
  PCS_CONTROL_CLIENT_GONE, /* the broker, or it said a line that is too long */
} pcs_control_client_state;

/* pcs_control_client_take copies a line that has come, as above, and waits for none. */
pcs_control_client_state pcs_control_client_take(pcs_control_client *client,
                                                 char out_line[PCS_CONTROL_CLIENT_LINE_BYTES]);
/* pcs_control_client_has_line: a whole one was read already. */
bool pcs_control_client_has_line(const pcs_control_client *client);

#endif
