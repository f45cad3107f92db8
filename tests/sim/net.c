#include "tests/sim/net.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SOCKETS_MAX 32
#define NATS_MAX 4
#define MAPPINGS_MAX 512
#define PEERS_MAX 16
#define FLIGHTS_MAX 4096
#define PACKET_BYTES_MAX 1400

typedef struct mapping {
  pcs_address inside;
  uint16_t outside_port;
  pcs_address only; /* symmetric: the one destination */
  pcs_address peers[PEERS_MAX];
  size_t num_peers;
} mapping;

typedef struct nat {
  sim_nat_kind kind;
  pcs_address outside;
  uint16_t next_port;
  mapping mappings[MAPPINGS_MAX];
  size_t num_mappings;
} nat;

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
  nat nats[NATS_MAX];
  int num_nats;
  uint64_t order;
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

static bool same_host(const pcs_address *a, const pcs_address *b) {
  return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
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
  nat *made = &net->nats[net->num_nats];
  *made = (nat){.kind = kind, .outside = *outside, .next_port = 20000};
  return net->num_nats++;
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

/* ---- translation ---- */

static mapping *mapping_out(nat *box, const pcs_address *inside, const pcs_address *to) {
  for (size_t i = 0; i < box->num_mappings; i++) {
    mapping *known = &box->mappings[i];
    if (pcs_address_equal(&known->inside, inside) &&
        (box->kind != SIM_NAT_SYMMETRIC || pcs_address_equal(&known->only, to))) {
      return known;
    }
  }
  if (box->num_mappings == MAPPINGS_MAX) {
    return NULL;
  }
  mapping *made = &box->mappings[box->num_mappings++];
  *made = (mapping){.inside = *inside, .outside_port = box->next_port++, .only = *to};
  return made;
}

static void allow(mapping *known, const pcs_address *peer) {
  for (size_t i = 0; i < known->num_peers; i++) {
    if (pcs_address_equal(&known->peers[i], peer)) {
      return;
    }
  }
  if (known->num_peers < PEERS_MAX) {
    known->peers[known->num_peers++] = *peer;
  }
}

static bool lets_in(sim_nat_kind kind, const mapping *known, const pcs_address *from) {
  if (kind == SIM_NAT_FULL_CONE) {
    return true;
  }
  for (size_t i = 0; i < known->num_peers; i++) {
    if (kind == SIM_NAT_RESTRICTED ? same_host(&known->peers[i], from)
                                   : pcs_address_equal(&known->peers[i], from)) {
      return true;
    }
  }
  return false;
}

static bool translate_out(sim_net *net, const sim_socket *socket, pcs_address *from,
                          const pcs_address *to) {
  if (socket->nat == SIM_PUBLIC || from->family != PCS_ADDRESS_IPV4) {
    return true;
  }
  const sim_socket *neighbour = socket_at(net, to);
  if (neighbour != NULL && neighbour->nat == socket->nat) {
    return true;
  }
  nat *box = &net->nats[socket->nat];
  mapping *known = mapping_out(box, from, to);
  if (known == NULL) {
    return false;
  }
  allow(known, to);
  *from = box->outside;
  from->port = known->outside_port;
  return true;
}

/* The socket behind a translator's public address, if it lets the packet in. */
static const sim_socket *translate_in(sim_net *net, const pcs_address *from,
                                      const pcs_address *to) {
  for (int i = 0; i < net->num_nats; i++) {
    nat *box = &net->nats[i];
    if (!same_host(&box->outside, to)) {
      continue;
    }
    for (size_t m = 0; m < box->num_mappings; m++) {
      const mapping *known = &box->mappings[m];
      if (known->outside_port == to->port && lets_in(box->kind, known, from)) {
        return socket_at(net, &known->inside);
      }
    }
  }
  return NULL;
}

static const sim_socket *receiver_of(sim_net *net, const flight *packet) {
  const sim_socket *socket = socket_at(net, &packet->to);
  if (socket == NULL) {
    return translate_in(net, &packet->from, &packet->to);
  }
  if (socket->nat == SIM_PUBLIC || packet->to.family != PCS_ADDRESS_IPV4) {
    return socket;
  }
  const sim_socket *sender = socket_at(net, &packet->from);
  return sender != NULL && sender->nat == socket->nat ? socket : NULL;
}

/* ---- packets ---- */

static void launch(sim_net *net, const pcs_address *from, const pcs_address *to, pcs_span bytes) {
  if (sim_world_chance(net->world, net->link.loss_ppm) || net->num_flights == FLIGHTS_MAX) {
    return;
  }
  uint32_t jitter_us = pcs_random_below(&net->world->random, net->link.jitter_us + 1);
  flight *packet = &net->flights[net->num_flights++];
  packet->at_us = net->world->now_us + net->link.delay_us + jitter_us;
  packet->order = net->order++;
  packet->from = *from;
  packet->to = *to;
  packet->len = bytes.len;
  memcpy(packet->bytes, bytes.data, bytes.len);
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
  if (!translate_out(net, socket, &seen_from, to)) {
    return;
  }
  launch(net, &seen_from, to, bytes);
  if (sim_world_chance(net->world, net->link.duplicate_ppm)) {
    launch(net, &seen_from, to, bytes);
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
  const sim_socket *socket = receiver_of(net, &packet);
  if (socket != NULL) {
    socket->receive(socket->owner, socket->path_id, &packet.from,
                    (pcs_span){packet.bytes, packet.len});
  }
  return true;
}
