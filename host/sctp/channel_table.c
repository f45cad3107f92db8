#include "host/sctp/channel_table.h"

#include <stdlib.h>

static pcs_channel **bucket_of_id(pcs_channels *channels, uint16_t id) {
  /* A side's ids are all even or all odd: leave that bit out. */
  return &channels->by_id[(id / 2 ^ (id & 1) << 7) % PCS_CHANNEL_BUCKETS];
}

static pcs_channel **bucket_of_handle(pcs_channels *channels, uint32_t handle) {
  return &channels->by_handle[handle % PCS_CHANNEL_BUCKETS];
}

pcs_channel *pcs_channel_find_id(const pcs_channels *channels, uint16_t id) {
  pcs_channel *at = *bucket_of_id((pcs_channels *)(uintptr_t)channels, id);
  while (at != NULL && at->id != id) {
    at = at->next_by_id;
  }
  return at;
}

pcs_channel *pcs_channel_find_handle(const pcs_channels *channels, uint32_t handle) {
  pcs_channel *at = *bucket_of_handle((pcs_channels *)(uintptr_t)channels, handle);
  while (at != NULL && at->handle != handle) {
    at = at->next_by_handle;
  }
  return handle == 0 ? NULL : at;
}

pcs_channel *pcs_channel_add(pcs_channels *channels) {
  pcs_channel *channel = calloc(1, sizeof *channel);
  if (channel != NULL) {
    channel->id = PCS_CHANNEL_NO_ID;
    channels->num++;
  }
  return channel;
}

void pcs_channel_set_id(pcs_channels *channels, pcs_channel *channel, uint16_t id) {
  channel->id = id;
  channel->stats.id = id;
  pcs_channel **bucket = bucket_of_id(channels, id);
  channel->next_by_id = *bucket;
  *bucket = channel;
}

void pcs_channel_set_handle(pcs_channels *channels, pcs_channel *channel, uint32_t handle) {
  channel->handle = handle;
  channel->stats.channel = handle;
  pcs_channel **bucket = bucket_of_handle(channels, handle);
  channel->next_by_handle = *bucket;
  *bucket = channel;
}

void pcs_channel_free_id(pcs_channels *channels, pcs_channel *channel) {
  pcs_channel **at = bucket_of_id(channels, channel->id);
  while (*at != NULL && *at != channel) {
    at = &(*at)->next_by_id;
  }
  if (*at == channel) {
    *at = channel->next_by_id;
  }
}

static void forget_handle(pcs_channels *channels, pcs_channel *channel) {
  pcs_channel **at = bucket_of_handle(channels, channel->handle);
  while (*at != NULL && *at != channel) {
    at = &(*at)->next_by_handle;
  }
  if (*at == channel) {
    *at = channel->next_by_handle;
  }
}

void pcs_channel_remove(pcs_channels *channels, pcs_channel *channel) {
  pcs_channel_free_id(channels, channel);
  forget_handle(channels, channel);
  for (size_t name = 0; name < PCS_CHANNEL_LISTS; name++) {
    pcs_channel_delist(channels, (pcs_channel_list_name)name, channel);
  }
  if (channels->begun == channel) {
    channels->begun = NULL;
  }
  if (channels->unnamed == channel) {
    channels->unnamed = NULL;
  }
  pcs_send_queue_clear(&channel->queue);
  free(channel);
  channels->num--;
}

void pcs_channel_enlist(pcs_channels *channels, pcs_channel_list_name name, pcs_channel *channel) {
  pcs_channel_list *list = &channels->lists[name];
  if (channel->links[name].is_in) {
    return;
  }
  channel->links[name] = (pcs_channel_link){.previous = list->last, .is_in = true};
  if (list->last == NULL) {
    list->first = channel;
  } else {
    list->last->links[name].next = channel;
  }
  list->last = channel;
}

void pcs_channel_delist(pcs_channels *channels, pcs_channel_list_name name, pcs_channel *channel) {
  pcs_channel_list *list = &channels->lists[name];
  pcs_channel_link link = channel->links[name];
  if (!link.is_in) {
    return;
  }
  if (link.previous == NULL) {
    list->first = link.next;
  } else {
    link.previous->links[name].next = link.next;
  }
  if (link.next == NULL) {
    list->last = link.previous;
  } else {
    link.next->links[name].previous = link.previous;
  }
  channel->links[name] = (pcs_channel_link){0};
}
