#include "tests/sim/net.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SOCKETS_MAX 32
#define NATS_MAX 4
#define FLIGHTS_MAX 4096
#define PACKET_BYTES_MAX 1400

typedef struct flight {
  uint64_t at_us;
  uint64_t order;
  pcs_address from;
  pcs_address to;
  size_t len;
  uint8_t bytes[PACKET_BYTES_MAX];
} flight;

struct sim_net {
  sim_world *world;
  sim_link link;
  sim_filter filter;
  void *filter_context;
  sim_socket sockets[SOCKETS_MAX];
  size_t num_sockets;
  sim_nat nats[NATS_MAX];
  int num_nats;
  uint64_t order;
  uint64_t last_stream_us; /* when the last packet of any stream arrives */
  size_t num_flights;
  flight flights[FLIGHTS_MAX];
};

pcs_address sim_ipv4(uint32_t address, uint16_t port) {
  pcs_address made = {.family = PCS_ADDRESS_IPV4, .port = port};
  pcs_writer writer;
  pcs_writer_init(&writer, made.bytes, 4);
  pcs_writer_u32(&writer, address);
  return made;
}

pcs_address sim_ipv6(uint16_t host, uint16_t port) {
  pcs_address made = {.family = PCS_ADDRESS_IPV6, .port = port};
  pcs_writer writer;
  pcs_writer_init(&writer, made.bytes, 16);
  pcs_writer_u32(&writer, 0x20010db8);
  pcs_writer_u64(&writer, 0);
  pcs_writer_u32(&writer, host);
  return made;
}

sim_net *sim_net_new(sim_world *world, const sim_link *link) {
  sim_net *net = calloc(1, sizeof *net);
  assert(net != NULL);
  net->world = world;
  net->link = *link;
  return net;
}

void sim_net_free(sim_net *net) {
  free(net);
}

void sim_net_set_link(sim_net *net, const sim_link *link) {
  net->link = *link;
}

void sim_net_set_filter(sim_net *net, sim_filter filter, void *context) {
  net->filter = filter;
  net->filter_context = context;
}

int sim_net_add_nat(sim_net *net, sim_nat_kind kind, const pcs_address *outside) {
  assert(net->num_nats < NATS_MAX);
  sim_nat *made = &net->nats[net->num_nats];
  *made = (sim_nat){.kind = kind, .outside = *outside, .next_port = 20000, .behind = SIM_PUBLIC};
  return net->num_nats++;
}

void sim_net_set_traits(sim_net *net, int index, unsigned traits) {
  net->nats[index].traits = traits;
}

void sim_net_put_behind(sim_net *net, int index, int outer) {
  net->nats[index].behind = outer;
}

pcs_address sim_net_outside(const sim_net *net, int index) {
  return net->nats[index].outside;
}

void sim_net_forget_mappings(sim_net *net, int index) {
  net->nats[index].num_mappings = 0;
}

void sim_net_open(sim_net *net, const sim_socket *socket) {
  assert(net->num_sockets < SOCKETS_MAX);
  net->sockets[net->num_sockets++] = *socket;
}

void sim_net_close(sim_net *net, const pcs_address *address) {
  for (size_t i = net->num_sockets; i > 0; i--) {
    if (pcs_address_equal(&net->sockets[i - 1].address, address)) {
      net->sockets[i - 1] = net->sockets[--net->num_sockets];
    }
  }
}

static const sim_socket *socket_at(const sim_net *net, const pcs_address *address) {
  for (size_t i = 0; i < net->num_sockets; i++) {
    if (pcs_address_equal(&net->sockets[i].address, address)) {
      return &net->sockets[i];
    }
  }
  return NULL;
}

void sim_net_open_stream(sim_net *net, const pcs_address *beside, const sim_socket *socket) {
  sim_socket opened = *socket;
  opened.nat = socket_at(net, beside)->nat;
  opened.is_stream = true;
  sim_net_open(net, &opened);
}

/* ---- translation ---- */

static bool are_neighbours(const sim_net *net, const sim_socket *a, const sim_socket *b) {
  return a->nat == b->nat &&
         (a->nat == SIM_PUBLIC || (net->nats[a->nat].traits & SIM_NAT_ISOLATES) == 0);
}

/* Through every box on the way out; a packet to a box's own outside turns back there. */
static bool translate_out(sim_net *net, const sim_socket *socket, pcs_address *from,
                          pcs_address *to) {
  const sim_socket *neighbour = socket_at(net, to);
  if (neighbour != NULL && are_neighbours(net, socket, neighbour)) {
    return true;
  }
  for (int at = socket->nat; at != SIM_PUBLIC; at = net->nats[at].behind) {
    sim_nat *box = &net->nats[at];
    if ((box->traits & SIM_NAT_NO_UDP) != 0 && !socket->is_stream) {
      return false;
    }
    if (!sim_nat_handles(box, from->family)) {
      continue;
    }
    bool turns_back = sim_nat_same_host(to, &box->outside);
    if (!sim_nat_leave(box, from, to)) {
      return false;
    }
    if (turns_back) {
      return (box->traits & SIM_NAT_NO_HAIRPIN) == 0;
    }
  }
  return true;
}

static int box_at(const sim_net *net, const pcs_address *outside) {
  for (int i = 0; i < net->num_nats; i++) {
    if (sim_nat_same_host(&net->nats[i].outside, outside)) {
      return i;
    }
  }
  return SIM_PUBLIC;
}

/* The socket behind boxes' outsides, if all of them let the packet in. */
static const sim_socket *translate_in(sim_net *net, pcs_address *from, pcs_address to) {
  for (int at = box_at(net, &to); at != SIM_PUBLIC; at = box_at(net, &to)) {
    if (!sim_nat_enter(&net->nats[at], from, &to)) {
      return NULL;
    }
    const sim_socket *socket = socket_at(net, &to);
    if (socket != NULL) {
      return socket;
    }
  }
  return NULL;
}

static const sim_socket *receiver_of(sim_net *net, pcs_address *from, pcs_address to) {
  const sim_socket *socket = socket_at(net, &to);
  if (socket == NULL) {
    return translate_in(net, from, to);
  }
  if (socket->nat == SIM_PUBLIC) {
    return socket;
  }
  const sim_socket *sender = socket_at(net, from);
  if (sender != NULL && are_neighbours(net, sender, socket)) {
    return socket;
  }
  const sim_nat *box = &net->nats[socket->nat];
  if (box->kind == SIM_NAT_FIREWALL) {
    return sim_nat_enter(box, from, &to) ? socket : NULL;
  }
  return sim_nat_handles(box, to.family) ? NULL : socket;
}

/* ---- packets ---- */

static flight *add_flight(sim_net *net, const pcs_address *from, const pcs_address *to,
                          pcs_span bytes) {
  assert(net->num_flights < FLIGHTS_MAX);
  uint32_t jitter_us = pcs_random_below(&net->world->random, net->link.jitter_us + 1);
  flight *packet = &net->flights[net->num_flights++];
  packet->at_us = net->world->now_us + net->link.delay_us + jitter_us;
  packet->order = net->order++;
  packet->from = *from;
  packet->to = *to;
  packet->len = bytes.len;
  memcpy(packet->bytes, bytes.data, bytes.len);
  return packet;
}

static void launch(sim_net *net, const pcs_address *from, const pcs_address *to, pcs_span bytes) {
  if (!sim_world_chance(net->world, net->link.loss_ppm) && net->num_flights < FLIGHTS_MAX) {
    (void)add_flight(net, from, to, bytes);
  }
}

/* What a stream carries is never lost and stays in order. */
static void launch_in_stream(sim_net *net, const pcs_address *from, const pcs_address *to,
                             pcs_span bytes) {
  flight *packet = add_flight(net, from, to, bytes);
  if (packet->at_us < net->last_stream_us) {
    packet->at_us = net->last_stream_us;
  }
  net->last_stream_us = packet->at_us;
}

static bool is_in_stream(sim_net *net, const sim_socket *sender, pcs_address from,
                         const pcs_address *to) {
  const sim_socket *receiver = receiver_of(net, &from, *to);
  return sender->is_stream || (receiver != NULL && receiver->is_stream);
}

static void note(sim_net *net, const pcs_address *from, const pcs_address *to, pcs_span bytes) {
  sim_world_note(net->world, &net->world->now_us, sizeof net->world->now_us);
  sim_world_note(net->world, &from->port, sizeof from->port);
  sim_world_note(net->world, to->bytes, sizeof to->bytes);
  sim_world_note(net->world, &to->port, sizeof to->port);
  sim_world_note(net->world, bytes.data, bytes.len);
}

void sim_net_send(sim_net *net, const pcs_address *from, const pcs_address *to, pcs_span bytes) {
  assert(bytes.len <= PACKET_BYTES_MAX);
  const sim_socket *socket = socket_at(net, from);
  note(net, from, to, bytes);
  if (socket == NULL ||
      (net->filter != NULL && !net->filter(net->filter_context, from, to, bytes))) {
    return;
  }
  pcs_address seen_from = *from;
  pcs_address seen_to = *to;
  if (!translate_out(net, socket, &seen_from, &seen_to)) {
    return;
  }
  if (is_in_stream(net, socket, seen_from, &seen_to)) {
    launch_in_stream(net, &seen_from, &seen_to, bytes);
    return;
  }
  launch(net, &seen_from, &seen_to, bytes);
  if (sim_world_chance(net->world, net->link.duplicate_ppm)) {
    launch(net, &seen_from, &seen_to, bytes);
  }
}

static size_t next_flight(const sim_net *net) {
  size_t next = 0;
  for (size_t i = 1; i < net->num_flights; i++) {
    const flight *a = &net->flights[i];
    const flight *b = &net->flights[next];
    if (a->at_us < b->at_us || (a->at_us == b->at_us && a->order < b->order)) {
      next = i;
    }
  }
  return next;
}

uint64_t sim_net_next_at(const sim_net *net) {
  return net->num_flights == 0 ? UINT64_MAX : net->flights[next_flight(net)].at_us;
}

bool sim_net_deliver(sim_net *net) {
  if (sim_net_next_at(net) > net->world->now_us) {
    return false;
  }
  size_t index = next_flight(net);
  flight packet = net->flights[index];
  net->flights[index] = net->flights[--net->num_flights];
  const sim_socket *socket = receiver_of(net, &packet.from, packet.to);
  if (socket != NULL) {
    socket->receive(socket->owner, socket->path_id, &packet.from,
                    (pcs_span){packet.bytes, packet.len});
  }
  return true;
}
