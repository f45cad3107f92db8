/* Any bytes as lines, numbers, encodings and addresses: what was read must be written as it was. */
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/plan/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t memory[8192];
static uint8_t second[8192];

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

static void check_lines(pcs_span text) {
  pcs_span rest = text;
  pcs_span line;
  size_t left = text.len + 1;
  while (pcs_text_next_line(&rest, &line)) {
    REQUIRE(rest.len < left && line.len <= text.len);
    REQUIRE(pcs_text_find(line, '\n') == line.len);
    left = rest.len;
  }
  REQUIRE(rest.len == 0);
}

/* What decodes must encode to the same text: one value has one encoding. */
static void check_base64(pcs_span text) {
  pcs_writer plain;
  pcs_writer again;
  pcs_writer_init(&plain, memory, sizeof memory);
  if (pcs_text_base64_decode(text, &plain) == PCS_OK) {
    pcs_writer_init(&again, second, sizeof second);
    pcs_writer_base64(&again, pcs_writer_span(&plain));
    REQUIRE(pcs_span_equal(pcs_writer_span(&again), text));
  }
}

static void check_hex(pcs_span text) {
  pcs_writer plain;
  pcs_writer again;
  pcs_writer_init(&plain, memory, sizeof memory);
  if (pcs_text_hex_decode(text, ':', &plain) == PCS_OK) {
    pcs_writer_init(&again, second, sizeof second);
    pcs_writer_hex_colons(&again, pcs_writer_span(&plain));
    REQUIRE(pcs_text_equal_ignoring_case(pcs_writer_span(&again), text));
  }
}

static void check_decimal(pcs_span text) {
  uint64_t value;
  pcs_writer again;
  if (pcs_text_decimal(text, UINT64_MAX, &value) == PCS_OK) {
    while (text.len > 1 && pcs_text_skip_byte(&text, '0')) {
    }
    pcs_writer_init(&again, memory, sizeof memory);
    pcs_writer_decimal(&again, value);
    REQUIRE(pcs_span_equal(pcs_writer_span(&again), text));
  }
}

static void check_address(pcs_span text) {
  pcs_address address;
  pcs_address again;
  pcs_writer writer;
  if (pcs_address_parse(text, &address) == PCS_OK) {
    pcs_writer_init(&writer, memory, PCS_ADDRESS_TEXT_BYTES_MAX);
    pcs_address_write(&writer, &address);
    REQUIRE(!writer.failed);
    REQUIRE(pcs_address_parse(pcs_writer_span(&writer), &again) == PCS_OK);
    REQUIRE(pcs_address_equal(&address, &again));
    REQUIRE(!pcs_address_is_dns_name(text));
  }
  REQUIRE(!pcs_address_is_dns_name(text) || pcs_text_is_utf8(text));
  REQUIRE(!pcs_address_is_mdns_name(text) || pcs_address_is_dns_name(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_span text = {data, size < 4096 ? size : 4096};
  check_lines(text);
  check_base64(text);
  check_hex(text);
  check_decimal(text);
  check_address(text);
  return 0;
}
