/*
 * What the attributes of attributes.def mean: the part of reading that looks behind "a=". It knows
 * one line and the place it stands in; which lines may follow which is for read.c.
 */
#ifndef PCS_CORE_SDP_ATTRIBUTE_H
#define PCS_CORE_SDP_ATTRIBUTE_H

#include "core/sdp/session.h"

/* Sixteen groups are far more than the one that browsers write. */
#define PCS_SDP_BUNDLES_MAX 16

/* Where attributes now stand. */
typedef struct pcs_sdp_place {
  pcs_arena *arena;
  pcs_sdp_session *session;
  pcs_sdp_section *section; /* NULL at session level */
  uint64_t seen;            /* one bit per attribute that may come once */
  size_t num_bundled;       /* mids in all BUNDLE groups */
} pcs_sdp_place;

/*
 * pcs_sdp_attribute_read splits "name" or "name:value" into *line, finds what it is and notes what
 * it says in the place's section or session. PCS_ERR_SYNTAX, or PCS_ERR_TOO_LARGE over a limit.
 */
PCS_MUST_USE pcs_status pcs_sdp_attribute_read(pcs_sdp_place *place, pcs_span text,
                                               pcs_sdp_line *line);

#endif
