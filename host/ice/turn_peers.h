/*
 * Whom a TURN allocation may talk to: permissions, one for each IP address (RFC 8656 9), and
 * channels, one for each transport address (RFC 8656 12), with the time each has left. It decides
 * when one is asked for again and whether data may come from a peer; what is put on the wire, and
 * for whom a permission is still wanted, is the caller's. It owns two bounded tables.
 */
#ifndef PCS_HOST_ICE_TURN_PEERS_H
#define PCS_HOST_ICE_TURN_PEERS_H

#include "host/ice/turn_message.h"

/* Remote candidates of one connection have far fewer addresses. */
#define PCS_TURN_PERMISSIONS_MAX 32
/* Pairs that proved valid; the others never need one. */
#define PCS_TURN_CHANNELS_MAX 16
#define PCS_TURN_PERMISSION_US 300000000u         /* RFC 8656 9 */
#define PCS_TURN_PERMISSION_REFRESH_US 240000000u /* a minute before */
#define PCS_TURN_CHANNEL_US 600000000u            /* RFC 8656 12 */
#define PCS_TURN_CHANNEL_REFRESH_US 480000000u
/* RFC 8656 12: how long after its end a channel's peer may not be bound to another. */
#define PCS_TURN_CHANNEL_REST_US 300000000u
/* What was not answered as it should have been is not asked for again before. */
#define PCS_TURN_RETRY_US 1000000u

typedef enum pcs_turn_grant {
  PCS_TURN_GRANT_NONE, /* a free place */
  PCS_TURN_GRANT_ASKED,
  PCS_TURN_GRANT_HELD,
  PCS_TURN_GRANT_REFUSED, /* for as long as it would have been held */
} pcs_turn_grant;

typedef struct pcs_turn_entry {
  pcs_turn_grant grant;
  bool asked; /* a request runs: the place may not become another's */
  uint16_t channel; /* 0 for a permission */
  pcs_address address; /* of a permission without its port */
  uint64_t ask_us; /* when it is to be asked for, UINT64_MAX never */
  uint64_t ends_us;
} pcs_turn_entry;

typedef struct pcs_turn_peers {
  pcs_turn_entry permissions[PCS_TURN_PERMISSIONS_MAX];
  pcs_turn_entry channels[PCS_TURN_CHANNELS_MAX];
  uint16_t num_numbers; /* channel numbers given out: none twice */
} pcs_turn_peers;

/* pcs_turn_peers_permit asks for a permission unless that runs or is held. PCS_ERR_DENIED when the
 * server refused it, PCS_ERR_NO_SPACE. */
PCS_MUST_USE pcs_status pcs_turn_peers_permit(pcs_turn_peers *peers, uint64_t now_us,
                                              const pcs_address *peer);
/* pcs_turn_peers_bind asks for a channel, likewise. */
PCS_MUST_USE pcs_status pcs_turn_peers_bind(pcs_turn_peers *peers, uint64_t now_us,
                                            const pcs_address *peer);
/* pcs_turn_peers_allows: may data be from this peer? Only from whom a permission was asked for. */
bool pcs_turn_peers_allows(const pcs_turn_peers *peers, uint64_t now_us, const pcs_address *peer);
/* pcs_turn_peers_refuses: the server said no to a permission or a channel. */
bool pcs_turn_peers_refuses(const pcs_turn_peers *peers, uint64_t now_us, const pcs_address *peer);
/* pcs_turn_peers_channel is the number bound to a peer now, 0 for none. */
uint16_t pcs_turn_peers_channel(const pcs_turn_peers *peers, uint64_t now_us,
                                const pcs_address *peer);
/* pcs_turn_peers_of_channel borrows the peer a number is bound to, NULL: none. */
const pcs_address *pcs_turn_peers_of_channel(const pcs_turn_peers *peers, uint64_t now_us,
                                             uint16_t channel);

/* Entries of either table. A request that runs ends with one of granted, refused and unanswered;
 * again means it is sent once more at once. */
void pcs_turn_entry_asked(pcs_turn_entry *entry);
void pcs_turn_entry_granted(pcs_turn_entry *entry, uint64_t now_us);
void pcs_turn_entry_refused(pcs_turn_entry *entry, uint64_t now_us);
void pcs_turn_entry_unanswered(pcs_turn_entry *entry, uint64_t now_us);
void pcs_turn_entry_again(pcs_turn_entry *entry, uint64_t now_us);
/* pcs_turn_entry_is_due: it is time to ask. */
bool pcs_turn_entry_is_due(const pcs_turn_entry *entry, uint64_t now_us);
/* pcs_turn_entry_let_go: it is not asked for again; a channel keeps its number until it is over. */
void pcs_turn_entry_let_go(pcs_turn_entry *entry);
/* pcs_turn_peers_wake_at is when an entry is due, UINT64_MAX for never. */
uint64_t pcs_turn_peers_wake_at(const pcs_turn_peers *peers);

#endif
