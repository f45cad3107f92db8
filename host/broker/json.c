#include "host/broker/json.h"

#include "core/base/text.h"
#include "core/boundary/names.h"

#define FIRST_VISIBLE 0x20
#define FIRST_BEYOND_ASCII 0x80
#define CHARACTER_BYTES_MAX 4

static void write_ascii(pcs_writer *writer, pcs_span one) {
  uint8_t byte = one.data[0];
  if (byte == '"' || byte == '\\') {
    pcs_writer_u8(writer, '\\');
    pcs_writer_u8(writer, byte);
  } else if (byte < FIRST_VISIBLE || byte == 0x7f) {
    pcs_writer_text(writer, "\\u00");
    pcs_writer_hex(writer, one);
  } else {
    pcs_writer_u8(writer, byte);
  }
}

/* The length of the character that begins the text, 0 when none does. */
static size_t character_len(pcs_span text) {
  for (size_t len = 2; len <= CHARACTER_BYTES_MAX && len <= text.len; len++) {
    if (pcs_text_is_utf8(pcs_text_slice(text, 0, len))) {
      return len;
    }
  }
  return 0;
}

void pcs_json_text(pcs_writer *writer, pcs_span text) {
  pcs_writer_text(writer, "\"");
  for (size_t i = 0, len = 1; i < text.len; i += len) {
    len = 1;
    if (text.data[i] < FIRST_BEYOND_ASCII) {
      write_ascii(writer, pcs_text_slice(text, i, 1));
      continue;
    }
    size_t found = character_len(pcs_text_slice(text, i, CHARACTER_BYTES_MAX));
    if (found == 0) {
      pcs_writer_text(writer, "\\ufffd");
    } else {
      pcs_writer_bytes(writer, pcs_text_slice(text, i, found));
      len = found;
    }
  }
  pcs_writer_text(writer, "\"");
}

static bool follows_another(const pcs_writer *writer) {
  pcs_span so_far = pcs_writer_span(writer);
  uint8_t last = so_far.len > 0 ? so_far.data[so_far.len - 1] : 0;
  return last != '{' && last != '[';
}

void pcs_json_comma(pcs_writer *writer) {
  if (follows_another(writer)) {
    pcs_writer_text(writer, ",");
  }
}

void pcs_json_key(pcs_writer *writer, const char *name) {
  pcs_json_comma(writer);
  pcs_json_text(writer, pcs_span_of_text(name));
  pcs_writer_text(writer, ":");
}

void pcs_json_put_text(pcs_writer *writer, const char *name, pcs_span value) {
  pcs_json_key(writer, name);
  pcs_json_text(writer, value);
}

void pcs_json_put_name(pcs_writer *writer, const char *name, const char *value) {
  pcs_json_put_text(writer, name, pcs_span_of_text(value));
}

void pcs_json_put_number(pcs_writer *writer, const char *name, uint64_t value) {
  pcs_json_key(writer, name);
  pcs_writer_decimal(writer, value);
}

void pcs_json_put_id(pcs_writer *writer, const char *name, uint64_t value) {
  pcs_json_key(writer, name);
  pcs_writer_text(writer, "\"");
  pcs_writer_decimal(writer, value);
  pcs_writer_text(writer, "\"");
}

void pcs_json_put_bool(pcs_writer *writer, const char *name, bool value) {
  pcs_json_key(writer, name);
  pcs_writer_text(writer, value ? "true" : "false");
}

void pcs_json_rights(pcs_writer *writer, uint32_t rights) {
  pcs_writer_text(writer, "[");
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    const pcs_right_row *row = (rights & right) != 0 ? pcs_right_find(right) : NULL;
    if (row != NULL) {
      pcs_json_comma(writer);
      pcs_json_text(writer, pcs_span_of_text(row->name));
    }
  }
  pcs_writer_text(writer, "]");
}

void pcs_json_durations(pcs_writer *writer, uint32_t durations) {
  pcs_writer_text(writer, "[");
  for (int i = 0; i < PCS_NUM_DURATIONS; i++) {
    if ((durations & 1u << i) != 0) {
      pcs_json_comma(writer);
      pcs_json_text(writer, pcs_span_of_text(pcs_duration_name((pcs_duration)i)));
    }
  }
  pcs_writer_text(writer, "]");
}

void pcs_json_peer(pcs_writer *writer, const pcs_peer *peer) {
  pcs_writer_text(writer, "[");
  for (size_t i = 0; i < peer->num_certificates; i++) {
    const pcs_peer_certificate *one = &peer->certificates[i];
    pcs_json_comma(writer);
    pcs_writer_text(writer, "\"");
    pcs_writer_text(writer, pcs_hash_name((pcs_hash)one->hash));
    pcs_writer_text(writer, " ");
    pcs_writer_hex_colons(writer, (pcs_span){one->value, pcs_hash_bytes((pcs_hash)one->hash)});
    pcs_writer_text(writer, "\"");
  }
  pcs_writer_text(writer, "]");
}
