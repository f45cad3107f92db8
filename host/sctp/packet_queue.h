/*
 * The packets that SCTP has made and DTLS has not yet taken: a ring of slots. usrsctp knows no
 * back-pressure, so a burst waits here; it grows with the largest burst up to a bound, beyond which
 * packets are lost as in any router, and SCTP slows down.
 */
#ifndef PCS_HOST_SCTP_PACKET_QUEUE_H
#define PCS_HOST_SCTP_PACKET_QUEUE_H

#include "core/base/bytes.h"
#include "core/base/limits.h"

/* Header, explicit nonce and tag of DTLS 1.2's AES-GCM: the largest of our ciphers. */
#define PCS_SCTP_DTLS_OVERHEAD_BYTES 37
/* The largest packet: chunks are padded to four bytes, so what is left of the division is unused.
 */
#define PCS_SCTP_PACKET_BYTES_MAX ((PCS_DATAGRAM_BYTES_MAX - PCS_SCTP_DTLS_OVERHEAD_BYTES) / 4 * 4)
/* More than the largest send buffer holds (4 MiB), so that a window may leave at once. */
#define PCS_PACKET_QUEUE_SLOTS_MAX 4096

typedef struct pcs_packet_slot {
  uint16_t len;
  uint8_t bytes[PCS_SCTP_PACKET_BYTES_MAX];
} pcs_packet_slot;

/* In place: all zero is an empty queue. */
typedef struct pcs_packet_queue {
  pcs_packet_slot *slots;
  size_t num_slots; /* a power of two, or 0 */
  size_t first;
  size_t num;
} pcs_packet_queue;

void pcs_packet_queue_clear(pcs_packet_queue *queue);
/* pcs_packet_queue_add gives the memory of a new last packet of len bytes, valid until the next
 * call; null when the queue is full or the packet too long: it is lost. */
uint8_t *pcs_packet_queue_add(pcs_packet_queue *queue, size_t len);
/* pcs_packet_queue_first borrows the first packet until the next call; empty when there is none. */
pcs_span pcs_packet_queue_first(const pcs_packet_queue *queue);
void pcs_packet_queue_drop_first(pcs_packet_queue *queue);

#endif
