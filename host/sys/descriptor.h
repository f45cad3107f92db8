/*
 * Descriptors: read, write, close, pairs, and passing one to another process. Every one made here
 * is non-blocking (but for one that is awaited) and closed on exec. Nothing is buffered.
 */
#ifndef PCS_HOST_SYS_DESCRIPTOR_H
#define PCS_HOST_SYS_DESCRIPTOR_H

#include "core/base/bytes.h"

/* No descriptor. */
#define PCS_DESCRIPTOR_NONE (-1)

typedef enum pcs_pair_kind {
  PCS_PAIR_STREAM,   /* bytes in order */
  PCS_PAIR_MESSAGES, /* whole messages in order, with an end */
} pcs_pair_kind;

PCS_MUST_USE pcs_status pcs_descriptor_pair(int out_pair[2], pcs_pair_kind kind);
/* pcs_descriptor_adopt makes an inherited descriptor ours: non-blocking, closed on exec.
 * PCS_ERR_SYSTEM when it is not open. */
PCS_MUST_USE pcs_status pcs_descriptor_adopt(int descriptor);
/* pcs_descriptor_close closes *descriptor unless it is none, and makes it none. */
void pcs_descriptor_close(int *descriptor);

/*
 * pcs_descriptor_read: PCS_OK with at least one byte; PCS_ERR_NO_SPACE nothing now; PCS_ERR_CLOSED
 * the other end has closed; PCS_ERR_SYSTEM.
 */
PCS_MUST_USE pcs_status pcs_descriptor_read(int descriptor, uint8_t *memory, size_t capacity,
                                            size_t *out_len);
/* pcs_descriptor_write: PCS_OK with *out_len of the first bytes written; PCS_ERR_NO_SPACE none now;
 * PCS_ERR_CLOSED; PCS_ERR_SYSTEM. Never a signal. */
PCS_MUST_USE pcs_status pcs_descriptor_write(int descriptor, pcs_span bytes, size_t *out_len);
/* pcs_descriptor_write_parts is pcs_descriptor_write of several spans in one call, 64 at most. */
PCS_MUST_USE pcs_status pcs_descriptor_write_parts(int descriptor, const pcs_span *parts,
                                                   size_t num_parts, size_t *out_len);
/* pcs_descriptor_end_output tells the other end that no more comes; reading goes on. */
void pcs_descriptor_end_output(int descriptor);
/* pcs_descriptor_enlarge asks for socket buffers of so many bytes; the system may give less. */
void pcs_descriptor_enlarge(int descriptor, size_t bytes);

/* pcs_descriptor_send_with sends one message and a copy of passed over a pair of messages. */
PCS_MUST_USE pcs_status pcs_descriptor_send_with(int pair, pcs_span message, int passed);
/*
 * pcs_descriptor_await_with waits for one message and the descriptor it brings (PCS_DESCRIPTOR_NONE
 * when none), which becomes the caller's, non-blocking. PCS_ERR_CLOSED when the other end went
 * away.
 */
PCS_MUST_USE pcs_status pcs_descriptor_await_with(int pair, uint8_t *memory, size_t capacity,
                                                  size_t *out_len, int *out_passed);
/*
 * pcs_descriptor_read_with is pcs_descriptor_read of a stream that may bring a descriptor beside
 * its bytes: *out_passed is the caller's, non-blocking, or PCS_DESCRIPTOR_NONE. At most one comes
 * with one read; the bytes it was sent with are the last of those read.
 */
PCS_MUST_USE pcs_status pcs_descriptor_read_with(int descriptor, uint8_t *memory, size_t capacity,
                                                 size_t *out_len, int *out_passed);

#endif
