/* Text that others chose cannot pose as something else, and every right has its words. */
#include "host/prompt/words.h"

#include "tests/check.h"

static const char *shown(const char *label) {
  static uint8_t memory[PCS_LABEL_SHOWN_BYTES_MAX + 1];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, PCS_LABEL_SHOWN_BYTES_MAX);
  pcs_label_write(&writer, pcs_span_of_text(label));
  CHECK(!writer.failed);
  memory[writer.len] = '\0';
  return (const char *)memory;
}

static void test_labels(void) {
  CHECK_EQ_STR(shown("Kamera \"Büro\" <b>&amp; 会議室"), "Kamera \"Büro\" <b>&amp; 会議室");
  CHECK_EQ_STR(shown("a\x1b[2Jb\r\n\x7f"), "a\\u{1b}[2Jb\\u{0d}\\u{0a}\\u{7f}");
  CHECK_EQ_STR(shown("x\u202egnp.exe"), "x\\u{202e}gnp.exe");
  CHECK_EQ_STR(shown("\u2066\u200b\ufeff\u00ad\xc2\x85"),
               "\\u{2066}\\u{200b}\\u{feff}\\u{ad}\\u{85}");
  CHECK_EQ_STR(shown("\U000e0041"), "\\u{0e0041}");
  CHECK_EQ_STR(shown("\xff\xc3("), "\\u{ff}\\u{c3}(");
}

static void test_longest_label(void) {
  char label[PCS_DEVICE_LABEL_BYTES_MAX + 1] = {0};
  memset(label, 0x1b, PCS_DEVICE_LABEL_BYTES_MAX);
  CHECK_EQ_UINT(strlen(shown(label)), 6 * PCS_DEVICE_LABEL_BYTES_MAX);
}

static void test_rights(void) {
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    const pcs_right_row *row = pcs_right_find(right);
    CHECK_EQ_INT(pcs_right_consequence(right)[0] != '\0', row != NULL);
    CHECK_EQ_INT(pcs_right_in_use(right)[0] != '\0', row != NULL);
    CHECK_EQ_INT(pcs_right_device(right)[0] != '\0', row != NULL && row->needs == PCS_NEEDS_DEVICE);
  }
  CHECK_EQ_STR(pcs_right_consequence(PCS_RIGHT_DATA | PCS_RIGHT_CAMERA), "");
}

static void test_certificates(void) {
  uint8_t memory[PCS_PEER_SHOWN_BYTES_MAX];
  pcs_writer writer;
  pcs_peer_certificate certificate = {.hash = PCS_HASH_SHA_512, .value = {0xab, 0x12, 0xcd}};
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_certificate_write(&writer, &certificate);
  CHECK(!writer.failed);
  CHECK_EQ_UINT(writer.len, strlen("SHA-512 ") + 3 * 64 - 1);
  CHECK(memcmp(memory, "SHA-512 AB:12:CD:00", 19) == 0);
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_certificate_write_short(&writer, &certificate);
  CHECK_EQ_BYTES(memory, writer.len, "ab12 cd00 0000 0000", 19);
}

int main(void) {
  RUN("controls and marks that turn or hide text are shown as numbers", test_labels);
  RUN("the longest label has room", test_longest_label);
  RUN("every right has words for what leaves, and for its device", test_rights);
  RUN("a fingerprint is shown in full and in short", test_certificates);
  return check_report();
}
