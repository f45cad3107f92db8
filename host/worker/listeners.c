#include "host/worker/listeners.h"

#include <stdlib.h>

#include "host/ice/agent.h"
#include "host/sys/descriptor.h"
#include "host/sys/tcp.h"

/* Connections accepted in one turn of the loop, so that a flood of them keeps nobody waiting. */
#define ACCEPTS_MAX 16

typedef struct listener {
  pcs_listeners *listeners;
  uint32_t path_id; /* 0: free */
  int descriptor;
  pcs_watch *watch;
} listener;

struct pcs_listeners {
  pcs_loop *loop;
  pcs_listeners_accepted accepted;
  void *context;
  listener items[PCS_ICE_PATHS_MAX];
};

pcs_status pcs_listeners_new(pcs_listeners **out_listeners, pcs_loop *loop,
                             pcs_listeners_accepted accepted, void *context) {
  pcs_listeners *listeners = calloc(1, sizeof *listeners);
  *out_listeners = listeners;
  if (listeners == NULL) {
    return PCS_ERR_SYSTEM;
  }
  listeners->loop = loop;
  listeners->accepted = accepted;
  listeners->context = context;
  return PCS_OK;
}

static void clear(listener *item) {
  pcs_watch_free(item->watch);
  pcs_descriptor_close(&item->descriptor);
  *item = (listener){.descriptor = PCS_DESCRIPTOR_NONE};
}

void pcs_listeners_free(pcs_listeners *listeners) {
  if (listeners == NULL) {
    return;
  }
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (listeners->items[i].path_id != 0) {
      clear(&listeners->items[i]);
    }
  }
  free(listeners);
}

static listener *find(pcs_listeners *listeners, uint32_t path_id) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (listeners->items[i].path_id == path_id) {
      return &listeners->items[i];
    }
  }
  return NULL;
}

static void on_ready(void *context, unsigned ready_for) {
  const listener *item = (const listener *)context;
  (void)ready_for;
  for (size_t i = 0; i < ACCEPTS_MAX; i++) {
    int connection = PCS_DESCRIPTOR_NONE;
    pcs_address from;
    pcs_status status = pcs_tcp_accept_from(item->descriptor, &connection, &from);
    if (status == PCS_ERR_SYSTEM) {
      pcs_watch_want(item->watch, 0); /* out of descriptors, or the socket is no more */
    }
    if (status != PCS_OK) {
      return;
    }
    item->listeners->accepted(item->listeners->context, item->path_id, &from, connection);
  }
}

static pcs_status start(listener *item, const pcs_address *address, pcs_address *out_bound) {
  pcs_address any_port = *address;
  any_port.port = 0;
  pcs_status status = pcs_tcp_listen(&item->descriptor, out_bound, &any_port);
  if (status == PCS_OK) {
    status = pcs_watch_new(&item->watch, item->listeners->loop, item->descriptor, on_ready, item);
  }
  if (status == PCS_OK) {
    pcs_watch_want(item->watch, PCS_READABLE);
  }
  return status;
}

pcs_status pcs_listeners_open(pcs_listeners *listeners, uint32_t path_id,
                              const pcs_address *address, pcs_address *out_bound) {
  listener *item = find(listeners, 0);
  if (item == NULL) {
    return PCS_ERR_QUOTA;
  }
  *item = (listener){.listeners = listeners, .path_id = path_id, .descriptor = PCS_DESCRIPTOR_NONE};
  pcs_status status = start(item, address, out_bound);
  if (status != PCS_OK) {
    clear(item);
  }
  return status;
}

void pcs_listeners_close(pcs_listeners *listeners, uint32_t path_id) {
  listener *item = path_id != 0 ? find(listeners, path_id) : NULL;
  if (item != NULL) {
    clear(item);
  }
}
