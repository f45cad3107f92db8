#include <string.h>

#include "core/jsep/negotiation.h"

pcs_span pcs_generation_ufrag(const pcs_generation *generation) {
  return (pcs_span){generation->ufrag, generation->ufrag_len};
}

pcs_generation *pcs_generation_find(pcs_negotiation *negotiation, uint32_t id) {
  for (size_t i = 0; i < PCS_GENERATIONS_MAX; i++) {
    if (id != 0 && negotiation->generations[i].id == id) {
      return &negotiation->generations[i];
    }
  }
  return NULL;
}

const pcs_generation *pcs_generation_of(const pcs_negotiation *negotiation,
                                        const pcs_description *description) {
  size_t section;
  pcs_sdp_transport transport;
  if (!pcs_description_data_transport(description, &section, &transport)) {
    return NULL;
  }
  for (size_t i = 0; i < PCS_GENERATIONS_MAX; i++) {
    const pcs_generation *generation = &negotiation->generations[i];
    if (generation->id != 0 && pcs_span_equal(pcs_generation_ufrag(generation), transport.ufrag)) {
      return generation;
    }
  }
  return NULL;
}

static bool is_described(const pcs_negotiation *negotiation, const pcs_generation *generation) {
  static const pcs_description_slot locals[] = {PCS_SLOT_CURRENT_LOCAL, PCS_SLOT_PENDING_LOCAL,
                                                PCS_SLOT_CREATED_OFFER, PCS_SLOT_CREATED_ANSWER};
  for (size_t i = 0; i < sizeof locals / sizeof locals[0]; i++) {
    if (pcs_generation_of(negotiation, negotiation->slots[locals[i]]) == generation) {
      return true;
    }
  }
  return false;
}

/* Four descriptions name at most four generations, so one of the slots is free. */
static pcs_generation *free_slot(pcs_negotiation *negotiation) {
  for (size_t i = 0; i < PCS_GENERATIONS_MAX; i++) {
    if (!is_described(negotiation, &negotiation->generations[i])) {
      return &negotiation->generations[i];
    }
  }
  return NULL;
}

pcs_status pcs_negotiation_add_generation(pcs_negotiation *negotiation, uint32_t id, pcs_span ufrag,
                                          pcs_span password) {
  bool form =
      id != 0 && pcs_generation_find(negotiation, id) == NULL &&
      pcs_ice_text_check(ufrag, PCS_UFRAG_BYTES_MIN, PCS_UFRAG_BYTES_MAX) == PCS_OK &&
      pcs_ice_text_check(password, PCS_PASSWORD_BYTES_MIN, PCS_PASSWORD_BYTES_MAX) == PCS_OK;
  pcs_generation *generation = free_slot(negotiation);
  if (negotiation->state == PCS_SIGNALING_CLOSED || generation == NULL) {
    return PCS_ERR_STATE;
  }
  if (!form) {
    return PCS_ERR_SYNTAX;
  }
  pcs_trickled_drop(negotiation, pcs_generation_ufrag(generation));
  *generation = (pcs_generation){
      .id = id, .ufrag_len = (uint16_t)ufrag.len, .password_len = (uint16_t)password.len};
  memcpy(generation->ufrag, ufrag.data, ufrag.len);
  memcpy(generation->password, password.data, password.len);
  negotiation->newest = (uint8_t)(generation - negotiation->generations);
  return PCS_OK;
}

static bool is_restarting(const pcs_negotiation *negotiation, const pcs_generation *generation) {
  for (size_t i = 0; i < negotiation->num_restarting; i++) {
    if (generation != NULL && negotiation->restarting[i] == generation->id) {
      return true;
    }
  }
  return false;
}

static void replace(pcs_negotiation *negotiation, const pcs_generation *generation) {
  if (generation != NULL && !is_restarting(negotiation, generation)) {
    negotiation->restarting[negotiation->num_restarting++] = generation->id;
  }
}

void pcs_negotiation_restart_ice(pcs_negotiation *negotiation) {
  negotiation->num_restarting = 0;
  negotiation->revision++;
  replace(negotiation, pcs_generation_of(negotiation, negotiation->slots[PCS_SLOT_CURRENT_LOCAL]));
  replace(negotiation, pcs_generation_of(negotiation, negotiation->slots[PCS_SLOT_PENDING_LOCAL]));
}

void pcs_generation_settle(pcs_negotiation *negotiation) {
  const pcs_generation *now =
      pcs_generation_of(negotiation, negotiation->slots[PCS_SLOT_CURRENT_LOCAL]);
  if (!is_restarting(negotiation, now)) {
    negotiation->num_restarting = 0;
  }
}

/* RFC 8839 4.4.3.1.1: other credentials than before are an ICE restart. */
static bool remote_restarts(const pcs_negotiation *negotiation) {
  size_t section;
  pcs_sdp_transport before;
  pcs_sdp_transport after;
  return pcs_description_data_transport(negotiation->slots[PCS_SLOT_CURRENT_REMOTE], &section,
                                        &before) &&
         pcs_description_data_transport(negotiation->slots[PCS_SLOT_PENDING_REMOTE], &section,
                                        &after) &&
         (!pcs_span_equal(before.ufrag, after.ufrag) ||
          !pcs_span_equal(before.password, after.password));
}

const pcs_generation *pcs_generation_for(const pcs_negotiation *negotiation,
                                         pcs_creation creation) {
  const pcs_generation *newest = &negotiation->generations[negotiation->newest];
  size_t section;
  const pcs_generation *base =
      pcs_generation_of(negotiation, pcs_description_continued(negotiation, &section));
  bool provisional = negotiation->state == PCS_SIGNALING_HAVE_LOCAL_PRANSWER;
  bool restart = creation.type == PCS_DESCRIPTION_OFFER
                     ? creation.ice_restart || is_restarting(negotiation, base)
                     : !provisional && remote_restarts(negotiation);
  if (base != NULL && !restart) {
    return base;
  }
  return newest->applied ? NULL : newest;
}

static bool has_transport(const pcs_negotiation *negotiation, pcs_description_type type) {
  size_t section;
  pcs_sdp_transport transport;
  if (type == PCS_DESCRIPTION_OFFER) {
    return negotiation->wants_data || pcs_description_continued(negotiation, &section) != NULL;
  }
  return pcs_description_data_transport(negotiation->slots[PCS_SLOT_PENDING_REMOTE], &section,
                                        &transport);
}

bool pcs_negotiation_needs_generation(const pcs_negotiation *negotiation, pcs_creation creation) {
  return negotiation->state != PCS_SIGNALING_CLOSED && has_transport(negotiation, creation.type) &&
         pcs_generation_for(negotiation, creation) == NULL;
}
