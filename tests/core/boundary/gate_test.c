/* The gate over all rows, phases, directions, rights and sizes, against the table read apart. */
#include "core/boundary/gate.h"
#include "tests/check.h"

/* The table once more, as words: what the test expects is worked out from them, not from bits. */
typedef struct table_row {
  uint16_t id;
  const char *direction;
  const char *phase;
  const char *right;
  const char *times;
  size_t size;
} table_row;

static const table_row rows[] = {
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  {id, #direction, #phase, #right, #times, size},
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
};
#define NUM_OF(list) (sizeof list / sizeof list[0])

static const pcs_direction directions[] = {PCS_TO_HOST, PCS_TO_PAGE};
static const pcs_phase phases[] = {PCS_PHASE_NEW, PCS_PHASE_OPEN, PCS_PHASE_CLOSED};
static const uint32_t right_sets[] = {PCS_RIGHT_NONE, PCS_RIGHT_DATA, PCS_RIGHT_HOST,
                                      PCS_RIGHT_DATA | PCS_RIGHT_HOST};

static uint8_t bytes[PCS_RECORD_BYTES_MAX + 1];

static pcs_record record_of(uint16_t id, size_t body_len) {
  return (pcs_record){.id = id, .body = {bytes, body_len}};
}

static bool is(const char *a, const char *b) {
  return strcmp(a, b) == 0;
}

static bool phase_fits(const table_row *row, pcs_phase phase) {
  return (phase == PCS_PHASE_NEW && !is(row->phase, "OPEN")) ||
         (phase == PCS_PHASE_OPEN && !is(row->phase, "NEW"));
}

static bool right_fits(const table_row *row, uint32_t rights) {
  return is(row->right, "NONE") || (is(row->right, "DATA") && (rights & PCS_RIGHT_DATA) != 0) ||
         (is(row->right, "HOST") && (rights & PCS_RIGHT_HOST) != 0);
}

static pcs_status expected(const table_row *row, const pcs_gate *gate) {
  if (!is(row->direction, gate->direction == PCS_TO_HOST ? "TO_HOST" : "TO_PAGE")) {
    return PCS_ERR_SYNTAX;
  }
  if (!phase_fits(row, gate->phase)) {
    return PCS_ERR_STATE;
  }
  return right_fits(row, gate->rights) ? PCS_OK : PCS_ERR_DENIED;
}

static pcs_gate gate_in(pcs_direction direction, pcs_phase phase, uint32_t rights) {
  pcs_gate gate;
  pcs_gate_init(&gate, direction, rights);
  gate.phase = phase;
  return gate;
}

static void check_row(const table_row *row, pcs_gate gate) {
  pcs_status want = expected(row, &gate);
  pcs_phase before = gate.phase;
  pcs_record record = record_of(row->id, row->size);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &record), want);
  bool opens = row->id == PCS_MSG_HELLO || row->id == PCS_MSG_WELCOME;
  pcs_phase after = opens ? PCS_PHASE_OPEN : before;
  if (want == PCS_ERR_DENIED) {
    after = before;
  } else if (want != PCS_OK || row->id == PCS_MSG_GOODBYE) {
    after = PCS_PHASE_CLOSED;
  }
  CHECK_EQ_INT(gate.phase, after);
}

static void test_all_rows(void) {
  for (size_t r = 0; r < NUM_OF(rows); r++) {
    for (size_t d = 0; d < NUM_OF(directions); d++) {
      for (size_t p = 0; p < NUM_OF(phases); p++) {
        for (size_t s = 0; s < NUM_OF(right_sets); s++) {
          check_row(&rows[r], gate_in(directions[d], phases[p], right_sets[s]));
        }
      }
    }
  }
}

static void test_sizes(void) {
  for (size_t r = 0; r < NUM_OF(rows); r++) {
    pcs_direction direction = is(rows[r].direction, "TO_HOST") ? PCS_TO_HOST : PCS_TO_PAGE;
    pcs_phase phase = is(rows[r].phase, "OPEN") ? PCS_PHASE_OPEN : PCS_PHASE_NEW;
    pcs_gate gate = gate_in(direction, phase, UINT32_MAX);
    pcs_record over = record_of(rows[r].id, rows[r].size + 1);
    pcs_record fits = record_of(rows[r].id, rows[r].size);
    CHECK_EQ_INT(pcs_gate_admit(&gate, &over), PCS_ERR_TOO_LARGE);
    CHECK_EQ_INT(pcs_gate_admit(&gate, &fits), PCS_ERR_STATE);
  }
}

static bool has_row(uint32_t id) {
  for (size_t r = 0; r < NUM_OF(rows); r++) {
    if (rows[r].id == id) {
      return true;
    }
  }
  return false;
}

static void test_unknown_ids(void) {
  for (uint32_t id = 0; id <= UINT16_MAX; id++) {
    for (size_t d = 0; d < NUM_OF(directions); d++) {
      pcs_gate gate = gate_in(directions[d], PCS_PHASE_OPEN, UINT32_MAX);
      pcs_record record = record_of((uint16_t)id, 0);
      if (!has_row(id)) {
        CHECK_EQ_INT(pcs_gate_admit(&gate, &record), PCS_ERR_SYNTAX);
        CHECK_EQ_INT(gate.phase, PCS_PHASE_CLOSED);
      }
    }
  }
}

static void test_once(void) {
  for (size_t r = 0; r < NUM_OF(rows); r++) {
    pcs_direction direction = is(rows[r].direction, "TO_HOST") ? PCS_TO_HOST : PCS_TO_PAGE;
    pcs_phase phase = is(rows[r].phase, "OPEN") ? PCS_PHASE_OPEN : PCS_PHASE_NEW;
    pcs_gate gate = gate_in(direction, phase, UINT32_MAX);
    pcs_record record = record_of(rows[r].id, 0);
    CHECK_EQ_INT(pcs_gate_admit(&gate, &record), PCS_OK);
    gate.phase = phase; /* as if the phase did not stop it */
    CHECK_EQ_INT(pcs_gate_admit(&gate, &record),
                 is(rows[r].times, "ONCE") ? PCS_ERR_STATE : PCS_OK);
  }
}

static void test_hello_comes_first_and_once(void) {
  pcs_gate gate;
  pcs_record hello = record_of(PCS_MSG_HELLO, 4);
  pcs_record open = record_of(PCS_MSG_OPEN_PEER, 10);
  pcs_gate_init(&gate, PCS_TO_HOST, PCS_RIGHT_DATA);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &hello), PCS_OK);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &open), PCS_OK);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &hello), PCS_ERR_STATE);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &open), PCS_ERR_STATE);

  pcs_gate_init(&gate, PCS_TO_HOST, PCS_RIGHT_DATA);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &open), PCS_ERR_STATE);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &hello), PCS_ERR_STATE);
}

static void test_denied_leaves_the_link_open(void) {
  pcs_gate gate;
  pcs_record hello = record_of(PCS_MSG_HELLO, 4);
  pcs_record open = record_of(PCS_MSG_OPEN_PEER, 10);
  pcs_record make = record_of(PCS_MSG_MAKE_CERTIFICATE, 13);
  pcs_gate_init(&gate, PCS_TO_HOST, PCS_RIGHT_NONE);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &hello), PCS_OK);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &open), PCS_ERR_DENIED);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &make), PCS_OK);
}

static void test_page_cannot_speak_as_host(void) {
  for (size_t r = 0; r < NUM_OF(rows); r++) {
    pcs_gate gate = gate_in(PCS_TO_HOST, PCS_PHASE_OPEN, UINT32_MAX);
    pcs_record record = record_of(rows[r].id, 0);
    if ((rows[r].id & 0x8000) != 0) {
      CHECK_EQ_INT(pcs_gate_admit(&gate, &record), PCS_ERR_SYNTAX);
    } else {
      CHECK(is(rows[r].direction, "TO_HOST"));
    }
  }
}

static void test_goodbye_before_welcome(void) {
  pcs_gate gate;
  pcs_record goodbye = record_of(PCS_MSG_GOODBYE, 4);
  pcs_record welcome = record_of(PCS_MSG_WELCOME, 14);
  pcs_gate_init(&gate, PCS_TO_PAGE, PCS_RIGHT_HOST);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &goodbye), PCS_OK);
  CHECK_EQ_INT(pcs_gate_admit(&gate, &welcome), PCS_ERR_STATE);
}

int main(void) {
  RUN("every row passes in its phase, direction and right, and nowhere else", test_all_rows);
  RUN("one byte over a row's size is refused and closes", test_sizes);
  RUN("an id without a row is refused and closes", test_unknown_ids);
  RUN("a row that may pass once does not pass twice", test_once);
  RUN("nothing passes before HELLO, and HELLO not twice", test_hello_comes_first_and_once);
  RUN("a missing right refuses one record and leaves the link open",
      test_denied_leaves_the_link_open);
  RUN("a page cannot send what only the host may send", test_page_cannot_speak_as_host);
  RUN("a refused HELLO may be answered with GOODBYE", test_goodbye_before_welcome);
  return check_report();
}
