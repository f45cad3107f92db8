/*
 * Tables of local and of remote candidates (RFC 8445 5.1): identity, priority, foundation, and
 * which ones count as the same. It decides nothing about where one may send to
 * (core/policy/address.h) and makes no pairs. A table lives inside its owner's memory and never
 * grows past its limit.
 */
#ifndef PCS_HOST_ICE_CANDIDATE_H
#define PCS_HOST_ICE_CANDIDATE_H

#include "core/base/limits.h"
#include "core/plan/plan.h"

/* Local: sixteen sockets of four generations, UDP and twice TCP, and what servers and peers say of
 * them. Remote: what is signalled stops earlier than the table, so that a page cannot fill it
 * against the peer's own checks. */
#define PCS_ICE_CANDIDATES_MAX 256
#define PCS_ICE_SIGNALLED_MAX PCS_CANDIDATES_MAX
#define PCS_ICE_REMOTES_MAX (PCS_CANDIDATES_MAX + 16)

typedef struct pcs_ice_candidate {
  uint32_t id;    /* never 0 */
  uint32_t owner; /* local: its generation; remote: 1 and the place of its ufrag */
  pcs_candidate_type type;
  pcs_tcp_type tcp_type; /* NONE: UDP */
  uint32_t priority;
  uint32_t foundation; /* equal within one owner when the foundations are (RFC 8445 5.1.1.3) */
  uint8_t foundation_len;
  char foundation_text[PCS_FOUNDATION_BYTES_MAX];
  pcs_address address; /* family NAME: remote, its name is not looked up yet */
  pcs_address base;    /* local: what checks are sent from: its socket, or the relayed address */
  pcs_address related; /* family NONE: absent or hidden (RFC 8827 6.4) */
  uint32_t path_id; /* local: that socket */
  uint8_t server;   /* local: the server that found it */
  bool named;       /* its mDNS name stands for it: remote as signalled, local as told */
  bool hidden;      /* local: its address is told to nobody */
  bool asked;       /* remote: its name was given out to be looked up */
  bool late; /* local: of a socket that came after the end of candidates; no page is shown it */
  uint8_t name_len;
  char name[PCS_CANDIDATE_NAME_BYTES_MAX];
  bool told;        /* local: the page knows it; remote: it was signalled, not found by a check */
} pcs_ice_candidate;

typedef struct pcs_ice_candidates {
  pcs_ice_candidate entries[PCS_ICE_CANDIDATES_MAX];
  size_t num;
} pcs_ice_candidates;

/* pcs_ice_candidate_is_base: checks are sent from it itself. */
bool pcs_ice_candidate_is_base(const pcs_ice_candidate *candidate);
/* RFC 8445 5.1.2.1 for component 1. */
uint32_t pcs_ice_candidate_priority(pcs_candidate_type type, uint16_t local_preference);

/* pcs_ice_candidates_add copies candidate to the end and borrows the copy until the table changes;
 * NULL when it is full. */
pcs_ice_candidate *pcs_ice_candidates_add(pcs_ice_candidates *table,
                                          const pcs_ice_candidate *candidate);
pcs_ice_candidate *pcs_ice_candidates_find(pcs_ice_candidates *table, uint32_t id);
const pcs_ice_candidate *pcs_ice_candidates_get(const pcs_ice_candidates *table, uint32_t id);
/* pcs_ice_candidates_at finds the owner's UDP candidate with this address, NULL: none; at_tcp: the
 * TCP candidate. */
pcs_ice_candidate *pcs_ice_candidates_at(pcs_ice_candidates *table, uint32_t owner,
                                         const pcs_address *address);
pcs_ice_candidate *pcs_ice_candidates_at_tcp(pcs_ice_candidates *table, uint32_t owner,
                                             const pcs_address *address);
/* pcs_ice_candidates_base finds the owner's candidate that others on a path are based on: the host
 * candidate of a socket, the relayed one of an allocation (RFC 8445 5.1.1.2). NULL: none. */
const pcs_ice_candidate *pcs_ice_candidates_base(const pcs_ice_candidates *table, uint32_t owner,
                                                 uint32_t path_id);
/* pcs_ice_candidates_called finds the owner's candidate with the name, port and transport of
 * this one, NULL: none. */
pcs_ice_candidate *pcs_ice_candidates_called(pcs_ice_candidates *table, uint32_t owner,
                                             const pcs_candidate *called);
size_t pcs_ice_candidates_count(const pcs_ice_candidates *table, uint32_t owner);
void pcs_ice_candidates_drop(pcs_ice_candidates *table, uint32_t id);
/* pcs_ice_candidates_drop_owner removes all of one owner. */
void pcs_ice_candidates_drop_owner(pcs_ice_candidates *table, uint32_t owner);
/* pcs_ice_candidates_set_foundation gives a local candidate the foundation of an earlier one of the
 * same type, base address and server, or a new one; its text is that number. */
void pcs_ice_candidates_set_foundation(const pcs_ice_candidates *table,
                                       pcs_ice_candidate *candidate);
/* pcs_ice_candidates_set_remote_foundation keeps text (at most the limit is used) and gives it the
 * number of an equal one. An empty text equals nothing: a peer-reflexive one (RFC 8445 7.3.1.3). */
void pcs_ice_candidates_set_remote_foundation(const pcs_ice_candidates *table,
                                              pcs_ice_candidate *candidate, pcs_span text);
/* pcs_ice_candidate_set_name keeps name, in lower case; one that is too long is none. */
void pcs_ice_candidate_set_name(pcs_ice_candidate *candidate, pcs_span name);
pcs_span pcs_ice_candidate_name(const pcs_ice_candidate *candidate);
/* pcs_ice_candidate_describe borrows the candidate's text: the form that messages carry.
 * What a name stands for, or nobody is told, is not in it. */
void pcs_ice_candidate_describe(const pcs_ice_candidate *candidate, pcs_candidate *out_candidate);

#endif
