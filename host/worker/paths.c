#include "host/worker/paths.h"

#include <stdlib.h>
#include <string.h>

/* Receives in one turn of the loop, so that no socket keeps the others waiting. */
#define RECEIVES_MAX 16
/* Above are the paths of relays and streams (host/ice). */
#define PATH_ID_MAX 0xffffu

typedef struct local_path {
  pcs_paths *paths;
  uint32_t id;
  pcs_address local; /* without its port */
  pcs_udp *udp;
  pcs_watch *watch;
} local_path;

struct pcs_paths {
  pcs_paths_config config;
  local_path items[PCS_ICE_PATHS_MAX]; /* udp NULL: free */
  uint32_t last_id;                    /* none is given out twice */
  bool opened;
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

static void close_path(local_path *path) {
  pcs_watch_free(path->watch);
  pcs_udp_free(path->udp);
  *path = (local_path){0};
}

void pcs_paths_free(pcs_paths *paths) {
  if (paths == NULL) {
    return;
  }
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    close_path(&paths->items[i]);
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
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (paths->items[i].udp != NULL && pcs_address_equal(&paths->items[i].local, local)) {
      return true;
    }
  }
  return false;
}

/* NULL: as many as there may be are open. */
static local_path *free_path(pcs_paths *paths) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (paths->items[i].udp == NULL && paths->last_id < PATH_ID_MAX) {
      return &paths->items[i];
    }
  }
  return NULL;
}

static local_path *path_of(pcs_paths *paths, uint32_t id) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (paths->items[i].udp != NULL && paths->items[i].id == id) {
      return &paths->items[i];
    }
  }
  return NULL;
}

static pcs_status open_path(pcs_paths *paths, const pcs_interface *interface,
                            pcs_ice_path *out_path) {
  local_path *path = free_path(paths);
  if (path == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  *path = (local_path){.paths = paths, .id = paths->last_id + 1, .local = interface->address};
  pcs_status status = pcs_udp_open(&path->udp, &interface->address);
  if (status != PCS_OK) {
    return status;
  }
  status = pcs_watch_new(&path->watch, paths->config.loop, pcs_udp_descriptor(path->udp), on_ready,
                         path);
  if (status != PCS_OK) {
    close_path(path);
    return status;
  }
  pcs_watch_want(path->watch, PCS_READABLE);
  paths->last_id++;
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
  paths->opened = true;
  for (size_t i = 0; i < num; i++) {
    /* An address that cannot be bound is one that has just gone. */
    if (!is_open(paths, &interfaces[i].address) &&
        open_path(paths, &interfaces[i], &out_new[*out_num]) == PCS_OK) {
      (*out_num)++;
    }
  }
  return PCS_OK;
}

static bool is_listed(const pcs_interface *interfaces, size_t num, const pcs_address *local) {
  for (size_t i = 0; i < num; i++) {
    if (pcs_address_equal(&interfaces[i].address, local)) {
      return true;
    }
  }
  return false;
}

static pcs_status close_gone(pcs_paths *paths, uint64_t now_us, pcs_ice_agent *ice) {
  pcs_interface interfaces[PCS_INTERFACES_MAX];
  size_t num = 0;
  pcs_status status = pcs_interfaces_list(interfaces, &num, paths->config.loopback);
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX && status == PCS_OK; i++) {
    local_path *path = &paths->items[i];
    if (path->udp != NULL && !is_listed(interfaces, num, &path->local)) {
      uint32_t id = path->id;
      close_path(path);
      pcs_ice_agent_remove_path(ice, now_us, id);
    }
  }
  return status;
}

/* New sockets first: when the old ones go, there is something to look from. */
void pcs_paths_follow(pcs_paths *paths, uint64_t now_us, pcs_ice_agent *ice) {
  pcs_ice_path fresh[PCS_ICE_PATHS_MAX];
  size_t num = 0;
  pcs_status status = paths->opened ? pcs_paths_open(paths, fresh, &num) : PCS_ERR_STATE;
  for (size_t i = 0; i < num && status == PCS_OK; i++) {
    status = pcs_ice_agent_add_path(ice, now_us, &fresh[i]);
  }
  if (status == PCS_OK) {
    /* When the system has no means just now, the next change, or a restart, tries again. */
    status = close_gone(paths, now_us, ice);
  }
  (void)status;
}

pcs_status pcs_paths_send(pcs_paths *paths, uint32_t path_id, const pcs_address *to,
                          const pcs_datagrams *batch, size_t *num_sent) {
  local_path *path = path_of(paths, path_id);
  if (path == NULL) {
    *num_sent = batch->num;
    return PCS_OK;
  }
  pcs_status status = pcs_udp_send(path->udp, to, batch, num_sent);
  if (status == PCS_ERR_NO_SPACE) {
    pcs_watch_want(path->watch, PCS_READABLE | PCS_WRITABLE);
  }
  return status;
}
