/*
 * How a link's stream lies on its descriptor: as it is (pipe.c) or in WebSocket frames
 * (websocket.c). For link.c only.
 */
#ifndef PCS_HOST_LINK_FRAMING_H
#define PCS_HOST_LINK_FRAMING_H

#include "core/base/bytes.h"

/* What one read may bring at most: the input has at least so much room before each. */
#define PCS_FRAMING_READ_BYTES 65536

/* *_fill appends to input once, with the statuses of pcs_link_fill. *_flush writes from output,
 * says how much of it is on its way and never to be given again, with those of pcs_link_flush. */
PCS_MUST_USE pcs_status pcs_pipe_fill(int descriptor, pcs_writer *input);
PCS_MUST_USE pcs_status pcs_pipe_flush(int descriptor, pcs_span output, size_t *out_taken);

typedef struct pcs_websocket pcs_websocket;

PCS_MUST_USE pcs_status pcs_websocket_new(pcs_websocket **out_websocket);
void pcs_websocket_free(pcs_websocket *websocket);
PCS_MUST_USE pcs_status pcs_websocket_fill(pcs_websocket *websocket, int descriptor,
                                           pcs_writer *input);
PCS_MUST_USE pcs_status pcs_websocket_flush(pcs_websocket *websocket, int descriptor,
                                            pcs_span output, size_t *out_taken);
/* pcs_websocket_end: a Close frame follows the output (RFC 6455 5.5.1). */
void pcs_websocket_end(pcs_websocket *websocket, pcs_span reason);

#endif
