#include "core/base/datagrams.h"

#include <string.h>

void pcs_datagrams_init(pcs_datagrams *batch, uint8_t *memory, size_t capacity) {
  *batch = (pcs_datagrams){.memory = memory, .capacity = capacity};
}

void pcs_datagrams_set_frame(pcs_datagrams *batch, pcs_datagram_frame frame) {
  batch->frame = frame;
}

/* What a datagram of len bytes takes. */
static size_t framed_len(const pcs_datagrams *batch, size_t len) {
  if (batch->frame.number == 0) {
    return len;
  }
  size_t align = batch->frame.align;
  return (PCS_DATAGRAM_FRAME_BYTES + len + align - 1) / align * align;
}

bool pcs_datagrams_has_room(const pcs_datagrams *batch, size_t len) {
  return batch->num < PCS_DATAGRAMS_MAX && len <= UINT16_MAX - 2 * PCS_DATAGRAM_FRAME_BYTES &&
         framed_len(batch, len) <= batch->capacity - batch->len;
}

static uint8_t *write_frame(const pcs_datagrams *batch, uint8_t *memory, size_t len,
                            size_t total_len) {
  if (batch->frame.number == 0) {
    return memory;
  }
  pcs_writer writer;
  pcs_writer_init(&writer, memory, PCS_DATAGRAM_FRAME_BYTES);
  pcs_writer_u16(&writer, batch->frame.number);
  pcs_writer_u16(&writer, (uint16_t)len);
  size_t used_len = PCS_DATAGRAM_FRAME_BYTES + len;
  memset(memory + used_len, 0, total_len - used_len);
  return memory + PCS_DATAGRAM_FRAME_BYTES;
}

uint8_t *pcs_datagrams_reserve(pcs_datagrams *batch, size_t len) {
  if (!pcs_datagrams_has_room(batch, len)) {
    return NULL;
  }
  uint8_t *memory = batch->memory + batch->len;
  size_t total_len = framed_len(batch, len);
  batch->len += total_len;
  batch->lengths[batch->num++] = (uint16_t)total_len;
  return write_frame(batch, memory, len, total_len);
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
  batch->frame = (pcs_datagram_frame){0};
}
