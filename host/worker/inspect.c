#include "host/worker/inspect.h"

#include "host/worker/inspect_note.h"
#include "host/worker/peer_picture.h"

/* ---- pictures ---- */

static pcs_writer begin(uint8_t memory[PCS_OFFICE_BYTES_MAX]) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, PCS_OFFICE_BYTES_MAX);
  return writer;
}

static pcs_status show_call(const pcs_inspect *inspect, const pcs_peer_picture *picture) {
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer = begin(memory);
  pcs_office_picture_call_encode(&writer, &picture->call);
  pcs_status status = pcs_rights_show(inspect->rights, &writer);
  for (size_t i = 0; i < picture->num_pairs && status == PCS_OK; i++) {
    writer = begin(memory);
    pcs_office_picture_pair_encode(&writer, &picture->pairs[i]);
    status = pcs_rights_show(inspect->rights, &writer);
  }
  for (size_t i = 0; i < picture->num_channels && status == PCS_OK; i++) {
    writer = begin(memory);
    pcs_office_picture_channel_encode(&writer, &picture->channels[i]);
    status = pcs_rights_show(inspect->rights, &writer);
  }
  return status;
}

/* The end is said last: a picture that found no room has none, and is not shown. */
static void show_all(const pcs_inspect *inspect, uint64_t now_us, uint32_t round) {
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer = begin(memory);
  pcs_office_picture_begin_encode(&writer, &(pcs_office_picture_begin){.round = round});
  pcs_status status = pcs_rights_show(inspect->rights, &writer);
  for (size_t i = 0; i < PCS_INSPECT_CALLS_MAX && status == PCS_OK; i++) {
    const pcs_peer_place *place = pcs_peers_at(inspect->peers, i);
    if (place != NULL) {
      pcs_peer_picture picture;
      pcs_peer_picture_take(&picture, pcs_peers_peer(place), now_us);
      picture.call.call = pcs_peers_call(place);
      status = show_call(inspect, &picture);
    }
  }
  if (status == PCS_OK) {
    writer = begin(memory);
    pcs_office_picture_end_encode(&writer, &(pcs_office_picture_end){.round = round});
    status = pcs_rights_show(inspect->rights, &writer);
  }
  (void)status; /* nobody waits for a picture */
}

void pcs_inspect_want(pcs_inspect *inspect, uint64_t now_us, uint32_t round, bool wanted) {
  inspect->wanted = wanted;
  inspect->num_notes = 0;
  if (wanted) {
    show_all(inspect, now_us, round);
  }
}

/* ---- notes ---- */

static uint32_t call_of(const pcs_inspect *inspect, const pcs_inspect_subject *subject) {
  const pcs_peer_place *place =
      subject->handle == 0
          ? NULL
          : (const pcs_peer_place *)pcs_handles_find(inspect->handles, subject->kind,
                                                     subject->handle);
  return place != NULL ? pcs_peers_call(place) : 0;
}

void pcs_inspect_heard(pcs_inspect *inspect, const pcs_record *record) {
  pcs_office_note note;
  pcs_inspect_subject subject;
  if (!inspect->wanted || inspect->num_notes == PCS_INSPECT_NOTES_MAX ||
      !pcs_inspect_describe(record, &note, &subject)) {
    return;
  }
  inspect->num_notes++;
  note.call = call_of(inspect, &subject);
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer = begin(memory);
  pcs_office_note_encode(&writer, &note);
  pcs_status status = pcs_rights_show(inspect->rights, &writer);
  (void)status; /* nor for a note */
}

void pcs_inspect_told(pcs_inspect *inspect, pcs_span records) {
  pcs_record record;
  while (inspect->wanted && pcs_record_next(&records, &record) == PCS_OK) {
    pcs_inspect_heard(inspect, &record);
  }
}
