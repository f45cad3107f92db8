#include "host/broker/accept.h"

#include <stdlib.h>

#include "core/policy/address.h"
#include "host/sys/descriptor.h"
#include "host/sys/tcp.h"

typedef struct listener {
  pcs_accept *accept;
  int descriptor;
  pcs_address address;
  pcs_watch *watch;
} listener;

struct pcs_accept {
  pcs_accept_config config;
  pcs_visitor_config visitor_config;
  listener listeners[PCS_LISTENERS_MAX];
  size_t num_listeners;
  pcs_visitor *visitors[PCS_VISITORS_MAX]; /* oldest first */
  size_t num_visitors;
};

static void on_visitor_gone(void *context, pcs_visitor *visitor) {
  pcs_accept *accept = (pcs_accept *)context;
  size_t kept = 0;
  for (size_t i = 0; i < accept->num_visitors; i++) {
    if (accept->visitors[i] != visitor) {
      accept->visitors[kept++] = accept->visitors[i];
    }
  }
  accept->num_visitors = kept;
  pcs_visitor_free(visitor);
}

pcs_status pcs_accept_new(pcs_accept **out_accept, const pcs_accept_config *config) {
  pcs_accept *accept = calloc(1, sizeof *accept);
  *out_accept = accept;
  if (accept == NULL) {
    return PCS_ERR_SYSTEM;
  }
  accept->config = *config;
  accept->visitor_config = (pcs_visitor_config){.loop = config->loop,
                                                .admission = config->admission,
                                                .pages = config->pages,
                                                .gone = on_visitor_gone,
                                                .context = accept};
  return PCS_OK;
}

void pcs_accept_free(pcs_accept *accept) {
  if (accept == NULL) {
    return;
  }
  for (size_t i = 0; i < accept->num_listeners; i++) {
    pcs_watch_free(accept->listeners[i].watch);
    pcs_descriptor_close(&accept->listeners[i].descriptor);
  }
  for (size_t i = 0; i < accept->num_visitors; i++) {
    pcs_visitor_free(accept->visitors[i]);
  }
  free(accept);
}

static void welcome(pcs_accept *accept, const listener *at, int connection) {
  if (accept->num_visitors == PCS_VISITORS_MAX) {
    on_visitor_gone(accept, accept->visitors[0]);
  }
  pcs_visitor *visitor = NULL;
  if (pcs_visitor_new(&visitor, &accept->visitor_config, &at->address, connection) == PCS_OK) {
    accept->visitors[accept->num_visitors++] = visitor;
  }
}

static void on_connection(void *context, unsigned ready_for) {
  (void)ready_for;
  const listener *at = (const listener *)context;
  int connection = PCS_DESCRIPTOR_NONE;
  /* One for each turn: the others find the listener ready again. */
  if (pcs_tcp_accept(at->descriptor, &connection) == PCS_OK) {
    welcome(at->accept, at, connection);
  }
}

pcs_status pcs_accept_listen(pcs_accept *accept, pcs_address *out_bound,
                             const pcs_address *address) {
  if (!pcs_address_is_loopback(address)) {
    return PCS_ERR_DENIED;
  }
  if (accept->num_listeners == PCS_LISTENERS_MAX) {
    return PCS_ERR_QUOTA;
  }
  listener *fresh = &accept->listeners[accept->num_listeners];
  fresh->accept = accept;
  pcs_status status = pcs_tcp_listen(&fresh->descriptor, &fresh->address, address);
  if (status != PCS_OK) {
    return status;
  }
  status =
      pcs_watch_new(&fresh->watch, accept->config.loop, fresh->descriptor, on_connection, fresh);
  if (status != PCS_OK) {
    pcs_descriptor_close(&fresh->descriptor);
    return status;
  }
  pcs_watch_want(fresh->watch, PCS_READABLE);
  accept->num_listeners++;
  *out_bound = fresh->address;
  return PCS_OK;
}
