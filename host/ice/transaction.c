#include "host/ice/transaction.h"

#include "host/crypto/hash.h"
#include "host/crypto/test_secret.h"

#ifdef PCS_TEST_LEAK_TRANSACTION_ID
char pcs_transaction_leak[2 * PCS_STUN_ID_BYTES];

static void leak(const uint8_t *id) {
  for (size_t i = 0; i < sizeof pcs_transaction_leak; i++) {
    pcs_transaction_leak[i] = "0123456789abcdef"[id[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
  }
}
#else
#define leak(id) ((void)(id))
#endif

static void end(pcs_transaction *transaction) {
  pcs_wipe(transaction, sizeof *transaction);
}

static pcs_transaction *find_free(pcs_transactions *table) {
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    if (table->entries[i].purpose == PCS_TRANSACTION_FREE) {
      return &table->entries[i];
    }
  }
  return NULL;
}

pcs_status pcs_transactions_add(pcs_transactions *table, uint64_t now_us, const pcs_random *random,
                                const pcs_transaction_request *request) {
  pcs_transaction *entry = find_free(table);
  if (entry == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  *entry = (pcs_transaction){
      .purpose = request->purpose,
      .owner = request->owner,
      .path_id = request->path_id,
      .to = request->to,
      .password = request->password,
      .integrity = request->integrity,
      .role = request->role,
      .nominate = request->nominate,
      .once = request->once,
      .due = true,
      .num_sent = 1,
      .sent_us = now_us,
      .wait_us = request->wait_us,
      .first_wait_us = request->wait_us,
      .next_us = now_us + request->wait_us,
  };
  pcs_random_fill(random, entry->id, sizeof entry->id);
  pcs_test_secret("stun-transaction-id", entry->id, sizeof entry->id);
  leak(entry->id);
  return PCS_OK;
}

static pcs_transaction *find_id(pcs_transactions *table, pcs_span id) {
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    pcs_transaction *entry = &table->entries[i];
    pcs_span own = {entry->id, sizeof entry->id};
    if (entry->purpose != PCS_TRANSACTION_FREE && pcs_constant_time_equal(own, id)) {
      return entry;
    }
  }
  return NULL;
}

static void give(pcs_transaction *entry, pcs_transaction *out_transaction) {
  *out_transaction = *entry;
  pcs_wipe(out_transaction->id, sizeof out_transaction->id);
  end(entry);
}

/* RFC 8489 9.2.5: a TURN server that does not accept a request's credentials cannot prove itself
 * by them either. */
static bool is_challenge(const pcs_transaction *entry, const pcs_stun_message *response) {
  return entry->purpose == PCS_TRANSACTION_TURN && response->kind == PCS_STUN_ERROR &&
         (response->error_code == PCS_STUN_UNAUTHENTICATED ||
          response->error_code == PCS_STUN_STALE_NONCE);
}

/* RFC 8489 9.1.4 and 9.2.5: what is not authentic was never received; the transaction goes on. */
static bool is_believable(const pcs_transaction *entry, const pcs_stun_message *response) {
  return entry->password.len == 0 || is_challenge(entry, response) ||
         pcs_stun_is_authentic_by(response, entry->integrity, entry->password);
}

pcs_transaction_match pcs_transactions_match(pcs_transactions *table,
                                             const pcs_stun_message *response, uint32_t path_id,
                                             const pcs_address *from,
                                             pcs_transaction *out_transaction) {
  *out_transaction = (pcs_transaction){0};
  pcs_transaction *entry = find_id(table, response->id);
  if (entry == NULL) {
    return PCS_TRANSACTION_NO_MATCH;
  }
  if (!is_believable(entry, response)) {
    return PCS_TRANSACTION_NO_MATCH;
  }
  if (path_id == entry->path_id && pcs_address_equal(from, &entry->to)) {
    give(entry, out_transaction);
    return PCS_TRANSACTION_MATCH;
  }
  /* RFC 7675 5.1: consent comes from the remote address only; anything else is not an answer. Nor
   * is an unauthenticated one from elsewhere, which anybody might have sent. */
  if (entry->purpose != PCS_TRANSACTION_CHECK) {
    return PCS_TRANSACTION_NO_MATCH;
  }
  give(entry, out_transaction);
  return PCS_TRANSACTION_ASYMMETRIC;
}

pcs_transaction *pcs_transactions_next_due(pcs_transactions *table) {
  pcs_transaction *next = NULL;
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    pcs_transaction *entry = &table->entries[i];
    bool goes_first = next == NULL || (next->purpose != PCS_TRANSACTION_TURN &&
                                       entry->purpose == PCS_TRANSACTION_TURN);
    if (entry->due && goes_first) {
      next = entry;
    }
  }
  if (next != NULL) {
    next->due = false;
  }
  return next;
}

void pcs_transaction_begin(const pcs_transaction *transaction, pcs_writer *writer) {
  pcs_stun_begin(writer, PCS_STUN_REQUEST, (pcs_span){transaction->id, sizeof transaction->id});
}

void pcs_transaction_begin_method(const pcs_transaction *transaction, uint16_t method,
                                  pcs_writer *writer) {
  pcs_stun_begin_method(writer, method, PCS_STUN_REQUEST,
                        (pcs_span){transaction->id, sizeof transaction->id});
}

void pcs_transaction_begin_indication(const pcs_random *random, uint16_t method,
                                      uint8_t out_id[PCS_STUN_ID_BYTES], pcs_writer *writer) {
  pcs_random_fill(random, out_id, PCS_STUN_ID_BYTES);
  pcs_test_secret("stun-transaction-id", out_id, PCS_STUN_ID_BYTES);
  pcs_stun_begin_method(writer, method, PCS_STUN_INDICATION,
                        (pcs_span){out_id, PCS_STUN_ID_BYTES});
}

static bool is_over(const pcs_transaction *entry) {
  return entry->cancelled || entry->once || entry->purpose == PCS_TRANSACTION_CONSENT ||
         entry->num_sent >= PCS_TRANSACTION_SENDS_MAX;
}

/* RFC 8489 6.2.1: the wait doubles; after the last sending it is 16 times the first. */
static void send_again(pcs_transaction *entry, uint64_t now_us) {
  entry->due = true;
  entry->num_sent++;
  entry->sent_us = now_us;
  entry->wait_us = entry->num_sent == PCS_TRANSACTION_SENDS_MAX
                       ? PCS_TRANSACTION_LAST_WAIT * entry->first_wait_us
                       : 2 * entry->wait_us;
  entry->next_us = now_us + entry->wait_us;
}

bool pcs_transactions_expire(pcs_transactions *table, uint64_t now_us,
                             pcs_transaction *out_transaction) {
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    pcs_transaction *entry = &table->entries[i];
    if (entry->purpose == PCS_TRANSACTION_FREE || entry->next_us > now_us) {
      continue;
    }
    if (is_over(entry)) {
      give(entry, out_transaction);
      return true;
    }
    send_again(entry, now_us);
  }
  return false;
}

uint64_t pcs_transactions_wake_at(const pcs_transactions *table) {
  uint64_t wake_us = UINT64_MAX;
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    const pcs_transaction *entry = &table->entries[i];
    if (entry->purpose != PCS_TRANSACTION_FREE && entry->next_us < wake_us) {
      wake_us = entry->next_us;
    }
  }
  return wake_us;
}

static bool belongs(const pcs_transaction *entry, pcs_transaction_purpose purpose, uint32_t owner) {
  return entry->purpose == purpose && entry->owner == owner;
}

void pcs_transactions_cancel(pcs_transactions *table, pcs_transaction_purpose purpose,
                             uint32_t owner, uint64_t until_us) {
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    pcs_transaction *entry = &table->entries[i];
    if (belongs(entry, purpose, owner) && !entry->cancelled) {
      entry->cancelled = true;
      entry->due = false;
      entry->next_us = until_us;
    }
  }
}

void pcs_transactions_drop(pcs_transactions *table, pcs_transaction_purpose purpose,
                           uint32_t owner) {
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    if (belongs(&table->entries[i], purpose, owner)) {
      end(&table->entries[i]);
    }
  }
}

void pcs_transactions_drop_range(pcs_transactions *table, pcs_transaction_purpose purpose,
                                 uint32_t first, uint32_t last) {
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    const pcs_transaction *entry = &table->entries[i];
    if (entry->purpose == purpose && entry->owner >= first && entry->owner <= last) {
      end(&table->entries[i]);
    }
  }
}

void pcs_transactions_drop_all(pcs_transactions *table, pcs_transaction_purpose purpose) {
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    if (table->entries[i].purpose == purpose) {
      end(&table->entries[i]);
    }
  }
}

size_t pcs_transactions_count(const pcs_transactions *table, pcs_transaction_purpose purpose) {
  size_t count = 0;
  for (size_t i = 0; i < PCS_TRANSACTIONS_MAX; i++) {
    count += table->entries[i].purpose == purpose;
  }
  return count;
}

void pcs_transactions_clear(pcs_transactions *table) {
  pcs_wipe(table, sizeof *table);
}
