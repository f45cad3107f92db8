#include "host/ice/turn_peers.h"

#include <assert.h>

#define NEVER UINT64_MAX

static bool is_held(const pcs_turn_entry *entry, uint64_t now_us) {
  return entry->grant == PCS_TURN_GRANT_HELD && now_us < entry->ends_us;
}

/* Its place may be given away: nothing runs, and no rule remembers it any more. */
static bool is_over(const pcs_turn_entry *entry, uint64_t now_us) {
  if (entry->asked) {
    return false;
  }
  if (entry->grant == PCS_TURN_GRANT_NONE) {
    return true;
  }
  uint64_t rest_us = entry->channel != 0 ? PCS_TURN_CHANNEL_REST_US : 0;
  return entry->grant != PCS_TURN_GRANT_ASKED && now_us >= entry->ends_us + rest_us;
}

static pcs_turn_entry *find(pcs_turn_entry *entries, size_t num, const pcs_address *address) {
  for (size_t i = 0; i < num; i++) {
    if (entries[i].grant != PCS_TURN_GRANT_NONE &&
        pcs_address_equal(&entries[i].address, address)) {
      return &entries[i];
    }
  }
  return NULL;
}

static pcs_turn_entry *find_free(pcs_turn_entry *entries, size_t num, uint64_t now_us) {
  for (size_t i = 0; i < num; i++) {
    if (is_over(&entries[i], now_us)) {
      return &entries[i];
    }
  }
  return NULL;
}

static pcs_status ask_again(pcs_turn_entry *entry, uint64_t now_us) {
  if (entry->grant == PCS_TURN_GRANT_REFUSED && now_us < entry->ends_us) {
    return PCS_ERR_DENIED;
  }
  if (entry->asked || is_held(entry, now_us) || entry->grant == PCS_TURN_GRANT_ASKED) {
    return PCS_OK;
  }
  entry->grant = PCS_TURN_GRANT_ASKED;
  entry->ask_us = now_us;
  return PCS_OK;
}

static pcs_address host_of(const pcs_address *peer) {
  pcs_address host = *peer;
  host.port = 0;
  return host;
}

pcs_status pcs_turn_peers_permit(pcs_turn_peers *peers, uint64_t now_us, const pcs_address *peer) {
  pcs_address host = host_of(peer);
  pcs_turn_entry *entry = find(peers->permissions, PCS_TURN_PERMISSIONS_MAX, &host);
  if (entry != NULL) {
    return ask_again(entry, now_us);
  }
  entry = find_free(peers->permissions, PCS_TURN_PERMISSIONS_MAX, now_us);
  if (entry == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  *entry = (pcs_turn_entry){.grant = PCS_TURN_GRANT_ASKED, .address = host, .ask_us = now_us};
  return PCS_OK;
}

pcs_status pcs_turn_peers_bind(pcs_turn_peers *peers, uint64_t now_us, const pcs_address *peer) {
  pcs_turn_entry *entry = find(peers->channels, PCS_TURN_CHANNELS_MAX, peer);
  if (entry != NULL) {
    return ask_again(entry, now_us);
  }
  entry = find_free(peers->channels, PCS_TURN_CHANNELS_MAX, now_us);
  if (entry == NULL || peers->num_numbers > PCS_TURN_CHANNEL_LAST - PCS_TURN_CHANNEL_FIRST) {
    return PCS_ERR_NO_SPACE;
  }
  *entry = (pcs_turn_entry){
      .grant = PCS_TURN_GRANT_ASKED,
      .channel = (uint16_t)(PCS_TURN_CHANNEL_FIRST + peers->num_numbers),
      .address = *peer,
      .ask_us = now_us,
  };
  peers->num_numbers++;
  return PCS_OK;
}

/* One that was asked for counts: the server may have granted it, and its answer be behind the
 * peer's packet. */
bool pcs_turn_peers_allows(const pcs_turn_peers *peers, uint64_t now_us, const pcs_address *peer) {
  pcs_address host = host_of(peer);
  for (size_t i = 0; i < PCS_TURN_PERMISSIONS_MAX; i++) {
    const pcs_turn_entry *entry = &peers->permissions[i];
    bool counts = is_held(entry, now_us) || entry->grant == PCS_TURN_GRANT_ASKED;
    if (counts && pcs_address_equal(&entry->address, &host)) {
      return true;
    }
  }
  return false;
}

static bool refuses(const pcs_turn_entry *entries, size_t num, uint64_t now_us,
                    const pcs_address *address) {
  for (size_t i = 0; i < num; i++) {
    if (entries[i].grant == PCS_TURN_GRANT_REFUSED && now_us < entries[i].ends_us &&
        pcs_address_equal(&entries[i].address, address)) {
      return true;
    }
  }
  return false;
}

bool pcs_turn_peers_refuses(const pcs_turn_peers *peers, uint64_t now_us, const pcs_address *peer) {
  pcs_address host = host_of(peer);
  return refuses(peers->permissions, PCS_TURN_PERMISSIONS_MAX, now_us, &host) ||
         refuses(peers->channels, PCS_TURN_CHANNELS_MAX, now_us, peer);
}

uint16_t pcs_turn_peers_channel(const pcs_turn_peers *peers, uint64_t now_us,
                                const pcs_address *peer) {
  for (size_t i = 0; i < PCS_TURN_CHANNELS_MAX; i++) {
    const pcs_turn_entry *entry = &peers->channels[i];
    if (is_held(entry, now_us) && pcs_address_equal(&entry->address, peer)) {
      return entry->channel;
    }
  }
  return 0;
}

const pcs_address *pcs_turn_peers_of_channel(const pcs_turn_peers *peers, uint64_t now_us,
                                             uint16_t channel) {
  for (size_t i = 0; i < PCS_TURN_CHANNELS_MAX; i++) {
    const pcs_turn_entry *entry = &peers->channels[i];
    bool counts = is_held(entry, now_us) || (entry->grant == PCS_TURN_GRANT_ASKED && entry->asked);
    if (counts && entry->channel == channel) {
      return &entry->address;
    }
  }
  return NULL;
}

/* ---- entries ---- */

void pcs_turn_entry_asked(pcs_turn_entry *entry) {
  assert(entry->grant != PCS_TURN_GRANT_NONE);
  entry->asked = true;
  entry->ask_us = NEVER;
}

void pcs_turn_entry_granted(pcs_turn_entry *entry, uint64_t now_us) {
  bool is_channel = entry->channel != 0;
  entry->asked = false;
  entry->grant = PCS_TURN_GRANT_HELD;
  entry->ends_us = now_us + (is_channel ? PCS_TURN_CHANNEL_US : PCS_TURN_PERMISSION_US);
  entry->ask_us =
      now_us + (is_channel ? PCS_TURN_CHANNEL_REFRESH_US : PCS_TURN_PERMISSION_REFRESH_US);
}

void pcs_turn_entry_refused(pcs_turn_entry *entry, uint64_t now_us) {
  pcs_turn_entry_granted(entry, now_us);
  entry->grant = PCS_TURN_GRANT_REFUSED;
  entry->ask_us = NEVER;
}

/* What is held stays so for the time it was given, and is asked for again meanwhile. */
void pcs_turn_entry_unanswered(pcs_turn_entry *entry, uint64_t now_us) {
  entry->asked = false;
  entry->ask_us = NEVER;
  if (is_held(entry, now_us)) {
    entry->ask_us = now_us + PCS_TURN_RETRY_US;
  } else if (entry->channel == 0) {
    entry->grant = PCS_TURN_GRANT_NONE;
  } else {
    /* The server may have bound it all the same: the number stays the peer's. */
    entry->grant = PCS_TURN_GRANT_HELD;
    entry->ends_us = now_us;
  }
}

void pcs_turn_entry_again(pcs_turn_entry *entry, uint64_t now_us) {
  entry->asked = false;
  entry->ask_us = now_us;
}

bool pcs_turn_entry_is_due(const pcs_turn_entry *entry, uint64_t now_us) {
  return entry->grant != PCS_TURN_GRANT_NONE && !entry->asked && entry->ask_us <= now_us;
}

void pcs_turn_entry_let_go(pcs_turn_entry *entry) {
  entry->ask_us = NEVER;
}

static uint64_t first_of(const pcs_turn_entry *entries, size_t num, uint64_t wake_us) {
  for (size_t i = 0; i < num; i++) {
    bool waits = entries[i].grant != PCS_TURN_GRANT_NONE && !entries[i].asked;
    if (waits && entries[i].ask_us < wake_us) {
      wake_us = entries[i].ask_us;
    }
  }
  return wake_us;
}

uint64_t pcs_turn_peers_wake_at(const pcs_turn_peers *peers) {
  uint64_t wake_us = first_of(peers->permissions, PCS_TURN_PERMISSIONS_MAX, NEVER);
  return first_of(peers->channels, PCS_TURN_CHANNELS_MAX, wake_us);
}
