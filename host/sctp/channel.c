#include "host/sctp/channel_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_BYTES_DEFAULT 65536 /* RFC 8841 6.1: when nothing was said */

pcs_status pcs_channels_new(pcs_channels **out_channels) {
  *out_channels = calloc(1, sizeof **out_channels);
  if (*out_channels == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  (*out_channels)->message_bytes_max = MESSAGE_BYTES_DEFAULT;
  return PCS_OK;
}

static pcs_channel *any_channel(const pcs_channels *channels) {
  for (size_t i = 0; i < PCS_CHANNEL_BUCKETS; i++) {
    if (channels->by_handle[i] != NULL) {
      return channels->by_handle[i];
    }
    if (channels->by_id[i] != NULL) {
      return channels->by_id[i];
    }
  }
  return NULL;
}

void pcs_channels_free(pcs_channels *channels) {
  if (channels == NULL) {
    return;
  }
  for (pcs_channel *at = any_channel(channels); at != NULL; at = any_channel(channels)) {
    pcs_channel_remove(channels, at);
  }
  free(channels);
}

void pcs_channels_set_message_max(pcs_channels *channels, uint32_t bytes) {
  bool is_any = bytes == 0 || bytes > PCS_MESSAGE_BYTES_MAX;
  channels->message_bytes_max = is_any ? PCS_MESSAGE_BYTES_MAX : bytes;
}

/* RFC 8832 6: even ids are the DTLS client's. */
static uint32_t parity_of(const pcs_channels *channels) {
  return channels->role == PCS_DTLS_CLIENT ? 0 : 1;
}

static uint32_t num_ids(const pcs_channels *channels) {
  return channels->is_started ? channels->num_streams : PCS_CHANNEL_NO_ID;
}

/* The lowest that is free. */
static uint16_t choose_id(const pcs_channels *channels) {
  for (uint32_t id = parity_of(channels); id < num_ids(channels); id += 2) {
    if (pcs_channel_find_id(channels, (uint16_t)id) == NULL) {
      return (uint16_t)id;
    }
  }
  return PCS_CHANNEL_NO_ID;
}

static bool can_have(const pcs_channels *channels, uint16_t id) {
  return id % 2 == parity_of(channels) && id < num_ids(channels) &&
         pcs_channel_find_id(channels, id) == NULL;
}

static void give_id(pcs_channels *channels, pcs_channel *channel, uint16_t wished) {
  uint16_t id = can_have(channels, wished) ? wished : choose_id(channels);
  if (id != PCS_CHANNEL_NO_ID) {
    pcs_channel_set_id(channels, channel, id);
  }
}

void pcs_channels_set_role(pcs_channels *channels, pcs_dtls_role role) {
  if (channels->has_role) {
    return;
  }
  channels->has_role = true;
  channels->role = role;
  pcs_channel *at = channels->lists[PCS_CHANNELS_WAITING].first;
  for (; at != NULL; at = at->links[PCS_CHANNELS_WAITING].next) {
    if (at->id == PCS_CHANNEL_NO_ID) {
      give_id(channels, at, PCS_CHANNEL_NO_ID);
    }
  }
}

/* The association is there: false when there is no stream for the channel. */
static bool begin(pcs_channels *channels, pcs_channel *channel) {
  if (channel->id >= channels->num_streams) {
    return false;
  }
  channel->state = PCS_CHANNEL_OPEN;
  channel->tell_open = true;
  pcs_channel_enlist(channels, PCS_CHANNELS_TELLING, channel);
  if (!pcs_send_queue_is_empty(&channel->queue)) {
    pcs_channel_enlist(channels, PCS_CHANNELS_SENDING, channel);
  }
  return true;
}

void pcs_channels_start(pcs_channels *channels, pcs_dtls_role role, uint16_t num_streams) {
  if (channels->is_started || channels->is_ended) {
    return;
  }
  pcs_channels_set_role(channels, role);
  channels->is_started = true;
  channels->num_streams = num_streams;
  pcs_channel *at = channels->lists[PCS_CHANNELS_WAITING].first;
  while (at != NULL) {
    pcs_channel *next = at->links[PCS_CHANNELS_WAITING].next;
    pcs_channel_delist(channels, PCS_CHANNELS_WAITING, at);
    if (!begin(channels, at)) {
      pcs_channel_finish(channels, at, PCS_ERR_OPERATION);
    }
    at = next;
  }
}

/* RFC 8832 5.1: the request is the first thing on the stream; it need not know which that will be.
 */
static pcs_status queue_request(pcs_channels *channels, pcs_channel *channel,
                                const pcs_channel_options *options) {
  const pcs_dcep_open open = {.ordered = options->ordered,
                              .reliability = options->reliability,
                              .reliability_value = options->reliability_value,
                              .priority = options->priority,
                              .label = options->label,
                              .protocol = options->protocol};
  size_t len = PCS_DCEP_OPEN_FIXED_BYTES + open.label.len + open.protocol.len;
  uint8_t *memory = NULL;
  pcs_status status = pcs_channel_queue_control(channels, channel, len, &memory);
  if (status == PCS_OK) {
    pcs_writer writer;
    pcs_writer_init(&writer, memory, len);
    pcs_dcep_open_write(&writer, &open);
    assert(!writer.failed);
  }
  return status;
}

static pcs_status check_options(const pcs_channels *channels, const pcs_channel_options *options) {
  if (channels->is_ended) {
    return PCS_ERR_CLOSED;
  }
  if (channels->num >= PCS_CHANNELS_MAX) {
    return PCS_ERR_QUOTA;
  }
  if (options->label.len > PCS_LABEL_BYTES_MAX || options->protocol.len > PCS_LABEL_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  if (options->reliability > PCS_RELIABILITY_LIFETIME) {
    return PCS_ERR_OPERATION;
  }
  bool can_be =
      options->id < num_ids(channels) && pcs_channel_find_id(channels, options->id) == NULL;
  return options->negotiated && !can_be ? PCS_ERR_OPERATION : PCS_OK;
}

pcs_status pcs_channels_open(pcs_channels *channels, uint32_t handle,
                             const pcs_channel_options *options) {
  pcs_status status = check_options(channels, options);
  if (status != PCS_OK) {
    return status;
  }
  assert(handle != 0 && pcs_channel_find_handle(channels, handle) == NULL);
  pcs_channel *channel = pcs_channel_add(channels);
  if (channel == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  channel->negotiated = options->negotiated;
  channel->is_acknowledged = options->negotiated;
  channel->ordered = options->ordered;
  channel->reliability = options->reliability;
  channel->reliability_value = options->reliability_value;
  pcs_channel_keep_label(channel, options->label);
  pcs_channel_set_handle(channels, channel, handle);
  if (options->negotiated) {
    pcs_channel_set_id(channels, channel, options->id);
  } else {
    if (channels->has_role) {
      give_id(channels, channel, options->id);
    }
    status = queue_request(channels, channel, options);
  }
  if (!channels->is_started) {
    pcs_channel_enlist(channels, PCS_CHANNELS_WAITING, channel);
  } else if (status == PCS_OK && !begin(channels, channel)) {
    status = PCS_ERR_OPERATION;
  }
  if (status != PCS_OK) {
    pcs_channel_remove(channels, channel);
  }
  return status;
}

void pcs_channels_name(pcs_channels *channels, uint32_t handle) {
  if (channels->unnamed != NULL) {
    pcs_channel_set_handle(channels, channels->unnamed, handle);
    channels->unnamed = NULL;
  }
}

void pcs_channel_finish(pcs_channels *channels, pcs_channel *channel, pcs_status status) {
  pcs_channel_drop_queue(channels, channel);
  pcs_channel_delist(channels, PCS_CHANNELS_WAITING, channel);
  pcs_channel_delist(channels, PCS_CHANNELS_SENDING, channel);
  pcs_channel_delist(channels, PCS_CHANNELS_RESETTING, channel);
  channel->state = PCS_CHANNEL_CLOSED;
  channel->close_status = channel->close_status == PCS_OK ? status : channel->close_status;
  channel->tell_closed = true;
  pcs_channel_enlist(channels, PCS_CHANNELS_TELLING, channel);
}

void pcs_channel_closed_by_peer(pcs_channels *channels, pcs_channel *channel, pcs_status status) {
  if (channel->state != PCS_CHANNEL_OPEN) {
    return;
  }
  channel->state = PCS_CHANNEL_CLOSING;
  channel->close_status = status;
  channel->tell_closing = true;
  pcs_channel_enlist(channels, PCS_CHANNELS_TELLING, channel);
  pcs_channel_enlist(channels, PCS_CHANNELS_RESETTING, channel);
  pcs_channel_drop_queue(channels, channel);
}

pcs_status pcs_channels_close(pcs_channels *channels, uint32_t handle) {
  pcs_channel *channel = pcs_channel_find_handle(channels, handle);
  if (channel == NULL) {
    return PCS_ERR_NOT_FOUND;
  }
  if (channel->state == PCS_CHANNEL_CONNECTING) {
    pcs_channel_finish(channels, channel, PCS_OK);
  } else if (channel->state == PCS_CHANNEL_OPEN) {
    channel->state = PCS_CHANNEL_CLOSING;
    pcs_channel_enlist(channels, PCS_CHANNELS_RESETTING, channel);
  }
  return PCS_OK;
}

/* One that came in and was never told of is nobody's. */
static void drop_arrival(pcs_channels *channels) {
  pcs_channel *came = channels->has_arrival && channels->arrival.kind == PCS_CHANNEL_EVENT_INCOMING
                          ? channels->unnamed
                          : NULL;
  channels->has_arrival = false;
  if (came != NULL) {
    pcs_channel_remove(channels, came);
  }
}

static void end_channel(pcs_channels *channels, pcs_channel *channel, pcs_status status) {
  if (channel->state != PCS_CHANNEL_CLOSED) {
    /* What the other side closed first was closed without an error (webrtc-pc 6.2.5). */
    pcs_channel_finish(channels, channel, channel->reset_seen ? PCS_OK : status);
  }
}

void pcs_channels_end(pcs_channels *channels, pcs_status status) {
  channels->is_ended = true;
  drop_arrival(channels);
  channels->begun = NULL;
  channels->num_orphan_resets = 0;
  for (size_t i = 0; i < PCS_CHANNEL_BUCKETS; i++) {
    for (pcs_channel *at = channels->by_handle[i]; at != NULL; at = at->next_by_handle) {
      end_channel(channels, at, status);
    }
  }
}

void pcs_channels_part(pcs_channels *channels, pcs_status status) {
  drop_arrival(channels);
  for (size_t i = 0; i < PCS_CHANNEL_BUCKETS; i++) {
    for (pcs_channel *at = channels->by_handle[i]; at != NULL; at = at->next_by_handle) {
      if (at->state != PCS_CHANNEL_CONNECTING) {
        end_channel(channels, at, status);
        pcs_channel_free_id(channels, at);
      }
    }
  }
  channels->begun = NULL;
  channels->num_orphan_resets = 0;
  channels->is_blocked = false;
  channels->is_started = false;
  channels->is_ended = false;
  channels->num_streams = 0;
}

static bool tell_state(pcs_channel *channel, bool *flag, pcs_channel_state state,
                       pcs_channel_event *out_event) {
  if (!*flag) {
    return false;
  }
  *flag = false;
  *out_event =
      (pcs_channel_event){.kind = PCS_CHANNEL_EVENT_STATE,
                          .handle = channel->handle,
                          .id = channel->id,
                          .state = state,
                          .status = state == PCS_CHANNEL_OPEN ? PCS_OK : channel->close_status};
  return true;
}

static bool tell_sent(pcs_channel *channel, pcs_channel_event *out_event) {
  if (channel->tell_sent_bytes == 0) {
    return false;
  }
  *out_event = (pcs_channel_event){.kind = PCS_CHANNEL_EVENT_SENT,
                                   .handle = channel->handle,
                                   .id = channel->id,
                                   .num_bytes = channel->tell_sent_bytes};
  channel->tell_sent_bytes = 0;
  return true;
}

/* In the order things happen to a channel. */
static bool tell(pcs_channels *channels, pcs_channel *channel, pcs_channel_event *out_event) {
  if (tell_state(channel, &channel->tell_open, PCS_CHANNEL_OPEN, out_event) ||
      tell_sent(channel, out_event) ||
      tell_state(channel, &channel->tell_closing, PCS_CHANNEL_CLOSING, out_event)) {
    return true;
  }
  pcs_channel_delist(channels, PCS_CHANNELS_TELLING, channel);
  if (tell_state(channel, &channel->tell_closed, PCS_CHANNEL_CLOSED, out_event)) {
    pcs_channel_remove(channels, channel);
    return true;
  }
  return false;
}

void pcs_channels_poll(pcs_channels *channels, pcs_channel_event *out_event) {
  pcs_channel_list *telling = &channels->lists[PCS_CHANNELS_TELLING];
  while (telling->first != NULL) {
    if (tell(channels, telling->first, out_event)) {
      return;
    }
  }
  *out_event = (pcs_channel_event){.kind = PCS_CHANNEL_EVENT_NONE};
  if (channels->has_arrival) {
    channels->has_arrival = false;
    *out_event = channels->arrival;
  }
}

size_t pcs_channels_stats(const pcs_channels *channels, pcs_channel_stats *out, size_t capacity) {
  size_t num = 0;
  for (size_t i = 0; i < PCS_CHANNEL_BUCKETS; i++) {
    const pcs_channel *at = channels->by_handle[i];
    for (; at != NULL && num < capacity; at = at->next_by_handle) {
      out[num] = at->stats;
      out[num++].state = (uint8_t)at->state;
    }
  }
  return num;
}
