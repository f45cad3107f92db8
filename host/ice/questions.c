#include "host/ice/questions.h"

#include <string.h>

#define SECOND_US 1000000u

static uint32_t capacity_of(const pcs_question_host *host) {
  switch (host->kind) {
  case PCS_QUESTION_FREE:
    return PCS_QUESTION_ALL_BURST_BYTES;
  case PCS_QUESTION_PLAIN:
    return PCS_QUESTION_BURST_BYTES;
  case PCS_QUESTION_LOCAL:
    break;
  }
  return PCS_QUESTION_BURST_BYTES / 2;
}

static uint32_t refill_of(const pcs_question_host *host) {
  switch (host->kind) {
  case PCS_QUESTION_FREE:
    return PCS_QUESTION_ALL_BYTES_PER_S;
  case PCS_QUESTION_PLAIN:
    return PCS_QUESTION_BYTES_PER_S;
  case PCS_QUESTION_LOCAL:
    break;
  }
  return PCS_QUESTION_BYTES_PER_S / 2;
}

/* Whole bytes only, so that nothing is lost between two fillings however close they are. */
static void fill(pcs_question_host *host, uint64_t now_us) {
  uint64_t rate = refill_of(host);
  uint64_t bytes = now_us > host->filled_us ? (now_us - host->filled_us) * rate / SECOND_US : 0;
  uint32_t capacity = capacity_of(host);
  if (host->left_bytes + bytes >= capacity) {
    host->left_bytes = capacity;
    host->filled_us = now_us;
    return;
  }
  host->left_bytes += (uint32_t)bytes;
  host->filled_us += bytes * SECOND_US / rate;
}

static pcs_address host_of(const pcs_address *to) {
  pcs_address host = *to;
  host.port = 0;
  if (host.family == PCS_ADDRESS_IPV6) {
    memset(host.bytes + 8, 0, 8);
  }
  return host;
}

static pcs_question_host *find(pcs_questions *questions, const pcs_address *address) {
  for (size_t i = 0; i < questions->num; i++) {
    if (pcs_address_equal(&questions->hosts[i].address, address)) {
      return &questions->hosts[i];
    }
  }
  return NULL;
}

/* Hosts whose bucket is full again are as good as new: they are forgotten. */
static void forget_rested(pcs_questions *questions, uint64_t now_us) {
  for (size_t i = questions->num; i > 0; i--) {
    pcs_question_host *host = &questions->hosts[i - 1];
    fill(host, now_us);
    if (host->left_bytes == capacity_of(host)) {
      *host = questions->hosts[--questions->num];
    }
  }
}

static size_t count_local(const pcs_questions *questions) {
  size_t count = 0;
  for (size_t i = 0; i < questions->num; i++) {
    count += questions->hosts[i].kind == PCS_QUESTION_LOCAL ? 1 : 0;
  }
  return count;
}

static pcs_question_host *meet(pcs_questions *questions, uint64_t now_us,
                               const pcs_address *address, pcs_question_kind kind) {
  pcs_question_host *known = find(questions, address);
  if (known != NULL) {
    fill(known, now_us);
    return known;
  }
  forget_rested(questions, now_us);
  bool is_full = questions->num == PCS_QUESTION_HOSTS_MAX;
  if (is_full ||
      (kind == PCS_QUESTION_LOCAL && count_local(questions) == PCS_QUESTION_LOCAL_HOSTS_MAX)) {
    return NULL;
  }
  pcs_question_host *host = &questions->hosts[questions->num++];
  *host = (pcs_question_host){.address = *address, .kind = kind, .filled_us = now_us};
  uint32_t capacity = capacity_of(host);
  host->left_bytes = questions->first_bytes < capacity ? questions->first_bytes : capacity;
  return host;
}

void pcs_questions_init(pcs_questions *questions, uint64_t now_us, uint32_t first_bytes) {
  *questions = (pcs_questions){.first_bytes = first_bytes};
  questions->all =
      (pcs_question_host){.filled_us = now_us, .left_bytes = PCS_QUESTION_ALL_BURST_BYTES};
}

bool pcs_questions_spend(pcs_questions *questions, uint64_t now_us, const pcs_address *to,
                         pcs_question_kind kind, size_t message_len, uint32_t *spent_bytes) {
  if (kind == PCS_QUESTION_FREE) {
    return true;
  }
  pcs_address address = host_of(to);
  pcs_question_host *host = meet(questions, now_us, &address, kind);
  uint32_t cost = (uint32_t)message_len + PCS_QUESTION_HEADER_BYTES;
  fill(&questions->all, now_us);
  if (host == NULL || host->left_bytes < cost || questions->all.left_bytes < cost) {
    return false;
  }
  host->left_bytes -= cost;
  questions->all.left_bytes -= cost;
  *spent_bytes += cost;
  return true;
}

static void give_back(pcs_question_host *host, uint64_t now_us, uint32_t bytes) {
  fill(host, now_us);
  uint32_t missing = capacity_of(host) - host->left_bytes;
  host->left_bytes += bytes < missing ? bytes : missing;
}

void pcs_questions_answered(pcs_questions *questions, uint64_t now_us, const pcs_address *to,
                            uint32_t spent_bytes) {
  pcs_address address = host_of(to);
  pcs_question_host *host = find(questions, &address);
  if (host != NULL) {
    give_back(host, now_us, spent_bytes);
  }
  give_back(&questions->all, now_us, spent_bytes);
}
