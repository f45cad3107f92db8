#include "host/broker/json.h"

#include "core/base/text.h"
#include "core/boundary/names.h"

#define FIRST_VISIBLE 0x20

void pcs_json_text(pcs_writer *writer, pcs_span text) {
  pcs_writer_text(writer, "\"");
  for (size_t i = 0; i < text.len; i++) {
    uint8_t byte = text.data[i];
    if (byte == '"' || byte == '\\') {
      pcs_writer_u8(writer, '\\');
      pcs_writer_u8(writer, byte);
    } else if (byte < FIRST_VISIBLE || byte == 0x7f) {
      pcs_writer_text(writer, "\\u00");
      pcs_writer_hex(writer, (pcs_span){&text.data[i], 1});
    } else {
      pcs_writer_u8(writer, byte);
    }
  }
  pcs_writer_text(writer, "\"");
}

static bool follows_another(const pcs_writer *writer) {
  pcs_span so_far = pcs_writer_span(writer);
  uint8_t last = so_far.len > 0 ? so_far.data[so_far.len - 1] : 0;
  return last != '{' && last != '[';
}

static void comma(pcs_writer *writer) {
  if (follows_another(writer)) {
    pcs_writer_text(writer, ",");
  }
}

void pcs_json_key(pcs_writer *writer, const char *name) {
  comma(writer);
  pcs_json_text(writer, pcs_span_of_text(name));
  pcs_writer_text(writer, ":");
}

void pcs_json_rights(pcs_writer *writer, uint32_t rights) {
  pcs_writer_text(writer, "[");
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    const pcs_right_row *row = (rights & right) != 0 ? pcs_right_find(right) : NULL;
    if (row != NULL) {
      comma(writer);
      pcs_json_text(writer, pcs_span_of_text(row->name));
    }
  }
  pcs_writer_text(writer, "]");
}

void pcs_json_durations(pcs_writer *writer, uint32_t durations) {
  pcs_writer_text(writer, "[");
  for (int i = 0; i < PCS_NUM_DURATIONS; i++) {
    if ((durations & 1u << i) != 0) {
      comma(writer);
      pcs_json_text(writer, pcs_span_of_text(pcs_duration_name((pcs_duration)i)));
    }
  }
  pcs_writer_text(writer, "]");
}

void pcs_json_peer(pcs_writer *writer, const pcs_peer *peer) {
  pcs_writer_text(writer, "[");
  for (size_t i = 0; i < peer->num_certificates; i++) {
    const pcs_peer_certificate *one = &peer->certificates[i];
    comma(writer);
    pcs_writer_text(writer, "\"");
    pcs_writer_text(writer, pcs_hash_name((pcs_hash)one->hash));
    pcs_writer_text(writer, " ");
    pcs_writer_hex_colons(writer, (pcs_span){one->value, pcs_hash_bytes((pcs_hash)one->hash)});
    pcs_writer_text(writer, "\"");
  }
  pcs_writer_text(writer, "]");
}
