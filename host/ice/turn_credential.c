#include "host/ice/turn_credential.h"

#include "core/base/text.h"
#include "host/crypto/hash.h"
#include "host/ice/stun_attribute.h"

/* RFC 8489 18.5. */
#define ALGORITHM_MD5 1
#define ALGORITHM_SHA256 2

/* RFC 8489 9.2: a nonce that begins so says in its next four characters what the server can do. */
static const char NONCE_COOKIE[] = "obMatJos2";
#define FEATURE_PASSWORD_ALGORITHMS 0x800000u
#define FEATURE_USERNAME_ANONYMITY 0x400000u

static uint16_t copy(uint8_t *out, size_t capacity, pcs_span bytes) {
  pcs_writer writer;
  pcs_writer_init(&writer, out, capacity);
  pcs_writer_bytes(&writer, bytes);
  return (uint16_t)writer.len;
}

pcs_status pcs_turn_credential_init(pcs_turn_credential *credential, pcs_span username,
                                    pcs_span password) {
  *credential = (pcs_turn_credential){0};
  if (username.len > sizeof credential->username || password.len > sizeof credential->password) {
    return PCS_ERR_TOO_LARGE;
  }
  credential->username_len = copy(credential->username, sizeof credential->username, username);
  credential->password_len = copy(credential->password, sizeof credential->password, password);
  return PCS_OK;
}

void pcs_turn_credential_clear(pcs_turn_credential *credential) {
  pcs_wipe(credential, sizeof *credential);
}

void pcs_turn_credential_forget(pcs_turn_credential *credential) {
  credential->realm_len = 0;
  credential->nonce_len = 0;
  credential->algorithms_len = 0;
  credential->hides_username = false;
  credential->integrity = PCS_STUN_INTEGRITY_SHA1;
  pcs_wipe(credential->key, sizeof credential->key);
  credential->key_len = 0;
}

/* ---- the challenge ---- */

static uint32_t features_of(pcs_span nonce) {
  pcs_span rest = nonce;
  uint8_t bits[3] = {0};
  pcs_writer writer;
  pcs_writer_init(&writer, bits, sizeof bits);
  if (!pcs_text_skip(&rest, NONCE_COOKIE) || rest.len < 4 ||
      pcs_text_base64_decode(pcs_text_slice(rest, 0, 4), &writer) != PCS_OK) {
    return 0;
  }
  return (uint32_t)bits[0] << 16 | (uint32_t)bits[1] << 8 | bits[2];
}

/* The strongest we know of the list; 0 for none. */
static uint16_t choose(pcs_span algorithms) {
  uint16_t chosen = 0;
  pcs_reader reader;
  pcs_reader_init(&reader, algorithms);
  while (reader.rest.len > 0 && !reader.failed) {
    uint16_t algorithm = pcs_reader_u16(&reader);
    uint16_t len = pcs_reader_u16(&reader);
    (void)pcs_reader_bytes(&reader, len + (4 - len % 4u) % 4);
    bool is_known = algorithm == ALGORITHM_MD5 || algorithm == ALGORITHM_SHA256;
    if (!reader.failed && is_known && len == 0 && algorithm > chosen) {
      chosen = algorithm;
    }
  }
  return chosen;
}

static pcs_status take_algorithms(pcs_turn_credential *credential,
                                  const pcs_turn_attributes *challenge) {
  uint32_t features = features_of(challenge->nonce);
  credential->hides_username = (features & FEATURE_USERNAME_ANONYMITY) != 0;
  credential->algorithms_len = 0;
  credential->algorithm = ALGORITHM_MD5;
  credential->integrity = PCS_STUN_INTEGRITY_SHA1;
  if ((features & FEATURE_PASSWORD_ALGORITHMS) == 0) {
    return PCS_OK;
  }
  if (challenge->algorithms.len == 0) {
    return PCS_ERR_SYNTAX;
  }
  credential->algorithm = choose(challenge->algorithms);
  if (credential->algorithm == 0 || challenge->algorithms.len > sizeof credential->algorithms) {
    return PCS_ERR_UNSUPPORTED;
  }
  credential->integrity = PCS_STUN_INTEGRITY_SHA256;
  credential->algorithms_len =
      (uint8_t)copy(credential->algorithms, sizeof credential->algorithms, challenge->algorithms);
  return PCS_OK;
}

/* RFC 8489 9.2.2: of "username:realm:password". */
static void make_key(pcs_turn_credential *credential) {
  uint8_t text[PCS_ICE_USERNAME_BYTES_MAX + PCS_TURN_TEXT_BYTES_MAX + PCS_ICE_CREDENTIAL_BYTES_MAX +
               2];
  pcs_writer writer;
  pcs_writer_init(&writer, text, sizeof text);
  pcs_writer_bytes(&writer, (pcs_span){credential->username, credential->username_len});
  pcs_writer_u8(&writer, ':');
  pcs_writer_bytes(&writer, (pcs_span){credential->realm, credential->realm_len});
  pcs_writer_u8(&writer, ':');
  pcs_writer_bytes(&writer, (pcs_span){credential->password, credential->password_len});
  if (credential->algorithm == ALGORITHM_SHA256) {
    pcs_sha256(pcs_writer_span(&writer), credential->key);
    credential->key_len = PCS_SHA256_BYTES;
  } else {
    pcs_md5(pcs_writer_span(&writer), credential->key);
    credential->key_len = 16;
  }
  pcs_wipe(text, sizeof text);
}

pcs_status pcs_turn_credential_challenge(pcs_turn_credential *credential,
                                         const pcs_turn_attributes *challenge) {
  bool has_realm = challenge->realm.len > 0 || credential->realm_len > 0;
  if (challenge->nonce.len == 0 || !has_realm) {
    return PCS_ERR_SYNTAX;
  }
  pcs_turn_credential changed = *credential;
  pcs_status status = take_algorithms(&changed, challenge);
  if (status == PCS_OK) {
    changed.nonce_len = copy(changed.nonce, sizeof changed.nonce, challenge->nonce);
    if (challenge->realm.len > 0) {
      changed.realm_len = copy(changed.realm, sizeof changed.realm, challenge->realm);
    }
    make_key(&changed);
    *credential = changed;
  }
  pcs_wipe(&changed, sizeof changed);
  return status;
}

/* ---- the answer to it ---- */

static void write_userhash(const pcs_turn_credential *credential, pcs_writer *writer) {
  uint8_t text[PCS_ICE_USERNAME_BYTES_MAX + PCS_TURN_TEXT_BYTES_MAX + 1];
  uint8_t hash[PCS_SHA256_BYTES];
  pcs_writer inner;
  pcs_writer_init(&inner, text, sizeof text);
  pcs_writer_bytes(&inner, (pcs_span){credential->username, credential->username_len});
  pcs_writer_u8(&inner, ':');
  pcs_writer_bytes(&inner, (pcs_span){credential->realm, credential->realm_len});
  pcs_sha256(pcs_writer_span(&inner), hash);
  pcs_stun_write_attribute(writer, PCS_TURN_USERHASH, (pcs_span){hash, sizeof hash});
}

/* RFC 8489 9.2.4: the list comes back as it was offered, so that the server sees if somebody
 * changed it on the way. */
static void write_algorithms(const pcs_turn_credential *credential, pcs_writer *writer) {
  uint8_t memory[4];
  pcs_writer inner;
  pcs_writer_init(&inner, memory, sizeof memory);
  pcs_writer_u16(&inner, credential->algorithm);
  pcs_writer_u16(&inner, 0);
  pcs_stun_write_attribute(writer, PCS_TURN_PASSWORD_ALGORITHMS,
                           (pcs_span){credential->algorithms, credential->algorithms_len});
  pcs_stun_write_attribute(writer, PCS_TURN_PASSWORD_ALGORITHM, pcs_writer_span(&inner));
}

void pcs_turn_credential_write(const pcs_turn_credential *credential, pcs_writer *writer) {
  if (credential->key_len == 0) {
    return;
  }
  if (credential->hides_username) {
    write_userhash(credential, writer);
  } else {
    pcs_stun_write_attribute(writer, PCS_STUN_USERNAME,
                             (pcs_span){credential->username, credential->username_len});
  }
  pcs_stun_write_attribute(writer, PCS_TURN_REALM,
                           (pcs_span){credential->realm, credential->realm_len});
  pcs_stun_write_attribute(writer, PCS_TURN_NONCE,
                           (pcs_span){credential->nonce, credential->nonce_len});
  if (credential->algorithms_len > 0) {
    write_algorithms(credential, writer);
  }
}

pcs_span pcs_turn_credential_key(const pcs_turn_credential *credential) {
  return (pcs_span){credential->key, credential->key_len};
}
