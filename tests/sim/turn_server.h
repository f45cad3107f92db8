/*
 * A TURN server in the simulated network (RFC 8656 over UDP): long-term credentials with nonces
 * that go stale, allocations, permissions and channels that end, and a redirection. It is as strict
 * as the standard lets a server be, and a test can have it refuse or count.
 */
#ifndef TESTS_SIM_TURN_SERVER_H
#define TESTS_SIM_TURN_SERVER_H

#include "host/ice/turn.h"
#include "tests/sim/net.h"

#define SIM_TURN_ALLOCATIONS_MAX 4
#define SIM_TURN_PEERS_MAX 24

typedef struct sim_turn_server sim_turn_server;

typedef struct sim_turn_peer {
  pcs_address address;
  uint16_t channel; /* 0: a permission */
  uint64_t ends_us;
} sim_turn_peer;

typedef struct sim_turn_allocation {
  sim_turn_server *server;
  pcs_address client; /* family NONE: free */
  pcs_address relayed;
  uint8_t id[PCS_STUN_ID_BYTES]; /* of the Allocate: the same again is a repetition */
  uint64_t ends_us;
  sim_turn_peer peers[SIM_TURN_PEERS_MAX];
  size_t num_peers;
} sim_turn_allocation;

struct sim_turn_server {
  sim_net *net;
  sim_world *world;
  pcs_address address;
  pcs_address relayed; /* where its relayed addresses are; the port is ignored */
  const char *password;
  uint64_t nonce_life_us;   /* 0: for ever */
  uint32_t lifetime_s;      /* of allocations; 0: 600 */
  uint16_t refuses;         /* every Allocate with right credentials gets this code */
  uint16_t refuses_peers;   /* every CreatePermission gets this code */
  bool offers_sha256;       /* RFC 8489's PASSWORD-ALGORITHMS */
  bool forgets_permissions; /* they end after a second: a client that relies on them is seen */
  bool gives_nowhere;       /* it relays from 0.0.0.0, as coturn does for a family it has not */
  pcs_address alternate;    /* family NONE: it redirects nobody */
  sim_turn_allocation allocations[SIM_TURN_ALLOCATIONS_MAX];
  uint16_t next_port;
  /* what was seen */
  uint32_t num_packets;
  uint32_t num_requests[16]; /* by method */
  uint32_t num_stale;
  uint32_t num_dropped;      /* from or to a peer without permission */
  uint32_t num_indications;
  uint32_t num_channel_data;
  uint32_t num_released;
};

/* sim_turn_server_open borrows net and world and must not move while it is open. Its relayed
 * addresses are on its own IP address, until relayed is set to another. */
void sim_turn_server_open(sim_turn_server *server, sim_net *net, sim_world *world,
                          const pcs_address *address);

#endif
