#include "host/worker/peer_state.h"

/* RFC 8842 3.1: with the same tls-id, role and keys the association goes on; anything else asks for
 * a new one. */
static bool association_goes_on(const pcs_peer *peer, const pcs_plan *plan) {
  pcs_span kept = {peer->plan.tls_id, peer->plan.tls_id_len};
  return plan->dtls_role == peer->plan.dtls_role && pcs_span_equal(plan->remote_tls_id, kept) &&
         pcs_dtls_association_matches(peer->dtls, plan->fingerprints, plan->num_fingerprints);
}

/* RFC 8842 6: packets of two associations are told apart by where they come from, so that the new
 * one needs new candidates. DEVIATION: 3.1 has a new one for a changed role too; the role that
 * stands has given channels their ids, and a page has no use for the change. */
pcs_sequel pcs_peer_sequel(const pcs_peer *peer, const pcs_plan *plan) {
  if (peer->dtls == NULL || association_goes_on(peer, plan)) {
    return PCS_SEQUEL_SAME;
  }
  bool may_be_new = pcs_plan_check(plan) == PCS_OK && !peer->closing &&
                    plan->dtls_role == peer->plan.dtls_role &&
                    pcs_ice_agent_restarts(peer->ice, plan);
  return may_be_new ? PCS_SEQUEL_NEW : PCS_SEQUEL_END;
}

bool pcs_peer_part(pcs_peer *peer, const pcs_plan *plan) {
  if (pcs_peer_sequel(peer, plan) != PCS_SEQUEL_NEW) {
    return false;
  }
  peer->parting = true;
  if (peer->sctp != NULL) {
    pcs_sctp_association_abort(peer->sctp);
  }
  return true;
}

static void forget_data(pcs_peer *peer) {
  pcs_sctp_association_free(peer->sctp);
  peer->sctp = NULL;
  peer->sctp_over = false;
  peer->data_is_over = false;
  peer->round_trip_us = 0;
  pcs_channels_part(peer->channels, PCS_OK);
}

/* What was sealed for the one is not sent to the other, wherever that is. */
static void forget_datagrams(pcs_peer *peer) {
  pcs_datagrams_clear(&peer->flight);
  peer->hello.len = 0;
  peer->farewell = (pcs_farewell){0};
  peer->num_early = 0;
  peer->accepted.at_us = 0;
  if (!peer->output_is_stun) {
    peer->output.datagrams = NULL;
  }
}

void pcs_peer_begin_anew(pcs_peer *peer, uint64_t now_us) {
  bool had_sctp = peer->sctp != NULL;
  pcs_ice_agent_leave(peer->ice, now_us);
  forget_data(peer);
  forget_datagrams(peer);
  pcs_dtls_association_free(peer->dtls);
  peer->dtls = NULL;
  peer->parting = false;
  peer->told_dtls = PCS_DTLS_NEW;
  if (pcs_peer_has_notice_room(peer)) {
    pcs_peer_notice_new_dtls(peer);
  }
  if (had_sctp) {
    pcs_peer_notice_sctp(peer, PCS_SCTP_CONNECTING, 0);
  }
}
