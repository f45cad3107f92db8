#include "tests/check.h"

#include "core/sdp/candidate_line.h"

static pcs_span span_of(const char *text) {
  return (pcs_span){(const uint8_t *)text, strlen(text)};
}

/* A line that is read, and what it is written as. */
typedef struct good {
  const char *text;
  const char *written; /* NULL: the same */
} good;

static const good goods[] = {
    {"candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host", NULL},
    {"a=candidate:1 1 UDP 2113929471 203.0.113.100 10100 typ host",
     "candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host"},
    {"1 1 udp 2113929471 203.0.113.100 10100 typ host",
     "candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host"},
    {"candidate:a+/Z 2 udp 1 2001:DB8::1 1 typ host generation 0 network-id 1 network-cost 999",
     "candidate:a+/Z 2 udp 1 2001:db8::1 1 typ host"},
    {"candidate:842163049 1 udp 1677729535 198.51.100.7 50000 typ srflx raddr 192.0.2.1 rport 9",
     NULL},
    {"candidate:8 1 udp 1677729535 198.51.100.7 50000 typ srflx raddr 0.0.0.0 rport 0", NULL},
    {"candidate:8 1 udp 16 198.51.100.7 50000 typ relay raddr hidden rport 7",
     "candidate:8 1 udp 16 198.51.100.7 50000 typ relay raddr 0.0.0.0 rport 9"},
    {"candidate:8 1 udp 16 2001:db8::7 50000 typ prflx",
     "candidate:8 1 udp 16 2001:db8::7 50000 typ prflx raddr :: rport 9"},
    {"candidate:1 1 TCP 2128609279 192.0.2.1 9 typ host tcptype active",
     "candidate:1 1 tcp 2128609279 192.0.2.1 9 typ host tcptype active"},
    {"candidate:1 1 udp 2113937151 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 54596 typ host",
     NULL},
    {"candidate:1 1 udp 1 192.0.2.1 5000 typ host ufrag ETEn", NULL},
};

static const char *const malformed[] = {
    "",
    "candidate:",
    "candidate:1",
    "candidate:1 1 udp 1 192.0.2.1 5000 typ",
    "candidate:1 1 udp 1 192.0.2.1 5000 host typ",
    "candidate:1 0 udp 1 192.0.2.1 5000 typ host",
    "candidate:1 257 udp 1 192.0.2.1 5000 typ host",
    "candidate:1 x udp 1 192.0.2.1 5000 typ host",
    "candidate:1 1 udp -1 192.0.2.1 5000 typ host",
    "candidate:1 1 udp 4294967296 192.0.2.1 5000 typ host",
    "candidate:1 1 udp 1 192.0.2.1 65536 typ host",
    "candidate:1 1 udp 1 192.0.2.1 typ host",
    "candidate:* 1 udp 1 192.0.2.1 5000 typ host",
    "candidate:123456789012345678901234567890123 1 udp 1 192.0.2.1 5000 typ host",
    "candidate:1 1 udp 1 192.0.2.1 5000 typ host generation",
    "candidate:1 1 udp 1 192.0.2.1 5000 typ srflx raddr",
    "candidate:1 1 udp 1 192.0.2.1 5000 typ srflx raddr 1.2.3.4 rport x",
    "candidate:1 1 udp 1 192.0.2.1 5000 typ host\r\na=setup:active",
    "candidate:1 1 udp 1 192.0.2.1 5000 typ host \x01",
    "(Invalid) candidate \r\n string",
};

static const char *const ignored[] = {
    "candidate:1 1 ssltcp 1 192.0.2.1 443 typ host",
    "candidate:1 3 udp 1 192.0.2.1 5000 typ host",
    "candidate:1 1 udp 1 example.org 5000 typ host",
    "candidate:1 1 udp 1 printer.local 5000 typ host",
    "candidate:1 1 udp 1 192.0.2.256 5000 typ host",
    "candidate:1 1 udp 1 fe80::1%eth0 5000 typ host",
    "candidate:1 1 udp 1 192.0.2.1 5000 typ tunnel",
    "candidate:1 1 udp 0 192.0.2.1 5000 typ host",
    "candidate:1 1 tcp 1 192.0.2.1 9 typ host",
    "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype both",
    "candidate:1 1 udp 1 192.0.2.1 5000 typ host tcptype active",
};

static void test_good(void) {
  for (size_t i = 0; i < sizeof goods / sizeof goods[0]; i++) {
    pcs_candidate_line line;
    uint8_t memory[1024];
    pcs_writer writer;
    const char *want = goods[i].written != NULL ? goods[i].written : goods[i].text;
    CHECK_EQ_INT(pcs_candidate_line_read(span_of(goods[i].text), &line), PCS_OK);
    CHECK_EQ_INT(pcs_candidate_check(&line.candidate), PCS_OK);
    pcs_writer_init(&writer, memory, sizeof memory);
    pcs_candidate_line_write(&writer, &line.candidate, line.ufrag);
    CHECK(!writer.failed);
    CHECK_EQ_SPAN(pcs_writer_span(&writer), span_of(want));
  }
}

static void check_all(const char *const *texts, size_t num, pcs_status want) {
  for (size_t i = 0; i < num; i++) {
    pcs_candidate_line line;
    if (!CHECK_EQ_INT(pcs_candidate_line_read(span_of(texts[i]), &line), want)) {
      printf("#   %s\n", texts[i]);
    }
    CHECK_EQ_UINT(line.candidate.foundation.len, 0);
  }
}

static void test_malformed(void) {
  check_all(malformed, sizeof malformed / sizeof malformed[0], PCS_ERR_SYNTAX);
}

static void test_ignored(void) {
  check_all(ignored, sizeof ignored / sizeof ignored[0], PCS_ERR_UNSUPPORTED);
}

static void test_too_long(void) {
  char text[PCS_CANDIDATE_TEXT_BYTES_MAX + 2];
  pcs_candidate_line line;
  int start = snprintf(text, sizeof text, "candidate:1 1 udp 1 192.0.2.1 5000 typ host x ");
  memset(text + start, 'y', sizeof text - (size_t)start);
  CHECK_EQ_INT(pcs_candidate_line_read((pcs_span){(uint8_t *)text, sizeof text - 2}, &line),
               PCS_OK);
  CHECK_EQ_INT(pcs_candidate_line_read((pcs_span){(uint8_t *)text, sizeof text - 1}, &line),
               PCS_ERR_SYNTAX);
}

static void test_truncations(void) {
  const char *text = goods[4].text;
  for (size_t len = 0; len < strlen(text); len++) {
    uint8_t *copy = malloc(len > 0 ? len : 1);
    pcs_candidate_line line;
    memcpy(copy, text, len);
    pcs_status status = pcs_candidate_line_read((pcs_span){copy, len}, &line);
    CHECK(status == PCS_OK || status == PCS_ERR_SYNTAX || status == PCS_ERR_UNSUPPORTED);
    free(copy);
  }
}

static void test_bad_struct(void) {
  uint8_t memory[256];
  pcs_writer writer;
  pcs_candidate candidate = {.component = 1};
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_candidate_line_write(&writer, &candidate, (pcs_span){0});
  CHECK(writer.failed);
}

int main(void) {
  RUN("a candidate is read, and written in one form", test_good);
  RUN("a malformed candidate is refused", test_malformed);
  RUN("a candidate that must be ignored is told apart from a malformed one", test_ignored);
  RUN("a candidate one byte too long is refused", test_too_long);
  RUN("every truncation is judged, and nothing beyond it is touched", test_truncations);
  RUN("a struct that is no candidate is not written", test_bad_struct);
  return check_report();
}
