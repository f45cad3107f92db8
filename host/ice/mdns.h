/*
 * The multicast DNS responder and querier of one page (RFC 6762,
 * draft-ietf-mmusic-mdns-ice-candidates): it makes up a name for each local address, answers for
 * those, and asks for the names of other sides. No other name is asked for, answered or listened
 * to. It owns names and open questions, in place and bounded; sockets and time are its owner's.
 *
 * Sans-I/O: after each call the owner polls until NONE, then sleeps until pcs_mdns_wake_at.
 *
 * DEVIATION: RFC 6762 8.1 probes before it announces; the draft's 3.1.1 leaves that out, since no
 * two UUIDs are the same. RFC 6762 6.7's answers to one-shot queries, from other ports than 5353,
 * are left out: whoever can hear a UUID is a full querier.
 */
#ifndef PCS_HOST_ICE_MDNS_H
#define PCS_HOST_ICE_MDNS_H

#include "host/crypto/random.h"
#include "host/ice/mdns_message.h"

#define PCS_MDNS_PORT 5353
/* Addresses of one machine, as they come and go while a page is open. More get a name that nobody
 * answers for. */
#define PCS_MDNS_OWN_MAX 64
/* Questions at one time; a page that wants more waits for none of them. */
#define PCS_MDNS_ASKED_MAX 32
/* Answers about one name that may follow each other at once; then one a second.
 * DEVIATION: RFC 6762 6 is one a second from the first on, which would have a caller who asks just
 * after an announcement wait for that second. */
#define PCS_MDNS_BURST 8

typedef struct pcs_mdns_own {
  pcs_mdns_name name;
  pcs_address address; /* port 0 */
  uint32_t network;    /* the interface that it is on */
  uint8_t num_announced;
  uint64_t announce_at_us; /* UINT64_MAX: it was, often enough */
  bool answer_due;
  uint32_t answer_on; /* the interface that the question came on */
  uint8_t tokens;
  uint64_t refilled_us;
} pcs_mdns_own;

typedef enum pcs_mdns_asked_state {
  PCS_MDNS_FREE,
  PCS_MDNS_ASKING,
  PCS_MDNS_ANSWERED, /* to be told */
} pcs_mdns_asked_state;

typedef struct pcs_mdns_asked {
  pcs_mdns_asked_state state;
  pcs_mdns_name name;
  pcs_address address;
  uint8_t num_asked;
  uint8_t types_due; /* 2: A and AAAA, 1: AAAA */
  uint64_t ask_at_us;
} pcs_mdns_asked;

typedef struct pcs_mdns {
  const pcs_random *random;
  pcs_mdns_own own[PCS_MDNS_OWN_MAX];
  size_t num_own;
  pcs_mdns_asked asked[PCS_MDNS_ASKED_MAX];
  uint8_t out[PCS_MDNS_WRITTEN_BYTES_MAX];
} pcs_mdns;

/* Where a datagram came from. */
typedef struct pcs_mdns_arrival {
  uint32_t network;
  pcs_address from;
  pcs_span bytes;
} pcs_mdns_arrival;

typedef enum pcs_mdns_event_kind {
  PCS_MDNS_EVENT_NONE,
  PCS_MDNS_EVENT_SEND,     /* network, bytes */
  PCS_MDNS_EVENT_RESOLVED, /* name, address */
} pcs_mdns_event_kind;

/* bytes are valid until the next call. */
typedef struct pcs_mdns_event {
  pcs_mdns_event_kind kind;
  uint32_t network; /* 0: on all that are listened on */
  pcs_span bytes;
  pcs_mdns_name name;
  pcs_address address;
} pcs_mdns_event;

/* pcs_mdns_init borrows random for the object's life. */
void pcs_mdns_init(pcs_mdns *mdns, const pcs_random *random);
/* pcs_mdns_name_of gives the address's name, a new one when it has none; its port is not looked at.
 * The same address keeps its name as long as the page lives. */
pcs_mdns_name pcs_mdns_name_of(pcs_mdns *mdns, uint64_t now_us, const pcs_address *address,
                               uint32_t network);
/* pcs_mdns_ask looks a name up, at most for some seconds; a name of its own has its answer at once.
 * PCS_ERR_SYNTAX for a name of another form, PCS_ERR_QUOTA for too many: there is then no answer.
 */
PCS_MUST_USE pcs_status pcs_mdns_ask(pcs_mdns *mdns, uint64_t now_us, pcs_span name);
/* pcs_mdns_receive: what is not about a name of ours or one that is asked for changes nothing. */
void pcs_mdns_receive(pcs_mdns *mdns, uint64_t now_us, const pcs_mdns_arrival *arrival);
/* pcs_mdns_poll takes the next event at now_us. */
void pcs_mdns_poll(pcs_mdns *mdns, uint64_t now_us, pcs_mdns_event *out_event);
/* pcs_mdns_wake_at is when to poll next, UINT64_MAX never. */
uint64_t pcs_mdns_wake_at(const pcs_mdns *mdns);
/* pcs_mdns_goodbye writes into out what takes own name at back (RFC 6762 10.1); false: no such. */
bool pcs_mdns_goodbye(const pcs_mdns *mdns, size_t at, pcs_writer *out, uint32_t *out_network);

#endif
