/*
 * The UDP sockets of one peer: one for each local address, opened when it gathers or the address
 * comes, closed with the address or the peer.
 * No two peers share one, so nothing that one is sent can be another's. It reads and writes where
 * it is told to and decides nothing.
 */
#ifndef PCS_HOST_WORKER_PATHS_H
#define PCS_HOST_WORKER_PATHS_H

#include "core/policy/address_mode.h"
#include "host/ice/agent.h"
#include "host/sys/interfaces.h"
#include "host/sys/loop.h"
#include "host/sys/udp.h"

typedef struct pcs_paths pcs_paths;

typedef struct pcs_paths_config {
  pcs_loop *loop;
  pcs_loopback loopback;
  uint8_t *memory; /* PCS_UDP_RECEIVE_BYTES, borrowed, shared with other peers' paths */
  /* Datagrams came; they lie in memory until this returns. */
  void (*arrived)(void *context, uint32_t path_id, pcs_udp_arrival *arrival);
  /* A socket that was full has room again. */
  void (*writable)(void *context);
  void *context;
} pcs_paths_config;

PCS_MUST_USE pcs_status pcs_paths_new(pcs_paths **out_paths, const pcs_paths_config *config);
void pcs_paths_free(pcs_paths *paths);
/*
 * pcs_paths_open opens a socket for each local address of the mode that has none yet, as many as
 * fit, and lists those in out_new for the ICE agent. In a mode without UDP they are no sockets but
 * stand for what streams leave from. PCS_ERR_SYSTEM: the machine's addresses cannot be listed.
 */
PCS_MUST_USE pcs_status pcs_paths_open(pcs_paths *paths, pcs_address_mode mode,
                                       pcs_ice_path out_new[PCS_ICE_PATHS_MAX], size_t *out_num);
/* pcs_paths_narrow closes those that the mode does not have, all of them after PCS_ERR_SYSTEM, and
 * lists their ids. Not from within arrived or writable. */
PCS_MUST_USE pcs_status pcs_paths_narrow(pcs_paths *paths, pcs_address_mode mode,
                                         uint32_t out_gone[PCS_ICE_PATHS_MAX], size_t *out_num);
/* pcs_paths_each calls visit for every path there is. */
void pcs_paths_each(const pcs_paths *paths,
                    void (*visit)(void *context, uint32_t path_id, const pcs_address *address,
                                  uint32_t network),
                    void *context);
/* pcs_paths_send is pcs_udp_send on one of them; a path that is none loses what is sent. After
 * PCS_ERR_NO_SPACE, writable is called. */
PCS_MUST_USE pcs_status pcs_paths_send(pcs_paths *paths, uint32_t path_id, const pcs_address *to,
                                       const pcs_datagrams *batch, size_t *num_sent);

#endif
