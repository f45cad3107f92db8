#include "host/worker/paths.h"

#include <stdlib.h>
#include <string.h>

#include "host/sys/route.h"

/* Receives in one turn of the loop, so that no socket keeps the others waiting. */
#define RECEIVES_MAX 16
/* Above are the paths of relays and streams (host/ice). */
#define PATH_ID_MAX 0xffffu

typedef struct local_path {
  pcs_paths *paths;
  uint32_t id;       /* 0: free */
  pcs_address local; /* without its port */
  uint32_t network;
  pcs_udp *udp; /* NULL: nothing is sent from it */
  pcs_watch *watch;
} local_path;

struct pcs_paths {
  pcs_paths_config config;
  local_path items[PCS_ICE_PATHS_MAX];
  uint32_t last_id; /* none is given out twice */
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
  *path = (local_path){.id = 0};
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

/* ---- which there are ---- */

static pcs_status list(const pcs_paths *paths, pcs_address_mode mode,
                       pcs_interface interfaces[PCS_INTERFACES_MAX], size_t *num) {
  pcs_status status = pcs_interfaces_list(interfaces, num, paths->config.loopback);
  if (status == PCS_OK && pcs_address_mode_of(mode)->binds == PCS_BINDS_ROUTE) {
    pcs_route_keep(interfaces, num);
  }
  return status;
}

static bool has_sockets(pcs_address_mode mode) {
  return pcs_address_mode_of(mode)->way != PCS_WAY_STREAMED;
}

static bool is_open(const pcs_paths *paths, const pcs_address *local) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (paths->items[i].id != 0 && pcs_address_equal(&paths->items[i].local, local)) {
      return true;
    }
  }
  return false;
}

/* NULL: as many as there may be are open. */
static local_path *free_path(pcs_paths *paths) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (paths->items[i].id == 0 && paths->last_id < PATH_ID_MAX) {
      return &paths->items[i];
    }
  }
  return NULL;
}

static pcs_status open_socket(local_path *path) {
  pcs_status status = pcs_udp_open(&path->udp, &path->local);
  if (status == PCS_OK) {
    status = pcs_watch_new(&path->watch, path->paths->config.loop, pcs_udp_descriptor(path->udp),
                           on_ready, path);
  }
  if (status == PCS_OK) {
    pcs_watch_want(path->watch, PCS_READABLE);
  }
  return status;
}

static pcs_status open_path(pcs_paths *paths, pcs_address_mode mode,
                            const pcs_interface *interface, pcs_ice_path *out_path) {
  local_path *path = free_path(paths);
  if (path == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  *path = (local_path){.paths = paths,
                       .id = paths->last_id + 1,
                       .local = interface->address,
                       .network = interface->network};
  pcs_status status = has_sockets(mode) ? open_socket(path) : PCS_OK;
  if (status != PCS_OK) {
    close_path(path);
    return status;
  }
  paths->last_id++;
  *out_path = (pcs_ice_path){.id = path->id,
                             .address = path->udp != NULL ? pcs_udp_address(path->udp) : path->local,
                             .preference = interface->preference,
                             .network = interface->network};
  return PCS_OK;
}

pcs_status pcs_paths_open(pcs_paths *paths, pcs_address_mode mode,
                          pcs_ice_path out_new[PCS_ICE_PATHS_MAX], size_t *out_num) {
  *out_num = 0;
  pcs_interface interfaces[PCS_INTERFACES_MAX];
  size_t num = 0;
  pcs_status status = list(paths, mode, interfaces, &num);
  for (size_t i = 0; i < num && status == PCS_OK; i++) {
    /* An address that cannot be bound is one that has just gone. */
    if (!is_open(paths, &interfaces[i].address) && free_path(paths) != NULL &&
        open_path(paths, mode, &interfaces[i], &out_new[*out_num]) == PCS_OK) {
      (*out_num)++;
    }
  }
  return status;
}

/* A socket where the mode has none, or none where it has one, is not of the mode. */
static bool is_of_mode(const local_path *path, pcs_address_mode mode,
                       const pcs_interface *interfaces, size_t num) {
  bool is_listed = false;
  for (size_t i = 0; i < num; i++) {
    is_listed = is_listed || pcs_address_equal(&interfaces[i].address, &path->local);
  }
  return is_listed && (path->udp != NULL) == has_sockets(mode);
}

pcs_status pcs_paths_narrow(pcs_paths *paths, pcs_address_mode mode,
                            uint32_t out_gone[PCS_ICE_PATHS_MAX], size_t *out_num) {
  *out_num = 0;
  pcs_interface interfaces[PCS_INTERFACES_MAX];
  size_t num = 0;
  pcs_status status = list(paths, mode, interfaces, &num);
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    local_path *path = &paths->items[i];
    if (path->id != 0 && !is_of_mode(path, mode, interfaces, num)) {
      out_gone[(*out_num)++] = path->id;
      close_path(path);
    }
  }
  return status;
}

void pcs_paths_each(const pcs_paths *paths,
                    void (*visit)(void *context, uint32_t path_id, const pcs_address *address,
                                  uint32_t network),
                    void *context) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    const local_path *path = &paths->items[i];
    if (path->id != 0) {
      visit(context, path->id, &path->local, path->network);
    }
  }
}

static local_path *find_path(pcs_paths *paths, uint32_t path_id) {
  for (size_t i = 0; i < PCS_ICE_PATHS_MAX; i++) {
    if (path_id != 0 && paths->items[i].id == path_id) {
      return &paths->items[i];
    }
  }
  return NULL;
}

pcs_status pcs_paths_send(pcs_paths *paths, uint32_t path_id, const pcs_address *to,
                          const pcs_datagrams *batch, size_t *num_sent) {
  local_path *path = find_path(paths, path_id);
  if (path == NULL || path->udp == NULL) {
    *num_sent = batch->num;
    return PCS_OK;
  }
  pcs_status status = pcs_udp_send(path->udp, to, batch, num_sent);
  if (status == PCS_ERR_NO_SPACE) {
    pcs_watch_want(path->watch, PCS_READABLE | PCS_WRITABLE);
  }
  return status;
}
