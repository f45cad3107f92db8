/*
 * What lets a test prove that no secret reached the page: a test build of the host reports the
 * SHA-256 of each secret it makes, never the secret, and the test looks for it in everything the
 * page could see. In a shipping build (no PCS_TEST_SECRETS) these are nothing at all: there is no
 * code, no variable and no way to turn it on.
 */
#ifndef PCS_HOST_CRYPTO_TEST_SECRET_H
#define PCS_HOST_CRYPTO_TEST_SECRET_H

#include "core/base/bytes.h"

#ifdef PCS_TEST_SECRETS
/* pcs_test_secret_open reports to fd from now on; a negative fd stops it. Without it the number in
 * the environment's PCS_TEST_SECRETS_FD is used, and without that nothing is reported. */
void pcs_test_secret_open(int fd);
/* pcs_test_secret appends the line "<kind> <len> <SHA-256 in hex>". kind has no spaces. */
void pcs_test_secret(const char *kind, const uint8_t *bytes, size_t len);
#else
#define pcs_test_secret_open(fd) ((void)(fd))
#define pcs_test_secret(kind, bytes, len) ((void)(kind), (void)(bytes), (void)(len))
#endif

#endif
