/*
 * The indicator's messages (wire.h): what is in use, to the window; what is seen and what is to
 * stop, from it; and a number there and back, by which the broker knows that it lives.
 */
#ifndef PCS_HOST_PROMPT_INDICATOR_WIRE_H
#define PCS_HOST_PROMPT_INDICATOR_WIRE_H

#include "host/broker/indicator.h"
#include "host/prompt/wire.h"

/* 64 lines of two origins each. */
#define PCS_LINES_WIRE_BYTES_MAX                                                                   \
  (PCS_INDICATOR_LINES_MAX * (2 * (PCS_ORIGIN_BYTES_MAX + 2) + 9) + 2)
/* What an indicator may send: the longest is STOP, with two origins. */
#define PCS_INDICATOR_REPLY_BYTES_MAX (2 * (PCS_ORIGIN_BYTES_MAX + 2) + 1)

/* What the broker says. */
typedef struct pcs_indicator_order {
  pcs_wire_kind kind; /* LINES or PING */
  uint32_t ping;
  size_t num_lines;
  pcs_indicator_line lines[PCS_INDICATOR_LINES_MAX];
} pcs_indicator_order;

/* What the window says. */
typedef struct pcs_indicator_reply {
  pcs_wire_kind kind; /* SEEN, STOP or PONG */
  bool is_seen;
  uint32_t pong;
  pcs_origin origin; /* STOP */
  pcs_origin embedder;
} pcs_indicator_reply;

void pcs_indicator_order_write(pcs_writer *writer, const pcs_indicator_order *order);
/* pcs_indicator_order_read: PCS_ERR_SYNTAX, and *out_order is then not to be used. */
PCS_MUST_USE pcs_status pcs_indicator_order_read(pcs_indicator_order *out_order, pcs_span message);

void pcs_indicator_reply_write(pcs_writer *writer, const pcs_indicator_reply *reply);
/* pcs_indicator_reply_read: PCS_ERR_SYNTAX, and *out_reply is then not to be used. */
PCS_MUST_USE pcs_status pcs_indicator_reply_read(pcs_indicator_reply *out_reply, pcs_span message);

#endif
