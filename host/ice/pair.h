/*
 * Candidate pairs and their state table (RFC 8445 6.1.2). It owns the bounded table of pairs and
 * says which one is best by rule; what is sent, nominated or selected is decided elsewhere
 * (check.c, select.c). A pair is a socket of ours and a remote address: local candidates are
 * already replaced by their bases (6.1.2.4), so no two pairs of a session share both.
 */
#ifndef PCS_HOST_ICE_PAIR_H
#define PCS_HOST_ICE_PAIR_H

#include "core/base/limits.h"
#include "core/plan/plan.h"
#include "host/ice/consent.h"

/* RFC 8445 6.1.2.6, in the order of RTCStatsIceCandidatePairState. */
typedef enum pcs_pair_state {
  PCS_PAIR_FROZEN,
  PCS_PAIR_WAITING,
  PCS_PAIR_IN_PROGRESS,
  PCS_PAIR_FAILED,
  PCS_PAIR_SUCCEEDED,
} pcs_pair_state;

typedef enum pcs_pair_event {
  PCS_PAIR_UNFREEZE, /* RFC 8445 6.1.4.2 */
  PCS_PAIR_TRIGGER,  /* RFC 8445 7.3.1.4 */
  PCS_PAIR_SEND,     /* a check leaves */
  PCS_PAIR_SUCCEED,  /* RFC 8445 7.2.5.3.3 */
  PCS_PAIR_FAIL,     /* RFC 8445 7.2.5.2 */
} pcs_pair_event;

typedef struct pcs_pair_counters {
  uint64_t bytes_sent;
  uint64_t bytes_received;
  uint64_t packets_sent;
  uint64_t packets_received;
  uint64_t total_round_trip_us;
  uint32_t round_trip_us; /* by the last answered check, 0 unknown */
  uint32_t requests_sent;
  uint32_t responses_received;
  uint32_t requests_received;
  uint32_t responses_sent;
  uint32_t consent_requests_sent;
} pcs_pair_counters;

typedef struct pcs_ice_pair {
  uint32_t id; /* never 0 */
  uint8_t session;
  pcs_pair_state state;
  uint32_t local_id; /* the base: a host candidate */
  uint32_t remote_id;
  uint32_t valid_local_id; /* what the other side sees us as; 0 until it succeeded */
  uint32_t path_id;
  pcs_address to;
  uint64_t foundation; /* both candidates' foundations */
  uint64_t priority;
  uint32_t triggered;     /* place in the triggered-check queue, 0 not in it */
  bool nominate_next;     /* controlling: its next check carries USE-CANDIDATE */
  bool nominated_by_peer; /* controlled: USE-CANDIDATE came, the check must still succeed */
  bool nominated;
  uint8_t num_reopened; /* connections that broke and were made again */
  pcs_ice_consent consent;
  pcs_pair_counters counters;
} pcs_ice_pair;

typedef struct pcs_ice_pairs {
  pcs_ice_pair entries[PCS_PAIRS_MAX];
  size_t num;
  uint32_t last_triggered;
} pcs_ice_pairs;

/* The two candidates' priorities, which only their order tells apart (RFC 8445 6.1.2.3). */
typedef struct pcs_pair_rank {
  uint32_t controlling;
  uint32_t controlled;
} pcs_pair_rank;
uint64_t pcs_ice_pair_priority(pcs_pair_rank rank);

/* pcs_ice_pair_move is the state table; PCS_ERR_STATE and no change for what is not in it. */
PCS_MUST_USE pcs_status pcs_ice_pair_move(pcs_ice_pair *pair, pcs_pair_event event);
/* pcs_pair_state_name is the string of RTCStatsIceCandidatePairState. */
const char *pcs_pair_state_name(pcs_pair_state state);

/*
 * pcs_ice_pairs_add copies pair into the table and borrows the copy until the table changes. A full
 * table gives up its lowest-priority pair that nothing depends on (RFC 8445 6.1.2.5) and says in
 * *out_dropped which one; NULL when that would be the new one itself.
 */
pcs_ice_pair *pcs_ice_pairs_add(pcs_ice_pairs *table, const pcs_ice_pair *pair,
                                uint32_t *out_dropped);
void pcs_ice_pairs_drop(pcs_ice_pairs *table, uint32_t id);
pcs_ice_pair *pcs_ice_pairs_find(pcs_ice_pairs *table, uint32_t id);
const pcs_ice_pair *pcs_ice_pairs_get(const pcs_ice_pairs *table, uint32_t id);
/* pcs_ice_pairs_between finds a session's pair by its socket and remote address, NULL: none. */
pcs_ice_pair *pcs_ice_pairs_between(pcs_ice_pairs *table, uint8_t session, uint32_t path_id,
                                    const pcs_address *to);
/* pcs_ice_pairs_enqueue puts a pair at the end of the triggered-check queue, if it is not in it. */
void pcs_ice_pairs_enqueue(pcs_ice_pairs *table, pcs_ice_pair *pair);
pcs_ice_pair *pcs_ice_pairs_next_triggered(pcs_ice_pairs *table);
/* pcs_ice_pairs_best is a session's pair of highest priority in a state, NULL: none. */
pcs_ice_pair *pcs_ice_pairs_best(pcs_ice_pairs *table, uint8_t session, pcs_pair_state state);
size_t pcs_ice_pairs_count(const pcs_ice_pairs *table, uint8_t session, pcs_pair_state state);
/* pcs_ice_pairs_thaw unfreezes a session's pairs of one foundation (RFC 8445 7.2.5.3.3). */
void pcs_ice_pairs_thaw(pcs_ice_pairs *table, uint8_t session, uint64_t foundation);
/* pcs_ice_pairs_thaw_idle unfreezes, for every foundation of which no pair is Waiting or
 * In-Progress, the best one (RFC 8445 6.1.2.6 and 6.1.4.2). */
void pcs_ice_pairs_thaw_idle(pcs_ice_pairs *table, uint8_t session);

#endif
