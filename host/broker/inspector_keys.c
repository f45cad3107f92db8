#include "host/broker/inspector_keys.h"

#include <stdlib.h>

#include "core/base/text.h"
#include "host/crypto/hash.h"
#include "host/sys/secret_memory.h"

typedef struct issued_token {
  uint8_t bytes[PCS_INSPECTOR_TOKEN_BYTES];
  uint64_t expires_at_us; /* 0: the place is free */
} issued_token;

typedef struct open_session {
  pcs_inspector_session session;
  uint64_t number; /* rising; 0: the place is free */
} open_session;

typedef struct kept_keys {
  issued_token tokens[PCS_INSPECTOR_TOKENS_MAX];
  open_session sessions[PCS_INSPECTOR_SESSIONS_MAX];
} kept_keys;

struct pcs_inspector_keys {
  const pcs_random *random;
  uint64_t last_session;
  kept_keys *kept; /* secret memory */
};

pcs_status pcs_inspector_keys_new(pcs_inspector_keys **out_keys, const pcs_random *random) {
  *out_keys = NULL;
  void *kept = NULL;
  pcs_inspector_keys *keys = calloc(1, sizeof *keys);
  if (keys == NULL || pcs_secret_memory_new(&kept, sizeof(kept_keys)) != PCS_OK) {
    free(keys);
    return PCS_ERR_SYSTEM;
  }
  keys->random = random;
  keys->kept = (kept_keys *)kept;
  *out_keys = keys;
  return PCS_OK;
}

void pcs_inspector_keys_free(pcs_inspector_keys *keys) {
  if (keys != NULL) {
    pcs_secret_memory_free(keys->kept, sizeof(kept_keys));
    free(keys);
  }
}

/* A free place, or that of the oldest. */
static issued_token *place_for_token(kept_keys *kept) {
  issued_token *best = &kept->tokens[0];
  for (size_t i = 1; i < PCS_INSPECTOR_TOKENS_MAX; i++) {
    best = kept->tokens[i].expires_at_us < best->expires_at_us ? &kept->tokens[i] : best;
  }
  return best;
}

static open_session *place_for_session(kept_keys *kept) {
  open_session *best = &kept->sessions[0];
  for (size_t i = 1; i < PCS_INSPECTOR_SESSIONS_MAX; i++) {
    best = kept->sessions[i].number < best->number ? &kept->sessions[i] : best;
  }
  return best;
}

void pcs_inspector_keys_issue(pcs_inspector_keys *keys, uint64_t now_us,
                              uint8_t out_token[PCS_INSPECTOR_TOKEN_BYTES]) {
  issued_token *token = place_for_token(keys->kept);
  pcs_random_fill(keys->random, token->bytes, sizeof token->bytes);
  token->expires_at_us = now_us + PCS_INSPECTOR_TOKEN_LIFETIME_US;
  for (size_t i = 0; i < PCS_INSPECTOR_TOKEN_BYTES; i++) {
    out_token[i] = token->bytes[i];
  }
}

/* False unless text is exactly so many bytes. */
static bool read_hex(uint8_t *out, size_t len, pcs_span text) {
  pcs_writer writer;
  pcs_writer_init(&writer, out, len);
  return text.len == 2 * len && pcs_text_hex_decode(text, 0, &writer) == PCS_OK;
}

static void open_one(pcs_inspector_keys *keys, pcs_inspector_session *out_session) {
  open_session *place = place_for_session(keys->kept);
  place->number = ++keys->last_session;
  pcs_random_fill(keys->random, place->session.key, sizeof place->session.key);
  pcs_random_fill(keys->random, place->session.cookie, sizeof place->session.cookie);
  *out_session = place->session;
}

pcs_status pcs_inspector_keys_redeem(pcs_inspector_keys *keys, uint64_t now_us, pcs_span token,
                                     pcs_inspector_session *out_session) {
  uint8_t shown[PCS_INSPECTOR_TOKEN_BYTES];
  issued_token *found = NULL;
  *out_session = (pcs_inspector_session){0};
  if (!read_hex(shown, sizeof shown, token)) {
    return PCS_ERR_DENIED;
  }
  /* All are compared, whichever it is, so that time tells nothing (requirements X32). */
  for (size_t i = 0; i < PCS_INSPECTOR_TOKENS_MAX; i++) {
    issued_token *one = &keys->kept->tokens[i];
    bool same = pcs_constant_time_equal((pcs_span){one->bytes, sizeof one->bytes},
                                        (pcs_span){shown, sizeof shown});
    found = same && one->expires_at_us != 0 ? one : found;
  }
  bool good = found != NULL && now_us < found->expires_at_us;
  if (found != NULL) {
    pcs_wipe(found, sizeof *found);
  }
  pcs_wipe(shown, sizeof shown);
  if (!good) {
    return PCS_ERR_DENIED;
  }
  open_one(keys, out_session);
  return PCS_OK;
}

bool pcs_inspector_keys_admit(const pcs_inspector_keys *keys, pcs_span key, pcs_span cookie) {
  pcs_inspector_session shown;
  bool good = false;
  if (!read_hex(shown.key, sizeof shown.key, key) ||
      !read_hex(shown.cookie, sizeof shown.cookie, cookie)) {
    return false;
  }
  for (size_t i = 0; i < PCS_INSPECTOR_SESSIONS_MAX; i++) {
    const open_session *one = &keys->kept->sessions[i];
    bool same = pcs_constant_time_equal(
        (pcs_span){(const uint8_t *)&one->session, sizeof one->session},
        (pcs_span){(const uint8_t *)&shown, sizeof shown});
    good = good || (same && one->number != 0);
  }
  pcs_wipe(&shown, sizeof shown);
  return good;
}
