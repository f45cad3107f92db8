/*
 * The rules of TCP candidates (RFC 6544) that are tables: their priorities and which two make a
 * pair. It knows no agent and no connection.
 */
#ifndef PCS_HOST_ICE_TCP_CANDIDATE_H
#define PCS_HOST_ICE_TCP_CANDIDATE_H

#include "core/plan/plan.h"

/* RFC 6544 4.5: an active candidate has no port of its own; the discard port stands there. */
#define PCS_TCP_ACTIVE_PORT 9

/*
 * pcs_tcp_candidate_priority is RFC 6544 4.2's for component 1, of a host or reflexive candidate:
 * below every UDP candidate that needs no relay, above every relayed one. preference is the
 * socket's; RFC 6544 leaves 13 bits of it, which the 8,192 highest keep apart.
 */
uint32_t pcs_tcp_candidate_priority(pcs_candidate_type type, pcs_tcp_type tcp_type,
                                    uint16_t preference);
/* pcs_tcp_candidate_may_pair is the table of RFC 6544 6.2; NONE is UDP. DEVIATION: so pairs with
 * nothing: simultaneous opening is parsed and left alone, as browsers leave it. */
bool pcs_tcp_candidate_may_pair(pcs_tcp_type local, pcs_tcp_type remote);
/* pcs_tcp_candidate_checks: pairs with this local candidate are in the check list. RFC 6544 6.2:
 * not those of a passive one, whose pairs begin with a check of the other side. */
bool pcs_tcp_candidate_checks(pcs_tcp_type local);

#endif
