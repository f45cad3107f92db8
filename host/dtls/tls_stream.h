/*
 * A TLS client over memory, for streams to TURN servers: TLS 1.2 or later, a certificate chain up
 * to a trusted root and for the very host that the URL names (requirement X11). It owns the SSL
 * object; no socket and no clock. Which roots are trusted is said once for the process.
 */
#ifndef PCS_HOST_DTLS_TLS_STREAM_H
#define PCS_HOST_DTLS_TLS_STREAM_H

#include "core/base/bytes.h"

typedef struct pcs_tls_stream pcs_tls_stream;

/* pcs_tls_trust sets the roots: a bundle in PEM form, borrowed for the process's life and read when
 * the first stream is made. Without one nobody is trusted. */
void pcs_tls_trust(pcs_span bundle);

/* pcs_tls_stream_new: host is a DNS name or a literal address. PCS_ERR_UNTRUSTED when no root is
 * trusted, PCS_ERR_CRYPTO. */
PCS_MUST_USE pcs_status pcs_tls_stream_new(pcs_tls_stream **out_stream, pcs_span host,
                                           uint64_t now_unix_s);
/* pcs_tls_stream_free wipes keys; free(NULL) is fine. */
void pcs_tls_stream_free(pcs_tls_stream *stream);
/* pcs_tls_stream_start appends the first flight to out. */
PCS_MUST_USE pcs_status pcs_tls_stream_start(pcs_tls_stream *stream, pcs_writer *out);
/*
 * pcs_tls_stream_receive takes bytes from the socket and appends what answers them to out.
 * PCS_ERR_UNTRUSTED for a certificate that is not the host's, PCS_ERR_CRYPTO for what is no TLS:
 * then out has an alert and the stream is over. At most 64 KiB may wait to be read.
 */
PCS_MUST_USE pcs_status pcs_tls_stream_receive(pcs_tls_stream *stream, pcs_span bytes,
                                               pcs_writer *out);
/* pcs_tls_stream_read: PCS_OK and *out_len bytes; PCS_ERR_NO_SPACE nothing now; PCS_ERR_CLOSED. */
PCS_MUST_USE pcs_status pcs_tls_stream_read(pcs_tls_stream *stream, uint8_t *memory,
                                            size_t capacity, size_t *out_len);
/* pcs_tls_stream_write seals bytes and appends the records to out. PCS_ERR_STATE unless open;
 * PCS_ERR_NO_SPACE when they do not fit: the stream is over. */
PCS_MUST_USE pcs_status pcs_tls_stream_write(pcs_tls_stream *stream, pcs_span bytes,
                                             pcs_writer *out);
bool pcs_tls_stream_is_open(const pcs_tls_stream *stream);

#endif
