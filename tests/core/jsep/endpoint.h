/*
 * A negotiation with the memory it is lent, for tests: every call lends blocks of exactly as many
 * bytes as were asked for, and frees at once what is not used, so that AddressSanitizer sees every
 * byte too far and every use too late.
 */
#ifndef TESTS_CORE_JSEP_ENDPOINT_H
#define TESTS_CORE_JSEP_ENDPOINT_H

#include <stdlib.h>
#include <string.h>

#include "core/boundary/message.h"
#include "core/jsep/jsep.h"

#define ENDPOINT_TEXT_MAX 65536

typedef struct endpoint {
  pcs_negotiation negotiation;
  char text[ENDPOINT_TEXT_MAX]; /* what was last described, with a NUL */
  uint8_t records[ENDPOINT_TEXT_MAX];
  size_t records_len;
  uint32_t next_generation;
  char name;
} endpoint;

static inline pcs_span span_of(const char *text) {
  return (pcs_span){(const uint8_t *)text, strlen(text)};
}

static inline void endpoint_tidy(endpoint *end) {
  for (void *block; (block = pcs_negotiation_take_back(&end->negotiation)) != NULL;) {
    free(block);
  }
}

static inline void endpoint_lend(endpoint *end, size_t len) {
  for (int i = 0; i < PCS_NEGOTIATION_BLOCKS; i++) {
    pcs_negotiation_lend(&end->negotiation, malloc(len), len);
  }
}

/* Credentials that differ by endpoint and generation. */
static inline void endpoint_credentials(const endpoint *end, char *ufrag, char *password) {
  (void)snprintf(ufrag, 16, "%cuf%u", end->name, end->next_generation);
  (void)snprintf(password, 48, "%cpasswordpasswordpassword%u", end->name, end->next_generation);
}

static inline pcs_status endpoint_init(endpoint *end, char name) {
  static const uint8_t hash[32] = {1, 2, 3, 4};
  char ufrag[16];
  char password[48];
  *end = (endpoint){.next_generation = 1, .name = name};
  endpoint_credentials(end, ufrag, password);
  pcs_fingerprint fingerprint = {PCS_HASH_SHA_256, {hash, sizeof hash}};
  pcs_local_facts facts = {
      .generation = end->next_generation++,
      .ufrag = span_of(ufrag),
      .password = span_of(password),
      .tls_id = span_of("abcdefghijklmnopqrstuvwxyz"),
      .fingerprints = &fingerprint,
      .num_fingerprints = 1,
      .session_id = UINT64_C(0xfffffffffffffff0) + (unsigned char)name,
  };
  return pcs_negotiation_init(&end->negotiation, &facts);
}

static inline pcs_status endpoint_add_generation(endpoint *end) {
  char ufrag[16];
  char password[48];
  endpoint_credentials(end, ufrag, password);
  return pcs_negotiation_add_generation(&end->negotiation, end->next_generation++, span_of(ufrag),
                                        span_of(password));
}

static inline void endpoint_close(endpoint *end) {
  pcs_negotiation_close(&end->negotiation);
  endpoint_tidy(end);
}

/* The text of a slot, in end->text; NULL when it is empty. */
static inline const char *endpoint_text(endpoint *end, pcs_description_slot slot) {
  pcs_writer writer;
  pcs_description_type type;
  pcs_writer_init(&writer, (uint8_t *)end->text, sizeof end->text - 1);
  if (!pcs_negotiation_describe(&end->negotiation, slot, &writer, &type)) {
    return NULL;
  }
  end->text[writer.len] = 0;
  return end->text;
}

static inline pcs_status endpoint_create(endpoint *end, pcs_description_type type, bool restart) {
  pcs_creation creation = {type, restart};
  if (pcs_negotiation_needs_generation(&end->negotiation, creation) &&
      endpoint_add_generation(end) != PCS_OK) {
    return PCS_ERR_SYSTEM;
  }
  endpoint_lend(end, 8192);
  pcs_status status = pcs_negotiation_create(&end->negotiation, creation);
  endpoint_tidy(end);
  return status;
}

static inline pcs_status endpoint_set(endpoint *end, pcs_description_side side,
                                      pcs_description_type type, const char *text) {
  pcs_signaling_event event = {side, type};
  endpoint_lend(end, 8192 + 16 * strlen(text));
  pcs_status status = pcs_negotiation_set(&end->negotiation, event, span_of(text));
  endpoint_tidy(end);
  return status;
}

static inline pcs_status endpoint_add(endpoint *end, const pcs_remote_candidate *candidate) {
  endpoint_lend(end, 512 + candidate->text.len);
  pcs_status status = pcs_negotiation_add_remote_candidate(&end->negotiation, candidate);
  endpoint_tidy(end);
  return status;
}

/* Takes every record that waits into end->records. */
static inline void endpoint_take(endpoint *end) {
  pcs_writer writer;
  pcs_writer_init(&writer, end->records, sizeof end->records);
  while (pcs_negotiation_take_message(&end->negotiation, 77, &writer)) {
  }
  end->records_len = writer.len;
}

/* The nth record of what was taken; id 0 when there is none. */
static inline pcs_record endpoint_record(const endpoint *end, size_t n) {
  pcs_span stream = {end->records, end->records_len};
  pcs_record record = {0};
  for (size_t i = 0; i <= n; i++) {
    if (pcs_record_next(&stream, &record) != PCS_OK) {
      return (pcs_record){0};
    }
  }
  return record;
}

#endif
