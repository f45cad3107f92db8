#include "tests/sim/hand.h"

#include <string.h>

pcs_span sim_hand_ufrag(const sim_hand *hand) {
  return (pcs_span){(const uint8_t *)hand->own.ufrag, hand->own.ufrag_len};
}

pcs_span sim_hand_password(const sim_hand *hand) {
  return (pcs_span){(const uint8_t *)hand->own.password, hand->own.password_len};
}

static void take_request(sim_hand *hand, const pcs_address *from, const pcs_stun_message *request) {
  memcpy(hand->request, request->bytes.data, request->bytes.len);
  hand->request_len = request->bytes.len;
  hand->request_from = *from;
  hand->num_requests++;
  hand->num_nominations += (request->has & PCS_STUN_HAS_USE_CANDIDATE) != 0;
  if (hand->answers) {
    sim_hand_answer answer = sim_hand_answer_of(hand);
    sim_hand_send_answer(hand, &answer);
  }
}

static void receive(void *owner, uint32_t path_id, const pcs_address *from, pcs_span bytes) {
  (void)path_id;
  sim_hand *hand = owner;
  pcs_stun_message message;
  if (pcs_stun_read(bytes, &message) != PCS_OK) {
    hand->num_data++;
    hand->last_data_us = hand->call->world.now_us;
  } else if (message.kind == PCS_STUN_REQUEST) {
    take_request(hand, from, &message);
  } else if (message.kind == PCS_STUN_SUCCESS) {
    hand->num_successes++;
  } else {
    hand->num_errors++;
    hand->error_code = message.error_code;
  }
}

void sim_hand_open(sim_hand *hand, sim_call *call, const pcs_address *address) {
  *hand = (sim_hand){.call = call, .address = *address};
  hand->own = (sim_credentials){
      .ufrag = "hand", .ufrag_len = 4, .password = "aHandMadePasswordOf24+24", .password_len = 24};
  sim_net_open(call->net, &(sim_socket){
                              .address = *address,
                              .nat = SIM_PUBLIC,
                              .owner = hand,
                              .receive = receive,
                          });
}

sim_hand_check sim_hand_check_of(const sim_hand *hand) {
  const sim_credentials *theirs = &hand->call->ends[0].local;
  return (sim_hand_check){
      .username_first = {(const uint8_t *)theirs->ufrag, theirs->ufrag_len},
      .username_second = sim_hand_ufrag(hand),
      .password = {(const uint8_t *)theirs->password, theirs->password_len},
      .role = PCS_ICE_CONTROLLING,
      .tie_breaker = 1,
  };
}

void sim_hand_send_check(sim_hand *hand, const pcs_address *to, const sim_hand_check *check) {
  uint8_t bytes[PCS_STUN_WRITTEN_BYTES_MAX];
  uint8_t id[PCS_STUN_ID_BYTES];
  pcs_writer writer;
  pcs_span written;
  pcs_random_fill(&hand->call->world.random, id, sizeof id);
  pcs_writer_init(&writer, bytes, sizeof bytes);
  pcs_stun_begin(&writer, PCS_STUN_REQUEST, (pcs_span){id, sizeof id});
  if (check->username_first.len > 0) {
    pcs_stun_write_username(&writer, check->username_first, check->username_second);
  }
  if (!check->no_priority) {
    pcs_stun_write_priority(&writer, 1845501695u);
  }
  pcs_stun_write_role(&writer, check->role, check->tie_breaker);
  if (check->use_candidate) {
    pcs_stun_write_use_candidate(&writer);
  }
  if (check->unknown_attribute != 0) {
    pcs_writer_u16(&writer, check->unknown_attribute);
    pcs_writer_u16(&writer, 0);
  }
  if (pcs_stun_finish(&writer, check->password, &written) == PCS_OK) {
    sim_net_send(hand->call->net, &hand->address, to, written);
  }
}

sim_hand_answer sim_hand_answer_of(const sim_hand *hand) {
  return (sim_hand_answer){.password = sim_hand_password(hand)};
}

void sim_hand_send_answer(sim_hand *hand, const sim_hand_answer *answer) {
  uint8_t bytes[PCS_STUN_WRITTEN_BYTES_MAX];
  pcs_stun_message request;
  pcs_writer writer;
  pcs_span written;
  if (pcs_stun_read((pcs_span){hand->request, hand->request_len}, &request) != PCS_OK) {
    return;
  }
  pcs_span id = answer->id != NULL ? (pcs_span){answer->id, PCS_STUN_ID_BYTES} : request.id;
  pcs_writer_init(&writer, bytes, sizeof bytes);
  pcs_stun_begin(&writer, answer->error_code == 0 ? PCS_STUN_SUCCESS : PCS_STUN_ERROR, id);
  if (answer->error_code != 0) {
    pcs_stun_write_error(&writer, answer->error_code);
  } else if (!answer->no_mapped_address) {
    pcs_stun_write_xor_mapped(&writer, &hand->request_from, id);
  }
  if (pcs_stun_finish(&writer, answer->password, &written) == PCS_OK) {
    const pcs_address *from = answer->from != NULL ? answer->from : &hand->address;
    sim_net_send(hand->call->net, from, &hand->request_from, written);
  }
}
