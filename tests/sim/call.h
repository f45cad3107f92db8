/*
 * Two ICE agents that call each other over a simulated network: sockets, signalling with a delay of
 * its own, trickle, restart, and a little data. It plays the part the worker plays in the product:
 * it polls, sends, signals and asks pcs_ice_agent_route before every byte of data. A test sets the
 * scene, runs it until something holds or a time has come, and looks.
 */
#ifndef TESTS_SIM_CALL_H
#define TESTS_SIM_CALL_H

#include "host/ice/agent.h"
#include "tests/sim/net.h"
#include "tests/sim/stun_server.h"
#include "tests/sim/tcp.h"

#define SIM_STATES_MAX 64
#define SIM_SIGNALS_MAX 256
#define SIM_SOCKETS_MAX 4
#define SIM_STREAMS_MAX 8
#define SIM_CANDIDATES_MAX 64

typedef struct sim_call sim_call;

typedef struct sim_credentials {
  uint32_t generation;
  char ufrag[PCS_UFRAG_BYTES_MAX];
  size_t ufrag_len;
  char password[PCS_PASSWORD_BYTES_MAX];
  size_t password_len;
} sim_credentials;

typedef struct sim_end {
  sim_call *call;
  int index;
  int nat;
  pcs_ice_agent *agent;
  pcs_random_seeded random_state;
  pcs_random random;
  pcs_address sockets[SIM_SOCKETS_MAX]; /* a socket's path id is 1 and its place here */
  size_t num_sockets;
  pcs_address streams[SIM_STREAMS_MAX]; /* to TURN servers; by path id */
  uint32_t stream_ids[SIM_STREAMS_MAX];
  sim_tcp_owner tcp;
  sim_credentials local;  /* of the newest generation */
  sim_credentials remote; /* as signalled last */
  /* what the agent said */
  pcs_ice_state states[SIM_STATES_MAX];
  size_t num_states;
  pcs_ice_state state;
  pcs_ice_role role;
  pcs_gathering_state gathering;
  pcs_candidate_type candidates[SIM_CANDIDATES_MAX];
  size_t num_candidates;
  size_t num_errors;
  uint16_t error_code;
  char error_urls[1024]; /* code and URL of each, a line each */
  size_t num_selected;
  pcs_candidate_type selected_local;
  pcs_candidate_type selected_remote;
  uint8_t selected_transport;
  size_t num_resolve;
  pcs_candidate told[SIM_CANDIDATES_MAX]; /* as announced; their texts are not kept */
  uint64_t data_relayed;                  /* of data_sent */
  uint64_t connected_at_us;
  /* data, and what left the sockets */
  uint64_t data_sent;
  uint64_t data_denied;
  uint64_t data_received;
  uint64_t last_data_received_us;
  uint64_t last_data_sent_us;
  uint64_t stun_packets;
  uint64_t stun_bytes;
} sim_end;

/* SIM_STREAM_OPENED is an end's own news: its TCP connection is made. */
typedef enum sim_signal_kind {
  SIM_OFFER,
  SIM_ANSWER,
  SIM_CANDIDATE,
  SIM_END,
  SIM_STREAM_OPENED,
} sim_signal_kind;

typedef struct sim_signal {
  sim_signal_kind kind;
  uint64_t at_us;
  uint64_t order;
  int to;
  uint32_t path_id;            /* of a stream */
  sim_credentials credentials; /* of the sender's generation it belongs to */
  pcs_candidate candidate;
  char foundation[PCS_FOUNDATION_BYTES_MAX];
  char name[PCS_CANDIDATE_NAME_BYTES_MAX];
} sim_signal;

typedef struct sim_options {
  uint64_t seed;
  sim_link link;
  uint32_t signal_delay_us;
  uint32_t candidate_delay_us; /* of trickled candidates, which then overtake or lag */
  bool no_candidates;          /* candidates are not signalled at all */
  bool no_end;                 /* nor their end */
  bool no_multicast;           /* nobody answers what an mDNS name stands for */
  bool both_controlling;
  bool both_controlled;
  bool lite_answerer; /* as the offerer is told */
  pcs_reach_facts reach;
  pcs_questions *questions; /* end 0's page */
  bool no_udp;        /* UDP candidates are not signalled */
  pcs_ice_transports transports[2];
} sim_options;

struct sim_call {
  sim_options options;
  sim_world world;
  sim_net *net;
  sim_tcp *tcp;
  sim_end ends[2];
  sim_signal signals[SIM_SIGNALS_MAX];
  size_t num_signals;
  uint64_t signal_order;
  uint64_t data_interval_us; /* 0: none */
  uint64_t next_data_us;
  bool spins; /* an agent asked to be woken and had nothing to do */
};

/* sim_call_init: two agents without sockets; the call must not move in memory. */
void sim_call_init(sim_call *call, const sim_options *options);
void sim_call_clear(sim_call *call);
/* sim_call_add_socket gives an end a socket; nat SIM_PUBLIC or one of the net's. */
void sim_call_add_socket(sim_call *call, int end, const pcs_address *address, int nat);
/* sim_call_remove_socket takes an end's socket away, as when its address vanishes: by its place. */
void sim_call_remove_socket(sim_call *call, int end, size_t socket);
/* sim_call_set_addresses: the end's sockets have names, which the other end can look up. */
void sim_call_set_addresses(sim_call *call, int end, pcs_address_mode mode);
/* sim_call_listen: the end listens for TCP on its newest socket's address and port. */
void sim_call_listen(sim_call *call, int end);
/* sim_call_use_server configures an end with one STUN server by its literal address. */
void sim_call_use_server(sim_call *call, int end, const pcs_address *address);
/* sim_call_use_turn configures an end with one TURN server. */
void sim_call_use_turn(sim_call *call, int end, pcs_ice_policy policy, const pcs_address *address,
                       const char *password);
/* sim_end_note_error counts what an agent said of a server. For call.c. */
void sim_end_note_error(sim_end *end, const pcs_ice_event *event);
/* sim_call_offer: the end makes a generation, gathers and offers it; again: an ICE restart. */
void sim_call_offer(sim_call *call, int end);
/* sim_call_gather: the end makes a generation and gathers; nothing is offered (a test that signals
 * by hand goes on from there). */
void sim_call_gather(sim_call *call, int end);
/* sim_call_connect applies what was signalled to an end (a test that signals by hand uses it). */
pcs_status sim_call_connect(sim_call *call, int end, pcs_ice_role role);
/* sim_call_poll takes and carries out what an end's agent wants; after every call on the agent. */
void sim_call_poll(sim_call *call, int end);
void sim_call_send_data(sim_call *call, int end);

typedef bool (*sim_until)(const sim_call *call);
/* sim_call_run lets time pass for at most for_us, or until holds: true when it did. */
bool sim_call_run(sim_call *call, uint64_t for_us, sim_until until);
bool sim_both_connected(const sim_call *call);
bool sim_both_completed(const sim_call *call);
bool sim_both_failed(const sim_call *call);
bool sim_end_was(const sim_end *end, pcs_ice_state state);

#endif
