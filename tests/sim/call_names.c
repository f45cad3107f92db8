#include "tests/sim/call_names.h"

/* The name of an end's socket: a UUID of version 4 with both numbers in it. */
static pcs_span write_name(uint8_t memory[PCS_CANDIDATE_NAME_BYTES_MAX], int index, size_t socket) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, PCS_CANDIDATE_NAME_BYTES_MAX);
  pcs_writer_text(&writer, "0000000");
  pcs_writer_decimal(&writer, (uint64_t)index);
  pcs_writer_text(&writer, "-0000-4000-8000-00000000000");
  pcs_writer_decimal(&writer, socket);
  pcs_writer_text(&writer, ".local");
  return pcs_writer_span(&writer);
}

void sim_call_set_addresses(sim_call *call, int index, pcs_address_mode mode) {
  sim_end *end = &call->ends[index];
  uint8_t memory[PCS_CANDIDATE_NAME_BYTES_MAX];
  for (size_t i = 0; i < end->num_sockets; i++) {
    pcs_ice_agent_name_path(end->agent, (uint32_t)i + 1, write_name(memory, index, i));
  }
  pcs_ice_agent_set_addresses(end->agent, call->world.now_us, mode);
  sim_call_poll(call, index);
}

void sim_call_look_up(sim_end *end, pcs_span name) {
  const sim_end *other = &end->call->ends[1 - end->index];
  uint8_t memory[PCS_CANDIDATE_NAME_BYTES_MAX];
  for (size_t i = 0; i < other->num_sockets && !end->call->options.no_multicast; i++) {
    pcs_span socket = write_name(memory, other->index, i);
    if (pcs_span_equal(name, socket)) {
      pcs_ice_agent_name_resolved(end->agent, end->call->world.now_us, socket, &other->sockets[i],
                                  1);
      return;
    }
  }
}
