#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

#include "core/base/text.h"
#include "host/link/framing.h"
#include "host/link/link.h"
#include "host/sys/descriptor.h"

/* The stream bytes of one frame: a browser takes few frames a second, large ones not at all sooner.
 */
#define FRAME_BYTES_MAX 65536
/* RFC 6455 5.5: a control frame's payload. 5.2: our headers are at most 10 bytes, unmasked. */
#define CONTROL_PAYLOAD_BYTES_MAX 125
#define FRAME_HEADER_BYTES_MAX 14
#define CLOSE_NORMAL 1000
#define CLOSE_POLICY 1008
/* wslay gives a frame's payload in pieces of its own buffer. */
#define PIECE_BYTES_MAX 4096

/* The frame on its way out: its header, of a control frame with its payload; the payload of a data
 * frame is at the front of the link's output and stays there. */
typedef struct frame_out {
  uint8_t head[FRAME_HEADER_BYTES_MAX + CONTROL_PAYLOAD_BYTES_MAX];
  size_t head_len;
  size_t head_sent;
  size_t payload_left;
} frame_out;

typedef struct control_out {
  uint8_t payload[CONTROL_PAYLOAD_BYTES_MAX];
  size_t len;
  bool wanted;
} control_out;

struct pcs_websocket {
  wslay_frame_context_ptr wslay;
  uint8_t read[PCS_FRAMING_READ_BYTES]; /* off the descriptor, [read_at, read_len) not yet parsed */
  size_t read_at;
  size_t read_len;
  uint64_t frame_taken; /* payload bytes of the frame being received */
  bool in_message;      /* a fragmented message has begun (RFC 6455 5.4) */
  uint8_t control[CONTROL_PAYLOAD_BYTES_MAX];
  size_t control_len;
  frame_out out;
  control_out pong;
  control_out close;
  bool close_sent;
};

/* ---- wslay's callbacks: they move bytes between our memory and its own ---- */

static ssize_t give_read(uint8_t *out, size_t len, int flags, void *context) {
  (void)flags;
  pcs_websocket *websocket = (pcs_websocket *)context;
  size_t left = websocket->read_len - websocket->read_at;
  if (left == 0) {
    return -1;
  }
  size_t given = len < left ? len : left;
  memcpy(out, websocket->read + websocket->read_at, given);
  websocket->read_at += given;
  return (ssize_t)given;
}

/* wslay gives a frame's header, then its payload: what has room is kept, which a data frame's
 * payload has not. It is written from where it lies. */
static ssize_t take_frame(const uint8_t *bytes, size_t len, int flags, void *context) {
  (void)flags;
  frame_out *out = &((pcs_websocket *)context)->out;
  if (out->head_len == 0 || out->payload_left == 0) {
    memcpy(out->head + out->head_len, bytes, len);
    out->head_len += len;
  }
  return (ssize_t)len;
}

pcs_status pcs_websocket_new(pcs_websocket **out_websocket) {
  *out_websocket = NULL;
  pcs_websocket *websocket = calloc(1, sizeof *websocket);
  if (websocket == NULL) {
    return PCS_ERR_SYSTEM;
  }
  const struct wslay_frame_callbacks callbacks = {.send_callback = take_frame,
                                                  .recv_callback = give_read};
  if (wslay_frame_context_init(&websocket->wslay, &callbacks, websocket) != 0) {
    free(websocket);
    return PCS_ERR_SYSTEM;
  }
  *out_websocket = websocket;
  return PCS_OK;
}

void pcs_websocket_free(pcs_websocket *websocket) {
  if (websocket != NULL) {
    wslay_frame_context_free(websocket->wslay);
    free(websocket);
  }
}

/* ---- in ---- */

static void want_control(control_out *control, const uint8_t *payload, size_t len) {
  memcpy(control->payload, payload, len);
  control->len = len;
  control->wanted = true;
}

/* RFC 6455 5.1: a client masks. 5.2: no reserved bit without an extension. 5.4: fragments. */
static pcs_status check_frame(const pcs_websocket *websocket,
                              const struct wslay_frame_iocb *frame) {
  if (frame->mask == 0 || frame->rsv != 0) {
    return PCS_ERR_SYNTAX;
  }
  switch (frame->opcode) {
  case WSLAY_BINARY_FRAME:
    return websocket->in_message ? PCS_ERR_SYNTAX : PCS_OK;
  case WSLAY_CONTINUATION_FRAME:
    return websocket->in_message ? PCS_OK : PCS_ERR_SYNTAX;
  case WSLAY_TEXT_FRAME:
    return PCS_ERR_UNSUPPORTED;
  case WSLAY_PING:
  case WSLAY_PONG:
  case WSLAY_CONNECTION_CLOSE:
    return frame->fin != 0 && frame->payload_length <= CONTROL_PAYLOAD_BYTES_MAX ? PCS_OK
                                                                                 : PCS_ERR_SYNTAX;
  default:
    return PCS_ERR_SYNTAX;
  }
}

static pcs_status end_control(pcs_websocket *websocket, uint8_t opcode) {
  size_t len = websocket->control_len;
  websocket->control_len = 0;
  if (opcode == WSLAY_PING) {
    want_control(&websocket->pong, websocket->control, len);
  } else if (opcode == WSLAY_CONNECTION_CLOSE) {
    /* RFC 6455 5.5.1: answered with the same code. */
    want_control(&websocket->close, websocket->control, len < 2 ? 0 : 2);
    return PCS_ERR_CLOSED;
  }
  return PCS_OK;
}

static pcs_status take_piece(pcs_websocket *websocket, const struct wslay_frame_iocb *frame,
                             pcs_writer *input) {
  pcs_span piece = {frame->data, frame->data_length};
  bool is_control = wslay_is_ctrl_frame(frame->opcode) != 0;
  pcs_status status = websocket->frame_taken == 0 ? check_frame(websocket, frame) : PCS_OK;
  if (status != PCS_OK) {
    return status;
  }
  if (!is_control) {
    pcs_writer_bytes(input, piece);
  } else if (piece.len > 0) {
    memcpy(websocket->control + websocket->control_len, piece.data, piece.len);
    websocket->control_len += piece.len;
  }
  websocket->frame_taken += piece.len;
  if (websocket->frame_taken < frame->payload_length) {
    return PCS_OK;
  }
  websocket->frame_taken = 0;
  if (is_control) {
    return end_control(websocket, frame->opcode);
  }
  websocket->in_message = frame->fin == 0;
  return PCS_OK;
}

pcs_status pcs_websocket_fill(pcs_websocket *websocket, int descriptor, pcs_writer *input) {
  if (websocket->read_at == websocket->read_len) {
    websocket->read_at = 0;
    pcs_status status = pcs_descriptor_read(descriptor, websocket->read, sizeof websocket->read,
                                            &websocket->read_len);
    if (status != PCS_OK) {
      return status;
    }
  }
  while (input->capacity - input->len >= PIECE_BYTES_MAX) {
    struct wslay_frame_iocb frame = {0};
    ssize_t got = wslay_frame_recv(websocket->wslay, &frame);
    if (got < 0) {
      return got == WSLAY_ERR_WANT_READ ? PCS_OK : PCS_ERR_SYNTAX;
    }
    pcs_status status = take_piece(websocket, &frame, input);
    if (status != PCS_OK) {
      return status;
    }
  }
  return PCS_OK;
}

/* ---- out ---- */

static void begin_frame(pcs_websocket *websocket, uint8_t opcode, pcs_span payload) {
  bool is_control = wslay_is_ctrl_frame(opcode) != 0;
  websocket->out = (frame_out){.payload_left = is_control ? 0 : payload.len};
  struct wslay_frame_iocb frame = {.fin = 1,
                                   .opcode = opcode,
                                   .payload_length = payload.len,
                                   .data = payload.data,
                                   .data_length = payload.len};
  (void)wslay_frame_send(websocket->wslay, &frame);
}

static void begin_control(pcs_websocket *websocket, uint8_t opcode, control_out *control) {
  control->wanted = false;
  begin_frame(websocket, opcode, (pcs_span){control->payload, control->len});
}

/* The next frame, if there is one: answers to pings first, the Close last (RFC 6455 5.5.1). */
static bool begin_next(pcs_websocket *websocket, pcs_span output) {
  if (websocket->close_sent) {
    return false;
  }
  if (websocket->pong.wanted) {
    begin_control(websocket, WSLAY_PONG, &websocket->pong);
  } else if (output.len > 0) {
    begin_frame(websocket, WSLAY_BINARY_FRAME, pcs_text_slice(output, 0, FRAME_BYTES_MAX));
  } else if (websocket->close.wanted) {
    begin_control(websocket, WSLAY_CONNECTION_CLOSE, &websocket->close);
    websocket->close_sent = true;
  } else {
    return false;
  }
  return true;
}

/* Writes what is left of the frame; its payload, if any, is at the front of output. */
static pcs_status write_frame(frame_out *out, int descriptor, pcs_span output, size_t *out_taken) {
  while (out->head_sent < out->head_len || out->payload_left > 0) {
    size_t head_left = out->head_len - out->head_sent;
    const pcs_span parts[] = {{out->head + out->head_sent, head_left},
                              pcs_text_slice(output, *out_taken, out->payload_left)};
    size_t sent = 0;
    pcs_status status = pcs_descriptor_write_parts(descriptor, parts, 2, &sent);
    if (status != PCS_OK) {
      return status;
    }
    size_t of_head = sent < head_left ? sent : head_left;
    out->head_sent += of_head;
    out->payload_left -= sent - of_head;
    *out_taken += sent - of_head;
  }
  return PCS_OK;
}

pcs_status pcs_websocket_flush(pcs_websocket *websocket, int descriptor, pcs_span output,
                               size_t *out_taken) {
  *out_taken = 0;
  pcs_status status = PCS_OK;
  do {
    status = write_frame(&websocket->out, descriptor, output, out_taken);
  } while (status == PCS_OK &&
           begin_next(websocket, pcs_text_slice(output, *out_taken, output.len)));
  return status;
}

void pcs_websocket_end(pcs_websocket *websocket, pcs_span reason) {
  uint8_t payload[CONTROL_PAYLOAD_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, payload, sizeof payload);
  pcs_writer_u16(&writer, reason.len == 0 ? CLOSE_NORMAL : CLOSE_POLICY);
  pcs_writer_bytes(&writer, pcs_text_slice(reason, 0, PCS_LINK_REASON_BYTES_MAX));
  want_control(&websocket->close, payload, writer.len);
}
