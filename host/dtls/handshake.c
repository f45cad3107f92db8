#include "host/dtls/handshake.h"

#include "host/dtls/handshake_bio.h"

#include <openssl/err.h>
#include <openssl/pool.h>

#include <string.h>

/*
 * RFC 6347 4.2.4.1 suggests one second; a call would wait that long for each lost flight. ICE has
 * just measured that the path works, so start where its own retransmissions do and double.
 */
#define FIRST_TIMEOUT_MS 200
/* The certificate message may not make us keep more than this. */
#define CERTIFICATE_LIST_BYTES_MAX (2 * PCS_CERTIFICATE_BYTES_MAX)
/* Bad first flights that a server forgives before it gives up (see restart). */
#define RESTARTS_MAX 16

/* RFC 8827 6.5: forward secrecy and AEAD only; the first is the one everybody must have. */
static const char cipher_list[] = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                  "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                  "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
/* GCM first: it costs a third. No NULL, no F8, no 32-bit tag (requirements X19). */
static const char srtp_profiles[] =
    "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80";
static const uint16_t signature_algorithms[] = {
    SSL_SIGN_ECDSA_SECP256R1_SHA256, SSL_SIGN_RSA_PSS_RSAE_SHA256, SSL_SIGN_RSA_PKCS1_SHA256,
    SSL_SIGN_ECDSA_SECP384R1_SHA384, SSL_SIGN_RSA_PSS_RSAE_SHA384, SSL_SIGN_RSA_PKCS1_SHA384,
    SSL_SIGN_RSA_PSS_RSAE_SHA512,    SSL_SIGN_RSA_PKCS1_SHA512};
/* RFC 8833 4: a client that does not know what the other wants offers both. */
static const uint8_t alpn_offer[] = "\x06webrtc\x08"
                                    "c-webrtc";
static const char alpn_choice[] = "webrtc";

/* BoringSSL asks for the time without saying for whom, so each call sets it first. */
static _Thread_local uint64_t call_now_us;

static void give_time(const SSL *ssl, struct timeval *out) {
  (void)ssl;
  out->tv_sec = (time_t)(call_now_us / 1000000) + 1; /* never 0: that means "no timer" to it */
  out->tv_usec = (suseconds_t)(call_now_us % 1000000);
}

/*
 * RFC 8827 6.5, RFC 8122 6.2: inside the handshake, so that nothing is delivered from, and nothing
 * but an alert is sent to, a peer with another certificate. That the peer holds the key is what
 * its CertificateVerify or ServerKeyExchange proves; BoringSSL insists on it.
 */
static enum ssl_verify_result_t verify_peer(SSL *ssl, uint8_t *out_alert) {
  const pcs_handshake *handshake = SSL_get_app_data(ssl);
  const STACK_OF(CRYPTO_BUFFER) *chain = SSL_get0_peer_certificates(ssl);
  if (chain != NULL && sk_CRYPTO_BUFFER_num(chain) > 0) {
    const CRYPTO_BUFFER *leaf = sk_CRYPTO_BUFFER_value(chain, 0);
    pcs_span der = {CRYPTO_BUFFER_data(leaf), CRYPTO_BUFFER_len(leaf)};
    if (der.len <= PCS_CERTIFICATE_BYTES_MAX &&
        pcs_fingerprint_set_matches(&handshake->expected, der)) {
      return ssl_verify_ok;
    }
  }
  *out_alert = SSL_AD_BAD_CERTIFICATE;
  return ssl_verify_invalid;
}

/* RFC 8833 5: take webrtc where it is offered; a peer that knows no ALPN is as one that took it. */
static int select_protocol(SSL *ssl, const uint8_t **out, uint8_t *out_len, const uint8_t *in,
                           unsigned in_len, void *context) {
  (void)ssl;
  (void)context;
  pcs_reader reader;
  pcs_reader_init(&reader, (pcs_span){in, in_len});
  while (reader.rest.len > 0 && !reader.failed) {
    pcs_span name = pcs_reader_bytes(&reader, pcs_reader_u8(&reader));
    if (pcs_span_equal_text(name, alpn_choice)) {
      *out = name.data;
      *out_len = (uint8_t)name.len;
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_NOACK;
}

static SSL_CTX *make_context(const pcs_certificate *certificate) {
  SSL_CTX *context = SSL_CTX_new(DTLS_with_buffers_method());
  if (context == NULL) {
    return NULL;
  }
  size_t num_algorithms = sizeof signature_algorithms / sizeof signature_algorithms[0];
  bool set =
      SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
      SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1 &&
      SSL_CTX_set_strict_cipher_list(context, cipher_list) == 1 &&
      SSL_CTX_set1_curves_list(context, "X25519:P-256") == 1 &&
      SSL_CTX_set_srtp_profiles(context, srtp_profiles) == 1 &&
      SSL_CTX_set_verify_algorithm_prefs(context, signature_algorithms, num_algorithms) == 1 &&
      SSL_CTX_set_alpn_protos(context, alpn_offer, sizeof alpn_offer - 1) == 0 &&
      pcs_certificate_use(certificate, context) == PCS_OK;
  if (!set) {
    SSL_CTX_free(context);
    return NULL;
  }
  /* No tickets, no cache: every association is a full handshake (RFC 8844's attacks need more). */
  SSL_CTX_set_options(context,
                      SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, CERTIFICATE_LIST_BYTES_MAX);
  SSL_CTX_set_custom_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                            verify_peer);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, NULL);
  SSL_CTX_set_current_time_cb(context, give_time);
  return context;
}

static pcs_status make_ssl(pcs_handshake *handshake) {
  SSL *ssl = SSL_new(handshake->context);
  BIO *bio = ssl == NULL ? NULL : pcs_handshake_bio_new(handshake);
  if (bio == NULL) {
    SSL_free(ssl);
    return PCS_ERR_NO_SPACE;
  }
  SSL_set_bio(ssl, bio, bio);
  SSL_set_app_data(ssl, handshake);
  SSL_set_mtu(ssl, PCS_DATAGRAM_BYTES_MAX);
  DTLSv1_set_initial_timeout_duration(ssl, FIRST_TIMEOUT_MS);
  if (handshake->role == PCS_DTLS_CLIENT) {
    SSL_set_connect_state(ssl);
  } else {
    SSL_set_accept_state(ssl);
  }
  SSL_free(handshake->ssl);
  handshake->ssl = ssl;
  return PCS_OK;
}

pcs_status pcs_handshake_init(pcs_handshake *handshake, const pcs_dtls_config *config,
                              uint64_t now_us) {
  *handshake = (pcs_handshake){.role = config->role, .wake_at_us = UINT64_MAX};
  pcs_status status = pcs_fingerprint_set_init(&handshake->expected, config->fingerprints,
                                               config->num_fingerprints);
  if (status != PCS_OK) {
    return status;
  }
  call_now_us = now_us;
  handshake->context = make_context(config->certificate);
  status = handshake->context == NULL ? PCS_ERR_CRYPTO : make_ssl(handshake);
  if (status != PCS_OK) {
    pcs_handshake_clear(handshake);
  }
  return status;
}

void pcs_handshake_clear(pcs_handshake *handshake) {
  SSL_free(handshake->ssl);
  SSL_CTX_free(handshake->context);
  *handshake = (pcs_handshake){.wake_at_us = UINT64_MAX};
}

static void update_wake(pcs_handshake *handshake, uint64_t now_us) {
  struct timeval left;
  handshake->wake_at_us = UINT64_MAX;
  if (SSL_in_init(handshake->ssl) && DTLSv1_get_timeout(handshake->ssl, &left) == 1) {
    handshake->wake_at_us = now_us + (uint64_t)left.tv_sec * 1000000 + (uint64_t)left.tv_usec;
  }
}

/*
 * Anybody who can send from the peer's address can send a server a ClientHello that cannot work.
 * As long as we have answered nothing, start again as if it had not come (CVE-2023-49786's class);
 * the first time even without an alert, which would go to the true peer. A peer that really speaks
 * something else tries again and is told.
 */
static pcs_handshake_result restart(pcs_handshake *handshake) {
  if (handshake->role != PCS_DTLS_SERVER || handshake->flight_sent ||
      handshake->num_restarts >= RESTARTS_MAX || make_ssl(handshake) != PCS_OK) {
    return PCS_HANDSHAKE_FAILED;
  }
  handshake->num_restarts++;
  return PCS_HANDSHAKE_GOES_ON;
}

static pcs_handshake_result conclude(pcs_handshake *handshake, int result, uint64_t now_us) {
  pcs_handshake_result concluded = PCS_HANDSHAKE_GOES_ON;
  if (result == 1) {
    concluded = PCS_HANDSHAKE_DONE;
  } else if (SSL_get_error(handshake->ssl, result) != SSL_ERROR_WANT_READ) {
    concluded = restart(handshake);
  }
  ERR_clear_error();
  handshake->input = (pcs_span){0};
  handshake->output = NULL;
  update_wake(handshake, now_us);
  return concluded;
}

/* An alert that answers the very first bad flight is withheld: see restart. */
static size_t withheld_from(const pcs_handshake *handshake, const pcs_datagrams *out) {
  bool withhold = handshake->role == PCS_DTLS_SERVER && handshake->num_restarts == 0;
  return withhold ? out->num : SIZE_MAX;
}

static void withhold(pcs_datagrams *out, size_t from) {
  while (out->num > from) {
    out->len -= out->lengths[--out->num];
  }
}

pcs_handshake_result pcs_handshake_step(pcs_handshake *handshake, uint64_t now_us,
                                        pcs_span datagram, pcs_datagrams *out) {
  call_now_us = now_us;
  handshake->input = datagram;
  handshake->output = out;
  size_t from = withheld_from(handshake, out);
  pcs_handshake_result result = conclude(handshake, SSL_do_handshake(handshake->ssl), now_us);
  if (result == PCS_HANDSHAKE_GOES_ON && handshake->num_restarts > 0) {
    withhold(out, from);
  }
  return result;
}

pcs_handshake_result pcs_handshake_tick(pcs_handshake *handshake, uint64_t now_us,
                                        pcs_datagrams *out) {
  call_now_us = now_us;
  handshake->output = out;
  int handled = DTLSv1_handle_timeout(handshake->ssl);
  ERR_clear_error();
  handshake->output = NULL;
  update_wake(handshake, now_us);
  return handled < 0 ? PCS_HANDSHAKE_FAILED : PCS_HANDSHAKE_GOES_ON;
}

void pcs_handshake_repeat(pcs_handshake *handshake, uint64_t now_us, pcs_span datagram,
                          pcs_datagrams *out) {
  uint8_t unused[1];
  call_now_us = now_us;
  handshake->input = datagram;
  handshake->output = out;
  (void)SSL_read(handshake->ssl, unused, sizeof unused);
  ERR_clear_error();
  handshake->input = (pcs_span){0};
  handshake->output = NULL;
}
