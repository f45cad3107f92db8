#include "host/sys/clock.h"
#include "host/worker/keeping.h"
#include "host/worker/requests.h"

/* webrtc-pc 4.9.1: the longest lifetime of a certificate. */
#define CERTIFICATE_LIFETIME_MAX_S (365ull * 24 * 60 * 60)
/* So much of a turn's SEND goes into SCTP before the wire gets some. */
#define SEND_BURST_BYTES (128u * 1024)

/* Every handle_<name> below is the handler of one row of messages.def. A request is answered
 * exactly once, by its own message or REFUSED. Where nothing is asked, a handle that is not known
 * is one that has gone meanwhile, and what is said about it is void. */

static pcs_writer begin(pcs_session *session) {
  return pcs_link_writer(session->config.link);
}

/* Room for an answer was made sure of; what does not fit is a mistake of ours and would leave a
 * request unanswered, so the link closes. */
static pcs_status end(pcs_session *session, const pcs_writer *writer) {
  return pcs_link_append(session->config.link, writer);
}

pcs_status pcs_handlers_refuse_request(pcs_session *session, uint32_t request, pcs_status status) {
  pcs_writer writer = begin(session);
  pcs_msg_refused_encode(&writer,
                         &(pcs_msg_refused){.request = request, .status = (uint16_t)status});
  return end(session, &writer);
}

static pcs_peer_place *find_peer(const pcs_session *session, uint32_t handle) {
  return (pcs_peer_place *)pcs_handles_find(session->handles, PCS_HANDLE_PEER, handle);
}

static pcs_peer_place *find_channel(const pcs_session *session, uint32_t handle) {
  return (pcs_peer_place *)pcs_handles_find(session->handles, PCS_HANDLE_CHANNEL, handle);
}

/* ---- the link ---- */

void pcs_handlers_welcome(pcs_session *session) {
  pcs_writer writer = begin(session);
  pcs_msg_welcome_encode(&writer,
                         &(pcs_msg_welcome){.version = PCS_PROTOCOL_VERSION,
                                            .message_bytes_max = PCS_MESSAGE_BYTES_MAX,
                                            .send_window_bytes = PCS_SEND_WINDOW_BYTES,
                                            .receive_window_bytes = PCS_RECEIVE_WINDOW_BYTES});
  pcs_status status = end(session, &writer);
  (void)status; /* it is the first record, in an empty buffer */
}

static pcs_status handle_hello(pcs_session *session, uint64_t now_us,
                               const pcs_msg_hello *message) {
  (void)now_us;
  if (message->version != PCS_PROTOCOL_VERSION) {
    return PCS_ERR_VERSION;
  }
  pcs_handlers_welcome(session);
  return PCS_OK;
}

/* ---- peers ---- */

static pcs_status handle_open_peer(pcs_session *session, uint64_t now_us,
                                   const pcs_msg_open_peer *message) {
  return pcs_requests_open_peer(session, now_us, message);
}

static pcs_status handle_close_peer(pcs_session *session, uint64_t now_us,
                                    const pcs_msg_close_peer *message) {
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place != NULL) {
    pcs_peers_close(place, now_us);
  }
  return PCS_OK;
}

static pcs_status handle_configure_peer(pcs_session *session, uint64_t now_us,
                                        const pcs_msg_configure_peer *message) {
  (void)now_us;
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place == NULL) {
    return PCS_OK;
  }
  if (message->ice_policy > PCS_ICE_POLICY_RELAY) {
    return PCS_ERR_RANGE;
  }
  return pcs_peer_configure(pcs_peers_peer(place), (pcs_ice_policy)message->ice_policy,
                            message->servers, message->num_servers);
}

static pcs_status handle_make_generation(pcs_session *session, uint64_t now_us,
                                         const pcs_msg_make_generation *message) {
  (void)now_us;
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place == NULL) {
    return pcs_handlers_refuse_request(session, message->request, PCS_ERR_NOT_FOUND);
  }
  pcs_msg_generation_made made = {.request = message->request};
  pcs_status status = pcs_ice_agent_make_generation(pcs_peer_ice(pcs_peers_peer(place)),
                                                    &made.generation, &made.ufrag, &made.password);
  if (status != PCS_OK) {
    return pcs_handlers_refuse_request(session, message->request, status);
  }
  pcs_writer writer = begin(session);
  pcs_msg_generation_made_encode(&writer, &made);
  return end(session, &writer);
}

static pcs_status handle_gather(pcs_session *session, uint64_t now_us,
                                const pcs_msg_gather *message) {
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place == NULL) {
    return PCS_OK;
  }
  pcs_peers_touch(place);
  return pcs_peers_gather(place, now_us, message->generation);
}

static pcs_status handle_connect(pcs_session *session, uint64_t now_us,
                                 const pcs_msg_connect *message) {
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place == NULL) {
    return PCS_OK;
  }
  pcs_peers_touch(place);
  return pcs_peers_connect(place, now_us, &message->plan);
}

static pcs_status handle_add_candidate(pcs_session *session, uint64_t now_us,
                                       const pcs_msg_add_candidate *message) {
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place == NULL) {
    return PCS_OK;
  }
  pcs_status status = pcs_candidate_check(&message->candidate);
  if (status == PCS_OK) {
    pcs_peers_touch(place);
    status = pcs_ice_agent_add_candidate(pcs_peer_ice(pcs_peers_peer(place)), now_us,
                                         message->ufrag, &message->candidate);
  }
  return status;
}

static pcs_status handle_end_of_candidates(pcs_session *session, uint64_t now_us,
                                           const pcs_msg_end_of_candidates *message) {
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place != NULL) {
    pcs_peers_touch(place);
    pcs_ice_agent_end_of_candidates(pcs_peer_ice(pcs_peers_peer(place)), now_us, message->ufrag);
  }
  return PCS_OK;
}

/* ---- channels ---- */

static pcs_status handle_open_channel(pcs_session *session, uint64_t now_us,
                                      const pcs_msg_open_channel *message) {
  (void)now_us;
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place == NULL) {
    return pcs_handlers_refuse_request(session, message->request, PCS_ERR_NOT_FOUND);
  }
  if (message->negotiated > 1 || message->ordered > 1 ||
      message->reliability > PCS_RELIABILITY_LIFETIME) {
    return pcs_handlers_refuse_request(session, message->request, PCS_ERR_RANGE);
  }
  pcs_channel_options options = {.negotiated = message->negotiated == 1,
                                 .ordered = message->ordered == 1,
                                 .id = message->id,
                                 .reliability = (pcs_reliability)message->reliability,
                                 .reliability_value = message->reliability_value,
                                 .priority = message->priority,
                                 .label = message->label,
                                 .protocol = message->protocol};
  uint32_t handle = 0;
  pcs_status status = pcs_peer_open_channel(pcs_peers_peer(place), &handle, &options);
  if (status != PCS_OK) {
    return pcs_handlers_refuse_request(session, message->request, status);
  }
  pcs_peers_touch(place);
  pcs_writer writer = begin(session);
  pcs_msg_channel_opened_encode(
      &writer, &(pcs_msg_channel_opened){.request = message->request, .channel = handle});
  return end(session, &writer);
}

static pcs_status handle_close_channel(pcs_session *session, uint64_t now_us,
                                       const pcs_msg_close_channel *message) {
  (void)now_us;
  pcs_peer_place *place = find_channel(session, message->channel);
  if (place != NULL) {
    pcs_peers_touch(place);
    pcs_peer_close_channel(pcs_peers_peer(place), message->channel);
  }
  return PCS_OK;
}

static pcs_status handle_send(pcs_session *session, uint64_t now_us, const pcs_msg_send *message) {
  if (message->kind > PCS_PAYLOAD_BINARY) {
    return PCS_ERR_RANGE;
  }
  pcs_peer_place *place = find_channel(session, message->channel);
  if (place == NULL) {
    return PCS_OK;
  }
  pcs_peers_touch(place);
  session->sent_bytes += message->payload.len;
  pcs_status status = pcs_peer_send(pcs_peers_peer(place), message->channel,
                                    (pcs_payload)message->kind, message->payload);
  if (session->sent_bytes >= SEND_BURST_BYTES) {
    session->sent_bytes = 0;
    pcs_peers_send_now(place, now_us);
  }
  return status;
}

static pcs_status handle_credit(pcs_session *session, uint64_t now_us,
                                const pcs_msg_credit *message) {
  (void)now_us;
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place == NULL) {
    return PCS_OK;
  }
  pcs_peers_touch(place);
  return pcs_peer_credit(pcs_peers_peer(place), message->bytes);
}

/* ---- statistics, certificates ---- */

static pcs_status handle_get_stats(pcs_session *session, uint64_t now_us,
                                   const pcs_msg_get_stats *message) {
  pcs_peer_place *place = find_peer(session, message->peer);
  if (place == NULL) {
    return pcs_handlers_refuse_request(session, message->request, PCS_ERR_NOT_FOUND);
  }
  pcs_msg_stats stats;
  pcs_peer_stats(pcs_peers_peer(place), now_us, &stats);
  stats.request = message->request;
  pcs_writer writer = begin(session);
  pcs_msg_stats_encode(&writer, &stats);
  return end(session, &writer);
}

/* What RTCPeerConnection.generateCertificate asks for; webrtc-pc 4.9.1 bounds the lifetime. */
static pcs_status make_certificate(pcs_session *session, uint32_t *out_handle,
                                   const pcs_msg_make_certificate *message) {
  if (message->algorithm > PCS_KEY_RSA_2048) {
    return PCS_ERR_UNSUPPORTED;
  }
  uint64_t lifetime_s = message->lifetime_ms / 1000u;
  if (lifetime_s > CERTIFICATE_LIFETIME_MAX_S) {
    lifetime_s = CERTIFICATE_LIFETIME_MAX_S;
  }
  pcs_certificate *certificate = NULL;
  pcs_status status = pcs_certificate_new(&certificate, (pcs_key_algorithm)message->algorithm,
                                          pcs_clock_unix_s(), lifetime_s);
  return status == PCS_OK ? pcs_certificates_keep(&session->certificates, out_handle, certificate)
                          : status;
}

static pcs_status handle_make_certificate(pcs_session *session, uint64_t now_us,
                                          const pcs_msg_make_certificate *message) {
  (void)now_us;
  uint32_t handle = 0;
  pcs_status status = make_certificate(session, &handle, message);
  if (status != PCS_OK) {
    return pcs_handlers_refuse_request(session, message->request, status);
  }
  return pcs_keeping_tell_made(session, message->request, handle);
}

static pcs_status handle_drop_certificate(pcs_session *session, uint64_t now_us,
                                          const pcs_msg_drop_certificate *message) {
  (void)now_us;
  pcs_certificates_drop(&session->certificates, message->certificate);
  return PCS_OK;
}

static pcs_status handle_keep_certificate(pcs_session *session, uint64_t now_us,
                                          const pcs_msg_keep_certificate *message) {
  (void)now_us;
  return pcs_keeping_keep(session, message);
}

static pcs_status handle_recall_certificate(pcs_session *session, uint64_t now_us,
                                            const pcs_msg_recall_certificate *message) {
  (void)now_us;
  return pcs_keeping_recall(session, message);
}

static pcs_status handle_forget_certificate(pcs_session *session, uint64_t now_us,
                                            const pcs_msg_forget_certificate *message) {
  (void)now_us;
  pcs_rights_forget(session->rights, message->kept);
  return PCS_OK;
}

/* ---- rights ---- */

static pcs_status handle_request_right(pcs_session *session, uint64_t now_us,
                                       const pcs_msg_request_right *message) {
  (void)now_us;
  return pcs_requests_right(session, message);
}

static pcs_status handle_start_capture(pcs_session *session, uint64_t now_us,
                                       const pcs_msg_start_capture *message) {
  (void)now_us;
  return pcs_requests_capture(session, message);
}

static pcs_status handle_stop_capture(pcs_session *session, uint64_t now_us,
                                      const pcs_msg_stop_capture *message) {
  (void)now_us;
  pcs_rights_end_call(session->rights,
                      pcs_page_captures_take_handle(&session->captures, message->capture));
  return PCS_OK;
}

/* ---- the table: every row that goes to the host has a handler, or this does not compile ---- */

#define DECODE_AND_HANDLE(name)                                                                    \
  static pcs_status on_##name(pcs_session *session, uint64_t now_us, pcs_span body) {              \
    pcs_msg_##name message;                                                                        \
    pcs_status status = pcs_msg_##name##_decode(body, &message);                                   \
    return status == PCS_OK ? handle_##name(session, now_us, &message) : status;                   \
  }
#define HANDLER_TO_HOST(name) DECODE_AND_HANDLE(name)
#define HANDLER_TO_PAGE(name)
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  HANDLER_##direction(name)
#include "core/boundary/messages.def"
#undef PCS_MESSAGE

typedef struct handler_row {
  uint16_t id;
  pcs_status (*handle)(pcs_session *session, uint64_t now_us, pcs_span body);
} handler_row;

#define ROW_TO_HOST(name, id) {id, on_##name},
#define ROW_TO_PAGE(name, id)
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  ROW_##direction(name, id)
static const handler_row rows[] = {
#include "core/boundary/messages.def"
};
#undef PCS_MESSAGE

pcs_status pcs_handlers_handle(pcs_session *session, uint64_t now_us, const pcs_record *record) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rows[i].id == record->id) {
      return rows[i].handle(session, now_us, record->body);
    }
  }
  return PCS_ERR_SYNTAX;
}

void pcs_handlers_refuse(pcs_session *session, const pcs_record *record, pcs_status status) {
  switch (record->id) {
  case PCS_MSG_OPEN_PEER:
  case PCS_MSG_MAKE_GENERATION:
  case PCS_MSG_OPEN_CHANNEL:
  case PCS_MSG_GET_STATS:
  case PCS_MSG_MAKE_CERTIFICATE: {
    pcs_reader reader;
    pcs_reader_init(&reader, record->body);
    pcs_status said = pcs_handlers_refuse_request(session, pcs_reader_u32(&reader), status);
    (void)said; /* room was made sure of */
    return;
  }
  default:
    return;
  }
}
