/*
 * The inside of an agent's ICE-TCP (RFC 6544): its connections as streams with path ids of their
 * own, opened for the check of a pair or accepted by a listening socket of the owner's. It decides
 * which connections there may be and when each ends; the owner connects, listens, and cuts frames
 * (framing.h). Only host/ice includes it.
 *
 * What failed to connect runs on until the time of its check is over: a port that refuses, one that
 * drops and one where something else listens must not be told apart (requirement X10).
 */
#ifndef PCS_HOST_ICE_TCP_STREAM_H
#define PCS_HOST_ICE_TCP_STREAM_H

#include "host/ice/agent.h"
#include "host/ice/pair.h"
#include "host/ice/stun.h"

/* Checks that run at one time, and what was accepted. */
#define PCS_ICE_TCP_STREAMS_MAX 32
/* Accepted connections on which nobody has proven to know our password. The oldest gives way, of
 * the same source first: a flood from one place displaces only what comes from there. */
#define PCS_ICE_TCP_UNPROVEN_MAX 12
#define PCS_ICE_TCP_UNPROVEN_PER_SOURCE_MAX 4
/* The first check comes with the third packet of the handshake, or after one retransmission. */
#define PCS_ICE_TCP_PROOF_US 5000000u
/* To connect and be answered: three SYNs (1, 3 and 7 s). RFC 8489 6.2.2 would wait 39.5 s. */
#define PCS_ICE_TCP_CHECK_US 10000000u
/* How often a connection that carried data is made again when it breaks. */
#define PCS_ICE_TCP_REOPENS_MAX 3

/* The paths of TCP candidates: one of these and the socket's path id. Owners never see them. */
#define PCS_ICE_TCP_ACTIVE_PATHS 0x40000000u
#define PCS_ICE_TCP_PASSIVE_PATHS 0x80000000u
#define PCS_ICE_TCP_PATHS_MASK 0xc0000000u

typedef enum pcs_ice_tcp_state {
  PCS_ICE_TCP_FREE,
  PCS_ICE_TCP_WANTED,  /* the owner must be told to open it */
  PCS_ICE_TCP_OPENING, /* it was told */
  PCS_ICE_TCP_OPEN,
  PCS_ICE_TCP_GONE,    /* it has closed; the check's time runs on */
  PCS_ICE_TCP_CLOSING, /* the owner must be told to close it */
} pcs_ice_tcp_state;

typedef struct pcs_ice_tcp_stream {
  pcs_ice_tcp_state state;
  uint32_t path_id;   /* its own */
  uint32_t base_path; /* its local candidate's */
  uint32_t pair;      /* 0: none yet */
  pcs_address to;
  bool accepted;
  bool proven; /* accepted: an authentic check came over it */
  bool masks;  /* the other side unmasks what we mask */
  uint64_t deadline_us;
} pcs_ice_tcp_stream;

typedef struct pcs_ice_tcp {
  pcs_ice_transports allowed;
  struct {
    uint32_t path_id; /* 0: free */
    pcs_address address;
  } listeners[PCS_ICE_PATHS_MAX];
  pcs_ice_tcp_stream streams[PCS_ICE_TCP_STREAMS_MAX];
} pcs_ice_tcp;

/* What there is to send a pair's check on. */
typedef enum pcs_ice_tcp_way {
  PCS_ICE_TCP_READY, /* or it is no TCP pair */
  PCS_ICE_TCP_WAITS, /* for a connection */
  PCS_ICE_TCP_NONE,  /* there can be none */
} pcs_ice_tcp_way;

/* tcp_stream.c */
/* pcs_ice_tcp_may_connect: remote passive candidates are of use. */
bool pcs_ice_tcp_may_connect(const pcs_ice_agent *agent);
/* pcs_ice_tcp_gather adds the TCP candidates that go with the host candidate of a path. */
void pcs_ice_tcp_gather(pcs_ice_agent *agent, uint32_t generation, uint32_t path_id);
void pcs_ice_tcp_forget_path(pcs_ice_agent *agent, uint32_t path_id);
/* pcs_ice_tcp_end_path ends what goes from a path by TCP; the path, and who listens there, stay. */
void pcs_ice_tcp_end_path(pcs_ice_agent *agent, uint32_t path_id);
/* pcs_ice_tcp_base_path is the path by which the local candidate of a stream is known; of any other
 * path that path itself. */
uint32_t pcs_ice_tcp_base_path(const pcs_ice_agent *agent, uint32_t path_id);
/* pcs_ice_tcp_path_of is the socket that a stream or a TCP candidate goes with, NULL: it is none.
 */
const pcs_ice_path *pcs_ice_tcp_path_of(const pcs_ice_agent *agent, uint32_t path_id);
/* pcs_ice_tcp_of finds a stream that is not closing, NULL: none. */
const pcs_ice_tcp_stream *pcs_ice_tcp_of(const pcs_ice_agent *agent, uint32_t path_id);
pcs_ice_tcp_way pcs_ice_tcp_prepare(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair);
/* pcs_ice_tcp_wait_us is how long the answer of a check over the pair's stream is awaited. */
uint64_t pcs_ice_tcp_wait_us(const pcs_ice_agent *agent, uint64_t now_us, const pcs_ice_pair *pair);
/* pcs_ice_tcp_take gives an accepted stream to the pair that a check over it made. */
void pcs_ice_tcp_take(pcs_ice_agent *agent, uint32_t path_id, pcs_ice_pair *pair);
/* pcs_ice_tcp_release closes what the pair had; one that it never had is fine. */
void pcs_ice_tcp_release(pcs_ice_agent *agent, uint32_t pair_id);
/* pcs_ice_tcp_prove: what came over the stream is authentic. PCS_ERR_DENIED: it does not offer the
 * masking that policy requires. */
PCS_MUST_USE pcs_status pcs_ice_tcp_prove(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                                          const pcs_stun_message *message);
/* pcs_ice_tcp_offers_masking: a request or answer over this path is to say so. */
bool pcs_ice_tcp_offers_masking(const pcs_ice_agent *agent, uint32_t path_id);
bool pcs_ice_tcp_masks(const pcs_ice_agent *agent, uint32_t path_id);
/* pcs_ice_tcp_opened and _closed: what the owner said of a stream; nothing of one that is none. */
void pcs_ice_tcp_opened(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id);
void pcs_ice_tcp_closed(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id);

/* tcp_life.c */
void pcs_ice_tcp_step(pcs_ice_agent *agent, uint64_t now_us);
uint64_t pcs_ice_tcp_wake_at(const pcs_ice_agent *agent);
/* pcs_ice_tcp_poll gives what the owner must do about streams; false when there is nothing. */
bool pcs_ice_tcp_poll(pcs_ice_agent *agent, pcs_ice_event *out_event);

#endif
