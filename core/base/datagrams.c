#include "core/base/datagrams.h"

#include <string.h>

void pcs_datagrams_init(pcs_datagrams *batch, uint8_t *memory, size_t capacity) {
  *batch = (pcs_datagrams){.memory = memory, .capacity = capacity};
}

bool pcs_datagrams_has_room(const pcs_datagrams *batch, size_t len) {
  return batch->num < PCS_DATAGRAMS_MAX && len <= UINT16_MAX && len <= batch->capacity - batch->len;
}

uint8_t *pcs_datagrams_reserve(pcs_datagrams *batch, size_t len) {
  if (!pcs_datagrams_has_room(batch, len)) {
    return NULL;
  }
  uint8_t *memory = batch->memory + batch->len;
  batch->len += len;
  batch->lengths[batch->num++] = (uint16_t)len;
  return memory;
}

pcs_status pcs_datagrams_add(pcs_datagrams *batch, pcs_span datagram) {
  uint8_t *memory = pcs_datagrams_reserve(batch, datagram.len);
  if (memory == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  if (datagram.len > 0) {
    memcpy(memory, datagram.data, datagram.len);
  }
  return PCS_OK;
}

pcs_span pcs_datagrams_at(const pcs_datagrams *batch, size_t index, size_t offset) {
  return (pcs_span){batch->memory + offset, batch->lengths[index]};
}

void pcs_datagrams_clear(pcs_datagrams *batch) {
  batch->len = 0;
  batch->num = 0;
}
