#include <string.h>

#include "core/jsep/negotiation.h"

/* RFC 8445 6.1.1: the offerer controls; towards a lite agent we always do. */
static uint8_t ice_role_of(const pcs_pair *pair) {
  bool offerer = pair->local->type == PCS_DESCRIPTION_OFFER;
  return offerer || pair->remote->session.ice_lite ? PCS_ICE_CONTROLLING : PCS_ICE_CONTROLLED;
}

static void agree_on_transport(pcs_negotiation *negotiation, const pcs_pair *pair) {
  pcs_agreed *agreed = &negotiation->agreed;
  const pcs_generation *generation = pcs_generation_of(negotiation, pair->local);
  pcs_sdp_transport remote = pcs_sdp_section_transport(&pair->remote->session, pair->section);
  pcs_sdp_transport local = pcs_sdp_section_transport(&pair->local->session, pair->section);
  bool we_answer = pair->local->type != PCS_DESCRIPTION_OFFER;
  pcs_span ufrag = {agreed->ufrag, agreed->ufrag_len};
  uint32_t id = generation != NULL ? generation->id : 0;
  /* RFC 8445 7.2.1: the roles last as long as the ICE session; a restart asks again. */
  if (!agreed->has_transport || agreed->generation != id || !pcs_span_equal(ufrag, remote.ufrag)) {
    agreed->ice_role = ice_role_of(pair);
  }
  uint8_t setup = we_answer ? local.setup : remote.setup;
  agreed->dtls_role =
      (uint8_t)pcs_dtls_role_of(we_answer ? PCS_SIDE_LOCAL : PCS_SIDE_REMOTE, (pcs_sdp_setup)setup);
  agreed->has_dtls_role = true;
  agreed->has_transport = true;
  agreed->generation = id;
  agreed->ufrag_len = (uint16_t)remote.ufrag.len;
  memcpy(agreed->ufrag, remote.ufrag.data, remote.ufrag.len);
  negotiation->untold = (pcs_untold){.connect = true};
}

/* What an answer, provisional or not, made of the offer. */
static void agree(pcs_negotiation *negotiation) {
  pcs_pair pair = pcs_pair_newest(negotiation);
  bool had_transport = negotiation->agreed.has_transport;
  if (pair.has_data && !pair.rejected) {
    agree_on_transport(negotiation, &pair);
    return;
  }
  /* A data section that was refused, or taken away, is not asked for again by itself. */
  if (pair.rejected || had_transport) {
    negotiation->wants_data = false;
  }
  negotiation->agreed = (pcs_agreed){0};
  negotiation->untold = (pcs_untold){0};
}

static void complete(pcs_negotiation *negotiation, pcs_description_side answerer,
                     pcs_description *answer) {
  bool local = answerer == PCS_SIDE_LOCAL;
  pcs_description_put(negotiation, local ? PCS_SLOT_CURRENT_LOCAL : PCS_SLOT_CURRENT_REMOTE,
                      answer);
  pcs_description_put(negotiation, local ? PCS_SLOT_PENDING_LOCAL : PCS_SLOT_PENDING_REMOTE, NULL);
  pcs_description_move(negotiation, local ? PCS_SLOT_PENDING_REMOTE : PCS_SLOT_PENDING_LOCAL,
                       local ? PCS_SLOT_CURRENT_REMOTE : PCS_SLOT_CURRENT_LOCAL);
  pcs_description_put(negotiation, PCS_SLOT_CREATED_OFFER, NULL);
  pcs_description_put(negotiation, PCS_SLOT_CREATED_ANSWER, NULL);
}

/* Nothing here can fail: all was checked before. NULL is a rollback. */
static void commit(pcs_negotiation *negotiation, pcs_signaling_event event,
                   pcs_description *description, pcs_signaling_state to) {
  bool local = event.side == PCS_SIDE_LOCAL;
  const pcs_generation *generation = local ? pcs_generation_of(negotiation, description) : NULL;
  if (generation != NULL) {
    pcs_generation_find(negotiation, generation->id)->applied = true;
  }
  if (event.type == PCS_DESCRIPTION_ANSWER) {
    complete(negotiation, event.side, description);
  } else {
    pcs_description_put(negotiation, local ? PCS_SLOT_PENDING_LOCAL : PCS_SLOT_PENDING_REMOTE,
                        description);
  }
  negotiation->state = to;
  negotiation->revision++;
  if (event.type == PCS_DESCRIPTION_ANSWER || event.type == PCS_DESCRIPTION_PRANSWER) {
    agree(negotiation);
  }
  if (to == PCS_SIGNALING_STABLE) {
    pcs_generation_settle(negotiation);
  }
  pcs_trickled_prune(negotiation);
}

/* webrtc-pc 4.4.1.5: without a text, the description last created if it still holds, or a new one.
 */
static pcs_status find_text(pcs_negotiation *negotiation, pcs_signaling_event event,
                            pcs_span *text) {
  bool offer = event.type == PCS_DESCRIPTION_OFFER;
  pcs_description_slot slot = offer ? PCS_SLOT_CREATED_OFFER : PCS_SLOT_CREATED_ANSWER;
  if (event.side != PCS_SIDE_LOCAL || text->len > 0) {
    return PCS_OK;
  }
  bool holds = negotiation->slots[slot] != NULL &&
               negotiation->created_revision[offer ? 0 : 1] == negotiation->revision;
  pcs_creation creation = {.type = offer ? PCS_DESCRIPTION_OFFER : PCS_DESCRIPTION_ANSWER};
  pcs_status status = holds ? PCS_OK : pcs_negotiation_create(negotiation, creation);
  if (status == PCS_OK) {
    *text = negotiation->slots[slot]->text;
  }
  return status;
}

pcs_status pcs_negotiation_set(pcs_negotiation *negotiation, pcs_signaling_event event,
                               pcs_span text) {
  pcs_signaling_state to;
  pcs_description *description = NULL;
  negotiation->error_line = 0;
  pcs_status status = pcs_signaling_next(negotiation->state, event, &to);
  if (status == PCS_OK && event.type == PCS_DESCRIPTION_ROLLBACK) {
    commit(negotiation, event, NULL, to);
    return PCS_OK;
  }
  status = status == PCS_OK ? find_text(negotiation, event, &text) : status;
  if (status == PCS_OK) {
    status = pcs_description_read(negotiation, event.type, text, &description);
  }
  if (status != PCS_OK) {
    return status;
  }
  status = event.side == PCS_SIDE_LOCAL ? pcs_check_local(negotiation, description)
                                        : pcs_check_remote(negotiation, description);
  if (status != PCS_OK) {
    pcs_block_return(negotiation, &description->block);
    return status;
  }
  commit(negotiation, event, description, to);
  return PCS_OK;
}
