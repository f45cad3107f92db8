/* What a TURN server sends: attributes, ChannelData, challenges, answers in any order. */
#include <assert.h>

#include "host/ice/turn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(pcs_span part, pcs_span whole) {
  assert(part.len == 0 ||
         (part.data >= whole.data && part.data + part.len <= whole.data + whole.len));
}

static void read_one(pcs_span input) {
  uint16_t channel;
  pcs_span payload;
  if (pcs_turn_read_channel(input, &channel, &payload) == PCS_OK) {
    check_inside(payload, input);
  }
  pcs_stun_message message;
  pcs_turn_attributes attributes;
  if (pcs_stun_read(input, &message) == PCS_OK && pcs_turn_read(&message, &attributes) == PCS_OK) {
    check_inside(attributes.data, input);
    check_inside(attributes.realm, input);
    check_inside(attributes.nonce, input);
    check_inside(attributes.algorithms, input);
  }
}

/* A message around the attributes that the input is: its header is made right. */
static pcs_span make_response(pcs_span attributes, pcs_turn_task task, pcs_stun_class kind,
                              uint8_t *memory, size_t capacity) {
  static const uint8_t ID[PCS_STUN_ID_BYTES] = {1};
  pcs_writer writer;
  pcs_writer_init(&writer, memory, capacity);
  pcs_stun_begin_method(&writer, pcs_turn_method_of(task), kind, (pcs_span){ID, sizeof ID});
  pcs_writer_bytes(&writer, attributes);
  pcs_writer_patch_u16(&writer, 2, (uint16_t)(writer.len - PCS_STUN_HEADER_BYTES));
  return pcs_writer_span(&writer);
}

static void answer(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask, pcs_reader *input) {
  uint8_t memory[PCS_RECEIVE_BYTES_MAX];
  uint8_t request[2400];
  static const uint8_t ID[PCS_STUN_ID_BYTES] = {1};
  pcs_writer writer;
  pcs_span written;
  pcs_writer_init(&writer, request, sizeof request);
  pcs_stun_begin_method(&writer, pcs_turn_method_of(ask.task), PCS_STUN_REQUEST,
                        (pcs_span){ID, sizeof ID});
  pcs_status status = pcs_turn_write(turn, ask, (pcs_span){ID, sizeof ID}, &writer, &written);
  assert(status == PCS_OK);
  (void)status;
  uint8_t kind = pcs_reader_u8(input);
  size_t len = pcs_reader_u8(input) * 4u;
  len = len > input->rest.len ? input->rest.len : len;
  pcs_span bytes = make_response(pcs_reader_bytes(input, len), ask.task,
                                 kind % 2 ? PCS_STUN_ERROR : PCS_STUN_SUCCESS, memory,
                                 sizeof memory);
  pcs_stun_message message;
  pcs_turn_response response = {.message = &message, .had_credentials = (kind & 2) != 0};
  if (pcs_stun_read(bytes, &message) == PCS_OK) {
    (void)pcs_turn_answer(turn, now_us, ask, &response);
  } else {
    (void)pcs_turn_unanswered(turn, now_us, ask);
  }
}

static void play(pcs_span input_bytes) {
  pcs_turn turn;
  pcs_reader input;
  uint64_t now_us = 1;
  pcs_address server = {.family = PCS_ADDRESS_IPV4, .bytes = {192, 0, 2, 9}, .port = 3478};
  pcs_ice_server login = {.username = pcs_span_of_text("u"), .credential = pcs_span_of_text("p")};
  pcs_reader_init(&input, input_bytes);
  pcs_status status = pcs_turn_init(&turn, now_us, PCS_TURN_OVER_UDP, &server, &login);
  assert(status == PCS_OK);
  (void)status;
  while (input.rest.len > 0 && !input.failed && turn.state != PCS_TURN_ENDED) {
    pcs_address peer = server;
    peer.port = pcs_reader_u8(&input);
    now_us += (uint64_t)pcs_reader_u8(&input) * 5000000u;
    if (turn.state == PCS_TURN_READY) {
      (void)!pcs_turn_peers_permit(&turn.peers, now_us, &peer);
      (void)!pcs_turn_peers_bind(&turn.peers, now_us, &peer);
    }
    (void)pcs_turn_expire(&turn, now_us);
    pcs_turn_ask ask;
    if (pcs_turn_next(&turn, now_us, &ask)) {
      answer(&turn, now_us, ask, &input);
    }
  }
  pcs_turn_clear(&turn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_span input = {data, size};
  if (size <= PCS_RECEIVE_BYTES_MAX) {
    read_one(input);
  }
  play(input);
  return 0;
}
