/*
 * Messages of one channel that SCTP has not taken: first in, first out, in one piece of memory that
 * grows and is reused, so that no message costs an allocation of its own. The first message may be
 * half taken. It bounds nothing: channel_send.c does, for the whole connection.
 */
#ifndef PCS_HOST_SCTP_SEND_QUEUE_H
#define PCS_HOST_SCTP_SEND_QUEUE_H

#include "core/base/bytes.h"
#include "host/sctp/dcep.h"

typedef struct pcs_queued_message {
  pcs_ppid ppid;
  pcs_span bytes; /* what is left of it; borrowed until the queue changes */
  bool is_begun;  /* SCTP has taken a part: the rest must follow */
} pcs_queued_message;

/* In place: all zero is an empty queue. */
typedef struct pcs_send_queue {
  uint8_t *memory;
  size_t capacity;
  size_t head; /* where the first message's header is */
  size_t tail;
  size_t taken; /* bytes of the first message that SCTP has */
} pcs_send_queue;

void pcs_send_queue_clear(pcs_send_queue *queue);
bool pcs_send_queue_is_empty(const pcs_send_queue *queue);
/*
 * pcs_send_queue_add makes room for a last message of len > 0 bytes and gives its memory, to be
 * filled before the next call. PCS_ERR_NO_SPACE: the system has no memory, the queue is unchanged.
 */
PCS_MUST_USE pcs_status pcs_send_queue_add(pcs_send_queue *queue, pcs_ppid ppid, size_t len,
                                           uint8_t **out_memory);
/* pcs_send_queue_first of a queue that is not empty. */
pcs_queued_message pcs_send_queue_first(const pcs_send_queue *queue);
/* pcs_send_queue_take: SCTP took len bytes of the first message; all of it removes it. */
void pcs_send_queue_take(pcs_send_queue *queue, size_t len);
/* pcs_send_queue_drop_unbegun removes all but a first message that SCTP has begun to take. */
void pcs_send_queue_drop_unbegun(pcs_send_queue *queue);

#endif
