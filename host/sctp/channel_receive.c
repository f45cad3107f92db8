/* What arrives: messages, DCEP's requests and answers, resets of streams. */
#include "host/sctp/channel_table.h"

#include <assert.h>

/* RFC 8832 6: even streams are opened by the DTLS client. */
static bool is_theirs_to_open(const pcs_channels *channels, uint16_t stream) {
  bool is_even = stream % 2 == 0;
  return is_even == (channels->role == PCS_DTLS_SERVER);
}

/* A peer that broke the rules on a stream: the stream is closed, with the channel if there is one.
 */
static void refuse(pcs_channels *channels, uint16_t stream) {
  pcs_channel *channel = pcs_channel_find_id(channels, stream);
  if (channel != NULL) {
    pcs_channel_closed_by_peer(channels, channel, PCS_ERR_SYNTAX);
  } else if (channels->num_orphan_resets < PCS_ORPHAN_RESETS_MAX) {
    channels->orphan_resets[channels->num_orphan_resets++] = stream;
  }
}

static void tell_incoming(pcs_channels *channels, pcs_channel *channel, const pcs_dcep_open *open) {
  channels->unnamed = channel;
  channels->has_arrival = true;
  channels->arrival = (pcs_channel_event){.kind = PCS_CHANNEL_EVENT_INCOMING,
                                          .id = channel->id,
                                          .state = PCS_CHANNEL_OPEN,
                                          .options = {.ordered = open->ordered,
                                                      .id = channel->id,
                                                      .reliability = open->reliability,
                                                      .reliability_value = open->reliability_value,
                                                      .priority = open->priority,
                                                      .label = open->label,
                                                      .protocol = open->protocol}};
}

static void receive_open(pcs_channels *channels, const pcs_sctp_event *event) {
  pcs_dcep_open open;
  uint8_t *memory = NULL;
  if (pcs_dcep_open_read(event->message, &open) != PCS_OK ||
      !is_theirs_to_open(channels, event->stream) || event->stream >= channels->num_streams ||
      pcs_channel_find_id(channels, event->stream) != NULL || channels->num >= PCS_CHANNELS_MAX) {
    refuse(channels, event->stream);
    return;
  }
  pcs_channel *channel = pcs_channel_add(channels);
  if (channel == NULL) {
    refuse(channels, event->stream);
    return;
  }
  pcs_channel_set_id(channels, channel, event->stream);
  channel->state = PCS_CHANNEL_OPEN;
  channel->is_acknowledged = true;
  channel->ordered = open.ordered;
  channel->reliability = open.reliability;
  channel->reliability_value = open.reliability_value;
  pcs_channel_keep_label(channel, open.label);
  if (pcs_channel_queue_control(channels, channel, PCS_DCEP_ACK_BYTES, &memory) != PCS_OK) {
    pcs_channel_remove(channels, channel);
    refuse(channels, event->stream);
    return;
  }
  pcs_writer writer;
  pcs_writer_init(&writer, memory, PCS_DCEP_ACK_BYTES);
  pcs_dcep_ack_write(&writer);
  tell_incoming(channels, channel, &open);
}

static void receive_control(pcs_channels *channels, const pcs_sctp_event *event) {
  pcs_channel *channel = pcs_channel_find_id(channels, event->stream);
  switch (pcs_dcep_type_of(event->message)) {
  case PCS_DCEP_OPEN:
    receive_open(channels, event);
    return;
  case PCS_DCEP_ACK:
    if (channel != NULL) {
      channel->is_acknowledged = true;
    }
    return;
  case PCS_DCEP_NONE:
    refuse(channels, event->stream);
    return;
  }
}

/* False for a PPID that no data channel uses. */
static bool read_payload(const pcs_sctp_event *event, pcs_payload *out_payload,
                         pcs_span *out_bytes) {
  *out_bytes = event->message;
  switch ((pcs_ppid)event->ppid) {
  case PCS_PPID_TEXT_EMPTY:
    *out_bytes = (pcs_span){0};
    *out_payload = PCS_PAYLOAD_TEXT;
    return true;
  case PCS_PPID_BINARY_EMPTY:
    *out_bytes = (pcs_span){0};
    *out_payload = PCS_PAYLOAD_BINARY;
    return true;
  case PCS_PPID_TEXT:
  case PCS_PPID_TEXT_PARTIAL:
    *out_payload = PCS_PAYLOAD_TEXT;
    return true;
  case PCS_PPID_BINARY:
  case PCS_PPID_BINARY_PARTIAL:
    *out_payload = PCS_PAYLOAD_BINARY;
    return true;
  default:
    return false;
  }
}

/*
 * A stream without a channel: one that both pages negotiated and ours has not made yet, or one that
 * is closed here and not yet there. Neither is a fault of the peer's: what comes is dropped.
 */
static void receive_message(pcs_channels *channels, const pcs_sctp_event *event) {
  pcs_channel *channel = pcs_channel_find_id(channels, event->stream);
  pcs_payload payload;
  pcs_span bytes;
  if (channel == NULL || channel->state != PCS_CHANNEL_OPEN ||
      !read_payload(event, &payload, &bytes)) {
    return;
  }
  channel->is_acknowledged = true; /* RFC 8832 6: any message says that the channel is known */
  channel->stats.messages_received++;
  channel->stats.bytes_received += bytes.len;
  channels->has_arrival = true;
  channels->arrival = (pcs_channel_event){.kind = PCS_CHANNEL_EVENT_MESSAGE,
                                          .handle = channel->handle,
                                          .id = channel->id,
                                          .payload = payload,
                                          .bytes = bytes};
}

/* RFC 8831 6.7: closed when both halves of the stream are reset; then the id is free again. */
static void receive_reset(pcs_channels *channels, const pcs_sctp_event *event) {
  pcs_channel *channel = pcs_channel_find_id(channels, event->stream);
  if (channel == NULL || channel->state == PCS_CHANNEL_CONNECTING ||
      channel->state == PCS_CHANNEL_CLOSED) {
    return;
  }
  bool is_refused = event->status != PCS_OK;
  if (event->kind == PCS_SCTP_EVENT_RESET) {
    channel->reset_seen = true;
    pcs_channel_closed_by_peer(channels, channel, PCS_OK);
  } else {
    channel->reset_done = channel->reset_asked;
    channel->reset_seen = channel->reset_seen || is_refused;
  }
  if (channel->reset_done && channel->reset_seen) {
    pcs_channel_finish(channels, channel, PCS_OK);
  }
}

void pcs_channels_receive(pcs_channels *channels, pcs_sctp_association *association,
                          const pcs_sctp_event *event) {
  assert(!channels->has_arrival); /* the owner polls before it gives us the next */
  if (!channels->is_started || channels->is_ended) {
    return;
  }
  switch (event->kind) {
  case PCS_SCTP_EVENT_MESSAGE:
    if (event->ppid == PCS_PPID_DCEP) {
      receive_control(channels, event);
    } else {
      receive_message(channels, event);
    }
    break;
  case PCS_SCTP_EVENT_RESET:
  case PCS_SCTP_EVENT_RESET_DONE:
    receive_reset(channels, event);
    break;
  case PCS_SCTP_EVENT_WRITABLE:
    channels->is_blocked = false;
    break;
  case PCS_SCTP_EVENT_NONE:
  case PCS_SCTP_EVENT_CONNECTED:
  case PCS_SCTP_EVENT_CLOSED:
    break;
  }
  pcs_channels_pump(channels, association);
}
