#include "core/base/text.h"
#include "core/jsep/negotiation.h"

#define MID_DIGITS_MAX 10

/* Where the data section of an offer stands, and under which mid. */
typedef struct data_place {
  size_t section;
  pcs_span mid;
  bool continued;
  uint8_t digits[MID_DIGITS_MAX]; /* of a mid that is new */
} data_place;

static bool has_mid(const pcs_description *description, pcs_span mid) {
  return description != NULL &&
         pcs_sdp_find_section(&description->session, mid) < description->session.num_sections;
}

/* RFC 9429 5.2.1: unique in the session; small numbers, as browsers choose. */
static void choose_mid(data_place *place, const pcs_negotiation *negotiation) {
  for (uint32_t number = 0; number <= 4 * PCS_SDP_SECTIONS_MAX; number++) {
    pcs_writer writer;
    pcs_writer_init(&writer, place->digits, sizeof place->digits);
    pcs_writer_decimal(&writer, number);
    place->mid = pcs_writer_span(&writer);
    if (!has_mid(negotiation->slots[PCS_SLOT_CURRENT_LOCAL], place->mid) &&
        !has_mid(negotiation->slots[PCS_SLOT_PENDING_LOCAL], place->mid) &&
        !has_mid(negotiation->slots[PCS_SLOT_CURRENT_REMOTE], place->mid)) {
      return;
    }
  }
}

/* RFC 9429 5.2.2: a rejected data section's place is used again, else the end. */
static size_t free_section(const pcs_sdp_session *base) {
  for (size_t i = 0; i < base->num_sections; i++) {
    if (pcs_sdp_is_data(&base->sections[i])) {
      return i;
    }
  }
  return base->num_sections;
}

static bool find_place(data_place *place, const pcs_negotiation *negotiation,
                       const pcs_sdp_session *base) {
  if (pcs_description_continued(negotiation, &place->section) != NULL) {
    place->mid = base->sections[place->section].mid;
    place->continued = true;
    return true;
  }
  place->section = free_section(base);
  if (negotiation->wants_data && place->section < PCS_SDP_SECTIONS_MAX) {
    choose_mid(place, negotiation);
    return true;
  }
  return false;
}

void pcs_compose_offer(pcs_writer *writer, const pcs_negotiation *negotiation,
                       const pcs_generation *generation) {
  static const pcs_sdp_session nothing = {0};
  const pcs_description *latest = pcs_description_latest(negotiation, PCS_SIDE_LOCAL);
  const pcs_sdp_session *base = latest != NULL ? &latest->session : &nothing;
  data_place place = {0};
  bool has_data = find_place(&place, negotiation, base);
  pcs_data_section data = {.mid = place.mid,
                           .with_tls_id = true,
                           /* RFC 8842 5.5: also when an association stands. */
                           .setup = PCS_SDP_SETUP_ACTPASS,
                           .generation = generation};
  if (place.continued) {
    data.protocol = base->sections[place.section].protocol;
    data.formats = base->sections[place.section].formats;
    data.old_form = pcs_sdp_is_old_data(&base->sections[place.section]);
  }
  pcs_compose_session(writer, negotiation, place.mid);
  for (size_t i = 0; i < base->num_sections; i++) {
    if (has_data && i == place.section) {
      pcs_compose_data(writer, negotiation, &data);
    } else {
      pcs_compose_rejected(writer, &base->sections[i]);
    }
  }
  if (has_data && place.section == base->num_sections) {
    pcs_compose_data(writer, negotiation, &data);
  }
}
