/*
 * Who may see the inspector: one-time tokens, and the sessions they open. A token is 32 random bytes,
 * good once and for a minute. A session has two halves, both needed for everything: a key that is the
 * first part of every path, which the page's address holds, and a cookie that only that path is sent.
 *
 * Why two: a cookie is sent to every port of its host, so that any server on this loopback address
 * would be given it and pages of theirs could use it; a path is in the address bar and in the
 * history. The cookie's path is the key, so that no other server is sent it, and the key alone opens
 * nothing. It knows no socket. All lie in secret memory.
 */
#ifndef PCS_HOST_BROKER_INSPECTOR_KEYS_H
#define PCS_HOST_BROKER_INSPECTOR_KEYS_H

#include "core/base/bytes.h"
#include "host/crypto/random.h"

#define PCS_INSPECTOR_TOKEN_BYTES 32
#define PCS_INSPECTOR_KEY_BYTES 16
#define PCS_INSPECTOR_COOKIE_BYTES 32
/* From the terminal to the browser. */
#define PCS_INSPECTOR_TOKEN_LIFETIME_US (60ull * 1000 * 1000)
/* Not used yet; sessions of one broker: a person has a browser or two. The oldest goes. */
#define PCS_INSPECTOR_TOKENS_MAX 8
#define PCS_INSPECTOR_SESSIONS_MAX 8

typedef struct pcs_inspector_keys pcs_inspector_keys;

typedef struct pcs_inspector_session {
  uint8_t key[PCS_INSPECTOR_KEY_BYTES];
  uint8_t cookie[PCS_INSPECTOR_COOKIE_BYTES];
} pcs_inspector_session;

/* random is borrowed for the keys' life. */
PCS_MUST_USE pcs_status pcs_inspector_keys_new(pcs_inspector_keys **out_keys,
                                               const pcs_random *random);
/* pcs_inspector_keys_free wipes them. free(NULL) is fine. */
void pcs_inspector_keys_free(pcs_inspector_keys *keys);

void pcs_inspector_keys_issue(pcs_inspector_keys *keys, uint64_t now_us,
                              uint8_t out_token[PCS_INSPECTOR_TOKEN_BYTES]);
/* pcs_inspector_keys_redeem uses a token up, in hexadecimal, and opens a session. PCS_ERR_DENIED:
 * none such, used, or too old. */
PCS_MUST_USE pcs_status pcs_inspector_keys_redeem(pcs_inspector_keys *keys, uint64_t now_us,
                                                  pcs_span token,
                                                  pcs_inspector_session *out_session);
/* pcs_inspector_keys_admit: both halves, in hexadecimal, are those of one session. */
bool pcs_inspector_keys_admit(const pcs_inspector_keys *keys, pcs_span key, pcs_span cookie);

#endif
