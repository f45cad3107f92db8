/*
 * One connection's native half: ICE, DTLS, SCTP and channels joined. It routes by first byte
 * (RFC 7983), and nothing but STUN leaves it without pcs_ice_agent_route (peer_send.c). It owns the
 * agents; it owns no socket and no clock. One input, then take its output and write its messages
 * until both are done, then sleep until wake_at.
 *
 *   peer.c           made from a configuration and a plan, taken down; what each state begins
 *   peer_handover.c  another association, with somebody else
 *   peer_receive.c   a datagram, down through the layers
 *   peer_send.c      what goes out, and where it may go
 *   peer_messages.c  what the page is told
 *   peer_stats.c     the getStats picture
 *   peer_picture.c   the inspector's
 */
#ifndef PCS_HOST_WORKER_PEER_H
#define PCS_HOST_WORKER_PEER_H

#include "host/dtls/association.h"
#include "host/ice/agent.h"
#include "host/sctp/channel.h"
#include "host/worker/handles.h"

typedef struct pcs_peer pcs_peer;

typedef struct pcs_peer_config {
  uint32_t handle;              /* as the page knows this peer */
  pcs_certificate *certificate; /* retained */
  pcs_ice_policy ice_policy;
  pcs_reach_facts reach;
  pcs_questions *questions; /* the page's, borrowed for the peer's life */
  pcs_address_mode addresses;
  pcs_ice_transports transports;
  const pcs_random *random; /* borrowed for the peer's life, as are the next two */
  pcs_handles *handles;     /* where its channels get their names */
  void *object;             /* what those names stand for there */
} pcs_peer_config;

PCS_MUST_USE pcs_status pcs_peer_new(pcs_peer **out_peer, const pcs_peer_config *config);
/* pcs_peer_free wipes its keys and forgets its channels' handles. It sends nothing: close first. */
void pcs_peer_free(pcs_peer *peer);

/* ---- what the page asks ---- */

pcs_ice_agent *pcs_peer_ice(pcs_peer *peer);
const pcs_certificate *pcs_peer_certificate(const pcs_peer *peer);
/* The connection's tls-id (RFC 8842 5.2), made here. */
pcs_span pcs_peer_tls_id(const pcs_peer *peer);
/* pcs_peer_configure copies servers and policy for the next gathering (webrtc-pc 4.4.1.6). */
PCS_MUST_USE pcs_status pcs_peer_configure(pcs_peer *peer, pcs_ice_policy policy,
                                           const pcs_ice_server *servers, size_t num_servers);
/*
 * pcs_peer_connect applies a plan. PCS_ERR_STATE for a generation that was never made, and what
 * pcs_plan_check says. Another fingerprint or tls-id with other ICE credentials is another
 * association (RFC 8842 3.1, 6): the path, keys, SCTP and open channels of the one before end here,
 * and nothing leaves before the new path has consent. Without them, or with another role, the
 * association is torn down: that is told by its state, not by a status.
 */
PCS_MUST_USE pcs_status pcs_peer_connect(pcs_peer *peer, uint64_t now_us, const pcs_plan *plan);
/* pcs_peer_part, before such a plan: true when it brings another association; the one there is then
 * says goodbye with the output that is taken next. */
bool pcs_peer_part(pcs_peer *peer, const pcs_plan *plan);
/* pcs_peer_open_channel draws the channel's handle. PCS_ERR_QUOTA, PCS_ERR_OPERATION, as
 * pcs_channels_open. */
PCS_MUST_USE pcs_status pcs_peer_open_channel(pcs_peer *peer, uint32_t *out_handle,
                                              const pcs_channel_options *options);
/* pcs_peer_close_channel and pcs_peer_send do nothing for a channel that has closed meanwhile: what
 * the page sends then crosses what it is told. */
void pcs_peer_close_channel(pcs_peer *peer, uint32_t channel);
/* pcs_peer_send: PCS_ERR_NO_SPACE the page has overdrawn its window, PCS_ERR_TOO_LARGE: its link is
 * closed for either. */
PCS_MUST_USE pcs_status pcs_peer_send(pcs_peer *peer, uint32_t channel, pcs_payload payload,
                                      pcs_span bytes);
/* pcs_peer_credit: PCS_ERR_RANGE for more than was ever owed. */
PCS_MUST_USE pcs_status pcs_peer_credit(pcs_peer *peer, uint32_t bytes);
/* pcs_peer_stats fills all but the request; its spans borrow the peer until the next call. */
void pcs_peer_stats(pcs_peer *peer, uint64_t now_us, pcs_msg_stats *out_stats);
/* pcs_peer_close says goodbye to the other side with the output that is then taken. */
void pcs_peer_close(pcs_peer *peer);
/* pcs_peer_stop forgets all that was to be sent, and its keys: of the output that is then taken
 * nothing is data but DTLS's close_notify. */
void pcs_peer_stop(pcs_peer *peer);
/* pcs_peer_has_farewell: it was closed or stopped, and said so with a datagram that may be said again:
 * pcs_peer_repeat_farewell makes it the next output, if there is consent still. */
bool pcs_peer_has_farewell(const pcs_peer *peer);
void pcs_peer_repeat_farewell(pcs_peer *peer);
/* pcs_peer_proved_certificate is that of the other side, which it has proved to hold (DER); empty
 * before. */
pcs_span pcs_peer_proved_certificate(const pcs_peer *peer);

/* ---- what the network and the clock bring ---- */

void pcs_peer_receive(pcs_peer *peer, uint64_t now_us, uint32_t path_id, const pcs_address *from,
                      pcs_span datagram);
void pcs_peer_tick(pcs_peer *peer, uint64_t now_us);
/* pcs_peer_wake_at is when tick must next be called, UINT64_MAX for never. */
uint64_t pcs_peer_wake_at(const pcs_peer *peer);
/* pcs_peer_has_association: the SCTP stack must tick for it. */
bool pcs_peer_has_association(const pcs_peer *peer);

/* ---- what it wants ---- */

/* What goes out on one socket to one address: several datagrams, one system call. */
typedef struct pcs_peer_output {
  uint32_t path_id;
  pcs_address to;
  bool masked;                    /* on a stream: its frames are masked */
  const pcs_datagrams *datagrams; /* valid until pcs_peer_output_sent, or peer_free */
  size_t num_sent;                /* of them, so far */
} pcs_peer_output;

/*
 * pcs_peer_take_output: PCS_OK with a batch, PCS_ERR_NO_SPACE when nothing waits. The same batch
 * comes again until all of it was sent, unless consent to it has ended meanwhile.
 */
PCS_MUST_USE pcs_status pcs_peer_take_output(pcs_peer *peer, uint64_t now_us,
                                             pcs_peer_output *out_output);
/* pcs_peer_output_sent says how many of the batch are gone, counted from its start. */
void pcs_peer_output_sent(pcs_peer *peer, size_t num_sent);

/* A STUN server's name to be looked up; the answer goes to pcs_ice_agent_server_resolved. */
typedef struct pcs_peer_lookup {
  uint8_t server;
  uint16_t port;
  pcs_span host; /* valid until the next pcs_peer_configure */
} pcs_peer_lookup;

/* pcs_peer_take_lookup gives each that is wanted once; false when there is none. */
bool pcs_peer_take_lookup(pcs_peer *peer, pcs_peer_lookup *out_lookup);

/* A stream to a TURN server or, framed, to a peer, to be opened or closed; what comes of it is told
 * to the agent (pcs_ice_agent_stream_opened, _closed). */
typedef struct pcs_peer_stream {
  bool close;  /* else open */
  bool secure; /* TLS, with a certificate for host */
  bool framed; /* RFC 4571 */
  uint32_t path_id;
  pcs_address from; /* family NONE: any */
  pcs_address to;
  uint8_t host_len;
  uint8_t host[PCS_HOST_NAME_BYTES_MAX];
} pcs_peer_stream;

/* pcs_peer_take_stream gives each that is wanted once, in order; false when there is none. */
bool pcs_peer_take_stream(pcs_peer *peer, pcs_peer_stream *out_stream);

/*
 * pcs_peer_write_messages encodes what the page must be told (states, candidates, channel events,
 * payload within the page's credit) into writer as far as it has room; true when more waits for
 * room.
 */
bool pcs_peer_write_messages(pcs_peer *peer, pcs_writer *writer);

#endif
