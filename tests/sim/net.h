/*
 * A network of UDP sockets in virtual time: delay, jitter (and so reordering), loss, duplication,
 * and boxes (nat.h) that translate and filter. What a box lets through is decided by the mappings
 * that outgoing packets made, as real ones do; private addresses are reached only from behind the
 * same one. TCP is there as streams that lose and reorder nothing. It owns the packets on their way
 * and nothing else.
 */
#ifndef TESTS_SIM_NET_H
#define TESTS_SIM_NET_H

#include "tests/sim/nat.h"
#include "tests/sim/world.h"

#define SIM_PUBLIC (-1) /* a socket behind no translator */

typedef struct sim_net sim_net;

typedef struct sim_link {
  uint32_t delay_us;
  uint32_t jitter_us; /* added, uniform: packets overtake each other */
  uint32_t loss_ppm;
  uint32_t duplicate_ppm;
} sim_link;

/* Who is told of a packet; bytes are valid for the call. */
typedef void (*sim_receive)(void *owner, uint32_t path_id, const pcs_address *from, pcs_span bytes);

typedef struct sim_socket {
  pcs_address address;
  int nat;
  void *owner;
  uint32_t path_id;
  sim_receive receive;
  bool is_stream; /* the client's end of a TCP connection, message by message */
} sim_socket;

/* What is sent, seen before translation; false drops it. */
typedef bool (*sim_filter)(void *context, const pcs_address *from, const pcs_address *to,
                           pcs_span bytes);

sim_net *sim_net_new(sim_world *world, const sim_link *link);
void sim_net_free(sim_net *net);
void sim_net_set_link(sim_net *net, const sim_link *link);
void sim_net_set_filter(sim_net *net, sim_filter filter, void *context);
/* sim_net_add_nat: a box with one public IPv4 address (its port is ignored); a firewall has none. */
int sim_net_add_nat(sim_net *net, sim_nat_kind kind, const pcs_address *outside);
/* sim_net_set_traits: any of sim_nat_trait. */
void sim_net_set_traits(sim_net *net, int nat, unsigned traits);
/* sim_net_put_behind puts a box behind another: its outside is then a private address. */
void sim_net_put_behind(sim_net *net, int nat, int outer);
pcs_address sim_net_outside(const sim_net *net, int nat);
/* sim_net_forget_mappings makes a translator give out new ports, as after a reboot. */
void sim_net_forget_mappings(sim_net *net, int nat);
void sim_net_open(sim_net *net, const sim_socket *socket);
void sim_net_close(sim_net *net, const pcs_address *address);
/* sim_net_open_stream opens a stream's socket beside a UDP socket that is open: same host, same box. */
void sim_net_open_stream(sim_net *net, const pcs_address *beside, const sim_socket *socket);
void sim_net_send(sim_net *net, const pcs_address *from, const pcs_address *to, pcs_span bytes);
/* sim_net_next_at is when the next packet arrives, UINT64_MAX when none is on its way. */
uint64_t sim_net_next_at(const sim_net *net);
/* sim_net_deliver hands over one packet that has arrived; false when none has. */
bool sim_net_deliver(sim_net *net);

pcs_address sim_ipv4(uint32_t address, uint16_t port);
/* 2001:db8::host */
pcs_address sim_ipv6(uint16_t host, uint16_t port);

#endif
