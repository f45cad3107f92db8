/*
 * A peer made by hand: it speaks STUN with an agent exactly as a test tells it to, rightly or
 * wrongly, as an ICE-lite implementation, an attacker or a browser of some habit would. It holds
 * its own credentials and the last request it got; it decides nothing.
 */
#ifndef TESTS_SIM_HAND_H
#define TESTS_SIM_HAND_H

#include "host/ice/stun.h"
#include "tests/sim/call.h"

typedef struct sim_hand {
  sim_call *call;
  pcs_address address;
  sim_credentials own;
  bool answers; /* to every request, at once, as it should be */
  uint8_t request[PCS_STUN_WRITTEN_BYTES_MAX];
  size_t request_len;
  pcs_address request_from;
  uint64_t num_requests;
  uint64_t num_nominations;
  uint64_t num_successes;
  uint64_t num_errors;
  uint16_t error_code;
  uint64_t num_data;
  uint64_t last_data_us;
} sim_hand;

/* A check that the hand sends; what is empty or zero is left out. */
typedef struct sim_hand_check {
  pcs_span username_first;
  pcs_span username_second;
  pcs_span password;
  bool use_candidate;
  bool no_priority;
  pcs_ice_role role;
  uint64_t tie_breaker;
  uint16_t unknown_attribute;
} sim_hand_check;

/* A response to the last request; change says what is wrong with it. */
typedef struct sim_hand_answer {
  pcs_span password;       /* empty: no integrity */
  const pcs_address *from; /* NULL: where the request came to */
  const uint8_t *id;       /* NULL: the request's */
  uint16_t error_code;     /* 0: success */
  bool no_mapped_address;
} sim_hand_answer;

/* sim_hand_open opens the peer's socket; it must not move while the net lives. */
void sim_hand_open(sim_hand *hand, sim_call *call, const pcs_address *address);
/* sim_hand_check_of fills in what a rightful check to end 0 would carry. */
sim_hand_check sim_hand_check_of(const sim_hand *hand);
void sim_hand_send_check(sim_hand *hand, const pcs_address *to, const sim_hand_check *check);
/* sim_hand_answer_of fills in what a rightful answer would carry. */
sim_hand_answer sim_hand_answer_of(const sim_hand *hand);
void sim_hand_send_answer(sim_hand *hand, const sim_hand_answer *answer);
pcs_span sim_hand_ufrag(const sim_hand *hand);
pcs_span sim_hand_password(const sim_hand *hand);

#endif
