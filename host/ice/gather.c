#include <string.h>

#include "core/plan/address.h"
#include "host/ice/agent_state.h"

#define DEFAULT_STUN_PORT 3478 /* RFC 7064 3.2 */
#define DEFAULT_TLS_PORT 5349  /* RFC 7065 3.2 */
#define SERVER_UNREACHED 701   /* webrtc-pc 5.5: no host candidate could reach the server */

/* ---- host candidates ---- */

/* RFC 8445 5.1.1.1. Link-local addresses mean nothing without their interface. */
pcs_ice_candidate *pcs_ice_add_host(pcs_ice_agent *agent, uint32_t generation,
                                    const pcs_ice_path *path) {
  if (pcs_address_is_link_local(&path->address) ||
      pcs_ice_candidates_base(&agent->local, generation, path->id) != NULL) {
    return NULL;
  }
  pcs_ice_candidate host = {
      .id = pcs_ice_next_id(agent),
      .owner = generation,
      .type = PCS_CANDIDATE_HOST,
      .priority = pcs_ice_candidate_priority(PCS_CANDIDATE_HOST, path->preference),
      .address = path->address,
      .base = path->address,
      .path_id = path->id,
  };
  pcs_ice_candidate_set_name(&host, (pcs_span){(const uint8_t *)path->name, path->name_len});
  pcs_ice_set_told(agent, &host);
  pcs_ice_candidates_set_foundation(&agent->local, &host);
  return pcs_ice_candidates_add(&agent->local, &host);
}

void pcs_ice_gather_hosts(pcs_ice_agent *agent, uint32_t generation) {
  if (pcs_ice_relays_only(agent)) { /* RFC 8827 6.4 */
    return;
  }
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (agent->paths[i].used) {
      (void)pcs_ice_add_host(agent, generation, &agent->paths[i].path);
      pcs_ice_tcp_gather(agent, generation, agent->paths[i].path.id);
    }
  }
}

/* ---- servers ---- */

static bool is_turn(const pcs_ice_server_slot *server) {
  return server->scheme == PCS_SERVER_TURN || server->scheme == PCS_SERVER_TURNS;
}

/* TURN over DTLS (RFC 7350) is in no browser. */
static bool is_dtls(const pcs_ice_server_slot *server) {
  return server->scheme == PCS_SERVER_TURNS && server->transport == PCS_TRANSPORT_UDP;
}

/* STUN over UDP and TURN over all but DTLS are what can be asked; the others are passed over. RFC 8827 6.4: under
 * policy relay nobody but a relay learns of us. RFC 8828 mode 4: no UDP of our own. */
static bool can_ask(const pcs_ice_agent *agent, const pcs_ice_server_slot *server) {
  bool over_udp = server->transport == PCS_TRANSPORT_UDP;
  bool streams_only = pcs_address_mode_of(agent->addresses)->way == PCS_WAY_STREAMED;
  if ((pcs_ice_relays_only(agent) && !is_turn(server)) || (streams_only && over_udp)) {
    return false;
  }
  bool is_raw = server->scheme == PCS_SERVER_TURN && server->transport == PCS_TRANSPORT_TCP;
  if (is_raw && agent->tcp.allowed.secure_streams_only) {
    return false;
  }
  return is_turn(server) ? !is_dtls(server)
                         : server->scheme == PCS_SERVER_STUN &&
                               server->transport == PCS_TRANSPORT_UDP;
}

static uint16_t all_paths(const pcs_ice_agent *agent) {
  uint16_t bits = 0;
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (agent->paths[i].used && !pcs_address_is_link_local(&agent->paths[i].path.address)) {
      bits |= (uint16_t)(1u << i);
    }
  }
  return bits;
}

static const pcs_address *address_for(const pcs_ice_query *query, const pcs_ice_path *path) {
  const pcs_address *address =
      path->address.family == PCS_ADDRESS_IPV4 ? &query->ipv4 : &query->ipv6;
  bool reaches = address->family != PCS_ADDRESS_NONE &&
                 pcs_address_is_loopback(address) == pcs_address_is_loopback(&path->address);
  return reaches ? address : NULL;
}

pcs_turn_carrier pcs_ice_gather_carrier(const pcs_ice_server_slot *server) {
  if (server->scheme == PCS_SERVER_TURNS) {
    return PCS_TURN_OVER_TLS;
  }
  return server->transport == PCS_TRANSPORT_TCP ? PCS_TURN_OVER_TCP : PCS_TURN_OVER_UDP;
}

/* A stream is not bound to a socket of ours: one for each family is all that servers are asked for. */
static uint16_t paths_for(const pcs_ice_agent *agent, uint8_t server) {
  const pcs_ice_server_slot *slot = &agent->gathering.servers.entries[server];
  const pcs_ice_query *query = &agent->gathering.queries[server];
  uint16_t all = all_paths(agent);
  if (slot->scheme == PCS_SERVER_STUN || pcs_ice_gather_carrier(slot) == PCS_TURN_OVER_UDP) {
    return all;
  }
  uint16_t bits = 0;
  bool has_ipv4 = false;
  bool has_ipv6 = false;
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    const pcs_ice_path *path = &agent->paths[i].path;
    bool *has = path->address.family == PCS_ADDRESS_IPV4 ? &has_ipv4 : &has_ipv6;
    if ((all >> i & 1) != 0 && !*has && address_for(query, path) != NULL) {
      bits |= (uint16_t)(1u << i);
      *has = true;
    }
  }
  return bits;
}

/* Keeps the first address of each family that one may send to; what is prohibited is treated as if
 * it did not answer, at the same time as one that does not. */
static void use_address(pcs_ice_agent *agent, uint8_t server, pcs_address address) {
  pcs_ice_query *query = &agent->gathering.queries[server];
  const pcs_ice_server_slot *asked = &agent->gathering.servers.entries[server];
  bool is_secure = asked->scheme == PCS_SERVER_STUNS || asked->scheme == PCS_SERVER_TURNS;
  uint16_t port = is_secure ? DEFAULT_TLS_PORT : DEFAULT_STUN_PORT;
  address.port = asked->port != 0 ? asked->port : port;
  if (pcs_address_admit(&address, pcs_ice_reach_servers(agent)) != PCS_OK) {
    return;
  }
  pcs_address *slot = address.family == PCS_ADDRESS_IPV4 ? &query->ipv4 : &query->ipv6;
  if (slot->family == PCS_ADDRESS_NONE) {
    *slot = address;
  }
  query->paths_to_ask = paths_for(agent, server);
}

static pcs_span host_of(const pcs_ice_server_slot *server) {
  return (pcs_span){(const uint8_t *)server->host, server->host_len};
}

static void begin_query(pcs_ice_agent *agent, uint8_t server) {
  pcs_ice_query *query = &agent->gathering.queries[server];
  *query = (pcs_ice_query){0};
  if (!can_ask(agent, &agent->gathering.servers.entries[server])) {
    return;
  }
  query->wanted = true;
  pcs_address literal;
  if (pcs_address_parse(host_of(&agent->gathering.servers.entries[server]), &literal) == PCS_OK) {
    use_address(agent, server, literal);
  } else {
    query->resolve_due = true;
  }
}

void pcs_ice_agent_server_resolved(pcs_ice_agent *agent, uint64_t now_us, uint8_t server,
                                   const pcs_address *addresses, size_t num_addresses) {
  const pcs_ice_gathering *gathering = &agent->gathering;
  if (gathering->generation != 0 && server < gathering->servers.num &&
      gathering->queries[server].wanted) {
    for (size_t i = 0; i < num_addresses; i++) {
      use_address(agent, server, addresses[i]);
    }
  }
  pcs_ice_step(agent, now_us);
}

/* ---- asking, one at a time ---- */

bool pcs_ice_gather_has_work(const pcs_ice_agent *agent) {
  for (size_t i = 0; i < agent->gathering.servers.num; i++) {
    if (agent->gathering.generation != 0 && agent->gathering.queries[i].paths_to_ask != 0) {
      return true;
    }
  }
  return false;
}

/* Who asks whom: a server and the slot of a path. */
typedef struct question {
  uint8_t server;
  uint8_t slot;
} question;

static uint32_t owner_of(question asked) {
  return (uint32_t)asked.server << 8 | asked.slot;
}

static bool ask(pcs_ice_agent *agent, uint64_t now_us, question asked) {
  const pcs_ice_path *path = &agent->paths[asked.slot].path;
  const pcs_address *to = address_for(&agent->gathering.queries[asked.server], path);
  if (!agent->paths[asked.slot].used || to == NULL) {
    return false;
  }
  if (is_turn(&agent->gathering.servers.entries[asked.server])) {
    return pcs_ice_relay_ask(agent, now_us, asked.server, path->id, to);
  }
  pcs_transaction_request request = {
      .purpose = PCS_TRANSACTION_GATHER,
      .owner = owner_of(asked),
      .path_id = path->id,
      .to = *to,
      .wait_us = PCS_ICE_RTO_US,
  };
  return pcs_transactions_add(&agent->transactions, now_us, agent->random, &request) == PCS_OK;
}

/* Takes paths off the server's list until one could be asked. */
static bool ask_next(pcs_ice_agent *agent, uint64_t now_us, uint8_t server) {
  pcs_ice_query *query = &agent->gathering.queries[server];
  for (uint8_t slot = 0; slot < PCS_ICE_PATHS_MAX && query->paths_to_ask != 0; slot++) {
    uint16_t bit = (uint16_t)(1u << slot);
    bool is_listed = (query->paths_to_ask & bit) != 0;
    query->paths_to_ask &= (uint16_t)~bit;
    if (is_listed && ask(agent, now_us, (question){server, slot})) {
      return true;
    }
  }
  return false;
}

bool pcs_ice_gather_start(pcs_ice_agent *agent, uint64_t now_us) {
  for (uint8_t i = 0; i < agent->gathering.servers.num; i++) {
    if (agent->gathering.generation != 0 && ask_next(agent, now_us, i)) {
      return true;
    }
  }
  return false;
}

/* ---- answers ---- */

/* RFC 8445 5.1.3: one that only repeats a candidate we have. draft mdns-ice 3.1.2.2: a host
 * candidate that is not told as what it is repeats nothing. */
static bool is_redundant(const pcs_ice_agent *agent, uint32_t generation,
                         const pcs_address *mapped) {
  for (size_t i = 0; i < agent->local.num; i++) {
    const pcs_ice_candidate *entry = &agent->local.entries[i];
    if (entry->owner == generation && !entry->named && !entry->hidden &&
        pcs_address_equal(&entry->address, mapped)) {
      return true;
    }
  }
  return false;
}

/* RFC 8445 5.1.1.2. */
void pcs_ice_gather_reflexive(pcs_ice_agent *agent, uint8_t server, const pcs_ice_path *path,
                              const pcs_address *mapped) {
  uint32_t generation = agent->gathering.generation;
  if (pcs_ice_relays_only(agent) || is_redundant(agent, generation, mapped) ||
      !pcs_address_mode_tells_found(agent->addresses, mapped) ||
      pcs_address_admit(mapped, pcs_ice_reach(agent)) != PCS_OK) {
    return;
  }
  pcs_ice_candidate reflexive = {
      .id = pcs_ice_next_id(agent),
      .owner = generation,
      .type = PCS_CANDIDATE_SRFLX,
      .priority = pcs_ice_candidate_priority(PCS_CANDIDATE_SRFLX, path->preference),
      .address = *mapped,
      .base = path->address,
      .path_id = path->id,
      .server = server,
  };
  if (pcs_ice_may_tell(agent)) {
    reflexive.related = path->address;
  }
  pcs_ice_candidates_set_foundation(&agent->local, &reflexive);
  (void)pcs_ice_candidates_add(&agent->local, &reflexive);
}

void pcs_ice_gather_answered(pcs_ice_agent *agent, const pcs_transaction *transaction,
                             const pcs_stun_message *response) {
  uint8_t server = (uint8_t)(transaction->owner >> 8);
  pcs_ice_query *query = &agent->gathering.queries[server];
  const pcs_ice_path *path = pcs_ice_path_of(agent, transaction->path_id);
  const uint32_t mapped = PCS_STUN_HAS_MAPPED | PCS_STUN_HAS_XOR_MAPPED;
  if (response->kind == PCS_STUN_ERROR || response->num_unknown > 0) {
    query->error_code = response->error_code;
  } else if (path != NULL && (response->has & mapped) != 0) {
    query->answered = true;
    pcs_ice_gather_reflexive(agent, server, path, &response->mapped);
  }
}

/* ---- the end ---- */

static bool is_asked(const pcs_ice_query *query) {
  return query->ipv4.family != PCS_ADDRESS_NONE || query->ipv6.family != PCS_ADDRESS_NONE;
}

/* Every server had its say. One that could not be asked keeps us waiting as long as one that does
 * not answer: the page must not learn which it was. */
static bool is_done(const pcs_ice_agent *agent) {
  for (size_t i = 0; i < agent->gathering.servers.num; i++) {
    const pcs_ice_query *query = &agent->gathering.queries[i];
    bool is_over = query->answered || query->error_code != 0;
    if (query->wanted && (!is_asked(query) || !is_over || query->paths_to_ask != 0)) {
      return false;
    }
  }
  return pcs_transactions_count(&agent->transactions, PCS_TRANSACTION_GATHER) == 0 &&
         !pcs_ice_relay_is_awaited(agent);
}

/* RFC 7064's stuns and TURN over DTLS: nobody here speaks them. Whoever configured one is told, in the
 * words for a server that was not reached; under policy relay STUN servers are not looked at. */
static bool is_passed_over(const pcs_ice_agent *agent, const pcs_ice_server_slot *server) {
  return is_dtls(server) || (server->scheme == PCS_SERVER_STUNS && !pcs_ice_relays_only(agent));
}

/* A TURN server that was not asked is worth an error only when nothing else was found: else it was
 * not needed. */
static void note_errors(pcs_ice_agent *agent) {
  pcs_ice_gathering *gathering = &agent->gathering;
  bool found_none = pcs_ice_candidates_count(&agent->local, gathering->generation) == 0;
  for (size_t i = 0; i < gathering->servers.num; i++) {
    pcs_ice_query *query = &gathering->queries[i];
    const pcs_ice_server_slot *server = &gathering->servers.entries[i];
    bool was_needed = (found_none && is_turn(server)) || is_passed_over(agent, server);
    query->error_due = query->wanted ? !query->answered : was_needed;
    query->error_code = query->error_code != 0 ? query->error_code : SERVER_UNREACHED;
  }
}

static void finish(pcs_ice_agent *agent) {
  pcs_ice_generation *generation = pcs_ice_generation_of(agent, agent->gathering.generation);
  pcs_transactions_drop_all(&agent->transactions, PCS_TRANSACTION_GATHER);
  pcs_ice_relay_stop_waiting(agent);
  note_errors(agent);
  generation->gathering = PCS_GATHERING_COMPLETE;
  agent->gathering.deadline_us = PCS_NEVER;
  for (size_t i = 0; i < agent->gathering.servers.num; i++) {
    agent->gathering.queries[i].paths_to_ask = 0;
    agent->gathering.queries[i].resolve_due = false;
    agent->gathering.queries[i].wanted = false;
  }
}

static bool is_running(const pcs_ice_agent *agent) {
  return agent->gathering.generation != 0 && agent->gathering.deadline_us != PCS_NEVER;
}

void pcs_ice_gather_step(pcs_ice_agent *agent, uint64_t now_us) {
  if (is_running(agent) && (now_us >= agent->gathering.deadline_us || is_done(agent))) {
    finish(agent);
  }
}

uint64_t pcs_ice_gather_wake_at(const pcs_ice_agent *agent) {
  return is_running(agent) ? agent->gathering.deadline_us : PCS_NEVER;
}

void pcs_ice_gather_forget_path(pcs_ice_agent *agent, uint32_t path_id) {
  for (uint8_t slot = 0; slot < PCS_ICE_PATHS_MAX; slot++) {
    if (!agent->paths[slot].used || agent->paths[slot].path.id != path_id) {
      continue;
    }
    for (uint8_t i = 0; i < agent->gathering.servers.num; i++) {
      pcs_transactions_drop(&agent->transactions, PCS_TRANSACTION_GATHER,
                            owner_of((question){i, slot}));
      agent->gathering.queries[i].paths_to_ask &= (uint16_t) ~(1u << slot);
    }
  }
}

/* ---- beginning ---- */

static void begin(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_generation *generation) {
  if (is_running(agent)) {
    finish(agent); /* An older gathering: its generation is not the one that is wanted now. */
  }
  agent->gathering = (pcs_ice_gathering){
      .generation = generation->number,
      .deadline_us = now_us + PCS_ICE_GATHER_US,
  };
  generation->gathering = PCS_GATHERING_GATHERING;
  agent->gathering.servers = agent->servers;
  pcs_ice_gather_hosts(agent, generation->number);
  for (uint8_t i = 0; i < agent->servers.num; i++) {
    begin_query(agent, i);
  }
}

pcs_status pcs_ice_agent_gather(pcs_ice_agent *agent, uint64_t now_us, uint32_t number) {
  pcs_ice_generation *generation = pcs_ice_generation_of(agent, number);
  if (generation == NULL) {
    return PCS_ERR_STATE;
  }
  pcs_ice_expire_consent(agent, now_us);
  if (generation->gathering == PCS_GATHERING_NEW) {
    begin(agent, now_us, generation);
    pcs_ice_session *session = pcs_ice_current(agent);
    if (session->used && session->generation == number) {
      pcs_ice_pair_up_all(agent, session);
    }
  }
  pcs_ice_step(agent, now_us);
  return PCS_OK;
}

pcs_span pcs_ice_gather_url(pcs_ice_agent *agent, uint8_t server) {
  static const char *const SCHEMES[] = {"stun:", "stuns:", "turn:", "turns:"};
  const pcs_ice_server_slot *slot = &agent->gathering.servers.entries[server];
  pcs_address literal;
  bool is_ipv6 =
      pcs_address_parse(host_of(slot), &literal) == PCS_OK && literal.family == PCS_ADDRESS_IPV6;
  pcs_writer writer;
  pcs_writer_init(&writer, agent->url, sizeof agent->url);
  pcs_writer_text(&writer, SCHEMES[slot->scheme]);
  pcs_writer_text(&writer, is_ipv6 ? "[" : "");
  pcs_writer_bytes(&writer, host_of(slot));
  pcs_writer_text(&writer, is_ipv6 ? "]" : "");
  if (slot->port != 0) {
    pcs_writer_text(&writer, ":");
    pcs_writer_decimal(&writer, slot->port);
  }
  if (slot->scheme >= PCS_SERVER_TURN) {
    pcs_writer_text(&writer,
                    slot->transport == PCS_TRANSPORT_TCP ? "?transport=tcp" : "?transport=udp");
  }
  return pcs_writer_span(&writer);
}
