/*
 * Any bytes as an SCTP packet, at the filter and, with a right checksum, at a live association.
 * What passes the filter has, to a second and simpler reading, only chunks that a data channel uses
 * and lengths that add up; what does not changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "host/sctp/association.h"
#include "host/sctp/crc32c.h"
#include "host/sctp/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }
#define PACKET_BYTES_MAX 4096

static const pcs_sctp_config ports = {.local_port = 5000, .remote_port = 5000};

static void check_passed(const uint8_t *packet, size_t len) {
  size_t at = 12;
  REQUIRE(len > at);
  while (at < len) {
    REQUIRE(len - at >= 4);
    size_t chunk_len = (size_t)packet[at + 2] << 8 | packet[at + 3];
    REQUIRE(chunk_len >= 4 && chunk_len <= len - at);
    uint8_t type = packet[at];
    REQUIRE(type <= 11 || type == 14 || type == 130 || type == 132 || type == 192);
    REQUIRE((type != 1 && type != 2) || (at == 12 && (chunk_len + 3) / 4 * 4 >= len - at));
    at += (chunk_len + 3) / 4 * 4;
  }
}

static void drain(pcs_sctp_association *association) {
  static uint8_t memory[PCS_DATAGRAMS_MAX * PCS_DATAGRAM_BYTES_MAX];
  pcs_sctp_event event;
  do {
    pcs_sctp_association_poll(association, PCS_SCTP_GIVE_MESSAGES, &event);
    REQUIRE(event.message.len <= PCS_MESSAGE_BYTES_MAX);
  } while (event.kind != PCS_SCTP_EVENT_NONE);
  bool more = true;
  while (more) {
    pcs_datagrams batch;
    pcs_datagrams_init(&batch, memory, sizeof memory);
    more = pcs_sctp_association_take_output(association, &batch);
  }
}

/* One association takes some thousands of inputs, then makes way for a new one. */
static pcs_sctp_association *live_association(void) {
  static pcs_sctp_association *live;
  static size_t num_inputs;
  if (live == NULL || num_inputs++ % 4096 == 4095) {
    pcs_sctp_association_free(live);
    REQUIRE(pcs_sctp_stack_init() == PCS_OK);
    REQUIRE(pcs_sctp_association_new(&live, &ports) == PCS_OK);
    REQUIRE(pcs_sctp_association_connect(live) == PCS_OK);
    drain(live);
  }
  return live;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t packet[PACKET_BYTES_MAX];
  if (size < 12 || size > sizeof packet) {
    return 0;
  }
  pcs_sctp_filter filter = {ports.local_port, ports.remote_port,
                            data[8] % 2 == 0 ? PCS_SCTP_PHASE_OPENING : PCS_SCTP_PHASE_OPEN};
  memcpy(packet, data, size);
  memcpy(packet, "\x13\x88\x13\x88", 4); /* our ports: the fuzzer need not find them */
  pcs_status status = pcs_sctp_filter_check(&filter, (pcs_span){packet, size});
  REQUIRE(status == PCS_OK || status == PCS_ERR_SYNTAX || status == PCS_ERR_DENIED);
  if (status == PCS_OK) {
    check_passed(packet, size);
  }
  pcs_sctp_association *association = live_association();
  pcs_crc32c_seal(packet, size);
  pcs_sctp_association_receive(association, (pcs_span){packet, size});
  drain(association);
  return 0;
}
