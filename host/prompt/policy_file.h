/*
 * A file that answers instead of a person, for kiosks and tests. A line for each decision; what has
 * no line is no:
 *
 *   allow ORIGIN [in ORIGIN] RIGHT,RIGHT for call|page|site [with verified-peer] [device NAME]
 *   deny  ORIGIN [in ORIGIN] RIGHT,RIGHT
 *   block ORIGIN [in ORIGIN] RIGHT,RIGHT
 *   # a comment
 *
 * ORIGIN is exact ("https://app.example"), "in" names the page around it; RIGHT is a name of
 * core/policy/right.def; NAME is a device's label, to the end of the line. Nothing is decided
 * twice. This file reads and answers; it opens nothing.
 */
#ifndef PCS_HOST_PROMPT_POLICY_FILE_H
#define PCS_HOST_PROMPT_POLICY_FILE_H

#include "host/broker/prompt.h"

#define PCS_POLICY_FILE_BYTES_MAX 65536
#define PCS_POLICY_LINES_MAX 256

typedef struct pcs_policy_line {
  pcs_answer_kind kind; /* ALLOWED, DENIED or BLOCKED */
  pcs_origin origin;
  pcs_origin embedder;
  uint32_t rights;
  pcs_duration duration;   /* ALLOWED: at most */
  bool only_verified_peer; /* ALLOWED */
  uint8_t label_len;       /* ALLOWED: of the device, 0 for the first there is */
  uint8_t label[PCS_DEVICE_LABEL_BYTES_MAX];
} pcs_policy_line;

/* Some 200 KB: allocate it once. */
typedef struct pcs_policy_file {
  size_t num_lines;
  pcs_policy_line lines[PCS_POLICY_LINES_MAX];
} pcs_policy_file;

/* What is wrong with a file. */
typedef struct pcs_policy_flaw {
  size_t line;          /* the first is 1; 0: the file itself */
  const char *sentence; /* static lifetime */
} pcs_policy_flaw;

/* pcs_policy_file_read: PCS_ERR_SYNTAX with *out_flaw; nothing of the file counts then. */
PCS_MUST_USE pcs_status pcs_policy_file_read(pcs_policy_file *out_file, pcs_policy_flaw *out_flaw,
                                             pcs_span text);
/* pcs_policy_file_answer: what the file says to a question; it always fits the question. Of several
 * rights those that are allowed, for the shortest of their times. */
void pcs_policy_file_answer(const pcs_policy_file *file, const pcs_question *question,
                            pcs_answer *out_answer);

#endif
