/*
 * The asks of an embedding program that wait or are used, and what is known of each and not told
 * yet. It reads the broker's lines about them (host/broker/control.h); it sends nothing and calls
 * nobody. All in place: a host holds one.
 */
#ifndef PCS_HOST_EMBED_ASKS_H
#define PCS_HOST_EMBED_ASKS_H

#include "host/embed/portcullis.h"

/* A reason's name and a NUL: the broker's are shorter. */
#define PCS_ASK_REASON_BYTES 32
/* A device's name (PCS_DEVICE_BYTES_MAX) and a NUL. */
#define PCS_ASK_DEVICE_BYTES 129

typedef enum pcs_ask_state {
  PCS_ASK_FREE = 0,
  PCS_ASK_WAITS,    /* for the broker's verdict */
  PCS_ASK_ANSWERED, /* which the asker was not told */
  PCS_ASK_USED,     /* allowed, and told */
} pcs_ask_state;

typedef struct pcs_ask {
  pcs_ask_state state;
  unsigned long number;
  pcs_host_asker asker;
  bool allowed;
  bool has_ended; /* which the asker was not told; after the verdict */
  char reason[PCS_ASK_REASON_BYTES];
  char device[PCS_ASK_DEVICE_BYTES];
  char end_reason[PCS_ASK_REASON_BYTES];
} pcs_ask;

typedef struct pcs_asks {
  unsigned long last_number;
  pcs_ask rows[PCS_HOST_ASKS_MAX];
} pcs_asks;

/* pcs_asks_add gives the ask its number; NULL when there are too many. */
pcs_ask *pcs_asks_add(pcs_asks *asks, const pcs_host_asker *asker);
/* pcs_asks_find: NULL when it is over. */
pcs_ask *pcs_asks_find(pcs_asks *asks, unsigned long number);
void pcs_asks_remove(pcs_ask *ask);
/* pcs_asks_note takes a line, if it is about asks: false if not. */
bool pcs_asks_note(pcs_asks *asks, const char *line);
/* pcs_asks_note_gone: there is no broker any more. */
void pcs_asks_note_gone(pcs_asks *asks);
/* pcs_asks_news is an ask whose asker is to be told of its verdict (ANSWERED) or its end (USED);
 * NULL when there is none. */
pcs_ask *pcs_asks_news(pcs_asks *asks);

#endif
