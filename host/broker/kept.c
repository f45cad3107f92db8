#include "host/broker/kept.h"

#include <string.h>

#include "host/broker/store_certificates.h"
#include "host/crypto/hash.h"
#include "host/sys/clock.h"

/* One message's way through this file. */
typedef struct desk {
  pcs_kept *kept;
  const pcs_kept_config *config;
  const pcs_page *page;
  pcs_worker *worker;
} desk;

static pcs_kept_name name_for(const pcs_page *page, const uint8_t handle[PCS_KEPT_HANDLE_BYTES]) {
  pcs_kept_name name = {.origin = page->origin, .embedder = page->embedder};
  memcpy(name.handle, handle, sizeof name.handle);
  return name;
}

static pcs_status may_write(const desk *at) {
  if (at->config->store == NULL) {
    return PCS_ERR_UNSUPPORTED;
  }
  if ((at->page->flags & (uint32_t)(PCS_PAGE_PRIVATE | PCS_PAGE_MIXED | PCS_PAGE_FORGOTTEN)) !=
      0) {
    return PCS_ERR_DENIED;
  }
  return at->kept->num_writes < PCS_KEPT_WRITES_MAX ? PCS_OK : PCS_ERR_QUOTA;
}

static pcs_status keep(const desk *at, const pcs_office_keep_certificate *message,
                       uint8_t out_handle[PCS_KEPT_HANDLE_BYTES]) {
  pcs_status status = may_write(at);
  if (status != PCS_OK) {
    return status;
  }
  if (message->expires_ms > INT64_MAX / 1000) {
    return PCS_ERR_RANGE;
  }
  at->kept->num_writes++;
  pcs_random_fill(at->config->random, out_handle, PCS_KEPT_HANDLE_BYTES);
  pcs_kept_name name = name_for(at->page, out_handle);
  pcs_kept_certificate certificate = {.algorithm = message->algorithm,
                                      .expires_us = message->expires_ms * 1000,
                                      .key = message->key,
                                      .certificate = message->certificate};
  status =
      pcs_store_keep_certificate(at->config->store, &name, &certificate, pcs_clock_unix_us());
  if (status != PCS_OK) {
    memset(out_handle, 0, PCS_KEPT_HANDLE_BYTES);
  }
  return status;
}

static void hear_keep(const desk *at, const pcs_office_keep_certificate *message) {
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer;
  pcs_office_kept answer = {.request = message->request};
  answer.status = (uint16_t)keep(at, message, answer.kept);
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_office_kept_encode(&writer, &answer);
  pcs_worker_say(at->worker, &writer);
}

/* A private page that showed a kept certificate would say who it is. */
static bool may_recall(const desk *at) {
  return at->config->store != NULL &&
         (at->page->flags & (uint32_t)(PCS_PAGE_PRIVATE | PCS_PAGE_MIXED)) == 0;
}

static void hear_recall(const desk *at, const pcs_office_recall_certificate *message) {
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_kept_bytes bytes = {0};
  pcs_kept_name name = name_for(at->page, message->kept);
  pcs_status status = may_recall(at) ? pcs_store_recall_certificate(at->config->store, &bytes,
                                                                    &name, pcs_clock_unix_us())
                                     : PCS_ERR_NOT_FOUND;
  pcs_office_recalled answer = {.request = message->request};
  if (status == PCS_OK) {
    answer.key = (pcs_span){bytes.key, bytes.key_len};
    answer.certificate = (pcs_span){bytes.certificate, bytes.certificate_len};
  }
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_office_recalled_encode(&writer, &answer);
  pcs_worker_say(at->worker, &writer);
  pcs_wipe(&bytes, sizeof bytes);
  pcs_wipe(memory, sizeof memory);
}

/* It has no answer: what cannot be forgotten now expires by itself. */
static void hear_forget(const desk *at, const pcs_office_forget_certificate *message) {
  if (may_write(at) != PCS_OK) {
    return;
  }
  at->kept->num_writes++;
  pcs_kept_name name = name_for(at->page, message->kept);
  pcs_status status = pcs_store_forget_certificate(at->config->store, &name);
  (void)status;
}

static bool is_next(uint32_t *last_request, uint32_t request) {
  bool rises = request > *last_request;
  *last_request = request;
  return rises;
}

bool pcs_kept_hear(pcs_kept *kept, const pcs_kept_config *config, const pcs_page *page,
                   pcs_worker *worker, uint32_t *last_request, const pcs_office_message *message) {
  const desk at = {.kept = kept, .config = config, .page = page, .worker = worker};
  union {
    pcs_office_keep_certificate keep;
    pcs_office_recall_certificate recall;
    pcs_office_forget_certificate forget;
  } said;
  switch (message->id) {
  case PCS_OFFICE_KEEP_CERTIFICATE:
    if (pcs_office_keep_certificate_decode(message->body, &said.keep) != PCS_OK ||
        !is_next(last_request, said.keep.request)) {
      return false;
    }
    hear_keep(&at, &said.keep);
    return true;
  case PCS_OFFICE_RECALL_CERTIFICATE:
    if (pcs_office_recall_certificate_decode(message->body, &said.recall) != PCS_OK ||
        !is_next(last_request, said.recall.request)) {
      return false;
    }
    hear_recall(&at, &said.recall);
    return true;
  case PCS_OFFICE_FORGET_CERTIFICATE:
    if (pcs_office_forget_certificate_decode(message->body, &said.forget) != PCS_OK) {
      return false;
    }
    hear_forget(&at, &said.forget);
    return true;
  default:
    return false;
  }
}
