#include "host/link/office.h"

#include <stdlib.h>
#include <string.h>

#include "core/boundary/record.h"
#include "host/sys/descriptor.h"

#define ID_BYTES 2
#define LENGTH_BYTES 2

struct pcs_office {
  int descriptor;
  pcs_office_direction in;
  uint8_t heard[PCS_OFFICE_BYTES_MAX + 1]; /* one more: what is longer is seen to be */
  uint8_t queue[PCS_OFFICE_QUEUE_BYTES];   /* messages, each behind its length */
  size_t queue_len;
};

/* ---- the codec ---- */

#define U8(name) +1
#define U32(name) +4
#define LIST(record, name, max) +1 + PCS_SIZE_##record *(max)
#define PCS_OFFICE(NAME, name, id, direction, size, fields)                                        \
  _Static_assert((0 fields) <= (size), #NAME " can be larger than its size");                      \
  _Static_assert((size) + ID_BYTES <= PCS_OFFICE_BYTES_MAX, #NAME " is too large");
#include "host/link/office_messages.def"
#undef PCS_OFFICE
#undef U8
#undef U32
#undef LIST

#include "core/boundary/field_encode.def"
#define PCS_OFFICE(NAME, name, id, direction, size, fields)                                        \
  void pcs_office_##name##_encode(pcs_writer *writer, const pcs_office_##name *from) {             \
    pcs_writer_u16(writer, id);                                                                    \
    fields                                                                                         \
  }
#include "host/link/office_messages.def"
#undef PCS_OFFICE
#include "core/boundary/field_undefine.def"

#include "core/boundary/field_decode.def"
#define PCS_OFFICE(NAME, name, id, direction, size, fields)                                        \
  pcs_status pcs_office_##name##_decode(pcs_span body, pcs_office_##name *into) {                  \
    pcs_reader body_reader;                                                                        \
    pcs_reader *reader = &body_reader;                                                             \
    pcs_reader_init(reader, body);                                                                 \
    memset(into, 0, sizeof *into);                                                                 \
    fields pcs_status status = pcs_reader_finish(reader);                                          \
    if (status != PCS_OK) {                                                                        \
      memset(into, 0, sizeof *into);                                                               \
    }                                                                                              \
    return status;                                                                                 \
  }
#include "host/link/office_messages.def"
#undef PCS_OFFICE
#include "core/boundary/field_undefine.def"

typedef struct office_row {
  uint16_t id;
  pcs_office_direction direction;
  size_t bytes_max;
} office_row;

static const office_row rows[] = {
#define PCS_OFFICE(NAME, name, id, direction, size, fields) {id, PCS_##direction, size},
#include "host/link/office_messages.def"
#undef PCS_OFFICE
};

pcs_status pcs_office_open(pcs_office_message *out_message, pcs_span bytes,
                           pcs_office_direction direction) {
  pcs_reader reader;
  pcs_reader_init(&reader, bytes);
  *out_message = (pcs_office_message){.id = pcs_reader_u16(&reader)};
  out_message->body = pcs_reader_rest(&reader);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rows[i].id == out_message->id && rows[i].direction == direction) {
      return out_message->body.len <= rows[i].bytes_max ? PCS_OK : PCS_ERR_TOO_LARGE;
    }
  }
  return PCS_ERR_SYNTAX;
}

/* ---- the pair ---- */

pcs_status pcs_office_new(pcs_office **out_office, int descriptor, pcs_office_direction in) {
  pcs_office *office = calloc(1, sizeof *office);
  *out_office = office;
  if (office == NULL) {
    pcs_descriptor_close(&descriptor);
    return PCS_ERR_SYSTEM;
  }
  office->descriptor = descriptor;
  office->in = in;
  return PCS_OK;
}

void pcs_office_free(pcs_office *office) {
  if (office != NULL) {
    pcs_descriptor_close(&office->descriptor);
    free(office);
  }
}

int pcs_office_descriptor(const pcs_office *office) {
  return office->descriptor;
}

pcs_status pcs_office_receive(pcs_office *office, pcs_office_message *out_message) {
  size_t len = 0;
  *out_message = (pcs_office_message){0};
  pcs_status status =
      pcs_descriptor_read(office->descriptor, office->heard, sizeof office->heard, &len);
  if (status != PCS_OK) {
    return status;
  }
  if (len > PCS_OFFICE_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  return pcs_office_open(out_message, (pcs_span){office->heard, len}, office->in);
}

size_t pcs_office_room(const pcs_office *office) {
  return sizeof office->queue - office->queue_len;
}

static pcs_status enqueue(pcs_office *office, pcs_span message) {
  pcs_writer writer;
  pcs_writer_init(&writer, office->queue + office->queue_len, pcs_office_room(office));
  pcs_writer_u16(&writer, (uint16_t)message.len);
  pcs_writer_bytes(&writer, message);
  pcs_span written;
  pcs_status status = pcs_writer_finish(&writer, &written);
  office->queue_len += written.len;
  return status;
}

pcs_status pcs_office_send(pcs_office *office, const pcs_writer *writer) {
  pcs_span message;
  pcs_status status = pcs_writer_finish(writer, &message);
  if (status == PCS_OK) {
    status = pcs_office_flush(office);
  }
  size_t sent = 0;
  if (status == PCS_OK) {
    status = pcs_descriptor_write(office->descriptor, message, &sent);
  }
  return status == PCS_ERR_NO_SPACE ? enqueue(office, message) : status;
}

pcs_status pcs_office_flush(pcs_office *office) {
  pcs_status status = PCS_OK;
  size_t done = 0;
  while (status == PCS_OK && done < office->queue_len) {
    pcs_reader reader;
    pcs_reader_init(&reader, (pcs_span){office->queue + done, office->queue_len - done});
    size_t len = pcs_reader_u16(&reader);
    size_t sent = 0;
    status = pcs_descriptor_write(office->descriptor, pcs_reader_bytes(&reader, len), &sent);
    done += status == PCS_OK ? LENGTH_BYTES + len : 0;
  }
  if (done > 0) {
    memmove(office->queue, office->queue + done, office->queue_len - done);
    office->queue_len -= done;
  }
  return status;
}
