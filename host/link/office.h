/*
 * The channel between the broker and one of its workers: the pair that the link was handed over on
 * (handover.h), with a table of messages of its own (office_messages.def). One struct per row, its
 * encoder and strict decoder, and the pair with a queue of fixed size. It decides nothing. Who
 * breaks the rules here, or does not read, is ended by the other side.
 */
#ifndef PCS_HOST_LINK_OFFICE_H
#define PCS_HOST_LINK_OFFICE_H

#include "core/plan/plan.h"

/* The largest message: PEER_PROVED. */
#define PCS_OFFICE_BYTES_MAX 1026
/* What the other side has not read yet, beside what the kernel keeps: a worker has a few messages of
 * at most 50 bytes for each of its 500 connections. */
#define PCS_OFFICE_QUEUE_BYTES (64 * 1024)
/* Kept free for what must still be said of connections that live: a worker begins none while there
 * is less. */
#define PCS_OFFICE_RESERVE_BYTES (40 * 1024)

typedef enum pcs_office_id {
#define PCS_OFFICE(NAME, name, id, direction, size, fields) PCS_OFFICE_##NAME = id,
#include "host/link/office_messages.def"
#undef PCS_OFFICE
} pcs_office_id;

typedef enum pcs_office_direction { PCS_TO_BROKER, PCS_TO_WORKER } pcs_office_direction;

#define U8(name) uint8_t name;
#define U32(name) uint32_t name;
#define LIST(record, name, max)                                                                    \
  pcs_##record name[max];                                                                          \
  uint8_t num_##name;
#define PCS_OFFICE(NAME, name, id, direction, size, fields)                                        \
  typedef struct pcs_office_##name {                                                               \
    fields                                                                                         \
  } pcs_office_##name;
#include "host/link/office_messages.def"
#undef PCS_OFFICE
#undef U8
#undef U32
#undef LIST

/*
 * pcs_office_<name>_encode appends the whole message; a field over its limit fails the writer.
 * pcs_office_<name>_decode reads a body. PCS_ERR_SYNTAX on truncated, over-long or trailing bytes;
 * *out_message is then all zero.
 */
#define PCS_OFFICE(NAME, name, id, direction, size, fields)                                        \
  void pcs_office_##name##_encode(pcs_writer *writer, const pcs_office_##name *message);           \
  PCS_MUST_USE pcs_status pcs_office_##name##_decode(pcs_span body,                                \
                                                     pcs_office_##name *out_message);
#include "host/link/office_messages.def"
#undef PCS_OFFICE

typedef struct pcs_office_message {
  uint16_t id;
  pcs_span body;
} pcs_office_message;

/* pcs_office_open takes a message apart: PCS_ERR_SYNTAX when no row of that direction has its id;
 * PCS_ERR_TOO_LARGE. body borrows bytes. */
PCS_MUST_USE pcs_status pcs_office_open(pcs_office_message *out_message, pcs_span bytes,
                                        pcs_office_direction direction);

typedef struct pcs_office pcs_office;

/* pcs_office_new takes the descriptor of a pair of messages, also when it fails. */
PCS_MUST_USE pcs_status pcs_office_new(pcs_office **out_office, int descriptor,
                                       pcs_office_direction in);
void pcs_office_free(pcs_office *office);
int pcs_office_descriptor(const pcs_office *office);
/*
 * pcs_office_receive reads one message; it borrows the office until the next call. PCS_ERR_NO_SPACE:
 * nothing now; PCS_ERR_CLOSED: the other side has ended; PCS_ERR_SYNTAX, PCS_ERR_TOO_LARGE: it broke
 * the rules; PCS_ERR_SYSTEM.
 */
PCS_MUST_USE pcs_status pcs_office_receive(pcs_office *office, pcs_office_message *out_message);
/* pcs_office_room is how many bytes may still be queued. */
size_t pcs_office_room(const pcs_office *office);
/* pcs_office_send sends one message (what an encoder wrote), or queues it: PCS_ERR_NO_SPACE when the
 * queue is full; PCS_ERR_CLOSED, PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_office_send(pcs_office *office, const pcs_writer *writer);
/* pcs_office_flush sends what was queued: PCS_OK when all is gone; PCS_ERR_NO_SPACE: go on when
 * writable; PCS_ERR_CLOSED, PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_office_flush(pcs_office *office);

#endif
