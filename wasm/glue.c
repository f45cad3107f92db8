/*
 * The door between the page's JavaScript and the core: integers and offsets in, one core call,
 * status out. Bytes go in through the input buffer and come out through the output buffer; a
 * negotiation is known by its address. It decides nothing; memory is the only thing it owns.
 *
 * js/lib/core.js is the only caller. A page that calls in any other way breaks its own sandbox.
 */
#include <stdlib.h>

#include "core/boundary/gate.h"
#include "core/jsep/jsep.h"
#include "core/plan/server_url.h"
#include "core/sdp/candidate_line.h"

#define EXPORT __attribute__((visibility("default"), used))

/* What a text may grow to while candidates are added to it, and the block one needs at worst. */
#define OUTPUT_BYTES_MAX (2 * PCS_SDP_BYTES_MAX)
#define BLOCK_BYTES_MIN 4096
#define BLOCK_BYTES_MAX (32 * PCS_SDP_BYTES_MAX)
#define OUTPUT_BYTES_MIN 16384
/* What stands before the copy of a remote candidate in its block. */
#define REMOTE_CANDIDATE_BYTES 512

typedef struct buffer {
  uint8_t *data;
  size_t capacity;
  size_t len;
} buffer;

static buffer input;
static buffer output;

/* assert() without the C library's streams: our own mistake stops the module. */
_Noreturn void __assert_fail(const char *text, const char *file, int line, const char *function);
_Noreturn void __assert_fail(const char *text, const char *file, int line, const char *function) {
  (void)text;
  (void)file;
  (void)line;
  (void)function;
  __builtin_trap();
}

static pcs_status reserve(buffer *buffer, size_t len) {
  if (len > buffer->capacity) {
    uint8_t *grown = len <= OUTPUT_BYTES_MAX ? realloc(buffer->data, len) : NULL;
    if (grown == NULL) {
      return PCS_ERR_NO_SPACE;
    }
    buffer->data = grown;
    buffer->capacity = len;
  }
  return PCS_OK;
}

static pcs_span input_span(size_t len) {
  return (pcs_span){input.data, len <= input.capacity ? len : 0};
}

/* Begins an output of at most len bytes; the writer has failed when there is no memory for it. */
static pcs_writer begin(size_t len) {
  pcs_writer writer;
  pcs_status status = reserve(&output, len);
  pcs_writer_init(&writer, output.data, output.capacity);
  output.len = 0;
  if (status != PCS_OK) {
    pcs_writer_fail(&writer);
  }
  return writer;
}

static pcs_status end(const pcs_writer *writer) {
  output.len = writer->failed ? 0 : writer->len;
  return writer->failed ? PCS_ERR_NO_SPACE : PCS_OK;
}

static void write_counted(pcs_writer *writer, pcs_span bytes) {
  pcs_writer_u16(writer, (uint16_t)bytes.len);
  pcs_writer_bytes(writer, bytes);
}

/* ---- buffers ---- */

/* The input buffer with room for len bytes, NULL when that is too much. */
EXPORT uint8_t *pcs_wasm_input(size_t len) {
  return reserve(&input, len > 0 ? len : 1) == PCS_OK ? input.data : NULL;
}

EXPORT const uint8_t *pcs_wasm_output(void) {
  return output.data;
}

EXPORT size_t pcs_wasm_output_len(void) {
  return output.len;
}

/* ---- texts and records ---- */

#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  static pcs_status recode_##name(pcs_span body, pcs_writer *writer) {                             \
    static pcs_msg_##name message;                                                                 \
    pcs_status status = pcs_msg_##name##_decode(body, &message);                                   \
    if (status == PCS_OK) {                                                                        \
      pcs_msg_##name##_encode(writer, &message);                                                   \
    }                                                                                              \
    return status;                                                                                 \
  }
#include "core/boundary/messages.def"
#undef PCS_MESSAGE

static pcs_status recode(const pcs_record *record, pcs_direction direction, pcs_writer *writer) {
  switch (record->id) {
#define PCS_MESSAGE(NAME, name, id, way, phase, right, times, size, fields)                        \
  case id:                                                                                         \
    return direction == PCS_##way ? recode_##name(record->body, writer) : PCS_ERR_SYNTAX;
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
  default:
    return PCS_ERR_SYNTAX;
  }
}

/* One whole record: decoded, and encoded again into the output. */
EXPORT pcs_status pcs_wasm_check_message(int direction, size_t len) {
  pcs_span stream = input_span(len);
  pcs_record record;
  pcs_writer writer = begin(len + PCS_RECORD_HEADER_BYTES);
  pcs_status status = pcs_record_next(&stream, &record);
  status = status == PCS_OK && stream.len > 0 ? PCS_ERR_SYNTAX : status;
  status = status == PCS_OK ? recode(&record, (pcs_direction)direction, &writer) : status;
  return status == PCS_OK ? end(&writer) : status;
}

/* The text of a candidate's line to an ADD_CANDIDATE record. */
EXPORT pcs_status pcs_wasm_candidate_read(size_t len) {
  pcs_candidate_line line;
  pcs_writer writer = begin(OUTPUT_BYTES_MIN);
  pcs_status status = pcs_candidate_line_read(input_span(len), &line);
  if (status != PCS_OK) {
    return status;
  }
  pcs_msg_add_candidate message = {.ufrag = line.ufrag, .candidate = line.candidate};
  pcs_msg_add_candidate_encode(&writer, &message);
  return end(&writer);
}

/* The body of a CANDIDATE_FOUND to the text of a candidate's line. */
EXPORT pcs_status pcs_wasm_candidate_write(size_t len) {
  pcs_msg_candidate_found found;
  pcs_writer writer = begin(OUTPUT_BYTES_MIN);
  pcs_status status = pcs_msg_candidate_found_decode(input_span(len), &found);
  status = status == PCS_OK ? pcs_candidate_check(&found.candidate) : status;
  if (status != PCS_OK) {
    return status;
  }
  pcs_candidate_line_write(&writer, &found.candidate, (pcs_span){0});
  return end(&writer);
}

/* The URL of an ICE server to a CONFIGURE_PEER record that has it as its one server. */
EXPORT pcs_status pcs_wasm_server_url_read(size_t len) {
  static pcs_msg_configure_peer message;
  pcs_writer writer = begin(OUTPUT_BYTES_MIN);
  message = (pcs_msg_configure_peer){.num_servers = 1};
  pcs_status status = pcs_server_url_read(input_span(len), &message.servers[0]);
  if (status != PCS_OK) {
    return status;
  }
  pcs_msg_configure_peer_encode(&writer, &message);
  return end(&writer);
}

/* ---- a negotiation's memory ---- */

static void tidy(pcs_negotiation *negotiation) {
  for (void *block; (block = pcs_negotiation_take_back(negotiation)) != NULL;) {
    free(block);
  }
}

static bool lend(pcs_negotiation *negotiation, size_t len) {
  for (int i = 0; i < PCS_NEGOTIATION_BLOCKS; i++) {
    void *memory = malloc(len);
    if (memory == NULL) {
      tidy(negotiation);
      return false;
    }
    pcs_negotiation_lend(negotiation, memory, len);
  }
  return true;
}

/* True while a call that ended for want of memory may be tried with larger blocks. */
static bool is_larger(pcs_negotiation *negotiation, pcs_status status, size_t *len) {
  tidy(negotiation);
  *len *= 4;
  return status == PCS_ERR_NO_SPACE && *len <= BLOCK_BYTES_MAX;
}

/* ---- a negotiation's life ---- */

/* The body of PEER_OPENED, and 64 random bits for o=. NULL when it cannot be. */
EXPORT pcs_negotiation *pcs_wasm_negotiation_new(size_t len, uint32_t id_high, uint32_t id_low) {
  pcs_msg_peer_opened opened;
  pcs_negotiation *negotiation = malloc(sizeof *negotiation);
  if (negotiation == NULL || pcs_msg_peer_opened_decode(input_span(len), &opened) != PCS_OK) {
    free(negotiation);
    return NULL;
  }
  pcs_local_facts facts = {
      .generation = opened.generation,
      .ufrag = opened.ufrag,
      .password = opened.password,
      .tls_id = opened.tls_id,
      .fingerprints = opened.fingerprints,
      .num_fingerprints = opened.num_fingerprints,
      .session_id = (uint64_t)id_high << 32 | id_low,
  };
  if (pcs_negotiation_init(negotiation, &facts) != PCS_OK) {
    free(negotiation);
    return NULL;
  }
  return negotiation;
}

EXPORT void pcs_wasm_negotiation_free(pcs_negotiation *negotiation) {
  pcs_negotiation_close(negotiation);
  tidy(negotiation);
  free(negotiation);
}

/* The body of GENERATION_MADE. */
EXPORT pcs_status pcs_wasm_negotiation_add_generation(pcs_negotiation *negotiation, size_t len) {
  pcs_msg_generation_made made;
  pcs_status status = pcs_msg_generation_made_decode(input_span(len), &made);
  if (status == PCS_OK) {
    status =
        pcs_negotiation_add_generation(negotiation, made.generation, made.ufrag, made.password);
  }
  tidy(negotiation);
  return status;
}

EXPORT void pcs_wasm_negotiation_add_data(pcs_negotiation *negotiation) {
  pcs_negotiation_add_data(negotiation);
}

EXPORT void pcs_wasm_negotiation_restart_ice(pcs_negotiation *negotiation) {
  pcs_negotiation_restart_ice(negotiation);
}

static pcs_creation creation_of(int type, int ice_restart) {
  return (pcs_creation){.type = (pcs_description_type)type, .ice_restart = ice_restart != 0};
}

EXPORT int pcs_wasm_negotiation_needs_generation(const pcs_negotiation *negotiation, int type,
                                                 int restart) {
  return pcs_negotiation_needs_generation(negotiation, creation_of(type, restart));
}

/* Its text is then in the slot for it. */
EXPORT pcs_status pcs_wasm_negotiation_create(pcs_negotiation *negotiation, int type, int restart) {
  size_t len = BLOCK_BYTES_MIN;
  pcs_status status;
  do {
    status = PCS_ERR_NO_SPACE;
    if (lend(negotiation, len)) {
      status = pcs_negotiation_create(negotiation, creation_of(type, restart));
    }
  } while (is_larger(negotiation, status, &len));
  return status;
}

EXPORT pcs_status pcs_wasm_negotiation_set(pcs_negotiation *negotiation, int side, int type,
                                           size_t text_len) {
  pcs_signaling_event event = {(pcs_description_side)side, (pcs_description_type)type};
  size_t len = BLOCK_BYTES_MIN + 2 * text_len;
  pcs_status status;
  do {
    status = PCS_ERR_NO_SPACE;
    if (lend(negotiation, len)) {
      status = pcs_negotiation_set(negotiation, event, input_span(text_len));
    }
  } while (is_larger(negotiation, status, &len));
  return status;
}

/* ---- what came of it ---- */

EXPORT uint32_t pcs_wasm_negotiation_error_line(const pcs_negotiation *negotiation) {
  return negotiation->error_line;
}

EXPORT int pcs_wasm_negotiation_state(const pcs_negotiation *negotiation) {
  return (int)negotiation->state;
}

EXPORT int pcs_wasm_negotiation_needed(const pcs_negotiation *negotiation) {
  return pcs_negotiation_needed(negotiation);
}

EXPORT int pcs_wasm_negotiation_can_trickle(const pcs_negotiation *negotiation) {
  return (int)pcs_negotiation_can_trickle(negotiation);
}

/* The DTLS role, -1 before there is one. */
EXPORT int pcs_wasm_negotiation_dtls_role(const pcs_negotiation *negotiation) {
  return negotiation->agreed.has_dtls_role ? negotiation->agreed.dtls_role : -1;
}

/* The type of what is in the slot, with its text as output; -1 when it is empty. */
EXPORT int pcs_wasm_negotiation_describe(const pcs_negotiation *negotiation, int slot) {
  pcs_description_type type;
  for (size_t len = OUTPUT_BYTES_MIN; len <= OUTPUT_BYTES_MAX; len *= 2) {
    pcs_writer writer = begin(len);
    if (!pcs_negotiation_describe(negotiation, (pcs_description_slot)slot, &writer, &type)) {
      return -1;
    }
    if (end(&writer) == PCS_OK) {
      return (int)type;
    }
  }
  return -1;
}

/* u8 rejected, u16 section, u16 SCTP port, u32 largest message, mid; 0 when there is none. */
EXPORT int pcs_wasm_negotiation_data_transport(const pcs_negotiation *negotiation) {
  pcs_data_transport data;
  pcs_writer writer = begin(OUTPUT_BYTES_MIN);
  bool found = pcs_negotiation_data_transport(negotiation, &data);
  pcs_writer_u8(&writer, data.rejected ? 1 : 0);
  pcs_writer_u16(&writer, data.section);
  pcs_writer_u16(&writer, data.sctp_port);
  pcs_writer_u32(&writer, data.message_bytes_max);
  write_counted(&writer, data.mid);
  return found && end(&writer) == PCS_OK;
}

/* u16 section, mid; 0 when there is none. */
EXPORT int pcs_wasm_negotiation_local_transport(const pcs_negotiation *negotiation) {
  pcs_data_transport data;
  pcs_writer writer = begin(OUTPUT_BYTES_MIN);
  bool found = pcs_negotiation_local_transport(negotiation, &data);
  pcs_writer_u16(&writer, data.section);
  write_counted(&writer, data.mid);
  return found && end(&writer) == PCS_OK;
}

/* ---- candidates ---- */

/*
 * The body of CANDIDATE_FOUND, or nothing for the end of that generation's candidates. Output: u16
 * section, mid, ufrag, text.
 */
EXPORT pcs_status pcs_wasm_negotiation_add_local_candidate(pcs_negotiation *negotiation,
                                                           uint32_t generation, size_t len) {
  pcs_msg_candidate_found found;
  pcs_local_candidate local;
  pcs_writer writer = begin(OUTPUT_BYTES_MIN);
  pcs_status status = len > 0 ? pcs_msg_candidate_found_decode(input_span(len), &found) : PCS_OK;
  if (status == PCS_OK && !lend(negotiation, PCS_CANDIDATE_TEXT_BYTES_MAX)) {
    status = PCS_ERR_NO_SPACE;
  }
  if (status == PCS_OK) {
    status = pcs_negotiation_add_local_candidate(negotiation, generation,
                                                 len > 0 ? &found.candidate : NULL, &local);
  }
  if (status == PCS_OK) {
    pcs_writer_u16(&writer, local.section);
    write_counted(&writer, local.mid);
    write_counted(&writer, local.ufrag);
    write_counted(&writer, local.text);
    status = end(&writer);
  }
  tidy(negotiation);
  return status;
}

/* Input: u8 flags (1 has mid, 2 has section, 4 has ufrag), u16 section, mid, ufrag, text. */
EXPORT pcs_status pcs_wasm_negotiation_add_remote_candidate(pcs_negotiation *negotiation,
                                                            size_t len) {
  pcs_reader reader;
  pcs_reader_init(&reader, input_span(len));
  uint8_t flags = pcs_reader_u8(&reader);
  pcs_remote_candidate candidate = {
      .has_mid = (flags & 1) != 0, .has_section = (flags & 2) != 0, .has_ufrag = (flags & 4) != 0};
  candidate.section = pcs_reader_u16(&reader);
  candidate.mid = pcs_reader_bytes(&reader, pcs_reader_u16(&reader));
  candidate.ufrag = pcs_reader_bytes(&reader, pcs_reader_u16(&reader));
  candidate.text = pcs_reader_rest(&reader);
  pcs_status status = pcs_reader_finish(&reader);
  if (status == PCS_OK) {
    status = lend(negotiation, len + REMOTE_CANDIDATE_BYTES)
                 ? pcs_negotiation_add_remote_candidate(negotiation, &candidate)
                 : PCS_ERR_NO_SPACE;
  }
  tidy(negotiation);
  return status;
}

/* Whole records for the host in the output; ask again until there are none. */
EXPORT void pcs_wasm_negotiation_take_messages(pcs_negotiation *negotiation, uint32_t peer) {
  pcs_writer writer = begin(OUTPUT_BYTES_MIN);
  while (pcs_negotiation_take_message(negotiation, peer, &writer)) {
  }
  (void)end(&writer);
}
