/*
 * A TLS server in memory, with certificates of its own making, for tests of the client's stream: a
 * root, and certificates under it for any name and time. Include once per program, after check.h.
 */
#ifndef TESTS_HOST_DTLS_TLS_SERVER_H
#define TESTS_HOST_DTLS_TLS_SERVER_H

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "core/base/bytes.h"

#define SERVER_NOW_S 1700000000
#define DAY_S 86400

typedef struct identity {
  X509 *certificate;
  EVP_PKEY *key;
} identity;

/* What a certificate says. alternative: "DNS:name" or "IP:address", NULL for none. */
typedef struct identity_options {
  const char *common_name;
  const char *alternative;
  int64_t from_s;
  int64_t until_s;
  bool is_root;
} identity_options;

static inline EVP_PKEY *make_key(void) {
  EC_KEY *curve = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  EVP_PKEY *key = EVP_PKEY_new();
  CHECK(EC_KEY_generate_key(curve) == 1 && EVP_PKEY_assign_EC_KEY(key, curve) == 1);
  return key;
}

static inline void add_extension(X509 *certificate, int nid, const char *value) {
  X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, NULL, nid, value);
  CHECK(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

/* issuer NULL: it signs itself. */
static inline identity make_identity(const identity_options *options, const identity *issuer) {
  identity made = {.certificate = X509_new(), .key = make_key()};
  X509_NAME *name = X509_get_subject_name(made.certificate);
  X509_set_version(made.certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), issuer == NULL ? 1 : 2);
  ASN1_TIME_set(X509_getm_notBefore(made.certificate), (time_t)options->from_s);
  ASN1_TIME_set(X509_getm_notAfter(made.certificate), (time_t)options->until_s);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)options->common_name, -1,
                             -1, 0);
  X509_set_issuer_name(made.certificate,
                       issuer == NULL ? name : X509_get_subject_name(issuer->certificate));
  X509_set_pubkey(made.certificate, made.key);
  add_extension(made.certificate, NID_basic_constraints,
                options->is_root ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (options->alternative != NULL) {
    add_extension(made.certificate, NID_subject_alt_name, options->alternative);
  }
  CHECK(X509_sign(made.certificate, issuer == NULL ? made.key : issuer->key, EVP_sha256()) > 0);
  return made;
}

static inline void free_identity(identity *one) {
  X509_free(one->certificate);
  EVP_PKEY_free(one->key);
}

/* The certificate in PEM form, in memory that is freed with free(). */
static inline pcs_span write_pem(const identity *one) {
  const uint8_t *bytes = NULL;
  size_t len = 0;
  BIO *bio = BIO_new(BIO_s_mem());
  CHECK(PEM_write_bio_X509(bio, one->certificate) == 1 && BIO_mem_contents(bio, &bytes, &len) == 1);
  uint8_t *copy = malloc(len);
  memcpy(copy, bytes, len);
  BIO_free(bio);
  return (pcs_span){copy, len};
}

typedef struct tls_server {
  SSL_CTX *context;
  SSL *ssl;
  BIO *in;
  BIO *out;
} tls_server;

static inline void tls_server_init(tls_server *server, const identity *one, uint16_t version_max) {
  server->context = SSL_CTX_new(TLS_method());
  SSL_CTX_set_min_proto_version(server->context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(server->context, version_max);
  CHECK(SSL_CTX_use_certificate(server->context, one->certificate) == 1);
  CHECK(SSL_CTX_use_PrivateKey(server->context, one->key) == 1);
  server->ssl = SSL_new(server->context);
  server->in = BIO_new(BIO_s_mem());
  server->out = BIO_new(BIO_s_mem());
  SSL_set_bio(server->ssl, server->in, server->out);
  SSL_set_accept_state(server->ssl);
}

static inline void tls_server_clear(tls_server *server) {
  SSL_free(server->ssl);
  SSL_CTX_free(server->context);
}

/* tls_server_take gives it bytes; what it answers is appended to answer. */
static inline void tls_server_take(tls_server *server, pcs_span bytes, pcs_writer *answer) {
  uint8_t memory[20000];
  int len = 0;
  if (bytes.len > 0) {
    CHECK(BIO_write(server->in, bytes.data, (int)bytes.len) == (int)bytes.len);
  }
  if (SSL_is_init_finished(server->ssl) == 0) {
    (void)SSL_do_handshake(server->ssl);
  }
  while ((len = BIO_read(server->out, memory, sizeof memory)) > 0) {
    pcs_writer_bytes(answer, (pcs_span){memory, (size_t)len});
  }
}

#endif
