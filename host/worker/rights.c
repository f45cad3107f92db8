#include "host/worker/rights.h"

#include <stdlib.h>
#include <string.h>

#include "host/crypto/hash.h"

/* Messages of the broker in one turn of the loop. */
#define HEARD_MAX 16

struct pcs_rights {
  pcs_rights_config config;
  pcs_watch *watch;
  uint32_t last_call;
  uint32_t last_request;
  bool is_lost;
};

/* Told from the loop: a call of this file may be in the middle of something. */
static void lose(pcs_rights *rights) {
  if (!rights->is_lost) {
    rights->is_lost = true;
    pcs_watch_want(rights->watch, 0);
    rights->config.events.lost(rights->config.events.context);
  }
}

/* ---- out ---- */

/* What cannot be said is found out when the watch fires: the pair has ended or is full. */
static pcs_status say(pcs_rights *rights, const pcs_writer *writer) {
  pcs_status status = pcs_office_send(rights->config.office, writer);
  bool waits = pcs_office_room(rights->config.office) < PCS_OFFICE_QUEUE_BYTES;
  pcs_watch_want(rights->watch, waits || status != PCS_OK ? PCS_READABLE | PCS_WRITABLE
                                                          : PCS_READABLE);
  return status;
}

static bool may_begin(const pcs_rights *rights) {
  return pcs_office_room(rights->config.office) >= PCS_OFFICE_RESERVE_BYTES;
}

pcs_status pcs_rights_begin_call(pcs_rights *rights, uint32_t *out_call) {
  *out_call = 0;
  if ((rights->config.held & PCS_RIGHT_DATA) == 0) {
    return PCS_ERR_DENIED;
  }
  if (rights->config.office == NULL) {
    *out_call = ++rights->last_call;
    return PCS_OK;
  }
  if (!may_begin(rights)) {
    return PCS_ERR_NO_SPACE;
  }
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  *out_call = ++rights->last_call;
  pcs_office_call_began_encode(&writer, &(pcs_office_call_began){.call = *out_call});
  return say(rights, &writer);
}

pcs_status pcs_rights_ask(pcs_rights *rights, uint32_t *out_request, uint32_t *out_call,
                          pcs_right right) {
  *out_request = 0;
  *out_call = 0;
  if (rights->config.office == NULL) {
    return PCS_ERR_DENIED;
  }
  if (!may_begin(rights)) {
    return PCS_ERR_NO_SPACE;
  }
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  *out_request = ++rights->last_request;
  bool is_call =
      right == PCS_RIGHT_DATA || pcs_right_find((uint32_t)right)->needs == PCS_NEEDS_DEVICE;
  *out_call = is_call ? ++rights->last_call : 0;
  pcs_office_request_encode(&writer, &(pcs_office_request){.request = *out_request,
                                                           .call = *out_call,
                                                           .right = (uint32_t)right});
  return say(rights, &writer);
}

static pcs_status check_office(const pcs_rights *rights) {
  if (rights->config.office == NULL) {
    return PCS_ERR_DENIED;
  }
  return may_begin(rights) && !rights->is_lost ? PCS_OK : PCS_ERR_NO_SPACE;
}

pcs_status pcs_rights_keep(pcs_rights *rights, uint32_t *out_request,
                           const pcs_office_keep_certificate *message) {
  *out_request = 0;
  pcs_status status = check_office(rights);
  if (status != PCS_OK) {
    return status;
  }
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer;
  pcs_office_keep_certificate numbered = *message;
  numbered.request = *out_request = ++rights->last_request;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_office_keep_certificate_encode(&writer, &numbered);
  status = say(rights, &writer);
  pcs_wipe(memory, sizeof memory);
  return status;
}

pcs_status pcs_rights_recall(pcs_rights *rights, uint32_t *out_request,
                             const uint8_t kept[PCS_KEPT_HANDLE_BYTES]) {
  *out_request = 0;
  pcs_status status = check_office(rights);
  if (status != PCS_OK) {
    return status;
  }
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer;
  pcs_office_recall_certificate message = {.request = ++rights->last_request};
  memcpy(message.kept, kept, sizeof message.kept);
  *out_request = message.request;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_office_recall_certificate_encode(&writer, &message);
  return say(rights, &writer);
}

void pcs_rights_forget(pcs_rights *rights, const uint8_t kept[PCS_KEPT_HANDLE_BYTES]) {
  if (check_office(rights) != PCS_OK) {
    return; /* it expires by itself */
  }
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer;
  pcs_office_forget_certificate message = {0};
  memcpy(message.kept, kept, sizeof message.kept);
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_office_forget_certificate_encode(&writer, &message);
  pcs_status status = say(rights, &writer);
  (void)status;
}

void pcs_rights_end_call(pcs_rights *rights, uint32_t call) {
  if (rights->config.office == NULL || call == 0 || rights->is_lost) {
    return;
  }
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_office_call_ended_encode(&writer, &(pcs_office_call_ended){.call = call});
  pcs_status status = say(rights, &writer);
  (void)status; /* room is kept for it */
}

void pcs_rights_prove(pcs_rights *rights, uint32_t call, pcs_span certificate) {
  if (rights->config.office == NULL || call == 0 || rights->is_lost) {
    return;
  }
  uint8_t memory[PCS_OFFICE_BYTES_MAX];
  uint8_t digest[PCS_SHA256_BYTES];
  pcs_office_peer_proved proved = {.call = call};
  if (certificate.len > 0) {
    pcs_sha256(certificate, digest);
    proved.fingerprints[proved.num_fingerprints++] =
        (pcs_fingerprint){.hash = PCS_HASH_SHA_256, .value = {digest, sizeof digest}};
  }
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_office_peer_proved_encode(&writer, &proved);
  pcs_status status = say(rights, &writer);
  (void)status; /* room is kept for it */
}

pcs_status pcs_rights_show(pcs_rights *rights, const pcs_writer *writer) {
  if (rights->config.office == NULL || rights->is_lost || !may_begin(rights)) {
    return PCS_ERR_NO_SPACE;
  }
  return say(rights, writer);
}

/* ---- in ---- */

static pcs_status hear_verdict(pcs_rights *rights, pcs_span body) {
  pcs_office_verdict verdict;
  pcs_status status = pcs_office_verdict_decode(body, &verdict);
  if (status == PCS_OK && verdict.allowed > 1) {
    status = PCS_ERR_RANGE;
  }
  if (status == PCS_OK) {
    rights->config.events.decided(rights->config.events.context, verdict.request,
                                  verdict.allowed == 1);
  }
  return status;
}

static pcs_status hear_stop(pcs_rights *rights, pcs_span body) {
  pcs_office_stop_call stop;
  pcs_status status = pcs_office_stop_call_decode(body, &stop);
  if (status == PCS_OK) {
    rights->config.events.stop(rights->config.events.context, stop.call);
  }
  return status;
}

static pcs_status hear_rights(pcs_rights *rights, pcs_span body) {
  pcs_office_rights told;
  pcs_status status = pcs_office_rights_decode(body, &told);
  if (status == PCS_OK) {
    rights->config.may = told.may;
    rights->config.held = told.held & told.may;
    rights->config.events.changed(rights->config.events.context);
  }
  return status;
}

static pcs_status hear_inspect(pcs_rights *rights, pcs_span body) {
  pcs_office_inspect inspect;
  pcs_status status = pcs_office_inspect_decode(body, &inspect);
  if (status == PCS_OK && inspect.wanted > 1) {
    status = PCS_ERR_RANGE;
  }
  if (status == PCS_OK) {
    rights->config.events.inspect(rights->config.events.context, inspect.round,
                                  inspect.wanted == 1);
  }
  return status;
}

static pcs_status hear_kept(pcs_rights *rights, pcs_span body) {
  pcs_office_kept kept;
  pcs_status status = pcs_office_kept_decode(body, &kept);
  if (status == PCS_OK) {
    rights->config.events.kept(rights->config.events.context, &kept);
  }
  return status;
}

static pcs_status hear_recalled(pcs_rights *rights, pcs_span body) {
  pcs_office_recalled recalled;
  pcs_status status = pcs_office_recalled_decode(body, &recalled);
  if (status == PCS_OK) {
    rights->config.events.recalled(rights->config.events.context, &recalled);
  }
  return status;
}

static pcs_status hear(pcs_rights *rights, const pcs_office_message *message) {
  switch (message->id) {
  case PCS_OFFICE_VERDICT:
    return hear_verdict(rights, message->body);
  case PCS_OFFICE_STOP_CALL:
    return hear_stop(rights, message->body);
  case PCS_OFFICE_RIGHTS:
    return hear_rights(rights, message->body);
  case PCS_OFFICE_INSPECT:
    return hear_inspect(rights, message->body);
  case PCS_OFFICE_KEPT:
    return hear_kept(rights, message->body);
  case PCS_OFFICE_RECALLED:
    return hear_recalled(rights, message->body);
  default:
    return PCS_ERR_SYNTAX;
  }
}

static void on_ready(void *context, unsigned ready_for) {
  (void)ready_for;
  pcs_rights *rights = (pcs_rights *)context;
  pcs_status status = PCS_OK;
  for (size_t i = 0; i < HEARD_MAX && status == PCS_OK && !rights->is_lost; i++) {
    pcs_office_message message;
    status = pcs_office_receive(rights->config.office, &message);
    if (status == PCS_OK) {
      status = hear(rights, &message);
    }
  }
  if (status == PCS_OK || status == PCS_ERR_NO_SPACE) {
    status = pcs_office_flush(rights->config.office);
  }
  if (status != PCS_OK && status != PCS_ERR_NO_SPACE) {
    lose(rights);
  } else if (!rights->is_lost) {
    pcs_watch_want(rights->watch,
                   status == PCS_OK ? PCS_READABLE : PCS_READABLE | PCS_WRITABLE);
  }
}

/* ---- life ---- */

pcs_status pcs_rights_new(pcs_rights **out_rights, const pcs_rights_config *config) {
  pcs_rights *rights = calloc(1, sizeof *rights);
  *out_rights = NULL;
  if (rights == NULL) {
    pcs_office_free(config->office);
    return PCS_ERR_SYSTEM;
  }
  rights->config = *config;
  if (config->office != NULL) {
    if (pcs_watch_new(&rights->watch, config->loop, pcs_office_descriptor(config->office), on_ready,
                      rights) != PCS_OK) {
      pcs_rights_free(rights);
      return PCS_ERR_SYSTEM;
    }
    pcs_watch_want(rights->watch, PCS_READABLE);
  }
  *out_rights = rights;
  return PCS_OK;
}

void pcs_rights_free(pcs_rights *rights) {
  if (rights != NULL) {
    pcs_watch_free(rights->watch);
    pcs_office_free(rights->config.office);
    free(rights);
  }
}

uint32_t pcs_rights_may(const pcs_rights *rights) {
  return rights->config.may;
}

uint32_t pcs_rights_held(const pcs_rights *rights) {
  return rights->config.held;
}
