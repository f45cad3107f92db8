/*
 * Links that come over the control line: a program with a control line makes a socket pair, keeps
 * one end for a page and sends the other beside the line
 *
 *   parent   link ORIGIN [EMBEDDER] [private] [mixed]     broker   ok
 *
 * as one piece (SCM_RIGHTS). Whoever holds the control line vouches for all of it. This owns the
 * descriptor from its coming until its line is handled; it gives no link by itself.
 */
#ifndef PCS_HOST_BROKER_CONTROL_LINK_H
#define PCS_HOST_BROKER_CONTROL_LINK_H

#include "host/broker/consent.h"

/* Gives the link of this page to a worker; the descriptor is closed by it whatever happens. */
typedef pcs_status (*pcs_control_open_link)(void *context, const pcs_visit *visit, int descriptor);

typedef struct pcs_control_link {
  pcs_control_open_link open;
  void *context;
  int passed; /* PCS_DESCRIPTOR_NONE, or what came beside a line that was not handled yet */
} pcs_control_link;

void pcs_control_link_init(pcs_control_link *link, pcs_control_open_link open, void *context);
/* pcs_control_link_clear closes a descriptor that nobody asked for. NULL: a line that takes none. */
void pcs_control_link_clear(pcs_control_link *link);
/* pcs_control_link_read is pcs_descriptor_read, and keeps what comes beside the bytes.
 * PCS_ERR_SYNTAX: a second descriptor before the first one's line, or one for link NULL. */
PCS_MUST_USE pcs_status pcs_control_link_read(pcs_control_link *link, int descriptor,
                                              uint8_t *memory, size_t capacity, size_t *out_len);
/* pcs_control_link_handle opens the link that came for its page; visit NULL: the line does not say
 * whose it is. NULL, or a sentence, a constant, of why not; the descriptor is gone either way. */
const char *pcs_control_link_handle(pcs_control_link *link, const pcs_visit *visit);

#endif
