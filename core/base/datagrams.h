/*
 * A bounded batch of datagrams in the caller's memory: what a protocol agent appends its output to
 * and what a socket sends in one system call. It owns nothing; datagrams lie back to back.
 */
#ifndef PCS_CORE_BASE_DATAGRAMS_H
#define PCS_CORE_BASE_DATAGRAMS_H

#include "core/base/bytes.h"

#define PCS_DATAGRAMS_MAX 64

/*
 * What stands before each datagram of a batch that a relay carries: a number and the datagram's
 * length, 16 bits each (RFC 8656 12.4); zeros follow it up to a multiple of align.
 */
typedef struct pcs_datagram_frame {
  uint16_t number; /* 0: no frame */
  uint8_t align;   /* at least 1, with a number */
} pcs_datagram_frame;
#define PCS_DATAGRAM_FRAME_BYTES 4

typedef struct pcs_datagrams {
  uint8_t *memory;
  size_t capacity;
  size_t len; /* bytes used */
  size_t num; /* datagrams held */
  pcs_datagram_frame frame;
  uint16_t lengths[PCS_DATAGRAMS_MAX]; /* with frame and padding */
} pcs_datagrams;

/* pcs_datagrams_init makes an empty batch on the caller's memory, borrowed for the batch's life. */
void pcs_datagrams_init(pcs_datagrams *batch, uint8_t *memory, size_t capacity);
/* pcs_datagrams_set_frame frames those that are added from now on, until the batch is cleared. */
void pcs_datagrams_set_frame(pcs_datagrams *batch, pcs_datagram_frame frame);
/* pcs_datagrams_add copies one datagram to the end; PCS_ERR_NO_SPACE leaves the batch unchanged. */
PCS_MUST_USE pcs_status pcs_datagrams_add(pcs_datagrams *batch, pcs_span datagram);
/*
 * pcs_datagrams_reserve counts one datagram of len bytes and gives its memory, to be written in
 * place (a sealed record, say); null when there is no room, and the batch is unchanged.
 */
uint8_t *pcs_datagrams_reserve(pcs_datagrams *batch, size_t len);
/* pcs_datagrams_has_room says whether another datagram of len bytes fits. */
bool pcs_datagrams_has_room(const pcs_datagrams *batch, size_t len);
/* pcs_datagrams_at borrows datagram index, which starts at byte offset (the sum of those before).
 */
pcs_span pcs_datagrams_at(const pcs_datagrams *batch, size_t index, size_t offset);
void pcs_datagrams_clear(pcs_datagrams *batch);

#endif
