#include "core/base/bytes.h"
#include "tests/check.h"

static const uint8_t input[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
                                0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f};

static void test_network_order(void) {
  pcs_reader reader;
  pcs_reader_init(&reader, (pcs_span){input, sizeof input});
  CHECK_EQ_UINT(pcs_reader_u8(&reader), 0x01);
  CHECK_EQ_UINT(pcs_reader_u16(&reader), 0x0203);
  CHECK_EQ_UINT(pcs_reader_u32(&reader), 0x04050607);
  CHECK_EQ_UINT(pcs_reader_u64(&reader), 0x08090a0b0c0d0e0f);
  CHECK_EQ_INT(pcs_reader_finish(&reader), PCS_OK);
}

static void test_reader_is_sticky(void) {
  pcs_reader reader;
  uint8_t copy[4] = {9, 9, 9, 9};
  pcs_reader_init(&reader, (pcs_span){input, 3});
  CHECK_EQ_UINT(pcs_reader_u32(&reader), 0);
  CHECK_EQ_UINT(pcs_reader_u8(&reader), 0); /* it is there, but the read before it failed */
  pcs_reader_copy(&reader, copy, sizeof copy);
  CHECK(copy[0] == 0 && copy[3] == 0);
  CHECK_EQ_UINT(pcs_reader_rest(&reader).len, 0);
  CHECK_EQ_UINT(pcs_reader_bytes(&reader, SIZE_MAX).len, 0);
  CHECK_EQ_INT(pcs_reader_finish(&reader), PCS_ERR_SYNTAX);
}

static void test_trailing_bytes(void) {
  pcs_reader reader;
  pcs_reader_init(&reader, (pcs_span){input, 3});
  pcs_reader_u16(&reader);
  CHECK_EQ_INT(pcs_reader_finish(&reader), PCS_ERR_SYNTAX);
  CHECK_EQ_UINT(pcs_reader_rest(&reader).len, 1);
  CHECK_EQ_INT(pcs_reader_finish(&reader), PCS_OK);
  pcs_reader_fail(&reader);
  CHECK_EQ_INT(pcs_reader_finish(&reader), PCS_ERR_SYNTAX);
}

static void test_empty_input(void) {
  pcs_reader reader;
  pcs_reader_init(&reader, (pcs_span){0});
  CHECK_EQ_UINT(pcs_reader_bytes(&reader, 0).len, 0);
  CHECK_EQ_INT(pcs_reader_finish(&reader), PCS_OK);
  CHECK_EQ_UINT(pcs_reader_u8(&reader), 0);
  CHECK_EQ_INT(pcs_reader_finish(&reader), PCS_ERR_SYNTAX);
}

static void test_writer_mirrors_reader(void) {
  uint8_t memory[sizeof input];
  pcs_writer writer;
  pcs_span written;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_u8(&writer, 0x01);
  pcs_writer_u16(&writer, 0xffff);
  pcs_writer_u32(&writer, 0xffffffff);
  pcs_writer_u64(&writer, 0x08090a0b0c0d0e0f);
  pcs_writer_patch_u16(&writer, 1, 0x0203);
  pcs_writer_patch_u32(&writer, 3, 0x04050607);
  CHECK_EQ_INT(pcs_writer_finish(&writer, &written), PCS_OK);
  CHECK_EQ_BYTES(written.data, written.len, input, sizeof input);
}

static void test_writer_is_sticky(void) {
  uint8_t memory[4] = {0};
  pcs_writer writer;
  pcs_span written;
  pcs_writer_init(&writer, memory, 3);
  pcs_writer_u16(&writer, 0x0102);
  pcs_writer_u16(&writer, 0x0304);
  pcs_writer_u8(&writer, 5);
  CHECK(memory[2] == 0 && memory[3] == 0);
  CHECK_EQ_INT(pcs_writer_finish(&writer, &written), PCS_ERR_NO_SPACE);
  CHECK_EQ_UINT(written.len, 0);
}

static void test_patch_inside_what_was_written(void) {
  uint8_t memory[8] = {0};
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_u32(&writer, 0);
  pcs_writer_patch_u32(&writer, 1, 0xffffffff);
  CHECK(writer.failed);
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_u8(&writer, 0);
  pcs_writer_patch_u16(&writer, SIZE_MAX, 0xffff);
  CHECK(writer.failed && memory[0] == 0);
}

static void test_decimals_and_text(void) {
  uint8_t memory[64];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_decimal(&writer, 0);
  pcs_writer_text(&writer, " ");
  pcs_writer_decimal(&writer, UINT64_MAX);
  CHECK(pcs_span_equal_text(pcs_writer_span(&writer), "0 18446744073709551615"));
}

static void test_equality(void) {
  CHECK(pcs_span_equal((pcs_span){0}, (pcs_span){input, 0}));
  CHECK(!pcs_span_equal((pcs_span){input, 2}, (pcs_span){input, 3}));
  CHECK(!pcs_span_equal((pcs_span){input, 2}, (pcs_span){input + 1, 2}));
  CHECK(pcs_span_equal_text(pcs_span_of_text("a"), "a"));
  CHECK(!pcs_span_equal_text(pcs_span_of_text("a"), "A"));
}

int main(void) {
  RUN("integers are read in network order", test_network_order);
  RUN("after one failed read every read gives zero", test_reader_is_sticky);
  RUN("bytes that nobody read are an error", test_trailing_bytes);
  RUN("an empty input with a null pointer is an input", test_empty_input);
  RUN("what is written is what is read, patches included", test_writer_mirrors_reader);
  RUN("after one write that did not fit nothing more is written", test_writer_is_sticky);
  RUN("a patch touches only what was written", test_patch_inside_what_was_written);
  RUN("decimals of any size", test_decimals_and_text);
  RUN("spans are equal by their bytes", test_equality);
  return check_report();
}
