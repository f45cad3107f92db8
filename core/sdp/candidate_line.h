/*
 * The text of a candidate (RFC 8839 5.1, RFC 6544 4.5, the ufrag extension of RFC 8840 4.2.2.1), as
 * it stands behind "a=" in a description and in RTCIceCandidate.candidate. It judges form; whether
 * an address may be sent to is for the host.
 */
#ifndef PCS_CORE_SDP_CANDIDATE_LINE_H
#define PCS_CORE_SDP_CANDIDATE_LINE_H

#include "core/plan/plan.h"

/* A candidate with every known field at its longest is below 400 bytes; extensions are few. */
#define PCS_CANDIDATE_TEXT_BYTES_MAX 1024

typedef struct pcs_candidate_line {
  pcs_candidate candidate;
  pcs_span ufrag; /* the extension, empty without */
} pcs_candidate_line;

/*
 * pcs_candidate_line_read takes "candidate:...", "a=candidate:..." or what is behind the colon.
 * PCS_OK; PCS_ERR_SYNTAX; PCS_ERR_UNSUPPORTED for one that is well-formed and must be ignored
 * (another transport or type, a host name other than an mDNS name, a third component).
 * *out_line is all zero unless PCS_OK, and borrows text.
 */
PCS_MUST_USE pcs_status pcs_candidate_line_read(pcs_span text, pcs_candidate_line *out_line);
/* pcs_candidate_line_write appends "candidate:..." without line end; ufrag may be empty. */
void pcs_candidate_line_write(pcs_writer *writer, const pcs_candidate *candidate, pcs_span ufrag);

#endif
