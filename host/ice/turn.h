/*
 * One TURN allocation (RFC 8656) on one 5-tuple: what is asked of the server and when, and what
 * follows from its answers: allocated, refreshed, redirected, refused, ended. It owns the
 * credentials and the permissions and channels of the allocation. It draws no transaction ID
 * (transaction.h), knows no pair, and decides to which peers nothing: who asks for a permission has
 * decided that.
 */
#ifndef PCS_HOST_ICE_TURN_H
#define PCS_HOST_ICE_TURN_H

#include "host/ice/turn_credential.h"
#include "host/ice/turn_peers.h"

/* Lifetimes below this would have us refresh without rest. */
#define PCS_TURN_LIFETIME_S_MIN 60
#define PCS_TURN_LIFETIME_S_DEFAULT 600 /* RFC 8656 3.2 */
/* A server that answers each request with a new nonce is not one. */
#define PCS_TURN_CHALLENGES_MAX 4
/* webrtc-pc 4.8.2: the server was not reached. */
#define PCS_TURN_UNREACHED 701

typedef enum pcs_turn_state {
  PCS_TURN_NONE,
  PCS_TURN_CONNECTING, /* the stream to the server is not open yet */
  PCS_TURN_ALLOCATING,
  PCS_TURN_READY,
  PCS_TURN_RELEASING, /* it is given back: nothing else is asked or carried */
  PCS_TURN_ENDED,     /* error_code says why, 0 when it was given back */
} pcs_turn_state;

/* How the server is reached. */
typedef enum pcs_turn_carrier {
  PCS_TURN_OVER_UDP,
  PCS_TURN_OVER_TCP,
  PCS_TURN_OVER_TLS,
} pcs_turn_carrier;

/* What is asked for: of both families where the server can (RFC 8656 7.1), else of one. */
typedef enum pcs_turn_families {
  PCS_TURN_BOTH_FAMILIES,
  PCS_TURN_IPV4_ONLY,
  PCS_TURN_IPV6_ONLY,
} pcs_turn_families;

typedef struct pcs_turn {
  pcs_turn_state state;
  pcs_turn_carrier carrier;
  pcs_address server;
  pcs_turn_credential credential;
  pcs_turn_peers peers;
  pcs_turn_families families;
  pcs_address relayed[2]; /* IPv4, IPv6; family NONE: not allocated */
  pcs_address mapped;     /* as the server sees us */
  uint16_t error_code;
  uint8_t num_challenges; /* since the last success */
  bool redirected;        /* RFC 8656 7.4: at most one hop (requirement X11) */
  bool asked;             /* Allocate or Refresh runs */
  uint64_t ask_us;        /* when Allocate or Refresh is to be sent, UINT64_MAX never */
  uint64_t ends_us;
} pcs_turn;

typedef enum pcs_turn_task {
  PCS_TURN_TASK_ALLOCATE,
  PCS_TURN_TASK_REFRESH,
  PCS_TURN_TASK_RELEASE, /* Refresh with lifetime 0 */
  PCS_TURN_TASK_PERMIT,  /* index: of the permission */
  PCS_TURN_TASK_BIND,    /* index: of the channel */
} pcs_turn_task;

typedef struct pcs_turn_ask {
  pcs_turn_task task;
  uint8_t index;
} pcs_turn_ask;

/* What an answer, or its absence, changed. */
typedef enum pcs_turn_outcome {
  PCS_TURN_NOTHING,
  PCS_TURN_ALLOCATED,
  PCS_TURN_REDIRECTED, /* server is another now; a stream must be opened to it */
  PCS_TURN_REFUSED,    /* a permission or channel: ask.index says which */
  PCS_TURN_LOST,       /* state is ENDED */
} pcs_turn_outcome;

/* pcs_turn_init begins an allocation: at once over UDP, when pcs_turn_open is called otherwise. The
 * texts are copied. PCS_ERR_TOO_LARGE. */
PCS_MUST_USE pcs_status pcs_turn_init(pcs_turn *turn, uint64_t now_us, pcs_turn_carrier carrier,
                                      const pcs_address *server, const pcs_ice_server *login);
/* pcs_turn_clear wipes it. */
void pcs_turn_clear(pcs_turn *turn);
/* pcs_turn_open: the stream to the server is open. */
void pcs_turn_open(pcs_turn *turn, uint64_t now_us);
void pcs_turn_end(pcs_turn *turn, uint16_t error_code);
/* pcs_turn_release gives an allocation back (RFC 8656 8); one that is none yet ends. */
void pcs_turn_release(pcs_turn *turn, uint64_t now_us);

/* pcs_turn_next gives what is to be asked now and counts it as asked; false when there is nothing.
 */
bool pcs_turn_next(pcs_turn *turn, uint64_t now_us, pcs_turn_ask *out_ask);
uint16_t pcs_turn_method_of(pcs_turn_task task);
/* pcs_turn_write writes a request's attributes, behind its header, and ends it. */
PCS_MUST_USE pcs_status pcs_turn_write(const pcs_turn *turn, pcs_turn_ask ask, pcs_span id,
                                       pcs_writer *writer, pcs_span *out_message);
/* A response that is believed (transaction.h), to a request that was sent with or without
 * credentials. */
typedef struct pcs_turn_response {
  const pcs_stun_message *message;
  bool had_credentials;
} pcs_turn_response;
pcs_turn_outcome pcs_turn_answer(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask,
                                 const pcs_turn_response *response);
pcs_turn_outcome pcs_turn_unanswered(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask);
/* pcs_turn_expire ends an allocation whose time ran out: true when it did. */
bool pcs_turn_expire(pcs_turn *turn, uint64_t now_us);
/* pcs_turn_wake_at is when next or expire must be called, UINT64_MAX for never. */
uint64_t pcs_turn_wake_at(const pcs_turn *turn);

#endif
