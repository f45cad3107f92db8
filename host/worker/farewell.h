/*
 * Farewell: DTLS's close_notify, said more than once. It is one datagram that nobody acknowledges,
 * and a connection that ends in the middle of its traffic says it into the fullest queue of all: if
 * it is lost the other side learns of the end only when consent has run out, 30 seconds later. This
 * keeps its bytes, which the other side takes once (RFC 6347 4.1.2.6), and knows when they are due.
 * It owns no connection and sends nothing.
 */
#ifndef PCS_HOST_WORKER_FAREWELL_H
#define PCS_HOST_WORKER_FAREWELL_H

#include "core/base/datagrams.h"
#include "host/dtls/association.h"

/* A sealed alert has about 40 bytes. */
#define PCS_FAREWELL_BYTES_MAX 128
/* How often it is said again, and how long after the one before: a queue that was full has emptied. */
#define PCS_FAREWELL_TIMES 3
#define PCS_FAREWELL_FIRST_US (10ull * 1000)
#define PCS_FAREWELL_FACTOR 3u
/* Connections that are being seen off; one more is not. */
#define PCS_FAREWELLS_MAX 16

/* All-zero: nothing was said. */
typedef struct pcs_farewell {
  uint8_t bytes[PCS_FAREWELL_BYTES_MAX];
  size_t len;
} pcs_farewell;

/* pcs_farewell_say closes DTLS into out, which is empty, and keeps what it wrote unless a relay's
 * frame is around it: relayed addresses are given back at once. */
void pcs_farewell_say(pcs_farewell *farewell, pcs_dtls_association *dtls, pcs_datagrams *out);
/* pcs_farewell_repeat adds it to out again; nothing if there is nothing, or no room. */
void pcs_farewell_repeat(const pcs_farewell *farewell, pcs_datagrams *out);

/* All-zero is empty. */
typedef struct pcs_farewells {
  size_t num;
  struct {
    void *who;
    uint64_t at_us;
    uint64_t gap_us;
    size_t times_left;
  } entries[PCS_FAREWELLS_MAX];
} pcs_farewells;

/* pcs_farewells_add: false when there is no room. */
bool pcs_farewells_add(pcs_farewells *farewells, void *who, uint64_t now_us);
/* pcs_farewells_due is who is to say it again now, or NULL. *out_over: it was the last time, and
 * whoever it is is forgotten. */
void *pcs_farewells_due(pcs_farewells *farewells, uint64_t now_us, bool *out_over);
/* pcs_farewells_take forgets one, whom it gives, or NULL. */
void *pcs_farewells_take(pcs_farewells *farewells);
uint64_t pcs_farewells_wake_at(const pcs_farewells *farewells);

#endif
