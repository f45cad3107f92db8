#include <string.h>

#include "core/base/text.h"
#include "host/worker/peer_state.h"

/* A notice that finds no room is a mistake of ours: room was made sure of. */
bool pcs_peer_has_notice_room(const pcs_peer *peer) {
  return peer->notices.capacity - peer->notices.len >= PCS_PEER_NOTICE_BYTES_MAX;
}

static void notice_state(pcs_peer *peer, const pcs_ice_event *event) {
  peer->counted.ice_state = (uint8_t)event->state;
  peer->counted.ice_role = (uint8_t)event->role;
  pcs_msg_ice_state_encode(&peer->notices, &(pcs_msg_ice_state){.peer = peer->handle,
                                                                .state = (uint8_t)event->state,
                                                                .role = (uint8_t)event->role});
}

static void want_stream(pcs_peer *peer, const pcs_ice_event *event) {
  if (peer->num_streams == PCS_PEER_STREAMS_MAX || event->bytes.len > PCS_HOST_NAME_BYTES_MAX) {
    return; /* a stream that never opens is a server that does not answer */
  }
  pcs_peer_stream *stream = &peer->streams[peer->num_streams++];
  *stream = (pcs_peer_stream){.close = event->kind == PCS_ICE_EVENT_CLOSE_STREAM,
                              .secure = event->secure,
                              .framed = event->framed,
                              .from = event->from,
                              .path_id = event->path_id,
                              .to = event->to,
                              .host_len = (uint8_t)event->bytes.len};
  if (event->bytes.len > 0) {
    memcpy(stream->host, event->bytes.data, event->bytes.len);
  }
}

bool pcs_peer_take_stream(pcs_peer *peer, pcs_peer_stream *out_stream) {
  if (peer->num_streams == 0) {
    return false;
  }
  *out_stream = peer->streams[0];
  peer->num_streams--;
  memmove(&peer->streams[0], &peer->streams[1], peer->num_streams * sizeof peer->streams[0]);
  return true;
}

void pcs_peer_notice_ice(pcs_peer *peer, const pcs_ice_event *event) {
  pcs_writer *writer = &peer->notices;
  switch (event->kind) {
  case PCS_ICE_EVENT_CANDIDATE:
    pcs_msg_candidate_found_encode(writer,
                                   &(pcs_msg_candidate_found){.peer = peer->handle,
                                                              .generation = event->generation,
                                                              .candidate = event->candidate,
                                                              .url = event->url});
    return;
  case PCS_ICE_EVENT_CANDIDATE_ERROR:
    pcs_msg_candidate_error_encode(writer,
                                   &(pcs_msg_candidate_error){.peer = peer->handle,
                                                              .generation = event->generation,
                                                              .url = event->url,
                                                              .code = event->code});
    return;
  case PCS_ICE_EVENT_GATHERING:
    pcs_msg_gathering_state_encode(writer,
                                   &(pcs_msg_gathering_state){.peer = peer->handle,
                                                              .generation = event->generation,
                                                              .state = (uint8_t)event->gathering});
    return;
  case PCS_ICE_EVENT_STATE:
    notice_state(peer, event);
    return;
  case PCS_ICE_EVENT_SELECTED:
    pcs_msg_selected_pair_encode(writer, &(pcs_msg_selected_pair){.peer = peer->handle,
                                                                  .local = event->candidate,
                                                                  .remote = event->remote});
    return;
  case PCS_ICE_EVENT_RESOLVE:
    peer->wanted_lookups |= event->server < PCS_ICE_SERVERS_MAX ? 1u << event->server : 0;
    return;
  case PCS_ICE_EVENT_OPEN_STREAM:
  case PCS_ICE_EVENT_CLOSE_STREAM:
    want_stream(peer, event);
    return;
  case PCS_ICE_EVENT_NONE:
  case PCS_ICE_EVENT_SEND:
    return;
  }
}

bool pcs_peer_notice_dtls(pcs_peer *peer) {
  pcs_writer before = peer->notices;
  pcs_msg_dtls_state_encode(
      &peer->notices,
      &(pcs_msg_dtls_state){.peer = peer->handle,
                            .state = (uint8_t)pcs_dtls_association_state(peer->dtls),
                            .role = (uint8_t)pcs_dtls_association_role(peer->dtls),
                            .version = pcs_dtls_association_version(peer->dtls),
                            .cipher = pcs_dtls_association_cipher(peer->dtls),
                            .group = pcs_dtls_association_group(peer->dtls),
                            .certificate = pcs_dtls_association_peer_certificate(peer->dtls)});
  if (!peer->notices.failed) {
    return true;
  }
  peer->notices = before;
  return false;
}

void pcs_peer_notice_new_dtls(pcs_peer *peer) {
  pcs_msg_dtls_state_encode(&peer->notices, &(pcs_msg_dtls_state){.peer = peer->handle,
                                                                  .state = PCS_DTLS_NEW,
                                                                  .role = peer->plan.dtls_role});
}

void pcs_peer_notice_sctp(pcs_peer *peer, pcs_sctp_state state, uint16_t channels_max) {
  peer->counted.sctp_state = (uint8_t)state;
  peer->counted.has_sctp = true;
  if (pcs_peer_has_notice_room(peer)) {
    pcs_msg_sctp_state_encode(
        &peer->notices, &(pcs_msg_sctp_state){.peer = peer->handle,
                                              .state = (uint8_t)state,
                                              .channels_max = channels_max,
                                              .message_bytes_max = peer->plan.message_bytes_max});
  }
}

/* ---- channels ---- */

static void write_incoming(pcs_peer *peer, pcs_writer *writer, const pcs_channel_event *event) {
  const pcs_channel_options *options = &event->options;
  uint32_t handle = peer->spare_handle;
  peer->spare_handle = 0;
  peer->counted.channels_opened++;
  pcs_msg_channel_incoming_encode(
      writer, &(pcs_msg_channel_incoming){.peer = peer->handle,
                                          .channel = handle,
                                          .id = event->id,
                                          .ordered = options->ordered ? 1 : 0,
                                          .reliability = (uint8_t)options->reliability,
                                          .reliability_value = options->reliability_value,
                                          .priority = options->priority,
                                          .label = options->label,
                                          .protocol = options->protocol});
  pcs_channels_name(peer->channels, handle);
}

static void write_state(pcs_peer *peer, pcs_writer *writer, const pcs_channel_event *event) {
  pcs_msg_channel_state_encode(writer, &(pcs_msg_channel_state){.channel = event->handle,
                                                                .state = (uint8_t)event->state,
                                                                .id = event->id,
                                                                .status = (uint16_t)event->status});
  if (event->state == PCS_CHANNEL_CLOSED) {
    peer->counted.channels_closed++;
    pcs_handles_remove(peer->handles, event->handle);
  }
}

static void write_payload(pcs_peer *peer, pcs_writer *writer, const pcs_channel_event *event) {
  peer->credit -= (uint32_t)event->bytes.len;
  pcs_msg_received_encode(writer, &(pcs_msg_received){.channel = event->handle,
                                                      .kind = (uint8_t)event->payload,
                                                      .payload = event->bytes});
}

static void write_channel_event(pcs_peer *peer, pcs_writer *writer,
                                const pcs_channel_event *event) {
  switch (event->kind) {
  case PCS_CHANNEL_EVENT_INCOMING:
    write_incoming(peer, writer, event);
    return;
  case PCS_CHANNEL_EVENT_STATE:
    write_state(peer, writer, event);
    return;
  case PCS_CHANNEL_EVENT_MESSAGE:
    write_payload(peer, writer, event);
    return;
  case PCS_CHANNEL_EVENT_SENT:
    pcs_msg_sent_encode(writer,
                        &(pcs_msg_sent){.channel = event->handle, .bytes = event->num_bytes});
    return;
  case PCS_CHANNEL_EVENT_NONE:
    return;
  }
}

/* An event is taken only when the largest it can be has room: it cannot be put back. */
static bool has_room(const pcs_writer *writer) {
  return writer->capacity - writer->len >= PCS_RECORD_BYTES_MAX;
}

/* A channel that comes in must be given a name at once, so there has to be one. */
static bool has_spare_handle(pcs_peer *peer) {
  return peer->spare_handle != 0 || pcs_handles_add(peer->handles, &peer->spare_handle,
                                                    PCS_HANDLE_CHANNEL, peer->object) == PCS_OK;
}

/* True when all were written. */
static bool write_channel_events(pcs_peer *peer, pcs_writer *writer) {
  while (has_room(writer) && has_spare_handle(peer)) {
    pcs_channel_event event;
    pcs_channels_poll(peer->channels, &event);
    if (event.kind == PCS_CHANNEL_EVENT_NONE) {
      return true;
    }
    write_channel_event(peer, writer, &event);
  }
  return false;
}

/* ---- SCTP ---- */

static void follow_sctp_event(pcs_peer *peer, const pcs_sctp_event *event) {
  switch (event->kind) {
  case PCS_SCTP_EVENT_CONNECTED:
    pcs_channels_start(peer->channels, pcs_dtls_association_role(peer->dtls), event->streams);
    pcs_channels_pump(peer->channels, peer->sctp);
    pcs_peer_notice_sctp(peer, PCS_SCTP_CONNECTED, event->streams);
    return;
  case PCS_SCTP_EVENT_MESSAGE:
  case PCS_SCTP_EVENT_RESET:
  case PCS_SCTP_EVENT_RESET_DONE:
  case PCS_SCTP_EVENT_WRITABLE:
    pcs_channels_receive(peer->channels, peer->sctp, event);
    return;
  case PCS_SCTP_EVENT_CLOSED:
    pcs_peer_end_data(peer, event->status);
    return;
  case PCS_SCTP_EVENT_NONE:
    return;
  }
}

/* True when there was an event. Messages come within the page's credit whatever their size: else
 * they stay in SCTP, whose window closes. */
static bool follow_sctp(pcs_peer *peer) {
  pcs_sctp_event event = {.kind = PCS_SCTP_EVENT_NONE};
  if (peer->sctp != NULL) {
    bool may_give = peer->credit >= PCS_MESSAGE_BYTES_MAX;
    pcs_sctp_association_poll(peer->sctp,
                              may_give ? PCS_SCTP_GIVE_MESSAGES : PCS_SCTP_HOLD_MESSAGES, &event);
    follow_sctp_event(peer, &event);
  }
  return event.kind != PCS_SCTP_EVENT_NONE;
}

/* The other side closed DTLS, and everything it had said before has been read. */
static bool end_data_if_over(pcs_peer *peer) {
  if (!peer->data_is_over) {
    return false;
  }
  peer->data_is_over = false;
  pcs_peer_end_data(peer, PCS_OK);
  return true;
}

static bool write_notices(pcs_peer *peer, pcs_writer *writer) {
  if (writer->capacity - writer->len < peer->notices.len) {
    return false;
  }
  pcs_writer_bytes(writer, pcs_writer_span(&peer->notices));
  peer->notices.len = 0;
  return true;
}

bool pcs_peer_write_messages(pcs_peer *peer, pcs_writer *writer) {
  for (;;) {
    if (!write_notices(peer, writer) || !write_channel_events(peer, writer)) {
      return true;
    }
    if (!follow_sctp(peer) && !end_data_if_over(peer)) {
      return false;
    }
  }
}
