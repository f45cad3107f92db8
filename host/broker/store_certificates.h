/*
 * The certificates that pages have kept on purpose (RFC 8827 6.5, requirements A34, A35), in the
 * permission store: each with its private key, found only by the 128 random bits of its handle
 * together with the origin and embedder it was kept for. It makes and reads no key: to it they are
 * bytes. It keeps nothing for an origin about which nothing is remembered, and nothing for longer than
 * a year. Otherwise as store.h.
 */
#ifndef PCS_HOST_BROKER_STORE_CERTIFICATES_H
#define PCS_HOST_BROKER_STORE_CERTIFICATES_H

#include "core/boundary/message.h"
#include "host/broker/store.h"
#include "host/broker/store_sql.h"

/* webrtc-pc 4.9.1 bounds a certificate's life; a day more for clocks that were set. */
#define PCS_STORE_CERTIFICATE_US_MAX (UINT64_C(366) * 24 * 3600 * 1000000)

/* Whose it is, and by what it is found. */
typedef struct pcs_kept_name {
  uint8_t handle[PCS_KEPT_HANDLE_BYTES];
  pcs_origin origin;
  pcs_origin embedder;
} pcs_kept_name;

/* The bytes are borrowed. */
typedef struct pcs_kept_certificate {
  uint8_t algorithm; /* pcs_key_algorithm */
  uint64_t expires_us;
  pcs_span key;         /* PKCS #8 */
  pcs_span certificate; /* DER */
} pcs_kept_certificate;

/* The bytes that were kept, in memory that the caller wipes. */
typedef struct pcs_kept_bytes {
  size_t key_len;
  size_t certificate_len;
  uint8_t key[PCS_KEPT_KEY_BYTES_MAX];
  uint8_t certificate[PCS_KEPT_CERTIFICATE_BYTES_MAX];
} pcs_kept_bytes;

/* pcs_store_keep_certificate: PCS_ERR_DENIED when nothing is remembered about its origin or embedder;
 * PCS_ERR_RANGE for an unknown algorithm, no bytes or too many, or a life that is too long;
 * PCS_ERR_TIMEOUT when it has expired; PCS_ERR_QUOTA when its origin, or all, have kept enough. */
PCS_MUST_USE pcs_status pcs_store_keep_certificate(pcs_store *store, const pcs_kept_name *name,
                                                   const pcs_kept_certificate *kept,
                                                   uint64_t now_us);
/* pcs_store_recall_certificate: PCS_ERR_NOT_FOUND when there is none of that name, whoever else has
 * one of that handle. */
PCS_MUST_USE pcs_status pcs_store_recall_certificate(pcs_store *store, pcs_kept_bytes *out_kept,
                                                     const pcs_kept_name *name, uint64_t now_us);
/* pcs_store_forget_certificate: PCS_OK also when there is none. */
PCS_MUST_USE pcs_status pcs_store_forget_certificate(pcs_store *store, const pcs_kept_name *name);
/* pcs_store_expire_certificates forgets what has expired. */
PCS_MUST_USE pcs_status pcs_store_expire_certificates(pcs_store *store, uint64_t now_us);
/* pcs_store_check_certificates: every row is one that could have been kept, or CORRUPT. */
PCS_MUST_USE pcs_store_problem pcs_store_check_certificates(sqlite3 *database);

#endif
