/*
 * What a host is made of. For the host*.c files only.
 *
 *   host.c          the broker's life, questions and answers, the main loop
 *   host_link.c     links for frames
 *   host_consent.c  asks of the embedding program
 */
#ifndef PCS_HOST_EMBED_HOST_STATE_H
#define PCS_HOST_EMBED_HOST_STATE_H

#include <sys/types.h>

#include "host/embed/asks.h"
#include "host/embed/bell.h"
#include "host/embed/control_client.h"
#include "host/embed/portcullis.h"

/* What is said at most: a request with every part of it. The broker hears 4096 bytes. */
#define PCS_HOST_LINE_BYTES 2048

struct pcs_host {
  pid_t process;
  pcs_control_client control;
  pcs_bell bell;
  pcs_asks asks;
  char address[PCS_HOST_ADDRESS_BYTES];
};

/*
 * pcs_host_question sends question, passed beside it unless -1, and waits for the line of an answer
 * that begins with word: PCS_HOST_REFUSED for an error, PCS_HOST_ENDED when none comes.
 */
pcs_host_status pcs_host_question(pcs_host *host, const char *question, int passed,
                                  const char *word, char out_line[PCS_CONTROL_CLIENT_LINE_BYTES]);
/* pcs_host_settle makes the descriptor readable if there is something to be told: after everything
 * that may have heard a line. */
void pcs_host_settle(pcs_host *host);
/* pcs_host_is_word: it can stand on a line; whether it is an origin, the broker judges. */
bool pcs_host_is_word(const char *text);

#endif
