#include "host/ice/mdns_message.h"

#include <string.h>

#include "core/base/text.h"
#include "core/plan/address.h"

#define UUID_BYTES 36
#define CLASS_IN 1u
/* RFC 6762 10.2 in records, 5.4 in questions: cache-flush, and "answer me alone". */
#define CLASS_TOP_BIT 0x8000u
#define FLAG_RESPONSE 0x8000u
#define FLAG_AUTHORITATIVE 0x0400u
#define OPCODE_AND_ERROR 0x780fu
#define TYPE_NSEC 47u
#define LABEL_BYTES_MAX 63u
#define POINTER 0xc0u
#define TEXT_BYTES_MAX 253u /* RFC 1035 3.1: 255 on the wire, with lengths and the root */

/* ---- names ---- */

pcs_status pcs_mdns_name_set(pcs_mdns_name *out_name, pcs_span text) {
  if (text.len != sizeof out_name->text || !pcs_address_is_mdns_name(text)) {
    return PCS_ERR_SYNTAX;
  }
  for (size_t i = 0; i < text.len; i++) {
    out_name->text[i] = pcs_text_lower(text.data[i]);
  }
  return PCS_OK;
}

pcs_span pcs_mdns_name_span(const pcs_mdns_name *name) {
  return (pcs_span){name->text, sizeof name->text};
}

bool pcs_mdns_name_equal(const pcs_mdns_name *a, const pcs_mdns_name *b) {
  return memcmp(a->text, b->text, sizeof a->text) == 0;
}

/* A name being read: its text, with dots, and where the label at hand stands. */
typedef struct name_scan {
  pcs_span message;
  pcs_reader reader;
  size_t begin; /* of the part that is read: a pointer must point before it */
  uint8_t text[TEXT_BYTES_MAX];
  size_t len;
  bool has_jumped;
} name_scan;

static void take_label(name_scan *scan, uint8_t len) {
  pcs_span label = pcs_reader_bytes(&scan->reader, len);
  if (label.len != len || scan->len + len + 1 > sizeof scan->text) {
    pcs_reader_fail(&scan->reader);
    return;
  }
  if (scan->len > 0) {
    scan->text[scan->len++] = '.';
  }
  memcpy(scan->text + scan->len, label.data, len);
  scan->len += len;
}

/* RFC 1035 4.1.4: only back, and so never in a circle. */
static void follow_pointer(name_scan *scan, uint8_t high) {
  size_t to = (size_t)(high & ~POINTER) << 8 | pcs_reader_u8(&scan->reader);
  if (scan->reader.failed || to >= scan->begin) {
    pcs_reader_fail(&scan->reader);
    return;
  }
  scan->begin = to;
  scan->has_jumped = true;
  pcs_reader_init(&scan->reader, pcs_text_slice(scan->message, to, scan->message.len));
}

/* Reads a name off reader; true when it is one of ours. A label with a dot in it makes a text that
 * looks like another name's, but a UUID's label has none and is whole, so that cannot be ours. */
static bool read_name(pcs_span message, pcs_reader *reader, pcs_mdns_name *out_name) {
  name_scan scan = {.message = message, .reader = *reader, .begin = message.len - reader->rest.len};
  size_t first_label_len = 0;
  pcs_reader after = *reader;
  for (;;) {
    uint8_t len = pcs_reader_u8(&scan.reader);
    if (len > LABEL_BYTES_MAX && (len & POINTER) != POINTER) {
      pcs_reader_fail(&scan.reader);
    }
    bool is_pointer = (len & POINTER) == POINTER;
    if (!scan.has_jumped && is_pointer) {
      after = scan.reader;
      (void)pcs_reader_u8(&after);
    }
    if (scan.reader.failed || len == 0) {
      break;
    }
    if (is_pointer) {
      follow_pointer(&scan, len);
    } else {
      first_label_len = scan.len == 0 ? len : first_label_len;
      take_label(&scan, len);
    }
  }
  if (scan.reader.failed) {
    pcs_reader_fail(reader);
    return false;
  }
  *reader = scan.has_jumped ? after : scan.reader;
  return first_label_len == UUID_BYTES &&
         pcs_mdns_name_set(out_name, (pcs_span){scan.text, scan.len}) == PCS_OK;
}

/* ---- reading ---- */

typedef struct entry_head {
  pcs_mdns_name name;
  bool is_ours; /* the name's form, and class IN */
  uint16_t type;
} entry_head;

static entry_head read_head(pcs_span datagram, pcs_reader *reader) {
  entry_head head = {.is_ours = false};
  bool has_form = read_name(datagram, reader, &head.name);
  head.type = pcs_reader_u16(reader);
  uint16_t class = pcs_reader_u16(reader);
  head.is_ours = has_form && !reader->failed && (class & ~CLASS_TOP_BIT) == CLASS_IN;
  return head;
}

static void read_question(pcs_span datagram, pcs_reader *reader, pcs_mdns_message *message) {
  entry_head head = read_head(datagram, reader);
  bool known = head.type == PCS_MDNS_A || head.type == PCS_MDNS_AAAA || head.type == PCS_MDNS_ANY;
  if (head.is_ours && known && message->num_questions < PCS_MDNS_QUESTIONS_MAX) {
    message->questions[message->num_questions++] =
        (pcs_mdns_question){.name = head.name, .type = (pcs_mdns_type)head.type};
  }
}

static bool read_address(uint16_t type, pcs_span data, pcs_address *out_address) {
  bool is_a = type == PCS_MDNS_A && data.len == 4;
  bool is_aaaa = type == PCS_MDNS_AAAA && data.len == 16;
  *out_address = (pcs_address){.family = is_a ? PCS_ADDRESS_IPV4 : PCS_ADDRESS_IPV6};
  if (is_a || is_aaaa) {
    memcpy(out_address->bytes, data.data, data.len);
  }
  return is_a || is_aaaa;
}

static void read_record(pcs_span datagram, pcs_reader *reader, pcs_mdns_message *message) {
  entry_head head = read_head(datagram, reader);
  uint32_t ttl_s = pcs_reader_u32(reader);
  pcs_span data = pcs_reader_bytes(reader, pcs_reader_u16(reader));
  pcs_mdns_record record = {.name = head.name, .ttl_s = ttl_s};
  if (!reader->failed && head.is_ours && read_address(head.type, data, &record.address) &&
      message->num_records < PCS_MDNS_RECORDS_MAX) {
    message->records[message->num_records++] = record;
  }
}

pcs_status pcs_mdns_read(pcs_span datagram, pcs_mdns_message *out_message) {
  *out_message = (pcs_mdns_message){.is_response = false};
  if (datagram.len > PCS_MDNS_MESSAGE_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  pcs_reader reader;
  pcs_reader_init(&reader, datagram);
  (void)pcs_reader_u16(&reader); /* RFC 6762 18.1: the id says nothing */
  uint16_t flags = pcs_reader_u16(&reader);
  size_t num_questions = pcs_reader_u16(&reader);
  size_t num_records = pcs_reader_u16(&reader);
  num_records += pcs_reader_u16(&reader);
  num_records += pcs_reader_u16(&reader);
  if (reader.failed) {
    return PCS_ERR_SYNTAX;
  }
  if ((flags & OPCODE_AND_ERROR) != 0) {
    return PCS_ERR_UNSUPPORTED;
  }
  if (num_questions + num_records > PCS_MDNS_ENTRIES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  out_message->is_response = (flags & FLAG_RESPONSE) != 0;
  for (size_t i = 0; i < num_questions && !reader.failed; i++) {
    read_question(datagram, &reader, out_message);
  }
  for (size_t i = 0; i < num_records && !reader.failed; i++) {
    read_record(datagram, &reader, out_message);
  }
  pcs_status status = pcs_reader_finish(&reader);
  if (status != PCS_OK) {
    *out_message = (pcs_mdns_message){.is_response = false};
  }
  return status;
}

/* ---- writing ---- */

static void write_name(pcs_writer *writer, const pcs_mdns_name *name) {
  pcs_writer_u8(writer, UUID_BYTES);
  pcs_writer_bytes(writer, (pcs_span){name->text, UUID_BYTES});
  pcs_writer_u8(writer, 5);
  pcs_writer_text(writer, "local");
  pcs_writer_u8(writer, 0);
}

/* How many questions, answers and additional records follow. */
typedef struct entry_counts {
  uint16_t questions;
  uint16_t answers;
  uint16_t additional;
} entry_counts;

static void write_header(pcs_writer *writer, uint16_t flags, entry_counts counts) {
  pcs_writer_u16(writer, 0);
  pcs_writer_u16(writer, flags);
  pcs_writer_u16(writer, counts.questions);
  pcs_writer_u16(writer, counts.answers);
  pcs_writer_u16(writer, 0);
  pcs_writer_u16(writer, counts.additional);
}

void pcs_mdns_write_question(pcs_writer *writer, const pcs_mdns_name *name, pcs_mdns_type type) {
  write_header(writer, 0, (entry_counts){.questions = 1});
  write_name(writer, name);
  pcs_writer_u16(writer, (uint16_t)type);
  pcs_writer_u16(writer, CLASS_IN);
}

/* RFC 4034 4.1.2: window 0, the bitmap's length, a bit for the one type there is. */
static void write_types(pcs_writer *writer, pcs_mdns_type type) {
  static const uint8_t A_ALONE[] = {0, 1, 0x40};
  static const uint8_t AAAA_ALONE[] = {0, 4, 0, 0, 0, 0x08};
  pcs_writer_bytes(writer, type == PCS_MDNS_A ? (pcs_span){A_ALONE, sizeof A_ALONE}
                                              : (pcs_span){AAAA_ALONE, sizeof AAAA_ALONE});
}

/* Its name, type, class and time; then the place of its length, which is told when it is known. */
static size_t begin_record(pcs_writer *writer, const pcs_mdns_name *name, uint16_t type,
                           uint32_t ttl_s) {
  write_name(writer, name);
  pcs_writer_u16(writer, type);
  pcs_writer_u16(writer, CLASS_IN | CLASS_TOP_BIT);
  pcs_writer_u32(writer, ttl_s);
  pcs_writer_u16(writer, 0);
  return writer->len;
}

static void end_record(pcs_writer *writer, size_t begin) {
  pcs_writer_patch_u16(writer, begin - 2, (uint16_t)(writer->len - begin));
}

void pcs_mdns_write_answer(pcs_writer *writer, const pcs_mdns_name *name,
                           const pcs_address *address, uint32_t ttl_s) {
  bool is_ipv4 = address->family == PCS_ADDRESS_IPV4;
  pcs_mdns_type type = is_ipv4 ? PCS_MDNS_A : PCS_MDNS_AAAA;
  write_header(writer, FLAG_RESPONSE | FLAG_AUTHORITATIVE,
               (entry_counts){.answers = 1, .additional = 1});
  size_t begin = begin_record(writer, name, (uint16_t)type, ttl_s);
  pcs_writer_bytes(writer, (pcs_span){address->bytes, is_ipv4 ? 4 : 16});
  end_record(writer, begin);
  begin = begin_record(writer, name, TYPE_NSEC, ttl_s);
  write_name(writer, name);
  write_types(writer, type);
  end_record(writer, begin);
}
