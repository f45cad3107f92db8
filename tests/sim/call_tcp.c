#include "tests/sim/call_tcp.h"

#include <assert.h>

static pcs_status accept_stream(void *context, uint32_t listener, const pcs_address *from,
                                uint32_t *out_stream) {
  sim_end *end = context;
  pcs_status status =
      pcs_ice_agent_accept_stream(end->agent, end->call->world.now_us, listener, from, out_stream);
  sim_call_poll(end->call, end->index);
  return status;
}

static void opened(void *context, uint32_t stream) {
  sim_end *end = context;
  pcs_ice_agent_stream_opened(end->agent, end->call->world.now_us, stream);
  sim_call_poll(end->call, end->index);
}

static void closed(void *context, uint32_t stream) {
  sim_end *end = context;
  pcs_ice_agent_stream_closed(end->agent, end->call->world.now_us, stream);
  sim_call_poll(end->call, end->index);
}

void sim_call_own_streams(sim_end *end) {
  end->tcp = (sim_tcp_owner){.context = end,
                             .nat = SIM_PUBLIC,
                             .accept = accept_stream,
                             .opened = opened,
                             .closed = closed,
                             .receive = sim_call_receive};
}

void sim_call_put(sim_end *end, uint32_t path_id, const pcs_address *to, pcs_span bytes,
                  sim_tcp_form form) {
  const pcs_address *socket = sim_call_socket_of(end, path_id);
  if (socket == NULL) {
    sim_tcp_send(end->call->tcp, &end->tcp, path_id, bytes, form);
  } else {
    sim_net_send(end->call->net, socket, to, bytes);
  }
}

void sim_call_listen(sim_call *call, int index) {
  sim_end *end = &call->ends[index];
  uint32_t path_id = (uint32_t)end->num_sockets;
  const pcs_address *address = &end->sockets[path_id - 1];
  pcs_status status = pcs_ice_agent_add_listener(end->agent, path_id, address);
  assert(status == PCS_OK);
  (void)status;
  sim_tcp_listen(call->tcp, &end->tcp, path_id, address);
}
