#include <string.h>

#include "core/base/text.h"
#include "host/sctp/channel_table.h"

/* RFC 3629 3: the bytes of a character but its first begin with 10. */
#define IS_FOLLOWING(byte) (((byte) & 0xc0u) == 0x80u)

void pcs_channel_keep_label(pcs_channel *channel, pcs_span label) {
  size_t len = label.len;
  if (len > sizeof channel->label) {
    len = sizeof channel->label;
    while (len > 0 && IS_FOLLOWING(label.data[len])) {
      len--;
    }
  }
  if (len > 0) {
    memcpy(channel->label, label.data, len);
  }
  channel->label_len = (uint8_t)len;
}

static pcs_channel_view view_of(const pcs_channel *channel) {
  pcs_channel_view view = {.stats = channel->stats,
                           .label = {channel->label, channel->label_len},
                           .buffered_bytes = (uint32_t)channel->queued_bytes};
  view.stats.state = (uint8_t)channel->state;
  return view;
}

size_t pcs_channels_view(const pcs_channels *channels, pcs_channel_view *out, size_t capacity) {
  size_t num = 0;
  for (size_t i = 0; i < PCS_CHANNEL_BUCKETS; i++) {
    const pcs_channel *at = channels->by_handle[i];
    for (; at != NULL && num < capacity; at = at->next_by_handle) {
      out[num++] = view_of(at);
    }
  }
  return num;
}

size_t pcs_channels_buffered_bytes(const pcs_channels *channels) {
  return channels->queued_bytes;
}
