/*
 * What the inspector's timeline says of a boundary message (inspect_notes.def). For inspect.c.
 */
#ifndef PCS_HOST_WORKER_INSPECT_NOTE_H
#define PCS_HOST_WORKER_INSPECT_NOTE_H

#include "host/link/office.h"
#include "host/worker/handles.h"

/* What a message is about; handle 0: nothing that has a handle. */
typedef struct pcs_inspect_subject {
  pcs_handle_kind kind;
  uint32_t handle;
} pcs_inspect_subject;

/* pcs_inspect_describe fills the note but for its call. False: the message is not worth a line, or
 * is not well-formed. */
bool pcs_inspect_describe(const pcs_record *record, pcs_office_note *out_note,
                          pcs_inspect_subject *out_subject);

#endif
