#include "core/sdp/attribute.h"

#include "core/base/text.h"
#include "core/sdp/candidate_line.h"

typedef enum level { LEVEL_SESSION = 1, LEVEL_SECTION = 2, LEVEL_BOTH = 3 } level;
typedef enum times { TIMES_ONCE, TIMES_ANY } times;
typedef enum form { FORM_FLAG, FORM_VALUE } form;

typedef struct attribute_rule {
  const char *text;
  level level;
  times times;
  form form;
} attribute_rule;

static const attribute_rule rules[PCS_SDP_NUM_ATTRIBUTES] = {
    [PCS_SDP_UNKNOWN] = {"", LEVEL_BOTH, TIMES_ANY, FORM_VALUE},
#define PCS_SDP_ATTRIBUTE(NAME, text, level, times, value)                                         \
  [PCS_SDP_##NAME] = {text, LEVEL_##level, TIMES_##times, FORM_##value},
#include "core/sdp/attributes.def"
#undef PCS_SDP_ATTRIBUTE
};
_Static_assert(PCS_SDP_NUM_ATTRIBUTES <= 64, "place.seen has one bit for each");

static pcs_sdp_attribute find(pcs_span name, level here) {
  for (int i = PCS_SDP_UNKNOWN + 1; i < PCS_SDP_NUM_ATTRIBUTES; i++) {
    if (pcs_span_equal_text(name, rules[i].text)) {
      return (rules[i].level & here) != 0 ? (pcs_sdp_attribute)i : PCS_SDP_UNKNOWN;
    }
  }
  return PCS_SDP_UNKNOWN;
}

static pcs_status read_mid(pcs_sdp_section *section, pcs_span value) {
  if (value.len > PCS_SDP_MID_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  section->mid = value;
  return pcs_text_is_visible(value) ? PCS_OK : PCS_ERR_SYNTAX;
}

/* Only BUNDLE means something here; the mids are bounded so that looking one up stays cheap. */
static pcs_status read_group(pcs_sdp_place *place, pcs_span value) {
  pcs_sdp_session *session = place->session;
  pcs_span rest = value;
  pcs_span token;
  if (!pcs_text_next_token(&rest, ' ', &token)) {
    return PCS_ERR_SYNTAX;
  }
  if (!pcs_span_equal_text(token, "BUNDLE")) {
    return PCS_OK;
  }
  pcs_span mids = rest;
  while (pcs_text_next_token(&rest, ' ', &token)) {
    place->num_bundled++;
    if (place->num_bundled > PCS_SDP_SECTIONS_MAX) {
      return PCS_ERR_TOO_LARGE;
    }
  }
  if (session->bundles == NULL) {
    session->bundles = pcs_arena_take(place->arena, PCS_SDP_BUNDLES_MAX, sizeof(pcs_sdp_bundle));
  }
  if (session->bundles == NULL || session->num_bundles == PCS_SDP_BUNDLES_MAX) {
    return session->bundles == NULL ? PCS_ERR_NO_SPACE : PCS_ERR_TOO_LARGE;
  }
  session->bundles[session->num_bundles++].mids = mids;
  return PCS_OK;
}

/* RFC 8839 5.6 separates options by spaces; libdatachannel writes "ice2,trickle". */
static bool has_option(pcs_span text, const char *wanted) {
  pcs_span token;
  pcs_span option;
  while (pcs_text_next_token(&text, ' ', &token)) {
    while (pcs_text_next_token(&token, ',', &option)) {
      if (pcs_span_equal_text(option, wanted)) {
        return true;
      }
    }
  }
  return false;
}

static pcs_hash hash_of(pcs_span name) {
  static const struct {
    const char *name;
    pcs_hash hash;
  } hashes[] = {
      {"sha-1", PCS_HASH_SHA_1},     {"sha-224", PCS_HASH_SHA_224}, {"sha-256", PCS_HASH_SHA_256},
      {"sha-384", PCS_HASH_SHA_384}, {"sha-512", PCS_HASH_SHA_512},
  };
  for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
    if (pcs_text_is_ignoring_case(name, hashes[i].name)) {
      return hashes[i].hash;
    }
  }
  return (pcs_hash)0;
}

/*
 * RFC 8122 5. A hash we do not know is passed over (MD5 among them), and so is what comes after
 * PCS_FINGERPRINTS_MAX: fewer fingerprints let fewer certificates pass.
 */
static pcs_status read_fingerprint(pcs_arena *arena, pcs_sdp_transport *transport, pcs_span value) {
  pcs_span name;
  pcs_span digits;
  if (!pcs_text_split(value, ' ', &name, &digits) || name.len == 0 || digits.len == 0) {
    return PCS_ERR_SYNTAX;
  }
  pcs_hash hash = hash_of(name);
  size_t bytes = pcs_hash_bytes(hash);
  if (bytes == 0 || transport->num_fingerprints == PCS_FINGERPRINTS_MAX) {
    return PCS_OK;
  }
  if (transport->fingerprints == NULL) {
    transport->fingerprints = pcs_arena_take(arena, PCS_FINGERPRINTS_MAX, sizeof(pcs_fingerprint));
  }
  uint8_t *memory = pcs_arena_take(arena, bytes, 1);
  if (transport->fingerprints == NULL || memory == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_writer writer;
  pcs_writer_init(&writer, memory, bytes);
  if (pcs_text_hex_decode(digits, ':', &writer) != PCS_OK || writer.len != bytes) {
    return PCS_ERR_SYNTAX;
  }
  pcs_fingerprint *fingerprint = &transport->fingerprints[transport->num_fingerprints++];
  *fingerprint = (pcs_fingerprint){.hash = (uint8_t)hash, .value = pcs_writer_span(&writer)};
  return PCS_OK;
}

static pcs_status read_setup(pcs_sdp_transport *transport, pcs_span value) {
  static const char *const names[] = {
      [PCS_SDP_SETUP_ACTIVE] = "active",
      [PCS_SDP_SETUP_PASSIVE] = "passive",
      [PCS_SDP_SETUP_ACTPASS] = "actpass",
      [PCS_SDP_SETUP_HOLDCONN] = "holdconn",
  };
  for (uint8_t i = PCS_SDP_SETUP_ACTIVE; i <= PCS_SDP_SETUP_HOLDCONN; i++) {
    if (pcs_text_is_ignoring_case(value, names[i])) {
      transport->setup = i;
      return PCS_OK;
    }
  }
  return PCS_ERR_SYNTAX;
}

static pcs_status read_sctp_port(pcs_sdp_section *section, pcs_span value) {
  uint64_t port;
  pcs_status status = pcs_text_decimal(value, UINT16_MAX, &port);
  section->has_sctp_port = true;
  section->sctp_port = (uint16_t)port;
  return status == PCS_OK ? PCS_OK : PCS_ERR_SYNTAX;
}

/* draft-ietf-mmusic-sctp-sdp-05 7: port, protocol, number of streams. */
static pcs_status read_sctpmap(pcs_sdp_section *section, pcs_span value) {
  pcs_span port;
  return pcs_text_next_token(&value, ' ', &port) ? read_sctp_port(section, port) : PCS_ERR_SYNTAX;
}

static pcs_status read_max_message_size(pcs_sdp_section *section, pcs_span value) {
  uint64_t bytes;
  pcs_status status = pcs_text_decimal(value, UINT32_MAX, &bytes);
  section->has_message_bytes_max = true;
  section->message_bytes_max = status == PCS_ERR_RANGE ? UINT32_MAX : (uint32_t)bytes;
  return status == PCS_ERR_SYNTAX ? PCS_ERR_SYNTAX : PCS_OK;
}

/* A candidate we cannot use is no error (RFC 8839 5.1: ignore what is not understood). */
static pcs_status read_candidate(pcs_span value) {
  pcs_candidate_line ignored;
  return pcs_candidate_line_read(value, &ignored) == PCS_ERR_SYNTAX ? PCS_ERR_SYNTAX : PCS_OK;
}

static void note_flag(pcs_sdp_place *place, pcs_sdp_attribute attribute) {
  pcs_sdp_section *section = place->section;
  uint8_t *direction = section != NULL ? &section->direction : &place->session->direction;
  pcs_sdp_transport *transport = section != NULL ? &section->transport : &place->session->transport;
  if (attribute == PCS_SDP_ICE_LITE) {
    place->session->ice_lite = true;
  } else if (attribute == PCS_SDP_END_OF_CANDIDATES) {
    transport->end_of_candidates = true;
  } else if (attribute == PCS_SDP_BUNDLE_ONLY) {
    section->bundle_only = true;
  } else if (attribute == PCS_SDP_RTCP_MUX) {
    section->rtcp_mux = true;
  } else if (attribute >= PCS_SDP_SENDRECV && attribute <= PCS_SDP_INACTIVE) {
    *direction = (uint8_t)(attribute - PCS_SDP_SENDRECV);
  }
}

static pcs_status note_value(pcs_sdp_place *place, pcs_sdp_attribute attribute, pcs_span value) {
  pcs_sdp_section *section = place->section;
  pcs_sdp_transport *transport = section != NULL ? &section->transport : &place->session->transport;
  switch (attribute) {
  case PCS_SDP_GROUP:
    return read_group(place, value);
  case PCS_SDP_MID:
    return read_mid(section, value);
  case PCS_SDP_ICE_UFRAG:
    transport->ufrag = value;
    return PCS_OK;
  case PCS_SDP_ICE_PWD:
    transport->password = value;
    return PCS_OK;
  case PCS_SDP_ICE_OPTIONS:
    transport->trickle = transport->trickle || has_option(value, "trickle");
    return PCS_OK;
  case PCS_SDP_CANDIDATE:
    return read_candidate(value);
  case PCS_SDP_FINGERPRINT:
    return read_fingerprint(place->arena, transport, value);
  case PCS_SDP_SETUP:
    return read_setup(transport, value);
  case PCS_SDP_TLS_ID:
    transport->tls_id = value;
    return PCS_OK;
  case PCS_SDP_SCTP_PORT:
    return read_sctp_port(section, value);
  case PCS_SDP_SCTPMAP:
    return read_sctpmap(section, value);
  case PCS_SDP_MAX_MESSAGE_SIZE:
    return read_max_message_size(section, value);
  default:
    return PCS_OK;
  }
}

pcs_status pcs_sdp_attribute_read(pcs_sdp_place *place, pcs_span text, pcs_sdp_line *line) {
  line->has_colon = pcs_text_split(text, ':', &line->name, &line->value);
  if (line->name.len == 0) {
    return PCS_ERR_SYNTAX;
  }
  pcs_sdp_attribute attribute = find(line->name, place->section ? LEVEL_SECTION : LEVEL_SESSION);
  const attribute_rule *rule = &rules[attribute];
  uint64_t bit = UINT64_C(1) << attribute;
  bool repeated = rule->times == TIMES_ONCE && (place->seen & bit) != 0;
  line->attribute = (uint8_t)attribute;
  place->seen |= bit;
  if (repeated) {
    return PCS_ERR_SYNTAX;
  }
  if (rule->form == FORM_FLAG) {
    note_flag(place, attribute);
    return PCS_OK;
  }
  bool empty = line->value.len == 0;
  return attribute != PCS_SDP_UNKNOWN && empty ? PCS_ERR_SYNTAX
                                               : note_value(place, attribute, line->value);
}
