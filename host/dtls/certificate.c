#include "host/dtls/certificate.h"

#include "host/crypto/hash.h"
#include "host/crypto/test_secret.h"

#include <openssl/bn.h>
#include <openssl/bytestring.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/pool.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdlib.h>

#define SECONDS_PER_DAY 86400u
#define LIFETIME_SECONDS_MAX (365u * SECONDS_PER_DAY)
#define NAME_BYTES 16
#define SERIAL_BYTES 8

struct pcs_certificate {
  size_t num_owners;
  EVP_PKEY *key;
  CRYPTO_BUFFER *der;
  uint64_t expires_ms;
  uint8_t fingerprint[PCS_SHA256_BYTES];
};

static EVP_PKEY *make_ecdsa_key(void) {
  EC_KEY *ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  EVP_PKEY *key = EVP_PKEY_new();
  bool made = ec != NULL && key != NULL && EC_KEY_generate_key(ec) == 1 &&
              EVP_PKEY_set1_EC_KEY(key, ec) == 1;
  EC_KEY_free(ec);
  if (!made) {
    EVP_PKEY_free(key);
    return NULL;
  }
  return key;
}

static EVP_PKEY *make_rsa_key(void) {
  RSA *rsa = RSA_new();
  BIGNUM *exponent = BN_new();
  EVP_PKEY *key = EVP_PKEY_new();
  bool made =
      rsa != NULL && exponent != NULL && key != NULL && BN_set_word(exponent, RSA_F4) == 1 &&
      RSA_generate_key_ex(rsa, 2048, exponent, NULL) == 1 && EVP_PKEY_set1_RSA(key, rsa) == 1;
  BN_free(exponent);
  RSA_free(rsa);
  if (!made) {
    EVP_PKEY_free(key);
    return NULL;
  }
  return key;
}

/* Both forms in which a private key could turn up somewhere: PKCS #8, and the bare scalar. */
static void report_key(const EVP_PKEY *key) {
#ifdef PCS_TEST_SECRETS
  CBB cbb;
  uint8_t *der = NULL;
  size_t len = 0;
  if (CBB_init(&cbb, 256) && EVP_marshal_private_key(&cbb, key) && CBB_finish(&cbb, &der, &len)) {
    pcs_test_secret("private-key", der, len);
    OPENSSL_free(der);
  }
  const EC_KEY *ec = EVP_PKEY_get0_EC_KEY(key);
  const RSA *rsa = EVP_PKEY_get0_RSA(key);
  const BIGNUM *number = ec != NULL ? EC_KEY_get0_private_key(ec) : RSA_get0_d(rsa);
  uint8_t scalar[256];
  size_t scalar_len = ec != NULL ? 32 : sizeof scalar;
  if (BN_bn2bin_padded(scalar, scalar_len, number) == 1) {
    pcs_test_secret("private-scalar", scalar, scalar_len);
  }
  pcs_wipe(scalar, sizeof scalar);
#else
  (void)key;
#endif
}

static bool set_random_name(X509 *x509) {
  char name[NAME_BYTES];
  pcs_random random = pcs_random_system();
  pcs_random_text(&random, name, sizeof name);
  X509_NAME *subject = X509_get_subject_name(x509);
  return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC, (const uint8_t *)name,
                                    NAME_BYTES, -1, 0) == 1 &&
         X509_set_issuer_name(x509, subject) == 1;
}

static bool set_random_serial(X509 *x509) {
  uint8_t serial[SERIAL_BYTES];
  pcs_random random = pcs_random_system();
  pcs_random_fill(&random, serial, sizeof serial);
  serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40); /* RFC 5280 4.1.2.2: positive */
  BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
  bool set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != NULL;
  BN_free(number);
  return set;
}

static bool set_validity(X509 *x509, uint64_t from_s, uint64_t to_s) {
  return ASN1_TIME_set_posix(X509_getm_notBefore(x509), (int64_t)from_s) != NULL &&
         ASN1_TIME_set_posix(X509_getm_notAfter(x509), (int64_t)to_s) != NULL;
}

static CRYPTO_BUFFER *sign_certificate(EVP_PKEY *key, uint64_t from_s, uint64_t to_s) {
  CRYPTO_BUFFER *buffer = NULL;
  uint8_t *der = NULL;
  X509 *x509 = X509_new();
  if (x509 != NULL && X509_set_version(x509, X509_VERSION_3) == 1 && set_random_serial(x509) &&
      set_random_name(x509) && set_validity(x509, from_s, to_s) &&
      X509_set_pubkey(x509, key) == 1 && X509_sign(x509, key, EVP_sha256()) > 0) {
    int len = i2d_X509(x509, &der);
    buffer = len > 0 ? CRYPTO_BUFFER_new(der, (size_t)len, NULL) : NULL;
  }
  OPENSSL_free(der);
  X509_free(x509);
  return buffer;
}

pcs_status pcs_certificate_new(pcs_certificate **out_certificate, pcs_key_algorithm algorithm,
                               uint64_t unix_now_s, uint64_t lifetime_s) {
  *out_certificate = NULL;
  if (algorithm != PCS_KEY_ECDSA_P256 && algorithm != PCS_KEY_RSA_2048) {
    return PCS_ERR_UNSUPPORTED;
  }
  if (unix_now_s < SECONDS_PER_DAY || unix_now_s > UINT32_MAX) {
    return PCS_ERR_RANGE;
  }
  uint64_t lifetime = lifetime_s < LIFETIME_SECONDS_MAX ? lifetime_s : LIFETIME_SECONDS_MAX;
  pcs_certificate *made = calloc(1, sizeof *made);
  if (made == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  made->num_owners = 1;
  made->expires_ms = (unix_now_s + lifetime) * 1000;
  made->key = algorithm == PCS_KEY_RSA_2048 ? make_rsa_key() : make_ecdsa_key();
  made->der = made->key == NULL ? NULL
                                : sign_certificate(made->key, unix_now_s - SECONDS_PER_DAY,
                                                   unix_now_s + lifetime);
  if (made->der == NULL) {
    pcs_certificate_free(made);
    return PCS_ERR_CRYPTO;
  }
  report_key(made->key);
  pcs_sha256(pcs_certificate_der(made), made->fingerprint);
  *out_certificate = made;
  return PCS_OK;
}

pcs_certificate *pcs_certificate_retain(pcs_certificate *certificate) {
  certificate->num_owners++;
  return certificate;
}

void pcs_certificate_free(pcs_certificate *certificate) {
  if (certificate == NULL || --certificate->num_owners > 0) {
    return;
  }
  EVP_PKEY_free(certificate->key); /* BoringSSL wipes key material as it frees it */
  CRYPTO_BUFFER_free(certificate->der);
  free(certificate);
}

pcs_fingerprint pcs_certificate_fingerprint(const pcs_certificate *certificate) {
  return (pcs_fingerprint){.hash = PCS_HASH_SHA_256,
                           .value = {certificate->fingerprint, PCS_SHA256_BYTES}};
}

pcs_span pcs_certificate_der(const pcs_certificate *certificate) {
  return (pcs_span){CRYPTO_BUFFER_data(certificate->der), CRYPTO_BUFFER_len(certificate->der)};
}

uint64_t pcs_certificate_expires_ms(const pcs_certificate *certificate) {
  return certificate->expires_ms;
}

pcs_key_algorithm pcs_certificate_algorithm(const pcs_certificate *certificate) {
  return EVP_PKEY_id(certificate->key) == EVP_PKEY_RSA ? PCS_KEY_RSA_2048 : PCS_KEY_ECDSA_P256;
}

/* ---- keeping ---- */

/* A CBB of fixed memory makes no copy of its own. */
pcs_status pcs_certificate_write_key(const pcs_certificate *certificate, uint8_t *memory,
                                     size_t capacity, size_t *out_len) {
  CBB cbb;
  *out_len = 0;
  CBB_init_fixed(&cbb, memory, capacity);
  bool written = EVP_marshal_private_key(&cbb, certificate->key) == 1 &&
                 CBB_finish(&cbb, NULL, out_len) == 1;
  CBB_cleanup(&cbb);
  return written ? PCS_OK : PCS_ERR_CRYPTO;
}

static EVP_PKEY *read_key(pcs_span bytes) {
  CBS cbs;
  CBS_init(&cbs, bytes.data, bytes.len);
  EVP_PKEY *key = EVP_parse_private_key(&cbs);
  const EC_KEY *ec = key != NULL ? EVP_PKEY_get0_EC_KEY(key) : NULL;
  bool is_p256 = ec != NULL && EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) ==
                                   NID_X9_62_prime256v1;
  bool is_rsa = key != NULL && EVP_PKEY_id(key) == EVP_PKEY_RSA && EVP_PKEY_bits(key) == 2048;
  if (CBS_len(&cbs) > 0 || (!is_p256 && !is_rsa)) {
    EVP_PKEY_free(key);
    return NULL;
  }
  return key;
}

/* The day that the certificate itself says is its last; PCS_ERR_SYNTAX when it is not this key's. */
static pcs_status read_expiry(pcs_certificate *certificate) {
  X509 *x509 = X509_parse_from_buffer(certificate->der);
  int64_t expires_s = 0;
  bool whole = x509 != NULL && X509_check_private_key(x509, certificate->key) == 1 &&
               ASN1_TIME_to_posix(X509_get0_notAfter(x509), &expires_s) == 1 && expires_s > 0;
  X509_free(x509);
  certificate->expires_ms = (uint64_t)expires_s * 1000;
  return whole ? PCS_OK : PCS_ERR_SYNTAX;
}

pcs_status pcs_certificate_read(pcs_certificate **out_certificate, pcs_span key, pcs_span der,
                                uint64_t unix_now_s) {
  pcs_certificate *made = calloc(1, sizeof *made);
  *out_certificate = NULL;
  if (made == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  made->num_owners = 1;
  made->key = read_key(key);
  made->der = made->key != NULL ? CRYPTO_BUFFER_new(der.data, der.len, NULL) : NULL;
  pcs_status status = made->der != NULL ? read_expiry(made) : PCS_ERR_SYNTAX;
  if (status == PCS_OK && made->expires_ms <= unix_now_s * 1000) {
    status = PCS_ERR_TIMEOUT;
  }
  if (status != PCS_OK) {
    pcs_certificate_free(made);
    return status;
  }
  report_key(made->key);
  pcs_sha256(pcs_certificate_der(made), made->fingerprint);
  *out_certificate = made;
  return PCS_OK;
}

/* ---- using ---- */

pcs_status pcs_certificate_use(const pcs_certificate *certificate, struct ssl_ctx_st *context) {
  CRYPTO_BUFFER *chain[] = {certificate->der};
  int set = SSL_CTX_set_chain_and_key(context, chain, 1, certificate->key, NULL);
  return set == 1 ? PCS_OK : PCS_ERR_CRYPTO;
}
