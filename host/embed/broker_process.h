/*
 * The broker as a child process of the embedding program: started with its end of the control line
 * as descriptor 3 and nothing else that is open, and waited for at the end. It knows no protocol.
 */
#ifndef PCS_HOST_EMBED_BROKER_PROCESS_H
#define PCS_HOST_EMBED_BROKER_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#define PCS_BROKER_CONTROL 3

/* pcs_broker_process_start: the process, or -1. control stays the caller's. arguments is NULL or
 * ends with a NULL, as in portcullis.h. */
pid_t pcs_broker_process_start(const char *path, const char *const *arguments, int control);
/* pcs_broker_process_end waits for it, patience_ms at most, and then kills it. */
void pcs_broker_process_end(pid_t process, int patience_ms);

#endif
