#include "host/sctp/send_queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_MIN 4096
/* An empty queue keeps no more than this: a thousand idle channels must stay cheap. */
#define CAPACITY_KEPT_MAX (64 * 1024)

typedef struct header {
  uint32_t ppid;
  uint32_t len;
} header;

static header header_at(const pcs_send_queue *queue, size_t offset) {
  header read;
  memcpy(&read, queue->memory + offset, sizeof read);
  return read;
}

void pcs_send_queue_clear(pcs_send_queue *queue) {
  free(queue->memory);
  *queue = (pcs_send_queue){0};
}

bool pcs_send_queue_is_empty(const pcs_send_queue *queue) {
  return queue->head == queue->tail;
}

/*
 * Moving what is held to the front costs at most as much as was sent since the last time, growing
 * doubles: both are paid for by the bytes that went through.
 */
static bool make_room(pcs_send_queue *queue, size_t len) {
  if (queue->capacity - queue->tail >= len) {
    return true;
  }
  size_t held = queue->tail - queue->head;
  if (queue->head >= held && queue->capacity - held >= len) {
    memmove(queue->memory, queue->memory + queue->head, held);
  } else {
    size_t capacity = queue->capacity < CAPACITY_MIN ? CAPACITY_MIN : queue->capacity;
    while (capacity - held < len) {
      capacity *= 2;
    }
    uint8_t *memory = malloc(capacity);
    if (memory == NULL) {
      return false;
    }
    if (held > 0) {
      memcpy(memory, queue->memory + queue->head, held);
    }
    free(queue->memory);
    queue->memory = memory;
    queue->capacity = capacity;
  }
  queue->head = 0;
  queue->tail = held;
  return true;
}

pcs_status pcs_send_queue_add(pcs_send_queue *queue, pcs_ppid ppid, size_t len,
                              uint8_t **out_memory) {
  assert(len > 0 && len <= UINT32_MAX);
  *out_memory = NULL;
  header added = {.ppid = (uint32_t)ppid, .len = (uint32_t)len};
  if (!make_room(queue, sizeof added + len)) {
    return PCS_ERR_NO_SPACE;
  }
  memcpy(queue->memory + queue->tail, &added, sizeof added);
  *out_memory = queue->memory + queue->tail + sizeof added;
  queue->tail += sizeof added + len;
  return PCS_OK;
}

pcs_queued_message pcs_send_queue_first(const pcs_send_queue *queue) {
  assert(!pcs_send_queue_is_empty(queue));
  header first = header_at(queue, queue->head);
  const uint8_t *bytes = queue->memory + queue->head + sizeof first;
  return (pcs_queued_message){.ppid = (pcs_ppid)first.ppid,
                              .bytes = {bytes + queue->taken, first.len - queue->taken},
                              .is_begun = queue->taken > 0};
}

void pcs_send_queue_take(pcs_send_queue *queue, size_t len) {
  header first = header_at(queue, queue->head);
  assert(len <= first.len - queue->taken);
  queue->taken += len;
  if (queue->taken < first.len) {
    return;
  }
  queue->head += sizeof first + first.len;
  queue->taken = 0;
  if (!pcs_send_queue_is_empty(queue)) {
    return;
  }
  if (queue->capacity > CAPACITY_KEPT_MAX) {
    pcs_send_queue_clear(queue);
  }
  queue->head = 0;
  queue->tail = 0;
}

void pcs_send_queue_drop_unbegun(pcs_send_queue *queue) {
  if (queue->taken == 0) {
    pcs_send_queue_clear(queue);
    return;
  }
  header first = header_at(queue, queue->head);
  queue->tail = queue->head + sizeof first + first.len;
}
