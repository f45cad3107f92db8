#include "core/jsep/negotiation.h"

/* RFC 8842 5.3: the role that stands, else the one the offer leaves; active is recommended. */
static pcs_sdp_setup choose_setup(const pcs_negotiation *negotiation, uint8_t offered) {
  if (offered == PCS_SDP_SETUP_ACTIVE || offered == PCS_SDP_SETUP_PASSIVE) {
    return offered == PCS_SDP_SETUP_ACTIVE ? PCS_SDP_SETUP_PASSIVE : PCS_SDP_SETUP_ACTIVE;
  }
  bool server =
      negotiation->agreed.has_dtls_role && negotiation->agreed.dtls_role == PCS_DTLS_SERVER;
  return server ? PCS_SDP_SETUP_PASSIVE : PCS_SDP_SETUP_ACTIVE;
}

/* RFC 9429 5.3: one section for each of the offer's; what we cannot do has port 0. */
void pcs_compose_answer(pcs_writer *writer, const pcs_negotiation *negotiation,
                        const pcs_generation *generation) {
  const pcs_sdp_session *offer = &negotiation->slots[PCS_SLOT_PENDING_REMOTE]->session;
  size_t section = pcs_sdp_find_data(offer);
  pcs_data_section data = {0};
  pcs_span bundled = {0};
  if (section < offer->num_sections) {
    const pcs_sdp_section *offered = &offer->sections[section];
    pcs_sdp_transport transport = pcs_sdp_section_transport(offer, section);
    data = (pcs_data_section){
        .mid = offered->mid,
        .protocol = offered->protocol,
        .formats = offered->formats,
        .old_form = pcs_sdp_is_old_data(offered),
        /* RFC 8842 5.3: only when the offer has one. */
        .with_tls_id = transport.tls_id.len > 0,
        .setup = choose_setup(negotiation, transport.setup),
        .generation = generation,
    };
    bundled = pcs_sdp_find_bundle(offer, offered->mid) != NULL ? offered->mid : (pcs_span){0};
  }
  pcs_compose_session(writer, negotiation, bundled);
  for (size_t i = 0; i < offer->num_sections; i++) {
    if (i == section) {
      pcs_compose_data(writer, negotiation, &data);
    } else {
      pcs_compose_rejected(writer, &offer->sections[i]);
    }
  }
}
