#include "host/worker/streams.h"

#include <stdlib.h>
#include <string.h>

#include "host/crypto/hash.h"
#include "host/dtls/tls_stream.h"
#include "host/ice/framing.h"
#include "host/ice/turn_stream.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/tcp.h"

/* What ICE holds at one time, of TURN and of its own, and as many that are just closing. */
#define STREAMS_MAX 64
/* A batch, the headers and tags of its TLS records, and a handshake's last flight. */
#define OUT_BYTES (65536 + 8192)
/* A message that is not whole yet, and what one read brings. */
#define IN_BYTES (PCS_TURN_STREAM_MESSAGE_BYTES_MAX + 16384)
#define READ_BYTES 16384
/* One read of frames. Only a frame that is not whole stays with the stream: who was accepted and
 * has proven nothing holds two kilobytes. */
#define FRAMES_BYTES 32768
/* Reads in one turn of the loop, so that no stream keeps the others waiting. */
#define READS_MAX 16

typedef struct stream {
  pcs_streams *streams;
  uint32_t path_id; /* 0: free */
  pcs_address to;
  int descriptor;
  pcs_watch *watch;
  pcs_tls_stream *tls; /* NULL: plain TCP */
  bool framed;         /* ICE-TCP */
  bool connected;      /* TCP */
  bool open;           /* and TLS: data may go */
  size_t in_len;
  size_t in_capacity;
  uint8_t *in;
  size_t out_at; /* written to the socket so far */
  pcs_writer out; /* OUT_BYTES; of one that is framed from the first sending on */
} stream;

struct pcs_streams {
  pcs_streams_config config;
  stream items[STREAMS_MAX];
};

pcs_status pcs_streams_new(pcs_streams **out_streams, const pcs_streams_config *config) {
  pcs_streams *streams = calloc(1, sizeof *streams);
  *out_streams = streams;
  if (streams == NULL) {
    return PCS_ERR_SYSTEM;
  }
  streams->config = *config;
  return PCS_OK;
}

static void wipe_and_free(uint8_t *memory, size_t len) {
  if (memory != NULL) {
    pcs_wipe(memory, len);
  }
  free(memory);
}

static void clear(stream *item) {
  pcs_watch_free(item->watch);
  pcs_descriptor_close(&item->descriptor);
  pcs_tls_stream_free(item->tls);
  wipe_and_free(item->in, item->in_capacity);
  wipe_and_free(item->out.data, item->out.capacity);
  *item = (stream){.descriptor = PCS_DESCRIPTOR_NONE};
}

void pcs_streams_free(pcs_streams *streams) {
  if (streams == NULL) {
    return;
  }
  for (size_t i = 0; i < STREAMS_MAX; i++) {
    if (streams->items[i].path_id != 0) {
      clear(&streams->items[i]);
    }
  }
  free(streams);
}

static stream *find(pcs_streams *streams, uint32_t path_id) {
  for (size_t i = 0; i < STREAMS_MAX; i++) {
    if (streams->items[i].path_id == path_id) {
      return &streams->items[i];
    }
  }
  return NULL;
}

/* ---- out ---- */

static bool is_flushed(const stream *item) {
  return item->out_at == item->out.len;
}

/* False when the connection broke. */
static bool flush(stream *item) {
  while (!is_flushed(item)) {
    size_t len = 0;
    pcs_status status = pcs_descriptor_write(
        item->descriptor,
        (pcs_span){item->out.data + item->out_at, item->out.len - item->out_at}, &len);
    if (status == PCS_ERR_NO_SPACE) {
      pcs_watch_want(item->watch, PCS_READABLE | PCS_WRITABLE);
      return true;
    }
    if (status != PCS_OK) {
      return false;
    }
    item->out_at += len;
  }
  item->out_at = 0;
  item->out.len = 0;
  pcs_watch_want(item->watch, PCS_READABLE);
  return true;
}

static pcs_status make_out(stream *item) {
  uint8_t *memory = item->out.data == NULL ? malloc(OUT_BYTES) : NULL;
  if (memory != NULL) {
    pcs_writer_init(&item->out, memory, OUT_BYTES);
  }
  return item->out.data != NULL ? PCS_OK : PCS_ERR_SYSTEM;
}

static pcs_status put(stream *item, pcs_span bytes) {
  if (item->tls != NULL) {
    return pcs_tls_stream_write(item->tls, bytes, &item->out);
  }
  pcs_writer_bytes(&item->out, bytes);
  return item->out.failed ? PCS_ERR_NO_SPACE : PCS_OK;
}

static pcs_status put_frames(stream *item, const pcs_peer_output *output, size_t first,
                             size_t offset) {
  const pcs_datagrams *batch = output->datagrams;
  uint32_t masks[PCS_DATAGRAMS_MAX];
  if (output->masked) {
    pcs_random_fill(item->streams->config.random, (uint8_t *)masks, sizeof masks);
  }
  for (size_t i = first; i < batch->num; i++) {
    pcs_span datagram = pcs_datagrams_at(batch, i, offset);
    offset += datagram.len;
    if (output->masked) {
      pcs_framing_write_masked(&item->out, datagram, masks[i]);
    } else {
      pcs_framing_write(&item->out, datagram);
    }
  }
  return item->out.failed ? PCS_ERR_NO_SPACE : PCS_OK;
}

/* The owner is told from the loop, not from within a call of its own: a broken connection is seen
 * by the next read. */
pcs_status pcs_streams_send(pcs_streams *streams, const pcs_peer_output *output, size_t *num_sent) {
  const pcs_datagrams *batch = output->datagrams;
  stream *item = find(streams, output->path_id);
  if (item == NULL || !item->open) {
    *num_sent = batch->num;
    return PCS_OK;
  }
  if (!is_flushed(item)) {
    return PCS_ERR_NO_SPACE;
  }
  size_t offset = 0;
  for (size_t i = 0; i < *num_sent; i++) {
    offset += batch->lengths[i];
  }
  pcs_status status = make_out(item);
  if (status == PCS_OK && item->framed) {
    status = put_frames(item, output, *num_sent, offset);
  } else if (status == PCS_OK) {
    status = put(item, (pcs_span){batch->memory + offset, batch->len - offset});
  }
  *num_sent = batch->num;
  if (status != PCS_OK || !flush(item)) {
    item->open = false;
    pcs_descriptor_end_output(item->descriptor);
  }
  return PCS_OK;
}

/* ---- in ---- */

static void end(stream *item) {
  pcs_streams_config config = item->streams->config;
  uint32_t path_id = item->path_id;
  clear(item);
  config.state(config.context, path_id, PCS_STREAM_CLOSED);
}

/* A message may lead to the stream being closed, and its memory gone: then false. */
static bool give_messages(stream *item) {
  const pcs_streams_config *config = &item->streams->config;
  uint32_t path_id = item->path_id;
  pcs_span rest = {item->in, item->in_len};
  pcs_span message;
  pcs_status status = PCS_OK;
  while ((status = pcs_turn_stream_next(&rest, &message)) == PCS_OK) {
    pcs_address from = item->to;
    config->message(config->context, path_id, &from, message);
    if (item->path_id != path_id) {
      return false;
    }
  }
  if (status == PCS_ERR_SYNTAX) {
    end(item);
    return false;
  }
  if (rest.len > 0) {
    memmove(item->in, rest.data, rest.len);
  }
  item->in_len = rest.len;
  return true;
}

static bool take_plain(stream *item) {
  size_t len = 0;
  pcs_status status = pcs_descriptor_read(item->descriptor, item->in + item->in_len,
                                          item->in_capacity - item->in_len, &len);
  if (status != PCS_OK) {
    if (status != PCS_ERR_NO_SPACE) {
      end(item);
    }
    return false;
  }
  item->in_len += len;
  return give_messages(item);
}

/* As give_messages, of frames; what is left of input stays. */
static bool give_frames(stream *item, pcs_framing_input *input) {
  const pcs_streams_config *config = &item->streams->config;
  uint32_t path_id = item->path_id;
  pcs_span datagram;
  pcs_status status = PCS_OK;
  while ((status = pcs_framing_next(input, &datagram)) == PCS_OK) {
    pcs_address from = item->to;
    config->message(config->context, path_id, &from, datagram);
    if (item->path_id != path_id) {
      return false;
    }
  }
  if (status != PCS_ERR_NO_SPACE) {
    end(item);
    return false;
  }
  item->in_len = input->len - input->at;
  memcpy(item->in, input->memory + input->at, item->in_len);
  return true;
}

static bool take_frames(stream *item) {
  uint8_t memory[PCS_FRAMING_BYTES_MAX + FRAMES_BYTES];
  size_t len = 0;
  memcpy(memory, item->in, item->in_len);
  pcs_status status =
      pcs_descriptor_read(item->descriptor, memory + item->in_len, FRAMES_BYTES, &len);
  if (status != PCS_OK) {
    if (status != PCS_ERR_NO_SPACE) {
      end(item);
    }
    return false;
  }
  pcs_framing_input input = {.memory = memory, .len = item->in_len + len};
  return give_frames(item, &input);
}

static void note_open(stream *item) {
  if (!item->open) {
    item->open = true;
    item->streams->config.state(item->streams->config.context, item->path_id, PCS_STREAM_OPEN);
  }
}

static bool read_records(stream *item) {
  for (;;) {
    size_t len = 0;
    pcs_status status = pcs_tls_stream_read(item->tls, item->in + item->in_len,
                                            item->in_capacity - item->in_len, &len);
    if (status == PCS_ERR_NO_SPACE) {
      return true;
    }
    if (status != PCS_OK) {
      end(item);
      return false;
    }
    item->in_len += len;
    if (!give_messages(item)) {
      return false;
    }
  }
}

static bool take_secure(stream *item) {
  uint8_t memory[READ_BYTES];
  size_t len = 0;
  pcs_status status = pcs_descriptor_read(item->descriptor, memory, sizeof memory, &len);
  if (status == PCS_ERR_NO_SPACE) {
    return false;
  }
  if (status == PCS_OK) {
    status = pcs_tls_stream_receive(item->tls, (pcs_span){memory, len}, &item->out);
  }
  bool is_sent = flush(item); /* an alert that says why, too */
  if (status != PCS_OK || !is_sent) {
    end(item);
    return false;
  }
  if (pcs_tls_stream_is_open(item->tls)) {
    note_open(item);
  }
  return read_records(item);
}

static bool finish_connecting(stream *item) {
  if (pcs_tcp_connected(item->descriptor) != PCS_OK) {
    end(item);
    return false;
  }
  item->connected = true;
  pcs_watch_want(item->watch, PCS_READABLE);
  if (item->tls == NULL) {
    note_open(item);
    return true;
  }
  if (pcs_tls_stream_start(item->tls, &item->out) != PCS_OK || !flush(item)) {
    end(item);
    return false;
  }
  return true;
}

static bool take(stream *item) {
  if (item->framed) {
    return take_frames(item);
  }
  return item->tls != NULL ? take_secure(item) : take_plain(item);
}

static void on_ready(void *context, unsigned ready_for) {
  stream *item = (stream *)context;
  if (!item->connected) {
    (void)finish_connecting(item);
    return;
  }
  if ((ready_for & PCS_WRITABLE) != 0) {
    if (!flush(item)) {
      end(item);
      return;
    }
    item->streams->config.writable(item->streams->config.context);
  }
  if ((ready_for & PCS_READABLE) == 0) {
    return;
  }
  for (size_t i = 0; i < READS_MAX; i++) {
    if (!take(item)) {
      return;
    }
  }
}

/* ---- life ---- */

static pcs_status make_in(stream *item) {
  item->in_capacity = item->framed ? PCS_FRAMING_BYTES_MAX : IN_BYTES;
  item->in = malloc(item->in_capacity);
  return item->in != NULL ? PCS_OK : PCS_ERR_SYSTEM;
}

static pcs_status watch(stream *item, unsigned wanted) {
  pcs_status status =
      pcs_watch_new(&item->watch, item->streams->config.loop, item->descriptor, on_ready, item);
  if (status == PCS_OK) {
    pcs_watch_want(item->watch, wanted);
  }
  return status;
}

static pcs_status start(stream *item, const pcs_peer_stream *wanted) {
  pcs_status status = make_in(item);
  if (status == PCS_OK && !item->framed) {
    status = make_out(item);
  }
  if (status == PCS_OK && wanted->secure) {
    status = pcs_tls_stream_new(&item->tls, (pcs_span){wanted->host, wanted->host_len},
                                pcs_clock_unix_s());
  }
  if (status == PCS_OK) {
    status = pcs_tcp_connect_from(&item->descriptor, &wanted->from, &wanted->to);
  }
  return status == PCS_OK ? watch(item, PCS_WRITABLE) : status;
}

pcs_status pcs_streams_open(pcs_streams *streams, const pcs_peer_stream *wanted) {
  stream *item = find(streams, 0);
  if (item == NULL) {
    return PCS_ERR_QUOTA;
  }
  *item = (stream){.streams = streams,
                   .path_id = wanted->path_id,
                   .to = wanted->to,
                   .framed = wanted->framed,
                   .descriptor = PCS_DESCRIPTOR_NONE};
  pcs_status status = start(item, wanted);
  if (status != PCS_OK) {
    clear(item);
  }
  return status;
}

pcs_status pcs_streams_adopt(pcs_streams *streams, uint32_t path_id, const pcs_address *from,
                             int descriptor) {
  stream *item = find(streams, 0);
  if (item == NULL) {
    pcs_descriptor_close(&descriptor);
    return PCS_ERR_QUOTA;
  }
  *item = (stream){.streams = streams,
                   .path_id = path_id,
                   .to = *from,
                   .framed = true,
                   .connected = true,
                   .open = true,
                   .descriptor = descriptor};
  pcs_status status = make_in(item);
  if (status == PCS_OK) {
    status = watch(item, PCS_READABLE);
  }
  if (status != PCS_OK) {
    clear(item);
  }
  return status;
}

void pcs_streams_close(pcs_streams *streams, uint32_t path_id) {
  stream *item = path_id != 0 ? find(streams, path_id) : NULL;
  if (item != NULL) {
    clear(item);
  }
}

bool pcs_streams_follow(pcs_streams *streams, pcs_peer *peer, uint64_t now_us) {
  bool has_failed = false;
  pcs_peer_stream wanted;
  while (pcs_peer_take_stream(peer, &wanted)) {
    if (wanted.close) {
      pcs_streams_close(streams, wanted.path_id);
    } else if (pcs_streams_open(streams, &wanted) != PCS_OK) {
      pcs_ice_agent_stream_closed(pcs_peer_ice(peer), now_us, wanted.path_id);
      has_failed = true;
    }
  }
  return has_failed;
}
