#include "host/prompt/indicator_wire.h"

#include <string.h>

/* ---- to the window ---- */

static void write_line(pcs_writer *writer, const pcs_indicator_line *line) {
  pcs_origin_write_wire(writer, &line->origin);
  pcs_origin_write_wire(writer, &line->embedder);
  pcs_writer_u32(writer, line->rights);
  pcs_writer_u32(writer, line->num_calls);
  pcs_writer_u8(writer, line->has_verified_peer ? 1 : 0);
}

static void read_line(pcs_reader *reader, pcs_indicator_line *out_line) {
  pcs_origin_read_wire(reader, &out_line->origin);
  pcs_origin_read_wire(reader, &out_line->embedder);
  out_line->rights = pcs_reader_u32(reader);
  out_line->num_calls = pcs_reader_u32(reader);
  out_line->has_verified_peer = pcs_reader_bool(reader);
}

static void read_lines(pcs_reader *reader, pcs_indicator_order *out_order) {
  size_t num = pcs_reader_u8(reader);
  if (num > PCS_INDICATOR_LINES_MAX) {
    pcs_reader_fail(reader);
    return;
  }
  for (size_t i = 0; i < num && !reader->failed; i++) {
    read_line(reader, &out_order->lines[i]);
  }
  out_order->num_lines = num;
}

void pcs_indicator_order_write(pcs_writer *writer, const pcs_indicator_order *order) {
  pcs_writer_u8(writer, (uint8_t)order->kind);
  if (order->kind == PCS_WIRE_PING) {
    pcs_writer_u32(writer, order->ping);
    return;
  }
  pcs_writer_u8(writer, (uint8_t)order->num_lines);
  for (size_t i = 0; i < order->num_lines; i++) {
    write_line(writer, &order->lines[i]);
  }
}

pcs_status pcs_indicator_order_read(pcs_indicator_order *out_order, pcs_span message) {
  pcs_reader reader;
  memset(out_order, 0, sizeof *out_order);
  pcs_reader_init(&reader, message);
  out_order->kind = pcs_wire_kind_of(message);
  pcs_reader_u8(&reader);
  if (out_order->kind == PCS_WIRE_PING) {
    out_order->ping = pcs_reader_u32(&reader);
  } else if (out_order->kind == PCS_WIRE_LINES) {
    read_lines(&reader, out_order);
  } else {
    pcs_reader_fail(&reader);
  }
  return pcs_reader_finish(&reader);
}

/* ---- from the window ---- */

void pcs_indicator_reply_write(pcs_writer *writer, const pcs_indicator_reply *reply) {
  pcs_writer_u8(writer, (uint8_t)reply->kind);
  if (reply->kind == PCS_WIRE_SEEN) {
    pcs_writer_u8(writer, reply->is_seen ? 1 : 0);
  } else if (reply->kind == PCS_WIRE_PONG) {
    pcs_writer_u32(writer, reply->pong);
  } else {
    pcs_origin_write_wire(writer, &reply->origin);
    pcs_origin_write_wire(writer, &reply->embedder);
  }
}

pcs_status pcs_indicator_reply_read(pcs_indicator_reply *out_reply, pcs_span message) {
  pcs_reader reader;
  memset(out_reply, 0, sizeof *out_reply);
  pcs_reader_init(&reader, message);
  out_reply->kind = pcs_wire_kind_of(message);
  pcs_reader_u8(&reader);
  if (out_reply->kind == PCS_WIRE_SEEN) {
    out_reply->is_seen = pcs_reader_bool(&reader);
  } else if (out_reply->kind == PCS_WIRE_PONG) {
    out_reply->pong = pcs_reader_u32(&reader);
  } else if (out_reply->kind == PCS_WIRE_STOP) {
    pcs_origin_read_wire(&reader, &out_reply->origin);
    pcs_origin_read_wire(&reader, &out_reply->embedder);
  } else {
    pcs_reader_fail(&reader);
  }
  return pcs_reader_finish(&reader);
}
