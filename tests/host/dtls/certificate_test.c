#include "tests/check.h"

#include "host/crypto/hash.h"
#include "host/dtls/certificate.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#define NOW_S UINT64_C(1700000000)
#define DAY_S 86400

static X509 *parse(const pcs_certificate *certificate) {
  pcs_span der = pcs_certificate_der(certificate);
  const uint8_t *at = der.data;
  return d2i_X509(NULL, &at, (long)der.len);
}

static void check_made(pcs_key_algorithm algorithm, int key_type, int key_bits) {
  pcs_certificate *certificate = NULL;
  CHECK_EQ_INT(pcs_certificate_new(&certificate, algorithm, NOW_S, 30 * DAY_S), PCS_OK);
  X509 *x509 = parse(certificate);
  if (!CHECK(x509 != NULL)) {
    return;
  }
  EVP_PKEY *key = X509_get_pubkey(x509);
  CHECK_EQ_INT(EVP_PKEY_id(key), key_type);
  CHECK_EQ_INT(EVP_PKEY_bits(key), key_bits);
  CHECK_EQ_INT(X509_verify(x509, key), 1);
  CHECK_EQ_INT(X509_get_version(x509), X509_VERSION_3);
  int64_t from_s = 0;
  int64_t to_s = 0;
  CHECK_EQ_INT(ASN1_TIME_to_posix(X509_get0_notBefore(x509), &from_s), 1);
  CHECK_EQ_INT(ASN1_TIME_to_posix(X509_get0_notAfter(x509), &to_s), 1);
  CHECK_EQ_INT(from_s, (int64_t)NOW_S - DAY_S);
  CHECK_EQ_INT(to_s, (int64_t)NOW_S + 30 * DAY_S);
  CHECK_EQ_UINT(pcs_certificate_expires_ms(certificate), (NOW_S + 30 * DAY_S) * 1000);
  EVP_PKEY_free(key);
  X509_free(x509);
  pcs_certificate_free(certificate);
}

static void test_ecdsa(void) {
  check_made(PCS_KEY_ECDSA_P256, EVP_PKEY_EC, 256);
}

static void test_rsa(void) {
  check_made(PCS_KEY_RSA_2048, EVP_PKEY_RSA, 2048);
}

static void test_fingerprint(void) {
  pcs_certificate *certificate = NULL;
  CHECK_EQ_INT(pcs_certificate_new(&certificate, PCS_KEY_ECDSA_P256, NOW_S, DAY_S), PCS_OK);
  uint8_t digest[PCS_SHA256_BYTES];
  pcs_sha256(pcs_certificate_der(certificate), digest);
  pcs_fingerprint fingerprint = pcs_certificate_fingerprint(certificate);
  CHECK_EQ_INT(fingerprint.hash, PCS_HASH_SHA_256);
  CHECK_EQ_BYTES(fingerprint.value.data, fingerprint.value.len, digest, sizeof digest);
  pcs_certificate_free(certificate);
}

static void test_nothing_links_two(void) {
  pcs_certificate *made[2] = {NULL, NULL};
  X509 *parsed[2];
  for (size_t i = 0; i < 2; i++) {
    CHECK_EQ_INT(pcs_certificate_new(&made[i], PCS_KEY_ECDSA_P256, NOW_S, DAY_S), PCS_OK);
    parsed[i] = parse(made[i]);
  }
  CHECK(X509_NAME_cmp(X509_get_subject_name(parsed[0]), X509_get_subject_name(parsed[1])) != 0);
  CHECK(ASN1_INTEGER_cmp(X509_get_serialNumber(parsed[0]), X509_get_serialNumber(parsed[1])) != 0);
  EVP_PKEY *keys[] = {X509_get_pubkey(parsed[0]), X509_get_pubkey(parsed[1])};
  CHECK_EQ_INT(EVP_PKEY_cmp(keys[0], keys[1]), 0);
  for (size_t i = 0; i < 2; i++) {
    EVP_PKEY_free(keys[i]);
    X509_free(parsed[i]);
    pcs_certificate_free(made[i]);
  }
}

static void test_lifetime(void) {
  pcs_certificate *certificate = NULL;
  CHECK_EQ_INT(pcs_certificate_new(&certificate, PCS_KEY_ECDSA_P256, NOW_S, UINT64_MAX), PCS_OK);
  CHECK_EQ_UINT(pcs_certificate_expires_ms(certificate), (NOW_S + 365 * DAY_S) * 1000);
  pcs_certificate_free(certificate);
  CHECK_EQ_INT(pcs_certificate_new(&certificate, PCS_KEY_ECDSA_P256, 0, DAY_S), PCS_ERR_RANGE);
  CHECK(certificate == NULL);
  CHECK_EQ_INT(pcs_certificate_new(&certificate, (pcs_key_algorithm)9, NOW_S, DAY_S),
               PCS_ERR_UNSUPPORTED);
}

static void test_owners(void) {
  pcs_certificate *certificate = NULL;
  CHECK_EQ_INT(pcs_certificate_new(&certificate, PCS_KEY_ECDSA_P256, NOW_S, DAY_S), PCS_OK);
  pcs_certificate *second = pcs_certificate_retain(certificate);
  pcs_certificate_free(certificate);
  CHECK(pcs_certificate_der(second).len > 0);
  pcs_certificate_free(second);
  pcs_certificate_free(NULL);
}

static void keep_and_read(pcs_key_algorithm algorithm) {
  uint8_t key[PCS_KEPT_KEY_BYTES_MAX];
  size_t len = 0;
  pcs_certificate *first = NULL;
  pcs_certificate *again = NULL;
  CHECK_EQ_INT(pcs_certificate_new(&first, algorithm, NOW_S, DAY_S), PCS_OK);
  CHECK_EQ_INT(pcs_certificate_algorithm(first), algorithm);
  CHECK_EQ_INT(pcs_certificate_write_key(first, key, sizeof key, &len), PCS_OK);
  pcs_span der = pcs_certificate_der(first);
  CHECK(der.len <= PCS_KEPT_CERTIFICATE_BYTES_MAX);
  CHECK_EQ_INT(pcs_certificate_read(&again, (pcs_span){key, len}, der, NOW_S), PCS_OK);
  if (CHECK(again != NULL)) {
    pcs_span fingerprint = pcs_certificate_fingerprint(again).value;
    CHECK(pcs_span_equal(fingerprint, pcs_certificate_fingerprint(first).value));
    CHECK_EQ_UINT(pcs_certificate_expires_ms(again), pcs_certificate_expires_ms(first));
    CHECK_EQ_INT(pcs_certificate_algorithm(again), algorithm);
  }
  pcs_certificate_free(again);
  CHECK_EQ_INT(pcs_certificate_read(&again, (pcs_span){key, len}, der, NOW_S + DAY_S),
               PCS_ERR_TIMEOUT);
  CHECK(again == NULL);
  size_t room = len - 1;
  CHECK(pcs_certificate_write_key(first, key, room, &len) != PCS_OK);
  pcs_certificate_free(first);
}

static void test_kept(void) {
  keep_and_read(PCS_KEY_ECDSA_P256);
  keep_and_read(PCS_KEY_RSA_2048);
}

/* What a damaged or forged store could give back. */
static void test_not_kept(void) {
  uint8_t key[PCS_KEPT_KEY_BYTES_MAX + 1];
  size_t len = 0;
  pcs_certificate *made[2] = {NULL, NULL};
  pcs_certificate *again = NULL;
  for (size_t i = 0; i < 2; i++) {
    CHECK_EQ_INT(pcs_certificate_new(&made[i], PCS_KEY_ECDSA_P256, NOW_S, DAY_S), PCS_OK);
  }
  CHECK_EQ_INT(pcs_certificate_write_key(made[0], key, PCS_KEPT_KEY_BYTES_MAX, &len), PCS_OK);
  pcs_span whole = {key, len};
  pcs_span der = pcs_certificate_der(made[0]);
  CHECK_EQ_INT(pcs_certificate_read(&again, whole, pcs_certificate_der(made[1]), NOW_S),
               PCS_ERR_SYNTAX);
  for (size_t cut = 0; cut < len; cut++) {
    CHECK_EQ_INT(pcs_certificate_read(&again, (pcs_span){key, cut}, der, NOW_S), PCS_ERR_SYNTAX);
  }
  CHECK_EQ_INT(pcs_certificate_read(&again, (pcs_span){key, len + 1}, der, NOW_S),
               PCS_ERR_SYNTAX);
  for (size_t cut = 0; cut < der.len; cut++) {
    CHECK_EQ_INT(pcs_certificate_read(&again, whole, (pcs_span){der.data, cut}, NOW_S),
                 PCS_ERR_SYNTAX);
  }
  pcs_certificate_free(made[0]);
  pcs_certificate_free(made[1]);
}

int main(void) {
  RUN("an ECDSA certificate is P-256, self-signed and valid when it should be", test_ecdsa);
  RUN("an RSA certificate has 2048 bits", test_rsa);
  RUN("the fingerprint is SHA-256 of the certificate", test_fingerprint);
  RUN("nothing links two certificates", test_nothing_links_two);
  RUN("a certificate lives a year at most", test_lifetime);
  RUN("a certificate lives as long as its last owner", test_owners);
  RUN("a kept certificate is read back with its key, until it expires", test_kept);
  RUN("what is no key and certificate that belong together is not read", test_not_kept);
  return check_report();
}
