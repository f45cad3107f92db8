#include "core/base/text.h"
#include "core/boundary/names.h"
#include "core/policy/right.h"
#include "host/broker/inspector_picture.h"
#include "host/broker/json.h"

/* Ids of what is told to the page have this bit (messages.def). */
#define TO_PAGE 0x8000u
#define DETAIL_BYTES_MAX 160

static const char *name_of_right(uint32_t value) {
  const pcs_right_row *row = pcs_right_find(value);
  return row != NULL ? row->name : "unknown";
}

/* The words of a value, or NULL when it is a number. */
#define NAME_NUMBER(value) NULL
#define NAME_STATUS(value) pcs_status_name((pcs_status)(value))
#define NAME_RIGHT(value) name_of_right(value)
#define NAME_ice_policy(value) pcs_ice_policy_name((pcs_ice_policy)(value))
#define NAME_candidate_type(value) pcs_candidate_type_name((pcs_candidate_type)(value))
#define NAME_transport(value) pcs_transport_name((pcs_transport)(value))
#define NAME_gathering_state(value) pcs_gathering_state_name((pcs_gathering_state)(value))
#define NAME_ice_state(value) pcs_ice_state_name((pcs_ice_state)(value))
#define NAME_ice_role(value) pcs_ice_role_name((pcs_ice_role)(value))
#define NAME_dtls_state(value) pcs_dtls_state_name((pcs_dtls_state)(value))
#define NAME_dtls_role(value) pcs_dtls_role_name((pcs_dtls_role)(value))
#define NAME_sctp_state(value) pcs_sctp_state_name((pcs_sctp_state)(value))
#define NAME_channel_state(value) pcs_channel_state_name((pcs_channel_state)(value))
#define NAME_key_algorithm(value) pcs_key_algorithm_name((pcs_key_algorithm)(value))

/* False for a detail that is none. */
static bool write_detail(pcs_writer *writer, uint8_t detail, uint32_t value) {
  const char *words = NULL;
  const char *name = NULL;
  switch ((pcs_detail)detail) {
  case PCS_DETAIL_NONE:
    return true;
#define PCS_DETAIL(NAME, text, kind)                                                               \
  case PCS_DETAIL_##NAME:                                                                          \
    words = text;                                                                                  \
    name = NAME_##kind(value);                                                                     \
    break;
#include "host/link/inspect_details.def"
#undef PCS_DETAIL
  default:
    return false;
  }
  pcs_writer_text(writer, writer->len > 0 ? ", " : "");
  pcs_writer_text(writer, words);
  pcs_writer_text(writer, " ");
  if (name != NULL) {
    pcs_writer_text(writer, name);
  } else {
    pcs_writer_decimal(writer, value);
  }
  return true;
}

/* OPEN_PEER becomes openPeer, as JavaScript spells it. */
static void put_message_name(pcs_writer *writer, const char *name) {
  bool after_bar = false;
  pcs_json_key(writer, "name");
  pcs_writer_text(writer, "\"");
  for (const char *at = name; *at != '\0'; at++) {
    uint8_t byte = (uint8_t)*at;
    if (byte != '_') {
      pcs_writer_u8(writer, after_bar ? byte : pcs_text_lower(byte));
    }
    after_bar = byte == '_';
  }
  pcs_writer_text(writer, "\"");
}

static bool is_message(uint16_t id) {
  return !pcs_span_equal_text(pcs_span_of_text(pcs_message_name(id)), "UNKNOWN");
}

bool pcs_inspector_note_write(pcs_writer *writer, const pcs_office_note *note, uint64_t page,
                              uint64_t now_us) {
  uint8_t memory[DETAIL_BYTES_MAX];
  pcs_writer detail;
  pcs_writer_init(&detail, memory, sizeof memory);
  if (!is_message(note->message) || !write_detail(&detail, note->first, note->first_value) ||
      !write_detail(&detail, note->second, note->second_value)) {
    return false;
  }
  pcs_writer_text(writer, "{");
  pcs_json_put_number(writer, "time", now_us / 1000u);
  pcs_json_put_id(writer, "page", page);
  if (note->call == 0) {
    pcs_json_key(writer, "connection");
    pcs_writer_text(writer, "null");
  } else {
    pcs_json_put_id(writer, "connection", note->call);
  }
  put_message_name(writer, pcs_message_name(note->message));
  pcs_json_put_name(writer, "direction", (note->message & TO_PAGE) != 0 ? "out" : "in");
  pcs_json_put_text(writer, "detail", pcs_writer_span(&detail));
  pcs_writer_text(writer, "}");
  return !writer->failed;
}
