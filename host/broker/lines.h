/*
 * A conversation in lines of text over a descriptor: what comes is cut into lines, what goes waits in
 * a buffer of fixed size. It reads no further line while there is not room for the longest answer. It
 * knows no command: control.h and counter.h do.
 */
#ifndef PCS_HOST_BROKER_LINES_H
#define PCS_HOST_BROKER_LINES_H

#include "host/broker/control_link.h"
#include "host/sys/loop.h"

/* The longest line that is heard: a request for consent with eight fingerprints. */
#define PCS_LINE_BYTES_MAX 4096
/* The longest that is said: what 64 origins use, as JSON. */
#define PCS_SAID_BYTES_MAX (96 * 1024)
/* Answers are short; while there is less room, no line is taken. */
#define PCS_ANSWER_BYTES_MAX 8192

typedef struct pcs_lines pcs_lines;

typedef struct pcs_lines_config {
  pcs_loop *loop;
  /* heard: one line without its end, borrowed for the call */
  void (*heard)(void *context, pcs_span line);
  /* room: there is room again, after a pcs_lines_say has found none or a little; may be NULL */
  void (*room)(void *context);
  /* closed: the other end closed, or sent a line that is too long; called once */
  void (*closed)(void *context);
  pcs_control_link *beside; /* takes a descriptor that comes beside a line; borrowed */
  void *context;
} pcs_lines_config;

/* pcs_lines_new takes the descriptor, also when it fails. */
PCS_MUST_USE pcs_status pcs_lines_new(pcs_lines **out_lines, const pcs_lines_config *config,
                                      int descriptor);
/* pcs_lines_free forgets and wipes what was not sent. Not from inside heard. free(NULL) is fine. */
void pcs_lines_free(pcs_lines *lines);
/* pcs_lines_writer writes one line straight into what is to be said; pcs_lines_say ends it and sends
 * it: PCS_ERR_NO_SPACE when it does not fit, and then nothing of it is said. */
pcs_writer pcs_lines_writer(pcs_lines *lines);
PCS_MUST_USE pcs_status pcs_lines_say(pcs_lines *lines, pcs_writer *writer);
/* pcs_lines_answer says a constant, for which there is room. */
void pcs_lines_answer(pcs_lines *lines, const char *text);
/* pcs_lines_error says "error SENTENCE". */
void pcs_lines_error(pcs_lines *lines, const char *sentence);
/* pcs_lines_has_room: an answer fits. */
bool pcs_lines_has_room(const pcs_lines *lines);

#endif
