/*
 * The channels of one connection as they are kept: found by stream id or by handle, and in lists of
 * those that have something to send, to reset or to tell. For channel*.c only. It decides nothing.
 */
#ifndef PCS_HOST_SCTP_CHANNEL_TABLE_H
#define PCS_HOST_SCTP_CHANNEL_TABLE_H

#include "host/sctp/channel.h"
#include "host/sctp/send_queue.h"

#define PCS_CHANNEL_NO_ID 65535 /* RFC 8832 6: reserved */
#define PCS_CHANNEL_BUCKETS 256
/* Streams without a channel whose reset waits: of a peer that breaks the rules, so few are kept. */
#define PCS_ORPHAN_RESETS_MAX 64

typedef struct pcs_channel pcs_channel;

typedef enum pcs_channel_list_name {
  PCS_CHANNELS_WAITING,   /* for the association, in the order they were opened */
  PCS_CHANNELS_SENDING,   /* have a queued message */
  PCS_CHANNELS_RESETTING, /* want their stream reset as soon as nothing is queued */
  PCS_CHANNELS_TELLING,   /* have an event for the owner */
  PCS_CHANNEL_LISTS,
} pcs_channel_list_name;

typedef struct pcs_channel_link {
  pcs_channel *next;
  pcs_channel *previous;
  bool is_in;
} pcs_channel_link;

typedef struct pcs_channel_list {
  pcs_channel *first;
  pcs_channel *last;
} pcs_channel_list;

struct pcs_channel {
  uint32_t handle; /* 0 until named */
  uint16_t id;
  pcs_channel_state state;
  pcs_status close_status;
  bool negotiated;
  bool ordered;
  pcs_reliability reliability;
  uint16_t reliability_value;
  bool is_acknowledged; /* RFC 8832 6: unordered messages may be sent */
  bool reset_asked;     /* our half */
  bool reset_done;      /* our half */
  bool reset_seen;      /* the peer's half */
  bool tell_open;
  bool tell_closing;
  bool tell_closed;
  uint32_t tell_sent_bytes;
  pcs_send_queue queue;
  size_t queued_bytes; /* payload in the queue */
  size_t num_queued_empty;
  pcs_channel_stats stats;
  uint8_t label_len; /* of what is kept of it */
  uint8_t label[PCS_CHANNEL_LABEL_KEPT_BYTES];
  pcs_channel_link links[PCS_CHANNEL_LISTS];
  pcs_channel *next_by_id;
  pcs_channel *next_by_handle;
};

struct pcs_channels {
  pcs_channel *by_id[PCS_CHANNEL_BUCKETS];
  pcs_channel *by_handle[PCS_CHANNEL_BUCKETS];
  pcs_channel_list lists[PCS_CHANNEL_LISTS];
  size_t num;
  bool has_role;
  bool is_started;
  bool is_ended;
  pcs_dtls_role role;
  uint16_t num_streams;
  uint32_t message_bytes_max;
  size_t queued_bytes; /* the sums of the channels' */
  size_t num_queued_empty;
  bool is_blocked;      /* until WRITABLE */
  pcs_channel *begun;   /* SCTP has a part of its first message: nothing else may be sent */
  pcs_channel *unnamed; /* of the last INCOMING event */
  bool has_arrival;
  pcs_channel_event arrival; /* INCOMING or MESSAGE, for the next poll */
  uint16_t orphan_resets[PCS_ORPHAN_RESETS_MAX];
  size_t num_orphan_resets;
};

pcs_channel *pcs_channel_find_id(const pcs_channels *channels, uint16_t id);
pcs_channel *pcs_channel_find_handle(const pcs_channels *channels, uint32_t handle);
/* pcs_channel_add makes a channel in state CONNECTING without id and handle. Null: no memory. */
pcs_channel *pcs_channel_add(pcs_channels *channels);
void pcs_channel_set_id(pcs_channels *channels, pcs_channel *channel, uint16_t id);
void pcs_channel_set_handle(pcs_channels *channels, pcs_channel *channel, uint32_t handle);
/* pcs_channel_free_id: another may have its id from now on, while its end is still to be told. */
void pcs_channel_free_id(pcs_channels *channels, pcs_channel *channel);
/* pcs_channel_remove forgets and frees it, out of every list. */
void pcs_channel_remove(pcs_channels *channels, pcs_channel *channel);
/* pcs_channel_enlist puts it at the end of the list; nothing when it is there. */
void pcs_channel_enlist(pcs_channels *channels, pcs_channel_list_name name, pcs_channel *channel);
void pcs_channel_delist(pcs_channels *channels, pcs_channel_list_name name, pcs_channel *channel);

/* The rest is shared by channel*.c. */

/* pcs_channel_finish ends it: CLOSED is told. */
void pcs_channel_finish(pcs_channels *channels, pcs_channel *channel, pcs_status status);
/* pcs_channel_closed_by_peer: CLOSING; what SCTP has not begun to take is dropped. */
void pcs_channel_closed_by_peer(pcs_channels *channels, pcs_channel *channel, pcs_status status);
/* pcs_channel_queue_control puts a control message behind what is queued. */
PCS_MUST_USE pcs_status pcs_channel_queue_control(pcs_channels *channels, pcs_channel *channel,
                                                  size_t len, uint8_t **out_memory);
/* pcs_channel_drop_queue drops what SCTP has not begun to take; its bytes are told as sent. */
void pcs_channel_drop_queue(pcs_channels *channels, pcs_channel *channel);

/* pcs_channel_keep_label keeps the label's beginning, cut between characters. */
void pcs_channel_keep_label(pcs_channel *channel, pcs_span label);

#endif
