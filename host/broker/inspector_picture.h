/*
 * What one worker shows of its page (host/link/office.h), as JSON: the list of its connections, and
 * each note as one object. What a worker says is untrusted: every value is a number, a name of a
 * table of ours, or text that is escaped. What does not fit is left out, and what was written stays
 * well-formed. No socket, no clock.
 */
#ifndef PCS_HOST_BROKER_INSPECTOR_PICTURE_H
#define PCS_HOST_BROKER_INSPECTOR_PICTURE_H

#include "host/link/office.h"

/* Sixteen connections with a few pairs and channels each. */
#define PCS_INSPECTOR_PICTURE_BYTES (64 * 1024)
/* One note as JSON, with two details. */
#define PCS_INSPECTOR_NOTE_BYTES_MAX 512

typedef struct pcs_inspector_picture pcs_inspector_picture;

/* pcs_inspector_picture_new: an empty list. NULL: no memory. */
pcs_inspector_picture *pcs_inspector_picture_new(void);
void pcs_inspector_picture_free(pcs_inspector_picture *picture);
/* pcs_inspector_picture_hear takes a PICTURE_ message. False: it breaks the rules. */
bool pcs_inspector_picture_hear(pcs_inspector_picture *picture, const pcs_office_message *message,
                                bool *out_is_whole);
/* pcs_inspector_picture_shown is the last whole list, "[...]", valid until the next call. */
pcs_span pcs_inspector_picture_shown(const pcs_inspector_picture *picture);

/* pcs_inspector_note_write writes a NOTE with the page and time it is of. False: it breaks the rules. */
bool pcs_inspector_note_write(pcs_writer *writer, const pcs_office_note *note, uint64_t page,
                              uint64_t now_us);

#endif
