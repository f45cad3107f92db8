#include "core/base/text.h"
#include "core/jsep/negotiation.h"

/* Every check ends in PCS_ERR_INVALID_ACCESS: webrtc-pc 4.4.1.5, "the content is invalid". */
static pcs_status valid(bool holds) {
  return holds ? PCS_OK : PCS_ERR_INVALID_ACCESS;
}

/* RFC 5888 4: a mid names one section. */
static bool are_mids_unique(const pcs_sdp_session *session) {
  for (size_t i = 0; i < session->num_sections; i++) {
    pcs_span mid = session->sections[i].mid;
    if (mid.len > 0 && pcs_sdp_find_section(session, mid) != i) {
      return false;
    }
  }
  return true;
}

/* RFC 9143 7.2: a BUNDLE group names sections, each mid is in one group and once. */
static bool are_bundles_valid(const pcs_sdp_session *session) {
  bool seen[PCS_SDP_SECTIONS_MAX] = {0};
  for (size_t i = 0; i < session->num_bundles; i++) {
    pcs_span rest = session->bundles[i].mids;
    pcs_span mid;
    while (pcs_text_next_token(&rest, ' ', &mid)) {
      size_t section = pcs_sdp_find_section(session, mid);
      if (section == session->num_sections || seen[section]) {
        return false;
      }
      seen[section] = true;
    }
  }
  return true;
}

/*
 * DEVIATION: RFC 9429 5.1.2 takes RTP/AVP and RTP/AVPF with a fingerprint for DTLS-SRTP. A profile
 * that says plaintext is refused here whatever else is said.
 */
static bool is_secure_profile(const pcs_sdp_section *section) {
  static const char *const profiles[] = {"UDP/TLS/RTP/SAVPF",  "UDP/TLS/RTP/SAVP",
                                         "TCP/DTLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVP",
                                         "RTP/SAVPF",          "RTP/SAVP"};
  for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
    if (pcs_span_equal_text(section->protocol, profiles[i])) {
      return true;
    }
  }
  return false;
}

/*
 * Credentials, tls-id and fingerprints are those the host will take (RFC 8827 6.5: DTLS with a
 * fingerprint and nothing else; an a=crypto line is not even looked at).
 * DEVIATION: RFC 8122 5 leaves SHA-1 to the reader's policy; pcs_plan_check refuses it alone.
 */
static bool is_transport_valid(const pcs_sdp_transport *transport, const pcs_sdp_section *section) {
  bool data = pcs_sdp_is_data(section);
  pcs_plan plan = {
      .remote_ufrag = transport->ufrag,
      .remote_password = transport->password,
      .remote_tls_id = transport->tls_id,
      .has_data = data ? 1 : 0,
      .sctp_port = data ? pcs_sdp_data_port(section) : 0,
      .num_fingerprints = transport->num_fingerprints,
  };
  for (size_t i = 0; i < transport->num_fingerprints; i++) {
    plan.fingerprints[i] = transport->fingerprints[i];
  }
  return pcs_plan_check(&plan) == PCS_OK;
}

/* RFC 8842 5.2, 5.3: actpass is for offers; without the attribute the other side is active. */
static bool is_setup_valid(uint8_t setup, pcs_description_type type) {
  return setup == PCS_SDP_SETUP_NONE || setup == PCS_SDP_SETUP_ACTIVE ||
         setup == PCS_SDP_SETUP_PASSIVE ||
         (setup == PCS_SDP_SETUP_ACTPASS && type == PCS_DESCRIPTION_OFFER);
}

/* The multiplexing policy is always "require". RFC 9143 9.3.1, 9.3.2: what shares another section's
 * transport need not repeat it. */
static bool is_multiplexed(const pcs_sdp_session *session, size_t index) {
  const pcs_sdp_section *section = &session->sections[index];
  const pcs_sdp_bundle *bundle = pcs_sdp_find_bundle(session, section->mid);
  if (section->rtcp_mux || bundle == NULL) {
    return section->rtcp_mux;
  }
  pcs_span rest = bundle->mids;
  pcs_span tag;
  return pcs_text_next_token(&rest, ' ', &tag) && !pcs_span_equal(tag, section->mid);
}

/* RFC 9429 5.8.3: what a section needs before anything may come of it. */
static bool is_section_valid(const pcs_sdp_session *session, size_t index,
                             pcs_description_type type) {
  const pcs_sdp_section *section = &session->sections[index];
  bool media = section->media_kind <= PCS_SDP_MEDIA_VIDEO;
  bool data = pcs_sdp_is_data(section);
  if (section->bundle_only && type != PCS_DESCRIPTION_OFFER) {
    return false;
  }
  if (pcs_sdp_is_rejected(section) || (!media && !data)) {
    return true;
  }
  pcs_sdp_transport transport = pcs_sdp_section_transport(session, index);
  return (!media || (is_secure_profile(section) && is_multiplexed(session, index))) &&
         is_setup_valid(transport.setup, type) && is_transport_valid(&transport, section);
}

pcs_dtls_role pcs_dtls_role_of(pcs_description_side answerer, pcs_sdp_setup setup) {
  bool answerer_is_server = setup == PCS_SDP_SETUP_PASSIVE;
  bool we_answer = answerer == PCS_SIDE_LOCAL;
  return answerer_is_server == we_answer ? PCS_DTLS_SERVER : PCS_DTLS_CLIENT;
}

/* RFC 8842 5.3: the roles of an association that stands do not change (X17). */
static bool keeps_role(const pcs_negotiation *negotiation, const pcs_description *description) {
  size_t section;
  pcs_sdp_transport transport;
  if (!negotiation->agreed.has_dtls_role ||
      !pcs_description_data_transport(description, &section, &transport)) {
    return true;
  }
  bool offer = description->type == PCS_DESCRIPTION_OFFER;
  bool open = transport.setup == PCS_SDP_SETUP_ACTPASS || transport.setup == PCS_SDP_SETUP_NONE;
  /* What an offer fixes for its own side reads as an answer's does. */
  pcs_dtls_role role = pcs_dtls_role_of(PCS_SIDE_REMOTE, (pcs_sdp_setup)transport.setup);
  return (offer && open) || role == negotiation->agreed.dtls_role;
}

/* RFC 9429 5.8.2: sections keep their place, media and mid, but for those that were rejected. */
static bool continues(const pcs_negotiation *negotiation, const pcs_sdp_session *offer) {
  const pcs_description *local = negotiation->slots[PCS_SLOT_CURRENT_LOCAL];
  const pcs_description *remote = negotiation->slots[PCS_SLOT_CURRENT_REMOTE];
  size_t num = local != NULL ? local->session.num_sections : 0;
  if (offer->num_sections < num) {
    return false;
  }
  for (size_t i = 0; i < num; i++) {
    const pcs_sdp_section *mine = &local->session.sections[i];
    const pcs_sdp_section *theirs = &remote->session.sections[i];
    bool recycled = pcs_sdp_is_rejected(mine) || pcs_sdp_is_rejected(theirs);
    if (!recycled && (!pcs_span_equal(theirs->media, offer->sections[i].media) ||
                      !pcs_span_equal(theirs->mid, offer->sections[i].mid))) {
      return false;
    }
  }
  return true;
}

static bool answers_section(const pcs_sdp_section *offered, const pcs_sdp_section *answered) {
  bool same = pcs_span_equal(offered->media, answered->media) &&
              (answered->mid.len == 0 || pcs_span_equal(offered->mid, answered->mid));
  bool rejected = pcs_sdp_is_rejected(answered);
  return same && (rejected || (!pcs_sdp_is_rejected(offered) &&
                               pcs_sdp_is_data(offered) == pcs_sdp_is_data(answered)));
}

/* RFC 9143 7.3: an answer bundles nothing that was not offered bundled. */
static bool answers_bundles(const pcs_sdp_session *offer, const pcs_sdp_session *answer) {
  for (size_t i = 0; i < answer->num_bundles; i++) {
    pcs_span rest = answer->bundles[i].mids;
    pcs_span mid;
    while (pcs_text_next_token(&rest, ' ', &mid)) {
      if (pcs_sdp_find_bundle(offer, mid) == NULL) {
        return false;
      }
    }
  }
  return true;
}

/* RFC 9429 5.11, RFC 3264 6: one section for each that was offered, in the same order. */
static bool answers(const pcs_sdp_session *offer, const pcs_sdp_session *answer) {
  if (offer->num_sections != answer->num_sections) {
    return false;
  }
  for (size_t i = 0; i < offer->num_sections; i++) {
    if (!answers_section(&offer->sections[i], &answer->sections[i])) {
      return false;
    }
  }
  return answers_bundles(offer, answer);
}

pcs_status pcs_check_remote(const pcs_negotiation *negotiation,
                            const pcs_description *description) {
  const pcs_sdp_session *session = &description->session;
  if (!are_mids_unique(session) || !are_bundles_valid(session)) {
    return PCS_ERR_INVALID_ACCESS;
  }
  for (size_t i = 0; i < session->num_sections; i++) {
    if (!is_section_valid(session, i, description->type)) {
      return PCS_ERR_INVALID_ACCESS;
    }
  }
  if (!keeps_role(negotiation, description)) {
    return PCS_ERR_INVALID_ACCESS;
  }
  const pcs_description *offer = negotiation->slots[PCS_SLOT_PENDING_LOCAL];
  return valid(description->type == PCS_DESCRIPTION_OFFER ? continues(negotiation, session)
                                                          : answers(&offer->session, session));
}
