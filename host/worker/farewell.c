#include "host/worker/farewell.h"

#include <string.h>

void pcs_farewell_say(pcs_farewell *farewell, pcs_dtls_association *dtls, pcs_datagrams *out) {
  pcs_dtls_association_close(dtls, out);
  if (out->num != 1 || out->frame.number != 0) {
    return;
  }
  pcs_span said = pcs_datagrams_at(out, 0, 0);
  if (said.len <= sizeof farewell->bytes) {
    memcpy(farewell->bytes, said.data, said.len);
    farewell->len = said.len;
  }
}

void pcs_farewell_repeat(const pcs_farewell *farewell, pcs_datagrams *out) {
  if (farewell->len > 0) {
    pcs_status status = pcs_datagrams_add(out, (pcs_span){farewell->bytes, farewell->len});
    (void)status; /* what has no room is a lost packet */
  }
}

bool pcs_farewells_add(pcs_farewells *farewells, void *who, uint64_t now_us) {
  if (farewells->num == PCS_FAREWELLS_MAX) {
    return false;
  }
  size_t at = farewells->num++;
  farewells->entries[at].who = who;
  farewells->entries[at].at_us = now_us + PCS_FAREWELL_FIRST_US;
  farewells->entries[at].gap_us = PCS_FAREWELL_FIRST_US;
  farewells->entries[at].times_left = PCS_FAREWELL_TIMES;
  return true;
}

static void *forget(pcs_farewells *farewells, size_t at) {
  void *who = farewells->entries[at].who;
  farewells->entries[at] = farewells->entries[--farewells->num];
  return who;
}

void *pcs_farewells_due(pcs_farewells *farewells, uint64_t now_us, bool *out_over) {
  for (size_t i = 0; i < farewells->num; i++) {
    if (farewells->entries[i].at_us > now_us) {
      continue;
    }
    *out_over = --farewells->entries[i].times_left == 0;
    farewells->entries[i].gap_us *= PCS_FAREWELL_FACTOR;
    farewells->entries[i].at_us = now_us + farewells->entries[i].gap_us;
    return *out_over ? forget(farewells, i) : farewells->entries[i].who;
  }
  return NULL;
}

void *pcs_farewells_take(pcs_farewells *farewells) {
  return farewells->num > 0 ? forget(farewells, farewells->num - 1) : NULL;
}

uint64_t pcs_farewells_wake_at(const pcs_farewells *farewells) {
  uint64_t at_us = UINT64_MAX;
  for (size_t i = 0; i < farewells->num; i++) {
    at_us = farewells->entries[i].at_us < at_us ? farewells->entries[i].at_us : at_us;
  }
  return at_us;
}
