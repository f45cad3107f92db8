#include "host/ice/agent_state.h"
#include "host/ice/tcp_candidate.h"

/* ---- requests ---- */

/* RFC 8445 14.3: N is how many checks wait or run. */
static uint64_t retransmission_us(const pcs_ice_agent *agent, uint8_t session) {
  size_t num = pcs_ice_pairs_count(&agent->pairs, session, PCS_PAIR_WAITING) +
               pcs_ice_pairs_count(&agent->pairs, session, PCS_PAIR_IN_PROGRESS);
  uint64_t paced_us = num * PCS_ICE_TA_US;
  return paced_us > PCS_ICE_RTO_US ? paced_us : PCS_ICE_RTO_US;
}

static bool is_on_stream(const pcs_ice_agent *agent, const pcs_ice_pair *pair) {
  return pcs_ice_tcp_of(agent, pair->path_id) != NULL;
}

static uint64_t wait_us(const pcs_ice_agent *agent, uint64_t now_us, const pcs_ice_pair *pair) {
  return is_on_stream(agent, pair) ? pcs_ice_tcp_wait_us(agent, now_us, pair)
                                   : retransmission_us(agent, pair->session);
}

static pcs_status ask(pcs_ice_agent *agent, uint64_t now_us, const pcs_ice_pair *pair,
                      pcs_transaction_purpose purpose) {
  const pcs_ice_session *session = &agent->sessions[pair->session];
  bool is_check = purpose == PCS_TRANSACTION_CHECK;
  pcs_transaction_request request = {
      .purpose = purpose,
      .owner = pair->id,
      .path_id = pair->path_id,
      .to = pair->to,
      .password = pcs_ice_remote_password(&agent->remotes[session->remote]),
      .role = agent->role,
      .nominate = is_check && pair->nominate_next && agent->role == PCS_ICE_CONTROLLING,
      .once = is_on_stream(agent, pair), /* RFC 8489 6.2.2 */
      .wait_us = is_check ? wait_us(agent, now_us, pair) : PCS_ICE_CONSENT_US,
  };
  return pcs_transactions_add(&agent->transactions, now_us, agent->random, &request);
}

void pcs_ice_check_fail(pcs_ice_agent *agent, pcs_ice_pair *pair) {
  pair->nominate_next = false;
  pair->nominated_by_peer = false;
  pair->nominated = false;
  if (pcs_ice_pair_move(pair, PCS_PAIR_FAIL) == PCS_OK && agent->selected == pair->id) {
    agent->selected = 0;
  }
  pcs_ice_tcp_release(agent, pair->id);
}

static void mark_sent(pcs_ice_pair *pair) {
  pair->triggered = 0;
  if (pcs_ice_pair_move(pair, PCS_PAIR_SEND) == PCS_OK) {
    pair->counters.requests_sent++;
  }
}

void pcs_ice_check_start(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair) {
  pcs_ice_tcp_way way = pcs_ice_tcp_prepare(agent, now_us, pair);
  /* No server is asked to let us through to where we may not send: the check goes nowhere. */
  bool may_reach = pcs_address_admit(&pair->to, pcs_ice_reach(agent)) == PCS_OK;
  bool has_way = way != PCS_ICE_TCP_NONE;
  if (!has_way || (may_reach && !pcs_ice_relay_permit(agent, now_us, pair))) {
    pair->triggered = 0;
    pcs_ice_check_fail(agent, pair);
    return;
  }
  if (way == PCS_ICE_TCP_WAITS) { /* RFC 6544 7.1: the check begins with its connection. */
    mark_sent(pair);
    return;
  }
  if (ask(agent, now_us, pair, PCS_TRANSACTION_CHECK) != PCS_OK) {
    return; /* All transactions are taken: the pair keeps its place until the next Ta. */
  }
  mark_sent(pair);
}

void pcs_ice_consent_start(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair) {
  if (ask(agent, now_us, pair, PCS_TRANSACTION_CONSENT) == PCS_OK) {
    pair->counters.requests_sent++;
    pair->counters.consent_requests_sent++;
  }
  pcs_ice_consent_asked(&pair->consent, now_us, agent->random);
}

/* RFC 8445 7.1.1: the priority a peer-reflexive candidate found by this check would have. */
static uint32_t reflexive_priority(const pcs_ice_agent *agent, uint32_t path_id) {
  const pcs_ice_path *path = pcs_ice_path_of(agent, path_id);
  const pcs_ice_tcp_stream *stream = pcs_ice_tcp_of(agent, path_id);
  uint16_t preference = path != NULL ? path->preference : 0;
  if (stream != NULL) {
    pcs_tcp_type tcp_type = stream->accepted ? PCS_TCP_PASSIVE : PCS_TCP_ACTIVE;
    return pcs_tcp_candidate_priority(PCS_CANDIDATE_PRFLX, tcp_type, preference);
  }
  return pcs_ice_candidate_priority(PCS_CANDIDATE_PRFLX, preference);
}

/* RFC 8445 7.2.2. */
static void write_check(pcs_ice_agent *agent, pcs_writer *writer,
                        const pcs_transaction *transaction, const pcs_ice_session *session) {
  const pcs_ice_generation *generation = pcs_ice_generation_of(agent, session->generation);
  pcs_stun_write_username(writer, pcs_ice_remote_ufrag(&agent->remotes[session->remote]),
                          pcs_ice_local_ufrag(generation));
  pcs_stun_write_priority(writer, reflexive_priority(agent, transaction->path_id));
  pcs_stun_write_role(writer, transaction->role, agent->tie_breaker);
  if (transaction->nominate) {
    pcs_stun_write_use_candidate(writer);
  }
  if (pcs_ice_tcp_offers_masking(agent, transaction->path_id)) {
    pcs_stun_write_masking(writer);
  }
}

pcs_status pcs_ice_check_write(pcs_ice_agent *agent, const pcs_transaction *transaction,
                               pcs_span *out_message) {
  pcs_writer writer;
  if (transaction->purpose == PCS_TRANSACTION_TURN) {
    return pcs_ice_relay_write(agent, transaction, out_message);
  }
  pcs_writer_init(&writer, agent->request, sizeof agent->request);
  pcs_transaction_begin(transaction, &writer);
  if (transaction->purpose == PCS_TRANSACTION_GATHER) {
    return pcs_stun_finish(&writer, (pcs_span){0}, out_message);
  }
  const pcs_ice_pair *pair = pcs_ice_pairs_get(&agent->pairs, transaction->owner);
  if (pair == NULL) {
    return PCS_ERR_STATE;
  }
  write_check(agent, &writer, transaction, &agent->sessions[pair->session]);
  return pcs_stun_finish(&writer, transaction->password, out_message);
}

/* ---- what comes of them ---- */

void pcs_ice_set_role(pcs_ice_agent *agent, pcs_ice_role role) {
  if (agent->role == role) {
    return;
  }
  agent->role = role;
  for (size_t i = 0; i < agent->pairs.num; i++) {
    agent->pairs.entries[i].nominate_next = false;
    agent->pairs.entries[i].nominated_by_peer = false;
  }
  pcs_ice_rank_all(agent);
}

/* RFC 8445 7.2.5.1. A consent request that met a conflict only changes the role. */
static void take_role_conflict(pcs_ice_agent *agent, pcs_ice_pair *pair,
                               const pcs_transaction *transaction) {
  if (transaction->role == agent->role) {
    pcs_ice_set_role(agent,
                     agent->role == PCS_ICE_CONTROLLING ? PCS_ICE_CONTROLLED : PCS_ICE_CONTROLLING);
    agent->tie_breaker = pcs_random_u64(agent->random);
  }
  if (transaction->purpose == PCS_TRANSACTION_CHECK &&
      pcs_ice_pair_move(pair, PCS_PAIR_TRIGGER) == PCS_OK) {
    pcs_ice_pairs_enqueue(&agent->pairs, pair);
  }
}

static void take_error(pcs_ice_agent *agent, pcs_ice_pair *pair, const pcs_transaction *transaction,
                       const pcs_stun_message *response) {
  if (response->error_code == PCS_STUN_ROLE_CONFLICT) {
    take_role_conflict(agent, pair, transaction);
  } else if (response->error_code == PCS_STUN_FORBIDDEN) {
    pcs_ice_consent_lost(agent, pair); /* RFC 7675 5.2 */
  } else if (transaction->purpose == PCS_TRANSACTION_CHECK) {
    pcs_ice_check_fail(agent, pair);
  }
}

/* RFC 6544 4.5: an active candidate's port is none; whatever the connection has is its own. */
static bool is_own_port(const pcs_ice_candidate *base, const pcs_address *mapped) {
  pcs_address seen = *mapped;
  seen.port = base->base.port;
  return base->tcp_type == PCS_TCP_ACTIVE && pcs_address_equal(&seen, &base->base);
}

/* RFC 8445 7.2.5.3.1: the address the other side saw is a candidate of ours, perhaps a new one. */
static uint32_t learn_local(pcs_ice_agent *agent, const pcs_ice_pair *pair,
                            const pcs_address *mapped) {
  uint32_t generation = agent->sessions[pair->session].generation;
  const pcs_ice_candidate *base = pcs_ice_candidates_get(&agent->local, pair->local_id);
  if (base == NULL || is_own_port(base, mapped)) {
    return pair->local_id;
  }
  const pcs_ice_candidate *known =
      base->tcp_type == PCS_TCP_NONE ? pcs_ice_candidates_at(&agent->local, generation, mapped)
                                     : pcs_ice_candidates_at_tcp(&agent->local, generation, mapped);
  if (known != NULL) {
    return known->id;
  }
  pcs_ice_candidate found = {
      .id = pcs_ice_next_id(agent),
      .owner = generation,
      .type = PCS_CANDIDATE_PRFLX,
      .tcp_type = base->tcp_type,
      .priority = reflexive_priority(agent, pair->path_id),
      .address = *mapped,
      .base = base->base,
      .related = base->base,
      .path_id = pair->path_id,
  };
  pcs_ice_candidates_set_foundation(&agent->local, &found);
  return pcs_ice_candidates_add(&agent->local, &found) != NULL ? found.id : pair->local_id;
}

static void take_round_trip(pcs_ice_pair *pair, uint64_t now_us,
                            const pcs_transaction *transaction) {
  pair->counters.responses_received++;
  if (transaction->num_sent == 1) { /* else nobody knows which sending was answered */
    pair->counters.round_trip_us = (uint32_t)(now_us - transaction->sent_us);
    pair->counters.total_round_trip_us += pair->counters.round_trip_us;
  }
}

/* RFC 8445 7.2.5.3. */
static void take_success(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair,
                         const pcs_transaction *transaction, const pcs_address *mapped) {
  pcs_ice_session *session = &agent->sessions[pair->session];
  if (pcs_ice_pair_move(pair, PCS_PAIR_SUCCEED) != PCS_OK) {
    return; /* It failed before: the answer to a check that was given up. */
  }
  pair->valid_local_id = learn_local(agent, pair, mapped);
  pcs_ice_rank_all(agent);
  pcs_ice_consent_grant(&pair->consent, now_us);
  session->first_valid_us = pcs_ice_earlier(session->first_valid_us, now_us);
  pcs_ice_pairs_thaw(&agent->pairs, pair->session, pair->foundation);
  bool nominated = transaction->nominate || pair->nominated_by_peer;
  if (!pair->nominate_next || transaction->nominate) {
    pair->triggered = 0;
    pcs_transactions_drop(&agent->transactions, PCS_TRANSACTION_CHECK, pair->id);
  }
  if (nominated) {
    pcs_ice_nominated(agent, pair);
  }
}

static void take_response(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair,
                          const pcs_transaction *transaction, const pcs_stun_message *response) {
  const uint32_t mapped = PCS_STUN_HAS_MAPPED | PCS_STUN_HAS_XOR_MAPPED;
  take_round_trip(pair, now_us, transaction);
  if (response->num_unknown > 0) { /* RFC 8489 6.3.3: it is as if it had failed */
    if (transaction->purpose == PCS_TRANSACTION_CHECK) {
      pcs_ice_check_fail(agent, pair);
    }
  } else if (response->kind == PCS_STUN_ERROR) {
    take_error(agent, pair, transaction, response);
  } else if (transaction->purpose == PCS_TRANSACTION_CONSENT) {
    pcs_ice_consent_answer(&pair->consent, now_us);
  } else if ((response->has & mapped) != 0 &&
             pcs_ice_tcp_prove(agent, now_us, pair->path_id, response) == PCS_OK) {
    take_success(agent, now_us, pair, transaction, &response->mapped);
  } else {
    pcs_ice_check_fail(agent, pair);
  }
}

void pcs_ice_check_response(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                            const pcs_address *from, const pcs_stun_message *response) {
  pcs_transaction transaction;
  pcs_transaction_match match =
      pcs_transactions_match(&agent->transactions, response, path_id, from, &transaction);
  if (match == PCS_TRANSACTION_NO_MATCH) {
    return;
  }
  if (match == PCS_TRANSACTION_MATCH) {
    pcs_ice_was_answered(agent, now_us, &transaction);
  }
  if (transaction.purpose == PCS_TRANSACTION_GATHER) {
    pcs_ice_gather_answered(agent, &transaction, response);
    return;
  }
  if (transaction.purpose == PCS_TRANSACTION_TURN) {
    pcs_ice_relay_answered(agent, now_us, &transaction, response);
    return;
  }
  pcs_ice_pair *pair = pcs_ice_pairs_find(&agent->pairs, transaction.owner);
  if (pair == NULL) {
    return;
  }
  if (match == PCS_TRANSACTION_ASYMMETRIC) {
    pcs_ice_check_fail(agent, pair); /* RFC 8445 7.2.5.2.1 */
    return;
  }
  take_response(agent, now_us, pair, &transaction, response);
}

void pcs_ice_check_expire(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_transaction transaction;
  while (pcs_transactions_expire(&agent->transactions, now_us, &transaction)) {
    if (transaction.purpose == PCS_TRANSACTION_TURN) {
      pcs_ice_relay_unanswered(agent, now_us, &transaction);
      continue;
    }
    pcs_ice_pair *pair = pcs_ice_pairs_find(&agent->pairs, transaction.owner);
    if (transaction.purpose == PCS_TRANSACTION_CHECK && !transaction.cancelled && pair != NULL) {
      pcs_ice_check_fail(agent, pair);
    }
  }
}
