#include "core/jsep/negotiation.h"

/* Where a description's arena begins: behind the struct, inside the same block. */
static pcs_arena arena_of(pcs_description *description) {
  pcs_arena arena;
  size_t capacity = description->block.len - sizeof *description;
  pcs_arena_init(&arena, description + 1, capacity);
  return arena;
}

pcs_status pcs_description_read(pcs_negotiation *negotiation, pcs_description_type type,
                                pcs_span text, pcs_description **out_description) {
  *out_description = NULL;
  if (text.len > PCS_SDP_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  pcs_block *block = pcs_block_take(negotiation, sizeof(pcs_description));
  if (block == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_description *description = (pcs_description *)block;
  *description = (pcs_description){.block = *block, .type = type};
  pcs_arena arena = arena_of(description);
  description->text = pcs_arena_copy(&arena, text);
  pcs_status status = pcs_arena_finish(&arena);
  if (status == PCS_OK) {
    status =
        pcs_sdp_read(&arena, description->text, &description->session, &negotiation->error_line);
  }
  if (status != PCS_OK) {
    pcs_block_return(negotiation, &description->block);
    return status;
  }
  *out_description = description;
  return PCS_OK;
}

void pcs_description_put(pcs_negotiation *negotiation, pcs_description_slot slot,
                         pcs_description *description) {
  if (negotiation->slots[slot] != NULL) {
    pcs_block_release(negotiation, &negotiation->slots[slot]->block);
  }
  negotiation->slots[slot] = description;
}

void pcs_description_move(pcs_negotiation *negotiation, pcs_description_slot from,
                          pcs_description_slot to) {
  pcs_description *description = negotiation->slots[from];
  negotiation->slots[from] = NULL;
  pcs_description_put(negotiation, to, description);
}

const pcs_description *pcs_description_latest(const pcs_negotiation *negotiation,
                                              pcs_description_side side) {
  bool local = side == PCS_SIDE_LOCAL;
  const pcs_description *pending =
      negotiation->slots[local ? PCS_SLOT_PENDING_LOCAL : PCS_SLOT_PENDING_REMOTE];
  return pending != NULL
             ? pending
             : negotiation->slots[local ? PCS_SLOT_CURRENT_LOCAL : PCS_SLOT_CURRENT_REMOTE];
}

bool pcs_description_data_transport(const pcs_description *description, size_t *out_section,
                                    pcs_sdp_transport *out_transport) {
  if (description == NULL) {
    return false;
  }
  *out_section = pcs_sdp_find_data(&description->session);
  if (*out_section == description->session.num_sections) {
    return false;
  }
  *out_transport = pcs_sdp_section_transport(&description->session, *out_section);
  return true;
}

pcs_pair pcs_pair_of(const pcs_description *local, const pcs_description *remote) {
  bool local_offers = local->type == PCS_DESCRIPTION_OFFER;
  const pcs_sdp_session *offer = local_offers ? &local->session : &remote->session;
  const pcs_sdp_session *answer = local_offers ? &remote->session : &local->session;
  size_t section = pcs_sdp_find_data(offer);
  bool has_data = section < offer->num_sections && section < answer->num_sections;
  return (pcs_pair){
      .local = local,
      .remote = remote,
      .section = section,
      .has_data = has_data,
      .rejected = has_data && pcs_sdp_is_rejected(&answer->sections[section]),
  };
}

pcs_pair pcs_pair_newest(const pcs_negotiation *negotiation) {
  pcs_description *const *slots = negotiation->slots;
  if (slots[PCS_SLOT_PENDING_LOCAL] != NULL && slots[PCS_SLOT_PENDING_REMOTE] != NULL) {
    return pcs_pair_of(slots[PCS_SLOT_PENDING_LOCAL], slots[PCS_SLOT_PENDING_REMOTE]);
  }
  if (slots[PCS_SLOT_CURRENT_LOCAL] != NULL && slots[PCS_SLOT_CURRENT_REMOTE] != NULL) {
    return pcs_pair_of(slots[PCS_SLOT_CURRENT_LOCAL], slots[PCS_SLOT_CURRENT_REMOTE]);
  }
  return (pcs_pair){0};
}

const pcs_description *pcs_description_continued(const pcs_negotiation *negotiation,
                                                 size_t *out_section) {
  const pcs_description *base = pcs_description_latest(negotiation, PCS_SIDE_LOCAL);
  pcs_sdp_transport transport;
  if (!pcs_description_data_transport(base, out_section, &transport)) {
    return NULL;
  }
  pcs_pair pair = pcs_pair_newest(negotiation);
  return pair.local == base && pair.rejected ? NULL : base;
}

bool pcs_negotiation_describe(const pcs_negotiation *negotiation, pcs_description_slot slot,
                              pcs_writer *writer, pcs_description_type *out_type) {
  const pcs_description *description = negotiation->slots[slot];
  if (description == NULL) {
    return false;
  }
  bool created = slot == PCS_SLOT_CREATED_OFFER || slot == PCS_SLOT_CREATED_ANSWER;
  bool local = slot == PCS_SLOT_CURRENT_LOCAL || slot == PCS_SLOT_PENDING_LOCAL;
  *out_type = description->type;
  pcs_sdp_write_lines(writer, description->session.lines);
  for (size_t i = 0; i < description->session.num_sections; i++) {
    pcs_sdp_write_lines(writer, description->session.sections[i].lines);
    if (!created) {
      pcs_trickled_write(negotiation, local ? PCS_SIDE_LOCAL : PCS_SIDE_REMOTE, description, i,
                         writer);
    }
  }
  return true;
}
