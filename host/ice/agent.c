#include <stdlib.h>
#include <string.h>

#include "host/crypto/hash.h"
#include "host/ice/agent_state.h"

static uint64_t wake_at(pcs_ice_agent *agent, uint64_t now_us) {
  uint64_t wake_us = pcs_transactions_wake_at(&agent->transactions);
  wake_us = pcs_ice_earlier(wake_us, pcs_ice_select_wake_at(agent, now_us));
  wake_us = pcs_ice_earlier(wake_us, pcs_ice_session_wake_at(agent));
  wake_us = pcs_ice_earlier(wake_us, pcs_ice_gather_wake_at(agent));
  wake_us = pcs_ice_earlier(wake_us, pcs_ice_relay_wake_at(agent));
  wake_us = pcs_ice_earlier(wake_us, pcs_ice_tcp_wake_at(agent));
  if (pcs_ice_check_waits(agent) || pcs_ice_gather_has_work(agent)) {
    wake_us = pcs_ice_earlier(wake_us, agent->next_start_us);
  }
  return wake_us;
}

static bool start_query(pcs_ice_agent *agent, uint64_t now_us) {
  if (!pcs_ice_gather_start(agent, now_us)) {
    return false;
  }
  agent->gathering.last_was_query = true;
  return true;
}

static bool start_check(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_pair *pair = pcs_ice_next_pair(agent);
  if (pair == NULL) {
    return false;
  }
  agent->gathering.last_was_query = false;
  pcs_ice_check_start(agent, now_us, pair);
  return true;
}

/* RFC 8445 14.2: one transaction for each Ta, whatever it is for. */
static void start_one(pcs_ice_agent *agent, uint64_t now_us) {
  if (now_us < agent->next_start_us) {
    return;
  }
  bool query_first = !agent->gathering.last_was_query;
  if ((query_first && start_query(agent, now_us)) || start_check(agent, now_us) ||
      start_query(agent, now_us)) {
    agent->next_start_us = now_us + PCS_ICE_TA_US;
  }
}

void pcs_ice_step(pcs_ice_agent *agent, uint64_t now_us) {
  agent->step_us = now_us;
  pcs_ice_check_expire(agent, now_us);
  pcs_ice_tcp_step(agent, now_us);
  pcs_ice_select_step(agent, now_us);
  pcs_ice_keep_consent(agent, now_us); /* of what has just been selected too */
  pcs_ice_gather_step(agent, now_us);
  pcs_ice_pairs_thaw_idle(&agent->pairs, agent->current);
  start_one(agent, now_us);
  pcs_ice_relay_step(agent, now_us);
  /* After all that may have ended now: with nothing left to wait for, patience is shorter. */
  pcs_ice_session_give_up(agent, now_us);
  pcs_ice_state_step(agent, now_us);
  agent->wake_us = wake_at(agent, now_us);
}

pcs_status pcs_ice_agent_new(pcs_ice_agent **out_agent, const pcs_ice_config *config,
                             const pcs_random *random) {
  *out_agent = NULL;
  pcs_ice_agent *agent = calloc(1, sizeof *agent);
  if (agent == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  agent->random = random;
  agent->policy = config->policy;
  agent->reach_facts = config->reach;
  agent->questions = config->questions;
  agent->addresses = config->addresses;
  agent->tcp.allowed = config->transports;
  agent->tie_breaker = pcs_random_u64(random);
  /* RFC 8445 6.1.1: who is checked before a plan came has made the offer, and so controls. */
  agent->role = PCS_ICE_CONTROLLING;
  agent->wake_us = PCS_NEVER;
  *out_agent = agent;
  return PCS_OK;
}

void pcs_ice_agent_free(pcs_ice_agent *agent) {
  if (agent != NULL) {
    pcs_wipe(agent, sizeof *agent);
    free(agent);
  }
}

uint32_t pcs_ice_next_id(pcs_ice_agent *agent) {
  return ++agent->last_id;
}

/* ---- credentials ---- */

pcs_ice_generation *pcs_ice_generation_of(pcs_ice_agent *agent, uint32_t number) {
  for (size_t i = 0; i < PCS_ICE_GENERATIONS_MAX; i++) {
    if (number != 0 && agent->generations[i].number == number) {
      return &agent->generations[i];
    }
  }
  return NULL;
}

pcs_span pcs_ice_local_ufrag(const pcs_ice_generation *generation) {
  return (pcs_span){(const uint8_t *)generation->ufrag, sizeof generation->ufrag};
}

pcs_span pcs_ice_local_password(const pcs_ice_generation *generation) {
  return (pcs_span){(const uint8_t *)generation->password, sizeof generation->password};
}

static void forget_early(pcs_ice_agent *agent, uint32_t generation) {
  for (size_t i = 0; i < PCS_ICE_EARLY_MAX; i++) {
    if (agent->early[i].generation == generation) {
      agent->early[i] = (pcs_ice_early){0};
    }
  }
}

void pcs_ice_generation_drop(pcs_ice_agent *agent, pcs_ice_generation *generation) {
  if (agent->gathering.generation == generation->number) {
    agent->gathering.generation = 0;
    pcs_transactions_drop_all(&agent->transactions, PCS_TRANSACTION_GATHER);
  }
  pcs_ice_candidates_drop_owner(&agent->local, generation->number);
  forget_early(agent, generation->number);
  pcs_wipe(generation, sizeof *generation);
}

static bool is_used_generation(const pcs_ice_agent *agent, uint32_t number) {
  for (size_t i = 0; i < 2; i++) {
    if (agent->sessions[i].used && agent->sessions[i].generation == number) {
      return true;
    }
  }
  return false;
}

/* A free slot, or that of the oldest generation that no session uses: two are always unused. */
static pcs_ice_generation *free_generation(pcs_ice_agent *agent) {
  pcs_ice_generation *oldest = NULL;
  for (size_t i = 0; i < PCS_ICE_GENERATIONS_MAX; i++) {
    pcs_ice_generation *generation = &agent->generations[i];
    if (!is_used_generation(agent, generation->number) &&
        (oldest == NULL || generation->number < oldest->number)) {
      oldest = generation;
    }
  }
  if (oldest->number != 0) {
    pcs_ice_generation_drop(agent, oldest);
  }
  return oldest;
}

pcs_status pcs_ice_agent_make_generation(pcs_ice_agent *agent, uint32_t *out_generation,
                                         pcs_span *out_ufrag, pcs_span *out_password) {
  pcs_ice_generation *generation = free_generation(agent);
  generation->number = ++agent->last_generation;
  pcs_random_text(agent->random, generation->ufrag, sizeof generation->ufrag);
  pcs_random_text(agent->random, generation->password, sizeof generation->password);
  *out_generation = generation->number;
  *out_ufrag = pcs_ice_local_ufrag(generation);
  *out_password = pcs_ice_local_password(generation);
  return PCS_OK;
}

/* ---- sockets and configuration ---- */

const pcs_ice_path *pcs_ice_path_of(const pcs_ice_agent *agent, uint32_t path_id) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (agent->paths[i].used && agent->paths[i].path.id == path_id) {
      return &agent->paths[i].path;
    }
  }
  const pcs_ice_path *path = pcs_ice_tcp_path_of(agent, path_id);
  return path != NULL ? path : pcs_ice_relay_path_of(agent, path_id);
}

pcs_status pcs_ice_agent_add_path(pcs_ice_agent *agent, uint64_t now_us, const pcs_ice_path *path) {
  if (pcs_ice_path_of(agent, path->id) != NULL) {
    return PCS_ERR_STATE;
  }
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (!agent->paths[i].used) {
      agent->paths[i] = (pcs_ice_path_slot){true, *path};
      pcs_ice_search_from(agent, path);
      pcs_ice_step(agent, now_us);
      return PCS_OK;
    }
  }
  return PCS_ERR_NO_SPACE;
}

static void end_pairs_of_path(pcs_ice_agent *agent, uint32_t path_id) {
  for (size_t i = agent->pairs.num; i > 0; i--) {
    if (agent->pairs.entries[i - 1].path_id == path_id) {
      pcs_ice_pair_end(agent, agent->pairs.entries[i - 1].id);
    }
  }
}

static void forget_candidates_of_path(pcs_ice_agent *agent, uint32_t path_id) {
  for (size_t i = agent->local.num; i > 0; i--) {
    if (agent->local.entries[i - 1].path_id == path_id) {
      pcs_ice_candidates_drop(&agent->local, agent->local.entries[i - 1].id);
    }
  }
}

void pcs_ice_forget_path(pcs_ice_agent *agent, uint32_t path_id) {
  end_pairs_of_path(agent, path_id);
  forget_candidates_of_path(agent, path_id);
}

void pcs_ice_agent_remove_path(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id) {
  pcs_ice_expire_consent(agent, now_us);
  bool had_selected = agent->selected != 0;
  pcs_ice_gather_forget_path(agent, path_id);
  pcs_ice_relay_forget_path(agent, path_id);
  pcs_ice_tcp_forget_path(agent, path_id);
  pcs_ice_forget_path(agent, path_id);
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (agent->paths[i].used && agent->paths[i].path.id == path_id) {
      agent->paths[i] = (pcs_ice_path_slot){0};
    }
  }
  if (had_selected && agent->selected == 0) {
    pcs_ice_search(agent, now_us);
  }
  pcs_ice_step(agent, now_us);
}

static pcs_span copy_text(char *out, size_t capacity, pcs_span text) {
  pcs_writer writer;
  pcs_writer_init(&writer, (uint8_t *)out, capacity);
  pcs_writer_bytes(&writer, text);
  return pcs_writer_span(&writer);
}

static pcs_status copy_server(pcs_ice_server_slot *slot, const pcs_ice_server *server) {
  *slot = (pcs_ice_server_slot){
      .scheme = (pcs_server_scheme)server->scheme,
      .transport = (pcs_transport)server->transport,
      .port = server->port,
      .host_len = (uint16_t)server->host.len,
  };
  if (server->host.len > sizeof slot->host || server->username.len > sizeof slot->username ||
      server->credential.len > sizeof slot->credential) {
    return PCS_ERR_TOO_LARGE;
  }
  (void)copy_text(slot->host, sizeof slot->host, server->host);
  slot->username_len =
      (uint16_t)copy_text(slot->username, sizeof slot->username, server->username).len;
  slot->credential_len =
      (uint16_t)copy_text(slot->credential, sizeof slot->credential, server->credential).len;
  return PCS_OK;
}

static pcs_status copy_servers(pcs_ice_servers *copy, const pcs_ice_server *servers) {
  for (size_t i = 0; i < copy->num; i++) {
    pcs_status status = pcs_ice_server_check(&servers[i]);
    if (status == PCS_OK) {
      status = copy_server(&copy->entries[i], &servers[i]);
    }
    if (status != PCS_OK) {
      return status;
    }
  }
  return PCS_OK;
}

pcs_status pcs_ice_agent_configure(pcs_ice_agent *agent, pcs_ice_policy policy,
                                   const pcs_ice_server *servers, size_t num_servers) {
  pcs_ice_servers copy = {.num = num_servers};
  if (num_servers > PCS_ICE_SERVERS_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  pcs_status status = copy_servers(&copy, servers);
  if (status == PCS_OK) {
    agent->policy = policy;
    agent->servers = copy;
  }
  pcs_wipe(&copy, sizeof copy);
  return status;
}

/* ---- the step after every call ---- */

void pcs_ice_agent_receive(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                           const pcs_address *from, pcs_span datagram) {
  pcs_stun_message message;
  if (pcs_ice_path_of(agent, path_id) == NULL || pcs_stun_read(datagram, &message) != PCS_OK) {
    return;
  }
  bool is_response = message.kind == PCS_STUN_SUCCESS || message.kind == PCS_STUN_ERROR;
  if (message.method != PCS_STUN_METHOD_BINDING && !is_response) {
    return;
  }
  pcs_ice_expire_consent(agent, now_us);
  switch (message.kind) {
  case PCS_STUN_REQUEST:
    pcs_ice_answer_request(agent, now_us, path_id, from, &message);
    break;
  case PCS_STUN_SUCCESS:
  case PCS_STUN_ERROR:
    pcs_ice_check_response(agent, now_us, path_id, from, &message);
    break;
  case PCS_STUN_INDICATION:
    break; /* RFC 7675 4: an indication proves nothing. */
  }
  pcs_ice_step(agent, now_us);
}

void pcs_ice_agent_tick(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_expire_consent(agent, now_us);
  pcs_ice_step(agent, now_us);
}

uint64_t pcs_ice_agent_wake_at(const pcs_ice_agent *agent) {
  return agent->wake_us;
}
