#include "host/worker/streams.h"

#include <stdlib.h>
#include <string.h>

#include "host/crypto/hash.h"
#include "host/dtls/tls_stream.h"
#include "host/ice/turn_stream.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/tcp.h"

/* What ICE holds at one time, and as many that are just closing. */
#define STREAMS_MAX 8
/* A batch, the headers and tags of its TLS records, and a handshake's last flight. */
#define OUT_BYTES (65536 + 8192)
/* A message that is not whole yet, and what one read brings. */
#define IN_BYTES (PCS_TURN_STREAM_MESSAGE_BYTES_MAX + 16384)
#define READ_BYTES 16384
/* Reads in one turn of the loop, so that no stream keeps the others waiting. */
#define READS_MAX 16

typedef struct stream {
  pcs_streams *streams;
  uint32_t path_id; /* 0: free */
  pcs_address to;
  int descriptor;
  pcs_watch *watch;
  pcs_tls_stream *tls; /* NULL: plain TCP */
  bool connected;      /* TCP */
  bool open;           /* and TLS: data may go */
  size_t in_len;
  size_t out_at; /* written to the socket so far */
  pcs_writer out;
  uint8_t *memory; /* IN_BYTES, then OUT_BYTES */
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

static void clear(stream *item) {
  pcs_watch_free(item->watch);
  pcs_descriptor_close(&item->descriptor);
  pcs_tls_stream_free(item->tls);
  if (item->memory != NULL) {
    pcs_wipe(item->memory, IN_BYTES + OUT_BYTES);
  }
  free(item->memory);
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

static pcs_status put(stream *item, pcs_span bytes) {
  if (item->tls != NULL) {
    return pcs_tls_stream_write(item->tls, bytes, &item->out);
  }
  pcs_writer_bytes(&item->out, bytes);
  return item->out.failed ? PCS_ERR_NO_SPACE : PCS_OK;
}

/* The owner is told from the loop, not from within a call of its own: a broken connection is seen
 * by the next read. */
pcs_status pcs_streams_send(pcs_streams *streams, uint32_t path_id, const pcs_datagrams *batch,
                            size_t *num_sent) {
  stream *item = find(streams, path_id);
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
  pcs_status status = put(item, (pcs_span){batch->memory + offset, batch->len - offset});
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
  pcs_span rest = {item->memory, item->in_len};
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
    memmove(item->memory, rest.data, rest.len);
  }
  item->in_len = rest.len;
  return true;
}

static bool take_plain(stream *item) {
  size_t len = 0;
  pcs_status status = pcs_descriptor_read(item->descriptor, item->memory + item->in_len,
                                          IN_BYTES - item->in_len, &len);
  if (status != PCS_OK) {
    if (status != PCS_ERR_NO_SPACE) {
      end(item);
    }
    return false;
  }
  item->in_len += len;
  return give_messages(item);
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
    pcs_status status = pcs_tls_stream_read(item->tls, item->memory + item->in_len,
                                            IN_BYTES - item->in_len, &len);
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
    bool goes_on = item->tls != NULL ? take_secure(item) : take_plain(item);
    if (!goes_on) {
      return;
    }
  }
}

/* ---- life ---- */

static pcs_status start(stream *item, const pcs_peer_stream *wanted) {
  pcs_status status = PCS_OK;
  item->memory = malloc(IN_BYTES + OUT_BYTES);
  if (item->memory == NULL) {
    return PCS_ERR_SYSTEM;
  }
  pcs_writer_init(&item->out, item->memory + IN_BYTES, OUT_BYTES);
  if (wanted->secure) {
    status = pcs_tls_stream_new(&item->tls, (pcs_span){wanted->host, wanted->host_len},
                                pcs_clock_unix_s());
  }
  if (status == PCS_OK) {
    status = pcs_tcp_connect(&item->descriptor, &wanted->to);
  }
  if (status == PCS_OK) {
    status = pcs_watch_new(&item->watch, item->streams->config.loop, item->descriptor, on_ready,
                           item);
  }
  if (status == PCS_OK) {
    pcs_watch_want(item->watch, PCS_WRITABLE);
  }
  return status;
}

pcs_status pcs_streams_open(pcs_streams *streams, const pcs_peer_stream *wanted) {
  stream *item = find(streams, 0);
  if (item == NULL) {
    return PCS_ERR_QUOTA;
  }
  *item = (stream){.streams = streams,
                   .path_id = wanted->path_id,
                   .to = wanted->to,
                   .descriptor = PCS_DESCRIPTOR_NONE};
  pcs_status status = start(item, wanted);
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
