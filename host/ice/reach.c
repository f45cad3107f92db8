#include "core/policy/address.h"
#include "host/ice/agent_state.h"

/* A connection's first packets, when nobody answers it. */
#define STREAM_BYTES 240

static bool has_loopback_socket(const pcs_ice_agent *agent) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (agent->paths[i].used && pcs_address_is_loopback(&agent->paths[i].path.address)) {
      return true;
    }
  }
  return false;
}

pcs_reach pcs_ice_reach(const pcs_ice_agent *agent) {
  return has_loopback_socket(agent) ? PCS_REACH_LOOPBACK : pcs_reach_of_peers(&agent->reach_facts);
}

pcs_reach pcs_ice_reach_servers(const pcs_ice_agent *agent) {
  return has_loopback_socket(agent) ? PCS_REACH_LOOPBACK
                                    : pcs_reach_of_servers(&agent->reach_facts);
}

static pcs_question_kind kind_of(const pcs_ice_agent *agent, const pcs_address *to) {
  pcs_reach needs = pcs_reach_judge(to).needs;
  if (needs == PCS_REACH_LOOPBACK) {
    return PCS_QUESTION_FREE;
  }
  bool is_tight = needs == PCS_REACH_NETWORK && !pcs_reach_is_granted(&agent->reach_facts);
  return is_tight ? PCS_QUESTION_LOCAL : PCS_QUESTION_PLAIN;
}

static bool spend(pcs_ice_agent *agent, const pcs_address *to, size_t message_len,
                  uint32_t *spent_bytes) {
  return agent->questions == NULL ||
         pcs_questions_spend(agent->questions, agent->step_us, to, kind_of(agent, to), message_len,
                             spent_bytes);
}

/* Who is asked has agreed: a peer by consent, a server by the connection it took or the allocation
 * it gave. */
static bool has_agreed(const pcs_ice_agent *agent, const pcs_transaction *transaction) {
  if (transaction->path_id >= PCS_ICE_STREAM_PATH_FIRST) {
    return true;
  }
  if (transaction->purpose == PCS_TRANSACTION_TURN) {
    return agent->relays[transaction->owner >> 16].turn.state >= PCS_TURN_READY;
  }
  const pcs_ice_pair *pair = transaction->purpose == PCS_TRANSACTION_GATHER
                                 ? NULL
                                 : pcs_ice_pairs_get(&agent->pairs, transaction->owner);
  return pair != NULL && pcs_ice_consent_is_fresh(&pair->consent, agent->step_us);
}

static bool is_to_server(const pcs_transaction *transaction) {
  return transaction->purpose == PCS_TRANSACTION_GATHER ||
         transaction->purpose == PCS_TRANSACTION_TURN;
}

bool pcs_ice_may_ask(pcs_ice_agent *agent, pcs_transaction *transaction, size_t message_len) {
  pcs_reach reach = is_to_server(transaction) ? pcs_ice_reach_servers(agent) : pcs_ice_reach(agent);
  if (pcs_address_admit(&transaction->to, reach) != PCS_OK) {
    return false;
  }
  return has_agreed(agent, transaction) ||
         spend(agent, &transaction->to, message_len, &transaction->spent_bytes);
}

bool pcs_ice_may_connect(pcs_ice_agent *agent, const pcs_address *to, pcs_reach reach) {
  uint32_t spent_bytes = 0;
  return pcs_address_admit(to, reach) == PCS_OK && spend(agent, to, STREAM_BYTES, &spent_bytes);
}

void pcs_ice_has_connected(pcs_ice_agent *agent, uint64_t now_us, const pcs_address *to) {
  if (agent->questions != NULL && kind_of(agent, to) != PCS_QUESTION_FREE) {
    pcs_questions_answered(agent->questions, now_us, to, STREAM_BYTES + PCS_QUESTION_HEADER_BYTES);
  }
}

void pcs_ice_was_answered(pcs_ice_agent *agent, uint64_t now_us,
                          const pcs_transaction *transaction) {
  if (agent->questions != NULL && transaction->spent_bytes > 0) {
    pcs_questions_answered(agent->questions, now_us, &transaction->to, transaction->spent_bytes);
  }
}

/* What consent the origin's rights no longer cover is as lost as if it had been taken back. */
static void end_unreachable(pcs_ice_agent *agent) {
  for (size_t i = agent->pairs.num; i > 0; i--) {
    if (i <= agent->pairs.num) {
      pcs_ice_pair *pair = &agent->pairs.entries[i - 1];
      if (pair->state == PCS_PAIR_SUCCEEDED &&
          pcs_address_admit(&pair->to, pcs_ice_reach(agent)) != PCS_OK) {
        pcs_ice_consent_lost(agent, pair);
      }
    }
  }
}

void pcs_ice_agent_set_reach(pcs_ice_agent *agent, uint64_t now_us, const pcs_reach_facts *facts) {
  pcs_ice_expire_consent(agent, now_us);
  agent->reach_facts = *facts;
  end_unreachable(agent);
  pcs_ice_step(agent, now_us);
}
