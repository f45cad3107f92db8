#include "host/worker/paths.h"

#include <stdlib.h>
#include <string.h>

/* Receives in one turn of the loop, so that no socket keeps the others waiting. */
#define RECEIVES_MAX 16

typedef struct local_path {
  pcs_paths *paths;
  uint32_t id;
  pcs_address local; /* without its port */
  pcs_udp *udp;
  pcs_watch *watch;
} local_path;

struct pcs_paths {
  pcs_paths_config config;
  local_path items[PCS_ICE_PATHS_MAX]; /* of id i + 1 */
  size_t num;
};

pcs_status pcs_paths_new(pcs_paths **out_paths, const pcs_paths_config *config) {
  pcs_paths *paths = calloc(1, sizeof *paths);
  *out_paths = paths;
  if (paths == NULL) {
    return PCS_ERR_SYSTEM;
  }
  paths->config = *config;
  return PCS_OK;
}

void pcs_paths_free(pcs_paths *paths) {
  if (paths == NULL) {
    return;
  }
  for (size_t i = 0; i < paths->num; i++) {
    pcs_watch_free(paths->items[i].watch);
    pcs_udp_free(paths->items[i].udp);
  }
  free(paths);
}

static void receive(const local_path *path) {
  const pcs_paths_config *config = &path->paths->config;
  for (size_t i = 0; i < RECEIVES_MAX; i++) {
    pcs_udp_arrival arrival;
    if (pcs_udp_receive(path->udp, config->memory, &arrival) != PCS_OK) {
      return;
    }
    config->arrived(config->context, path->id, &arrival);
  }
}

static void on_ready(void *context, unsigned ready_for) {
  const local_path *path = (const local_path *)context;
  if ((ready_for & PCS_WRITABLE) != 0) {
    pcs_watch_want(path->watch, PCS_READABLE);
    path->paths->config.writable(path->paths->config.context);
  }
  if ((ready_for & PCS_READABLE) != 0) {
    receive(path);
  }
}

static bool is_open(const pcs_paths *paths, const pcs_address *local) {
  for (size_t i = 0; i < paths->num; i++) {
    if (pcs_address_equal(&paths->items[i].local, local)) {
      return true;
    }
  }
  return false;
}

static pcs_status open_path(pcs_paths *paths, const pcs_interface *interface,
                            pcs_ice_path *out_path) {
  local_path *path = &paths->items[paths->num];
  *path = (local_path){.paths = paths, .id = (uint32_t)paths->num + 1, .local = interface->address};
  pcs_status status = pcs_udp_open(&path->udp, &interface->address);
  if (status != PCS_OK) {
    return status;
  }
  status = pcs_watch_new(&path->watch, paths->config.loop, pcs_udp_descriptor(path->udp), on_ready,
                         path);
  if (status != PCS_OK) {
    pcs_udp_free(path->udp);
    return status;
  }
  pcs_watch_want(path->watch, PCS_READABLE);
  paths->num++;
  *out_path = (pcs_ice_path){.id = path->id,
                             .address = pcs_udp_address(path->udp),
                             .preference = interface->preference,
                             .network = interface->network};
  return PCS_OK;
}

pcs_status pcs_paths_open(pcs_paths *paths, pcs_ice_path out_new[PCS_ICE_PATHS_MAX],
                          size_t *out_num) {
  *out_num = 0;
  pcs_interface interfaces[PCS_INTERFACES_MAX];
  size_t num = 0;
  pcs_status status = pcs_interfaces_list(interfaces, &num, paths->config.loopback);
  if (status != PCS_OK) {
    return status;
  }
  for (size_t i = 0; i < num && paths->num < PCS_ICE_PATHS_MAX; i++) {
    /* An address that cannot be bound is one that has just gone. */
    if (!is_open(paths, &interfaces[i].address) &&
        open_path(paths, &interfaces[i], &out_new[*out_num]) == PCS_OK) {
      (*out_num)++;
    }
  }
  return PCS_OK;
}

pcs_status pcs_paths_send(pcs_paths *paths, uint32_t path_id, const pcs_address *to,
                          const pcs_datagrams *batch, size_t *num_sent) {
  if (path_id == 0 || path_id > paths->num) {
    *num_sent = batch->num;
    return PCS_OK;
  }
  local_path *path = &paths->items[path_id - 1];
  pcs_status status = pcs_udp_send(path->udp, to, batch, num_sent);
  if (status == PCS_ERR_NO_SPACE) {
    pcs_watch_want(path->watch, PCS_READABLE | PCS_WRITABLE);
  }
  return status;
}
