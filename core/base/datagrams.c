#include "core/base/datagrams.h"

#include <string.h>

void pcs_datagrams_init(pcs_datagrams *batch, uint8_t *memory, size_t capacity) {
  *batch = (pcs_datagrams){.memory = memory, .capacity = capacity};
}

bool pcs_datagrams_has_room(const pcs_datagrams *batch, size_t len) {
  return batch->num < PCS_DATAGRAMS_MAX && len <= UINT16_MAX && len <= batch->capacity - batch->len;
}

pcs_status pcs_datagrams_add(pcs_datagrams *batch, pcs_span datagram) {
  if (!pcs_datagrams_has_room(batch, datagram.len)) {
    return PCS_ERR_NO_SPACE;
  }
  if (datagram.len > 0) {
    memcpy(batch->memory + batch->len, datagram.data, datagram.len);
  }
  batch->len += datagram.len;
  batch->lengths[batch->num++] = (uint16_t)datagram.len;
  return PCS_OK;
}

pcs_span pcs_datagrams_at(const pcs_datagrams *batch, size_t index, size_t offset) {
  return (pcs_span){batch->memory + offset, batch->lengths[index]};
}

void pcs_datagrams_clear(pcs_datagrams *batch) {
  batch->len = 0;
  batch->num = 0;
}
