/* What leaves: a page's messages, requests and answers of DCEP, resets of streams. */
#include "host/sctp/channel_table.h"

#include <assert.h>
#include <string.h>

/* Empty messages cost the page nothing of its window, but us some memory: a bound of their own. */
#define QUEUED_EMPTY_MAX (1024 * 1024)

static const uint8_t empty_message[] = {0}; /* RFC 8831 6.6: an empty message is one zero byte */

static bool is_control(pcs_ppid ppid) {
  return ppid == PCS_PPID_DCEP;
}

static bool is_empty_kind(pcs_ppid ppid) {
  return ppid == PCS_PPID_TEXT_EMPTY || ppid == PCS_PPID_BINARY_EMPTY;
}

/* Bytes of the page's window that len bytes of such a message stand for. */
static size_t payload_of(pcs_ppid ppid, size_t len) {
  return is_control(ppid) || is_empty_kind(ppid) ? 0 : len;
}

static pcs_ppid ppid_of(pcs_payload payload, size_t len) {
  if (payload == PCS_PAYLOAD_TEXT) {
    return len == 0 ? PCS_PPID_TEXT_EMPTY : PCS_PPID_TEXT;
  }
  return len == 0 ? PCS_PPID_BINARY_EMPTY : PCS_PPID_BINARY;
}

/* RFC 8832 6: requests and answers are ordered and reliable; until the answer so is the order. */
static pcs_sctp_send parameters_of(const pcs_channel *channel, pcs_ppid ppid) {
  if (is_control(ppid)) {
    return (pcs_sctp_send){.stream = channel->id, .ppid = ppid, .ordered = true};
  }
  return (pcs_sctp_send){.stream = channel->id,
                         .ppid = ppid,
                         .ordered = channel->ordered || !channel->is_acknowledged,
                         .reliability = channel->reliability,
                         .reliability_value = channel->reliability_value};
}

static void count_taken(pcs_channels *channels, pcs_channel *channel, pcs_ppid ppid, size_t len) {
  size_t payload = payload_of(ppid, len);
  if (payload > 0) {
    channel->stats.bytes_sent += payload;
    channel->tell_sent_bytes += (uint32_t)payload;
    pcs_channel_enlist(channels, PCS_CHANNELS_TELLING, channel);
  }
}

static void count_queued(pcs_channels *channels, pcs_channel *channel, pcs_ppid ppid, size_t len) {
  channel->queued_bytes += payload_of(ppid, len);
  channels->queued_bytes += payload_of(ppid, len);
  if (is_empty_kind(ppid)) {
    channel->num_queued_empty++;
    channels->num_queued_empty++;
  }
}

static void count_unqueued(pcs_channels *channels, pcs_channel *channel, pcs_ppid ppid,
                           size_t len) {
  channel->queued_bytes -= payload_of(ppid, len);
  channels->queued_bytes -= payload_of(ppid, len);
  if (is_empty_kind(ppid)) {
    channel->num_queued_empty--;
    channels->num_queued_empty--;
  }
}

static void count_message(pcs_channel *channel, pcs_ppid ppid) {
  channel->stats.messages_sent += is_control(ppid) ? 0 : 1;
}

pcs_status pcs_channel_queue_control(pcs_channels *channels, pcs_channel *channel, size_t len,
                                     uint8_t **out_memory) {
  pcs_status status = pcs_send_queue_add(&channel->queue, PCS_PPID_DCEP, len, out_memory);
  if (status == PCS_OK && channel->state != PCS_CHANNEL_CONNECTING) {
    pcs_channel_enlist(channels, PCS_CHANNELS_SENDING, channel);
  }
  return status;
}

static pcs_status queue_message(pcs_channels *channels, pcs_channel *channel, pcs_ppid ppid,
                                pcs_span bytes, size_t taken) {
  uint8_t *memory = NULL;
  pcs_status status = pcs_send_queue_add(&channel->queue, ppid, bytes.len, &memory);
  if (status != PCS_OK) {
    return status;
  }
  memcpy(memory, bytes.data, bytes.len);
  count_queued(channels, channel, ppid, bytes.len - taken);
  if (taken > 0) {
    pcs_send_queue_take(&channel->queue, taken);
    channels->begun = channel;
  }
  pcs_channel_enlist(channels, PCS_CHANNELS_SENDING, channel);
  return PCS_OK;
}

/* Straight into SCTP, without a copy, when nobody waits before us. */
static size_t send_now(pcs_channels *channels, pcs_sctp_association *association,
                       pcs_channel *channel, pcs_ppid ppid, pcs_span bytes) {
  size_t taken = 0;
  if (channels->is_blocked || channels->lists[PCS_CHANNELS_SENDING].first != NULL) {
    return 0;
  }
  pcs_sctp_send send = parameters_of(channel, ppid);
  pcs_status status = pcs_sctp_association_send(association, &taken, &send, bytes);
  channels->is_blocked = status == PCS_ERR_NO_SPACE;
  count_taken(channels, channel, ppid, taken);
  if (taken == bytes.len) {
    count_message(channel, ppid);
  }
  return taken;
}

pcs_status pcs_channels_send(pcs_channels *channels, pcs_sctp_association *association,
                             uint32_t handle, pcs_payload payload, pcs_span bytes) {
  pcs_channel *channel = pcs_channel_find_handle(channels, handle);
  if (channel == NULL) {
    return PCS_ERR_NOT_FOUND;
  }
  if (channel->state != PCS_CHANNEL_OPEN) {
    return PCS_ERR_STATE;
  }
  if (bytes.len > channels->message_bytes_max) {
    return PCS_ERR_TOO_LARGE;
  }
  if (channels->queued_bytes + bytes.len > PCS_SEND_WINDOW_BYTES ||
      channels->num_queued_empty >= QUEUED_EMPTY_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_ppid ppid = ppid_of(payload, bytes.len);
  pcs_span message = bytes.len == 0 ? (pcs_span){empty_message, sizeof empty_message} : bytes;
  size_t taken = send_now(channels, association, channel, ppid, message);
  if (taken == message.len) {
    return PCS_OK;
  }
  pcs_status status = queue_message(channels, channel, ppid, message, taken);
  if (status != PCS_OK && taken > 0) {
    /* Half a message is in SCTP and there is no memory for the rest: the stream cannot go on. */
    pcs_sctp_association_abort(association);
    pcs_channels_end(channels, PCS_ERR_NO_SPACE);
  }
  return status;
}

void pcs_channel_drop_queue(pcs_channels *channels, pcs_channel *channel) {
  pcs_send_queue *queue = &channel->queue;
  bool is_begun = !channels->is_ended && !pcs_send_queue_is_empty(queue) &&
                  pcs_send_queue_first(queue).is_begun;
  size_t kept_bytes = 0;
  size_t kept_empty = 0;
  if (is_begun) {
    pcs_queued_message first = pcs_send_queue_first(queue);
    kept_bytes = payload_of(first.ppid, first.bytes.len);
    kept_empty = is_empty_kind(first.ppid) ? 1 : 0;
    pcs_send_queue_drop_unbegun(queue);
  } else {
    pcs_send_queue_clear(queue);
    pcs_channel_delist(channels, PCS_CHANNELS_SENDING, channel);
  }
  size_t dropped_bytes = channel->queued_bytes - kept_bytes;
  channel->tell_sent_bytes += (uint32_t)dropped_bytes;
  channels->queued_bytes -= dropped_bytes;
  channels->num_queued_empty -= channel->num_queued_empty - kept_empty;
  channel->queued_bytes = kept_bytes;
  channel->num_queued_empty = kept_empty;
}

/* One message, or as much of it as SCTP takes; false when it takes no more. */
static bool pump_one(pcs_channels *channels, pcs_sctp_association *association,
                     pcs_channel *channel) {
  pcs_queued_message first = pcs_send_queue_first(&channel->queue);
  pcs_sctp_send send = parameters_of(channel, first.ppid);
  size_t taken = 0;
  pcs_status status = pcs_sctp_association_send(association, &taken, &send, first.bytes);
  if (taken > 0) {
    count_unqueued(channels, channel, first.ppid, taken);
    count_taken(channels, channel, first.ppid, taken);
    pcs_send_queue_take(&channel->queue, taken);
  }
  if (status != PCS_OK) {
    channels->is_blocked = true; /* closed: its end is on the way */
    channels->begun = taken > 0 ? channel : channels->begun;
    return false;
  }
  count_message(channel, first.ppid);
  channels->begun = NULL;
  /* To the end of the line: one message each, so that no channel starves another. */
  pcs_channel_delist(channels, PCS_CHANNELS_SENDING, channel);
  if (!pcs_send_queue_is_empty(&channel->queue)) {
    pcs_channel_enlist(channels, PCS_CHANNELS_SENDING, channel);
  }
  return true;
}

static void pump_messages(pcs_channels *channels, pcs_sctp_association *association) {
  while (!channels->is_blocked) {
    pcs_channel *next =
        channels->begun != NULL ? channels->begun : channels->lists[PCS_CHANNELS_SENDING].first;
    if (next == NULL || !pump_one(channels, association, next)) {
      return;
    }
  }
}

/* RFC 8831 6.7: our half of the stream is reset when everything on it has been sent. */
static void pump_resets(pcs_channels *channels, pcs_sctp_association *association) {
  pcs_channel *at = channels->lists[PCS_CHANNELS_RESETTING].first;
  while (at != NULL) {
    pcs_channel *next = at->links[PCS_CHANNELS_RESETTING].next;
    if (pcs_send_queue_is_empty(&at->queue)) {
      if (pcs_sctp_association_reset_stream(association, at->id) != PCS_OK) {
        return;
      }
      at->reset_asked = true;
      pcs_channel_delist(channels, PCS_CHANNELS_RESETTING, at);
    }
    at = next;
  }
  while (channels->num_orphan_resets > 0) {
    uint16_t stream = channels->orphan_resets[channels->num_orphan_resets - 1];
    if (pcs_sctp_association_reset_stream(association, stream) == PCS_ERR_NO_SPACE) {
      return;
    }
    channels->num_orphan_resets--;
  }
}

void pcs_channels_pump(pcs_channels *channels, pcs_sctp_association *association) {
  if (!channels->is_started || channels->is_ended) {
    return;
  }
  pump_messages(channels, association);
  pump_resets(channels, association);
}
