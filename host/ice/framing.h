/*
 * Datagrams on a stream: RFC 4571's frames, a length of 16 bits before each, and our own masked
 * form of them for two endpoints that agreed on it (tcp_stream.h): what is framed is then a marker,
 * four random bytes, and the datagram combined with them, as WebSocket does it (RFC 6455 5.3). The
 * marker is a first byte that nothing else has (RFC 7983 7: 192 to 255), so each frame says which
 * form it has. It owns nothing and draws nothing.
 */
#ifndef PCS_HOST_ICE_FRAMING_H
#define PCS_HOST_ICE_FRAMING_H

#include "core/base/bytes.h"
#include "core/base/limits.h"

#define PCS_FRAMING_HEADER_BYTES 2
#define PCS_FRAMING_MASK_BYTES 5 /* the marker and the mask */
/* The longest frame that is waited for. */
#define PCS_FRAMING_BYTES_MAX                                                                      \
  (PCS_FRAMING_HEADER_BYTES + PCS_FRAMING_MASK_BYTES + PCS_RECEIVE_BYTES_MAX)

/* pcs_framing_write appends a frame; the writer fails for more than PCS_RECEIVE_BYTES_MAX. */
void pcs_framing_write(pcs_writer *writer, pcs_span datagram);
/* pcs_framing_write_masked: mask is drawn anew for each frame, by nobody who knows the datagram. */
void pcs_framing_write_masked(pcs_writer *writer, pcs_span datagram, uint32_t mask);

/* Bytes of a stream as they came, and how far they were read. */
typedef struct pcs_framing_input {
  uint8_t *memory; /* borrowed */
  size_t len;
  size_t at;
} pcs_framing_input;

/*
 * pcs_framing_next reads the frame at input->at, unmasked where it lies, and moves past it; an
 * empty one is an empty datagram. PCS_ERR_NO_SPACE when it is not whole yet. PCS_ERR_TOO_LARGE as
 * soon as its length is seen to be over the limit, PCS_ERR_SYNTAX for a mask that is not whole:
 * after either the stream is of no more use.
 */
PCS_MUST_USE pcs_status pcs_framing_next(pcs_framing_input *input, pcs_span *out_datagram);

#endif
