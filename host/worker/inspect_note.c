#include "host/worker/inspect_note.h"

#define ABOUT_NOTHING {0}
#define ABOUT_PEER {.kind = PCS_HANDLE_PEER, .handle = m.peer}
#define ABOUT_CHANNEL {.kind = PCS_HANDLE_CHANNEL, .handle = m.channel}
#define PCS_NOTE(NAME, name, about, one, one_value, two, two_value)                                \
  static bool describe_##name(pcs_span body, pcs_office_note *out_note,                            \
                              pcs_inspect_subject *out_subject) {                                  \
    pcs_msg_##name m;                                                                              \
    pcs_status status = pcs_msg_##name##_decode(body, &m);                                         \
    *out_note = (pcs_office_note){.message = PCS_MSG_##NAME,                                       \
                                  .first = PCS_DETAIL_##one,                                       \
                                  .first_value = one_value,                                        \
                                  .second = PCS_DETAIL_##two,                                      \
                                  .second_value = two_value};                                      \
    *out_subject = (pcs_inspect_subject)ABOUT_##about;                                             \
    return status == PCS_OK;                                                                       \
  }
#include "host/worker/inspect_notes.def"
#undef PCS_NOTE

typedef struct note_row {
  uint16_t id;
  bool (*describe)(pcs_span body, pcs_office_note *out_note, pcs_inspect_subject *out_subject);
} note_row;

static const note_row rows[] = {
#define PCS_NOTE(NAME, name, about, one, one_value, two, two_value)                                \
  {PCS_MSG_##NAME, describe_##name},
#include "host/worker/inspect_notes.def"
#undef PCS_NOTE
};

bool pcs_inspect_describe(const pcs_record *record, pcs_office_note *out_note,
                          pcs_inspect_subject *out_subject) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rows[i].id == record->id) {
      return rows[i].describe(record->body, out_note, out_subject);
    }
  }
  return false;
}
