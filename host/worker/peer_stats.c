#include <string.h>

#include "host/worker/peer_state.h"

static void fill_dtls(const pcs_peer *peer, pcs_msg_stats *stats) {
  if (peer->dtls == NULL) {
    stats->dtls_state = PCS_DTLS_NEW;
    return;
  }
  stats->dtls_state = (uint8_t)pcs_dtls_association_state(peer->dtls);
  stats->dtls_role = (uint8_t)pcs_dtls_association_role(peer->dtls);
  stats->dtls_version = pcs_dtls_association_version(peer->dtls);
  stats->cipher = pcs_dtls_association_cipher(peer->dtls);
  stats->group = pcs_dtls_association_group(peer->dtls);
  stats->remote_certificate = pcs_dtls_association_peer_certificate(peer->dtls);
}

static void fill_sctp(const pcs_peer *peer, pcs_msg_stats *stats) {
  if (peer->sctp != NULL) {
    pcs_sctp_stats sctp = pcs_sctp_association_stats(peer->sctp);
    stats->sctp_smoothed_round_trip_us = sctp.smoothed_round_trip_us;
    stats->sctp_congestion_window = sctp.congestion_window_bytes;
    stats->sctp_unacknowledged = sctp.unacknowledged_chunks;
  }
}

#define CAPACITY(list) (sizeof(list) / sizeof((list)[0]))

void pcs_peer_stats(pcs_peer *peer, uint64_t now_us, pcs_msg_stats *out_stats) {
  memset(out_stats, 0, sizeof *out_stats);
  out_stats->timestamp_us = now_us;
  out_stats->selected_pair = pcs_ice_agent_selected_pair(peer->ice, &out_stats->pair_changes);
  out_stats->ice_role = peer->counted.ice_role;
  out_stats->ice_state = peer->counted.ice_state;
  fill_dtls(peer, out_stats);
  fill_sctp(peer, out_stats);
  out_stats->bytes_sent = peer->counted.bytes_sent;
  out_stats->bytes_received = peer->counted.bytes_received;
  out_stats->packets_sent = peer->counted.packets_sent;
  out_stats->packets_received = peer->counted.packets_received;
  out_stats->channels_opened = peer->counted.channels_opened;
  out_stats->channels_closed = peer->counted.channels_closed;
  out_stats->local_certificate = pcs_certificate_der(peer->certificate);
  out_stats->num_candidates = (uint8_t)pcs_ice_agent_candidate_stats(
      peer->ice, out_stats->candidates, CAPACITY(out_stats->candidates));
  out_stats->num_pairs =
      (uint8_t)pcs_ice_agent_pair_stats(peer->ice, out_stats->pairs, CAPACITY(out_stats->pairs));
  out_stats->num_channels = (uint8_t)pcs_channels_stats(peer->channels, out_stats->channels,
                                                        CAPACITY(out_stats->channels));
}
