#include <stdlib.h>

#include "host/worker/peers_state.h"

void pcs_peer_place_free(pcs_peer_place *place) {
  pcs_listeners_free(place->listeners);
  pcs_paths_free(place->paths);
  pcs_streams_free(place->streams);
  pcs_peer_free(place->peer);
  free(place);
}

/* The connection is over for page and broker. Its sockets stay while it says so once more. */
static void see_off(pcs_peers *peers, pcs_peer_place *place, uint64_t now_us) {
  pcs_handles_remove_all(peers->config.handles, place);
  place->has_left = true;
  if (!pcs_peer_has_farewell(place->peer) || !pcs_farewells_add(&peers->farewells, place, now_us)) {
    pcs_peer_place_free(place);
  }
}

void pcs_peers_say_farewells(pcs_peers *peers, uint64_t now_us) {
  bool over = false;
  pcs_peer_place *place;
  while ((place = (pcs_peer_place *)pcs_farewells_due(&peers->farewells, now_us, &over)) != NULL) {
    pcs_peer_repeat_farewell(place->peer);
    pcs_peers_send_now(place, now_us);
    if (over) {
      pcs_peer_place_free(place);
    }
  }
}

void pcs_peers_close(pcs_peer_place *place, uint64_t now_us) {
  pcs_peers *peers = place->peers;
  pcs_peer_close(place->peer);
  pcs_peers_send_now(place, now_us);
  pcs_rights_end_call(peers->config.rights, place->call);
  peers->num--;
  peers->places[place->index] = peers->places[peers->num];
  peers->places[place->index]->index = place->index;
  see_off(peers, place, now_us);
}

static pcs_status tell_ended(const pcs_peer_place *place) {
  pcs_writer writer = pcs_link_writer(place->peers->config.link);
  pcs_msg_peer_ended_encode(&writer,
                            &(pcs_msg_peer_ended){.peer = place->handle, .status = PCS_ERR_DENIED});
  return pcs_link_append(place->peers->config.link, &writer);
}

pcs_status pcs_peers_stop(pcs_peers *peers, uint32_t call, uint64_t now_us) {
  for (size_t i = 0; i < peers->num; i++) {
    pcs_peer_place *place = peers->places[i];
    if (place->call == call) {
      pcs_status status = tell_ended(place);
      pcs_peer_stop(place->peer);
      pcs_peers_close(place, now_us);
      return status;
    }
  }
  return PCS_ERR_NOT_FOUND;
}

void pcs_peers_close_all(pcs_peers *peers, uint64_t now_us) {
  while (peers->num > 0) {
    pcs_peers_close(peers->places[peers->num - 1], now_us);
  }
}
