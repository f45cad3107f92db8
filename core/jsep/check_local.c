#include <string.h>

#include "core/base/text.h"
#include "core/jsep/negotiation.h"

/*
 * RFC 9429 5.4 wants the text unchanged, and every browser takes less than that. Here a page may
 * leave out what moves no authority, and add bandwidth lines and candidates it was given. All else
 * is as it was created: credentials, fingerprints, roles, sections.
 */
static bool may_be_left_out(const pcs_sdp_line *line) {
  switch ((pcs_sdp_attribute)line->attribute) {
  case PCS_SDP_CANDIDATE:
  case PCS_SDP_END_OF_CANDIDATES:
  case PCS_SDP_ICE_OPTIONS:
  case PCS_SDP_EXTMAP_ALLOW_MIXED:
  case PCS_SDP_MSID_SEMANTIC:
    return true;
  default:
    return false;
  }
}

static bool was_given(const pcs_negotiation *negotiation, const pcs_sdp_line *line) {
  for (const pcs_trickled *at = negotiation->trickled[PCS_SIDE_LOCAL]; at != NULL; at = at->next) {
    pcs_span value;
    pcs_span name;
    if (pcs_text_split(at->text, ':', &name, &value) && pcs_span_equal(value, line->value)) {
      return true;
    }
  }
  return false;
}

static bool may_be_added(const pcs_negotiation *negotiation, const pcs_sdp_line *line) {
  return line->type == 'b' || line->attribute == PCS_SDP_END_OF_CANDIDATES ||
         (line->attribute == PCS_SDP_CANDIDATE && was_given(negotiation, line));
}

/* One walk over both: what was created, less or more the lines that may be. */
static bool is_same(const pcs_negotiation *negotiation, pcs_sdp_lines created,
                    pcs_sdp_lines given) {
  size_t at = 0;
  for (size_t i = 0; i < created.num; i++) {
    while (at < given.num && !pcs_sdp_line_equal(&created.first[i], &given.first[at]) &&
           may_be_added(negotiation, &given.first[at])) {
      at++;
    }
    if (at < given.num && pcs_sdp_line_equal(&created.first[i], &given.first[at])) {
      at++;
    } else if (!may_be_left_out(&created.first[i])) {
      return false;
    }
  }
  while (at < given.num && may_be_added(negotiation, &given.first[at])) {
    at++;
  }
  return at == given.num;
}

pcs_status pcs_check_local(const pcs_negotiation *negotiation, const pcs_description *description) {
  bool offer = description->type == PCS_DESCRIPTION_OFFER;
  const pcs_description *created =
      negotiation->slots[offer ? PCS_SLOT_CREATED_OFFER : PCS_SLOT_CREATED_ANSWER];
  const pcs_sdp_session *given = &description->session;
  if (created == NULL || created->session.num_sections != given->num_sections ||
      !is_same(negotiation, created->session.lines, given->lines)) {
    return PCS_ERR_MODIFIED;
  }
  for (size_t i = 0; i < given->num_sections; i++) {
    if (!is_same(negotiation, created->session.sections[i].lines, given->sections[i].lines)) {
      return PCS_ERR_MODIFIED;
    }
  }
  return PCS_OK;
}
