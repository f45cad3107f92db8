#include "host/worker/keeping.h"

#include <string.h>

#include "host/crypto/hash.h"
#include "host/sys/clock.h"

/* Place in the waiting is made sure of before the broker is told. */
static pcs_status wait_for(pcs_session *session, const pcs_waiting_one *one) {
  return pcs_waiting_add(&session->waiting, one, (pcs_span){0});
}

/* ---- keeping ---- */

static pcs_status give_to_broker(pcs_session *session, uint32_t *out_request,
                                 const pcs_certificate *certificate) {
  uint8_t key[PCS_KEPT_KEY_BYTES_MAX];
  size_t len = 0;
  pcs_status status = pcs_certificate_write_key(certificate, key, sizeof key, &len);
  if (status == PCS_OK) {
    pcs_office_keep_certificate message = {
        .algorithm = (uint8_t)pcs_certificate_algorithm(certificate),
        .expires_ms = pcs_certificate_expires_ms(certificate),
        .key = {key, len},
        .certificate = pcs_certificate_der(certificate)};
    status = pcs_rights_keep(session->rights, out_request, &message);
  }
  pcs_wipe(key, sizeof key);
  return status;
}

static pcs_status keep(pcs_session *session, const pcs_msg_keep_certificate *message) {
  const pcs_certificate *certificate =
      pcs_certificates_find(&session->certificates, message->certificate);
  if (certificate == NULL) {
    return PCS_ERR_NOT_FOUND;
  }
  if (!pcs_waiting_has_place(&session->waiting)) {
    return PCS_ERR_QUOTA;
  }
  pcs_waiting_one one = {.kind = PCS_WAITING_KEEP, .page_request = message->request};
  pcs_status status = give_to_broker(session, &one.request, certificate);
  return status == PCS_OK ? wait_for(session, &one) : status;
}

pcs_status pcs_keeping_keep(pcs_session *session, const pcs_msg_keep_certificate *message) {
  pcs_status status = keep(session, message);
  return status == PCS_OK ? PCS_OK
                          : pcs_handlers_refuse_request(session, message->request, status);
}

void pcs_keeping_kept(pcs_session *session, const pcs_office_kept *kept) {
  pcs_waiting_one *one = pcs_waiting_of_request(&session->waiting, kept->request);
  if (one == NULL || one->kind != PCS_WAITING_KEEP || one->state != PCS_WAITING_UNDECIDED) {
    return;
  }
  one->state = kept->status == PCS_OK ? PCS_WAITING_ALLOWED : PCS_WAITING_DENIED;
  one->refusal = (pcs_status)kept->status;
  memcpy(one->kept, kept->kept, sizeof one->kept);
}

/* ---- recalling ---- */

static pcs_status recall(pcs_session *session, const pcs_msg_recall_certificate *message) {
  if (!pcs_waiting_has_place(&session->waiting)) {
    return PCS_ERR_QUOTA;
  }
  pcs_waiting_one one = {.kind = PCS_WAITING_RECALL, .page_request = message->request};
  pcs_status status = pcs_rights_recall(session->rights, &one.request, message->kept);
  return status == PCS_OK ? wait_for(session, &one) : status;
}

pcs_status pcs_keeping_recall(pcs_session *session, const pcs_msg_recall_certificate *message) {
  pcs_status status = recall(session, message);
  return status == PCS_OK ? PCS_OK
                          : pcs_handlers_refuse_request(session, message->request, status);
}

/* What was kept and is no certificate any more is as good as none. */
void pcs_keeping_recalled(pcs_session *session, const pcs_office_recalled *recalled) {
  pcs_waiting_one *one = pcs_waiting_of_request(&session->waiting, recalled->request);
  if (one == NULL || one->kind != PCS_WAITING_RECALL || one->state != PCS_WAITING_UNDECIDED) {
    return;
  }
  one->state = PCS_WAITING_ALLOWED;
  pcs_certificate *certificate = NULL;
  if (pcs_certificate_read(&certificate, recalled->key, recalled->certificate,
                           pcs_clock_unix_s()) != PCS_OK) {
    return;
  }
  one->refusal =
      pcs_certificates_keep(&session->certificates, &one->certificate, certificate);
  one->state = one->refusal == PCS_OK ? PCS_WAITING_ALLOWED : PCS_WAITING_DENIED;
}

/* ---- answering ---- */

pcs_status pcs_keeping_tell_made(pcs_session *session, uint32_t request, uint32_t handle) {
  pcs_msg_certificate_made made = {.request = request, .certificate = handle};
  const pcs_certificate *certificate = pcs_certificates_find(&session->certificates, handle);
  if (certificate != NULL) {
    made.expires_ms = pcs_certificate_expires_ms(certificate);
    made.num_fingerprints = 1;
    made.fingerprints[0] = pcs_certificate_fingerprint(certificate);
  }
  pcs_writer writer = pcs_link_writer(session->config.link);
  pcs_msg_certificate_made_encode(&writer, &made);
  return pcs_link_append(session->config.link, &writer);
}

static pcs_status tell_kept(pcs_session *session, const pcs_waiting_one *one) {
  pcs_msg_certificate_kept kept = {.request = one->page_request};
  memcpy(kept.kept, one->kept, sizeof kept.kept);
  pcs_writer writer = pcs_link_writer(session->config.link);
  pcs_msg_certificate_kept_encode(&writer, &kept);
  return pcs_link_append(session->config.link, &writer);
}

pcs_status pcs_keeping_answer(pcs_session *session, const pcs_waiting_one *one) {
  return one->kind == PCS_WAITING_KEEP
             ? tell_kept(session, one)
             : pcs_keeping_tell_made(session, one->page_request, one->certificate);
}
