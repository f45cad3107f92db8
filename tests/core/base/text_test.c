#include "core/base/text.h"
#include "tests/check.h"

static pcs_span t(const char *text) {
  return pcs_span_of_text(text);
}

static bool equals(pcs_span span, const char *text) {
  return CHECK_EQ_BYTES(span.data, span.len, text, strlen(text));
}

/* ---- parts ---- */

static void test_slices(void) {
  equals(pcs_text_slice(t("abcdef"), 2, 3), "cde");
  equals(pcs_text_slice(t("abcdef"), 4, SIZE_MAX), "ef");
  equals(pcs_text_slice(t("abcdef"), 6, 1), "");
  equals(pcs_text_slice(t("abcdef"), SIZE_MAX, SIZE_MAX), "");
  equals(pcs_text_slice((pcs_span){0}, 0, 1), "");
}

static void test_find_split_trim(void) {
  pcs_span before;
  pcs_span after;
  CHECK_EQ_UINT(pcs_text_find(t("a:b:c"), ':'), 1);
  CHECK_EQ_UINT(pcs_text_find_last(t("a:b:c"), ':'), 3);
  CHECK_EQ_UINT(pcs_text_find(t("abc"), ':'), 3);
  CHECK_EQ_UINT(pcs_text_find_last(t("abc"), ':'), 3);
  CHECK_EQ_UINT(pcs_text_find((pcs_span){0}, ':'), 0);
  CHECK(pcs_text_split(t("a:b:c"), ':', &before, &after));
  equals(before, "a");
  equals(after, "b:c");
  CHECK(!pcs_text_split(t("abc"), ':', &before, &after));
  equals(before, "abc");
  equals(after, "");
  CHECK(pcs_text_split(t("abc:"), ':', &before, &after));
  equals(after, "");
  equals(pcs_text_trim(t(" \ta b\t ")), "a b");
  equals(pcs_text_trim(t(" \t ")), "");
}

/* ---- scanners ---- */

static void test_lines(void) {
  pcs_span rest = t("one\r\ntwo\nthr\ree\r\n\r\nlast\r");
  pcs_span line;
  static const char *const wanted[] = {"one", "two", "thr\ree", "", "last\r"};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
    CHECK(pcs_text_next_line(&rest, &line));
    equals(line, wanted[i]);
  }
  CHECK(!pcs_text_next_line(&rest, &line));
  CHECK_EQ_UINT(line.len, 0);
}

static void test_tokens_and_fields(void) {
  pcs_span rest = t("  a  bc ");
  pcs_span part;
  CHECK(pcs_text_next_token(&rest, ' ', &part) && equals(part, "a"));
  CHECK(pcs_text_next_token(&rest, ' ', &part) && equals(part, "bc"));
  CHECK(!pcs_text_next_token(&rest, ' ', &part));
  rest = t("a,,b,");
  CHECK(pcs_text_next_field(&rest, ',', &part) && equals(part, "a"));
  CHECK(pcs_text_next_field(&rest, ',', &part) && equals(part, ""));
  CHECK(pcs_text_next_field(&rest, ',', &part) && equals(part, "b"));
  CHECK(!pcs_text_next_field(&rest, ',', &part));
}

static void test_skips(void) {
  pcs_span rest = t("Candidate:1");
  CHECK(!pcs_text_skip(&rest, "candidate:"));
  equals(rest, "Candidate:1");
  CHECK(pcs_text_skip_ignoring_case(&rest, "candidate:"));
  CHECK(!pcs_text_skip_byte(&rest, '2'));
  CHECK(pcs_text_skip_byte(&rest, '1'));
  CHECK_EQ_UINT(rest.len, 0);
  CHECK(!pcs_text_skip_byte(&rest, '1'));
  CHECK(!pcs_text_skip(&rest, "x"));
  CHECK(pcs_text_skip(&rest, ""));
}

/* ---- comparing ---- */

static void test_compares(void) {
  CHECK(pcs_text_starts_with(t("abc"), "ab") && !pcs_text_starts_with(t("a"), "ab"));
  CHECK(pcs_text_ends_with(t("abc"), "bc") && !pcs_text_ends_with(t("c"), "bc"));
  CHECK(pcs_text_is_ignoring_case(t("Sha-256"), "sHA-256"));
  CHECK(!pcs_text_is_ignoring_case(t("sha-256"), "sha-25"));
  /* '@' and '`', '[' and '{' differ by the same bit as letters do. */
  CHECK(!pcs_text_is_ignoring_case(t("@["), "`{"));
  CHECK(pcs_text_is_visible(t("!~")) && !pcs_text_is_visible(t("a b")));
  CHECK(!pcs_text_is_visible(t("\x7f")) && !pcs_text_is_visible(t("\x80")));
}

typedef struct utf8_case {
  const char *text;
  bool valid;
} utf8_case;

static void test_utf8(void) {
  static const utf8_case cases[] = {
      {"", true},
      {"plain", true},
      {"\xc2\x80", true},
      {"\xdf\xbf", true},
      {"\xe0\xa0\x80", true},
      {"\xed\x9f\xbf", true},
      {"\xee\x80\x80", true},
      {"\xef\xbf\xbf", true},
      {"\xf0\x90\x80\x80", true},
      {"\xf4\x8f\xbf\xbf", true},
      {"\x80", false},             /* continuation first */
      {"\xc0\xaf", false},         /* over-long '/' */
      {"\xc1\xbf", false},         /* over-long */
      {"\xe0\x9f\xbf", false},     /* over-long */
      {"\xf0\x8f\xbf\xbf", false}, /* over-long */
      {"\xed\xa0\x80", false},     /* surrogate */
      {"\xed\xbf\xbf", false},     /* surrogate */
      {"\xf4\x90\x80\x80", false}, /* above U+10FFFF */
      {"\xf5\x80\x80\x80", false}, /* above U+10FFFF */
      {"\xff", false},
      {"a\xc3", false}, /* cut */
      {"\xe2\x82", false},
      {"\xe2\x28\xa1", false},
      {"\xe2\x82\x28", false},
      {"\xf0\x90\x80\x28", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    if (!CHECK(pcs_text_is_utf8(t(cases[i].text)) == cases[i].valid)) {
      printf("#   case %zu\n", i);
    }
  }
}

/* ---- numbers ---- */

static pcs_status decimal(const char *text, uint64_t max, uint64_t wanted) {
  uint64_t value = 99;
  pcs_status status = pcs_text_decimal(t(text), max, &value);
  CHECK_EQ_UINT(value, wanted);
  return status;
}

static void test_decimals(void) {
  CHECK_EQ_INT(decimal("0", 0, 0), PCS_OK);
  CHECK_EQ_INT(decimal("00065535", 65535, 65535), PCS_OK);
  CHECK_EQ_INT(decimal("65536", 65535, 0), PCS_ERR_RANGE);
  CHECK_EQ_INT(decimal("18446744073709551615", UINT64_MAX, UINT64_MAX), PCS_OK);
  CHECK_EQ_INT(decimal("18446744073709551616", UINT64_MAX, 0), PCS_ERR_RANGE);
  CHECK_EQ_INT(decimal("99999999999999999999999999999999", UINT64_MAX, 0), PCS_ERR_RANGE);
  CHECK_EQ_INT(decimal("18446744073709551616000001", 5, 0), PCS_ERR_RANGE);
  CHECK_EQ_INT(decimal("99999999999999999999x", UINT64_MAX, 0), PCS_ERR_SYNTAX);
  static const char *const wrong[] = {"", " 1", "1 ", "-1", "+1", "0x1", "1.0", "a"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    CHECK_EQ_INT(decimal(wrong[i], UINT64_MAX, 0), PCS_ERR_SYNTAX);
  }
}

static void test_hex_numbers(void) {
  uint64_t value;
  CHECK_EQ_INT(pcs_text_hex_number(t("fFfFfFfFfFfFfFfF"), &value), PCS_OK);
  CHECK_EQ_UINT(value, UINT64_MAX);
  CHECK_EQ_INT(pcs_text_hex_number(t("10000000000000000"), &value), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(pcs_text_hex_number(t(""), &value), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(pcs_text_hex_number(t("1g"), &value), PCS_ERR_SYNTAX);
  CHECK_EQ_UINT(value, 0);
}

/* ---- bytes as text ---- */

typedef pcs_status (*decoder)(pcs_span text, pcs_writer *out);

static pcs_status hex_plain(pcs_span text, pcs_writer *out) {
  return pcs_text_hex_decode(text, 0, out);
}

static pcs_status hex_colons(pcs_span text, pcs_writer *out) {
  return pcs_text_hex_decode(text, ':', out);
}

static void decodes(decoder decode, const char *text, const char *wanted) {
  uint8_t memory[64];
  pcs_writer out;
  pcs_writer_init(&out, memory, sizeof memory);
  CHECK_EQ_INT(decode(t(text), &out), PCS_OK);
  equals(pcs_writer_span(&out), wanted);
}

static void refuses(decoder decode, const char *text) {
  uint8_t memory[64];
  pcs_writer out;
  pcs_writer_init(&out, memory, sizeof memory);
  if (!CHECK_EQ_INT(decode(t(text), &out), PCS_ERR_SYNTAX)) {
    printf("#   \"%s\"\n", text);
  }
}

static void test_hex(void) {
  decodes(hex_plain, "", "");
  decodes(hex_plain, "4aFf7e", "J\xff~");
  decodes(hex_colons, "4A:ff:7E", "J\xff~");
  decodes(hex_colons, "4a", "J");
  static const char *const plain[] = {"4", "4a7", "4g", "g4", "4A:ff", " 4a"};
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
    refuses(hex_plain, plain[i]);
  }
  static const char *const colons[] = {"4A:", ":4A", "4A:f", "4A::ff", "4Aff", "4A ff", "4A:ff:"};
  for (size_t i = 0; i < sizeof colons / sizeof colons[0]; i++) {
    refuses(hex_colons, colons[i]);
  }
}

static void test_hex_written(void) {
  uint8_t memory[16];
  pcs_writer out;
  pcs_writer_init(&out, memory, sizeof memory);
  pcs_writer_hex(&out, t("J\xff"));
  pcs_writer_hex_colons(&out, t("J\xff~"));
  equals(pcs_writer_span(&out), "4aff4A:FF:7E");
}

typedef struct base64_case {
  const char *plain;
  const char *text;
} base64_case;

static void test_base64(void) {
  /* RFC 4648 10. */
  static const base64_case cases[] = {{"", ""},
                                      {"f", "Zg=="},
                                      {"fo", "Zm8="},
                                      {"foo", "Zm9v"},
                                      {"foob", "Zm9vYg=="},
                                      {"fooba", "Zm9vYmE="},
                                      {"foobar", "Zm9vYmFy"},
                                      {"\xfb\xff\xfe", "+//+"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint8_t memory[16];
    pcs_writer out;
    pcs_writer_init(&out, memory, sizeof memory);
    pcs_writer_base64(&out, t(cases[i].plain));
    equals(pcs_writer_span(&out), cases[i].text);
    decodes(pcs_text_base64_decode, cases[i].text, cases[i].plain);
  }
}

static void test_base64_refused(void) {
  static const char *const wrong[] = {"Z",    "Zg",   "Zg=",  "Zh==", "Zm9=",     "====",  "Z===",
                                      "Zg=g", "Zm-_", "Zm8 ", "=Zm9", "Zg==Zm9v", "Zm9v\n"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    refuses(pcs_text_base64_decode, wrong[i]);
  }
}

static void test_decoders_need_room(void) {
  uint8_t memory[2];
  pcs_writer out;
  pcs_writer_init(&out, memory, sizeof memory);
  CHECK_EQ_INT(pcs_text_base64_decode(t("Zm9v"), &out), PCS_ERR_NO_SPACE);
  pcs_writer_init(&out, memory, sizeof memory);
  CHECK_EQ_INT(hex_plain(t("001122"), &out), PCS_ERR_NO_SPACE);
}

int main(void) {
  RUN("a slice never leaves its text", test_slices);
  RUN("finding, splitting, trimming", test_find_split_trim);
  RUN("lines end in CRLF or LF, and a lone CR ends none", test_lines);
  RUN("tokens skip runs of separators, fields may be empty", test_tokens_and_fields);
  RUN("a prefix is passed over only when it is there", test_skips);
  RUN("case is folded for letters and nothing else", test_compares);
  RUN("over-long forms, surrogates and cut characters are not UTF-8", test_utf8);
  RUN("a decimal never overflows and takes no sign or space", test_decimals);
  RUN("a hexadecimal number has 1 to 16 digits", test_hex_numbers);
  RUN("pairs of hexadecimal digits, with and without colons", test_hex);
  RUN("hexadecimal is written as fingerprints are", test_hex_written);
  RUN("base64 agrees with RFC 4648", test_base64);
  RUN("base64 with loose bits, padding or other alphabets is refused", test_base64_refused);
  RUN("a decoder that finds no room says so", test_decoders_need_room);
  return check_report();
}
