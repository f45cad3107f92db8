/*
 * One descriptor for a main loop: readable when the broker has said something, and when something
 * it said was heard on the way to another answer and waits to be told. It owns both descriptors,
 * not the broker's.
 */
#ifndef PCS_HOST_EMBED_BELL_H
#define PCS_HOST_EMBED_BELL_H

#include <stdbool.h>

typedef struct pcs_bell {
  int descriptor; /* what is watched */
  int own;        /* readable while it rings */
} pcs_bell;

/* pcs_bell_init: false when the system refuses; then there is nothing to clear. */
bool pcs_bell_init(pcs_bell *bell, int broker);
void pcs_bell_clear(pcs_bell *bell);
void pcs_bell_ring(const pcs_bell *bell);
void pcs_bell_hush(const pcs_bell *bell);

#endif
