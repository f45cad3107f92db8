#include "tests/check.h"

#include "host/sctp/filter.h"
#include "tests/host/sctp/packet_maker.h"

static const pcs_sctp_filter opening = {5000, 5000, PCS_SCTP_PHASE_OPENING};
static const pcs_sctp_filter opened = {5000, 5000, PCS_SCTP_PHASE_OPEN};
static const uint8_t zeros[64];
static packet_maker packet;

static pcs_status check_one(const pcs_sctp_filter *filter, uint8_t type, pcs_span value) {
  packet_begin(&packet, type == 1 ? 0 : 77);
  packet_chunk(&packet, type, 3, value);
  return pcs_sctp_filter_check(filter, packet_done(&packet));
}

/* A value that is well-formed for the type, if we know the type. */
static pcs_span good_value(uint8_t type) {
  static uint8_t memory[64];
  switch (type) {
  case 0:
    return (pcs_span){zeros, 13};
  case 1:
  case 2:
    return init_value(memory, 0, 0);
  case 3:
  case 130:
    memset(memory, 0, sizeof memory);
    memory[3] = type == 130 ? 12 : 0;
    return (pcs_span){memory, 12};
  case 7:
  case 10:
  case 192:
  case 4:
  case 5:
    return (pcs_span){zeros, 4};
  default:
    return (pcs_span){0};
  }
}

static void test_every_chunk_type(void) {
  static const uint8_t taken[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 132, 192};
  for (unsigned type = 0; type < 256; type++) {
    bool is_taken = memchr(taken, (int)type, sizeof taken) != NULL;
    CHECK_EQ_INT(check_one(&opening, (uint8_t)type, good_value((uint8_t)type)),
                 is_taken ? PCS_OK : PCS_ERR_DENIED);
    bool is_opener = type == 1 || type == 2;
    CHECK_EQ_INT(check_one(&opened, (uint8_t)type, good_value((uint8_t)type)),
                 is_taken && !is_opener ? PCS_OK : PCS_ERR_DENIED);
  }
}

static void test_dangerous_chunks_hide_behind_good_ones(void) {
  static const uint8_t refused[] = {12, 13, 15, 16, 64, 128, 129, 193, 194};
  for (size_t i = 0; i < sizeof refused; i++) {
    packet_begin(&packet, 77);
    packet_chunk(&packet, 3, 0, (pcs_span){zeros, 12});
    packet_chunk(&packet, refused[i], 0, (pcs_span){zeros, 20});
    CHECK_EQ_INT(pcs_sctp_filter_check(&opened, packet_done(&packet)), PCS_ERR_DENIED);
  }
}

static void test_addresses_in_init(void) {
  static const uint16_t refused[] = {5, 6, 11, 0xc001, 0xc002, 0xc004};
  static const uint16_t harmless[] = {7,      9,      12,     0x8000, 0x8002,
                                      0x8003, 0x8004, 0x8008, 0xc000, 0xc006};
  uint8_t memory[64];
  for (uint8_t type = 1; type <= 2; type++) {
    for (size_t i = 0; i < sizeof refused / 2; i++) {
      CHECK_EQ_INT(check_one(&opening, type, init_value(memory, refused[i], 4)), PCS_ERR_DENIED);
    }
    for (size_t i = 0; i < sizeof harmless / 2; i++) {
      CHECK_EQ_INT(check_one(&opening, type, init_value(memory, harmless[i], 4)), PCS_OK);
    }
    /* A parameter whose length says less than its own header. */
    pcs_span value = init_value(memory, 7, 4);
    memory[19] = 3;
    CHECK_EQ_INT(check_one(&opening, type, value), PCS_ERR_SYNTAX);
    memory[19] = 9;
    CHECK_EQ_INT(check_one(&opening, type, value), PCS_ERR_SYNTAX);
  }
}

static void test_init_without_sense(void) {
  uint8_t memory[64];
  for (size_t i = 0; i < 3; i++) {
    pcs_span value = init_value(memory, 0, 0);
    memset(memory + (i == 0 ? 0 : 6 + 2 * i), 0, i == 0 ? 4 : 2); /* tag, streams out, streams in */
    CHECK_EQ_INT(check_one(&opening, 1, value), PCS_ERR_SYNTAX);
  }
}

static void test_init_is_alone(void) {
  uint8_t memory[64];
  static const uint8_t lonely[] = {1, 2, 14};
  for (size_t i = 0; i < sizeof lonely; i++) {
    pcs_span value = lonely[i] == 14 ? (pcs_span){0} : init_value(memory, 0, 0);
    uint32_t tag = lonely[i] == 1 ? 0 : 77;
    packet_begin(&packet, tag);
    packet_chunk(&packet, lonely[i], 0, value);
    packet_chunk(&packet, 132, 0, (pcs_span){zeros, 4});
    CHECK_EQ_INT(pcs_sctp_filter_check(&opening, packet_done(&packet)), PCS_ERR_SYNTAX);
    packet_begin(&packet, tag);
    packet_chunk(&packet, 132, 0, (pcs_span){zeros, 4});
    packet_chunk(&packet, lonely[i], 0, value);
    CHECK_EQ_INT(pcs_sctp_filter_check(&opening, packet_done(&packet)), PCS_ERR_SYNTAX);
  }
}

static void test_tags(void) {
  uint8_t memory[64];
  packet_begin(&packet, 77);
  packet_chunk(&packet, 1, 0, init_value(memory, 0, 0));
  CHECK_EQ_INT(pcs_sctp_filter_check(&opening, packet_done(&packet)), PCS_ERR_SYNTAX);
  packet_begin(&packet, 0);
  packet_chunk(&packet, 0, 3, (pcs_span){zeros, 20});
  CHECK_EQ_INT(pcs_sctp_filter_check(&opening, packet_done(&packet)), PCS_ERR_SYNTAX);
}

static void test_ports(void) {
  const pcs_sctp_filter other[] = {{5001, 5000, PCS_SCTP_PHASE_OPEN},
                                   {5000, 5001, PCS_SCTP_PHASE_OPEN}};
  for (size_t i = 0; i < 2; i++) {
    CHECK_EQ_INT(check_one(&other[i], 0, (pcs_span){zeros, 20}), PCS_ERR_DENIED);
  }
}

static void test_lengths(void) {
  CHECK_EQ_INT(check_one(&opened, 0, (pcs_span){zeros, 12}), PCS_ERR_SYNTAX); /* no data */
  uint8_t sack[20] = {0};
  sack[9] = 1; /* one gap */
  CHECK_EQ_INT(check_one(&opened, 3, (pcs_span){sack, 16}), PCS_OK);
  CHECK_EQ_INT(check_one(&opened, 3, (pcs_span){sack, 12}), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(check_one(&opened, 3, (pcs_span){sack, 20}), PCS_ERR_SYNTAX);
  sack[8] = 0xff;
  sack[9] = 0xff;
  CHECK_EQ_INT(check_one(&opened, 3, (pcs_span){sack, 16}), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(check_one(&opened, 192, (pcs_span){zeros, 6}), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(check_one(&opened, 7, (pcs_span){zeros, 8}), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(check_one(&opened, 11, (pcs_span){zeros, 4}), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(check_one(&opened, 10, (pcs_span){0}), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(check_one(&opened, 4, (pcs_span){0}), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(check_one(&opened, 130, (pcs_span){0}), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(check_one(&opened, 130, (pcs_span){zeros, 8}), PCS_ERR_SYNTAX);
  /* RFC 6525 4.2: a request for all streams is a sequence number and nothing more. */
  const uint8_t incoming_reset[] = {0, 14, 0, 8, 0, 0, 0, 1};
  CHECK_EQ_INT(check_one(&opened, 130, (pcs_span){incoming_reset, 8}), PCS_OK);
  packet_begin(&packet, 77);
  CHECK_EQ_INT(pcs_sctp_filter_check(&opened, packet_done(&packet)), PCS_ERR_SYNTAX); /* empty */
}

static void test_every_truncation(void) {
  uint8_t re_config[12] = {0, 13, 0, 12};
  packet_begin(&packet, 77);
  packet_chunk(&packet, 3, 0, (pcs_span){zeros, 12});
  packet_chunk(&packet, 130, 0, (pcs_span){re_config, sizeof re_config});
  packet_chunk(&packet, 0, 3, (pcs_span){zeros, 32});
  pcs_span whole = packet_done(&packet);
  CHECK_EQ_INT(pcs_sctp_filter_check(&opened, whole), PCS_OK);
  for (size_t len = 0; len < whole.len; len++) {
    bool is_boundary = len == 12 + 16 || len == 12 + 16 + 16;
    CHECK_EQ_INT(pcs_sctp_filter_check(&opened, (pcs_span){whole.data, len}),
                 is_boundary ? PCS_OK : PCS_ERR_SYNTAX);
  }
}

static void test_chunk_length_below_its_header(void) {
  for (uint8_t len = 0; len < 4; len++) {
    packet_begin(&packet, 77);
    packet_chunk(&packet, 6, 0, (pcs_span){0});
    packet.memory[15] = len;
    CHECK_EQ_INT(pcs_sctp_filter_check(&opened, packet_done(&packet)), PCS_ERR_SYNTAX);
  }
}

int main(void) {
  RUN("of all 256 chunk types only those of a data channel pass", test_every_chunk_type);
  RUN("a refused chunk behind a good one refuses the packet",
      test_dangerous_chunks_hide_behind_good_ones);
  RUN("an INIT that names another address is refused", test_addresses_in_init);
  RUN("an INIT with a zero tag or no streams is refused", test_init_without_sense);
  RUN("INIT, INIT ACK and SHUTDOWN COMPLETE must be alone", test_init_is_alone);
  RUN("a zero tag is INIT's and only INIT's", test_tags);
  RUN("other ports are refused", test_ports);
  RUN("lengths that cannot be are refused", test_lengths);
  RUN("every truncation inside a chunk is refused", test_every_truncation);
  RUN("a chunk shorter than its header is refused", test_chunk_length_below_its_header);
  return check_report();
}
