#include "host/link/link.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "host/link/framing.h"
#include "host/sys/descriptor.h"

/* What the kernel should hold beside our own buffers: one full turn of either side. */
#define SOCKET_BUFFER_BYTES (1024 * 1024)

/* Bytes [start, end) of memory are waiting. */
typedef struct byte_queue {
  uint8_t *memory;
  size_t capacity;
  size_t start;
  size_t end;
} byte_queue;

struct pcs_link {
  int descriptor;
  pcs_websocket *websocket; /* NULL for a pipe */
  byte_queue input;
  byte_queue output;
  pcs_status broken; /* why nothing is read any more */
  bool ended;
  void (*observer)(void *context, pcs_span appended); /* NULL: none */
  void *observer_context;
};

static bool queue_init(byte_queue *queue, size_t capacity) {
  queue->memory = malloc(capacity);
  queue->capacity = capacity;
  return queue->memory != NULL;
}

/* Moves what waits to the front once half the memory lies before it, or when nothing waits: at most
 * one byte is moved for each that passed. */
static void queue_compact(byte_queue *queue) {
  size_t len = queue->end - queue->start;
  if (len != 0 && queue->start < queue->capacity / 2) {
    return;
  }
  memmove(queue->memory, queue->memory + queue->start, len);
  queue->start = 0;
  queue->end = len;
}

static pcs_writer queue_writer(byte_queue *queue, size_t kept) {
  queue_compact(queue);
  size_t room = queue->capacity - queue->end;
  pcs_writer writer;
  pcs_writer_init(&writer, queue->memory + queue->end, room > kept ? room - kept : 0);
  return writer;
}

static pcs_span queue_span(const byte_queue *queue) {
  return (pcs_span){queue->memory + queue->start, queue->end - queue->start};
}

pcs_status pcs_link_new(pcs_link **out_link, pcs_link_kind kind, int descriptor) {
  *out_link = NULL;
  pcs_link *link = calloc(1, sizeof *link);
  if (link == NULL) {
    pcs_descriptor_close(&descriptor);
    return PCS_ERR_SYSTEM;
  }
  link->descriptor = descriptor;
  if (!queue_init(&link->input, PCS_LINK_INPUT_BYTES) ||
      !queue_init(&link->output, PCS_LINK_OUTPUT_BYTES) ||
      (kind == PCS_LINK_WEBSOCKET && pcs_websocket_new(&link->websocket) != PCS_OK)) {
    pcs_link_free(link);
    return PCS_ERR_SYSTEM;
  }
  pcs_descriptor_enlarge(descriptor, SOCKET_BUFFER_BYTES);
  *out_link = link;
  return PCS_OK;
}

void pcs_link_free(pcs_link *link) {
  if (link == NULL) {
    return;
  }
  pcs_websocket_free(link->websocket);
  free(link->input.memory);
  free(link->output.memory);
  pcs_descriptor_close(&link->descriptor);
  free(link);
}

int pcs_link_descriptor(const pcs_link *link) {
  return link->descriptor;
}

pcs_status pcs_link_fill(pcs_link *link) {
  if (link->broken != PCS_OK) {
    return link->broken;
  }
  pcs_writer writer = queue_writer(&link->input, 0);
  if (writer.capacity < PCS_FRAMING_READ_BYTES) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_status status = link->websocket != NULL
                          ? pcs_websocket_fill(link->websocket, link->descriptor, &writer)
                          : pcs_pipe_fill(link->descriptor, &writer);
  link->input.end += writer.len;
  if (status != PCS_OK && status != PCS_ERR_NO_SPACE) {
    link->broken = status;
  }
  return status;
}

pcs_span pcs_link_input(const pcs_link *link) {
  return queue_span(&link->input);
}

void pcs_link_consume(pcs_link *link, size_t len) {
  assert(len <= link->input.end - link->input.start);
  link->input.start += len;
}

pcs_status pcs_link_discard(pcs_link *link) {
  link->input.start = 0;
  link->input.end = 0;
  pcs_status status = PCS_OK;
  while (status == PCS_OK) {
    size_t got = 0;
    status = pcs_descriptor_read(link->descriptor, link->input.memory, link->input.capacity, &got);
  }
  return status;
}

size_t pcs_link_room(pcs_link *link) {
  return pcs_link_writer(link).capacity;
}

pcs_writer pcs_link_writer(pcs_link *link) {
  return queue_writer(&link->output, PCS_LINK_GOODBYE_BYTES);
}

pcs_writer pcs_link_goodbye_writer(pcs_link *link) {
  return queue_writer(&link->output, 0);
}

pcs_status pcs_link_append(pcs_link *link, const pcs_writer *writer) {
  assert(writer->data == link->output.memory + link->output.end);
  if (writer->failed) {
    return PCS_ERR_NO_SPACE;
  }
  if (!link->ended) {
    link->output.end += writer->len;
    if (link->observer != NULL) {
      link->observer(link->observer_context, pcs_writer_span(writer));
    }
  }
  return PCS_OK;
}

void pcs_link_observe(pcs_link *link, void (*observer)(void *context, pcs_span appended),
                      void *context) {
  link->observer = observer;
  link->observer_context = context;
}

void pcs_link_end(pcs_link *link, pcs_span reason) {
  if (!link->ended) {
    link->ended = true;
    if (link->websocket != NULL) {
      pcs_websocket_end(link->websocket, reason);
    }
  }
}

pcs_status pcs_link_flush(pcs_link *link) {
  size_t taken = 0;
  pcs_span output = queue_span(&link->output);
  pcs_status status = link->websocket != NULL
                          ? pcs_websocket_flush(link->websocket, link->descriptor, output, &taken)
                          : pcs_pipe_flush(link->descriptor, output, &taken);
  link->output.start += taken;
  if (status == PCS_OK && link->ended) {
    pcs_descriptor_end_output(link->descriptor);
  }
  return status;
}
