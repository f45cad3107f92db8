#include "host/worker/peers.h"

#include <stdlib.h>
#include <string.h>

#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/worker/peers_state.h"

#define SCTP_TICK_US 10000u

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

/* Whoever of them asked for it: the others do not know the name. */
static void on_name_resolved(void *context, pcs_span name, const pcs_address *address) {
  pcs_peers *peers = (pcs_peers *)context;
  for (size_t i = 0; i < peers->num; i++) {
    pcs_ice_agent_name_resolved(pcs_peer_ice(peers->places[i]->peer), pcs_clock_now_us(), name,
                                address, 1);
    pcs_peers_touch(peers->places[i]);
  }
}

static pcs_addressing addressing_of(const pcs_peer_place *place) {
  return (pcs_addressing){.peer = place->peer,
                          .paths = place->paths,
                          .names = place->peers->names,
                          .listeners = place->listeners,
                          .transports = place->peers->config.transports,
                          .mode = place->peers->config.addresses};
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
  pcs_questions_init(&peers->questions, pcs_clock_now_us(), config->question_bytes);
  pcs_names_config names = {.loop = config->loop,
                            .random = config->random,
                            .resolved = on_name_resolved,
                            .context = peers};
  if (pcs_timer_new(&peers->timer, config->loop, on_timer, peers) != PCS_OK ||
      pcs_names_new(&peers->names, &names) != PCS_OK ||
      pcs_resolver_new(&peers->resolver, config->loop, on_resolved, peers) != PCS_OK) {
    pcs_peers_free(peers);
    return PCS_ERR_SYSTEM;
  }
  *out_peers = peers;
  return PCS_OK;
}

void pcs_peers_free(pcs_peers *peers) {
  if (peers == NULL) {
    return;
  }
  for (size_t i = 0; i < peers->num; i++) {
    pcs_peer_place_free(peers->places[i]);
  }
  for (void *left = pcs_farewells_take(&peers->farewells); left != NULL;
       left = pcs_farewells_take(&peers->farewells)) {
    pcs_peer_place_free((pcs_peer_place *)left);
  }
  pcs_interface_changes_free(peers->changes);
  pcs_names_free(peers->names);
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

static void tell_proof(pcs_peer_place *place) {
  pcs_span certificate = pcs_peer_proved_certificate(place->peer);
  if (!place->is_proved && certificate.len > 0) {
    place->is_proved = true;
    pcs_rights_prove(place->peers->config.rights, place->call, certificate);
  }
}

static bool run_place(pcs_peer_place *place, uint64_t now_us) {
  if (pcs_peer_wake_at(place->peer) <= now_us) {
    pcs_peer_tick(place->peer, now_us);
  }
  pcs_peers_send_now(place, now_us);
  ask_lookups(place, now_us);
  pcs_addressing parts = addressing_of(place);
  pcs_addressing_look_up(&parts);
  if (pcs_streams_follow(place->streams, place->peer, now_us)) {
    pcs_peers_touch(place);
  }
  bool more = write_messages(place);
  tell_proof(place);
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
  if (place->has_left) {
    return;
  }
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
  if (!place->has_left) {
    pcs_peer_receive(place->peer, pcs_clock_now_us(), path_id, from, message);
    pcs_peers_touch(place);
  }
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

static pcs_status make_place(pcs_peer_place *place, const pcs_peers_opening *opening) {
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
                            .certificate = opening->certificate,
                            .ice_policy = opening->policy,
                            .reach = peers->config.reach,
                            .questions = &peers->questions,
                            .addresses = peers->config.addresses,
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
                          const pcs_peers_opening *opening) {
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
  pcs_status status = make_place(place, opening);
  if (status != PCS_OK) {
    pcs_peer_place_free(place);
    return status;
  }
  place->call = opening->call;
  place->index = peers->num;
  peers->places[peers->num++] = place;
  *out_place = place;
  *out_handle = place->handle;
  return PCS_OK;
}

void pcs_peers_set_reach(pcs_peers *peers, uint64_t now_us, const pcs_reach_facts *facts) {
  peers->config.reach = *facts;
  for (size_t i = 0; i < peers->num; i++) {
    pcs_ice_agent_set_reach(pcs_peer_ice(peers->places[i]->peer), now_us, facts);
    pcs_peers_touch(peers->places[i]);
  }
}

pcs_peer *pcs_peers_peer(const pcs_peer_place *place) {
  return place->peer;
}

uint32_t pcs_peers_call(const pcs_peer_place *place) {
  return place->call;
}

const pcs_peer_place *pcs_peers_at(const pcs_peers *peers, size_t index) {
  return index < peers->num ? peers->places[index] : NULL;
}

static void on_interfaces_changed(void *context) {
  pcs_peers *peers = (pcs_peers *)context;
  for (size_t i = 0; i < peers->num; i++) {
    pcs_peer_place *place = peers->places[i];
    if (place->gathered) {
      pcs_addressing parts = addressing_of(place);
      pcs_addressing_follow(&parts, pcs_clock_now_us());
      pcs_peers_touch(place);
    }
  }
}

pcs_status pcs_peers_gather(pcs_peer_place *place, uint64_t now_us, uint32_t generation) {
  pcs_peers *peers = place->peers;
  pcs_addressing parts = addressing_of(place);
  bool waits = peers->config.until_accepted ||
               pcs_address_mode_of(parts.mode)->starts == PCS_STARTS_ACCEPTED;
  if (waits && !place->accepted) {
    place->waiting_generation = generation;
    return PCS_OK;
  }
  if (peers->changes == NULL && pcs_interface_changes_new(&peers->changes, peers->config.loop,
                                                          on_interfaces_changed, peers) != PCS_OK) {
    return PCS_ERR_SYSTEM;
  }
  /* Addresses that cannot be listed are none: gathering ends without a candidate. */
  pcs_status status = pcs_addressing_open(&parts, now_us);
  (void)status;
  place->gathered = true;
  return pcs_ice_agent_gather(pcs_peer_ice(place->peer), now_us, generation);
}

static pcs_status gather_waiting(pcs_peer_place *place, uint64_t now_us) {
  uint32_t generation = place->waiting_generation;
  place->waiting_generation = 0;
  return generation != 0 ? pcs_peers_gather(place, now_us, generation) : PCS_OK;
}

/* Whoever it was is told goodbye on the path that it consented to; the broker hears that nobody has
 * proved anything, before the next can. */
static void part(pcs_peer_place *place, uint64_t now_us) {
  pcs_peers_send_now(place, now_us);
  if (place->is_proved) {
    place->is_proved = false;
    pcs_rights_prove(place->peers->config.rights, place->call, (pcs_span){0});
  }
}

pcs_status pcs_peers_connect(pcs_peer_place *place, uint64_t now_us, const pcs_plan *plan) {
  if (pcs_peer_part(place->peer, plan)) {
    part(place, now_us);
  }
  pcs_status status = pcs_peer_connect(place->peer, now_us, plan);
  if (status != PCS_OK) {
    return status;
  }
  place->accepted = true;
  return gather_waiting(place, now_us);
}

static void set_addresses(pcs_peer_place *place, uint64_t now_us) {
  pcs_addressing parts = addressing_of(place);
  if (place->gathered) {
    pcs_addressing_change(&parts, now_us);
  } else {
    pcs_ice_agent_set_addresses(pcs_peer_ice(place->peer), now_us, parts.mode);
  }
  pcs_status status = gather_waiting(place, now_us);
  (void)status; /* a generation that is gone meanwhile is not gathered */
  pcs_peers_touch(place);
}

void pcs_peers_set_addresses(pcs_peers *peers, uint64_t now_us, pcs_address_mode mode) {
  if (mode == peers->config.addresses) {
    return;
  }
  peers->config.addresses = mode;
  for (size_t i = 0; i < peers->num; i++) {
    set_addresses(peers->places[i], now_us);
  }
}

void pcs_peers_touch(pcs_peer_place *place) {
  place->touched = true;
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
  uint64_t farewell_at_us = pcs_farewells_wake_at(&peers->farewells);
  uint64_t wake_at_us =
      farewell_at_us < peers->sctp_tick_at_us ? farewell_at_us : peers->sctp_tick_at_us;
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
  pcs_peers_say_farewells(peers, now_us);
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
