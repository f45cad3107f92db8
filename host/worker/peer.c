#include "host/worker/peer.h"

#include <stdlib.h>
#include <string.h>

#include "host/worker/peer_state.h"

/* RFC 8841 5.1: the port our own descriptions name. */
#define LOCAL_SCTP_PORT 5000

static bool make_parts(pcs_peer *peer, const pcs_peer_config *config) {
  pcs_ice_config ice = {.policy = config->ice_policy,
                        .reach = config->reach,
                        .questions = config->questions,
                        .addresses = config->addresses,
                        .transports = config->transports};
  return pcs_ice_agent_new(&peer->ice, &ice, config->random) == PCS_OK &&
         pcs_channels_new(&peer->channels) == PCS_OK;
}

pcs_status pcs_peer_new(pcs_peer **out_peer, const pcs_peer_config *config) {
  *out_peer = NULL;
  pcs_peer *peer = calloc(1, sizeof *peer);
  if (peer == NULL) {
    return PCS_ERR_SYSTEM;
  }
  peer->handle = config->handle;
  peer->handles = config->handles;
  peer->object = config->object;
  peer->certificate = pcs_certificate_retain(config->certificate);
  peer->credit = PCS_RECEIVE_WINDOW_BYTES;
  pcs_random_text(config->random, (char *)peer->tls_id, sizeof peer->tls_id);
  pcs_writer_init(&peer->notices, peer->notices_memory, sizeof peer->notices_memory);
  pcs_datagrams_init(&peer->flight, peer->flight_memory, sizeof peer->flight_memory);
  pcs_datagrams_init(&peer->batch.datagrams, peer->batch.memory, sizeof peer->batch.memory);
  if (!make_parts(peer, config)) {
    pcs_peer_free(peer);
    return PCS_ERR_SYSTEM;
  }
  *out_peer = peer;
  return PCS_OK;
}

void pcs_peer_free(pcs_peer *peer) {
  if (peer == NULL) {
    return;
  }
  pcs_handles_remove_all(peer->handles, peer->object);
  pcs_sctp_association_free(peer->sctp);
  pcs_channels_free(peer->channels);
  pcs_dtls_association_free(peer->dtls);
  pcs_ice_agent_free(peer->ice);
  pcs_certificate_free(peer->certificate);
  free(peer);
}

pcs_ice_agent *pcs_peer_ice(pcs_peer *peer) {
  return peer->ice;
}

const pcs_certificate *pcs_peer_certificate(const pcs_peer *peer) {
  return peer->certificate;
}

pcs_span pcs_peer_tls_id(const pcs_peer *peer) {
  return (pcs_span){peer->tls_id, sizeof peer->tls_id};
}

pcs_status pcs_peer_configure(pcs_peer *peer, pcs_ice_policy policy, const pcs_ice_server *servers,
                              size_t num_servers) {
  for (size_t i = 0; i < num_servers; i++) {
    pcs_status status = pcs_ice_server_check(&servers[i]);
    if (status != PCS_OK) {
      return status;
    }
  }
  pcs_status status = pcs_ice_agent_configure(peer->ice, policy, servers, num_servers);
  if (status != PCS_OK) {
    return status;
  }
  peer->num_servers = num_servers;
  peer->wanted_lookups = 0;
  for (size_t i = 0; i < num_servers; i++) {
    memcpy(peer->servers[i].host, servers[i].host.data, servers[i].host.len);
    peer->servers[i].host_len = (uint8_t)servers[i].host.len;
    peer->servers[i].port = servers[i].port;
  }
  return PCS_OK;
}

bool pcs_peer_take_lookup(pcs_peer *peer, pcs_peer_lookup *out_lookup) {
  for (uint8_t i = 0; i < peer->num_servers; i++) {
    if ((peer->wanted_lookups & 1u << i) != 0) {
      peer->wanted_lookups &= ~(1u << i);
      pcs_span host = {peer->servers[i].host, peer->servers[i].host_len};
      *out_lookup = (pcs_peer_lookup){.server = i, .port = peer->servers[i].port, .host = host};
      return true;
    }
  }
  return false;
}

/* ---- the plan ---- */

static void keep_plan(pcs_peer_plan *kept, const pcs_plan *plan) {
  kept->is_set = true;
  kept->dtls_role = (pcs_dtls_role)plan->dtls_role;
  kept->num_fingerprints = plan->num_fingerprints;
  for (size_t i = 0; i < plan->num_fingerprints; i++) {
    pcs_span value = plan->fingerprints[i].value;
    memcpy(kept->fingerprint_values[i], value.data, value.len);
    kept->fingerprints[i].hash = plan->fingerprints[i].hash;
    kept->fingerprints[i].value = (pcs_span){kept->fingerprint_values[i], value.len};
  }
  if (plan->remote_tls_id.len > 0) {
    memcpy(kept->tls_id, plan->remote_tls_id.data, plan->remote_tls_id.len);
  }
  kept->tls_id_len = plan->remote_tls_id.len;
  kept->has_data = plan->has_data != 0;
  kept->sctp_port = plan->sctp_port;
  uint32_t theirs = plan->remote_message_bytes_max;
  kept->message_bytes_max =
      theirs == 0 || theirs > PCS_MESSAGE_BYTES_MAX ? PCS_MESSAGE_BYTES_MAX : theirs;
}

/* What has ended already is left so: the next may come with credentials that it can begin with. */
static void tear_down_dtls(pcs_peer *peer) {
  pcs_dtls_state state = pcs_dtls_association_state(peer->dtls);
  if (state == PCS_DTLS_CLOSED || state == PCS_DTLS_FAILED) {
    return;
  }
  peer->closing = true;
  pcs_peer_end_data(peer, PCS_ERR_UNTRUSTED);
  pcs_dtls_association_close(peer->dtls, &peer->flight);
}

pcs_status pcs_peer_connect(pcs_peer *peer, uint64_t now_us, const pcs_plan *plan) {
  pcs_sequel sequel = pcs_peer_sequel(peer, plan);
  pcs_status status = pcs_plan_check(plan);
  if (status == PCS_OK) {
    status = pcs_ice_agent_connect(peer->ice, now_us, plan);
  }
  if (status != PCS_OK) {
    return status;
  }
  if (sequel == PCS_SEQUEL_END) {
    tear_down_dtls(peer);
  } else {
    if (sequel == PCS_SEQUEL_NEW) {
      pcs_peer_begin_anew(peer, now_us);
    }
    keep_plan(&peer->plan, plan);
    pcs_channels_set_role(peer->channels, peer->plan.dtls_role);
    pcs_channels_set_message_max(peer->channels, peer->plan.message_bytes_max);
  }
  pcs_peer_advance(peer, now_us);
  return PCS_OK;
}

/* ---- channels ---- */

static void pump_channels(pcs_peer *peer) {
  if (peer->sctp != NULL) {
    pcs_channels_pump(peer->channels, peer->sctp);
  }
}

pcs_status pcs_peer_open_channel(pcs_peer *peer, uint32_t *out_handle,
                                 const pcs_channel_options *options) {
  pcs_status status = pcs_handles_add(peer->handles, out_handle, PCS_HANDLE_CHANNEL, peer->object);
  if (status != PCS_OK) {
    return status;
  }
  status = pcs_channels_open(peer->channels, *out_handle, options);
  if (status != PCS_OK) {
    pcs_handles_remove(peer->handles, *out_handle);
    return status;
  }
  peer->counted.channels_opened++;
  pump_channels(peer);
  return PCS_OK;
}

void pcs_peer_close_channel(pcs_peer *peer, uint32_t channel) {
  if (pcs_channels_close(peer->channels, channel) == PCS_OK) {
    pump_channels(peer);
  }
}

pcs_status pcs_peer_send(pcs_peer *peer, uint32_t channel, pcs_payload payload, pcs_span bytes) {
  if (peer->sctp == NULL) {
    return PCS_OK;
  }
  pcs_status status = pcs_channels_send(peer->channels, peer->sctp, channel, payload, bytes);
  /* STATE and NOT_FOUND: it is closing, which the page had not heard. */
  return status == PCS_ERR_NO_SPACE || status == PCS_ERR_TOO_LARGE ? status : PCS_OK;
}

pcs_status pcs_peer_credit(pcs_peer *peer, uint32_t bytes) {
  if (bytes > PCS_RECEIVE_WINDOW_BYTES - peer->credit) {
    return PCS_ERR_RANGE;
  }
  peer->credit += bytes;
  return PCS_OK;
}

/* ---- states ---- */

void pcs_peer_end_data(pcs_peer *peer, pcs_status status) {
  if (peer->sctp != NULL) {
    pcs_sctp_association_free(peer->sctp);
    peer->sctp = NULL;
    pcs_peer_notice_sctp(peer, PCS_SCTP_CLOSED, 0);
  }
  peer->sctp_over = true;
  pcs_channels_end(peer->channels, status);
}

/* No DTLS byte before consent (RFC 8827 6.3): the association itself begins with the route. */
static void begin_dtls(pcs_peer *peer, uint64_t now_us) {
  pcs_dtls_config config = {.certificate = peer->certificate,
                            .role = peer->plan.dtls_role,
                            .fingerprints = peer->plan.fingerprints,
                            .num_fingerprints = peer->plan.num_fingerprints};
  if (pcs_dtls_association_new(&peer->dtls, &config, now_us) != PCS_OK) {
    return;
  }
  pcs_dtls_association_start(peer->dtls, now_us, &peer->flight);
  pcs_peer_keep_hello(peer);
}

static void begin_sctp(pcs_peer *peer) {
  pcs_sctp_config config = {.local_port = LOCAL_SCTP_PORT, .remote_port = peer->plan.sctp_port};
  if (pcs_sctp_association_new(&peer->sctp, &config) != PCS_OK) {
    pcs_peer_end_data(peer, PCS_ERR_SYSTEM);
    return;
  }
  pcs_peer_notice_sctp(peer, PCS_SCTP_CONNECTING, 0);
  if (pcs_sctp_association_connect(peer->sctp) != PCS_OK) {
    pcs_peer_end_data(peer, PCS_ERR_SYSTEM);
  }
}

static void follow_dtls(pcs_peer *peer, uint64_t now_us) {
  pcs_dtls_state state = pcs_dtls_association_state(peer->dtls);
  if (state == PCS_DTLS_CONNECTED && peer->plan.has_data && peer->sctp == NULL &&
      !peer->sctp_over) {
    begin_sctp(peer);
  }
  if (state == PCS_DTLS_CLOSED && peer->told_dtls != state && !peer->closing) {
    peer->data_is_over = true;
    /* RFC 7675 5.2: an authenticated end takes consent back at once. */
    pcs_ice_agent_revoke(peer->ice, now_us);
  }
  if (state == PCS_DTLS_FAILED && peer->told_dtls != state) {
    pcs_peer_end_data(peer, PCS_ERR_UNTRUSTED);
  }
  if (peer->told_dtls != state && pcs_peer_notice_dtls(peer)) {
    peer->told_dtls = state;
  }
}

/* Buffers are sized by the path's round trip; small changes are not worth a call. */
static void follow_round_trip(pcs_peer *peer) {
  uint32_t now = pcs_ice_agent_round_trip_us(peer->ice);
  uint32_t before = peer->round_trip_us;
  uint32_t difference = now > before ? now - before : before - now;
  if (peer->sctp != NULL && now != 0 && difference > before / 4) {
    peer->round_trip_us = now;
    pcs_sctp_association_set_round_trip(peer->sctp, now);
  }
}

void pcs_peer_advance(pcs_peer *peer, uint64_t now_us) {
  pcs_ice_route route;
  if (peer->dtls == NULL && peer->plan.is_set && !peer->closing &&
      pcs_ice_agent_route(peer->ice, now_us, &route) == PCS_OK) {
    begin_dtls(peer, now_us);
  }
  if (peer->dtls != NULL) {
    pcs_peer_replay_early(peer, now_us);
    pcs_peer_repeat_hello(peer);
    follow_dtls(peer, now_us);
  }
  follow_round_trip(peer);
}

void pcs_peer_tick(pcs_peer *peer, uint64_t now_us) {
  pcs_ice_agent_tick(peer->ice, now_us);
  if (peer->dtls != NULL && pcs_dtls_association_wake_at(peer->dtls) <= now_us) {
    pcs_dtls_association_tick(peer->dtls, now_us, &peer->flight);
  }
  pcs_peer_advance(peer, now_us);
}

uint64_t pcs_peer_wake_at(const pcs_peer *peer) {
  uint64_t ice = pcs_ice_agent_wake_at(peer->ice);
  uint64_t dtls = peer->dtls != NULL ? pcs_dtls_association_wake_at(peer->dtls) : UINT64_MAX;
  return ice < dtls ? ice : dtls;
}

bool pcs_peer_has_association(const pcs_peer *peer) {
  return peer->sctp != NULL;
}

void pcs_peer_close(pcs_peer *peer) {
  peer->leaving = true;
  if (!peer->closing) {
    peer->closing = true;
    if (peer->sctp != NULL) {
      pcs_sctp_association_abort(peer->sctp);
    }
  }
}

void pcs_peer_stop(pcs_peer *peer) {
  peer->output.datagrams = NULL;
  peer->leaving = true;
  peer->closing = true;
  pcs_datagrams_clear(&peer->flight);
  pcs_peer_end_data(peer, PCS_ERR_DENIED);
  if (peer->dtls != NULL) {
    pcs_farewell_say(&peer->farewell, peer->dtls, &peer->flight);
  }
}

bool pcs_peer_has_farewell(const pcs_peer *peer) {
  return peer->farewell.len > 0;
}

void pcs_peer_repeat_farewell(pcs_peer *peer) {
  pcs_farewell_repeat(&peer->farewell, &peer->flight);
}

pcs_span pcs_peer_proved_certificate(const pcs_peer *peer) {
  bool is_proved =
      peer->dtls != NULL && pcs_dtls_association_state(peer->dtls) == PCS_DTLS_CONNECTED;
  return is_proved ? pcs_dtls_association_peer_certificate(peer->dtls) : (pcs_span){0};
}
