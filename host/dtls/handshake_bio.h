/*
 * What BoringSSL reads from and writes to: the datagram and the batch of the call in progress.
 */
#ifndef PCS_HOST_DTLS_HANDSHAKE_BIO_H
#define PCS_HOST_DTLS_HANDSHAKE_BIO_H

#include "host/dtls/handshake.h"

#include <openssl/bio.h>

/* pcs_handshake_bio_new borrows handshake for its life. Null when there is no memory. */
BIO *pcs_handshake_bio_new(pcs_handshake *handshake);

#endif
