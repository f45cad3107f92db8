#include "host/broker/admission.h"

#include <stdlib.h>

#include "host/crypto/hash.h"
#include "host/sys/secret_memory.h"

typedef struct issued_token {
  uint8_t bytes[PCS_TOKEN_BYTES];
  uint64_t expires_at_us; /* 0: the place is free */
  size_t origin;          /* index into the allowed */
} issued_token;

struct pcs_admission {
  const pcs_random *random;
  pcs_origin allowed[PCS_ALLOWED_ORIGINS_MAX];
  size_t num_allowed;
  issued_token *tokens; /* PCS_TOKENS_MAX, secret memory */
  pcs_surroundings around[PCS_TOKENS_MAX]; /* at the same places */
};

#define TOKENS_BYTES (PCS_TOKENS_MAX * sizeof(issued_token))

pcs_status pcs_admission_new(pcs_admission **out_admission, const pcs_random *random) {
  *out_admission = NULL;
  void *tokens = NULL;
  pcs_admission *admission = calloc(1, sizeof *admission);
  if (admission == NULL || pcs_secret_memory_new(&tokens, TOKENS_BYTES) != PCS_OK) {
    free(admission);
    return PCS_ERR_SYSTEM;
  }
  admission->random = random;
  admission->tokens = (issued_token *)tokens;
  *out_admission = admission;
  return PCS_OK;
}

void pcs_admission_free(pcs_admission *admission) {
  if (admission != NULL) {
    pcs_secret_memory_free(admission->tokens, TOKENS_BYTES);
    free(admission);
  }
}

/* The index of origin among the allowed, or their number. */
static size_t index_of(const pcs_admission *admission, const pcs_origin *origin) {
  size_t i = 0;
  while (i < admission->num_allowed && !pcs_origin_equal(&admission->allowed[i], origin)) {
    i++;
  }
  return i;
}

pcs_status pcs_admission_allow(pcs_admission *admission, const pcs_origin *origin) {
  if (origin->opaque) {
    return PCS_ERR_DENIED;
  }
  if (pcs_admission_is_allowed(admission, origin)) {
    return PCS_OK;
  }
  if (admission->num_allowed == PCS_ALLOWED_ORIGINS_MAX) {
    return PCS_ERR_QUOTA;
  }
  admission->allowed[admission->num_allowed++] = *origin;
  return PCS_OK;
}

bool pcs_admission_is_allowed(const pcs_admission *admission, const pcs_origin *origin) {
  return index_of(admission, origin) < admission->num_allowed;
}

/* A free place, or that of the oldest token. Every lifetime is the same: the oldest ends first. */
static issued_token *place_for_token(pcs_admission *admission) {
  issued_token *best = &admission->tokens[0];
  for (size_t i = 1; i < PCS_TOKENS_MAX; i++) {
    if (admission->tokens[i].expires_at_us < best->expires_at_us) {
      best = &admission->tokens[i];
    }
  }
  return best;
}

pcs_status pcs_admission_issue(pcs_admission *admission, uint64_t now_us, const pcs_origin *origin,
                               const pcs_surroundings *around,
                               uint8_t out_token[PCS_TOKEN_BYTES]) {
  size_t index = index_of(admission, origin);
  if (index == admission->num_allowed) {
    return PCS_ERR_DENIED;
  }
  issued_token *token = place_for_token(admission);
  pcs_random_fill(admission->random, token->bytes, sizeof token->bytes);
  token->expires_at_us = now_us + PCS_TOKEN_LIFETIME_US;
  token->origin = index;
  admission->around[token - admission->tokens] =
      around != NULL ? *around : (pcs_surroundings){.embedder = *origin};
  for (size_t i = 0; i < PCS_TOKEN_BYTES; i++) {
    out_token[i] = token->bytes[i];
  }
  return PCS_OK;
}

pcs_status pcs_admission_redeem(pcs_admission *admission, uint64_t now_us, const pcs_origin *origin,
                                pcs_span token, pcs_surroundings *out_around) {
  issued_token *found = NULL;
  /* All are compared, whichever it is, so that time tells nothing (requirements X32). */
  for (size_t i = 0; i < PCS_TOKENS_MAX; i++) {
    issued_token *candidate = &admission->tokens[i];
    bool same = pcs_constant_time_equal((pcs_span){candidate->bytes, PCS_TOKEN_BYTES}, token);
    if (same && candidate->expires_at_us != 0) {
      found = candidate;
    }
  }
  if (found == NULL) {
    return PCS_ERR_DENIED;
  }
  *out_around = admission->around[found - admission->tokens];
  bool good =
      now_us < found->expires_at_us && pcs_origin_equal(&admission->allowed[found->origin], origin);
  pcs_wipe(found, sizeof *found);
  return good ? PCS_OK : PCS_ERR_DENIED;
}
