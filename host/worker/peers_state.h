/*
 * What peers.c and peers_end.c share of the page's connections: the list of them, and what each has
 * beside its peer. Nobody else includes it.
 */
#ifndef PCS_HOST_WORKER_PEERS_STATE_H
#define PCS_HOST_WORKER_PEERS_STATE_H

#include "host/sys/interface_changes.h"
#include "host/sys/resolve.h"
#include "host/worker/farewell.h"
#include "host/worker/listeners.h"
#include "host/worker/peers.h"
#include "host/worker/streams.h"

struct pcs_peer_place {
  pcs_peers *peers;
  pcs_peer *peer;
  pcs_paths *paths;
  pcs_streams *streams;
  pcs_listeners *listeners;
  uint32_t handle;
  uint32_t call;  /* as the broker knows it */
  bool is_proved; /* and the broker knows who is there */
  size_t index;   /* in peers->places */
  uint64_t wake_at_us;
  bool touched;
  bool has_left;               /* it only says farewell: what comes for it is nobody's */
  bool gathered;               /* its sockets are open */
  bool accepted;               /* both sides' descriptions are there */
  uint32_t waiting_generation; /* to be gathered then, 0 none */
};

struct pcs_peers {
  pcs_peers_config config;
  pcs_timer *timer;
  pcs_resolver *resolver;
  pcs_interface_changes *changes; /* from the first gathering on */
  pcs_names *names;
  pcs_peer_place *places[PCS_PEERS_MAX];
  size_t num;
  uint64_t sctp_tick_at_us;
  uint64_t timer_at_us; /* what the timer is set to, UINT64_MAX for nothing */
  pcs_questions questions;
  pcs_farewells farewells;
  uint8_t receive_memory[PCS_UDP_RECEIVE_BYTES];
};

/* pcs_peer_place_free closes its sockets and wipes its keys; what it was to say, it has said. */
void pcs_peer_place_free(pcs_peer_place *place);
/* pcs_peers_say_farewells repeats what ended connections say, as it falls due. */
void pcs_peers_say_farewells(pcs_peers *peers, uint64_t now_us);

#endif
