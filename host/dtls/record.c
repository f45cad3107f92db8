#include "host/dtls/record.h"

#include "host/crypto/hash.h"
#include "host/crypto/test_secret.h"

#include <openssl/err.h>

#include <assert.h>
#include <string.h>

#define VERSION_DTLS_1_2 0xfefd
#define EPOCH_PROTECTED 1
#define SEQUENCE_MAX ((UINT64_C(1) << 48) - 1)
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define KEY_BYTES_MAX 32
#define ADDITIONAL_BYTES 13
#define REPLAY_BITS (PCS_DTLS_REPLAY_WORDS * UINT64_C(64))

pcs_status pcs_dtls_record_next(pcs_span *datagram, pcs_dtls_record *out_record) {
  pcs_reader reader;
  pcs_reader_init(&reader, *datagram);
  uint8_t type = pcs_reader_u8(&reader);
  uint16_t version = pcs_reader_u16(&reader);
  uint64_t epoch_sequence = pcs_reader_u64(&reader);
  uint16_t body_len = pcs_reader_u16(&reader);
  pcs_span body = pcs_reader_bytes(&reader, body_len);
  if (reader.failed || version >> 8 != VERSION_DTLS_1_2 >> 8) {
    return PCS_ERR_SYNTAX;
  }
  *out_record = (pcs_dtls_record){.type = type,
                                  .version = version,
                                  .epoch = (uint16_t)(epoch_sequence >> 48),
                                  .sequence = epoch_sequence & SEQUENCE_MAX,
                                  .body = body,
                                  .whole = {datagram->data, PCS_DTLS_HEADER_BYTES + body.len}};
  *datagram = pcs_reader_rest(&reader);
  return PCS_OK;
}

/* The tls12 variants are AES-GCM that refuses to seal with a nonce that does not grow. */
static const EVP_AEAD *aead_of(const SSL_CIPHER *cipher) {
  switch (SSL_CIPHER_get_cipher_nid(cipher)) {
  case NID_aes_128_gcm:
    return EVP_aead_aes_128_gcm_tls12();
  case NID_aes_256_gcm:
    return EVP_aead_aes_256_gcm_tls12();
  case NID_chacha20_poly1305:
    return EVP_aead_chacha20_poly1305();
  default:
    return NULL;
  }
}

static bool init_direction(pcs_dtls_direction *direction, const EVP_AEAD *aead, pcs_span key,
                           pcs_span iv) {
  memcpy(direction->iv, iv.data, iv.len);
  return EVP_AEAD_CTX_init(&direction->aead, aead, key.data, key.len, EVP_AEAD_DEFAULT_TAG_LENGTH,
                           NULL) == 1;
}

pcs_status pcs_dtls_records_init(pcs_dtls_records *records, const SSL *ssl, pcs_dtls_role role) {
  *records = (pcs_dtls_records){0};
  const EVP_AEAD *aead = aead_of(SSL_get_current_cipher(ssl));
  uint8_t block[2 * (KEY_BYTES_MAX + NONCE_BYTES)];
  size_t block_len = SSL_get_key_block_len(ssl);
  if (aead == NULL || block_len > sizeof block ||
      SSL_generate_key_block(ssl, block, block_len) != 1) {
    return PCS_ERR_CRYPTO;
  }
  /* RFC 5246 6.3: client key, server key, client IV, server IV. */
  size_t key_len = EVP_AEAD_key_length(aead);
  size_t iv_len = block_len / 2 - key_len;
  assert(iv_len == 4 || iv_len == NONCE_BYTES);
  pcs_span keys[] = {{block, key_len}, {block + key_len, key_len}};
  pcs_span ivs[] = {{block + 2 * key_len, iv_len}, {block + 2 * key_len + iv_len, iv_len}};
  pcs_test_secret("dtls-key", keys[0].data, key_len);
  pcs_test_secret("dtls-key", keys[1].data, key_len);
  size_t ours = role == PCS_DTLS_CLIENT ? 0 : 1;
  bool made = init_direction(&records->seal, aead, keys[ours], ivs[ours]) &&
              init_direction(&records->open, aead, keys[1 - ours], ivs[1 - ours]);
  pcs_wipe(block, sizeof block);
  records->explicit_bytes = NONCE_BYTES - iv_len;
  records->first_sequence =
      (SSL_get_write_sequence(ssl) & SEQUENCE_MAX) + PCS_DTLS_RESERVED_SEQUENCES;
  records->next_sequence = records->first_sequence;
  if (!made) {
    pcs_dtls_records_clear(records);
    return PCS_ERR_CRYPTO;
  }
  return PCS_OK;
}

void pcs_dtls_records_clear(pcs_dtls_records *records) {
  EVP_AEAD_CTX_cleanup(&records->seal.aead);
  EVP_AEAD_CTX_cleanup(&records->open.aead);
  pcs_wipe(records, sizeof *records);
}

static void put_u64(uint8_t out[8], uint64_t value) {
  for (size_t i = 0; i < 8; i++) {
    out[i] = (uint8_t)(value >> (56 - 8 * i));
  }
}

/*
 * RFC 5288 3: four bytes of key material, eight from the record. RFC 7905 2: twelve bytes of key
 * material, exclusive-or the sequence number.
 */
static void make_nonce(uint8_t out[NONCE_BYTES], const pcs_dtls_direction *direction,
                       const uint8_t number[8], size_t explicit_bytes) {
  memcpy(out, direction->iv, NONCE_BYTES);
  if (explicit_bytes > 0) {
    memcpy(out + 4, number, 8);
    return;
  }
  for (size_t i = 0; i < 8; i++) {
    out[4 + i] ^= number[i];
  }
}

/* RFC 6347 4.1.2.1: epoch and sequence number, type, version, length of the plaintext. */
static void make_additional(uint8_t out[ADDITIONAL_BYTES], const uint8_t number[8], uint8_t type,
                            size_t plaintext_len) {
  memcpy(out, number, 8);
  out[8] = type;
  out[9] = VERSION_DTLS_1_2 >> 8;
  out[10] = VERSION_DTLS_1_2 & 0xff;
  out[11] = (uint8_t)(plaintext_len >> 8);
  out[12] = (uint8_t)plaintext_len;
}

static void write_header(uint8_t *out, uint8_t type, const uint8_t number[8], size_t body_len) {
  out[0] = type;
  out[1] = VERSION_DTLS_1_2 >> 8;
  out[2] = VERSION_DTLS_1_2 & 0xff;
  memcpy(out + 3, number, 8);
  out[11] = (uint8_t)(body_len >> 8);
  out[12] = (uint8_t)body_len;
}

pcs_status pcs_dtls_records_seal(pcs_dtls_records *records, pcs_dtls_content type,
                                 pcs_span plaintext, pcs_datagrams *out) {
  if (records->next_sequence >= SEQUENCE_MAX) {
    return PCS_ERR_STATE;
  }
  size_t body_len = records->explicit_bytes + plaintext.len + TAG_BYTES;
  uint8_t *memory = pcs_datagrams_reserve(out, PCS_DTLS_HEADER_BYTES + body_len);
  if (memory == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  uint8_t number[8];
  uint8_t nonce[NONCE_BYTES];
  uint8_t additional[ADDITIONAL_BYTES];
  put_u64(number, (uint64_t)EPOCH_PROTECTED << 48 | records->next_sequence++);
  write_header(memory, (uint8_t)type, number, body_len);
  make_nonce(nonce, &records->seal, number, records->explicit_bytes);
  make_additional(additional, number, (uint8_t)type, plaintext.len);
  uint8_t *body = memory + PCS_DTLS_HEADER_BYTES;
  memcpy(body, number, records->explicit_bytes);
  size_t sealed_len = 0;
  int sealed = EVP_AEAD_CTX_seal(&records->seal.aead, body + records->explicit_bytes, &sealed_len,
                                 plaintext.len + TAG_BYTES, nonce, sizeof nonce, plaintext.data,
                                 plaintext.len, additional, sizeof additional);
  /* With our own sizes and a nonce that grows it cannot fail; if it does, nothing may be sent. */
  assert(sealed == 1 && sealed_len == plaintext.len + TAG_BYTES);
  (void)sealed;
  return PCS_OK;
}

/* RFC 6347 4.1.2.6. The window is a ring of words: bit (sequence mod REPLAY_BITS). */
static bool was_seen(const pcs_dtls_records *records, uint64_t sequence) {
  if (sequence > records->highest) {
    return false;
  }
  if (records->highest - sequence >= REPLAY_BITS - 64) {
    return true;
  }
  return records->seen[sequence / 64 % PCS_DTLS_REPLAY_WORDS] >> sequence % 64 & 1;
}

static void mark_seen(pcs_dtls_records *records, uint64_t sequence) {
  uint64_t word = sequence / 64;
  uint64_t last_word = records->highest / 64;
  for (uint64_t i = last_word + 1; i <= word && i <= last_word + PCS_DTLS_REPLAY_WORDS; i++) {
    records->seen[i % PCS_DTLS_REPLAY_WORDS] = 0;
  }
  records->seen[word % PCS_DTLS_REPLAY_WORDS] |= UINT64_C(1) << sequence % 64;
  if (sequence > records->highest) {
    records->highest = sequence;
  }
}

pcs_status pcs_dtls_records_open(pcs_dtls_records *records, const pcs_dtls_record *record,
                                 uint8_t *memory, size_t capacity, pcs_span *out_plaintext) {
  *out_plaintext = (pcs_span){0};
  size_t overhead = records->explicit_bytes + TAG_BYTES;
  if (record->body.len < overhead || record->version != VERSION_DTLS_1_2) {
    return PCS_ERR_CRYPTO;
  }
  if (record->body.len - overhead > capacity) {
    return PCS_ERR_NO_SPACE;
  }
  if (was_seen(records, record->sequence)) {
    return PCS_ERR_STATE;
  }
  uint8_t number[8];
  uint8_t nonce[NONCE_BYTES];
  uint8_t additional[ADDITIONAL_BYTES];
  put_u64(number, (uint64_t)record->epoch << 48 | record->sequence);
  pcs_span sealed = {record->body.data + records->explicit_bytes,
                     record->body.len - records->explicit_bytes};
  make_nonce(nonce, &records->open, records->explicit_bytes > 0 ? record->body.data : number,
             records->explicit_bytes);
  make_additional(additional, number, record->type, record->body.len - overhead);
  size_t opened_len = 0;
  if (EVP_AEAD_CTX_open(&records->open.aead, memory, &opened_len, capacity, nonce, sizeof nonce,
                        sealed.data, sealed.len, additional, sizeof additional) != 1) {
    ERR_clear_error();
    return PCS_ERR_CRYPTO;
  }
  mark_seen(records, record->sequence);
  *out_plaintext = (pcs_span){memory, opened_len};
  return PCS_OK;
}
