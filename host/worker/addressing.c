#include "host/worker/addressing.h"

#include <string.h>

static bool tells_names(const pcs_addressing *parts) {
  return pcs_address_mode_of(parts->mode)->tells == PCS_TELLS_NAMED;
}

/* A path without a listener has no passive candidate, and is none the worse. */
static void listen_beside(const pcs_addressing *parts, const pcs_ice_path *path) {
  bool may_listen = parts->transports.tcp == PCS_ICE_TCP_ACTIVE_AND_PASSIVE &&
                    !parts->transports.secure_streams_only &&
                    pcs_address_mode_of(parts->mode)->way == PCS_WAY_DIRECT;
  pcs_address bound;
  if (may_listen &&
      pcs_listeners_open(parts->listeners, path->id, &path->address, &bound) == PCS_OK &&
      pcs_ice_agent_add_listener(pcs_peer_ice(parts->peer), path->id, &bound) != PCS_OK) {
    pcs_listeners_close(parts->listeners, path->id);
  }
}

static void add_path(const pcs_addressing *parts, uint64_t now_us, pcs_ice_path *path) {
  if (tells_names(parts)) {
    pcs_mdns_name name = pcs_names_of(parts->names, &path->address, path->network);
    path->name_len = sizeof name.text;
    memcpy(path->name, name.text, sizeof name.text);
  } else {
    pcs_names_listen(parts->names, path->network);
  }
  pcs_status status = pcs_ice_agent_add_path(pcs_peer_ice(parts->peer), now_us, path);
  (void)status; /* as many fit the agent as fit the list */
  listen_beside(parts, path);
}

pcs_status pcs_addressing_open(const pcs_addressing *parts, uint64_t now_us) {
  pcs_ice_path fresh[PCS_ICE_PATHS_MAX];
  size_t num = 0;
  pcs_status status = pcs_paths_open(parts->paths, parts->mode, fresh, &num);
  for (size_t i = 0; i < num; i++) {
    add_path(parts, now_us, &fresh[i]);
  }
  return status;
}

/* What stays may have had no name before. */
static void name_path(void *context, uint32_t path_id, const pcs_address *address,
                      uint32_t network) {
  const pcs_addressing *parts = (const pcs_addressing *)context;
  pcs_mdns_name name = pcs_names_of(parts->names, address, network);
  pcs_ice_agent_name_path(pcs_peer_ice(parts->peer), path_id, pcs_mdns_name_span(&name));
}

static pcs_status close_gone(const pcs_addressing *parts, uint64_t now_us) {
  uint32_t gone[PCS_ICE_PATHS_MAX];
  size_t num_gone = 0;
  pcs_status status = pcs_paths_narrow(parts->paths, parts->mode, gone, &num_gone);
  for (size_t i = 0; i < num_gone; i++) {
    pcs_listeners_close(parts->listeners, gone[i]);
    pcs_ice_agent_remove_path(pcs_peer_ice(parts->peer), now_us, gone[i]);
  }
  return status;
}

void pcs_addressing_change(const pcs_addressing *parts, uint64_t now_us) {
  pcs_status status = close_gone(parts, now_us);
  if (tells_names(parts)) {
    pcs_addressing copy = *parts;
    pcs_paths_each(parts->paths, name_path, &copy);
  }
  if (status == PCS_OK) {
    status = pcs_addressing_open(parts, now_us);
  }
  (void)status; /* addresses that cannot be listed are none */
  pcs_ice_agent_set_addresses(pcs_peer_ice(parts->peer), now_us, parts->mode);
}

/* New sockets first: when the old ones go, there is something to look from. */
void pcs_addressing_follow(const pcs_addressing *parts, uint64_t now_us) {
  pcs_status status = pcs_addressing_open(parts, now_us);
  if (status == PCS_OK) {
    status = close_gone(parts, now_us);
  }
  (void)status; /* the next change, or a restart, tries again */
}

void pcs_addressing_look_up(const pcs_addressing *parts) {
  pcs_span name;
  while (pcs_ice_agent_take_name(pcs_peer_ice(parts->peer), &name)) {
    pcs_names_look_up(parts->names, name);
  }
}
