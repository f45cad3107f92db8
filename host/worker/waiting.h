/*
 * What a page asked for that waits for the broker's word, which waits for a person's: requests of
 * the page, each with the bytes it came in. It keeps and finds; nothing else. An answer goes out when
 * there is room for it, so what was decided waits here too.
 */
#ifndef PCS_HOST_WORKER_WAITING_H
#define PCS_HOST_WORKER_WAITING_H

#include "core/base/bytes.h"

/* Requests of one page at one time; more than a person answers. */
#define PCS_WAITING_MAX 16

typedef enum pcs_waiting_state { PCS_WAITING_UNDECIDED, PCS_WAITING_ALLOWED, PCS_WAITING_DENIED }
    pcs_waiting_state;

typedef struct pcs_waiting_one {
  uint32_t request;      /* the broker knows it by this; 0: the place is free */
  uint32_t call;         /* 0: it is for the page */
  uint32_t page_request; /* the page knows it by this */
  pcs_waiting_state state;
  uint8_t *record; /* OPEN_PEER as it came, owned; NULL: REQUEST_RIGHT */
  size_t record_len;
} pcs_waiting_one;

/* All-zero is empty. */
typedef struct pcs_waiting {
  pcs_waiting_one places[PCS_WAITING_MAX];
} pcs_waiting;

void pcs_waiting_clear(pcs_waiting *waiting);
bool pcs_waiting_has_place(const pcs_waiting *waiting);
/* pcs_waiting_add copies record. PCS_ERR_QUOTA, PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_waiting_add(pcs_waiting *waiting, const pcs_waiting_one *one,
                                        pcs_span record);
/* The place of a broker's request, or of a call; NULL. A request or call of 0 is nobody's. */
pcs_waiting_one *pcs_waiting_of_request(pcs_waiting *waiting, uint32_t request);
pcs_waiting_one *pcs_waiting_of_call(pcs_waiting *waiting, uint32_t call);
/* pcs_waiting_decided is the first that was decided, or NULL. */
pcs_waiting_one *pcs_waiting_decided(pcs_waiting *waiting);
void pcs_waiting_remove(pcs_waiting_one *one);

#endif
