#include "core/boundary/gate.h"

/* The phases a row may come in, as bits. */
enum {
  PHASES_NEW = 1 << PCS_PHASE_NEW,
  PHASES_OPEN = 1 << PCS_PHASE_OPEN,
  PHASES_EITHER = PHASES_NEW | PHASES_OPEN,
};

typedef enum gate_times { TIMES_ANY, TIMES_ONCE } gate_times;

/* The rows' places in the table, for the bits of `seen`. */
enum {
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields) PLACE_##NAME,
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
  NUM_PLACES
};
_Static_assert(NUM_PLACES <= 64, "a bit of pcs_gate.seen for every row");

typedef struct gate_row {
  pcs_direction direction;
  uint32_t phases;
  uint32_t right;
  gate_times times;
  size_t bytes_max;
  uint64_t seen_bit;
} gate_row;

static const gate_row rows[] = {
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  [PLACE_##NAME] = {PCS_##direction, PHASES_##phase, PCS_RIGHT_##right,                            \
                    TIMES_##times,   size,           UINT64_C(1) << PLACE_##NAME},
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
};

static const gate_row *find_row(uint16_t id) {
  switch (id) {
#define PCS_MESSAGE(NAME, name, number, direction, phase, right, times, size, fields)              \
  case number:                                                                                     \
    return &rows[PLACE_##NAME];
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
  default:
    return NULL;
  }
}

static pcs_status judge(const pcs_gate *gate, const gate_row *row, size_t body_len) {
  if (row == NULL || row->direction != gate->direction) {
    return PCS_ERR_SYNTAX;
  }
  if (body_len > row->bytes_max) {
    return PCS_ERR_TOO_LARGE;
  }
  if ((row->phases & 1U << gate->phase) == 0 || (gate->seen & row->seen_bit) != 0) {
    return PCS_ERR_STATE;
  }
  return (gate->rights & row->right) == row->right ? PCS_OK : PCS_ERR_DENIED;
}

/* The phase after a record was judged: garbage closes for good, a lack of rights changes nothing.
 */
static pcs_phase next_phase(const pcs_gate *gate, uint16_t id, pcs_status verdict) {
  if (verdict == PCS_ERR_DENIED) {
    return gate->phase;
  }
  if (verdict != PCS_OK || id == PCS_MSG_GOODBYE) {
    return PCS_PHASE_CLOSED;
  }
  return id == PCS_MSG_HELLO || id == PCS_MSG_WELCOME ? PCS_PHASE_OPEN : gate->phase;
}

void pcs_gate_init(pcs_gate *gate, pcs_direction direction, uint32_t rights) {
  *gate = (pcs_gate){.direction = direction, .phase = PCS_PHASE_NEW, .rights = rights};
}

pcs_status pcs_gate_admit(pcs_gate *gate, const pcs_record *record) {
  const gate_row *row = find_row(record->id);
  pcs_status verdict = judge(gate, row, record->body.len);
  gate->phase = next_phase(gate, record->id, verdict);
  if (verdict == PCS_OK && row->times == TIMES_ONCE) {
    gate->seen |= row->seen_bit;
  }
  return verdict;
}
