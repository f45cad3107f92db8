#include "tests/sim/turn_server.h"

#include <assert.h>
#include <string.h>

#include "host/crypto/hash.h"

#define SECOND_US 1000000u
#define CODE_UNAUTHENTICATED 401
#define CODE_MISMATCH 437

static const char REALM[] = "sim";
/* The nonce that says PASSWORD-ALGORITHMS are there: bit 0 of the 24 that "gAAA" is. */
static const char COOKIE[] = "obMatJos2gAAA";

typedef struct request {
  sim_turn_server *server;
  const pcs_address *from;
  const pcs_stun_message *message;
  pcs_turn_attributes attributes;
} request;

static uint64_t now_of(const sim_turn_server *server) {
  return server->world->now_us;
}

/* ---- answers ---- */

static pcs_span nonce_of(const sim_turn_server *server, uint8_t memory[64]) {
  uint64_t life_us = server->nonce_life_us;
  pcs_writer writer;
  pcs_writer_init(&writer, memory, 64);
  pcs_writer_text(&writer, server->offers_sha256 ? COOKIE : "nonce");
  pcs_writer_decimal(&writer, life_us == 0 ? 0 : now_of(server) / life_us);
  return pcs_writer_span(&writer);
}

static pcs_span key_of(const sim_turn_server *server, uint8_t memory[PCS_SHA256_BYTES]) {
  uint8_t text[128];
  pcs_writer writer;
  pcs_writer_init(&writer, text, sizeof text);
  pcs_writer_text(&writer, "user:");
  pcs_writer_text(&writer, REALM);
  pcs_writer_text(&writer, ":");
  pcs_writer_text(&writer, server->password);
  if (server->offers_sha256) {
    pcs_sha256(pcs_writer_span(&writer), memory);
    return (pcs_span){memory, PCS_SHA256_BYTES};
  }
  pcs_md5(pcs_writer_span(&writer), memory);
  return (pcs_span){memory, 16};
}

static pcs_stun_integrity integrity_of(const sim_turn_server *server) {
  return server->offers_sha256 ? PCS_STUN_INTEGRITY_SHA256 : PCS_STUN_INTEGRITY_SHA1;
}

static void write_challenge(const sim_turn_server *server, pcs_writer *writer) {
  static const uint8_t ALGORITHMS[] = {0, 2, 0, 0, 0, 1, 0, 0};
  uint8_t memory[64];
  pcs_stun_write_attribute(writer, PCS_TURN_REALM, pcs_span_of_text(REALM));
  pcs_stun_write_attribute(writer, PCS_TURN_NONCE, nonce_of(server, memory));
  if (server->offers_sha256) {
    pcs_stun_write_attribute(writer, PCS_TURN_PASSWORD_ALGORITHMS,
                             (pcs_span){ALGORITHMS, sizeof ALGORITHMS});
  }
}

static void write_alternate(pcs_writer *writer, const pcs_address *address) {
  uint8_t memory[8];
  pcs_writer value;
  pcs_writer_init(&value, memory, sizeof memory);
  pcs_writer_u16(&value, 1);
  pcs_writer_u16(&value, address->port);
  pcs_writer_bytes(&value, (pcs_span){address->bytes, 4});
  pcs_stun_write_attribute(writer, PCS_TURN_ALTERNATE_SERVER, pcs_writer_span(&value));
}

/* code 0: success. allocation: what an Allocate or Refresh was about, NULL for the others. */
static void answer(const request *in, uint16_t code, const sim_turn_allocation *allocation,
                   uint32_t lifetime_s) {
  uint8_t memory[512];
  uint8_t key[PCS_SHA256_BYTES];
  pcs_writer writer;
  pcs_span written;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_stun_begin_method(&writer, in->message->method, code == 0 ? PCS_STUN_SUCCESS : PCS_STUN_ERROR,
                        in->message->id);
  if (code != 0) {
    pcs_stun_write_error(&writer, code);
  }
  bool is_challenge = code == CODE_UNAUTHENTICATED || code == PCS_STUN_STALE_NONCE;
  if (is_challenge) {
    write_challenge(in->server, &writer);
  }
  if (code == PCS_TURN_TRY_ALTERNATE) {
    write_alternate(&writer, &in->server->alternate);
  }
  if (code == 0 && allocation != NULL) {
    pcs_turn_write_lifetime(&writer, lifetime_s);
    pcs_stun_write_xor_address(&writer, PCS_TURN_XOR_RELAYED_ADDRESS, &allocation->relayed,
                               in->message->id);
    pcs_stun_write_xor_mapped(&writer, in->from, in->message->id);
  }
  pcs_status status =
      pcs_stun_finish_by(&writer, integrity_of(in->server),
                         is_challenge ? (pcs_span){0} : key_of(in->server, key), &written);
  assert(status == PCS_OK);
  (void)status;
  sim_net_send(in->server->net, &in->server->address, in->from, written);
}

/* ---- allocations ---- */

static sim_turn_allocation *find(sim_turn_server *server, const pcs_address *client) {
  for (size_t i = 0; i < SIM_TURN_ALLOCATIONS_MAX; i++) {
    sim_turn_allocation *allocation = &server->allocations[i];
    if (allocation->client.family != PCS_ADDRESS_NONE && allocation->ends_us > now_of(server) &&
        pcs_address_equal(&allocation->client, client)) {
      return allocation;
    }
  }
  return NULL;
}

static sim_turn_peer *peer_of(sim_turn_allocation *allocation, const pcs_address *address,
                              uint16_t channel) {
  for (size_t i = 0; i < allocation->num_peers; i++) {
    sim_turn_peer *peer = &allocation->peers[i];
    bool is_kind = channel == 0 ? peer->channel == 0 : peer->channel != 0;
    if (is_kind && pcs_address_equal(&peer->address, address)) {
      return peer;
    }
  }
  return NULL;
}

static bool is_permitted(sim_turn_allocation *allocation, const pcs_address *address) {
  pcs_address host = *address;
  host.port = 0;
  const sim_turn_peer *peer = peer_of(allocation, &host, 0);
  return peer != NULL && peer->ends_us > now_of(allocation->server);
}

static void install(sim_turn_allocation *allocation, const pcs_address *address, uint16_t channel,
                    uint64_t life_us) {
  sim_turn_peer *peer = peer_of(allocation, address, channel);
  if (peer == NULL) {
    assert(allocation->num_peers < SIM_TURN_PEERS_MAX);
    peer = &allocation->peers[allocation->num_peers++];
  }
  *peer = (sim_turn_peer){*address, channel, now_of(allocation->server) + life_us};
}

static void permit(sim_turn_allocation *allocation, const pcs_address *address) {
  pcs_address host = *address;
  host.port = 0;
  install(allocation, &host, 0,
          allocation->server->forgets_permissions ? SECOND_US : PCS_TURN_PERMISSION_US);
}

/* A peer's packet at a relayed address. */
static void receive_relayed(void *owner, uint32_t path_id, const pcs_address *from,
                            pcs_span bytes) {
  (void)path_id;
  sim_turn_allocation *allocation = owner;
  sim_turn_server *server = allocation->server;
  if (allocation->ends_us <= now_of(server) || !is_permitted(allocation, from)) {
    server->num_dropped++;
    return;
  }
  uint8_t memory[1600];
  pcs_writer writer;
  pcs_span written;
  pcs_writer_init(&writer, memory, sizeof memory);
  const sim_turn_peer *bound = peer_of(allocation, from, 1);
  if (bound != NULL && bound->ends_us > now_of(server)) {
    pcs_writer_u16(&writer, bound->channel);
    pcs_writer_u16(&writer, (uint16_t)bytes.len);
    pcs_writer_bytes(&writer, bytes);
    sim_net_send(server->net, &server->address, &allocation->client, pcs_writer_span(&writer));
    return;
  }
  static const uint8_t ID[PCS_STUN_ID_BYTES] = {1, 2, 3};
  pcs_span id = {ID, sizeof ID};
  pcs_stun_begin_method(&writer, PCS_TURN_DATA, PCS_STUN_INDICATION, id);
  if (pcs_turn_finish_indication(&writer, from, id, bytes, &written) == PCS_OK) {
    sim_net_send(server->net, &server->address, &allocation->client, written);
  }
}

static void allocate(const request *in) {
  sim_turn_server *server = in->server;
  if (server->alternate.family != PCS_ADDRESS_NONE || server->refuses != 0) {
    answer(in, server->refuses != 0 ? server->refuses : PCS_TURN_TRY_ALTERNATE, NULL, 0);
    return;
  }
  const sim_turn_allocation *known = find(server, in->from);
  if (known != NULL) {
    bool is_same = memcmp(known->id, in->message->id.data, sizeof known->id) == 0;
    answer(in, is_same ? 0 : CODE_MISMATCH, known, 600);
    return;
  }
  for (size_t i = 0; i < SIM_TURN_ALLOCATIONS_MAX; i++) {
    sim_turn_allocation *slot = &server->allocations[i];
    if (slot->client.family == PCS_ADDRESS_NONE) {
      uint32_t lifetime_s = server->lifetime_s != 0 ? server->lifetime_s : 600;
      *slot = (sim_turn_allocation){
          .server = server,
          .client = *in->from,
          .relayed = server->gives_nowhere ? sim_ipv4(0, 0) : server->relayed,
          .ends_us = now_of(server) + (uint64_t)lifetime_s * SECOND_US,
      };
      memcpy(slot->id, in->message->id.data, sizeof slot->id);
      slot->relayed.port = server->next_port++;
      sim_net_open(server->net, &(sim_socket){.address = slot->relayed,
                                              .nat = SIM_PUBLIC,
                                              .owner = slot,
                                              .receive = receive_relayed});
      answer(in, 0, slot, lifetime_s);
      return;
    }
  }
  answer(in, 508, NULL, 0);
}

static void refresh(const request *in, sim_turn_allocation *allocation) {
  uint32_t lifetime_s = in->server->lifetime_s != 0 ? in->server->lifetime_s : 600;
  if (in->attributes.has_lifetime && in->attributes.lifetime_s == 0) {
    in->server->num_released++;
    sim_net_close(in->server->net, &allocation->relayed);
    answer(in, 0, allocation, 0);
    *allocation = (sim_turn_allocation){0};
    return;
  }
  allocation->ends_us = now_of(in->server) + (uint64_t)lifetime_s * SECOND_US;
  answer(in, 0, allocation, lifetime_s);
}

/* CHANNEL-NUMBER is a thing only servers read. */
static uint16_t channel_in(pcs_span message) {
  for (size_t at = PCS_STUN_HEADER_BYTES; at + 8 <= message.len; at += 4) {
    const uint8_t *bytes = message.data + at;
    if (bytes[0] == 0 && bytes[1] == PCS_TURN_CHANNEL_NUMBER && bytes[2] == 0 && bytes[3] == 4) {
      return (uint16_t)(bytes[4] << 8 | bytes[5]);
    }
  }
  return 0;
}

static void bind(const request *in, sim_turn_allocation *allocation) {
  uint16_t channel = channel_in(in->message->bytes);
  const sim_turn_peer *known = peer_of(allocation, &in->attributes.peer, 1);
  if (channel < PCS_TURN_CHANNEL_FIRST || (known != NULL && known->channel != channel)) {
    answer(in, 400, NULL, 0);
    return;
  }
  permit(allocation, &in->attributes.peer);
  install(allocation, &in->attributes.peer, channel, PCS_TURN_CHANNEL_US);
  answer(in, 0, NULL, 0);
}

/* ---- requests ---- */

static bool is_stale(const request *in) {
  uint8_t memory[64];
  return !pcs_span_equal(in->attributes.nonce, nonce_of(in->server, memory));
}

static void take_authentic(const request *in) {
  sim_turn_allocation *allocation = find(in->server, in->from);
  if (in->message->method == PCS_TURN_ALLOCATE) {
    allocate(in);
  } else if (allocation == NULL) {
    answer(in, CODE_MISMATCH, NULL, 0);
  } else if (in->message->method == PCS_TURN_REFRESH) {
    refresh(in, allocation);
  } else if (in->message->method == PCS_TURN_CHANNEL_BIND) {
    bind(in, allocation);
  } else if (in->server->refuses_peers != 0) {
    answer(in, in->server->refuses_peers, NULL, 0);
  } else {
    permit(allocation, &in->attributes.peer);
    answer(in, 0, NULL, 0);
  }
}

static void take_request(const request *in) {
  uint8_t memory[PCS_SHA256_BYTES];
  pcs_span key = key_of(in->server, memory);
  in->server->num_requests[in->message->method & 15]++;
  if (in->attributes.nonce.len == 0 ||
      !pcs_stun_is_authentic_by(in->message, integrity_of(in->server), key)) {
    answer(in, CODE_UNAUTHENTICATED, NULL, 0);
  } else if (is_stale(in)) {
    in->server->num_stale++;
    answer(in, PCS_STUN_STALE_NONCE, NULL, 0);
  } else {
    take_authentic(in);
  }
}

static void carry(sim_turn_server *server, const sim_turn_allocation *allocation,
                  const pcs_address *peer, pcs_span data) {
  if (!is_permitted(&server->allocations[allocation - server->allocations], peer)) {
    server->num_dropped++;
    return;
  }
  sim_net_send(server->net, &allocation->relayed, peer, data);
}

static void take_channel_data(sim_turn_server *server, const pcs_address *from, pcs_span bytes) {
  uint16_t channel = 0;
  pcs_span data;
  sim_turn_allocation *allocation = find(server, from);
  if (allocation == NULL || pcs_turn_read_channel(bytes, &channel, &data) != PCS_OK) {
    server->num_dropped++;
    return;
  }
  for (size_t i = 0; i < allocation->num_peers; i++) {
    const sim_turn_peer *peer = &allocation->peers[i];
    if (peer->channel == channel && peer->ends_us > now_of(server)) {
      server->num_channel_data++;
      carry(server, allocation, &peer->address, data);
      return;
    }
  }
  server->num_dropped++;
}

static void receive(void *owner, uint32_t path_id, const pcs_address *from, pcs_span bytes) {
  (void)path_id;
  sim_turn_server *server = owner;
  server->num_packets++;
  if (bytes.data[0] >= 64 && bytes.data[0] <= 79) {
    take_channel_data(server, from, bytes);
    return;
  }
  pcs_stun_message message;
  request in = {.server = server, .from = from, .message = &message};
  if (pcs_stun_read(bytes, &message) != PCS_OK ||
      pcs_turn_read(&message, &in.attributes) != PCS_OK) {
    return;
  }
  if (message.kind == PCS_STUN_REQUEST) {
    take_request(&in);
    return;
  }
  sim_turn_allocation *allocation = find(server, from);
  if (message.kind == PCS_STUN_INDICATION && message.method == PCS_TURN_SEND &&
      allocation != NULL && in.attributes.has_data) {
    server->num_indications++;
    carry(server, allocation, &in.attributes.peer, in.attributes.data);
  }
}

void sim_turn_server_open(sim_turn_server *server, sim_net *net, sim_world *world,
                          const pcs_address *address) {
  *server = (sim_turn_server){
      .net = net, .world = world, .address = *address, .relayed = *address, .password = "secret",
      .next_port = 50000};
  sim_net_open(net, &(sim_socket){
                        .address = *address, .nat = SIM_PUBLIC, .owner = server, .receive = receive});
}
