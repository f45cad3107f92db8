#include "host/worker/peer_picture.h"

#include <string.h>

#include "host/ice/consent.h"
#include "host/worker/peer_state.h"

static uint32_t bounded(size_t number) {
  return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static const pcs_candidate *candidate_of(const pcs_msg_stats *stats, uint32_t id) {
  for (size_t i = 0; i < stats->num_candidates; i++) {
    if (stats->candidates[i].id == id) {
      return &stats->candidates[i].candidate;
    }
  }
  return NULL;
}

static pcs_office_picture_pair show_pair(const pcs_msg_stats *stats, const pcs_pair_stats *pair) {
  static const pcs_candidate nobody;
  const pcs_candidate *local = candidate_of(stats, pair->local_id);
  const pcs_candidate *remote = candidate_of(stats, pair->remote_id);
  local = local != NULL ? local : &nobody;
  remote = remote != NULL ? remote : &nobody;
  return (pcs_office_picture_pair){.id = pair->id,
                                   .state = pair->state,
                                   .nominated = pair->nominated,
                                   .local_type = local->type,
                                   .local_transport = local->transport,
                                   .local_address = local->address,
                                   .remote_type = remote->type,
                                   .remote_transport = remote->transport,
                                   .remote_address = remote->address,
                                   .round_trip_us = pair->round_trip_us,
                                   .requests_sent = pair->requests_sent,
                                   .responses_received = pair->responses_received,
                                   .requests_received = pair->requests_received,
                                   .responses_sent = pair->responses_sent,
                                   .bytes_sent = pair->bytes_sent,
                                   .bytes_received = pair->bytes_received};
}

/* Those that are nominated, then the others. */
static void show_pairs(pcs_peer_picture *picture, const pcs_msg_stats *stats) {
  for (int nominated = 1; nominated >= 0; nominated--) {
    for (size_t i = 0; i < stats->num_pairs; i++) {
      const pcs_pair_stats *pair = &stats->pairs[i];
      if (picture->num_pairs < PCS_PICTURE_PAIRS_MAX && pair->nominated == nominated) {
        picture->pairs[picture->num_pairs++] = show_pair(stats, pair);
      }
    }
  }
}

static void show_channels(pcs_peer_picture *picture, const pcs_channels *channels) {
  pcs_channel_view views[PCS_PICTURE_CHANNELS_MAX];
  picture->num_channels = pcs_channels_view(channels, views, PCS_PICTURE_CHANNELS_MAX);
  for (size_t i = 0; i < picture->num_channels; i++) {
    const pcs_channel_stats *stats = &views[i].stats;
    picture->channels[i] =
        (pcs_office_picture_channel){.id = stats->id,
                                     .state = stats->state,
                                     .messages_sent = stats->messages_sent,
                                     .messages_received = stats->messages_received,
                                     .bytes_sent = stats->bytes_sent,
                                     .bytes_received = stats->bytes_received,
                                     .buffered_bytes = views[i].buffered_bytes,
                                     .label = views[i].label};
  }
}

/* Consent is where data goes, or nowhere (RFC 7675 5.1). */
static void show_consent(pcs_peer_picture *picture, const pcs_peer *peer,
                         const pcs_msg_stats *stats) {
  pcs_ice_route route;
  if (pcs_ice_agent_route(peer->ice, stats->timestamp_us, &route) != PCS_OK) {
    return;
  }
  for (size_t i = 0; i < stats->num_pairs; i++) {
    const pcs_pair_stats *pair = &stats->pairs[i];
    uint64_t age_us = stats->timestamp_us - pair->last_consent_us;
    if (pair->id == stats->selected_pair && age_us < PCS_ICE_CONSENT_US) {
      picture->call.with |= PCS_PICTURE_CONSENT;
      picture->call.consent_age_ms = (uint32_t)(age_us / 1000u);
      picture->call.consent_left_ms = (uint32_t)((PCS_ICE_CONSENT_US - age_us) / 1000u);
    }
  }
}

static pcs_span digest(uint8_t memory[PCS_SHA256_BYTES], pcs_span certificate) {
  if (certificate.len == 0) {
    return (pcs_span){0};
  }
  pcs_sha256(certificate, memory);
  return (pcs_span){memory, PCS_SHA256_BYTES};
}

void pcs_peer_picture_take(pcs_peer_picture *out_picture, pcs_peer *peer, uint64_t now_us) {
  pcs_msg_stats stats;
  pcs_peer_stats(peer, now_us, &stats);
  memset(out_picture, 0, sizeof *out_picture);
  out_picture->call = (pcs_office_picture_call){
      .with = peer->counted.has_sctp ? PCS_PICTURE_SCTP : 0,
      .ice_state = stats.ice_state,
      .ice_role = stats.ice_role,
      .dtls_state = stats.dtls_state,
      .dtls_role = stats.dtls_role,
      .dtls_version = stats.dtls_version,
      .sctp_state = peer->counted.sctp_state,
      .cipher = stats.cipher,
      .group = stats.group,
      .local_digest = digest(out_picture->digests[0], stats.local_certificate),
      .remote_digest = digest(out_picture->digests[1], stats.remote_certificate),
      .round_trip_us = pcs_ice_agent_round_trip_us(peer->ice),
      .buffered_bytes = bounded(pcs_channels_buffered_bytes(peer->channels)),
      .bytes_sent = stats.bytes_sent,
      .bytes_received = stats.bytes_received,
      .packets_sent = stats.packets_sent,
      .packets_received = stats.packets_received};
  show_pairs(out_picture, &stats);
  show_channels(out_picture, peer->channels);
  show_consent(out_picture, peer, &stats);
}
