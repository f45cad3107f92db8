/*
 * The gate: may this record be acted on now? The only code of the boundary that says no. It knows
 * rows, phases and rights; it does not decode bodies and does not know handles.
 */
#ifndef PCS_CORE_BOUNDARY_GATE_H
#define PCS_CORE_BOUNDARY_GATE_H

#include "core/boundary/message.h"
#include "core/policy/right.h"

typedef enum pcs_direction { PCS_TO_HOST, PCS_TO_PAGE } pcs_direction;
typedef enum pcs_phase { PCS_PHASE_NEW, PCS_PHASE_OPEN, PCS_PHASE_CLOSED } pcs_phase;

typedef struct pcs_gate {
  pcs_direction direction; /* of the records this gate admits */
  pcs_phase phase;
  uint32_t rights; /* pcs_right */
  uint64_t seen; /* one bit per row that may pass once */
} pcs_gate;

/* pcs_gate_init: a gate in phase NEW for records that travel in direction, holding rights. */
void pcs_gate_init(pcs_gate *gate, pcs_direction direction, uint32_t rights);

/*
 * pcs_gate_admit: PCS_OK, or why not. PCS_ERR_SYNTAX no such row or wrong direction;
 * PCS_ERR_TOO_LARGE; PCS_ERR_STATE wrong phase, or a second time; PCS_ERR_DENIED the link lacks the
 * right. DENIED is the only refusal that leaves the link open: any other moves the gate to CLOSED,
 * where nothing passes. A HELLO or WELCOME admitted moves the gate to OPEN, GOODBYE to CLOSED.
 */
PCS_MUST_USE pcs_status pcs_gate_admit(pcs_gate *gate, const pcs_record *record);

#endif
