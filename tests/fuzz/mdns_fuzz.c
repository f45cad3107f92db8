/* Multicast DNS messages of any kind, to a reader and to a responder with an open question. */
#include <assert.h>

#include "core/plan/address.h"
#include "host/ice/mdns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_read(pcs_span input) {
  pcs_mdns_message message;
  if (pcs_mdns_read(input, &message) != PCS_OK) {
    return;
  }
  assert(message.num_questions <= PCS_MDNS_QUESTIONS_MAX);
  assert(message.num_records <= PCS_MDNS_RECORDS_MAX);
  for (size_t i = 0; i < message.num_questions; i++) {
    assert(pcs_address_is_mdns_name(pcs_mdns_name_span(&message.questions[i].name)));
  }
  for (size_t i = 0; i < message.num_records; i++) {
    assert(pcs_address_is_mdns_name(pcs_mdns_name_span(&message.records[i].name)));
  }
}

/* However long it is talked to, it says little. */
static void check_answers(pcs_span input) {
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, 1);
  pcs_address ours = {.family = PCS_ADDRESS_IPV4, .bytes = {192, 0, 2, 7}};
  pcs_mdns mdns;
  pcs_mdns_init(&mdns, &random);
  (void)pcs_mdns_name_of(&mdns, 1, &ours, 2);
  pcs_status status =
      pcs_mdns_ask(&mdns, 1, pcs_span_of_text("1f4712db-ea17-4bcf-a596-105139dfd8bf.local"));
  assert(status == PCS_OK);
  (void)status;
  pcs_mdns_arrival arrival = {
      .network = 2, .from = {.family = PCS_ADDRESS_IPV4, .port = PCS_MDNS_PORT}, .bytes = input};
  pcs_mdns_event event;
  size_t num = 0;
  for (int i = 0; i < 4; i++) {
    pcs_mdns_receive(&mdns, 1, &arrival);
    for (pcs_mdns_poll(&mdns, 1, &event); event.kind != PCS_MDNS_EVENT_NONE;
         pcs_mdns_poll(&mdns, 1, &event)) {
      num++;
    }
  }
  assert(num <= 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_span input = {data, size};
  check_read(input);
  check_answers(input);
  return 0;
}
