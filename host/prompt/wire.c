#include "host/prompt/wire.h"

#include <string.h>

pcs_wire_kind pcs_wire_kind_of(pcs_span message) {
  switch (message.len > 0 ? message.data[0] : 0) {
  case PCS_WIRE_QUESTION:
  case PCS_WIRE_LINES:
  case PCS_WIRE_PING:
  case PCS_WIRE_SHOWN:
  case PCS_WIRE_ARMED:
  case PCS_WIRE_ANSWER:
  case PCS_WIRE_SEEN:
  case PCS_WIRE_STOP:
  case PCS_WIRE_PONG:
    return (pcs_wire_kind)message.data[0];
  default:
    return PCS_WIRE_NONE;
  }
}

/* ---- parts ---- */

static void expect_kind(pcs_reader *reader, pcs_wire_kind kind) {
  if (pcs_reader_u8(reader) != kind) {
    pcs_reader_fail(reader);
  }
}

bool pcs_reader_bool(pcs_reader *reader) {
  uint8_t value = pcs_reader_u8(reader);
  if (value > 1) {
    pcs_reader_fail(reader);
  }
  return value == 1;
}

/* A count or length that is at most max. */
static uint8_t read_bounded(pcs_reader *reader, size_t max) {
  uint8_t value = pcs_reader_u8(reader);
  if (value > max) {
    pcs_reader_fail(reader);
    return 0;
  }
  return value;
}

void pcs_origin_write_wire(pcs_writer *writer, const pcs_origin *origin) {
  pcs_span text = pcs_span_of_text(origin->text);
  pcs_writer_u16(writer, (uint16_t)text.len);
  pcs_writer_bytes(writer, text);
}

void pcs_origin_read_wire(pcs_reader *reader, pcs_origin *out_origin) {
  size_t len = pcs_reader_u16(reader);
  pcs_span text = pcs_reader_bytes(reader, len);
  if (pcs_origin_parse(text, out_origin) != PCS_OK || out_origin->opaque) {
    pcs_reader_fail(reader);
  }
}

static void write_peer(pcs_writer *writer, const pcs_peer *peer) {
  pcs_writer_u8(writer, peer->num_certificates);
  for (size_t i = 0; i < peer->num_certificates; i++) {
    const pcs_peer_certificate *certificate = &peer->certificates[i];
    pcs_writer_u8(writer, certificate->hash);
    pcs_writer_bytes(writer,
                     (pcs_span){certificate->value, pcs_hash_bytes((pcs_hash)certificate->hash)});
  }
}

/* In the set's own order and without doubles, as it was written. */
static void read_peer(pcs_reader *reader, pcs_peer *out_peer) {
  uint8_t num = read_bounded(reader, PCS_FINGERPRINTS_MAX);
  for (size_t i = 0; i < num && !reader->failed; i++) {
    pcs_fingerprint fingerprint = {.hash = pcs_reader_u8(reader)};
    fingerprint.value = pcs_reader_bytes(reader, pcs_hash_bytes((pcs_hash)fingerprint.hash));
    if (reader->failed || pcs_peer_add(out_peer, &fingerprint) != PCS_OK ||
        out_peer->num_certificates != i + 1 ||
        memcmp(out_peer->certificates[i].value, fingerprint.value.data, fingerprint.value.len) !=
            0) {
      pcs_reader_fail(reader);
    }
  }
}

static void write_choice(pcs_writer *writer, const pcs_device_choice *choice) {
  pcs_writer_u32(writer, choice->right);
  pcs_writer_u8(writer, choice->device.len);
  pcs_writer_bytes(writer, pcs_device_name(&choice->device));
  pcs_writer_u8(writer, choice->label_len);
  pcs_writer_bytes(writer, (pcs_span){choice->label, choice->label_len});
}

static void read_choice(pcs_reader *reader, pcs_device_choice *out_choice) {
  out_choice->right = pcs_reader_u32(reader);
  size_t name_len = read_bounded(reader, PCS_DEVICE_BYTES_MAX);
  if (pcs_device_set(&out_choice->device, pcs_reader_bytes(reader, name_len)) != PCS_OK) {
    pcs_reader_fail(reader);
  }
  out_choice->label_len = read_bounded(reader, PCS_DEVICE_LABEL_BYTES_MAX);
  pcs_reader_copy(reader, out_choice->label, out_choice->label_len);
}

/* ---- a question ---- */

void pcs_question_write(pcs_writer *writer, const pcs_question *question) {
  pcs_writer_u8(writer, PCS_WIRE_QUESTION);
  pcs_writer_u64(writer, question->id);
  pcs_origin_write_wire(writer, &question->origin);
  pcs_origin_write_wire(writer, &question->embedder);
  pcs_writer_u32(writer, question->rights);
  pcs_writer_u16(writer, (uint16_t)question->reason);
  pcs_writer_u32(writer, question->durations);
  pcs_writer_u8(writer, question->can_block ? 1 : 0);
  write_peer(writer, &question->peer);
  pcs_writer_u8(writer, (uint8_t)question->num_devices);
  for (size_t i = 0; i < question->num_devices; i++) {
    write_choice(writer, &question->devices[i]);
  }
}

pcs_status pcs_question_read(pcs_question *out_question, pcs_span message) {
  pcs_reader reader;
  memset(out_question, 0, sizeof *out_question);
  pcs_reader_init(&reader, message);
  expect_kind(&reader, PCS_WIRE_QUESTION);
  out_question->id = pcs_reader_u64(&reader);
  pcs_origin_read_wire(&reader, &out_question->origin);
  pcs_origin_read_wire(&reader, &out_question->embedder);
  out_question->rights = pcs_reader_u32(&reader);
  out_question->reason = (pcs_reason)pcs_reader_u16(&reader);
  out_question->durations = pcs_reader_u32(&reader);
  out_question->can_block = pcs_reader_bool(&reader);
  read_peer(&reader, &out_question->peer);
  out_question->num_devices = read_bounded(&reader, PCS_QUESTION_DEVICES_MAX);
  for (size_t i = 0; i < out_question->num_devices && !reader.failed; i++) {
    read_choice(&reader, &out_question->devices[i]);
  }
  bool good = pcs_reader_finish(&reader) == PCS_OK && pcs_question_check(out_question) == PCS_OK;
  return good ? PCS_OK : PCS_ERR_SYNTAX;
}

/* ---- its answer ---- */

void pcs_answer_write(pcs_writer *writer, const pcs_answer *answer) {
  pcs_writer_u8(writer, PCS_WIRE_ANSWER);
  pcs_writer_u64(writer, answer->question);
  pcs_writer_u8(writer, (uint8_t)answer->kind);
  pcs_writer_u32(writer, answer->rights);
  pcs_writer_u8(writer, (uint8_t)answer->duration);
  pcs_writer_u8(writer, answer->only_this_peer ? 1 : 0);
  pcs_writer_u8(writer, (uint8_t)answer->num_devices);
  pcs_writer_bytes(writer, (pcs_span){answer->devices, answer->num_devices});
}

pcs_status pcs_answer_read(pcs_answer *out_answer, pcs_span message) {
  pcs_reader reader;
  memset(out_answer, 0, sizeof *out_answer);
  pcs_reader_init(&reader, message);
  expect_kind(&reader, PCS_WIRE_ANSWER);
  out_answer->question = pcs_reader_u64(&reader);
  out_answer->kind = (pcs_answer_kind)read_bounded(&reader, PCS_ANSWER_ALLOWED);
  out_answer->rights = pcs_reader_u32(&reader);
  out_answer->duration = (pcs_duration)read_bounded(&reader, PCS_NUM_DURATIONS - 1);
  out_answer->only_this_peer = pcs_reader_bool(&reader);
  out_answer->num_devices = read_bounded(&reader, PCS_QUESTION_DEVICES_MAX);
  pcs_reader_copy(&reader, out_answer->devices, out_answer->num_devices);
  if (pcs_reader_finish(&reader) != PCS_OK) {
    memset(out_answer, 0, sizeof *out_answer);
    return PCS_ERR_SYNTAX;
  }
  return PCS_OK;
}
