#include "tests/sim/stun_server.h"

#include "host/ice/stun.h"

static void receive(void *owner, uint32_t path_id, const pcs_address *from, pcs_span bytes) {
  (void)path_id;
  sim_stun_server *server = owner;
  pcs_stun_message request;
  if (pcs_stun_read(bytes, &request) != PCS_OK || request.kind != PCS_STUN_REQUEST) {
    return;
  }
  server->num_requests++;
  uint8_t memory[128];
  pcs_writer writer;
  pcs_span answer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_stun_begin(&writer, PCS_STUN_SUCCESS, request.id);
  pcs_stun_write_xor_mapped(&writer, from, request.id);
  if (!server->silent && pcs_stun_finish(&writer, (pcs_span){0}, &answer) == PCS_OK) {
    sim_net_send(server->net, &server->address, from, answer);
  }
}

void sim_stun_server_open(sim_stun_server *server, sim_net *net, const pcs_address *address) {
  *server = (sim_stun_server){.net = net, .address = *address};
  sim_net_open(net, &(sim_socket){
                        .address = *address,
                        .nat = SIM_PUBLIC,
                        .owner = server,
                        .receive = receive,
                    });
}
