#include "host/ice/pair.h"

#include <assert.h>

typedef struct pair_move {
  pcs_pair_state from;
  pcs_pair_event event;
  pcs_pair_state to;
} pair_move;

/* RFC 8445 6.1.2.6. A pair that succeeded is checked again without leaving its state: to nominate
 * it (8.1.1) or to regain consent. */
static const pair_move MOVES[] = {
    {PCS_PAIR_FROZEN, PCS_PAIR_UNFREEZE, PCS_PAIR_WAITING},
    {PCS_PAIR_FROZEN, PCS_PAIR_TRIGGER, PCS_PAIR_WAITING},
    {PCS_PAIR_WAITING, PCS_PAIR_TRIGGER, PCS_PAIR_WAITING},
    {PCS_PAIR_IN_PROGRESS, PCS_PAIR_TRIGGER, PCS_PAIR_WAITING},
    {PCS_PAIR_FAILED, PCS_PAIR_TRIGGER, PCS_PAIR_WAITING},
    {PCS_PAIR_SUCCEEDED, PCS_PAIR_TRIGGER, PCS_PAIR_SUCCEEDED},
    {PCS_PAIR_WAITING, PCS_PAIR_SEND, PCS_PAIR_IN_PROGRESS},
    {PCS_PAIR_SUCCEEDED, PCS_PAIR_SEND, PCS_PAIR_SUCCEEDED},
    /* Waiting: the answer to a check that a triggered one was to replace. */
    {PCS_PAIR_WAITING, PCS_PAIR_SUCCEED, PCS_PAIR_SUCCEEDED},
    {PCS_PAIR_IN_PROGRESS, PCS_PAIR_SUCCEED, PCS_PAIR_SUCCEEDED},
    {PCS_PAIR_SUCCEEDED, PCS_PAIR_SUCCEED, PCS_PAIR_SUCCEEDED},
    {PCS_PAIR_WAITING, PCS_PAIR_FAIL, PCS_PAIR_FAILED},
    {PCS_PAIR_IN_PROGRESS, PCS_PAIR_FAIL, PCS_PAIR_FAILED},
    {PCS_PAIR_SUCCEEDED, PCS_PAIR_FAIL, PCS_PAIR_FAILED},
};

uint64_t pcs_ice_pair_priority(pcs_pair_rank rank) {
  uint64_t low = rank.controlling < rank.controlled ? rank.controlling : rank.controlled;
  uint64_t high = rank.controlling < rank.controlled ? rank.controlled : rank.controlling;
  return (low << 32) + 2 * high + (rank.controlling > rank.controlled ? 1 : 0);
}

pcs_status pcs_ice_pair_move(pcs_ice_pair *pair, pcs_pair_event event) {
  for (size_t i = 0; i < sizeof MOVES / sizeof MOVES[0]; i++) {
    if (MOVES[i].from == pair->state && MOVES[i].event == event) {
      pair->state = MOVES[i].to;
      return PCS_OK;
    }
  }
  return PCS_ERR_STATE;
}

const char *pcs_pair_state_name(pcs_pair_state state) {
  static const char *const NAMES[] = {"frozen", "waiting", "in-progress", "failed", "succeeded"};
  return (unsigned)state < sizeof NAMES / sizeof NAMES[0] ? NAMES[state] : "unknown";
}

/* Nothing depends on a pair that is neither being asked nor of use. */
static bool may_give_up(const pcs_ice_pair *pair) {
  return pair->state != PCS_PAIR_SUCCEEDED && pair->state != PCS_PAIR_IN_PROGRESS;
}

static pcs_ice_pair *least_of(pcs_ice_pairs *table) {
  pcs_ice_pair *least = NULL;
  for (size_t i = 0; i < table->num; i++) {
    pcs_ice_pair *pair = &table->entries[i];
    if (may_give_up(pair) && (least == NULL || pair->priority < least->priority)) {
      least = pair;
    }
  }
  return least;
}

pcs_ice_pair *pcs_ice_pairs_add(pcs_ice_pairs *table, const pcs_ice_pair *pair,
                                uint32_t *out_dropped) {
  *out_dropped = 0;
  if (table->num < PCS_PAIRS_MAX) {
    table->entries[table->num] = *pair;
    return &table->entries[table->num++];
  }
  pcs_ice_pair *least = least_of(table);
  if (least == NULL || least->priority >= pair->priority) {
    return NULL;
  }
  *out_dropped = least->id;
  *least = *pair;
  return least;
}

void pcs_ice_pairs_drop(pcs_ice_pairs *table, uint32_t id) {
  pcs_ice_pair *pair = pcs_ice_pairs_find(table, id);
  if (pair != NULL) {
    table->num--;
    *pair = table->entries[table->num];
  }
}

pcs_ice_pair *pcs_ice_pairs_find(pcs_ice_pairs *table, uint32_t id) {
  for (size_t i = 0; i < table->num; i++) {
    if (table->entries[i].id == id) {
      return &table->entries[i];
    }
  }
  return NULL;
}

const pcs_ice_pair *pcs_ice_pairs_get(const pcs_ice_pairs *table, uint32_t id) {
  for (size_t i = 0; i < table->num; i++) {
    if (table->entries[i].id == id) {
      return &table->entries[i];
    }
  }
  return NULL;
}

pcs_ice_pair *pcs_ice_pairs_between(pcs_ice_pairs *table, uint8_t session, uint32_t path_id,
                                    const pcs_address *to) {
  for (size_t i = 0; i < table->num; i++) {
    pcs_ice_pair *pair = &table->entries[i];
    if (pair->session == session && pair->path_id == path_id && pcs_address_equal(&pair->to, to)) {
      return pair;
    }
  }
  return NULL;
}

void pcs_ice_pairs_enqueue(pcs_ice_pairs *table, pcs_ice_pair *pair) {
  if (pair->triggered == 0) {
    pair->triggered = ++table->last_triggered;
  }
}

pcs_ice_pair *pcs_ice_pairs_next_triggered(pcs_ice_pairs *table) {
  pcs_ice_pair *next = NULL;
  for (size_t i = 0; i < table->num; i++) {
    pcs_ice_pair *pair = &table->entries[i];
    if (pair->triggered != 0 && (next == NULL || pair->triggered < next->triggered)) {
      next = pair;
    }
  }
  return next;
}

pcs_ice_pair *pcs_ice_pairs_best(pcs_ice_pairs *table, uint8_t session, pcs_pair_state state) {
  pcs_ice_pair *best = NULL;
  for (size_t i = 0; i < table->num; i++) {
    pcs_ice_pair *pair = &table->entries[i];
    if (pair->session == session && pair->state == state &&
        (best == NULL || pair->priority > best->priority)) {
      best = pair;
    }
  }
  return best;
}

size_t pcs_ice_pairs_count(const pcs_ice_pairs *table, uint8_t session, pcs_pair_state state) {
  size_t count = 0;
  for (size_t i = 0; i < table->num; i++) {
    count += table->entries[i].session == session && table->entries[i].state == state;
  }
  return count;
}

/* What is not frozen stays as it is: the table has no such move. */
static void thaw(pcs_ice_pair *pair) {
  pcs_status status = pcs_ice_pair_move(pair, PCS_PAIR_UNFREEZE);
  assert(status == PCS_OK || pair->state != PCS_PAIR_FROZEN);
}

void pcs_ice_pairs_thaw(pcs_ice_pairs *table, uint8_t session, uint64_t foundation) {
  for (size_t i = 0; i < table->num; i++) {
    pcs_ice_pair *pair = &table->entries[i];
    if (pair->session == session && pair->foundation == foundation) {
      thaw(pair);
    }
  }
}

/* A frozen pair waits for another of its foundation: one that is under way, or a better frozen one
 * that goes first. */
static bool waits_for(const pcs_ice_pair *pair, const pcs_ice_pair *other) {
  if (other == pair || other->session != pair->session || other->foundation != pair->foundation) {
    return false;
  }
  return other->state == PCS_PAIR_WAITING || other->state == PCS_PAIR_IN_PROGRESS ||
         (other->state == PCS_PAIR_FROZEN && other->priority > pair->priority);
}

static bool is_idle(const pcs_ice_pairs *table, const pcs_ice_pair *pair) {
  for (size_t i = 0; i < table->num; i++) {
    if (waits_for(pair, &table->entries[i])) {
      return false;
    }
  }
  return true;
}

void pcs_ice_pairs_thaw_idle(pcs_ice_pairs *table, uint8_t session) {
  for (size_t i = 0; i < table->num; i++) {
    pcs_ice_pair *pair = &table->entries[i];
    if (pair->session == session && pair->state == PCS_PAIR_FROZEN && is_idle(table, pair)) {
      thaw(pair);
    }
  }
}
