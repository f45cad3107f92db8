/*
 * The last record of a link: why the host ends it. Said by the broker to a page it does not let in
 * and by the worker to one that broke the rules.
 */
#ifndef PCS_HOST_LINK_GOODBYE_H
#define PCS_HOST_LINK_GOODBYE_H

#include "host/link/link.h"

/* pcs_goodbye_say appends GOODBYE and ends the stream. reason is a constant of ours, at most 123
 * bytes; NULL for the status's own sentence. What is left is to flush. */
void pcs_goodbye_say(pcs_link *link, pcs_status status, const char *reason);

#endif
