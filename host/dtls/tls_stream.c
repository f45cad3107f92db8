#include "host/dtls/tls_stream.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/limits.h"
#include "core/plan/address.h"

#define WAITING_BYTES_MAX 65536

/* RFC 9325 4.2: forward secrecy and AEAD; TLS 1.3 has nothing else. */
static const char cipher_list[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

struct pcs_tls_stream {
  SSL *ssl;
  pcs_writer *output; /* of this call; NULL: nothing can be sent */
  size_t in_len;      /* bytes from the socket that BoringSSL has not taken */
  size_t in_at;
  uint8_t in[WAITING_BYTES_MAX];
};

/* The process's trust: its roots, and what they were read into. */
static pcs_span trusted_bundle;
static SSL_CTX *trusting_context;

void pcs_tls_trust(pcs_span bundle) {
  SSL_CTX_free(trusting_context);
  trusting_context = NULL;
  trusted_bundle = bundle;
}

/* ---- trust ---- */

/* False when the bundle has no certificate. */
static bool add_roots(X509_STORE *store) {
  bool has_any = false;
  BIO *bio = BIO_new_mem_buf(trusted_bundle.data, (int)trusted_bundle.len);
  X509 *root = NULL;
  while (bio != NULL && (root = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
    has_any = X509_STORE_add_cert(store, root) == 1 || has_any;
    X509_free(root);
  }
  BIO_free(bio);
  ERR_clear_error(); /* the end of the bundle is one */
  return has_any;
}

static pcs_status make_context(void) {
  if (trusting_context != NULL) {
    return PCS_OK;
  }
  if (trusted_bundle.len == 0) {
    return PCS_ERR_UNTRUSTED;
  }
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (context == NULL) {
    return PCS_ERR_CRYPTO;
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_strict_cipher_list(context, cipher_list) != 1) {
    SSL_CTX_free(context);
    return PCS_ERR_CRYPTO;
  }
  if (!add_roots(SSL_CTX_get_cert_store(context))) {
    SSL_CTX_free(context);
    return PCS_ERR_UNTRUSTED;
  }
  trusting_context = context;
  return PCS_OK;
}

/* RFC 6125: the URL's own name, which no alternate server changes; an address is in the certificate
 * as an address. */
static bool expect_host(SSL *ssl, pcs_span host, uint64_t now_unix_s) {
  char text[PCS_HOST_NAME_BYTES_MAX + 1] = {0};
  pcs_address address;
  X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
  if (host.len == 0 || host.len >= sizeof text) {
    return false;
  }
  memcpy(text, host.data, host.len);
  X509_VERIFY_PARAM_set_time(param, (time_t)now_unix_s);
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (pcs_address_parse(host, &address) == PCS_OK) {
    return X509_VERIFY_PARAM_set1_ip_asc(param, text) == 1;
  }
  return X509_VERIFY_PARAM_set1_host(param, text, host.len) == 1 &&
         SSL_set_tlsext_host_name(ssl, text) == 1;
}

/* ---- memory instead of a socket ---- */

static int write_bytes(BIO *bio, const char *bytes, int len) {
  pcs_tls_stream *stream = BIO_get_data(bio);
  if (stream->output == NULL) {
    return -1;
  }
  pcs_writer_bytes(stream->output, (pcs_span){(const uint8_t *)bytes, (size_t)len});
  return stream->output->failed ? -1 : len;
}

static int read_bytes(BIO *bio, char *out, int capacity) {
  pcs_tls_stream *stream = BIO_get_data(bio);
  size_t len = stream->in_len - stream->in_at;
  BIO_clear_retry_flags(bio);
  if (len == 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  len = len > (size_t)capacity ? (size_t)capacity : len;
  memcpy(out, stream->in + stream->in_at, len);
  stream->in_at += len;
  return (int)len;
}

static long control(BIO *bio, int command, long number, void *argument) {
  (void)bio;
  (void)number;
  (void)argument;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static const BIO_METHOD memory_method = {
    .type = BIO_TYPE_SOURCE_SINK,
    .name = "stream",
    .bwrite = write_bytes,
    .bread = read_bytes,
    .ctrl = control,
};

static bool set_memory(pcs_tls_stream *stream) {
  BIO *bio = BIO_new(&memory_method);
  if (bio == NULL) {
    return false;
  }
  BIO_set_data(bio, stream);
  BIO_set_init(bio, 1);
  SSL_set_bio(stream->ssl, bio, bio);
  return true;
}

/* ---- life ---- */

pcs_status pcs_tls_stream_new(pcs_tls_stream **out_stream, pcs_span host, uint64_t now_unix_s) {
  *out_stream = NULL;
  pcs_status status = make_context();
  if (status != PCS_OK) {
    return status;
  }
  pcs_tls_stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) {
    return PCS_ERR_SYSTEM;
  }
  stream->ssl = SSL_new(trusting_context);
  if (stream->ssl == NULL || !expect_host(stream->ssl, host, now_unix_s) || !set_memory(stream)) {
    pcs_tls_stream_free(stream);
    return PCS_ERR_CRYPTO;
  }
  SSL_set_connect_state(stream->ssl);
  *out_stream = stream;
  return PCS_OK;
}

void pcs_tls_stream_free(pcs_tls_stream *stream) {
  if (stream != NULL) {
    SSL_free(stream->ssl);
    free(stream);
  }
}

bool pcs_tls_stream_is_open(const pcs_tls_stream *stream) {
  return SSL_is_init_finished(stream->ssl) == 1;
}

static pcs_status shake_hands(pcs_tls_stream *stream) {
  ERR_clear_error();
  int result = SSL_do_handshake(stream->ssl);
  if (result == 1 || SSL_get_error(stream->ssl, result) == SSL_ERROR_WANT_READ) {
    return PCS_OK;
  }
  /* Not by the verify result, which is a failure before there was anything to verify, too. */
  return ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED
             ? PCS_ERR_UNTRUSTED
             : PCS_ERR_CRYPTO;
}

pcs_status pcs_tls_stream_start(pcs_tls_stream *stream, pcs_writer *out) {
  stream->output = out;
  pcs_status status = shake_hands(stream);
  stream->output = NULL;
  return status;
}

static pcs_status keep(pcs_tls_stream *stream, pcs_span bytes) {
  size_t left = stream->in_len - stream->in_at;
  if (bytes.len > sizeof stream->in - left) {
    return PCS_ERR_CRYPTO;
  }
  memmove(stream->in, stream->in + stream->in_at, left);
  memcpy(stream->in + left, bytes.data, bytes.len);
  stream->in_at = 0;
  stream->in_len = left + bytes.len;
  return PCS_OK;
}

pcs_status pcs_tls_stream_receive(pcs_tls_stream *stream, pcs_span bytes, pcs_writer *out) {
  pcs_status status = keep(stream, bytes);
  if (status != PCS_OK || pcs_tls_stream_is_open(stream)) {
    return status;
  }
  stream->output = out;
  status = shake_hands(stream);
  stream->output = NULL;
  return status;
}

pcs_status pcs_tls_stream_read(pcs_tls_stream *stream, uint8_t *memory, size_t capacity,
                               size_t *out_len) {
  *out_len = 0;
  if (!pcs_tls_stream_is_open(stream)) {
    return PCS_ERR_NO_SPACE;
  }
  ERR_clear_error();
  int result = SSL_read(stream->ssl, memory, (int)capacity);
  if (result > 0) {
    *out_len = (size_t)result;
    return PCS_OK;
  }
  return SSL_get_error(stream->ssl, result) == SSL_ERROR_WANT_READ ? PCS_ERR_NO_SPACE
                                                                   : PCS_ERR_CLOSED;
}

pcs_status pcs_tls_stream_write(pcs_tls_stream *stream, pcs_span bytes, pcs_writer *out) {
  if (!pcs_tls_stream_is_open(stream)) {
    return PCS_ERR_STATE;
  }
  ERR_clear_error();
  stream->output = out;
  int result = bytes.len == 0 ? 0 : SSL_write(stream->ssl, bytes.data, (int)bytes.len);
  stream->output = NULL;
  return result == (int)bytes.len ? PCS_OK : PCS_ERR_NO_SPACE;
}
