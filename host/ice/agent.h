/*
 * One connection's ICE agent (RFC 8445, 8838 trickle, 7675 consent; RFC 8839 names). It makes local
 * credentials and candidates, checks pairs, nominates, keeps consent, and is the only one who knows
 * a transaction ID. It decides to which address anything may be sent: pcs_ice_agent_route.
 *
 * Sans-I/O: time and randomness are arguments; everything it wants is polled. After each call the
 * owner polls until PCS_ICE_EVENT_NONE, then sleeps until pcs_ice_agent_wake_at.
 */
#ifndef PCS_HOST_ICE_AGENT_H
#define PCS_HOST_ICE_AGENT_H

#include "core/boundary/message.h"
#include "core/policy/address_mode.h"
#include "core/policy/reach.h"
#include "core/policy/transports.h"
#include "host/crypto/random.h"
#include "host/ice/questions.h"

typedef struct pcs_ice_agent pcs_ice_agent;

#define PCS_ICE_PATHS_MAX 16 /* local sockets of one agent: addresses of one machine */

/* A local UDP socket as the owner numbered it; the agent never touches the socket. */
typedef struct pcs_ice_path {
  uint32_t id;
  pcs_address address; /* what the socket is bound to, with its port */
  uint16_t preference; /* local preference (RFC 8445 5.1.2.1), higher is better, unique */
  uint32_t network;    /* interface index: candidates of one interface share a network */
  uint8_t name_len;    /* 0: it has no name */
  char name[PCS_CANDIDATE_NAME_BYTES_MAX]; /* mDNS: what the address is called in mode NAMED */
} pcs_ice_path;

typedef struct pcs_ice_config {
  pcs_ice_policy policy;
  pcs_reach_facts reach;
  pcs_questions *questions; /* the page's, borrowed for the agent's life; NULL: without bound */
  pcs_address_mode addresses;
  pcs_ice_transports transports;
} pcs_ice_config;

typedef enum pcs_ice_event_kind {
  PCS_ICE_EVENT_NONE,
  PCS_ICE_EVENT_SEND,            /* path_id, to, bytes: a STUN message to put on the wire now */
  PCS_ICE_EVENT_CANDIDATE,       /* generation, candidate, url */
  PCS_ICE_EVENT_CANDIDATE_ERROR, /* generation, url, code */
  PCS_ICE_EVENT_GATHERING,       /* generation, gathering */
  PCS_ICE_EVENT_STATE,           /* state, role */
  PCS_ICE_EVENT_SELECTED, /* candidate, remote: the pair data now uses; of a peer-reflexive one that
                             no signalling named the addresses are family NONE */
  PCS_ICE_EVENT_OPEN_STREAM,  /* path_id, to, secure, bytes the host name: connect by TCP, then TLS
                                 when secure; from, unless its family is NONE, is the address to
                                 connect from; framed: RFC 4571 (framing.h), else TURN's own
                                 (turn_stream.h). Say pcs_ice_agent_stream_opened or _closed */
  PCS_ICE_EVENT_CLOSE_STREAM, /* path_id: it is not needed any more */
  PCS_ICE_EVENT_RESOLVE,      /* server, bytes its host name: the owner resolves it and calls
                                 pcs_ice_agent_server_resolved */
} pcs_ice_event_kind;

/* Spans and texts in an event are valid until the next call on the agent. */
typedef struct pcs_ice_event {
  pcs_ice_event_kind kind;
  uint32_t generation;
  uint32_t path_id;
  pcs_address to;
  pcs_address from;
  bool framed;
  bool masked; /* of SEND: the frame is masked */
  pcs_span bytes;
  pcs_candidate candidate; /* also the local candidate of SELECTED */
  pcs_candidate remote;
  pcs_span url;
  uint16_t code;
  uint8_t server;
  bool secure;
  pcs_gathering_state gathering;
  pcs_ice_state state;
  pcs_ice_role role;
} pcs_ice_event;

/*
 * Where data goes now: the selected pair's socket and address, while it has consent. When it goes
 * through a relay that is the relay's server, and each datagram is preceded by frame and its own
 * length, 16 bits each (RFC 8656 12.4).
 */
typedef struct pcs_ice_route {
  uint32_t path_id;
  pcs_address to;
  uint16_t frame; /* 0: it goes as it is */
  uint8_t align;  /* with frame: zeros follow up to a multiple of it */
  bool masked;    /* it goes over ICE-TCP in masked frames */
} pcs_ice_route;

/* A datagram as it came, or as it was before a relay carried it. */
typedef struct pcs_ice_arrival {
  uint32_t path_id;
  pcs_address from;
  pcs_span bytes;
} pcs_ice_arrival;

typedef enum pcs_ice_carriage {
  PCS_ICE_DIRECT,  /* it is what it is */
  PCS_ICE_RELAYED, /* it was unwrapped: another path, from and bytes, within the same memory */
  PCS_ICE_STRAY,   /* it is nothing we asked a relay for */
} pcs_ice_carriage;

/* pcs_ice_agent_new: heap, one owner. random is borrowed for the agent's life. */
PCS_MUST_USE pcs_status pcs_ice_agent_new(pcs_ice_agent **out_agent, const pcs_ice_config *config,
                                          const pcs_random *random);
/* pcs_ice_agent_free wipes every credential and transaction ID. free(NULL) is fine. */
void pcs_ice_agent_free(pcs_ice_agent *agent);

/*
 * pcs_ice_agent_make_generation draws new local credentials (RFC 8445 9: a restart when one is in
 * use). out texts are owned by the agent and valid until it is freed or the generation dropped.
 */
PCS_MUST_USE pcs_status pcs_ice_agent_make_generation(pcs_ice_agent *agent,
                                                      uint32_t *out_generation, pcs_span *out_ufrag,
                                                      pcs_span *out_password);
/* Paths may come and go during a call; a path that goes fails its pairs and consent with it. */
PCS_MUST_USE pcs_status pcs_ice_agent_add_path(pcs_ice_agent *agent, uint64_t now_us,
                                               const pcs_ice_path *path);
void pcs_ice_agent_remove_path(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id);
/* pcs_ice_agent_name_path: what the path's address is called from now on. */
void pcs_ice_agent_name_path(pcs_ice_agent *agent, uint32_t path_id, pcs_span name);
/*
 * pcs_ice_agent_set_addresses changes the mode of a live agent (draft rtcweb-security-arch 6.4,
 * requirement A22): host candidates come or go at once, with their pairs, for every generation that
 * was gathered; those that may now be told by their address are announced again; what a stricter
 * mode hides is in nothing that is told from now on. Sockets are the owner's: it removes paths
 * before and adds them after. What servers would find comes with the next generation.
 */
void pcs_ice_agent_set_addresses(pcs_ice_agent *agent, uint64_t now_us, pcs_address_mode mode);
/* pcs_ice_agent_add_listener: the owner listens for ICE-TCP connections on address, beside a path
 * of before; it ends with the path. PCS_ERR_STATE when policy has no passive candidates. */
PCS_MUST_USE pcs_status pcs_ice_agent_add_listener(pcs_ice_agent *agent, uint32_t path_id,
                                                   const pcs_address *address);
/* pcs_ice_agent_accept_stream: a connection was accepted there; *out_stream is its path id from now
 * on. PCS_ERR_DENIED, PCS_ERR_QUOTA: it is to be closed. Another may have to make room for it. */
PCS_MUST_USE pcs_status pcs_ice_agent_accept_stream(pcs_ice_agent *agent, uint64_t now_us,
                                                    uint32_t path_id, const pcs_address *from,
                                                    uint32_t *out_stream);
/* Streams, to TURN servers and of ICE-TCP, as paths: what comes from one is given to
 * pcs_ice_agent_unwrap and receive message by message, from the address that it was opened to. */
#define PCS_ICE_STREAM_PATH_FIRST 0x20000u
void pcs_ice_agent_stream_opened(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id);
/* pcs_ice_agent_stream_closed: it could not be opened, was refused trust, or ended. */
void pcs_ice_agent_stream_closed(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id);
/* pcs_ice_agent_configure copies servers and policy; used by the next gathering. */
PCS_MUST_USE pcs_status pcs_ice_agent_configure(pcs_ice_agent *agent, pcs_ice_policy policy,
                                                const pcs_ice_server *servers, size_t num_servers);
/* pcs_ice_agent_set_reach: the origin was granted, or lost, what it may have us reach. A connection
 * to where it may not any more ends at once. */
void pcs_ice_agent_set_reach(pcs_ice_agent *agent, uint64_t now_us, const pcs_reach_facts *facts);
/* addresses may be none: it did not resolve. The agent never says which names resolved. Their ports
 * are not looked at. */
void pcs_ice_agent_server_resolved(pcs_ice_agent *agent, uint64_t now_us, uint8_t server,
                                   const pcs_address *addresses, size_t num_addresses);
/* pcs_ice_agent_gather tells a host candidate for each path of now, then what servers find, in at
 * most ten seconds; by policy relay nothing but relayed ones, whose related address is hidden. A second time is no gathering. PCS_ERR_STATE for a generation that is not
 * there. */
PCS_MUST_USE pcs_status pcs_ice_agent_gather(pcs_ice_agent *agent, uint64_t now_us,
                                             uint32_t generation);
/*
 * pcs_ice_agent_connect applies the ICE half of a plan: local generation, role, remote credentials.
 * Checks begin (or a restart begins; the old pair keeps consent and keeps carrying data, RFC 7675
 * 5.1 and RFC 8445 9, until the new session has nominated a pair). The same plan again changes
 * nothing; nor does any plan with a generation that lost consent (RFC 7675 5.1: only a restart
 * helps). A restart keeps the role the agent has (RFC 8445 6.1.1). PCS_ERR_STATE for a generation
 * that was never made or was superseded; PCS_ERR_SYNTAX for credentials not of RFC 8839 5.4's form.
 */
PCS_MUST_USE pcs_status pcs_ice_agent_connect(pcs_ice_agent *agent, uint64_t now_us,
                                              const pcs_plan *plan);
/* pcs_ice_agent_restarts: connecting with this plan would begin another session than the one there
 * is. */
bool pcs_ice_agent_restarts(const pcs_ice_agent *agent, const pcs_plan *plan);
/* pcs_ice_agent_leave ends the pair that a restart kept, with its consent: what is sent from now on
 * is for somebody else. */
void pcs_ice_agent_leave(pcs_ice_agent *agent, uint64_t now_us);
/*
 * pcs_ice_agent_add_candidate: PCS_OK also for one that is ignored by rule (duplicate, too many, a
 * name that is no mDNS one, TCP, unknown ufrag): the page cannot tell. One with a prohibited address
 * or port is taken, and nothing ever leaves for it: states, statistics and times are those of an
 * address where nobody answers (requirements X10). An mDNS name without an address waits for
 * pcs_ice_agent_name_resolved. Candidates whose ufrag is not yet connected are kept, bounded. An
 * empty ufrag means the one that is connected.
 */
PCS_MUST_USE pcs_status pcs_ice_agent_add_candidate(pcs_ice_agent *agent, uint64_t now_us,
                                                    pcs_span ufrag, const pcs_candidate *candidate);
/* pcs_ice_agent_take_name gives each mDNS name of the other side that should be looked up once,
 * valid until the next call; false when there is none. Never another kind of name (RFC 8839 5.1),
 * none before both descriptions are there, and none when only relays may be used. */
bool pcs_ice_agent_take_name(pcs_ice_agent *agent, pcs_span *out_name);
/*
 * pcs_ice_agent_name_resolved: name has these addresses, whose ports are not looked at. Only the
 * first answer counts, and only one with a single address
 * (draft-ietf-mmusic-mdns-ice-candidates 3.2.1). A name that nobody asked for changes nothing.
 */
void pcs_ice_agent_name_resolved(pcs_ice_agent *agent, uint64_t now_us, pcs_span name,
                                 const pcs_address *addresses, size_t num_addresses);
void pcs_ice_agent_end_of_candidates(pcs_ice_agent *agent, uint64_t now_us, pcs_span ufrag);

/*
 * pcs_ice_agent_unwrap looks whether a datagram came through a relay of ours, before it is told
 * apart by its first byte (RFC 7983): ChannelData and Data indications, from a server's own address
 * only and about a peer we asked a permission for (requirement X11).
 */
pcs_ice_carriage pcs_ice_agent_unwrap(const pcs_ice_agent *agent, uint64_t now_us,
                                      pcs_ice_arrival *arrival);
/* pcs_ice_agent_receive takes a datagram whose first byte is 0..3 (RFC 7983). Garbage is ignored.
 */
void pcs_ice_agent_receive(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                           const pcs_address *from, pcs_span datagram);
void pcs_ice_agent_tick(pcs_ice_agent *agent, uint64_t now_us);
/* pcs_ice_agent_wake_at is when tick must next be called, UINT64_MAX for never. */
uint64_t pcs_ice_agent_wake_at(const pcs_ice_agent *agent);
/* pcs_ice_agent_poll gives the next event, kind NONE when there is none. */
void pcs_ice_agent_poll(pcs_ice_agent *agent, pcs_ice_event *out_event);

/*
 * pcs_ice_agent_route: PCS_OK and where non-STUN bytes may go at now_us; PCS_ERR_DENIED while no
 * pair has fresh consent (RFC 7675 5.1; RFC 8827 6.3). The one gate for everything but STUN.
 */
PCS_MUST_USE pcs_status pcs_ice_agent_route(const pcs_ice_agent *agent, uint64_t now_us,
                                            pcs_ice_route *out_route);
/* pcs_ice_agent_is_nominated: the route's pair is, and so the other side will have it too. */
bool pcs_ice_agent_is_nominated(const pcs_ice_agent *agent);
/* pcs_ice_agent_accepts: may non-STUN bytes from this address on this path be looked at? Only from
 * a valid pair's remote address. */
bool pcs_ice_agent_accepts(const pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                           const pcs_address *from);
/* pcs_ice_agent_expect: data came from an address that is not accepted yet. One of the other side's
 * candidates is checked at once, so that it may be; of any other nothing comes. */
void pcs_ice_agent_expect(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                          const pcs_address *from);
/* pcs_ice_agent_revoke drops consent at once: the other side closed, authenticated (RFC 7675 5.2).
 */
void pcs_ice_agent_revoke(pcs_ice_agent *agent, uint64_t now_us);
/* pcs_ice_agent_count tells the traffic that went over the selected pair, for getStats. */
void pcs_ice_agent_count(pcs_ice_agent *agent, uint64_t sent_packets, uint64_t sent_bytes,
                         uint64_t received_packets, uint64_t received_bytes);
/* pcs_ice_agent_close gives relayed addresses back, with the events that are then polled. */
void pcs_ice_agent_close(pcs_ice_agent *agent, uint64_t now_us);
/* Round-trip of the selected pair by its last check, microseconds, 0 when unknown. */
uint32_t pcs_ice_agent_round_trip_us(const pcs_ice_agent *agent);

/* getStats: fills out of at most the given capacities; never a transaction ID, a password or an
 * address that only a check revealed. state is RTCStatsIceCandidatePairState in the standard's
 * order (frozen 0 to succeeded 4); last_consent_us is on the clock of now_us. Texts are borrowed
 * until the next call on the agent. */
size_t pcs_ice_agent_pair_stats(const pcs_ice_agent *agent, pcs_pair_stats *out, size_t capacity);
size_t pcs_ice_agent_candidate_stats(const pcs_ice_agent *agent, pcs_candidate_stats *out,
                                     size_t capacity);
/* pcs_ice_agent_selected_pair is its id, 0 while there is none, and how often it changed. */
uint32_t pcs_ice_agent_selected_pair(const pcs_ice_agent *agent, uint32_t *out_changes);

#endif
