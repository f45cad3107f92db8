#include "core/sdp/candidate_line.h"

#include "core/base/text.h"
#include "core/plan/address.h"

static const char *const type_names[] = {
    [PCS_CANDIDATE_HOST] = "host",
    [PCS_CANDIDATE_PRFLX] = "prflx",
    [PCS_CANDIDATE_SRFLX] = "srflx",
    [PCS_CANDIDATE_RELAY] = "relay",
};
static const char *const tcp_type_names[] = {
    [PCS_TCP_NONE] = "",
    [PCS_TCP_ACTIVE] = "active",
    [PCS_TCP_PASSIVE] = "passive",
    [PCS_TCP_SO] = "so",
};
static const char *const transport_names[] = {
    [PCS_TRANSPORT_UDP] = "udp",
    [PCS_TRANSPORT_TCP] = "tcp",
};
#define COUNT(names) (sizeof(names) / sizeof((names)[0]))

/* What is read so far: the rest of the text, and the worst that was met. */
typedef struct candidate_scan {
  pcs_span rest;
  bool malformed;
  bool unsupported;
} candidate_scan;

static pcs_span next(candidate_scan *scan) {
  pcs_span token = {0};
  scan->malformed = !pcs_text_next_token(&scan->rest, ' ', &token) || scan->malformed;
  return token;
}

static uint64_t next_number(candidate_scan *scan, uint64_t max) {
  uint64_t value;
  scan->malformed = pcs_text_decimal(next(scan), max, &value) != PCS_OK || scan->malformed;
  return value;
}

/* The index of text among the names; a name that is not there makes the candidate unusable. */
static uint8_t index_of(candidate_scan *scan, pcs_span text, const char *const *names,
                        size_t num_names) {
  for (size_t i = 0; i < num_names; i++) {
    if (pcs_text_is_ignoring_case(text, names[i])) {
      return (uint8_t)i;
    }
  }
  scan->unsupported = true;
  return 0;
}

/* RFC 8839 5.1: a host name is ignored, but for the mDNS names of one's own kind. */
static void read_address(candidate_scan *scan, pcs_candidate *candidate) {
  pcs_span text = next(scan);
  if (pcs_address_parse(text, &candidate->address) == PCS_OK) {
    return;
  }
  if (pcs_address_is_mdns_name(text)) {
    candidate->address.family = PCS_ADDRESS_NAME;
    candidate->name = text;
    return;
  }
  scan->unsupported = true;
}

/* A related address that is hidden or a name tells nothing: it stays NONE. */
static void read_related_port(pcs_candidate *candidate, uint16_t port) {
  if (candidate->related.family != PCS_ADDRESS_NONE) {
    candidate->related.port = port;
  }
}

static void read_extensions(candidate_scan *scan, pcs_candidate_line *line) {
  pcs_candidate *candidate = &line->candidate;
  pcs_span name;
  while (pcs_text_next_token(&scan->rest, ' ', &name)) {
    if (pcs_span_equal_text(name, "raddr")) {
      if (pcs_address_parse(next(scan), &candidate->related) != PCS_OK) {
        candidate->related = (pcs_address){0};
      }
    } else if (pcs_span_equal_text(name, "rport")) {
      read_related_port(candidate, (uint16_t)next_number(scan, UINT16_MAX));
    } else if (pcs_span_equal_text(name, "tcptype")) {
      candidate->tcp_type = index_of(scan, next(scan), tcp_type_names, COUNT(tcp_type_names));
    } else if (pcs_span_equal_text(name, "ufrag")) {
      line->ufrag = next(scan);
    } else {
      (void)next(scan);
    }
  }
}

static void read_fields(candidate_scan *scan, pcs_candidate_line *line) {
  pcs_candidate *candidate = &line->candidate;
  candidate->foundation = next(scan);
  uint64_t component = next_number(scan, 256);
  scan->unsupported = component > 2;
  candidate->component = (uint8_t)component;
  candidate->transport = index_of(scan, next(scan), transport_names, COUNT(transport_names));
  candidate->priority = (uint32_t)next_number(scan, UINT32_MAX);
  read_address(scan, candidate);
  candidate->address.port = (uint16_t)next_number(scan, UINT16_MAX);
  scan->malformed = !pcs_span_equal_text(next(scan), "typ") || scan->malformed;
  candidate->type = index_of(scan, next(scan), type_names, COUNT(type_names));
  read_extensions(scan, line);
  pcs_status foundation = pcs_ice_text_check(candidate->foundation, 1, PCS_FOUNDATION_BYTES_MAX);
  scan->malformed = scan->malformed || foundation != PCS_OK || component == 0;
}

/* A candidate becomes a line of a description: no line ends, no control characters in it. */
static bool is_one_line(pcs_span text) {
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] < 0x20 || text.data[i] > 0x7e) {
      return false;
    }
  }
  return text.len <= PCS_CANDIDATE_TEXT_BYTES_MAX;
}

pcs_status pcs_candidate_line_read(pcs_span text, pcs_candidate_line *out_line) {
  candidate_scan scan = {.rest = text};
  *out_line = (pcs_candidate_line){0};
  (void)pcs_text_skip(&scan.rest, "a=");
  (void)pcs_text_skip(&scan.rest, "candidate:");
  if (!is_one_line(text)) {
    return PCS_ERR_SYNTAX;
  }
  read_fields(&scan, out_line);
  if (!scan.malformed && !scan.unsupported && pcs_candidate_check(&out_line->candidate) == PCS_OK) {
    return PCS_OK;
  }
  *out_line = (pcs_candidate_line){0};
  return scan.malformed ? PCS_ERR_SYNTAX : PCS_ERR_UNSUPPORTED;
}

static void write_address(pcs_writer *writer, const pcs_candidate *candidate) {
  if (candidate->address.family == PCS_ADDRESS_NAME) {
    pcs_writer_bytes(writer, candidate->name);
  } else {
    pcs_address_write(writer, &candidate->address);
  }
}

/* RFC 8839 5.1: all but host candidates have one; a hidden one is written as mdns-ice 3.1.2.2 says.
 */
static void write_related(pcs_writer *writer, const pcs_candidate *candidate) {
  if (candidate->type == PCS_CANDIDATE_HOST) {
    return;
  }
  pcs_address related = candidate->related;
  if (related.family == PCS_ADDRESS_NONE) {
    bool six = candidate->address.family == PCS_ADDRESS_IPV6;
    related = (pcs_address){.family = six ? PCS_ADDRESS_IPV6 : PCS_ADDRESS_IPV4, .port = 9};
  }
  pcs_writer_text(writer, " raddr ");
  pcs_address_write(writer, &related);
  pcs_writer_text(writer, " rport ");
  pcs_writer_decimal(writer, related.port);
}

void pcs_candidate_line_write(pcs_writer *writer, const pcs_candidate *candidate, pcs_span ufrag) {
  if (pcs_candidate_check(candidate) != PCS_OK) {
    pcs_writer_fail(writer);
    return;
  }
  pcs_writer_text(writer, "candidate:");
  pcs_writer_bytes(writer, candidate->foundation);
  pcs_writer_text(writer, " ");
  pcs_writer_decimal(writer, candidate->component);
  pcs_writer_text(writer, " ");
  pcs_writer_text(writer, transport_names[candidate->transport]);
  pcs_writer_text(writer, " ");
  pcs_writer_decimal(writer, candidate->priority);
  pcs_writer_text(writer, " ");
  write_address(writer, candidate);
  pcs_writer_text(writer, " ");
  pcs_writer_decimal(writer, candidate->address.port);
  pcs_writer_text(writer, " typ ");
  pcs_writer_text(writer, type_names[candidate->type]);
  write_related(writer, candidate);
  if (candidate->tcp_type != PCS_TCP_NONE) {
    pcs_writer_text(writer, " tcptype ");
    pcs_writer_text(writer, tcp_type_names[candidate->tcp_type]);
  }
  if (ufrag.len > 0) {
    pcs_writer_text(writer, " ufrag ");
    pcs_writer_bytes(writer, ufrag);
  }
}
