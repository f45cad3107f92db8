#include "host/sctp/filter.h"

/* RFC 9260 3.2, RFC 3758 3.2, RFC 4820 3, RFC 6525 3.1. */
enum {
  CHUNK_DATA = 0,
  CHUNK_INIT = 1,
  CHUNK_INIT_ACK = 2,
  CHUNK_SACK = 3,
  CHUNK_HEARTBEAT = 4,
  CHUNK_HEARTBEAT_ACK = 5,
  CHUNK_ABORT = 6,
  CHUNK_SHUTDOWN = 7,
  CHUNK_SHUTDOWN_ACK = 8,
  CHUNK_ERROR = 9,
  CHUNK_COOKIE_ECHO = 10,
  CHUNK_COOKIE_ACK = 11,
  CHUNK_SHUTDOWN_COMPLETE = 14,
  CHUNK_RE_CONFIG = 130,
  CHUNK_PAD = 132,
  CHUNK_FORWARD_TSN = 192,
};

/* RFC 9260 3.3.2.1, RFC 5061 4.2: parameters that would give the association another address. */
enum {
  PARAMETER_IPV4_ADDRESS = 5,
  PARAMETER_IPV6_ADDRESS = 6,
  PARAMETER_HOST_NAME = 11,
  PARAMETER_ADD_ADDRESS = 0xc001,
  PARAMETER_DELETE_ADDRESS = 0xc002,
  PARAMETER_SET_PRIMARY = 0xc004,
};

#define CHUNK_HEADER_BYTES 4
#define DATA_FIXED_BYTES 12
#define SACK_FIXED_BYTES 12
#define FORWARD_TSN_FIXED_BYTES 4
#define COOKIE_BYTES_MIN 4
/* RFC 6525 3.1: one or two parameters; each names at most as many streams as a packet holds. */
#define RE_CONFIG_PARAMETERS_MAX 2
/* An honest INIT has about ten; a bound keeps hostile ones from costing more. */
#define INIT_PARAMETERS_MAX 24

typedef struct chunk {
  uint8_t type;
  uint8_t flags;
  pcs_span value;
} chunk;

typedef struct parameter {
  uint16_t type;
  pcs_span value;
} parameter;

/* Both chunks and parameters are padded to four bytes; the last one's padding may be missing. */
static void skip_padding(pcs_reader *reader, size_t len) {
  size_t padding = (4 - len % 4) % 4;
  (void)pcs_reader_bytes(reader, padding < reader->rest.len ? padding : reader->rest.len);
}

static chunk read_chunk(pcs_reader *reader) {
  chunk read = {.type = pcs_reader_u8(reader), .flags = pcs_reader_u8(reader)};
  uint16_t len = pcs_reader_u16(reader);
  if (len < CHUNK_HEADER_BYTES) {
    pcs_reader_fail(reader);
    return read;
  }
  read.value = pcs_reader_bytes(reader, (size_t)len - CHUNK_HEADER_BYTES);
  skip_padding(reader, len);
  return read;
}

static parameter read_parameter(pcs_reader *reader) {
  parameter read = {.type = pcs_reader_u16(reader)};
  uint16_t len = pcs_reader_u16(reader);
  if (len < CHUNK_HEADER_BYTES) {
    pcs_reader_fail(reader);
    return read;
  }
  read.value = pcs_reader_bytes(reader, (size_t)len - CHUNK_HEADER_BYTES);
  skip_padding(reader, len);
  return read;
}

static bool gives_an_address(uint16_t parameter_type) {
  switch (parameter_type) {
  case PARAMETER_IPV4_ADDRESS:
  case PARAMETER_IPV6_ADDRESS:
  case PARAMETER_HOST_NAME:
  case PARAMETER_ADD_ADDRESS:
  case PARAMETER_DELETE_ADDRESS:
  case PARAMETER_SET_PRIMARY:
    return true;
  default:
    return false;
  }
}

/* RFC 9260 3.3.2. */
static pcs_status check_init(pcs_span value) {
  pcs_reader reader;
  pcs_reader_init(&reader, value);
  uint32_t tag = pcs_reader_u32(&reader);
  (void)pcs_reader_u32(&reader); /* window */
  uint16_t streams_out = pcs_reader_u16(&reader);
  uint16_t streams_in = pcs_reader_u16(&reader);
  (void)pcs_reader_u32(&reader); /* first TSN */
  if (reader.failed || tag == 0 || streams_out == 0 || streams_in == 0) {
    return PCS_ERR_SYNTAX;
  }
  for (size_t i = 0; reader.rest.len > 0; i++) {
    parameter read = read_parameter(&reader);
    if (reader.failed || i >= INIT_PARAMETERS_MAX) {
      return PCS_ERR_SYNTAX;
    }
    if (gives_an_address(read.type)) {
      return PCS_ERR_DENIED;
    }
  }
  return PCS_OK;
}

/* RFC 9260 3.3.4: the counts must say exactly how long the chunk is. */
static pcs_status check_sack(pcs_span value) {
  pcs_reader reader;
  pcs_reader_init(&reader, value);
  (void)pcs_reader_u64(&reader); /* cumulative TSN and window */
  size_t num_gaps = pcs_reader_u16(&reader);
  size_t num_repeats = pcs_reader_u16(&reader);
  bool exact = !reader.failed && value.len == SACK_FIXED_BYTES + 4 * (num_gaps + num_repeats);
  return exact ? PCS_OK : PCS_ERR_SYNTAX;
}

/* RFC 6525 3.1. */
static pcs_status check_re_config(pcs_span value) {
  pcs_reader reader;
  pcs_reader_init(&reader, value);
  for (size_t i = 0; reader.rest.len > 0; i++) {
    parameter read = read_parameter(&reader);
    if (reader.failed || read.value.len < 4 || i >= RE_CONFIG_PARAMETERS_MAX) {
      return PCS_ERR_SYNTAX;
    }
  }
  return value.len > 0 ? PCS_OK : PCS_ERR_SYNTAX;
}

static pcs_status shape(bool holds) {
  return holds ? PCS_OK : PCS_ERR_SYNTAX;
}

static pcs_status check_chunk(const chunk *read) {
  switch (read->type) {
  case CHUNK_DATA:
    return shape(read->value.len > DATA_FIXED_BYTES); /* RFC 9260 3.3.1: not empty */
  case CHUNK_INIT:
  case CHUNK_INIT_ACK:
    return check_init(read->value);
  case CHUNK_SACK:
    return check_sack(read->value);
  case CHUNK_FORWARD_TSN:
    return shape(read->value.len >= FORWARD_TSN_FIXED_BYTES && read->value.len % 4 == 0);
  case CHUNK_RE_CONFIG:
    return check_re_config(read->value);
  case CHUNK_COOKIE_ECHO:
    return shape(read->value.len >= COOKIE_BYTES_MIN);
  case CHUNK_SHUTDOWN:
    return shape(read->value.len == 4);
  case CHUNK_SHUTDOWN_ACK:
  case CHUNK_SHUTDOWN_COMPLETE:
  case CHUNK_COOKIE_ACK:
    return shape(read->value.len == 0);
  case CHUNK_HEARTBEAT:
  case CHUNK_HEARTBEAT_ACK:
    return shape(read->value.len >= CHUNK_HEADER_BYTES);
  case CHUNK_ABORT:
  case CHUNK_ERROR:
  case CHUNK_PAD:
    return PCS_OK;
  default: /* ASCONF, AUTH, PKTDROP, NR-SACK, I-DATA, ECN and all that may yet be thought of */
    return PCS_ERR_DENIED;
  }
}

/* RFC 9260 6.10: these are alone in their packet. */
static bool must_be_alone(uint8_t type) {
  return type == CHUNK_INIT || type == CHUNK_INIT_ACK || type == CHUNK_SHUTDOWN_COMPLETE;
}

static bool opens(uint8_t type) {
  return type == CHUNK_INIT || type == CHUNK_INIT_ACK;
}

static pcs_status check_place(const pcs_sctp_filter *filter, const chunk *read, size_t index,
                              uint32_t tag) {
  if (opens(read->type) && filter->phase == PCS_SCTP_PHASE_OPEN) {
    return PCS_ERR_DENIED;
  }
  if ((read->type == CHUNK_INIT) != (tag == 0)) { /* RFC 9260 8.5.1 A */
    return PCS_ERR_SYNTAX;
  }
  /* RFC 9260 5.1: nothing comes before a COOKIE ECHO. */
  bool is_first = index == 0;
  bool must_be_first = must_be_alone(read->type) || read->type == CHUNK_COOKIE_ECHO;
  return must_be_first && !is_first ? PCS_ERR_SYNTAX : PCS_OK;
}

pcs_status pcs_sctp_filter_check(const pcs_sctp_filter *filter, pcs_span packet) {
  pcs_reader reader;
  pcs_reader_init(&reader, packet);
  uint16_t from = pcs_reader_u16(&reader);
  uint16_t to = pcs_reader_u16(&reader);
  uint32_t tag = pcs_reader_u32(&reader);
  (void)pcs_reader_u32(&reader); /* checksum */
  if (reader.failed || reader.rest.len == 0) {
    return PCS_ERR_SYNTAX;
  }
  if (from != filter->remote_port || to != filter->local_port) {
    return PCS_ERR_DENIED;
  }
  for (size_t i = 0; reader.rest.len > 0; i++) {
    chunk read = read_chunk(&reader);
    if (reader.failed || (must_be_alone(read.type) && reader.rest.len > 0)) {
      return PCS_ERR_SYNTAX;
    }
    pcs_status status = check_place(filter, &read, i, tag);
    status = status == PCS_OK ? check_chunk(&read) : status;
    if (status != PCS_OK) {
      return status;
    }
  }
  return PCS_OK;
}
