/* Multicast DNS on the wire: what is read of a message, and that no bytes make a reader stray. */
#include "host/ice/mdns_message.h"

#include "tests/check.h"

#define UUID "1f4712db-ea17-4bcf-a596-105139dfd8bf"
#define NAME UUID ".local"

static uint8_t memory[2048];
static pcs_writer out;

static pcs_mdns_name name_of(const char *text) {
  pcs_mdns_name name = {{0}};
  CHECK_EQ_INT(pcs_mdns_name_set(&name, pcs_span_of_text(text)), PCS_OK);
  return name;
}

static void begin_message(uint16_t flags, uint16_t num_questions, uint16_t num_records) {
  pcs_writer_init(&out, memory, sizeof memory);
  pcs_writer_u16(&out, 0x1234);
  pcs_writer_u16(&out, flags);
  pcs_writer_u16(&out, num_questions);
  pcs_writer_u16(&out, num_records);
  pcs_writer_u32(&out, 0);
}

static void put_label(const char *label) {
  pcs_writer_u8(&out, (uint8_t)strlen(label));
  pcs_writer_text(&out, label);
}

static void put_name(const char *first) {
  put_label(first);
  put_label("local");
  pcs_writer_u8(&out, 0);
}

static void put_a(uint32_t address, uint16_t class) {
  pcs_writer_u16(&out, PCS_MDNS_A);
  pcs_writer_u16(&out, class);
  pcs_writer_u32(&out, 120);
  pcs_writer_u16(&out, 4);
  pcs_writer_u32(&out, address);
}

static pcs_status read_out(pcs_mdns_message *message) {
  return pcs_mdns_read(pcs_writer_span(&out), message);
}

static void test_question(void) {
  static const uint8_t WANT[] = {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 36};
  pcs_mdns_name name = name_of(NAME);
  pcs_mdns_message message;
  pcs_writer_init(&out, memory, sizeof memory);
  pcs_mdns_write_question(&out, &name, PCS_MDNS_AAAA);
  CHECK_EQ_BYTES(memory, sizeof WANT, WANT, sizeof WANT);
  CHECK_EQ_BYTES(memory + out.len - 11, 11, "\5local\0\0\x1c\0\1", 11);
  CHECK_EQ_INT(read_out(&message), PCS_OK);
  CHECK(!message.is_response);
  CHECK_EQ_UINT(message.num_questions, 1);
  CHECK_EQ_INT(message.questions[0].type, PCS_MDNS_AAAA);
  CHECK(pcs_mdns_name_equal(&message.questions[0].name, &name));
}

static void test_answer(void) {
  const pcs_address addresses[] = {
      {.family = PCS_ADDRESS_IPV4, .bytes = {192, 0, 2, 7}},
      {.family = PCS_ADDRESS_IPV6, .bytes = {0x20, 1, 0x0d, 0xb8, [15] = 9}}};
  pcs_mdns_name name = name_of(NAME);
  for (size_t i = 0; i < 2; i++) {
    pcs_mdns_message message;
    pcs_writer_init(&out, memory, PCS_MDNS_WRITTEN_BYTES_MAX);
    pcs_mdns_write_answer(&out, &name, &addresses[i], 120);
    CHECK_EQ_INT(read_out(&message), PCS_OK);
    CHECK(message.is_response);
    CHECK_EQ_UINT(message.num_records, 1);
    CHECK_EQ_UINT(message.records[0].ttl_s, 120);
    CHECK(pcs_address_equal(&message.records[0].address, &addresses[i]));
    CHECK(pcs_mdns_name_equal(&message.records[0].name, &name));
  }
}

static void test_truncated(void) {
  pcs_mdns_name name = name_of(NAME);
  pcs_address address = {.family = PCS_ADDRESS_IPV4, .bytes = {192, 0, 2, 7}};
  pcs_writer_init(&out, memory, sizeof memory);
  pcs_mdns_write_answer(&out, &name, &address, 120);
  for (size_t len = 0; len < out.len; len++) {
    uint8_t copy[PCS_MDNS_WRITTEN_BYTES_MAX];
    memcpy(copy, memory, len);
    pcs_mdns_message message;
    CHECK_EQ_INT(pcs_mdns_read((pcs_span){copy, len}, &message), PCS_ERR_SYNTAX);
    CHECK_EQ_UINT(message.num_records, 0);
  }
  pcs_writer_u8(&out, 0);
  pcs_mdns_message message;
  CHECK_EQ_INT(read_out(&message), PCS_ERR_SYNTAX);
}

static void test_pointers(void) {
  pcs_mdns_message message;
  begin_message(0x8400, 0, 2);
  put_name(UUID);
  put_a(0xc0000207, 1);
  pcs_writer_u16(&out, 0xc00c); /* the first name again */
  put_a(0xc0000208, 0x8001);
  CHECK_EQ_INT(read_out(&message), PCS_OK);
  CHECK_EQ_UINT(message.num_records, 2);
  CHECK(pcs_mdns_name_equal(&message.records[0].name, &message.records[1].name));
  begin_message(0x8400, 0, 2);
  put_name("other");
  put_a(0xc0000207, 1);
  put_label("1F4712DB-EA17-4BCF-A596-105139DFD8BF");
  pcs_writer_u16(&out, 0xc00c + 6); /* "local" of the first */
  put_a(0xc0000208, 1);
  CHECK_EQ_INT(read_out(&message), PCS_OK);
  CHECK_EQ_UINT(message.num_records, 1);
  CHECK_EQ_BYTES(message.records[0].name.text, PCS_MDNS_NAME_BYTES, NAME, PCS_MDNS_NAME_BYTES);
}

/* To itself, forward, behind the end, and two that point at each other. */
static void test_bad_pointers(void) {
  static const uint16_t POINTERS[] = {0xc00c, 0xc00d, 0xc040, 0xffff};
  pcs_mdns_message message;
  for (size_t i = 0; i < sizeof POINTERS / sizeof POINTERS[0]; i++) {
    begin_message(0, 1, 0);
    pcs_writer_u16(&out, POINTERS[i]);
    pcs_writer_u32(&out, 0x00010001);
    CHECK_EQ_INT(read_out(&message), PCS_ERR_SYNTAX);
  }
  begin_message(0, 2, 0);
  put_label("a");
  pcs_writer_u16(&out, 0xc000 + 19);
  pcs_writer_u8(&out, 0);
  pcs_writer_u16(&out, 0xc00c);
  CHECK_EQ_INT(read_out(&message), PCS_ERR_SYNTAX);
  begin_message(0, 1, 0);
  pcs_writer_u8(&out, 0x40); /* RFC 6891 5: kinds of labels that nobody uses */
  pcs_writer_u32(&out, 0);
  CHECK_EQ_INT(read_out(&message), PCS_ERR_SYNTAX);
}

static void test_long_names(void) {
  pcs_mdns_message message;
  for (int num = 3; num <= 5; num++) {
    begin_message(0, 1, 0);
    for (int i = 0; i < num; i++) {
      put_label("123456789012345678901234567890123456789012345678901234567890123");
    }
    pcs_writer_u8(&out, 0);
    pcs_writer_u32(&out, 0x00010001);
    CHECK_EQ_INT(read_out(&message), num == 3 ? PCS_OK : PCS_ERR_SYNTAX);
  }
}

static void test_other_names(void) {
  static const char *const OTHERS[] = {"printer", "1f4712db-ea17-1bcf-a596-105139dfd8bf",
                                       "1f4712dbxea17-4bcf-a596-105139dfd8bf", UUID ".local"};
  pcs_mdns_message message;
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    begin_message(0x8400, 0, 1);
    put_name(OTHERS[i]);
    put_a(0xc0000207, 1);
    CHECK_EQ_INT(read_out(&message), PCS_OK);
    CHECK_EQ_UINT(message.num_records, 0);
  }
  begin_message(0x8400, 0, 1);
  put_label(NAME); /* one label with a dot in it */
  pcs_writer_u8(&out, 0);
  put_a(0xc0000207, 1);
  CHECK_EQ_INT(read_out(&message), PCS_OK);
  CHECK_EQ_UINT(message.num_records, 0);
  begin_message(0x8400, 0, 1);
  put_name(UUID);
  put_a(0xc0000207, 3); /* class CHAOS */
  CHECK_EQ_INT(read_out(&message), PCS_OK);
  CHECK_EQ_UINT(message.num_records, 0);
}

static void test_limits(void) {
  pcs_mdns_message message;
  for (uint16_t num = PCS_MDNS_ENTRIES_MAX; num <= PCS_MDNS_ENTRIES_MAX + 1; num++) {
    begin_message(0, num, 0);
    for (int i = 0; i < num; i++) {
      pcs_writer_u8(&out, 0);
      pcs_writer_u32(&out, 0x00010001);
    }
    CHECK_EQ_INT(read_out(&message), num == PCS_MDNS_ENTRIES_MAX ? PCS_OK : PCS_ERR_TOO_LARGE);
  }
  begin_message(0x8400, 0, 20);
  put_name(UUID);
  put_a(0xc0000207, 1);
  for (int i = 1; i < 20; i++) {
    pcs_writer_u16(&out, 0xc00c);
    put_a(0xc0000207, 1);
  }
  CHECK_EQ_INT(read_out(&message), PCS_OK);
  CHECK_EQ_UINT(message.num_records, PCS_MDNS_RECORDS_MAX);
  CHECK_EQ_INT(pcs_mdns_read((pcs_span){memory, PCS_MDNS_MESSAGE_BYTES_MAX + 1}, &message),
               PCS_ERR_TOO_LARGE);
  begin_message(0x2800, 0, 0); /* opcode UPDATE */
  CHECK_EQ_INT(read_out(&message), PCS_ERR_UNSUPPORTED);
  begin_message(0x8003, 0, 0); /* NXDOMAIN */
  CHECK_EQ_INT(read_out(&message), PCS_ERR_UNSUPPORTED);
}

int main(void) {
  RUN("a question is written as a plain query and read back", test_question);
  RUN("an answer has one address and says that there is no other", test_answer);
  RUN("no beginning of a message is one, nor one with a byte more", test_truncated);
  RUN("names that point back are followed", test_pointers);
  RUN("pointers forward, in a circle or out of the message are refused", test_bad_pointers);
  RUN("a name longer than 255 bytes is refused", test_long_names);
  RUN("no name but a version 4 UUID on .local is kept", test_other_names);
  RUN("a message over a limit, of another opcode or an error is refused", test_limits);
  return check_report();
}
