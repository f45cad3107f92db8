#include "host/sctp/packet_queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MIN 64

void pcs_packet_queue_clear(pcs_packet_queue *queue) {
  free(queue->slots);
  *queue = (pcs_packet_queue){0};
}

static pcs_packet_slot *slot_at(const pcs_packet_queue *queue, size_t index) {
  return &queue->slots[(queue->first + index) & (queue->num_slots - 1)];
}

static bool grow(pcs_packet_queue *queue) {
  size_t num_slots = queue->num_slots == 0 ? SLOTS_MIN : 2 * queue->num_slots;
  if (num_slots > PCS_PACKET_QUEUE_SLOTS_MAX) {
    return false;
  }
  pcs_packet_slot *slots = malloc(num_slots * sizeof *slots);
  if (slots == NULL) {
    return false;
  }
  for (size_t i = 0; i < queue->num; i++) {
    slots[i] = *slot_at(queue, i);
  }
  free(queue->slots);
  queue->slots = slots;
  queue->num_slots = num_slots;
  queue->first = 0;
  return true;
}

uint8_t *pcs_packet_queue_add(pcs_packet_queue *queue, size_t len) {
  if (len > PCS_SCTP_PACKET_BYTES_MAX || (queue->num == queue->num_slots && !grow(queue))) {
    return NULL;
  }
  pcs_packet_slot *slot = slot_at(queue, queue->num++);
  slot->len = (uint16_t)len;
  return slot->bytes;
}

pcs_span pcs_packet_queue_first(const pcs_packet_queue *queue) {
  if (queue->num == 0) {
    return (pcs_span){0};
  }
  const pcs_packet_slot *slot = slot_at(queue, 0);
  return (pcs_span){slot->bytes, slot->len};
}

void pcs_packet_queue_drop_first(pcs_packet_queue *queue) {
  assert(queue->num > 0);
  queue->first = (queue->first + 1) & (queue->num_slots - 1);
  queue->num--;
  if (queue->num == 0) {
    queue->first = 0; /* the same few slots again and again stay in the processor's cache */
  }
}
