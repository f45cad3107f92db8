#include "host/sctp/association.h"

#include "host/sctp/crc32c.h"
#include "host/sctp/filter.h"
#include "host/sctp/packet_queue.h"
#include "host/sctp/stack.h"

#include <stdlib.h>
#include <string.h>

#define MESSAGE_CAPACITY_MIN (64 * 1024)
/* One byte more than a message may have, so that a longer one is seen to be longer. */
#define MESSAGE_CAPACITY_MAX (PCS_MESSAGE_BYTES_MAX + 1 + PCS_STACK_READ_BYTES_MIN)
/* What a window must hold is rate times round trip; these are measured, not derived. */
#define BUFFER_BYTES_MIN (1024u * 1024u)
#define BUFFER_BYTES_MAX (4u * 1024u * 1024u)
#define BUFFER_BYTES_PER_ROUND_TRIP_US 160u

struct pcs_sctp_association {
  pcs_stack_socket socket;
  pcs_sctp_filter filter;
  pcs_packet_queue output;
  uint8_t *message; /* the message being put together */
  size_t message_len;
  size_t message_capacity;
  size_t buffer_bytes;
  uint16_t streams; /* 0 until connected */
  bool is_readable; /* something has happened since there was nothing to read */
  bool may_be_writable;
  bool is_blocked; /* a send found no space */
  bool is_closed;
  pcs_status close_status;
  uint64_t num_ticks_seen;
  uint16_t resets[PCS_CHANNELS_MAX]; /* asked for, not yet given to the stack */
  size_t num_resets;
  pcs_stack_arrival reset_arrival; /* being given, stream by stream */
  size_t next_reset;
};

pcs_status pcs_sctp_association_new(pcs_sctp_association **out_association,
                                    const pcs_sctp_config *config) {
  *out_association = NULL;
  pcs_sctp_association *made = calloc(1, sizeof *made);
  uint8_t *message = malloc(MESSAGE_CAPACITY_MIN);
  pcs_status status = made == NULL || message == NULL
                          ? PCS_ERR_NO_SPACE
                          : pcs_stack_socket_open(&made->socket, *config, &made->output);
  if (status != PCS_OK) {
    free(message);
    free(made);
    return status;
  }
  made->filter = (pcs_sctp_filter){.local_port = config->local_port,
                                   .remote_port = config->remote_port,
                                   .phase = PCS_SCTP_PHASE_OPENING};
  made->message = message;
  made->message_capacity = MESSAGE_CAPACITY_MIN;
  made->buffer_bytes = BUFFER_BYTES_MIN;
  *out_association = made;
  return PCS_OK;
}

void pcs_sctp_association_free(pcs_sctp_association *association) {
  if (association == NULL) {
    return;
  }
  pcs_stack_socket_close(&association->socket);
  pcs_packet_queue_clear(&association->output);
  free(association->message);
  free(association);
}

pcs_status pcs_sctp_association_connect(pcs_sctp_association *association) {
  return association->is_closed ? PCS_ERR_CLOSED : pcs_stack_socket_connect(&association->socket);
}

/* Something was given to the stack: look again at everything it may have changed. */
static void stir(pcs_sctp_association *association) {
  association->is_readable = true;
  association->may_be_writable = true;
}

void pcs_sctp_association_receive(pcs_sctp_association *association, pcs_span packet) {
  if (association->is_closed || !pcs_crc32c_verify(packet) ||
      pcs_sctp_filter_check(&association->filter, packet) != PCS_OK) {
    return;
  }
  pcs_stack_socket_input(&association->socket, packet);
  stir(association);
}

bool pcs_sctp_association_output(const pcs_sctp_association *association, pcs_span *out_packet) {
  *out_packet = pcs_packet_queue_first(&association->output);
  return out_packet->len > 0;
}

void pcs_sctp_association_output_taken(pcs_sctp_association *association) {
  pcs_packet_queue_drop_first(&association->output);
}

bool pcs_sctp_association_take_output(pcs_sctp_association *association, pcs_datagrams *out) {
  pcs_span packet;
  while (pcs_sctp_association_output(association, &packet)) {
    if (pcs_datagrams_add(out, packet) != PCS_OK) {
      return true;
    }
    pcs_sctp_association_output_taken(association);
  }
  return false;
}

pcs_status pcs_sctp_association_send(pcs_sctp_association *association, size_t *out_taken,
                                     const pcs_sctp_send *send, pcs_span message) {
  *out_taken = 0;
  if (association->is_closed) {
    return PCS_ERR_CLOSED;
  }
  if (association->streams == 0 || message.len == 0) {
    return PCS_ERR_STATE;
  }
  if (send->stream >= association->streams) {
    return PCS_ERR_RANGE;
  }
  pcs_status status = pcs_stack_socket_send(&association->socket, out_taken, send, message);
  association->is_blocked = association->is_blocked || status == PCS_ERR_NO_SPACE;
  return status;
}

pcs_status pcs_sctp_association_reset_stream(pcs_sctp_association *association, uint16_t stream) {
  if (association->is_closed) {
    return PCS_ERR_CLOSED;
  }
  if (stream >= association->streams) {
    return PCS_ERR_RANGE;
  }
  if (association->num_resets == PCS_CHANNELS_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  association->resets[association->num_resets++] = stream;
  return PCS_OK;
}

static void close_with(pcs_sctp_association *association, pcs_status status) {
  association->is_closed = true;
  association->close_status = status;
  association->is_readable = false;
  association->is_blocked = false;
  association->num_resets = 0;
  association->message_len = 0;
  association->reset_arrival = (pcs_stack_arrival){0};
  pcs_stack_socket_close(&association->socket);
}

/* A peer that knows no reset, or will not do it: the stream is as good as reset on both sides. */
static void give_up_resets(pcs_sctp_association *association, const uint16_t *streams, size_t num) {
  association->reset_arrival = (pcs_stack_arrival){
      .kind = PCS_STACK_RESET, .reset = PCS_STACK_RESET_REFUSED, .num_reset = num};
  association->next_reset = 0;
  memcpy(association->socket.reset_streams, streams, num * sizeof *streams);
}

static void flush_resets(pcs_sctp_association *association) {
  size_t num = association->num_resets;
  if (num == 0 || association->reset_arrival.kind == PCS_STACK_RESET) {
    return;
  }
  num = num < PCS_STACK_RESET_STREAMS_MAX ? num : PCS_STACK_RESET_STREAMS_MAX;
  if (pcs_stack_socket_reset(&association->socket, association->resets, num) != PCS_OK) {
    give_up_resets(association, association->resets, num);
  }
  association->num_resets -= num;
  memmove(association->resets, association->resets + num,
          association->num_resets * sizeof association->resets[0]);
}

void pcs_sctp_association_abort(pcs_sctp_association *association) {
  if (!association->is_closed) {
    flush_resets(association); /* what was closed in this turn is told before the end */
    close_with(association, PCS_OK);
  }
}

/* No list at all means all streams (RFC 6525 4.1). */
static bool next_reset(pcs_sctp_association *association, pcs_sctp_event *out_event) {
  const pcs_stack_arrival *arrival = &association->reset_arrival;
  if (arrival->kind != PCS_STACK_RESET) {
    return false;
  }
  bool is_all = arrival->num_reset == 0;
  size_t num = is_all ? association->streams : arrival->num_reset;
  if (association->next_reset >= num) {
    association->reset_arrival = (pcs_stack_arrival){0};
    return false;
  }
  size_t index = association->next_reset++;
  uint16_t stream = is_all ? (uint16_t)index : association->socket.reset_streams[index];
  *out_event = (pcs_sctp_event){
      .kind = arrival->reset == PCS_STACK_RESET_THEIRS ? PCS_SCTP_EVENT_RESET
                                                       : PCS_SCTP_EVENT_RESET_DONE,
      .stream = stream,
      .status = arrival->reset == PCS_STACK_RESET_REFUSED ? PCS_ERR_UNSUPPORTED : PCS_OK};
  return true;
}

static bool make_room(pcs_sctp_association *association) {
  if (association->message_capacity - association->message_len >= PCS_STACK_READ_BYTES_MIN) {
    return true;
  }
  size_t capacity = 2 * association->message_capacity;
  capacity = capacity < MESSAGE_CAPACITY_MAX ? capacity : MESSAGE_CAPACITY_MAX;
  uint8_t *message = realloc(association->message, capacity);
  if (message == NULL) {
    return false;
  }
  association->message = message;
  association->message_capacity = capacity;
  return true;
}

static bool take_data(pcs_sctp_association *association, const pcs_stack_arrival *arrival,
                      pcs_sctp_event *out_event) {
  association->message_len += arrival->len;
  if (association->message_len > PCS_MESSAGE_BYTES_MAX) {
    close_with(association, PCS_ERR_TOO_LARGE); /* RFC 8841 6.1: more than we said we take */
    return false;
  }
  if (!arrival->is_last) {
    return false;
  }
  *out_event = (pcs_sctp_event){.kind = PCS_SCTP_EVENT_MESSAGE,
                                .stream = arrival->stream,
                                .ppid = arrival->ppid,
                                .message = {association->message, association->message_len}};
  association->message_len = 0;
  return true;
}

/* One thing read from the stack; true when it is an event for the owner. */
static bool read_one(pcs_sctp_association *association, pcs_sctp_event *out_event) {
  if (!make_room(association)) {
    close_with(association, PCS_ERR_NO_SPACE);
    return false;
  }
  pcs_stack_arrival arrival =
      pcs_stack_socket_read(&association->socket, association->message + association->message_len,
                            association->message_capacity - association->message_len);
  switch (arrival.kind) {
  case PCS_STACK_NOTHING:
    association->is_readable = false;
    return false;
  case PCS_STACK_DATA:
    return take_data(association, &arrival, out_event);
  case PCS_STACK_UP:
    association->streams = arrival.streams;
    association->filter.phase = PCS_SCTP_PHASE_OPEN;
    *out_event = (pcs_sctp_event){.kind = PCS_SCTP_EVENT_CONNECTED, .streams = arrival.streams};
    return true;
  case PCS_STACK_DOWN:
    close_with(association, arrival.status);
    return false;
  case PCS_STACK_RESET:
    association->reset_arrival = arrival;
    association->next_reset = 0;
    return next_reset(association, out_event);
  case PCS_STACK_ABANDONED:
    association->message_len = 0;
    return false;
  case PCS_STACK_OTHER:
    return false;
  }
  return false;
}

static bool is_unblocked(pcs_sctp_association *association) {
  if (!association->is_blocked || !association->may_be_writable ||
      !pcs_stack_socket_is_writable(&association->socket)) {
    return false;
  }
  association->is_blocked = false;
  association->may_be_writable = false; /* if the send finds no space after all, wait for news */
  return true;
}

static bool poll_open(pcs_sctp_association *association, pcs_sctp_messages messages,
                      pcs_sctp_event *out_event) {
  if (association->num_ticks_seen != pcs_stack_num_ticks()) {
    association->num_ticks_seen = pcs_stack_num_ticks();
    stir(association);
  }
  flush_resets(association);
  if (next_reset(association, out_event)) {
    return true;
  }
  if (is_unblocked(association)) {
    *out_event = (pcs_sctp_event){.kind = PCS_SCTP_EVENT_WRITABLE};
    return true;
  }
  /* Before it is connected nothing but events can be there. */
  bool may_read = messages == PCS_SCTP_GIVE_MESSAGES || association->streams == 0;
  while (may_read && association->is_readable && !association->is_closed) {
    if (read_one(association, out_event)) {
      return true;
    }
  }
  return false;
}

void pcs_sctp_association_poll(pcs_sctp_association *association, pcs_sctp_messages messages,
                               pcs_sctp_event *out_event) {
  *out_event = (pcs_sctp_event){.kind = PCS_SCTP_EVENT_NONE};
  bool was_closed = association->is_closed;
  if (!was_closed && poll_open(association, messages, out_event)) {
    return;
  }
  if (!was_closed && association->is_closed) {
    *out_event =
        (pcs_sctp_event){.kind = PCS_SCTP_EVENT_CLOSED, .status = association->close_status};
  }
}

void pcs_sctp_association_set_round_trip(pcs_sctp_association *association,
                                         uint32_t round_trip_us) {
  uint64_t wanted = (uint64_t)round_trip_us * BUFFER_BYTES_PER_ROUND_TRIP_US;
  size_t bytes = wanted < BUFFER_BYTES_MAX ? (size_t)wanted : BUFFER_BYTES_MAX;
  /* Only up: a window that was announced cannot be taken back (RFC 9260 6.2.1). */
  if (!association->is_closed && bytes > association->buffer_bytes) {
    association->buffer_bytes = bytes;
    pcs_stack_socket_set_buffers(&association->socket, bytes);
  }
}

pcs_sctp_stats pcs_sctp_association_stats(const pcs_sctp_association *association) {
  return association->is_closed ? (pcs_sctp_stats){0}
                                : pcs_stack_socket_stats(&association->socket);
}
