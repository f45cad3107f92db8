#include "core/base/text.h"
#include "core/jsep/negotiation.h"

static bool may_create(const pcs_negotiation *negotiation, pcs_description_type type) {
  pcs_signaling_state state = negotiation->state;
  if (type == PCS_DESCRIPTION_OFFER) {
    return state == PCS_SIGNALING_STABLE || state == PCS_SIGNALING_HAVE_LOCAL_OFFER;
  }
  return type == PCS_DESCRIPTION_ANSWER &&
         (state == PCS_SIGNALING_HAVE_REMOTE_OFFER || state == PCS_SIGNALING_HAVE_LOCAL_PRANSWER);
}

static void compose(pcs_writer *writer, const pcs_negotiation *negotiation, pcs_creation creation) {
  const pcs_generation *generation = pcs_generation_for(negotiation, creation);
  if (creation.type == PCS_DESCRIPTION_OFFER) {
    pcs_compose_offer(writer, negotiation, generation);
  } else {
    pcs_compose_answer(writer, negotiation, generation);
  }
}

/* RFC 9429 5.2.2: the version in o= grows whenever the text is another than the last created. */
static pcs_status write(pcs_negotiation *negotiation, pcs_creation creation,
                        const pcs_description *last, pcs_block *scratch, pcs_span *out_text) {
  pcs_writer writer;
  size_t capacity = scratch->len - sizeof *scratch;
  pcs_writer_init(&writer, (uint8_t *)(scratch + 1), capacity);
  compose(&writer, negotiation, creation);
  pcs_status status = pcs_writer_finish(&writer, out_text);
  if (status != PCS_OK || (last != NULL && pcs_span_equal(last->text, *out_text))) {
    return status;
  }
  negotiation->version++;
  pcs_writer_init(&writer, (uint8_t *)(scratch + 1), capacity);
  compose(&writer, negotiation, creation);
  return pcs_writer_finish(&writer, out_text);
}

pcs_status pcs_negotiation_create(pcs_negotiation *negotiation, pcs_creation creation) {
  bool offer = creation.type == PCS_DESCRIPTION_OFFER;
  pcs_description_slot slot = offer ? PCS_SLOT_CREATED_OFFER : PCS_SLOT_CREATED_ANSWER;
  pcs_description *description;
  pcs_span text;
  if (!may_create(negotiation, creation.type) ||
      pcs_negotiation_needs_generation(negotiation, creation)) {
    return PCS_ERR_STATE;
  }
  pcs_block *scratch = pcs_block_take(negotiation, sizeof *scratch);
  if (scratch == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  uint64_t version = negotiation->version;
  pcs_status status = write(negotiation, creation, negotiation->slots[slot], scratch, &text);
  if (status == PCS_OK) {
    status = pcs_description_read(negotiation, creation.type, text, &description);
  }
  pcs_block_return(negotiation, scratch);
  if (status != PCS_OK) {
    negotiation->version = version;
    return status;
  }
  pcs_description_put(negotiation, slot, description);
  negotiation->created_revision[offer ? 0 : 1] = negotiation->revision;
  return PCS_OK;
}
