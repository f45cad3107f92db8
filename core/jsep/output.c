#include "core/boundary/message.h"
#include "core/jsep/negotiation.h"
#include "core/sdp/candidate_line.h"

_Static_assert(PCS_NEGOTIATION_MESSAGE_BYTES_MAX >= PCS_RECORD_HEADER_BYTES + 2048,
               "the largest body of the four messages fits");

static bool tell_gather(pcs_negotiation *negotiation, uint32_t peer, pcs_writer *writer) {
  for (size_t i = 0; i < PCS_GENERATIONS_MAX; i++) {
    pcs_generation *generation = &negotiation->generations[i];
    if (generation->id != 0 && generation->applied && !generation->told) {
      generation->told = true;
      pcs_msg_gather gather = {.peer = peer, .generation = generation->id};
      pcs_msg_gather_encode(writer, &gather);
      return true;
    }
  }
  return false;
}

static bool tell_connect(pcs_negotiation *negotiation, uint32_t peer, pcs_writer *writer) {
  pcs_msg_connect connect = {.peer = peer};
  if (!negotiation->untold.connect || !pcs_negotiation_plan(negotiation, &connect.plan)) {
    return false;
  }
  negotiation->untold = (pcs_untold){.candidates = true, .end = true};
  pcs_msg_connect_encode(writer, &connect);
  return true;
}

static void write_candidate(const pcs_negotiation *negotiation, uint32_t peer,
                            const pcs_candidate *candidate, pcs_writer *writer) {
  pcs_msg_add_candidate add = {
      .peer = peer,
      .ufrag = {negotiation->agreed.ufrag, negotiation->agreed.ufrag_len},
      .candidate = *candidate,
  };
  pcs_msg_add_candidate_encode(writer, &add);
}

static void write_end(const pcs_negotiation *negotiation, uint32_t peer, pcs_writer *writer) {
  pcs_msg_end_of_candidates end = {
      .peer = peer, .ufrag = {negotiation->agreed.ufrag, negotiation->agreed.ufrag_len}};
  pcs_msg_end_of_candidates_encode(writer, &end);
}

/* Where the remote description has the candidates of the data transport (RFC 9143 7.3.1). */
static const pcs_sdp_section *candidate_section(const pcs_pair *pair, pcs_span ufrag) {
  const pcs_sdp_session *session = &pair->remote->session;
  const pcs_sdp_section *own = &session->sections[pair->section];
  for (size_t i = 0; own->transport.ufrag.len == 0 && i < session->num_sections; i++) {
    if (pcs_span_equal(session->sections[i].transport.ufrag, ufrag)) {
      return &session->sections[i];
    }
  }
  return own;
}

/* The candidates that came inside the description, then its end of them. */
static bool tell_described(pcs_negotiation *negotiation, uint32_t peer, pcs_writer *writer) {
  pcs_untold *untold = &negotiation->untold;
  if (!untold->candidates) {
    return false;
  }
  pcs_pair pair = pcs_pair_newest(negotiation);
  pcs_sdp_transport transport = pcs_sdp_section_transport(&pair.remote->session, pair.section);
  const pcs_sdp_lines lines = candidate_section(&pair, transport.ufrag)->lines;
  while (untold->next_line < lines.num && untold->num_told < PCS_CANDIDATES_MAX) {
    const pcs_sdp_line *line = &lines.first[untold->next_line++];
    pcs_candidate_line candidate;
    if (line->attribute == PCS_SDP_CANDIDATE &&
        pcs_candidate_line_read(line->value, &candidate) == PCS_OK) {
      untold->num_told++;
      write_candidate(negotiation, peer, &candidate.candidate, writer);
      return true;
    }
  }
  untold->candidates = false;
  if (transport.end_of_candidates) {
    write_end(negotiation, peer, writer);
  }
  return transport.end_of_candidates;
}

static bool is_of_agreed(const pcs_negotiation *negotiation, const pcs_pair *pair,
                         const pcs_trickled *trickled) {
  pcs_span ufrag = {negotiation->agreed.ufrag, negotiation->agreed.ufrag_len};
  return trickled->everywhere != NULL ? trickled->everywhere == pair->remote
                                      : pcs_span_equal(trickled->ufrag, ufrag);
}

static bool tell_trickled(pcs_negotiation *negotiation, uint32_t peer, pcs_writer *writer) {
  if (!negotiation->agreed.has_transport || negotiation->untold.connect) {
    return false;
  }
  pcs_pair pair = pcs_pair_newest(negotiation);
  for (pcs_trickled *at = negotiation->trickled[PCS_SIDE_REMOTE]; at != NULL; at = at->next) {
    bool end = at->text.len == 0;
    if (at->told || !is_of_agreed(negotiation, &pair, at)) {
      continue;
    }
    at->told = true;
    if (end || at->usable) {
      end ? write_end(negotiation, peer, writer)
          : write_candidate(negotiation, peer, &at->candidate, writer);
      return true;
    }
  }
  return false;
}

bool pcs_negotiation_take_message(pcs_negotiation *negotiation, uint32_t peer, pcs_writer *writer) {
  if (writer->failed || writer->capacity - writer->len < PCS_NEGOTIATION_MESSAGE_BYTES_MAX) {
    return false;
  }
  return tell_gather(negotiation, peer, writer) || tell_connect(negotiation, peer, writer) ||
         tell_described(negotiation, peer, writer) || tell_trickled(negotiation, peer, writer);
}
