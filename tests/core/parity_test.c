/*
 * What the native core makes of descriptions, candidates and URLs, as text: tests/parity.test.js
 * compares it byte by byte with what core.wasm makes of the same. Without arguments it is a unit
 * program like the others.
 *
 *   parity_test sdp FILE... | candidates FILE | urls FILE
 */
#include "tests/check.h"

#include "core/plan/server_url.h"
#include "core/sdp/candidate_line.h"
#include "tests/core/jsep/endpoint.h"

static uint8_t input[1 << 20];
static uint8_t report[1 << 20];

static void write_status(pcs_writer *out, const char *what, pcs_status status, uint32_t line) {
  pcs_writer_text(out, what);
  pcs_writer_text(out, " ");
  pcs_writer_text(out, pcs_status_name(status));
  pcs_writer_text(out, " ");
  pcs_writer_decimal(out, status == PCS_ERR_SYNTAX ? line : 0);
  pcs_writer_text(out, "\n");
}

static void write_hex(pcs_writer *out, const uint8_t *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) {
    char digits[3];
    (void)snprintf(digits, sizeof digits, "%02x", bytes[i]);
    pcs_writer_text(out, digits);
  }
  pcs_writer_text(out, "\n");
}

static pcs_status start(endpoint *end) {
  static const uint8_t hash[32] = {1, 2, 3, 4};
  pcs_fingerprint fingerprint = {PCS_HASH_SHA_256, {hash, sizeof hash}};
  pcs_local_facts facts = {
      .generation = 1,
      .ufrag = span_of("ufrag"),
      .password = span_of("passwordpasswordpassword"),
      .tls_id = span_of("abcdefghijklmnopqrstuvwxyz"),
      .fingerprints = &fingerprint,
      .num_fingerprints = 1,
  };
  *end = (endpoint){.next_generation = 2};
  return pcs_negotiation_init(&end->negotiation, &facts);
}

static pcs_status set(endpoint *end, pcs_description_side side, pcs_description_type type,
                      pcs_span text) {
  pcs_signaling_event event = {side, type};
  endpoint_lend(end, 65536 + 16 * text.len);
  pcs_status status = pcs_negotiation_set(&end->negotiation, event, text);
  endpoint_tidy(end);
  return status;
}

static void write_slot(pcs_writer *out, const endpoint *end, pcs_description_slot slot) {
  pcs_description_type type;
  if (pcs_negotiation_describe(&end->negotiation, slot, out, &type)) {
    pcs_writer_text(out, pcs_description_type_name(type));
    pcs_writer_text(out, "\n");
  }
}

static void write_messages(pcs_writer *out, endpoint *end) {
  endpoint_take(end);
  write_hex(out, end->records, end->records_len);
}

/* The text as an offer to us, and as an answer to ours. */
static void report_sdp(pcs_writer *out, pcs_span text) {
  static endpoint end;
  if (start(&end) != PCS_OK) {
    abort();
  }
  pcs_status status = set(&end, PCS_SIDE_REMOTE, PCS_DESCRIPTION_OFFER, text);
  write_status(out, "offer", status, end.negotiation.error_line);
  if (status == PCS_OK) {
    status = set(&end, PCS_SIDE_LOCAL, PCS_DESCRIPTION_ANSWER, (pcs_span){0});
    write_status(out, "answer", status, 0);
    write_slot(out, &end, PCS_SLOT_CURRENT_REMOTE);
    write_slot(out, &end, PCS_SLOT_CURRENT_LOCAL);
    write_messages(out, &end);
  }
  endpoint_close(&end);
  if (start(&end) != PCS_OK) {
    abort();
  }
  pcs_negotiation_add_data(&end.negotiation);
  status = set(&end, PCS_SIDE_LOCAL, PCS_DESCRIPTION_OFFER, (pcs_span){0});
  write_status(out, "offered", status, 0);
  status = set(&end, PCS_SIDE_REMOTE, PCS_DESCRIPTION_ANSWER, text);
  write_status(out, "answered", status, end.negotiation.error_line);
  write_messages(out, &end);
  endpoint_close(&end);
}

static void report_candidate(pcs_writer *out, pcs_span text) {
  pcs_candidate_line line;
  pcs_status status = pcs_candidate_line_read(text, &line);
  write_status(out, "candidate", status, 0);
  if (status == PCS_OK) {
    pcs_candidate_line_write(out, &line.candidate, (pcs_span){0});
    pcs_writer_text(out, "\n");
  }
}

static void report_url(pcs_writer *out, pcs_span text) {
  pcs_ice_server server;
  pcs_status status = pcs_server_url_read(text, &server);
  write_status(out, "url", status, 0);
  if (status == PCS_OK) {
    pcs_writer_decimal(out, server.scheme);
    pcs_writer_text(out, " ");
    pcs_writer_decimal(out, server.transport);
    pcs_writer_text(out, " ");
    pcs_writer_decimal(out, server.port);
    pcs_writer_text(out, " ");
    pcs_writer_bytes(out, server.host);
    pcs_writer_text(out, "\n");
  }
}

static pcs_span read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    return (pcs_span){0};
  }
  size_t len = fread(input, 1, sizeof input, file);
  (void)fclose(file);
  return (pcs_span){input, len};
}

static void report_lines(pcs_writer *out, pcs_span text, void (*each)(pcs_writer *, pcs_span)) {
  while (text.len > 0) {
    size_t len = 0;
    while (len < text.len && text.data[len] != '\n') {
      len++;
    }
    each(out, (pcs_span){text.data, len});
    size_t taken = len < text.len ? len + 1 : len;
    text = (pcs_span){text.data + taken, text.len - taken};
  }
}

static int print_reports(int num, char **args) {
  for (int i = 2; i < num; i++) {
    pcs_span text = read_file(args[i]);
    pcs_writer out;
    pcs_writer_init(&out, report, sizeof report);
    if (strcmp(args[1], "sdp") == 0) {
      report_sdp(&out, text);
    } else {
      report_lines(&out, text, strcmp(args[1], "urls") == 0 ? report_url : report_candidate);
    }
    if (out.failed || fwrite(out.data, 1, out.len, stdout) != out.len) {
      return 1;
    }
  }
  return 0;
}

static void test_same_twice(void) {
  static uint8_t second[1 << 20];
  pcs_span text = span_of("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
  pcs_writer a;
  pcs_writer b;
  pcs_writer_init(&a, report, sizeof report);
  pcs_writer_init(&b, second, sizeof second);
  report_sdp(&a, text);
  report_sdp(&b, text);
  CHECK_EQ_BYTES(a.data, a.len, b.data, b.len);
  CHECK(a.len > 8 && memcmp(a.data, "offer OK", 8) == 0);
}

int main(int num, char **args) {
  if (num > 2) {
    return print_reports(num, args);
  }
  RUN("the same text makes the same report", test_same_twice);
  return check_report();
}
