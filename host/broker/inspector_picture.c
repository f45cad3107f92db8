#include "host/broker/inspector_picture.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/boundary/names.h"
#include "core/plan/address.h"
#include "host/broker/json.h"

/* Kept for the ends of what has begun: the longest is "],"channels":[]}]". */
#define CLOSING_BYTES 32
#define DTLS_1_2 0xfefd
#define DTLS_1_3 0xfefc

typedef enum building_phase {
  BUILDING_LIST,     /* between connections */
  BUILDING_PAIRS,    /* in one, its pairs may come */
  BUILDING_CHANNELS, /* its channels */
  BUILDING_NOTHING,  /* one that did not fit: what belongs to it is left out too */
} building_phase;

struct pcs_inspector_picture {
  building_phase phase;
  size_t building_len;
  size_t shown_len;
  uint8_t *building;
  uint8_t *shown;
  uint8_t memory[2][PCS_INSPECTOR_PICTURE_BYTES];
};

static pcs_writer writer_of(pcs_inspector_picture *picture, size_t kept_bytes) {
  pcs_writer writer;
  pcs_writer_init(&writer, picture->building, PCS_INSPECTOR_PICTURE_BYTES - kept_bytes);
  writer.len = picture->building_len;
  return writer;
}

/* Keeps what was written, if all of it fitted. */
static bool keep(pcs_inspector_picture *picture, const pcs_writer *writer) {
  if (!writer->failed) {
    picture->building_len = writer->len;
  }
  return !writer->failed;
}

static void write_end(pcs_inspector_picture *picture, const char *text) {
  pcs_writer writer = writer_of(picture, 0);
  pcs_writer_text(&writer, text);
  bool kept = keep(picture, &writer);
  (void)kept; /* room is kept for it */
}

static void begin_list(pcs_inspector_picture *picture) {
  picture->building_len = 0;
  picture->phase = BUILDING_LIST;
  write_end(picture, "[");
}

static void end_connection(pcs_inspector_picture *picture) {
  if (picture->phase == BUILDING_PAIRS) {
    write_end(picture, "],\"channels\":[]}");
  } else if (picture->phase == BUILDING_CHANNELS) {
    write_end(picture, "]}");
  }
  picture->phase = BUILDING_LIST;
}

pcs_inspector_picture *pcs_inspector_picture_new(void) {
  pcs_inspector_picture *picture = calloc(1, sizeof *picture);
  if (picture != NULL) {
    picture->building = picture->memory[0];
    picture->shown = picture->memory[1];
    begin_list(picture);
    memcpy(picture->shown, "[]", 2);
    picture->shown_len = 2;
  }
  return picture;
}

void pcs_inspector_picture_free(pcs_inspector_picture *picture) {
  free(picture);
}

pcs_span pcs_inspector_picture_shown(const pcs_inspector_picture *picture) {
  return (pcs_span){picture->shown, picture->shown_len};
}

/* ---- one connection ---- */

static void put_round_trip(pcs_writer *writer, uint32_t round_trip_us) {
  pcs_json_key(writer, "roundTripMs");
  if (round_trip_us == 0) {
    pcs_writer_text(writer, "null");
    return;
  }
  uint32_t rest = round_trip_us % 1000u;
  pcs_writer_decimal(writer, round_trip_us / 1000u);
  pcs_writer_text(writer, rest < 10 ? ".00" : rest < 100 ? ".0" : ".");
  pcs_writer_decimal(writer, rest);
}

static void put_fingerprint(pcs_writer *writer, const char *name, pcs_span digest) {
  pcs_json_key(writer, name);
  pcs_writer_text(writer, digest.len > 0 ? "\"sha-256 " : "\"");
  pcs_writer_hex_colons(writer, digest);
  pcs_writer_text(writer, "\"");
}

/* TLS 1.3 has no other key exchange; of 1.2's suites the name says it. */
static bool has_forward_secrecy(const pcs_office_picture_call *call) {
  return call->dtls_version == DTLS_1_3 || pcs_text_starts_with(call->cipher, "TLS_ECDHE_") ||
         pcs_text_starts_with(call->cipher, "ECDHE-");
}

static void put_consent(pcs_writer *writer, const pcs_office_picture_call *call) {
  pcs_json_key(writer, "consent");
  if ((call->with & PCS_PICTURE_CONSENT) == 0) {
    pcs_writer_text(writer, "null");
    return;
  }
  pcs_writer_text(writer, "{");
  pcs_json_put_number(writer, "ageMs", call->consent_age_ms);
  pcs_json_put_number(writer, "expiresMs", call->consent_left_ms);
  pcs_writer_text(writer, "}");
}

static void write_call(pcs_writer *writer, const pcs_office_picture_call *call) {
  bool has_sctp = (call->with & PCS_PICTURE_SCTP) != 0;
  pcs_json_comma(writer);
  pcs_writer_text(writer, "{");
  pcs_json_put_id(writer, "id", call->call);
  pcs_json_put_name(writer, "iceState", pcs_ice_state_name((pcs_ice_state)call->ice_state));
  pcs_json_put_name(writer, "iceRole", pcs_ice_role_name((pcs_ice_role)call->ice_role));
  pcs_json_put_name(writer, "dtlsState", pcs_dtls_state_name((pcs_dtls_state)call->dtls_state));
  pcs_json_put_name(writer, "dtlsRole", pcs_dtls_role_name((pcs_dtls_role)call->dtls_role));
  pcs_json_put_name(writer, "dtlsVersion",
                    call->dtls_version == DTLS_1_2   ? "1.2"
                    : call->dtls_version == DTLS_1_3 ? "1.3"
                                                     : "");
  pcs_json_put_text(writer, "cipher", call->cipher);
  pcs_json_put_text(writer, "group", call->group);
  pcs_json_put_bool(writer, "forwardSecrecy", has_forward_secrecy(call));
  put_fingerprint(writer, "localFingerprint", call->local_digest);
  put_fingerprint(writer, "remoteFingerprint", call->remote_digest);
  pcs_json_put_name(writer, "sctpState",
                    has_sctp ? pcs_sctp_state_name((pcs_sctp_state)call->sctp_state) : "new");
  put_consent(writer, call);
  pcs_json_put_number(writer, "bytesSent", call->bytes_sent);
  pcs_json_put_number(writer, "bytesReceived", call->bytes_received);
  pcs_json_put_number(writer, "packetsSent", call->packets_sent);
  pcs_json_put_number(writer, "packetsReceived", call->packets_received);
  put_round_trip(writer, call->round_trip_us);
  pcs_json_put_number(writer, "bufferedBytes", call->buffered_bytes);
  pcs_json_key(writer, "pairs");
  pcs_writer_text(writer, "[");
}

static bool hear_call(pcs_inspector_picture *picture, pcs_span body) {
  pcs_office_picture_call call;
  if (pcs_office_picture_call_decode(body, &call) != PCS_OK) {
    return false;
  }
  end_connection(picture);
  pcs_writer writer = writer_of(picture, CLOSING_BYTES);
  write_call(&writer, &call);
  picture->phase = keep(picture, &writer) ? BUILDING_PAIRS : BUILDING_NOTHING;
  return true;
}

/* ---- its pairs ---- */

typedef struct shown_candidate {
  uint8_t type;
  uint8_t transport;
  const pcs_address *address;
} shown_candidate;

static void put_candidate(pcs_writer *writer, const char *name, shown_candidate one) {
  bool is_shown =
      one.address->family == PCS_ADDRESS_IPV4 || one.address->family == PCS_ADDRESS_IPV6;
  pcs_json_key(writer, name);
  pcs_writer_text(writer, "{");
  pcs_json_put_name(writer, "type", pcs_candidate_type_name((pcs_candidate_type)one.type));
  pcs_json_put_name(writer, "protocol", pcs_transport_name((pcs_transport)one.transport));
  pcs_json_key(writer, "address");
  if (is_shown) {
    pcs_writer_text(writer, "\"");
    pcs_address_write(writer, one.address);
    pcs_writer_text(writer, "\"");
  } else {
    pcs_writer_text(writer, "null");
  }
  pcs_json_put_number(writer, "port", is_shown ? one.address->port : 0);
  pcs_writer_text(writer, "}");
}

static bool hear_pair(pcs_inspector_picture *picture, pcs_span body) {
  pcs_office_picture_pair pair;
  if (pcs_office_picture_pair_decode(body, &pair) != PCS_OK ||
      picture->phase == BUILDING_LIST || picture->phase == BUILDING_CHANNELS) {
    return false;
  }
  if (picture->phase == BUILDING_NOTHING) {
    return true;
  }
  pcs_writer writer = writer_of(picture, CLOSING_BYTES);
  pcs_json_comma(&writer);
  pcs_writer_text(&writer, "{");
  pcs_json_put_id(&writer, "id", pair.id);
  pcs_json_put_name(&writer, "state", pcs_ice_pair_state_name((pcs_ice_pair_state)pair.state));
  pcs_json_put_bool(&writer, "nominated", pair.nominated != 0);
  put_candidate(&writer, "local",
                (shown_candidate){pair.local_type, pair.local_transport, &pair.local_address});
  put_candidate(&writer, "remote",
                (shown_candidate){pair.remote_type, pair.remote_transport, &pair.remote_address});
  put_round_trip(&writer, pair.round_trip_us);
  pcs_json_put_number(&writer, "requestsSent", pair.requests_sent);
  pcs_json_put_number(&writer, "responsesReceived", pair.responses_received);
  pcs_json_put_number(&writer, "requestsReceived", pair.requests_received);
  pcs_json_put_number(&writer, "responsesSent", pair.responses_sent);
  pcs_json_put_number(&writer, "bytesSent", pair.bytes_sent);
  pcs_json_put_number(&writer, "bytesReceived", pair.bytes_received);
  pcs_writer_text(&writer, "}");
  bool kept = keep(picture, &writer);
  (void)kept; /* what has no room is left out */
  return true;
}

/* ---- its channels ---- */

static bool hear_channel(pcs_inspector_picture *picture, pcs_span body) {
  pcs_office_picture_channel channel;
  if (pcs_office_picture_channel_decode(body, &channel) != PCS_OK ||
      picture->phase == BUILDING_LIST) {
    return false;
  }
  if (picture->phase == BUILDING_NOTHING) {
    return true;
  }
  if (picture->phase == BUILDING_PAIRS) {
    write_end(picture, "],\"channels\":[");
    picture->phase = BUILDING_CHANNELS;
  }
  pcs_writer writer = writer_of(picture, CLOSING_BYTES);
  pcs_json_comma(&writer);
  pcs_writer_text(&writer, "{");
  pcs_json_put_number(&writer, "id", channel.id);
  pcs_json_put_text(&writer, "label", channel.label);
  pcs_json_put_name(&writer, "state", pcs_channel_state_name((pcs_channel_state)channel.state));
  pcs_json_put_number(&writer, "messagesSent", channel.messages_sent);
  pcs_json_put_number(&writer, "messagesReceived", channel.messages_received);
  pcs_json_put_number(&writer, "bytesSent", channel.bytes_sent);
  pcs_json_put_number(&writer, "bytesReceived", channel.bytes_received);
  pcs_json_put_number(&writer, "bufferedBytes", channel.buffered_bytes);
  pcs_writer_text(&writer, "}");
  bool kept = keep(picture, &writer);
  (void)kept;
  return true;
}

/* ---- all of it ---- */

/* What was left off before is forgotten. */
static bool hear_begin(pcs_inspector_picture *picture, pcs_span body) {
  pcs_office_picture_begin round;
  begin_list(picture);
  return pcs_office_picture_begin_decode(body, &round) == PCS_OK;
}

static bool hear_end(pcs_inspector_picture *picture, pcs_span body) {
  pcs_office_picture_end end;
  if (pcs_office_picture_end_decode(body, &end) != PCS_OK) {
    return false;
  }
  end_connection(picture);
  write_end(picture, "]");
  uint8_t *shown = picture->building;
  picture->building = picture->shown;
  picture->shown = shown;
  picture->shown_len = picture->building_len;
  begin_list(picture);
  return true;
}

bool pcs_inspector_picture_hear(pcs_inspector_picture *picture, const pcs_office_message *message,
                                bool *out_is_whole) {
  *out_is_whole = message->id == PCS_OFFICE_PICTURE_END;
  switch (message->id) {
  case PCS_OFFICE_PICTURE_BEGIN:
    return hear_begin(picture, message->body);
  case PCS_OFFICE_PICTURE_CALL:
    return hear_call(picture, message->body);
  case PCS_OFFICE_PICTURE_PAIR:
    return hear_pair(picture, message->body);
  case PCS_OFFICE_PICTURE_CHANNEL:
    return hear_channel(picture, message->body);
  case PCS_OFFICE_PICTURE_END:
    return hear_end(picture, message->body);
  default:
    return false;
  }
}
