#include "tests/sim/call.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/call_names.h"
#include "tests/sim/call_tcp.h"

static const uint8_t DATA[] = {0x80, 'd', 'a', 't', 'a'};

static pcs_span ufrag_of(const sim_credentials *credentials) {
  return (pcs_span){(const uint8_t *)credentials->ufrag, credentials->ufrag_len};
}

static pcs_span password_of(const sim_credentials *credentials) {
  return (pcs_span){(const uint8_t *)credentials->password, credentials->password_len};
}

/* ---- the two ends ---- */

static void init_end(sim_call *call, int index) {
  sim_end *end = &call->ends[index];
  *end = (sim_end){.call = call, .index = index, .nat = SIM_PUBLIC};
  sim_call_own_streams(end);
  end->random = pcs_random_seeded_init(&end->random_state,
                                       call->world.seed * 2654435761u + (uint64_t)index + 1);
  pcs_ice_config config = {.policy = PCS_ICE_POLICY_ALL,
                           .addresses = PCS_ADDRESS_MODE_ALL,
                           .reach = call->options.reach,
                           .questions = index == 0 ? call->options.questions : NULL,
                           .transports = call->options.transports[index]};
  pcs_status status = pcs_ice_agent_new(&end->agent, &config, &end->random);
  assert(status == PCS_OK);
  (void)status;
}

void sim_call_init(sim_call *call, const sim_options *options) {
  *call = (sim_call){.options = *options};
  sim_world_init(&call->world, options->seed);
  call->net = sim_net_new(&call->world, &options->link);
  call->tcp = sim_tcp_new(&call->world, &options->link);
  init_end(call, 0);
  init_end(call, 1);
}

void sim_call_clear(sim_call *call) {
  pcs_ice_agent_free(call->ends[0].agent);
  pcs_ice_agent_free(call->ends[1].agent);
  sim_net_free(call->net);
  sim_tcp_free(call->tcp);
}

void sim_call_receive(void *owner, uint32_t path_id, const pcs_address *from, pcs_span bytes) {
  sim_end *end = owner;
  uint64_t now_us = end->call->world.now_us;
  pcs_ice_arrival in = {.path_id = path_id, .from = *from, .bytes = bytes};
  if (pcs_ice_agent_unwrap(end->agent, now_us, &in) == PCS_ICE_STRAY || in.bytes.len == 0) {
    return;
  }
  if (in.bytes.data[0] > 3) { /* RFC 7983 */
    if (pcs_ice_agent_accepts(end->agent, now_us, in.path_id, &in.from)) {
      end->data_received++;
      end->last_data_received_us = now_us;
    }
    return;
  }
  pcs_ice_agent_receive(end->agent, now_us, in.path_id, &in.from, in.bytes);
  sim_call_poll(end->call, end->index);
}

void sim_call_add_socket(sim_call *call, int index, const pcs_address *address, int nat) {
  sim_end *end = &call->ends[index];
  assert(end->num_sockets < SIM_SOCKETS_MAX);
  end->sockets[end->num_sockets++] = *address;
  uint32_t path_id = (uint32_t)end->num_sockets;
  sim_net_open(call->net, &(sim_socket){
                              .address = *address,
                              .nat = nat,
                              .owner = end,
                              .path_id = path_id,
                              .receive = sim_call_receive,
                          });
  if (nat != SIM_PUBLIC) {
    end->tcp.nat = nat;
    end->tcp.outside = sim_net_outside(call->net, nat);
  }
  pcs_ice_path path = {
      .id = path_id,
      .address = *address,
      .preference = (uint16_t)(65535 - path_id),
      .network = (uint8_t)path_id,
  };
  pcs_status status = pcs_ice_agent_add_path(end->agent, call->world.now_us, &path);
  assert(status == PCS_OK);
  (void)status;
}

void sim_call_remove_socket(sim_call *call, int index, size_t socket) {
  sim_end *end = &call->ends[index];
  assert(socket < end->num_sockets);
  sim_net_close(call->net, &end->sockets[socket]);
  pcs_ice_agent_remove_path(end->agent, call->world.now_us, (uint32_t)socket + 1);
  sim_call_poll(call, index);
}

/* ---- signalling ---- */

static void post(sim_call *call, const sim_signal *signal, uint64_t delay_us) {
  assert(call->num_signals < SIM_SIGNALS_MAX);
  sim_signal *slot = &call->signals[call->num_signals++];
  *slot = *signal;
  slot->at_us = call->world.now_us + delay_us;
  slot->order = call->signal_order++;
}

static void post_candidate(sim_end *end, const pcs_ice_event *event) {
  sim_call *call = end->call;
  bool is_left_out = call->options.no_candidates ||
                     (call->options.no_udp && event->candidate.transport == PCS_TRANSPORT_UDP);
  if (is_left_out || event->generation != end->local.generation) {
    return;
  }
  sim_signal signal = {
      .kind = SIM_CANDIDATE,
      .to = 1 - end->index,
      .credentials = end->local,
      .candidate = event->candidate,
  };
  memcpy(signal.foundation, event->candidate.foundation.data, event->candidate.foundation.len);
  if (event->candidate.name.len > 0) {
    memcpy(signal.name, event->candidate.name.data, event->candidate.name.len);
  }
  post(call, &signal, call->options.candidate_delay_us);
}

static void post_end(sim_end *end, uint32_t generation) {
  sim_call *call = end->call;
  if (call->options.no_end || generation != end->local.generation) {
    return;
  }
  sim_signal signal = {.kind = SIM_END, .to = 1 - end->index, .credentials = end->local};
  post(call, &signal, call->options.candidate_delay_us);
}

static void make_generation(sim_call *call, int index) {
  sim_end *end = &call->ends[index];
  pcs_span ufrag;
  pcs_span password;
  pcs_status status =
      pcs_ice_agent_make_generation(end->agent, &end->local.generation, &ufrag, &password);
  assert(status == PCS_OK);
  (void)status;
  end->local.ufrag_len = ufrag.len;
  end->local.password_len = password.len;
  memcpy(end->local.ufrag, ufrag.data, ufrag.len);
  memcpy(end->local.password, password.data, password.len);
}

static void gather(sim_call *call, int index) {
  sim_end *end = &call->ends[index];
  pcs_status status = pcs_ice_agent_gather(end->agent, call->world.now_us, end->local.generation);
  assert(status == PCS_OK);
  (void)status;
  sim_call_poll(call, index);
}

pcs_status sim_call_connect(sim_call *call, int index, pcs_ice_role role) {
  sim_end *end = &call->ends[index];
  pcs_plan plan = {
      .generation = end->local.generation,
      .ice_role = (uint8_t)role,
      .remote_lite = index == 0 && call->options.lite_answerer,
      .remote_ufrag = ufrag_of(&end->remote),
      .remote_password = password_of(&end->remote),
  };
  if (call->options.both_controlling || call->options.both_controlled) {
    plan.ice_role = call->options.both_controlling ? PCS_ICE_CONTROLLING : PCS_ICE_CONTROLLED;
  }
  pcs_status status = pcs_ice_agent_connect(end->agent, call->world.now_us, &plan);
  sim_call_poll(call, index);
  return status;
}

static void connect(sim_call *call, int index, pcs_ice_role role) {
  pcs_status status = sim_call_connect(call, index, role);
  assert(status == PCS_OK);
  (void)status;
}

void sim_call_gather(sim_call *call, int index) {
  make_generation(call, index);
  gather(call, index);
}

void sim_call_offer(sim_call *call, int index) {
  make_generation(call, index);
  sim_signal offer = {.kind = SIM_OFFER, .to = 1 - index, .credentials = call->ends[index].local};
  post(call, &offer, call->options.signal_delay_us);
  gather(call, index);
}

static void take_offer(sim_call *call, const sim_signal *signal) {
  int index = signal->to;
  call->ends[index].remote = signal->credentials;
  make_generation(call, index);
  sim_signal answer = {.kind = SIM_ANSWER, .to = 1 - index, .credentials = call->ends[index].local};
  post(call, &answer, call->options.signal_delay_us);
  gather(call, index);
  connect(call, index, PCS_ICE_CONTROLLED);
}

static void take_candidate(sim_call *call, const sim_signal *signal) {
  sim_end *end = &call->ends[signal->to];
  pcs_candidate candidate = signal->candidate;
  candidate.foundation.data = (const uint8_t *)signal->foundation;
  candidate.name.data = (const uint8_t *)signal->name;
  pcs_status status = pcs_ice_agent_add_candidate(end->agent, call->world.now_us,
                                                  ufrag_of(&signal->credentials), &candidate);
  assert(status == PCS_OK);
  (void)status;
}

static void take_signal(sim_call *call, const sim_signal *signal) {
  sim_end *end = &call->ends[signal->to];
  switch (signal->kind) {
  case SIM_OFFER:
    take_offer(call, signal);
    break;
  case SIM_ANSWER:
    end->remote = signal->credentials;
    connect(call, signal->to, PCS_ICE_CONTROLLING);
    break;
  case SIM_CANDIDATE:
    take_candidate(call, signal);
    break;
  case SIM_END:
    pcs_ice_agent_end_of_candidates(end->agent, call->world.now_us, ufrag_of(&signal->credentials));
    break;
  case SIM_STREAM_OPENED:
    pcs_ice_agent_stream_opened(end->agent, call->world.now_us, signal->path_id);
    break;
  }
  sim_call_poll(call, signal->to);
}

static size_t next_signal(const sim_call *call) {
  size_t next = 0;
  for (size_t i = 1; i < call->num_signals; i++) {
    const sim_signal *a = &call->signals[i];
    const sim_signal *b = &call->signals[next];
    if (a->at_us < b->at_us || (a->at_us == b->at_us && a->order < b->order)) {
      next = i;
    }
  }
  return next;
}

static uint64_t next_signal_at(const sim_call *call) {
  return call->num_signals == 0 ? UINT64_MAX : call->signals[next_signal(call)].at_us;
}

/* ---- streams to TURN servers ---- */

static pcs_address *stream_of(sim_end *end, uint32_t path_id) {
  return &end->streams[(path_id - PCS_ICE_STREAM_PATH_FIRST) % SIM_STREAMS_MAX];
}

static bool is_to_server(const sim_end *end, uint32_t path_id) {
  return end->stream_ids[(path_id - PCS_ICE_STREAM_PATH_FIRST) % SIM_STREAMS_MAX] == path_id;
}

const pcs_address *sim_call_socket_of(sim_end *end, uint32_t path_id) {
  if (path_id < PCS_ICE_STREAM_PATH_FIRST) {
    return &end->sockets[path_id - 1];
  }
  return is_to_server(end, path_id) ? stream_of(end, path_id) : NULL;
}

/* It is made after a round trip, from the end's first address of the server's family. */
static void open_stream(sim_end *end, const pcs_ice_event *event) {
  const pcs_address *beside = end->sockets;
  while (beside->family != event->to.family) {
    beside++;
    assert(beside < end->sockets + end->num_sockets);
  }
  pcs_address *address = stream_of(end, event->path_id);
  end->stream_ids[(event->path_id - PCS_ICE_STREAM_PATH_FIRST) % SIM_STREAMS_MAX] = event->path_id;
  *address = *beside;
  address->port = (uint16_t)(50000 + (event->path_id & 0xff));
  sim_net_open_stream(end->call->net, beside,
                      &(sim_socket){
                          .address = *address,
                          .owner = end,
                          .path_id = event->path_id,
                          .receive = sim_call_receive,
                      });
  sim_signal opened = {.kind = SIM_STREAM_OPENED, .to = end->index, .path_id = event->path_id};
  post(end->call, &opened, 2 * (uint64_t)end->call->options.link.delay_us);
}

/* ---- what the agents want ---- */

static void send_stun(sim_end *end, const pcs_ice_event *event) {
  end->stun_packets++;
  end->stun_bytes += event->bytes.len;
  sim_call_put(end, event->path_id, &event->to, event->bytes,
               event->masked ? SIM_TCP_MASKED : SIM_TCP_PLAIN);
}

static void take_state(sim_end *end, const pcs_ice_event *event) {
  end->state = event->state;
  end->role = event->role;
  if (end->num_states < SIM_STATES_MAX) {
    end->states[end->num_states++] = event->state;
  }
  if (event->state == PCS_ICE_CONNECTED && end->connected_at_us == 0) {
    end->connected_at_us = end->call->world.now_us;
  }
}

static void take_event(sim_end *end, const pcs_ice_event *event) {
  switch (event->kind) {
  case PCS_ICE_EVENT_SEND:
    send_stun(end, event);
    break;
  case PCS_ICE_EVENT_CANDIDATE:
    if (end->num_candidates < SIM_CANDIDATES_MAX) {
      end->told[end->num_candidates] = event->candidate;
      end->candidates[end->num_candidates++] = (pcs_candidate_type)event->candidate.type;
    }
    post_candidate(end, event);
    break;
  case PCS_ICE_EVENT_CANDIDATE_ERROR:
    sim_end_note_error(end, event);
    break;
  case PCS_ICE_EVENT_GATHERING:
    end->gathering = event->gathering;
    if (event->gathering == PCS_GATHERING_COMPLETE) {
      post_end(end, event->generation);
    }
    break;
  case PCS_ICE_EVENT_STATE:
    take_state(end, event);
    break;
  case PCS_ICE_EVENT_SELECTED:
    end->num_selected++;
    end->selected_local = (pcs_candidate_type)event->candidate.type;
    end->selected_remote = (pcs_candidate_type)event->remote.type;
    end->selected_transport = event->candidate.transport;
    break;
  case PCS_ICE_EVENT_OPEN_STREAM:
    if (event->framed) {
      sim_tcp_connect(end->call->tcp, &end->tcp, event->path_id, &event->from, &event->to);
    } else {
      open_stream(end, event);
    }
    break;
  case PCS_ICE_EVENT_CLOSE_STREAM:
    if (is_to_server(end, event->path_id)) {
      sim_net_close(end->call->net, stream_of(end, event->path_id));
    } else {
      sim_tcp_close(end->call->tcp, &end->tcp, event->path_id);
    }
    break;
  case PCS_ICE_EVENT_RESOLVE:
    end->num_resolve++;
    break;
  case PCS_ICE_EVENT_NONE:
    break;
  }
}

void sim_call_poll(sim_call *call, int index) {
  sim_end *end = &call->ends[index];
  pcs_ice_event event;
  pcs_span name;
  while (pcs_ice_agent_take_name(end->agent, &name)) {
    sim_call_look_up(end, name);
  }
  do {
    pcs_ice_agent_poll(end->agent, &event);
    take_event(end, &event);
  } while (event.kind != PCS_ICE_EVENT_NONE);
}

void sim_call_send_data(sim_call *call, int index) {
  sim_end *end = &call->ends[index];
  pcs_ice_route route;
  if (pcs_ice_agent_route(end->agent, call->world.now_us, &route) != PCS_OK) {
    end->data_denied++;
    return;
  }
  end->data_sent++;
  end->last_data_sent_us = call->world.now_us;
  end->data_relayed += route.frame != 0;
  uint8_t memory[sizeof DATA + 4];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  if (route.frame != 0) {
    pcs_writer_u16(&writer, route.frame);
    pcs_writer_u16(&writer, sizeof DATA);
  }
  pcs_writer_bytes(&writer, (pcs_span){DATA, sizeof DATA});
  sim_call_put(end, route.path_id, &route.to, pcs_writer_span(&writer),
               route.masked ? SIM_TCP_MASKED : SIM_TCP_PLAIN);
}

/* ---- time ---- */

static uint64_t earlier(uint64_t a_us, uint64_t b_us) {
  return a_us < b_us ? a_us : b_us;
}

static void wake(sim_call *call, int index) {
  sim_end *end = &call->ends[index];
  uint64_t now_us = call->world.now_us;
  if (pcs_ice_agent_wake_at(end->agent) > now_us) {
    return;
  }
  pcs_ice_agent_tick(end->agent, now_us);
  sim_call_poll(call, index);
  call->spins = call->spins || pcs_ice_agent_wake_at(end->agent) <= now_us;
}

static void send_data_when_due(sim_call *call) {
  if (call->data_interval_us == 0 || call->world.now_us < call->next_data_us) {
    return;
  }
  call->next_data_us = call->world.now_us + call->data_interval_us;
  sim_call_send_data(call, 0);
  sim_call_send_data(call, 1);
}

static uint64_t next_at(const sim_call *call) {
  uint64_t next_us = earlier(sim_net_next_at(call->net), next_signal_at(call));
  next_us = earlier(next_us, sim_tcp_next_at(call->tcp));
  next_us = earlier(next_us, pcs_ice_agent_wake_at(call->ends[0].agent));
  next_us = earlier(next_us, pcs_ice_agent_wake_at(call->ends[1].agent));
  return call->data_interval_us > 0 ? earlier(next_us, call->next_data_us) : next_us;
}

/* Everything that happens at this instant. */
static void pass_instant(sim_call *call) {
  while (sim_net_deliver(call->net) || sim_tcp_deliver(call->tcp)) {
  }
  while (next_signal_at(call) <= call->world.now_us) {
    size_t index = next_signal(call);
    sim_signal signal = call->signals[index];
    call->signals[index] = call->signals[--call->num_signals];
    take_signal(call, &signal);
  }
  wake(call, 0);
  wake(call, 1);
  send_data_when_due(call);
}

bool sim_call_run(sim_call *call, uint64_t for_us, sim_until until) {
  uint64_t end_us = call->world.now_us + for_us;
  while (!call->spins) {
    if (until != NULL && until(call)) {
      return true;
    }
    uint64_t at_us = next_at(call);
    if (at_us > end_us) {
      break;
    }
    if (at_us > call->world.now_us) {
      call->world.now_us = at_us;
    }
    pass_instant(call);
  }
  call->world.now_us = end_us;
  return until != NULL && until(call);
}

static bool is_connected(const sim_end *end) {
  return end->state == PCS_ICE_CONNECTED || end->state == PCS_ICE_COMPLETED;
}

bool sim_both_connected(const sim_call *call) {
  return is_connected(&call->ends[0]) && is_connected(&call->ends[1]);
}

bool sim_both_completed(const sim_call *call) {
  return call->ends[0].state == PCS_ICE_COMPLETED && call->ends[1].state == PCS_ICE_COMPLETED;
}

bool sim_both_failed(const sim_call *call) {
  return call->ends[0].state == PCS_ICE_FAILED && call->ends[1].state == PCS_ICE_FAILED;
}

bool sim_end_was(const sim_end *end, pcs_ice_state state) {
  for (size_t i = 0; i < end->num_states; i++) {
    if (end->states[i] == state) {
      return true;
    }
  }
  return false;
}
