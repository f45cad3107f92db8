#include "host/worker/waiting.h"

#include <stdlib.h>
#include <string.h>

void pcs_waiting_remove(pcs_waiting_one *one) {
  free(one->record);
  *one = (pcs_waiting_one){0};
}

void pcs_waiting_clear(pcs_waiting *waiting) {
  for (size_t i = 0; i < PCS_WAITING_MAX; i++) {
    pcs_waiting_remove(&waiting->places[i]);
  }
}

static size_t free_place(const pcs_waiting *waiting) {
  size_t i = 0;
  while (i < PCS_WAITING_MAX && waiting->places[i].request != 0) {
    i++;
  }
  return i;
}

bool pcs_waiting_has_place(const pcs_waiting *waiting) {
  return free_place(waiting) < PCS_WAITING_MAX;
}

pcs_status pcs_waiting_add(pcs_waiting *waiting, const pcs_waiting_one *one, pcs_span record) {
  size_t place = free_place(waiting);
  if (place == PCS_WAITING_MAX) {
    return PCS_ERR_QUOTA;
  }
  uint8_t *copy = NULL;
  if (record.len > 0) {
    copy = malloc(record.len);
    if (copy == NULL) {
      return PCS_ERR_SYSTEM;
    }
    memcpy(copy, record.data, record.len);
  }
  waiting->places[place] = *one;
  waiting->places[place].record = copy;
  waiting->places[place].record_len = record.len;
  return PCS_OK;
}

pcs_waiting_one *pcs_waiting_of_request(pcs_waiting *waiting, uint32_t request) {
  for (size_t i = 0; i < PCS_WAITING_MAX; i++) {
    if (request != 0 && waiting->places[i].request == request) {
      return &waiting->places[i];
    }
  }
  return NULL;
}

pcs_waiting_one *pcs_waiting_of_call(pcs_waiting *waiting, uint32_t call) {
  for (size_t i = 0; i < PCS_WAITING_MAX; i++) {
    if (call != 0 && waiting->places[i].request != 0 && waiting->places[i].call == call) {
      return &waiting->places[i];
    }
  }
  return NULL;
}

pcs_waiting_one *pcs_waiting_decided(pcs_waiting *waiting) {
  for (size_t i = 0; i < PCS_WAITING_MAX; i++) {
    if (waiting->places[i].request != 0 && waiting->places[i].state != PCS_WAITING_UNDECIDED) {
      return &waiting->places[i];
    }
  }
  return NULL;
}
