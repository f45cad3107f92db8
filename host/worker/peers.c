#include "host/worker/peers.h"

#include <stdlib.h>
#include <string.h>

#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/resolve.h"
#include "host/worker/listeners.h"
#include "host/worker/streams.h"

#define SCTP_TICK_US 10000u

struct pcs_peer_place {
  pcs_peers *peers;
  pcs_peer *peer;
  pcs_paths *paths;
  pcs_streams *streams;
  pcs_listeners *listeners;
  uint32_t handle;
  size_t index; /* in peers->places */
  uint64_t wake_at_us;
  bool touched;
};

struct pcs_peers {
  pcs_peers_config config;
  pcs_timer *timer;
  pcs_resolver *resolver;
  pcs_peer_place *places[PCS_PEERS_MAX];
  size_t num;
  uint64_t sctp_tick_at_us;
  uint64_t timer_at_us; /* what the timer is set to, UINT64_MAX for nothing */
  uint8_t receive_memory[PCS_UDP_RECEIVE_BYTES];
};

/* The timer only ends the sleep: what is due is found before the next one. */
static void on_timer(void *context) {
  ((pcs_peers *)context)->timer_at_us = UINT64_MAX;
}

static void on_resolved(void *context, const pcs_resolve_question *question,
                        const pcs_address *addresses, size_t num_addresses) {
  pcs_peers *peers = (pcs_peers *)context;
  pcs_peer_place *place =
      (pcs_peer_place *)pcs_handles_find(peers->config.handles, PCS_HANDLE_PEER, question->peer);
  if (place != NULL) {
    pcs_ice_agent_server_resolved(pcs_peer_ice(place->peer), pcs_clock_now_us(), question->server,
                                  addresses, num_addresses);
    pcs_peers_touch(place);
  }
}

pcs_status pcs_peers_new(pcs_peers **out_peers, const pcs_peers_config *config) {
  *out_peers = NULL;
  pcs_peers *peers = calloc(1, sizeof *peers);
  if (peers == NULL) {
    return PCS_ERR_SYSTEM;
  }
  peers->config = *config;
  peers->sctp_tick_at_us = UINT64_MAX;
  peers->timer_at_us = UINT64_MAX;
  if (pcs_timer_new(&peers->timer, config->loop, on_timer, peers) != PCS_OK ||
      pcs_resolver_new(&peers->resolver, config->loop, on_resolved, peers) != PCS_OK) {
    pcs_peers_free(peers);
    return PCS_ERR_SYSTEM;
  }
  *out_peers = peers;
  return PCS_OK;
}

static void free_place(pcs_peer_place *place) {
  pcs_listeners_free(place->listeners);
  pcs_paths_free(place->paths);
  pcs_streams_free(place->streams);
  pcs_peer_free(place->peer);
  free(place);
}

void pcs_peers_free(pcs_peers *peers) {
  if (peers == NULL) {
    return;
  }
  for (size_t i = 0; i < peers->num; i++) {
    free_place(peers->places[i]);
  }
  pcs_resolver_free(peers->resolver);
  pcs_timer_free(peers->timer);
  free(peers);
}

/* ---- out ---- */

void pcs_peers_send_now(pcs_peer_place *place, uint64_t now_us) {
  pcs_peer_output output;
  while (pcs_peer_take_output(place->peer, now_us, &output) == PCS_OK) {
    size_t num_sent = output.num_sent;
    pcs_status status =
        output.path_id >= PCS_ICE_STREAM_PATH_FIRST
            ? pcs_streams_send(place->streams, &output, &num_sent)
            : pcs_paths_send(place->paths, output.path_id, &output.to, output.datagrams, &num_sent);
    pcs_peer_output_sent(place->peer, num_sent);
    if (status != PCS_OK) {
      return; /* writable is called, which touches it */
    }
  }
}

/* True when more waits for room on the link. */
static bool write_messages(pcs_peer_place *place) {
  pcs_writer writer = pcs_link_writer(place->peers->config.link);
  bool more = pcs_peer_write_messages(place->peer, &writer);
  /* The peer writes whole records only; one that failed would have been a mistake of ours. */
  return pcs_link_append(place->peers->config.link, &writer) == PCS_OK && more;
}

static void ask_lookups(pcs_peer_place *place, uint64_t now_us) {
  pcs_peer_lookup lookup;
  while (pcs_peer_take_lookup(place->peer, &lookup)) {
    pcs_resolve_question question = {
        .peer = place->handle, .server = lookup.server, .port = lookup.port};
    if (pcs_resolver_ask(place->peers->resolver, lookup.host, &question) != PCS_OK) {
      pcs_ice_agent_server_resolved(pcs_peer_ice(place->peer), now_us, lookup.server, NULL, 0);
    }
  }
}

static void follow_streams(pcs_peer_place *place, uint64_t now_us) {
  pcs_peer_stream stream;
  while (pcs_peer_take_stream(place->peer, &stream)) {
    if (stream.close) {
      pcs_streams_close(place->streams, stream.path_id);
    } else if (pcs_streams_open(place->streams, &stream) != PCS_OK) {
      pcs_ice_agent_stream_closed(pcs_peer_ice(place->peer), now_us, stream.path_id);
      pcs_peers_touch(place);
    }
  }
}

static bool run_place(pcs_peer_place *place, uint64_t now_us) {
  if (pcs_peer_wake_at(place->peer) <= now_us) {
    pcs_peer_tick(place->peer, now_us);
  }
  pcs_peers_send_now(place, now_us);
  ask_lookups(place, now_us);
  follow_streams(place, now_us);
  bool more = write_messages(place);
  /* Reading messages opens SCTP's window, which the other side has to hear. */
  pcs_peers_send_now(place, now_us);
  place->wake_at_us = pcs_peer_wake_at(place->peer);
  return more;
}

/* ---- in ---- */

static void on_arrived(void *context, uint32_t path_id, pcs_udp_arrival *arrival) {
  pcs_peer_place *place = (pcs_peer_place *)context;
  uint64_t now_us = pcs_clock_now_us();
  pcs_span datagram;
  while (pcs_udp_arrival_next(arrival, &datagram)) {
    pcs_peer_receive(place->peer, now_us, path_id, &arrival->from, datagram);
  }
  /* Its messages go into the link's buffer, which is flushed once for the turn. */
  if (run_place(place, now_us)) {
    pcs_peers_touch(place);
  }
}

static void on_stream_message(void *context, uint32_t path_id, const pcs_address *from,
                              pcs_span message) {
  pcs_peer_place *place = (pcs_peer_place *)context;
  pcs_peer_receive(place->peer, pcs_clock_now_us(), path_id, from, message);
  pcs_peers_touch(place);
}

static void on_stream_state(void *context, uint32_t path_id, pcs_stream_state state) {
  pcs_peer_place *place = (pcs_peer_place *)context;
  pcs_ice_agent *ice = pcs_peer_ice(place->peer);
  if (state == PCS_STREAM_OPEN) {
    pcs_ice_agent_stream_opened(ice, pcs_clock_now_us(), path_id);
  } else {
    pcs_ice_agent_stream_closed(ice, pcs_clock_now_us(), path_id);
  }
  pcs_peers_touch(place);
}

static void on_accepted(void *context, uint32_t path_id, const pcs_address *from, int descriptor) {
  pcs_peer_place *place = (pcs_peer_place *)context;
  pcs_ice_agent *ice = pcs_peer_ice(place->peer);
  uint64_t now_us = pcs_clock_now_us();
  uint32_t stream = 0;
  if (pcs_ice_agent_accept_stream(ice, now_us, path_id, from, &stream) != PCS_OK) {
    pcs_descriptor_close(&descriptor);
  } else if (pcs_streams_adopt(place->streams, stream, from, descriptor) != PCS_OK) {
    pcs_ice_agent_stream_closed(ice, now_us, stream);
  }
  /* Who had to make room for it is closed before the next is accepted. */
  (void)run_place(place, now_us);
  pcs_peers_touch(place);
}

static void on_writable(void *context) {
  pcs_peers_touch((pcs_peer_place *)context);
}

/* ---- one of them ---- */

static pcs_status make_place(pcs_peer_place *place, pcs_certificate *certificate,
                             pcs_ice_policy policy) {
  pcs_peers *peers = place->peers;
  pcs_paths_config paths = {.loop = peers->config.loop,
                            .loopback = peers->config.loopback,
                            .memory = peers->receive_memory,
                            .arrived = on_arrived,
                            .writable = on_writable,
                            .context = place};
  pcs_streams_config streams = {.loop = peers->config.loop,
                                .random = peers->config.random,
                                .message = on_stream_message,
                                .state = on_stream_state,
                                .writable = on_writable,
                                .context = place};
  pcs_status status = pcs_paths_new(&place->paths, &paths);
  if (status == PCS_OK) {
    status = pcs_streams_new(&place->streams, &streams);
  }
  if (status == PCS_OK) {
    status = pcs_listeners_new(&place->listeners, peers->config.loop, on_accepted, place);
  }
  if (status == PCS_OK) {
    status = pcs_handles_add(peers->config.handles, &place->handle, PCS_HANDLE_PEER, place);
  }
  if (status != PCS_OK) {
    return status;
  }
  pcs_peer_config config = {.handle = place->handle,
                            .certificate = certificate,
                            .ice_policy = policy,
                            .transports = peers->config.transports,
                            .random = peers->config.random,
                            .handles = peers->config.handles,
                            .object = place};
  status = pcs_peer_new(&place->peer, &config);
  if (status != PCS_OK) {
    pcs_handles_remove(peers->config.handles, place->handle);
  }
  return status;
}

pcs_status pcs_peers_open(pcs_peers *peers, pcs_peer_place **out_place, uint32_t *out_handle,
                          pcs_certificate *certificate, pcs_ice_policy policy) {
  *out_place = NULL;
  *out_handle = 0;
  if (peers->num == PCS_PEERS_MAX) {
    return PCS_ERR_QUOTA;
  }
  pcs_peer_place *place = calloc(1, sizeof *place);
  if (place == NULL) {
    return PCS_ERR_SYSTEM;
  }
  place->peers = peers;
  place->wake_at_us = UINT64_MAX;
  pcs_status status = make_place(place, certificate, policy);
  if (status != PCS_OK) {
    free_place(place);
    return status;
  }
  place->index = peers->num;
  peers->places[peers->num++] = place;
  *out_place = place;
  *out_handle = place->handle;
  return PCS_OK;
}

pcs_peer *pcs_peers_peer(const pcs_peer_place *place) {
  return place->peer;
}

/* A path without a listener has no passive candidate, and is none the worse. */
static void listen_beside(pcs_peer_place *place, const pcs_ice_path *path) {
  const pcs_ice_transports *transports = &place->peers->config.transports;
  pcs_address bound;
  if (transports->tcp == PCS_ICE_TCP_ACTIVE_AND_PASSIVE && !transports->secure_streams_only &&
      pcs_listeners_open(place->listeners, path->id, &path->address, &bound) == PCS_OK &&
      pcs_ice_agent_add_listener(pcs_peer_ice(place->peer), path->id, &bound) != PCS_OK) {
    pcs_listeners_close(place->listeners, path->id);
  }
}

pcs_status pcs_peers_gather(pcs_peer_place *place, uint64_t now_us, uint32_t generation) {
  pcs_ice_agent *ice = pcs_peer_ice(place->peer);
  pcs_ice_path fresh[PCS_ICE_PATHS_MAX];
  size_t num = 0;
  pcs_status status = pcs_paths_open(place->paths, fresh, &num);
  for (size_t i = 0; i < num && status == PCS_OK; i++) {
    status = pcs_ice_agent_add_path(ice, now_us, &fresh[i]);
    listen_beside(place, &fresh[i]);
  }
  return status == PCS_OK ? pcs_ice_agent_gather(ice, now_us, generation) : status;
}

void pcs_peers_touch(pcs_peer_place *place) {
  place->touched = true;
}

void pcs_peers_close(pcs_peer_place *place, uint64_t now_us) {
  pcs_peers *peers = place->peers;
  pcs_peer_close(place->peer);
  pcs_peers_send_now(place, now_us);
  peers->num--;
  peers->places[place->index] = peers->places[peers->num];
  peers->places[place->index]->index = place->index;
  free_place(place);
}

void pcs_peers_close_all(pcs_peers *peers, uint64_t now_us) {
  while (peers->num > 0) {
    pcs_peers_close(peers->places[peers->num - 1], now_us);
  }
}

/* ---- all of them ---- */

/* The stack's timers are the process's: after a tick any association may have something to send. */
static void tick_sctp(pcs_peers *peers, uint64_t now_us) {
  if (now_us < peers->sctp_tick_at_us) {
    return;
  }
  pcs_sctp_stack_tick(now_us);
  for (size_t i = 0; i < peers->num; i++) {
    if (pcs_peer_has_association(peers->places[i]->peer)) {
      pcs_peers_touch(peers->places[i]);
    }
  }
}

static uint64_t next_sctp_tick(const pcs_peers *peers, uint64_t now_us) {
  for (size_t i = 0; i < peers->num; i++) {
    if (pcs_peer_has_association(peers->places[i]->peer)) {
      bool is_set = peers->sctp_tick_at_us > now_us && peers->sctp_tick_at_us != UINT64_MAX;
      return is_set ? peers->sctp_tick_at_us : now_us + SCTP_TICK_US;
    }
  }
  return UINT64_MAX;
}

static void set_timer(pcs_peers *peers, uint64_t now_us) {
  peers->sctp_tick_at_us = next_sctp_tick(peers, now_us);
  uint64_t wake_at_us = peers->sctp_tick_at_us;
  for (size_t i = 0; i < peers->num; i++) {
    uint64_t at_us = peers->places[i]->wake_at_us;
    wake_at_us = at_us < wake_at_us ? at_us : wake_at_us;
  }
  if (wake_at_us != peers->timer_at_us) {
    uint64_t delay_us = wake_at_us > now_us ? wake_at_us - now_us : 0;
    pcs_timer_set(peers->timer, wake_at_us == UINT64_MAX ? UINT64_MAX : delay_us);
    peers->timer_at_us = wake_at_us;
  }
}

bool pcs_peers_run(pcs_peers *peers, uint64_t now_us) {
  bool more = false;
  tick_sctp(peers, now_us);
  for (size_t i = 0; i < peers->num; i++) {
    pcs_peer_place *place = peers->places[i];
    if (place->touched || place->wake_at_us <= now_us) {
      place->touched = false;
      if (run_place(place, now_us)) {
        /* No room on the link: it is run again when there is. */
        pcs_peers_touch(place);
        more = true;
      }
    }
  }
  set_timer(peers, now_us);
  return more;
}
