/*
 * The data channels of one connection (RFC 8831, DCEP RFC 8832, webrtc-pc 6): ids and their parity,
 * open and ack, send queues, closing by stream reset. It sits on one SCTP association which it does
 * not own, and is polled by the peer. Handles are the owner's numbers, opaque here, never 0.
 *
 * After each call the owner polls until NONE, before it polls the association again: a MESSAGE or
 * INCOMING event borrows the association's memory. A channel that we open is OPEN as soon as there
 * is an id and an association (RFC 8832 6 lets data follow the request at once). An INCOMING
 * channel is open when it is told: no STATE event for that follows. CLOSING is told only when the
 * peer began it. After CLOSED the handle is forgotten; SENT has by then returned every byte that
 * was sent on it, those that were dropped too.
 */
#ifndef PCS_HOST_SCTP_CHANNEL_H
#define PCS_HOST_SCTP_CHANNEL_H

#include "host/sctp/association.h"

typedef struct pcs_channels pcs_channels;

typedef struct pcs_channel_options {
  bool negotiated;
  bool ordered;
  uint16_t id; /* 65535: to be chosen; of a channel that is not negotiated a wish */
  pcs_reliability reliability;
  uint16_t reliability_value;
  uint16_t priority;
  pcs_span label;    /* copied */
  pcs_span protocol; /* copied */
} pcs_channel_options;

typedef enum pcs_channel_event_kind {
  PCS_CHANNEL_EVENT_NONE,
  PCS_CHANNEL_EVENT_INCOMING, /* options; the owner must call pcs_channels_name with a handle next
                               */
  PCS_CHANNEL_EVENT_STATE,    /* handle, state, id, status */
  PCS_CHANNEL_EVENT_MESSAGE,  /* handle, payload kind, bytes (valid until the next call) */
  PCS_CHANNEL_EVENT_SENT,     /* handle, num_bytes: SCTP took so many since the last such event */
} pcs_channel_event_kind;

typedef struct pcs_channel_event {
  pcs_channel_event_kind kind;
  uint32_t handle;
  uint16_t id;
  pcs_channel_state state;
  pcs_status status;
  pcs_payload payload;
  pcs_span bytes;
  uint32_t num_bytes;
  pcs_channel_options options;
} pcs_channel_event;

PCS_MUST_USE pcs_status pcs_channels_new(pcs_channels **out_channels);
void pcs_channels_free(pcs_channels *channels);
/*
 * pcs_channels_set_role: the DTLS role is agreed, so ids can be given (RFC 8832 6: the client's are
 * even): to the channels that wait, in the order they were opened, the lowest that is free
 * (webrtc-pc 4.4.1.5), and from now on to each that is opened.
 */
void pcs_channels_set_role(pcs_channels *channels, pcs_dtls_role role);
/*
 * pcs_channels_start: the association is connected with num_streams each way. Waiting channels
 * open.
 */
void pcs_channels_start(pcs_channels *channels, pcs_dtls_role role, uint16_t num_streams);
/* The largest message the other side takes (a=max-message-size; 0 is "any", bounded by ours). */
void pcs_channels_set_message_max(pcs_channels *channels, uint32_t bytes);
/*
 * pcs_channels_open takes the id wished for if it is free and ours to give. PCS_ERR_QUOTA too many,
 * PCS_ERR_OPERATION the id is taken or out of range or none is left, PCS_ERR_CLOSED after end.
 * Without the association it waits, and a channel for which there turns out to be no id is told
 * CLOSED with PCS_ERR_OPERATION.
 */
PCS_MUST_USE pcs_status pcs_channels_open(pcs_channels *channels, uint32_t handle,
                                          const pcs_channel_options *options);
/* pcs_channels_name gives the handle to the channel of the last INCOMING event. */
void pcs_channels_name(pcs_channels *channels, uint32_t handle);
/*
 * pcs_channels_send: sends now what SCTP takes, keeps the rest (copied, bounded by the peer's send
 * window). PCS_ERR_STATE unless open, PCS_ERR_TOO_LARGE, PCS_ERR_NO_SPACE the window is overdrawn
 * (the page did not keep to it: the link is closed for it). Nothing was taken on error.
 */
PCS_MUST_USE pcs_status pcs_channels_send(pcs_channels *channels, pcs_sctp_association *association,
                                          uint32_t handle, pcs_payload payload, pcs_span bytes);
/* pcs_channels_close begins the closing procedure (webrtc-pc 6.2.4) after what is queued is sent.
 * PCS_ERR_NOT_FOUND; nothing if it is closing. */
PCS_MUST_USE pcs_status pcs_channels_close(pcs_channels *channels, uint32_t handle);
/* pcs_channels_receive takes MESSAGE, RESET, RESET_DONE and WRITABLE events of the association. */
void pcs_channels_receive(pcs_channels *channels, pcs_sctp_association *association,
                          const pcs_sctp_event *event);
/* pcs_channels_pump moves queued messages, opens and resets into SCTP as far as it takes them. */
void pcs_channels_pump(pcs_channels *channels, pcs_sctp_association *association);
/* pcs_channels_end: the association is gone; every channel closes with status, those that the other
 * side had reset without an error. */
void pcs_channels_end(pcs_channels *channels, pcs_status status);
/*
 * pcs_channels_part: the association is gone and another is to come. Channels close as by end, all
 * but those that wait for an association still: those wait for the next, with the ids they have.
 */
void pcs_channels_part(pcs_channels *channels, pcs_status status);
void pcs_channels_poll(pcs_channels *channels, pcs_channel_event *out_event);
size_t pcs_channels_stats(const pcs_channels *channels, pcs_channel_stats *out, size_t capacity);

/* The beginning of a label is kept to be shown. */
#define PCS_CHANNEL_LABEL_KEPT_BYTES 128

/* A channel as the person who looks at the host sees it. label: its first whole characters, valid
 * until the next call. */
typedef struct pcs_channel_view {
  pcs_channel_stats stats;
  pcs_span label;
  uint32_t buffered_bytes;
} pcs_channel_view;

/* pcs_channels_view fills out with the first channels, in no order. */
size_t pcs_channels_view(const pcs_channels *channels, pcs_channel_view *out, size_t capacity);
/* pcs_channels_buffered_bytes is what waits on all channels for SCTP to take it. */
size_t pcs_channels_buffered_bytes(const pcs_channels *channels);

#endif
