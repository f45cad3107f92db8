/*
 * The UDP sockets of one peer: one for each local address, opened when it gathers or the address
 * comes, closed with the address or the peer.
 * No two peers share one, so nothing that one is sent can be another's. It reads and writes where
 * it is told to and decides nothing.
 */
#ifndef PCS_HOST_WORKER_PATHS_H
#define PCS_HOST_WORKER_PATHS_H

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
 * pcs_paths_open opens a socket for each local address that has none yet, as many as fit, and lists
 * those in out_new for the ICE agent. PCS_ERR_SYSTEM: the machine's addresses cannot be listed.
 */
PCS_MUST_USE pcs_status pcs_paths_open(pcs_paths *paths, pcs_ice_path out_new[PCS_ICE_PATHS_MAX],
                                       size_t *out_num);
/* pcs_paths_follow: the machine's addresses have changed. Opens sockets for those that came, closes
 * those of addresses that went, and tells the agent. Nothing before the first pcs_paths_open. */
void pcs_paths_follow(pcs_paths *paths, uint64_t now_us, pcs_ice_agent *ice);
/* pcs_paths_send is pcs_udp_send on one of them; a path that is none loses what is sent. After
 * PCS_ERR_NO_SPACE, writable is called. */
PCS_MUST_USE pcs_status pcs_paths_send(pcs_paths *paths, uint32_t path_id, const pcs_address *to,
                                       const pcs_datagrams *batch, size_t *num_sent);

#endif
