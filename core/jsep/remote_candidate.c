#include "core/base/text.h"
#include "core/jsep/negotiation.h"
#include "core/sdp/candidate_line.h"

/* What a remote candidate names: webrtc-pc 4.4.2 addIceCandidate, 4.3 to 4.5. */
typedef struct candidate_place {
  const pcs_description *description;
  size_t section;
  pcs_span ufrag;
} candidate_place;

static pcs_status find_section(candidate_place *place, const pcs_remote_candidate *candidate) {
  const pcs_sdp_session *session = &place->description->session;
  place->section =
      candidate->has_mid ? pcs_sdp_find_section(session, candidate->mid) : candidate->section;
  return place->section < session->num_sections ? PCS_OK : PCS_ERR_OPERATION;
}

/* The applied remote description in which that section has that ufrag; the latest when empty. */
static pcs_status find_generation(const pcs_negotiation *negotiation, candidate_place *place,
                                  pcs_span wanted) {
  const pcs_description *descriptions[] = {place->description,
                                           negotiation->slots[PCS_SLOT_CURRENT_REMOTE]};
  for (size_t i = 0; i < 2; i++) {
    const pcs_description *description = descriptions[i];
    if (description == NULL || place->section >= description->session.num_sections) {
      continue;
    }
    pcs_span ufrag = pcs_sdp_section_transport(&description->session, place->section).ufrag;
    if (wanted.len == 0 || pcs_span_equal(ufrag, wanted)) {
      place->description = description;
      place->ufrag = ufrag;
      return PCS_OK;
    }
  }
  return PCS_ERR_OPERATION;
}

/* An end without a section: every section, or the one where the ufrag is found. */
static pcs_status find_anywhere(const pcs_negotiation *negotiation, candidate_place *place,
                                const pcs_remote_candidate *candidate) {
  size_t num = place->description->session.num_sections;
  if (!candidate->has_ufrag) {
    return PCS_OK;
  }
  for (place->section = 0; place->section < num; place->section++) {
    if (find_generation(negotiation, place, candidate->ufrag) == PCS_OK) {
      return PCS_OK;
    }
  }
  return PCS_ERR_OPERATION;
}

static pcs_status find(const pcs_negotiation *negotiation, candidate_place *place,
                       const pcs_remote_candidate *candidate) {
  if (!candidate->has_mid && !candidate->has_section) {
    return find_anywhere(negotiation, place, candidate);
  }
  pcs_status status = find_section(place, candidate);
  if (status != PCS_OK || (candidate->has_ufrag && candidate->ufrag.len == 0)) {
    return PCS_ERR_OPERATION;
  }
  return find_generation(negotiation, place,
                         candidate->has_ufrag ? candidate->ufrag : (pcs_span){0});
}

/* Keeps a copy of the candidate; the parsed one borrows the copy. */
static pcs_status keep(pcs_negotiation *negotiation, const pcs_trickled *like) {
  size_t len = sizeof *like + like->ufrag.len + like->text.len;
  pcs_block *block = pcs_block_take(negotiation, len);
  if (block == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_trickled *trickled = (pcs_trickled *)block;
  pcs_block header = *block;
  pcs_candidate_line line = {0};
  *trickled = *like;
  trickled->block = header;
  pcs_writer writer;
  pcs_writer_init(&writer, (uint8_t *)(trickled + 1), header.len - sizeof *trickled);
  pcs_writer_bytes(&writer, like->ufrag);
  pcs_writer_bytes(&writer, like->text);
  pcs_span copy = pcs_writer_span(&writer);
  trickled->ufrag = pcs_text_slice(copy, 0, like->ufrag.len);
  trickled->text = pcs_text_slice(copy, like->ufrag.len, like->text.len);
  trickled->usable =
      trickled->text.len > 0 && pcs_candidate_line_read(trickled->text, &line) == PCS_OK;
  trickled->candidate = line.candidate;
  pcs_trickled_keep(negotiation, PCS_SIDE_REMOTE, trickled);
  return PCS_OK;
}

pcs_status pcs_negotiation_add_remote_candidate(pcs_negotiation *negotiation,
                                                const pcs_remote_candidate *candidate) {
  pcs_span text = candidate->text;
  (void)pcs_text_skip(&text, "a=");
  candidate_place place = {.description = pcs_description_latest(negotiation, PCS_SIDE_REMOTE)};
  bool placed = candidate->has_mid || candidate->has_section;
  if (text.len > 0 && !placed) {
    return PCS_ERR_TYPE;
  }
  if (negotiation->state == PCS_SIGNALING_CLOSED || place.description == NULL) {
    return PCS_ERR_STATE;
  }
  pcs_status status = find(negotiation, &place, candidate);
  pcs_candidate_line line = {0};
  if (status == PCS_OK && text.len > 0 &&
      (!pcs_text_starts_with(text, "candidate:") ||
       pcs_candidate_line_read(text, &line) == PCS_ERR_SYNTAX)) {
    status = PCS_ERR_OPERATION;
  }
  /* The text's own ufrag names a generation too; one that is not ours is ignored (RFC 8838 11). */
  bool stale = status == PCS_OK && line.ufrag.len > 0 && !candidate->has_ufrag &&
               find_generation(negotiation, &place, line.ufrag) != PCS_OK;
  if (status != PCS_OK || stale) {
    return status;
  }
  bool everywhere = !placed && !candidate->has_ufrag;
  pcs_trickled like = {.everywhere = everywhere ? place.description : NULL,
                       .ufrag = place.ufrag,
                       .text = text,
                       .section = (uint16_t)place.section};
  return keep(negotiation, &like);
}
