/*
 * Two DTLS associations in one process, joined by a lossy line in virtual time, for tests. The
 * client's end is [0], the server's [1]. Include once per program, after check.h.
 */
#ifndef TESTS_HOST_DTLS_PAIR_H
#define TESTS_HOST_DTLS_PAIR_H

#include "host/dtls/association.h"

#define PAIR_UNIX_NOW_S 1700000000u
#define PAIR_BATCH_BYTES (PCS_DATAGRAMS_MAX * PCS_DATAGRAM_BYTES_MAX)

typedef struct pair {
  uint64_t now_us;
  pcs_random_seeded random_state;
  pcs_random random;
  uint32_t loss_percent;
  pcs_certificate *certificates[2];
  pcs_dtls_association *ends[2];
  uint8_t memory[2][PAIR_BATCH_BYTES];
  pcs_datagrams out[2]; /* what each end has sent and the line has not yet taken */
  uint64_t num_received_bytes[2];
  uint8_t last[2][2048]; /* the last record that each end delivered */
  size_t last_len[2];
} pair;

static inline void pair_init(pair *p, uint64_t seed, pcs_key_algorithm client_key,
                             pcs_key_algorithm server_key) {
  *p = (pair){.now_us = 1};
  p->random = pcs_random_seeded_init(&p->random_state, seed);
  pcs_key_algorithm keys[] = {client_key, server_key};
  for (size_t i = 0; i < 2; i++) {
    CHECK_EQ_INT(pcs_certificate_new(&p->certificates[i], keys[i], PAIR_UNIX_NOW_S, 86400), PCS_OK);
    pcs_datagrams_init(&p->out[i], p->memory[i], sizeof p->memory[i]);
  }
}

/* pair_connect makes both ends; each expects the fingerprint given for its peer. */
static inline void pair_make_ends(pair *p, pcs_fingerprint of_client, pcs_fingerprint of_server) {
  pcs_dtls_config client = {p->certificates[0], PCS_DTLS_CLIENT, &of_server, 1};
  pcs_dtls_config server = {p->certificates[1], PCS_DTLS_SERVER, &of_client, 1};
  CHECK_EQ_INT(pcs_dtls_association_new(&p->ends[0], &client, p->now_us), PCS_OK);
  CHECK_EQ_INT(pcs_dtls_association_new(&p->ends[1], &server, p->now_us), PCS_OK);
}

static inline void pair_make_honest_ends(pair *p) {
  pair_make_ends(p, pcs_certificate_fingerprint(p->certificates[0]),
                 pcs_certificate_fingerprint(p->certificates[1]));
}

static inline void pair_clear(pair *p) {
  for (size_t i = 0; i < 2; i++) {
    pcs_dtls_association_free(p->ends[i]);
    pcs_certificate_free(p->certificates[i]);
  }
}

static inline void pair_read(pair *p, size_t to) {
  pcs_span record;
  while (pcs_dtls_association_read(p->ends[to], p->last[to], sizeof p->last[to], &record) ==
         PCS_OK) {
    p->num_received_bytes[to] += record.len;
    p->last_len[to] = record.len;
  }
}

static inline void pair_deliver_one(pair *p, size_t to, pcs_span datagram) {
  pcs_dtls_association_receive(p->ends[to], p->now_us, datagram, &p->out[to]);
  pair_read(p, to);
}

/* One crossing of the line in one direction. */
static inline void pair_cross(pair *p, size_t from) {
  uint8_t memory[PAIR_BATCH_BYTES];
  pcs_datagrams taken = p->out[from];
  memcpy(memory, p->memory[from], taken.len);
  taken.memory = memory;
  pcs_datagrams_clear(&p->out[from]);
  size_t offset = 0;
  for (size_t i = 0; i < taken.num; i++) {
    pcs_span datagram = pcs_datagrams_at(&taken, i, offset);
    offset += datagram.len;
    CHECK(datagram.len <= PCS_DATAGRAM_BYTES_MAX);
    if (pcs_random_below(&p->random, 100) >= p->loss_percent) {
      pair_deliver_one(p, 1 - from, datagram);
    }
  }
}

static inline void pair_exchange(pair *p) {
  while (p->out[0].num > 0 || p->out[1].num > 0) {
    pair_cross(p, 0);
    pair_cross(p, 1);
  }
}

static inline uint64_t pair_wake_at(const pair *p) {
  uint64_t a = pcs_dtls_association_wake_at(p->ends[0]);
  uint64_t b = pcs_dtls_association_wake_at(p->ends[1]);
  return a < b ? a : b;
}

/* pair_run runs virtual time until nothing waits or until_us. */
static inline void pair_run(pair *p, uint64_t until_us) {
  pair_exchange(p);
  while (pair_wake_at(p) <= until_us) {
    uint64_t wake = pair_wake_at(p);
    p->now_us = wake > p->now_us ? wake : p->now_us + 1;
    pcs_dtls_association_tick(p->ends[0], p->now_us, &p->out[0]);
    pcs_dtls_association_tick(p->ends[1], p->now_us, &p->out[1]);
    pair_exchange(p);
  }
}

static inline void pair_start(pair *p) {
  pcs_dtls_association_start(p->ends[0], p->now_us, &p->out[0]);
  pcs_dtls_association_start(p->ends[1], p->now_us, &p->out[1]);
}

static inline bool pair_is(const pair *p, pcs_dtls_state client, pcs_dtls_state server) {
  return CHECK_EQ_INT(pcs_dtls_association_state(p->ends[0]), client) &&
         CHECK_EQ_INT(pcs_dtls_association_state(p->ends[1]), server);
}

/* An honest, connected pair with ECDSA certificates. */
static inline void pair_init_connected(pair *p, uint64_t seed) {
  pair_init(p, seed, PCS_KEY_ECDSA_P256, PCS_KEY_ECDSA_P256);
  pair_make_honest_ends(p);
  pair_start(p);
  pair_run(p, 60000000);
  pair_is(p, PCS_DTLS_CONNECTED, PCS_DTLS_CONNECTED);
}

/* pair_write sends one record from an end onto the line. */
static inline void pair_write(pair *p, size_t from, const char *text) {
  CHECK_EQ_INT(pcs_dtls_association_write(p->ends[from], pcs_span_of_text(text), &p->out[from]),
               PCS_OK);
}

#endif
