/*
 * Long-term credentials of one TURN server (RFC 8489 9.2): what the server challenged us with, the
 * key made of it, and the attributes that prove we have it. It decides which password algorithm is
 * used, and refuses to be talked down to a weaker one. It owns copies, to be wiped with clear; the
 * password itself goes nowhere.
 */
#ifndef PCS_HOST_ICE_TURN_CREDENTIAL_H
#define PCS_HOST_ICE_TURN_CREDENTIAL_H

#include "host/ice/turn_message.h"

#define PCS_TURN_KEY_BYTES_MAX 32

typedef struct pcs_turn_credential {
  uint16_t username_len;
  uint16_t password_len;
  uint16_t realm_len;
  uint16_t nonce_len;
  uint8_t username[PCS_ICE_USERNAME_BYTES_MAX];
  uint8_t password[PCS_ICE_CREDENTIAL_BYTES_MAX];
  uint8_t realm[PCS_TURN_TEXT_BYTES_MAX];
  uint8_t nonce[PCS_TURN_TEXT_BYTES_MAX];
  uint8_t algorithms[PCS_TURN_ALGORITHMS_BYTES_MAX]; /* as offered, to be given back */
  uint8_t algorithms_len;                            /* 0: the server knows RFC 5389 only */
  uint16_t algorithm;                                /* chosen of them */
  bool hides_username;                               /* RFC 8489 9.2: USERHASH is asked for */
  pcs_stun_integrity integrity;
  uint8_t key[PCS_TURN_KEY_BYTES_MAX];
  uint8_t key_len; /* 0: not challenged yet */
} pcs_turn_credential;

/* pcs_turn_credential_init copies both; PCS_ERR_TOO_LARGE leaves it empty. */
PCS_MUST_USE pcs_status pcs_turn_credential_init(pcs_turn_credential *credential, pcs_span username,
                                                 pcs_span password);
void pcs_turn_credential_clear(pcs_turn_credential *credential);
/* pcs_turn_credential_forget makes it as if never challenged: for another server. */
void pcs_turn_credential_forget(pcs_turn_credential *credential);
/*
 * pcs_turn_credential_challenge takes a 401's or 438's realm and nonce and makes the key.
 * PCS_ERR_SYNTAX without a nonce or realm, or when the nonce promises PASSWORD-ALGORITHMS that are
 * not there (somebody took them out: RFC 8489 9.2.1); PCS_ERR_UNSUPPORTED for algorithms that are
 * all unknown. Unchanged on error.
 */
PCS_MUST_USE pcs_status pcs_turn_credential_challenge(pcs_turn_credential *credential,
                                                      const pcs_turn_attributes *challenge);
/* pcs_turn_credential_write writes who we are, as attributes; nothing before a challenge. */
void pcs_turn_credential_write(const pcs_turn_credential *credential, pcs_writer *writer);
/* pcs_turn_credential_key borrows the key; empty before a challenge. */
pcs_span pcs_turn_credential_key(const pcs_turn_credential *credential);

#endif
