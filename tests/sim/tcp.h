/*
 * TCP in the simulated network: connections that take a round trip to make, bytes that arrive in
 * order and in pieces of any size, later when a segment was lost. Frames (RFC 4571) are put on and
 * taken off here, by the product's own code, as its worker does it. Private addresses are reached
 * from behind the same translator only; nobody listens on a translator's public address.
 */
#ifndef TESTS_SIM_TCP_H
#define TESTS_SIM_TCP_H

#include "tests/sim/net.h"

typedef struct sim_tcp sim_tcp;

/* Who has connections; the numbers of its streams are its own. */
typedef struct sim_tcp_owner {
  void *context;
  int nat;
  pcs_address outside; /* of that translator */
  /* a connection came to a listener: PCS_OK and a number, or it is closed */
  pcs_status (*accept)(void *context, uint32_t listener, const pcs_address *from,
                       uint32_t *out_stream);
  void (*opened)(void *context, uint32_t stream);
  void (*closed)(void *context, uint32_t stream);
  void (*receive)(void *context, uint32_t stream, const pcs_address *from, pcs_span datagram);
} sim_tcp_owner;

/* What was put on the wire. */
typedef struct sim_tcp_seen {
  uint32_t num_connects;
  uint32_t num_accepted;
  uint32_t num_closed; /* by one end itself */
  uint32_t num_plain;  /* frames */
  uint32_t num_masked;
  uint32_t num_plain_data; /* plain frames that are not STUN */
} sim_tcp_seen;

sim_tcp *sim_tcp_new(sim_world *world, const sim_link *link);
void sim_tcp_free(sim_tcp *tcp);
/* sim_tcp_set_refusing: what nobody listens on refuses, else it stays silent. */
void sim_tcp_set_refusing(sim_tcp *tcp, bool refuses);
/* sim_tcp_set_silent: whatever is sent from now on is lost for ever, as behind a dead router. */
void sim_tcp_set_silent(sim_tcp *tcp, bool silent);
/* sim_tcp_set_mute: the owner's answers to checks are lost, all else arrives; NULL: nobody's. */
void sim_tcp_set_mute(sim_tcp *tcp, const sim_tcp_owner *owner);
const sim_tcp_seen *sim_tcp_look(const sim_tcp *tcp);
size_t sim_tcp_num_open(const sim_tcp *tcp);

/* owner is borrowed until sim_tcp_free. */
void sim_tcp_listen(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t listener,
                    const pcs_address *address);
void sim_tcp_connect(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t stream,
                     const pcs_address *from, const pcs_address *to);
typedef enum sim_tcp_form { SIM_TCP_PLAIN, SIM_TCP_MASKED } sim_tcp_form;
void sim_tcp_send(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t stream, pcs_span datagram,
                  sim_tcp_form form);
/* sim_tcp_write sends bytes that are no frame, perhaps. */
void sim_tcp_write(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t stream, pcs_span bytes);
void sim_tcp_close(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t stream);
/* sim_tcp_break ends every connection under both its ends. */
void sim_tcp_break(sim_tcp *tcp);

uint64_t sim_tcp_next_at(const sim_tcp *tcp);
/* sim_tcp_deliver lets one thing happen that is due; false when nothing is. */
bool sim_tcp_deliver(sim_tcp *tcp);

#endif
