#include "host/worker/requests.h"

#include "host/sys/clock.h"
#include "host/worker/keeping.h"

/* webrtc-pc 4.9.1: the lifetime of a certificate that nobody asked for. */
#define CERTIFICATE_LIFETIME_S (30ull * 24 * 60 * 60)
/* OPEN_PEER with its header. */
#define OPEN_PEER_BYTES_MAX (PCS_RECORD_HEADER_BYTES + 16384)

/* ---- opening ---- */

/* The page's own choice, or a fresh one for this connection (RFC 8827 6.5). *out_certificate is the
 * caller's to free. */
static pcs_status choose_certificate(pcs_session *session, pcs_certificate **out_certificate,
                                     uint32_t handle) {
  if (handle == 0) {
    return pcs_certificate_new(out_certificate, PCS_KEY_ECDSA_P256, pcs_clock_unix_s(),
                               CERTIFICATE_LIFETIME_S);
  }
  pcs_certificate *kept = pcs_certificates_find(&session->certificates, handle);
  if (kept == NULL) {
    return PCS_ERR_NOT_FOUND;
  }
  *out_certificate = pcs_certificate_retain(kept);
  return PCS_OK;
}

static pcs_status answer_opened(pcs_session *session, const pcs_msg_open_peer *message,
                                pcs_peer *peer, uint32_t handle) {
  pcs_msg_peer_opened opened = {.request = message->request, .peer = handle};
  pcs_status status = pcs_ice_agent_make_generation(pcs_peer_ice(peer), &opened.generation,
                                                    &opened.ufrag, &opened.password);
  if (status != PCS_OK) {
    return status;
  }
  const pcs_certificate *certificate = pcs_peer_certificate(peer);
  opened.tls_id = pcs_peer_tls_id(peer);
  opened.num_fingerprints = 1;
  opened.fingerprints[0] = pcs_certificate_fingerprint(certificate);
  opened.certificate_expires_ms = pcs_certificate_expires_ms(certificate);
  pcs_writer writer = pcs_link_writer(session->config.link);
  pcs_msg_peer_opened_encode(&writer, &opened);
  return pcs_link_append(session->config.link, &writer);
}

/* The call has begun: it ends with the peer, or here. */
static pcs_status open_peer(pcs_session *session, uint64_t now_us,
                            const pcs_msg_open_peer *message, uint32_t call) {
  pcs_certificate *certificate = NULL;
  pcs_status status = choose_certificate(session, &certificate, message->certificate);
  pcs_peer_place *place = NULL;
  uint32_t handle = 0;
  if (status == PCS_OK) {
    pcs_peers_opening opening = {.certificate = certificate,
                                 .policy = (pcs_ice_policy)message->ice_policy,
                                 .call = call};
    status = pcs_peers_open(session->peers, &place, &handle, &opening);
  }
  pcs_certificate_free(certificate);
  if (status == PCS_OK) {
    status = pcs_peer_configure(pcs_peers_peer(place), (pcs_ice_policy)message->ice_policy,
                                message->servers, message->num_servers);
  }
  if (status == PCS_OK) {
    status = answer_opened(session, message, pcs_peers_peer(place), handle);
  }
  if (status == PCS_OK) {
    return PCS_OK;
  }
  if (place != NULL) {
    pcs_peers_close(place, now_us);
  } else {
    pcs_rights_end_call(session->rights, call);
  }
  return pcs_handlers_refuse_request(session, message->request, status);
}

/* ---- waiting ---- */

static pcs_waiting_kind kind_of(pcs_right right) {
  if (right == PCS_RIGHT_DATA) {
    return PCS_WAITING_OPEN;
  }
  bool is_capture = pcs_right_find((uint32_t)right)->needs == PCS_NEEDS_DEVICE;
  return is_capture ? PCS_WAITING_CAPTURE : PCS_WAITING_RIGHT;
}

static pcs_status wait_for_word(pcs_session *session, uint32_t page_request, pcs_right right,
                                pcs_span record) {
  if (!pcs_waiting_has_place(&session->waiting)) {
    return PCS_ERR_QUOTA;
  }
  pcs_waiting_one one = {.kind = kind_of(right), .page_request = page_request};
  pcs_status status = pcs_rights_ask(session->rights, &one.request, &one.call, right);
  if (status == PCS_OK) {
    status = pcs_waiting_add(&session->waiting, &one, record);
    if (status != PCS_OK) {
      pcs_rights_end_call(session->rights, one.call);
    }
  }
  return status;
}

static pcs_status wait_to_open(pcs_session *session, const pcs_msg_open_peer *message) {
  uint8_t memory[OPEN_PEER_BYTES_MAX];
  pcs_writer writer;
  pcs_span record;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_msg_open_peer_encode(&writer, message);
  pcs_status status = pcs_writer_finish(&writer, &record);
  return status == PCS_OK ? wait_for_word(session, message->request, PCS_RIGHT_DATA, record)
                          : status;
}

pcs_status pcs_requests_open_peer(pcs_session *session, uint64_t now_us,
                                  const pcs_msg_open_peer *message) {
  if (message->ice_policy > PCS_ICE_POLICY_RELAY) {
    return pcs_handlers_refuse_request(session, message->request, PCS_ERR_RANGE);
  }
  uint32_t call = 0;
  pcs_status status = pcs_rights_begin_call(session->rights, &call);
  if (status == PCS_OK) {
    return open_peer(session, now_us, message, call);
  }
  if (status == PCS_ERR_DENIED) {
    status = wait_to_open(session, message);
  }
  return status == PCS_OK ? PCS_OK
                          : pcs_handlers_refuse_request(session, message->request, status);
}

static pcs_status grant_right(pcs_session *session, uint32_t page_request) {
  pcs_writer writer = pcs_link_writer(session->config.link);
  pcs_msg_right_granted_encode(&writer, &(pcs_msg_right_granted){.request = page_request});
  return pcs_link_append(session->config.link, &writer);
}

/* DATA is asked for by opening a connection, what a capture needs by the capture: what a page can
 * ask for by itself are rights without a device. */
static bool can_be_requested(const pcs_right_row *row) {
  return row != NULL && row->right != PCS_RIGHT_DATA && row->needs == PCS_NEEDS_NOTHING;
}

pcs_status pcs_requests_right(pcs_session *session, const pcs_msg_request_right *message) {
  const pcs_right_row *row = pcs_right_find(message->right);
  pcs_status status = can_be_requested(row) ? PCS_OK : PCS_ERR_UNSUPPORTED;
  if (status == PCS_OK) {
    /* The broker's word even for what is held: it may have been taken back this moment. */
    status = wait_for_word(session, message->request, row->right, (pcs_span){0});
  }
  return status == PCS_OK ? PCS_OK
                          : pcs_handlers_refuse_request(session, message->request, status);
}

/* Speakers are chosen, not captured. */
pcs_status pcs_requests_capture(pcs_session *session, const pcs_msg_start_capture *message) {
  const pcs_right_row *row = pcs_right_find(message->right);
  bool captures = row != NULL && row->needs == PCS_NEEDS_DEVICE && row->right != PCS_RIGHT_SPEAKER;
  pcs_status status = captures ? PCS_OK : PCS_ERR_UNSUPPORTED;
  if (status == PCS_OK) {
    status = wait_for_word(session, message->request, row->right, (pcs_span){0});
  }
  return status == PCS_OK ? PCS_OK
                          : pcs_handlers_refuse_request(session, message->request, status);
}

static pcs_status tell_started(pcs_session *session, const pcs_waiting_one *one) {
  pcs_msg_capture_started started = {.request = one->page_request};
  pcs_status status = pcs_page_captures_add(&session->captures, &started.capture,
                                            session->config.random, one->call);
  if (status != PCS_OK) {
    pcs_rights_end_call(session->rights, one->call);
    return pcs_handlers_refuse_request(session, one->page_request, status);
  }
  pcs_writer writer = pcs_link_writer(session->config.link);
  pcs_msg_capture_started_encode(&writer, &started);
  return pcs_link_append(session->config.link, &writer);
}

/* ---- the word ---- */

void pcs_requests_decide(pcs_session *session, uint32_t request, bool allowed) {
  pcs_waiting_one *one = pcs_waiting_of_request(&session->waiting, request);
  bool is_asked =
      one != NULL && one->kind != PCS_WAITING_KEEP && one->kind != PCS_WAITING_RECALL;
  if (is_asked && one->state == PCS_WAITING_UNDECIDED) {
    one->state = allowed ? PCS_WAITING_ALLOWED : PCS_WAITING_DENIED;
  }
}

bool pcs_requests_stop(pcs_session *session, uint32_t call) {
  pcs_waiting_one *one = pcs_waiting_of_call(&session->waiting, call);
  if (one == NULL) {
    return false;
  }
  one->state = PCS_WAITING_DENIED;
  one->call = 0;
  pcs_rights_end_call(session->rights, call);
  return true;
}

static pcs_status open_after_all(pcs_session *session, uint64_t now_us,
                                 const pcs_waiting_one *one) {
  pcs_span stream = {one->record, one->record_len};
  pcs_record record;
  pcs_msg_open_peer message;
  pcs_status status = pcs_record_next(&stream, &record);
  if (status == PCS_OK) {
    status = pcs_msg_open_peer_decode(record.body, &message);
  }
  return status == PCS_OK ? open_peer(session, now_us, &message, one->call) : status;
}

static pcs_status answer_one(pcs_session *session, uint64_t now_us, const pcs_waiting_one *one) {
  if (one->state == PCS_WAITING_DENIED) {
    pcs_status refusal = one->refusal != PCS_OK ? one->refusal : PCS_ERR_DENIED;
    return pcs_handlers_refuse_request(session, one->page_request, refusal);
  }
  switch (one->kind) {
  case PCS_WAITING_RIGHT:
    return grant_right(session, one->page_request);
  case PCS_WAITING_OPEN:
    return open_after_all(session, now_us, one);
  case PCS_WAITING_CAPTURE:
    return tell_started(session, one);
  case PCS_WAITING_KEEP:
  case PCS_WAITING_RECALL:
    return pcs_keeping_answer(session, one);
  }
  return PCS_ERR_STATE;
}

pcs_status pcs_requests_answer(pcs_session *session, uint64_t now_us) {
  pcs_waiting_one *one = pcs_waiting_decided(&session->waiting);
  if (one == NULL) {
    return PCS_ERR_NOT_FOUND;
  }
  pcs_status status = answer_one(session, now_us, one);
  pcs_waiting_remove(one);
  return status;
}
