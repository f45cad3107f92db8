/*
 * The mDNS names of a call's sockets: each is made of the numbers of its end and its socket, and is
 * looked up without a packet. For call.c only.
 */
#ifndef TESTS_SIM_CALL_NAMES_H
#define TESTS_SIM_CALL_NAMES_H

#include "tests/sim/call.h"

/* sim_call_look_up answers an end that asks for a name of the other's, if that has it. */
void sim_call_look_up(sim_end *end, pcs_span name);

#endif
