#include "core/jsep/negotiation.h"

#include <string.h>

/* RFC 8841 6: what a peer that says nothing takes at once. */
#define DEFAULT_MESSAGE_BYTES_MAX 65536

static pcs_status copy_fingerprints(pcs_negotiation *negotiation, const pcs_local_facts *facts) {
  if (facts->num_fingerprints == 0 || facts->num_fingerprints > PCS_FINGERPRINTS_MAX) {
    return PCS_ERR_SYNTAX;
  }
  for (size_t i = 0; i < facts->num_fingerprints; i++) {
    const pcs_fingerprint *from = &facts->fingerprints[i];
    size_t bytes = pcs_hash_bytes((pcs_hash)from->hash);
    if (bytes == 0 || from->value.len != bytes) {
      return PCS_ERR_SYNTAX;
    }
    memcpy(negotiation->fingerprint_bytes[i], from->value.data, bytes);
    negotiation->fingerprints[i] =
        (pcs_fingerprint){from->hash, {negotiation->fingerprint_bytes[i], bytes}};
  }
  negotiation->num_fingerprints = (uint8_t)facts->num_fingerprints;
  return PCS_OK;
}

pcs_status pcs_negotiation_init(pcs_negotiation *negotiation, const pcs_local_facts *facts) {
  /* RFC 9429 5.2.1: 63 random bits. */
  *negotiation = (pcs_negotiation){.session_id = facts->session_id & INT64_MAX};
  if (facts->tls_id.len > PCS_TLS_ID_BYTES_MAX) {
    return PCS_ERR_SYNTAX;
  }
  if (facts->tls_id.len > 0) {
    memcpy(negotiation->tls_id, facts->tls_id.data, facts->tls_id.len);
  }
  negotiation->tls_id_len = (uint8_t)facts->tls_id.len;
  pcs_status status = copy_fingerprints(negotiation, facts);
  return status != PCS_OK ? status
                          : pcs_negotiation_add_generation(negotiation, facts->generation,
                                                           facts->ufrag, facts->password);
}

void pcs_negotiation_close(pcs_negotiation *negotiation) {
  for (int slot = 0; slot < PCS_NUM_SLOTS; slot++) {
    pcs_description_put(negotiation, (pcs_description_slot)slot, NULL);
  }
  for (int side = PCS_SIDE_LOCAL; side <= PCS_SIDE_REMOTE; side++) {
    while (negotiation->trickled[side] != NULL) {
      pcs_trickled *trickled = negotiation->trickled[side];
      negotiation->trickled[side] = trickled->next;
      pcs_block_release(negotiation, &trickled->block);
    }
  }
  negotiation->agreed = (pcs_agreed){0};
  negotiation->untold = (pcs_untold){0};
  memset(negotiation->generations, 0, sizeof negotiation->generations);
  negotiation->state = PCS_SIGNALING_CLOSED;
}

void pcs_negotiation_add_data(pcs_negotiation *negotiation) {
  if (!negotiation->wants_data) {
    negotiation->wants_data = true;
    negotiation->revision++;
  }
}

bool pcs_negotiation_needed(const pcs_negotiation *negotiation) {
  pcs_pair pair = pcs_pair_newest(negotiation);
  bool has_data = pair.has_data && !pair.rejected;
  return negotiation->num_restarting > 0 || (negotiation->wants_data && !has_data);
}

pcs_trickle pcs_negotiation_can_trickle(const pcs_negotiation *negotiation) {
  const pcs_description *remote = pcs_description_latest(negotiation, PCS_SIDE_REMOTE);
  if (remote == NULL) {
    return PCS_TRICKLE_UNKNOWN;
  }
  bool trickle = remote->session.transport.trickle;
  for (size_t i = 0; i < remote->session.num_sections; i++) {
    trickle = trickle || remote->session.sections[i].transport.trickle;
  }
  return trickle ? PCS_TRICKLE_YES : PCS_TRICKLE_NO;
}

/* webrtc-pc 6.1.1.2: 0 is no limit of theirs, ours still holds. */
static uint32_t message_bytes_max(const pcs_sdp_section *section) {
  uint32_t theirs =
      section->has_message_bytes_max ? section->message_bytes_max : DEFAULT_MESSAGE_BYTES_MAX;
  return theirs == 0 || theirs > PCS_MESSAGE_BYTES_MAX ? PCS_MESSAGE_BYTES_MAX : theirs;
}

bool pcs_negotiation_data_transport(const pcs_negotiation *negotiation, pcs_data_transport *out) {
  pcs_pair pair = pcs_pair_newest(negotiation);
  *out = (pcs_data_transport){0};
  if (!pair.has_data) {
    return false;
  }
  const pcs_sdp_section *remote = &pair.remote->session.sections[pair.section];
  *out = (pcs_data_transport){
      .mid = pair.local->session.sections[pair.section].mid,
      .section = (uint16_t)pair.section,
      .sctp_port = pcs_sdp_data_port(remote),
      .message_bytes_max = message_bytes_max(remote),
      .rejected = pair.rejected,
  };
  return true;
}

bool pcs_negotiation_local_transport(const pcs_negotiation *negotiation, pcs_data_transport *out) {
  size_t section;
  pcs_sdp_transport transport;
  const pcs_description *local = pcs_description_latest(negotiation, PCS_SIDE_LOCAL);
  *out = (pcs_data_transport){0};
  if (!pcs_description_data_transport(local, &section, &transport)) {
    return false;
  }
  out->mid = local->session.sections[section].mid;
  out->section = (uint16_t)section;
  return true;
}

bool pcs_negotiation_plan(const pcs_negotiation *negotiation, pcs_plan *out_plan) {
  const pcs_agreed *agreed = &negotiation->agreed;
  pcs_data_transport data;
  *out_plan = (pcs_plan){0};
  if (!agreed->has_transport || !pcs_negotiation_data_transport(negotiation, &data)) {
    return false;
  }
  pcs_pair pair = pcs_pair_newest(negotiation);
  pcs_sdp_transport remote = pcs_sdp_section_transport(&pair.remote->session, pair.section);
  *out_plan = (pcs_plan){
      .generation = agreed->generation,
      .ice_role = agreed->ice_role,
      .remote_lite = pair.remote->session.ice_lite ? 1 : 0,
      .remote_ufrag = remote.ufrag,
      .remote_password = remote.password,
      .dtls_role = agreed->dtls_role,
      .remote_tls_id = remote.tls_id,
      .num_fingerprints = remote.num_fingerprints,
      .has_data = 1,
      .sctp_port = data.sctp_port,
      .remote_message_bytes_max = data.message_bytes_max,
  };
  for (size_t i = 0; i < remote.num_fingerprints; i++) {
    out_plan->fingerprints[i] = remote.fingerprints[i];
  }
  return true;
}
