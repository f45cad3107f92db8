/*
 * A STUN server in the simulated network: answers Binding requests with the address it sees. It is
 * what gathering asks; it can be told to stay silent.
 */
#ifndef TESTS_SIM_STUN_SERVER_H
#define TESTS_SIM_STUN_SERVER_H

#include "tests/sim/net.h"

typedef struct sim_stun_server {
  sim_net *net;
  pcs_address address;
  bool silent;
  uint32_t num_requests;
} sim_stun_server;

/* sim_stun_server_open borrows net and must not move while it is open. */
void sim_stun_server_open(sim_stun_server *server, sim_net *net, const pcs_address *address);

#endif
