/* The reporter as a test build has it, whatever this build is. */
#ifndef PCS_TEST_SECRETS
#define PCS_TEST_SECRETS
#endif
#include "host/crypto/test_secret.c"

#include "tests/check.h"

static void read_all(FILE *file, char *out, size_t capacity) {
  rewind(file);
  size_t len = fread(out, 1, capacity - 1, file);
  out[len] = 0;
}

static void test_reports_hashes_only(void) {
  FILE *file = tmpfile();
  if (!CHECK(file != NULL)) {
    return;
  }
  pcs_test_secret_open(fileno(file));
  pcs_test_secret("private-key", (const uint8_t *)"abc", 3);
  pcs_test_secret("stun-transaction", (const uint8_t *)"", 0);
  char said[512];
  read_all(file, said, sizeof said);
  CHECK_EQ_STR(
      said,
      "private-key 3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
      "stun-transaction 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n");
  pcs_test_secret_open(-1);
  pcs_test_secret("private-key", (const uint8_t *)"abc", 3);
  char later[512];
  read_all(file, later, sizeof later);
  CHECK_EQ_STR(later, said);
  fclose(file);
}

int main(void) {
  RUN("a secret is reported as kind, length and hash, and only when asked for",
      test_reports_hashes_only);
  return check_report();
}
