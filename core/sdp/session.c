#include "core/sdp/session.h"

#include "core/base/text.h"

#define DEFAULT_SCTP_PORT 5000

size_t pcs_sdp_find_section(const pcs_sdp_session *session, pcs_span mid) {
  for (size_t i = 0; i < session->num_sections; i++) {
    if (mid.len > 0 && pcs_span_equal(session->sections[i].mid, mid)) {
      return i;
    }
  }
  return session->num_sections;
}

const pcs_sdp_bundle *pcs_sdp_find_bundle(const pcs_sdp_session *session, pcs_span mid) {
  for (size_t i = 0; i < session->num_bundles; i++) {
    pcs_span rest = session->bundles[i].mids;
    pcs_span token;
    while (mid.len > 0 && pcs_text_next_token(&rest, ' ', &token)) {
      if (pcs_span_equal(token, mid)) {
        return &session->bundles[i];
      }
    }
  }
  return NULL;
}

/* What the nearer level does not say is taken from the farther one. */
static void inherit(pcs_sdp_transport *near, const pcs_sdp_transport *far) {
  if (near->ufrag.len == 0 && near->password.len == 0) {
    near->ufrag = far->ufrag;
    near->password = far->password;
  }
  near->tls_id = near->tls_id.len == 0 ? far->tls_id : near->tls_id;
  if (near->num_fingerprints == 0) {
    near->fingerprints = far->fingerprints;
    near->num_fingerprints = far->num_fingerprints;
  }
  near->setup = near->setup == PCS_SDP_SETUP_NONE ? far->setup : near->setup;
  near->trickle = near->trickle || far->trickle;
  near->end_of_candidates = near->end_of_candidates || far->end_of_candidates;
}

pcs_sdp_transport pcs_sdp_section_transport(const pcs_sdp_session *session, size_t index) {
  pcs_sdp_transport transport = session->sections[index].transport;
  const pcs_sdp_bundle *bundle = pcs_sdp_find_bundle(session, session->sections[index].mid);
  if (bundle != NULL) {
    pcs_span rest = bundle->mids;
    pcs_span tag = {0};
    bool any = pcs_text_next_token(&rest, ' ', &tag);
    size_t tagged = any ? pcs_sdp_find_section(session, tag) : session->num_sections;
    if (tagged < session->num_sections && tagged != index) {
      inherit(&transport, &session->sections[tagged].transport);
    }
  }
  inherit(&transport, &session->transport);
  return transport;
}

bool pcs_sdp_is_rejected(const pcs_sdp_section *section) {
  return section->port == 0 && !section->bundle_only;
}

bool pcs_sdp_is_old_data(const pcs_sdp_section *section) {
  return section->media_kind == PCS_SDP_MEDIA_APPLICATION &&
         pcs_span_equal_text(section->protocol, "DTLS/SCTP");
}

bool pcs_sdp_is_data(const pcs_sdp_section *section) {
  bool protocol = pcs_span_equal_text(section->protocol, "UDP/DTLS/SCTP") ||
                  pcs_span_equal_text(section->protocol, "TCP/DTLS/SCTP");
  bool data = section->media_kind == PCS_SDP_MEDIA_APPLICATION && protocol &&
              pcs_span_equal_text(section->formats, "webrtc-datachannel");
  return data || pcs_sdp_is_old_data(section);
}

/* The old form names the port as the format too. What names none means what all implementations
 * use. */
uint16_t pcs_sdp_data_port(const pcs_sdp_section *section) {
  uint64_t port;
  if (section->has_sctp_port) {
    return section->sctp_port;
  }
  bool named = pcs_text_decimal(section->formats, UINT16_MAX, &port) == PCS_OK;
  return named ? (uint16_t)port : DEFAULT_SCTP_PORT;
}

size_t pcs_sdp_find_data(const pcs_sdp_session *session) {
  for (size_t i = 0; i < session->num_sections; i++) {
    if (pcs_sdp_is_data(&session->sections[i]) && !pcs_sdp_is_rejected(&session->sections[i])) {
      return i;
    }
  }
  return session->num_sections;
}
