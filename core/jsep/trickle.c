#include <string.h>

#include "core/jsep/negotiation.h"
#include "core/sdp/candidate_line.h"

static bool has_line(const pcs_sdp_section *section, pcs_span text) {
  for (size_t i = 0; i < section->lines.num; i++) {
    const pcs_sdp_line *line = &section->lines.first[i];
    /* text is "candidate:" and the value. */
    size_t prefix = line->name.len + 1;
    if (line->attribute == PCS_SDP_CANDIDATE && text.len == prefix + line->value.len &&
        memcmp(text.data + prefix, line->value.data, line->value.len) == 0) {
      return true;
    }
  }
  return false;
}

/* Ours are of one transport: they stand in its section, wherever that is in this description. */
static bool is_of(const pcs_trickled *trickled, pcs_description_side side,
                  const pcs_description *description, size_t section, pcs_span ufrag) {
  if (trickled->everywhere != NULL) {
    return trickled->everywhere == description;
  }
  size_t place =
      side == PCS_SIDE_LOCAL ? pcs_sdp_find_data(&description->session) : trickled->section;
  return place == section && pcs_span_equal(trickled->ufrag, ufrag);
}

void pcs_trickled_write(const pcs_negotiation *negotiation, pcs_description_side side,
                        const pcs_description *description, size_t section, pcs_writer *writer) {
  const pcs_sdp_section *target = &description->session.sections[section];
  bool ended = target->transport.end_of_candidates;
  pcs_sdp_transport transport = pcs_sdp_section_transport(&description->session, section);
  for (const pcs_trickled *at = negotiation->trickled[side]; at != NULL; at = at->next) {
    bool end = at->text.len == 0;
    if (!is_of(at, side, description, section, transport.ufrag) ||
        (end ? ended : has_line(target, at->text))) {
      continue;
    }
    ended = ended || end;
    pcs_writer_text(writer, "a=");
    pcs_writer_bytes(writer, end ? pcs_span_of_text("end-of-candidates") : at->text);
    pcs_writer_text(writer, "\r\n");
  }
}

bool pcs_trickled_is_known(const pcs_negotiation *negotiation, pcs_description_side side,
                           const pcs_trickled *like) {
  for (const pcs_trickled *at = negotiation->trickled[side]; at != NULL; at = at->next) {
    if (at->everywhere == like->everywhere && at->section == like->section &&
        pcs_span_equal(at->ufrag, like->ufrag) && pcs_span_equal(at->text, like->text)) {
      return true;
    }
  }
  return false;
}

/* Unlinks and releases what *at points to. */
static void release(pcs_negotiation *negotiation, pcs_trickled **at) {
  pcs_trickled *gone = *at;
  *at = gone->next;
  pcs_block_release(negotiation, &gone->block);
}

void pcs_trickled_drop(pcs_negotiation *negotiation, pcs_span ufrag) {
  for (pcs_trickled **at = &negotiation->trickled[PCS_SIDE_LOCAL]; *at != NULL;) {
    if (pcs_span_equal((*at)->ufrag, ufrag)) {
      release(negotiation, at);
    } else {
      at = &(*at)->next;
    }
  }
}

static bool is_described(const pcs_trickled *trickled, const pcs_description *description) {
  if (description == NULL || trickled->everywhere != NULL) {
    return description != NULL && trickled->everywhere == description;
  }
  return trickled->section < description->session.num_sections &&
         pcs_span_equal(pcs_sdp_section_transport(&description->session, trickled->section).ufrag,
                        trickled->ufrag);
}

void pcs_trickled_prune(pcs_negotiation *negotiation) {
  const pcs_description *current = negotiation->slots[PCS_SLOT_CURRENT_REMOTE];
  const pcs_description *pending = negotiation->slots[PCS_SLOT_PENDING_REMOTE];
  for (pcs_trickled **at = &negotiation->trickled[PCS_SIDE_REMOTE]; *at != NULL;) {
    if (is_described(*at, current) || is_described(*at, pending)) {
      at = &(*at)->next;
    } else {
      release(negotiation, at);
    }
  }
}

void pcs_trickled_keep(pcs_negotiation *negotiation, pcs_description_side side,
                       pcs_trickled *trickled) {
  size_t num = 0;
  pcs_trickled **at = &negotiation->trickled[side];
  for (; *at != NULL; at = &(*at)->next) {
    num++;
  }
  if (num == PCS_TRICKLED_MAX || pcs_trickled_is_known(negotiation, side, trickled)) {
    pcs_block_release(negotiation, &trickled->block);
    return;
  }
  *at = trickled;
}

/* A local candidate's text, written behind the struct in its block. */
static pcs_status keep_local(pcs_negotiation *negotiation, const pcs_generation *generation,
                             const pcs_candidate *candidate, pcs_trickled **out_trickled) {
  pcs_block *block = pcs_block_take(negotiation, sizeof(pcs_trickled));
  if (block == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_trickled *trickled = (pcs_trickled *)block;
  *trickled = (pcs_trickled){.block = *block, .ufrag = pcs_generation_ufrag(generation)};
  pcs_writer writer;
  pcs_writer_init(&writer, (uint8_t *)(trickled + 1), block->len - sizeof *trickled);
  if (candidate != NULL) {
    pcs_candidate_line_write(&writer, candidate, trickled->ufrag);
  }
  if (pcs_writer_finish(&writer, &trickled->text) != PCS_OK) {
    pcs_block_return(negotiation, block);
    return PCS_ERR_NO_SPACE;
  }
  *out_trickled = trickled;
  return PCS_OK;
}

/* The local description that shows the generation now, and where. */
static const pcs_sdp_section *find_shown(const pcs_negotiation *negotiation,
                                         const pcs_generation *generation, size_t *out_section) {
  static const pcs_description_slot slots[] = {PCS_SLOT_PENDING_LOCAL, PCS_SLOT_CURRENT_LOCAL};
  for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
    const pcs_description *description = negotiation->slots[slots[i]];
    if (pcs_generation_of(negotiation, description) == generation) {
      *out_section = pcs_sdp_find_data(&description->session);
      return &description->session.sections[*out_section];
    }
  }
  return NULL;
}

pcs_status pcs_negotiation_add_local_candidate(pcs_negotiation *negotiation, uint32_t generation_id,
                                               const pcs_candidate *candidate,
                                               pcs_local_candidate *out) {
  const pcs_generation *generation = pcs_generation_find(negotiation, generation_id);
  pcs_trickled *trickled = NULL;
  size_t section = 0;
  *out = (pcs_local_candidate){0};
  if (generation == NULL || negotiation->state == PCS_SIGNALING_CLOSED) {
    return PCS_ERR_NOT_FOUND;
  }
  if (candidate != NULL && pcs_candidate_check(candidate) != PCS_OK) {
    return PCS_ERR_SYNTAX;
  }
  pcs_status status = keep_local(negotiation, generation, candidate, &trickled);
  if (status != PCS_OK) {
    return status;
  }
  const pcs_sdp_section *shown = find_shown(negotiation, generation, &section);
  trickled->section = (uint16_t)section;
  *out = (pcs_local_candidate){.text = trickled->text,
                               .mid = shown != NULL ? shown->mid : (pcs_span){0},
                               .ufrag = trickled->ufrag,
                               .section = trickled->section};
  pcs_trickled_keep(negotiation, PCS_SIDE_LOCAL, trickled);
  return shown != NULL ? PCS_OK : PCS_ERR_NOT_FOUND;
}
