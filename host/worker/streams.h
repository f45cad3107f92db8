/*
 * The streams of one peer. Those to TURN servers are TCP, with TLS over it when the server's URL
 * says so; those to the other side (ICE-TCP) carry RFC 4571's frames, masked when that was agreed.
 * It connects, cuts what comes into messages and writes what is to go, buffering no more than one
 * batch. It knows nothing of what the messages say; where one may connect to, who may connect and
 * for how long, ICE decides.
 */
#ifndef PCS_HOST_WORKER_STREAMS_H
#define PCS_HOST_WORKER_STREAMS_H

#include "host/crypto/random.h"
#include "host/sys/loop.h"
#include "host/worker/peer.h"

typedef struct pcs_streams pcs_streams;

typedef enum pcs_stream_state { PCS_STREAM_OPEN, PCS_STREAM_CLOSED } pcs_stream_state;

/* Called from the loop; message is borrowed for the call. A closed stream is gone already. */
typedef struct pcs_streams_config {
  pcs_loop *loop;
  const pcs_random *random; /* for masks */
  void (*message)(void *context, uint32_t path_id, const pcs_address *from, pcs_span message);
  void (*state)(void *context, uint32_t path_id, pcs_stream_state state);
  void (*writable)(void *context);
  void *context;
} pcs_streams_config;

PCS_MUST_USE pcs_status pcs_streams_new(pcs_streams **out_streams,
                                        const pcs_streams_config *config);
void pcs_streams_free(pcs_streams *streams);
/* pcs_streams_open begins to connect. PCS_ERR_QUOTA, PCS_ERR_SYSTEM, PCS_ERR_UNSUPPORTED. */
PCS_MUST_USE pcs_status pcs_streams_open(pcs_streams *streams, const pcs_peer_stream *wanted);
/* pcs_streams_adopt takes a connection that was accepted; its descriptor is the streams' whatever
 * happens. PCS_ERR_QUOTA, PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_streams_adopt(pcs_streams *streams, uint32_t path_id,
                                          const pcs_address *from, int descriptor);
void pcs_streams_close(pcs_streams *streams, uint32_t path_id);
/* pcs_streams_follow opens and closes what the peer wants opened and closed: true when one could not
 * be, which the peer is told and has to be run for. */
bool pcs_streams_follow(pcs_streams *streams, pcs_peer *peer, uint64_t now_us);
/* pcs_streams_send takes an output's batch from datagram *num_sent on, whole or not at all:
 * PCS_ERR_NO_SPACE while what was sent before is on its way, then writable is called. A stream that
 * is none loses it. */
PCS_MUST_USE pcs_status pcs_streams_send(pcs_streams *streams, const pcs_peer_output *output,
                                         size_t *num_sent);

#endif
