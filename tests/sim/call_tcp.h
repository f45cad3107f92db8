/*
 * A call's TCP: what the worker does between an agent and its streams. For call.c only, which gives
 * datagrams of either kind of path to the same place.
 */
#ifndef TESTS_SIM_CALL_TCP_H
#define TESTS_SIM_CALL_TCP_H

#include "tests/sim/call.h"

/* sim_call_socket_of: where datagrams of a path leave; NULL: it is an ICE-TCP connection. */
const pcs_address *sim_call_socket_of(sim_end *end, uint32_t path_id);
void sim_call_own_streams(sim_end *end);
/* sim_call_put sends a datagram on a socket or a stream. */
void sim_call_put(sim_end *end, uint32_t path_id, const pcs_address *to, pcs_span bytes,
                  sim_tcp_form form);
/* sim_call_receive is where every datagram comes to; owner is the end. */
void sim_call_receive(void *owner, uint32_t path_id, const pcs_address *from, pcs_span bytes);

#endif
