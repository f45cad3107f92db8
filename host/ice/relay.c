#include "host/ice/agent_state.h"

/* RFC 8489 6.2.2: how long an answer over a reliable way is awaited. */
#define RELIABLE_WAIT_US 39500000u

/* Which allocation, what of it, and for whom: the number of a transaction. */
static uint32_t owner_of(const pcs_ice_agent *agent, const pcs_ice_relay *relay, pcs_turn_ask ask) {
  return (uint32_t)(relay - agent->relays) << 16 | (uint32_t)ask.task << 8 | ask.index;
}

static pcs_turn_ask ask_of(uint32_t owner) {
  return (pcs_turn_ask){.task = (pcs_turn_task)(owner >> 8 & 0xff), .index = (uint8_t)owner};
}

static bool is_pending(const pcs_ice_relay *relay) {
  return relay->turn.state == PCS_TURN_CONNECTING || relay->turn.state == PCS_TURN_ALLOCATING;
}

static bool is_of_gathering(const pcs_ice_agent *agent, const pcs_ice_relay *relay) {
  return agent->gathering.generation != 0 && relay->generation == agent->gathering.generation;
}

/* ---- relayed paths ---- */

static uint8_t family_index(const pcs_address *address) {
  return address->family == PCS_ADDRESS_IPV6 ? 1 : 0;
}

const pcs_ice_relay *pcs_ice_relay_of(const pcs_ice_agent *agent, uint32_t path_id) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    const pcs_ice_relay *relay = &agent->relays[i];
    bool is_it = relay->paths[0].id == path_id || relay->paths[1].id == path_id;
    if (path_id >= PCS_ICE_RELAY_PATH_FIRST && relay->turn.state == PCS_TURN_READY && is_it) {
      return relay;
    }
  }
  return NULL;
}

const pcs_ice_path *pcs_ice_relay_path_of(const pcs_ice_agent *agent, uint32_t path_id) {
  const pcs_ice_relay *carried = pcs_ice_relay_on_stream(agent, path_id);
  if (carried != NULL) {
    return pcs_ice_path_of(agent, carried->via);
  }
  const pcs_ice_relay *relay = pcs_ice_relay_of(agent, path_id);
  if (relay == NULL) {
    return NULL;
  }
  return relay->paths[0].id == path_id ? &relay->paths[0] : &relay->paths[1];
}

static pcs_ice_relay *relay_of(pcs_ice_agent *agent, uint32_t path_id) {
  const pcs_ice_relay *relay = pcs_ice_relay_of(agent, path_id);
  return relay != NULL ? &agent->relays[relay - agent->relays] : NULL;
}

/* What a relay costs least comes first; then as the socket that it goes through. */
static uint16_t preference_of(const pcs_ice_agent *agent, const pcs_ice_relay *relay) {
  const pcs_ice_path *path = pcs_ice_path_of(agent, relay->via);
  unsigned rank = 2u - (unsigned)relay->turn.carrier;
  return (uint16_t)(rank << 14 | (path != NULL ? path->preference >> 2 : 0u));
}

static void name_paths(pcs_ice_agent *agent, pcs_ice_relay *relay) {
  const pcs_ice_path *through = pcs_ice_path_of(agent, relay->via);
  for (size_t i = 0; i < 2; i++) {
    if (relay->turn.relayed[i].family != PCS_ADDRESS_NONE) {
      relay->paths[i] = (pcs_ice_path){
          .id = PCS_ICE_RELAY_PATH_FIRST + ++agent->last_relay_path,
          .address = relay->turn.relayed[i],
          .preference = preference_of(agent, relay),
          .network = through != NULL ? through->network : 0,
      };
    }
  }
}

/* ---- candidates ---- */

/* RFC 8827 6.4: when only relays may be known of us, the address behind them is hidden. */
static pcs_address related_to(const pcs_ice_agent *agent, const pcs_ice_relay *relay) {
  bool may_tell = pcs_ice_may_tell(agent) && !pcs_ice_relays_only(agent);
  return may_tell ? relay->turn.mapped : (pcs_address){0};
}

/* RFC 8445 5.1.1.2: a relayed candidate is its own base. */
static void add_relayed(pcs_ice_agent *agent, const pcs_ice_relay *relay, uint8_t family) {
  const pcs_ice_path *path = &relay->paths[family];
  /* A server without an address of the family may give the unspecified one: nobody reaches that. */
  if (path->id == 0 || pcs_address_admit(&path->address, pcs_ice_reach(agent)) != PCS_OK ||
      pcs_ice_candidates_at(&agent->local, relay->generation, &path->address) != NULL) {
    return;
  }
  pcs_ice_candidate relayed = {
      .id = pcs_ice_next_id(agent),
      .owner = relay->generation,
      .type = PCS_CANDIDATE_RELAY,
      .priority = pcs_ice_candidate_priority(PCS_CANDIDATE_RELAY, path->preference),
      .address = path->address,
      .base = path->address,
      .related = related_to(agent, relay),
      .path_id = path->id,
      .server = relay->query,
  };
  pcs_ice_candidates_set_foundation(&agent->local, &relayed);
  (void)pcs_ice_candidates_add(&agent->local, &relayed);
}

static void add_candidates(pcs_ice_agent *agent, const pcs_ice_relay *relay) {
  const pcs_ice_path *through = pcs_ice_path_of(agent, relay->via);
  if (through != NULL && !pcs_ice_relays_only(agent) &&
      relay->turn.carrier == PCS_TURN_OVER_UDP) {
    pcs_ice_gather_reflexive(agent, relay->query, through, &relay->turn.mapped);
  }
  add_relayed(agent, relay, 0);
  add_relayed(agent, relay, 1);
  agent->gathering.queries[relay->query].answered = true;
  pcs_ice_session *session = pcs_ice_current(agent);
  if (session->used && session->generation == relay->generation) {
    pcs_ice_pair_up_all(agent, session);
    pcs_ice_pairs_thaw_idle(&agent->pairs, agent->current);
  }
}

static bool has_candidates(const pcs_ice_agent *agent, const pcs_ice_relay *relay) {
  for (size_t i = 0; i < agent->local.num; i++) {
    uint32_t path_id = agent->local.entries[i].path_id;
    if (path_id == relay->paths[0].id || path_id == relay->paths[1].id) {
      return true;
    }
  }
  return false;
}

/* ---- life ---- */

/* Its pairs and candidates go; the server is not told. */
static void end_relay(pcs_ice_agent *agent, pcs_ice_relay *relay) {
  for (size_t i = 0; i < 2; i++) {
    if (relay->paths[i].id != 0) {
      pcs_ice_forget_path(agent, relay->paths[i].id);
    }
  }
  pcs_ice_relay_close_stream(agent, relay);
  uint32_t first = (uint32_t)(relay - agent->relays) << 16;
  pcs_transactions_drop_range(&agent->transactions, PCS_TRANSACTION_TURN, first, first | 0xffff);
  pcs_turn_clear(&relay->turn);
  *relay = (pcs_ice_relay){0};
}

/* That a server was not reached is told when all time is over and not before: a port that refuses,
 * one where something else listens and one that drops would be told apart (requirement X10). */
static void note_error(pcs_ice_agent *agent, const pcs_ice_relay *relay, uint16_t code) {
  if (is_of_gathering(agent, relay) && code != 0 && code != PCS_TURN_UNREACHED) {
    agent->gathering.queries[relay->query].error_code = code;
  }
}

void pcs_ice_relay_lost(pcs_ice_agent *agent, pcs_ice_relay *relay) {
  note_error(agent, relay, relay->turn.error_code);
  end_relay(agent, relay);
}

static pcs_ice_relay *find_relay(pcs_ice_agent *agent, uint32_t path_id, pcs_turn_carrier carrier,
                                 const pcs_address *to) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    pcs_ice_relay *relay = &agent->relays[i];
    if (relay->turn.state != PCS_TURN_NONE && relay->via == path_id &&
        relay->turn.carrier == carrier && pcs_address_equal(&relay->server, to)) {
      return relay;
    }
  }
  return NULL;
}

static pcs_ice_relay *free_relay(pcs_ice_agent *agent) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    if (agent->relays[i].turn.state == PCS_TURN_NONE) {
      return &agent->relays[i];
    }
  }
  return NULL;
}

static pcs_ice_server login_of(const pcs_ice_server_slot *slot) {
  return (pcs_ice_server){
      .username = {(const uint8_t *)slot->username, slot->username_len},
      .credential = {(const uint8_t *)slot->credential, slot->credential_len},
  };
}

static bool is_same_login(const pcs_turn_credential *a, const pcs_ice_server *b) {
  return pcs_span_equal((pcs_span){a->username, a->username_len}, b->username) &&
         pcs_span_equal((pcs_span){a->password, a->password_len}, b->credential);
}

/* One 5-tuple has one allocation (RFC 8656 5): a restart gathers what is there already. */
static bool join(pcs_ice_agent *agent, pcs_ice_relay *relay, uint8_t server,
                 const pcs_ice_server *login) {
  if (!is_same_login(&relay->turn.credential, login) || relay->turn.state >= PCS_TURN_RELEASING) {
    agent->gathering.queries[server].error_code = PCS_TURN_ALLOCATION_MISMATCH;
    return false;
  }
  relay->query = server;
  relay->generation = agent->gathering.generation;
  if (relay->turn.state == PCS_TURN_READY) {
    add_candidates(agent, relay);
  }
  return false;
}

bool pcs_ice_relay_ask(pcs_ice_agent *agent, uint64_t now_us, uint8_t server, uint32_t path_id,
                       const pcs_address *to) {
  const pcs_ice_server_slot *slot = &agent->gathering.servers.entries[server];
  pcs_ice_server login = login_of(slot);
  pcs_turn_carrier carrier = pcs_ice_gather_carrier(slot);
  pcs_ice_relay *relay = find_relay(agent, path_id, carrier, to);
  if (relay != NULL) {
    return join(agent, relay, server, &login);
  }
  relay = free_relay(agent);
  if (relay == NULL) {
    return false;
  }
  *relay = (pcs_ice_relay){.path_id = path_id,
                           .via = path_id,
                           .server = *to,
                           .query = server,
                           .generation = agent->gathering.generation};
  if (pcs_turn_init(&relay->turn, now_us, carrier, to, &login) != PCS_OK) {
    *relay = (pcs_ice_relay){0};
    return false;
  }
  if (carrier != PCS_TURN_OVER_UDP) {
    pcs_ice_relay_open_stream(agent, relay);
  }
  return true;
}

bool pcs_ice_relay_is_awaited(const pcs_ice_agent *agent) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    if (is_pending(&agent->relays[i]) && is_of_gathering(agent, &agent->relays[i])) {
      return true;
    }
  }
  return false;
}

void pcs_ice_relay_stop_waiting(pcs_ice_agent *agent) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    if (is_pending(&agent->relays[i])) {
      end_relay(agent, &agent->relays[i]);
    }
  }
}

void pcs_ice_relay_forget_path(pcs_ice_agent *agent, uint32_t path_id) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    pcs_ice_relay *relay = &agent->relays[i];
    /* A stream was bound to no socket of ours: it goes on until its own end is heard. */
    if (relay->turn.state != PCS_TURN_NONE && relay->via == path_id &&
        !pcs_ice_relay_is_stream(relay)) {
      end_relay(agent, relay);
    }
  }
}

/* ---- what servers say ---- */

/* RFC 8656 7.4: a page's server may not send us where the page itself could not. */
static bool may_redirect(const pcs_ice_agent *agent, const pcs_ice_relay *relay) {
  return pcs_address_admit(&relay->turn.server, pcs_ice_reach_servers(agent)) == PCS_OK &&
         pcs_address_is_loopback(&relay->turn.server) == pcs_address_is_loopback(&relay->server);
}

static void fail_pairs_to(pcs_ice_agent *agent, const pcs_ice_relay *relay, pcs_ice_pair *pair) {
  bool is_ours = pair->path_id == relay->paths[0].id || pair->path_id == relay->paths[1].id;
  if (is_ours && pcs_turn_peers_refuses(&relay->turn.peers, agent->step_us, &pair->to)) {
    pcs_ice_check_fail(agent, pair);
  }
}

static void take_outcome(pcs_ice_agent *agent, pcs_ice_relay *relay, pcs_turn_outcome outcome) {
  switch (outcome) {
  case PCS_TURN_NOTHING:
    return;
  case PCS_TURN_ALLOCATED:
    name_paths(agent, relay);
    if (is_of_gathering(agent, relay)) {
      add_candidates(agent, relay);
    }
    return;
  case PCS_TURN_REDIRECTED:
    if (!may_redirect(agent, relay)) {
      note_error(agent, relay, PCS_TURN_TRY_ALTERNATE);
      end_relay(agent, relay);
    } else if (pcs_ice_relay_is_stream(relay)) {
      pcs_ice_relay_close_stream(agent, relay);
      pcs_ice_relay_open_stream(agent, relay);
    }
    return;
  case PCS_TURN_REFUSED:
    for (size_t i = 0; i < agent->pairs.num; i++) {
      fail_pairs_to(agent, relay, &agent->pairs.entries[i]);
    }
    return;
  case PCS_TURN_LOST:
    pcs_ice_relay_lost(agent, relay);
    return;
  }
}

void pcs_ice_relay_answered(pcs_ice_agent *agent, uint64_t now_us,
                            const pcs_transaction *transaction, const pcs_stun_message *response) {
  pcs_ice_relay *relay = &agent->relays[transaction->owner >> 16];
  pcs_turn_response said = {.message = response, .had_credentials = transaction->password.len > 0};
  take_outcome(agent, relay,
               pcs_turn_answer(&relay->turn, now_us, ask_of(transaction->owner), &said));
}

void pcs_ice_relay_unanswered(pcs_ice_agent *agent, uint64_t now_us,
                              const pcs_transaction *transaction) {
  pcs_ice_relay *relay = &agent->relays[transaction->owner >> 16];
  take_outcome(agent, relay, pcs_turn_unanswered(&relay->turn, now_us, ask_of(transaction->owner)));
}

/* ---- what servers are asked ---- */

bool pcs_ice_relay_permit(pcs_ice_agent *agent, uint64_t now_us, const pcs_ice_pair *pair) {
  pcs_ice_relay *relay = relay_of(agent, pair->path_id);
  if (relay == NULL) {
    return pair->path_id < PCS_ICE_RELAY_PATH_FIRST || pair->path_id >= PCS_ICE_STREAM_PATH_FIRST;
  }
  return pcs_turn_peers_permit(&relay->turn.peers, now_us, &pair->to) == PCS_OK;
}

static bool is_pair_to(const pcs_ice_pair *pair, const pcs_ice_relay *relay,
                       const pcs_turn_entry *entry) {
  pcs_address to = pair->to;
  if (entry->channel == 0) {
    to.port = 0;
  }
  bool is_worth_it =
      entry->channel == 0 ? pair->state != PCS_PAIR_FAILED : pair->state == PCS_PAIR_SUCCEEDED;
  return is_worth_it && pair->path_id == relay->paths[family_index(&to)].id &&
         pcs_address_equal(&entry->address, &to);
}

/* What no pair needs any more is left to expire: the server then lets nobody in. */
static void let_go_unwanted(const pcs_ice_agent *agent, const pcs_ice_relay *relay, uint64_t now_us,
                            pcs_turn_entry *entry) {
  if (entry->grant != PCS_TURN_GRANT_HELD || !pcs_turn_entry_is_due(entry, now_us)) {
    return;
  }
  for (size_t i = 0; i < agent->pairs.num; i++) {
    if (is_pair_to(&agent->pairs.entries[i], relay, entry)) {
      return;
    }
  }
  pcs_turn_entry_let_go(entry);
}

static void review_peers(const pcs_ice_agent *agent, pcs_ice_relay *relay, uint64_t now_us) {
  pcs_turn_peers *peers = &relay->turn.peers;
  for (size_t i = 0; i < PCS_TURN_PERMISSIONS_MAX; i++) {
    let_go_unwanted(agent, relay, now_us, &peers->permissions[i]);
  }
  for (size_t i = 0; i < PCS_TURN_CHANNELS_MAX; i++) {
    let_go_unwanted(agent, relay, now_us, &peers->channels[i]);
  }
}

/* A channel for each valid pair, so that data can go the moment the pair is selected. */
static void bind_valid_pairs(pcs_ice_agent *agent, uint64_t now_us) {
  for (size_t i = 0; i < agent->pairs.num; i++) {
    const pcs_ice_pair *pair = &agent->pairs.entries[i];
    pcs_ice_relay *relay = relay_of(agent, pair->path_id);
    if (relay != NULL && pair->state == PCS_PAIR_SUCCEEDED) {
      /* Refused or no place: the pair carries no data (select.c asks for the route). */
      pcs_status status = pcs_turn_peers_bind(&relay->turn.peers, now_us, &pair->to);
      (void)status;
    }
  }
}

static bool send_request(pcs_ice_agent *agent, uint64_t now_us, const pcs_ice_relay *relay,
                         pcs_turn_ask ask) {
  bool is_reliable = pcs_ice_relay_is_stream(relay);
  pcs_transaction_request request = {
      .purpose = PCS_TRANSACTION_TURN,
      .owner = owner_of(agent, relay, ask),
      .path_id = relay->path_id,
      .to = relay->turn.server,
      .password = pcs_turn_credential_key(&relay->turn.credential),
      .integrity = relay->turn.credential.integrity,
      .once = is_reliable,
      .wait_us = is_reliable ? RELIABLE_WAIT_US : PCS_ICE_RTO_US,
  };
  return pcs_transactions_add(&agent->transactions, now_us, agent->random, &request) == PCS_OK;
}

static void ask_server(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_relay *relay) {
  pcs_turn_ask ask;
  while (pcs_turn_next(&relay->turn, now_us, &ask)) {
    if (!send_request(agent, now_us, relay, ask)) {
      take_outcome(agent, relay, pcs_turn_unanswered(&relay->turn, now_us, ask));
    }
  }
}

/* It serves no generation, and none is being gathered that it might. */
static bool is_useless(const pcs_ice_agent *agent, const pcs_ice_relay *relay) {
  return relay->turn.state == PCS_TURN_READY && !has_candidates(agent, relay) &&
         (!is_of_gathering(agent, relay) || agent->gathering.deadline_us == PCS_NEVER);
}

static void step_relay(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_relay *relay) {
  if (pcs_turn_expire(&relay->turn, now_us)) {
    take_outcome(agent, relay, PCS_TURN_LOST);
    return;
  }
  if (is_useless(agent, relay)) {
    pcs_turn_release(&relay->turn, now_us);
  }
  review_peers(agent, relay, now_us);
  ask_server(agent, now_us, relay);
}

void pcs_ice_relay_step(pcs_ice_agent *agent, uint64_t now_us) {
  bool has_any = false;
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    has_any = has_any || agent->relays[i].turn.state == PCS_TURN_READY;
  }
  if (has_any) {
    bind_valid_pairs(agent, now_us);
  }
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    if (agent->relays[i].turn.state != PCS_TURN_NONE) {
      step_relay(agent, now_us, &agent->relays[i]);
    }
  }
}

uint64_t pcs_ice_relay_wake_at(const pcs_ice_agent *agent) {
  uint64_t wake_us = PCS_NEVER;
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    if (agent->relays[i].turn.state != PCS_TURN_NONE) {
      wake_us = pcs_ice_earlier(wake_us, pcs_turn_wake_at(&agent->relays[i].turn));
    }
  }
  return wake_us;
}

void pcs_ice_agent_close(pcs_ice_agent *agent, uint64_t now_us) {
  for (size_t i = 0; i < PCS_ICE_RELAYS_MAX; i++) {
    if (agent->relays[i].turn.state == PCS_TURN_READY) {
      pcs_turn_release(&agent->relays[i].turn, now_us);
    }
  }
  pcs_ice_relay_step(agent, now_us);
}
