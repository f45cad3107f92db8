/*
 * The mDNS names of one page on the wire: host/ice/mdns.h with its sockets and its timer. They
 * are opened when a name is first made up or looked up, never before; a machine without multicast
 * has names that nobody can look up. Names live as long as the page and are no other page's.
 */
#ifndef PCS_HOST_WORKER_NAMES_H
#define PCS_HOST_WORKER_NAMES_H

#include "host/crypto/random.h"
#include "host/ice/mdns_message.h"
#include "host/sys/loop.h"

typedef struct pcs_names pcs_names;

typedef struct pcs_names_config {
  pcs_loop *loop;
  const pcs_random *random; /* borrowed for life */
  /* A name that was looked up has this one address. Never called from within pcs_names_look_up. */
  void (*resolved)(void *context, pcs_span name, const pcs_address *address);
  void *context;
} pcs_names_config;

PCS_MUST_USE pcs_status pcs_names_new(pcs_names **out_names, const pcs_names_config *config);
/* pcs_names_free takes the page's names back (RFC 6762 10.1). */
void pcs_names_free(pcs_names *names);
/* pcs_names_listen: lookups go over this interface too, and are answered on it. */
void pcs_names_listen(pcs_names *names, uint32_t network);
/* pcs_names_of gives the name of an address of that interface; there is always one, whether it can
 * be looked up or not (draft-ietf-mmusic-mdns-ice-candidates 3.1.1). */
pcs_mdns_name pcs_names_of(pcs_names *names, const pcs_address *address, uint32_t network);
/* pcs_names_look_up: what cannot be looked up has no answer; the caller cannot tell. */
void pcs_names_look_up(pcs_names *names, pcs_span name);

#endif
