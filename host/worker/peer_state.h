/*
 * What a peer is made of. For the peer_*.c files only.
 */
#ifndef PCS_HOST_WORKER_PEER_STATE_H
#define PCS_HOST_WORKER_PEER_STATE_H

#include "host/worker/farewell.h"
#include "host/worker/peer.h"

/* 24 of 64 characters are 144 bits; RFC 8842 5.2 asks for 120. */
#define PCS_PEER_TLS_ID_BYTES 24
/* Room for what the page is told of states and candidates: two DTLS_STATE and then some. While it
 * is full nothing more is asked of the ICE agent: a page that does not read stops its own call. */
#define PCS_PEER_NOTICES_BYTES 40960
/* The largest of them but DTLS_STATE, with its header. */
#define PCS_PEER_NOTICE_BYTES_MAX 1100
/* DTLS's own messages: a flight with a large certificate chain. */
#define PCS_PEER_FLIGHT_BYTES 20480
/* One batch is one system call where the kernel has UDP_SEGMENT, which takes no more than this. */
#define PCS_PEER_BATCH_BYTES 64800
/* Handshake datagrams that came before they could be looked at: one flight, a message in each. */
#define PCS_PEER_EARLY_MAX 12

/* Wishes about streams that wait to be taken: it is done whenever output is. */
#define PCS_PEER_STREAMS_MAX 48

/* A batch and its memory. */
typedef struct pcs_peer_batch {
  pcs_datagrams datagrams;
  uint8_t memory[PCS_PEER_BATCH_BYTES];
} pcs_peer_batch;

/* The plan's part that outlives pcs_peer_connect. */
typedef struct pcs_peer_plan {
  bool is_set;
  pcs_dtls_role dtls_role;
  pcs_fingerprint fingerprints[PCS_FINGERPRINTS_MAX];
  uint8_t fingerprint_values[PCS_FINGERPRINTS_MAX][PCS_FINGERPRINT_BYTES_MAX];
  size_t num_fingerprints;
  uint8_t tls_id[PCS_TLS_ID_BYTES_MAX];
  size_t tls_id_len;
  bool has_data;
  uint16_t sctp_port;
  uint32_t message_bytes_max; /* what the other side takes, bounded by ours */
} pcs_peer_plan;

typedef struct pcs_peer_early {
  uint32_t path_id;
  pcs_address from;
  size_t len;
  uint8_t bytes[PCS_RECEIVE_BYTES_MAX];
} pcs_peer_early;

/* Our ClientHello while it may have come to somebody who does not listen yet. */
typedef struct pcs_peer_hello {
  size_t len; /* 0: it is not to be repeated */
  uint8_t bytes[PCS_DATAGRAM_BYTES_MAX];
} pcs_peer_hello;

struct pcs_peer {
  uint32_t handle;
  pcs_handles *handles;
  void *object;
  pcs_certificate *certificate;
  uint8_t tls_id[PCS_PEER_TLS_ID_BYTES];
  pcs_ice_agent *ice;
  pcs_dtls_association *dtls; /* from the first route on */
  pcs_sctp_association *sctp; /* while DTLS is connected and data was negotiated */
  pcs_channels *channels;
  pcs_peer_plan plan;
  bool data_is_over;     /* DTLS was closed: what SCTP still holds is the last */
  bool sctp_over;        /* it was there and ended: it does not begin again */
  uint32_t spare_handle; /* drawn for the next channel the other side opens */
  bool closing;
  bool parting; /* the association ends, and another begins with the plan that comes next */
  bool leaving; /* the page closed it: relayed addresses are still to be given back */

  /* what the page is told */
  pcs_writer notices;
  pcs_dtls_state told_dtls;
  uint32_t credit; /* bytes of payload the page may be sent */

  /* servers whose names may have to be looked up */
  struct {
    uint8_t host[PCS_HOST_NAME_BYTES_MAX];
    uint8_t host_len;
    uint16_t port;
  } servers[PCS_ICE_SERVERS_MAX];
  size_t num_servers;
  uint32_t wanted_lookups; /* a bit for each */

  pcs_peer_stream streams[PCS_PEER_STREAMS_MAX]; /* wanted, not taken yet */
  size_t num_streams;

  /* out */
  pcs_peer_output output; /* datagrams NULL: none is waiting */
  bool output_is_stun;    /* it needs no consent: it asks for it */
  uint16_t output_frame;  /* the relay's channel that the batch was made for, 0 none */
  pcs_datagrams flight;
  pcs_peer_hello hello;
  pcs_farewell farewell;
  uint32_t round_trip_us; /* as SCTP was last told */

  /* in */
  struct {
    uint64_t at_us;
    uint32_t path_id;
    pcs_address from;
  } accepted; /* the last verdict of ICE, good for its instant */
  pcs_peer_early early[PCS_PEER_EARLY_MAX];
  size_t num_early;

  struct {
    uint64_t bytes_sent;
    uint64_t bytes_received;
    uint64_t packets_sent;
    uint64_t packets_received;
    uint32_t pair_changes;
    uint32_t channels_opened;
    uint32_t channels_closed;
    uint8_t ice_state;
    uint8_t ice_role;
    uint8_t sctp_state; /* the last that was told */
    bool has_sctp;      /* one was */
  } counted;

  uint8_t notices_memory[PCS_PEER_NOTICES_BYTES];
  uint8_t flight_memory[PCS_PEER_FLIGHT_BYTES];
  pcs_peer_batch batch; /* on its way out */
};

/* pcs_peer_advance does what the layers' new states ask for: begins DTLS when there is a route,
 * SCTP when DTLS is connected, ends what has ended. After every input. */
void pcs_peer_advance(pcs_peer *peer, uint64_t now_us);
/* What a plan makes of the DTLS association that there is. */
typedef enum pcs_sequel { PCS_SEQUEL_SAME, PCS_SEQUEL_NEW, PCS_SEQUEL_END } pcs_sequel;

/* pcs_peer_sequel, before the ICE agent has the plan. SAME while there is none. */
pcs_sequel pcs_peer_sequel(const pcs_peer *peer, const pcs_plan *plan);
/* pcs_peer_begin_anew wipes the association and ends all that went with it, the path to where it led
 * too. The next begins as the first did. */
void pcs_peer_begin_anew(pcs_peer *peer, uint64_t now_us);
/* pcs_peer_end_data: the association is over; every channel closes with status. */
void pcs_peer_end_data(pcs_peer *peer, pcs_status status);
/* pcs_peer_replay_early looks again at what came before its pair was valid or DTLS began. */
void pcs_peer_replay_early(pcs_peer *peer, uint64_t now_us);
/* pcs_peer_keep_hello keeps DTLS's first flight if its pair is not nominated yet; repeat_hello
 * sends it again once it is, if nothing has come back. */
void pcs_peer_keep_hello(pcs_peer *peer);
void pcs_peer_repeat_hello(pcs_peer *peer);
/* pcs_peer_notice_ice tells the page of an ICE event that is not SEND. */
void pcs_peer_notice_ice(pcs_peer *peer, const pcs_ice_event *event);
bool pcs_peer_has_notice_room(const pcs_peer *peer);
/* pcs_peer_notice_dtls tells DTLS's present state; false when there was no room. */
bool pcs_peer_notice_dtls(pcs_peer *peer);
/* pcs_peer_notice_new_dtls tells that there is none yet, again. */
void pcs_peer_notice_new_dtls(pcs_peer *peer);
void pcs_peer_notice_sctp(pcs_peer *peer, pcs_sctp_state state, uint16_t channels_max);

#endif
