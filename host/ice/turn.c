#include "host/ice/turn.h"

#include "host/crypto/hash.h"

#define NEVER UINT64_MAX
#define SECOND_US 1000000u

/* ---- life ---- */

pcs_status pcs_turn_init(pcs_turn *turn, uint64_t now_us, pcs_turn_carrier carrier,
                         const pcs_address *server, const pcs_ice_server *login) {
  *turn = (pcs_turn){
      .state = carrier == PCS_TURN_OVER_UDP ? PCS_TURN_ALLOCATING : PCS_TURN_CONNECTING,
      .carrier = carrier,
      .server = *server,
      .ask_us = carrier == PCS_TURN_OVER_UDP ? now_us : NEVER,
      .ends_us = NEVER,
  };
  return pcs_turn_credential_init(&turn->credential, login->username, login->credential);
}

void pcs_turn_clear(pcs_turn *turn) {
  pcs_wipe(turn, sizeof *turn);
}

void pcs_turn_open(pcs_turn *turn, uint64_t now_us) {
  if (turn->state == PCS_TURN_CONNECTING) {
    turn->state = PCS_TURN_ALLOCATING;
    turn->ask_us = now_us;
  }
}

void pcs_turn_end(pcs_turn *turn, uint16_t error_code) {
  turn->state = PCS_TURN_ENDED;
  turn->error_code = error_code;
  turn->ask_us = NEVER;
  turn->ends_us = NEVER;
}

void pcs_turn_release(pcs_turn *turn, uint64_t now_us) {
  if (turn->state != PCS_TURN_READY) {
    pcs_turn_end(turn, 0);
    return;
  }
  turn->state = PCS_TURN_RELEASING;
  turn->asked = false;
  turn->ask_us = now_us;
}

/* ---- what is asked ---- */

static pcs_turn_task own_task(const pcs_turn *turn) {
  if (turn->state == PCS_TURN_RELEASING) {
    return PCS_TURN_TASK_RELEASE;
  }
  return turn->state == PCS_TURN_READY ? PCS_TURN_TASK_REFRESH : PCS_TURN_TASK_ALLOCATE;
}

static bool next_entry(pcs_turn_entry *entries, size_t num, uint64_t now_us, uint8_t *out_index) {
  for (size_t i = 0; i < num; i++) {
    if (pcs_turn_entry_is_due(&entries[i], now_us)) {
      pcs_turn_entry_asked(&entries[i]);
      *out_index = (uint8_t)i;
      return true;
    }
  }
  return false;
}

bool pcs_turn_next(pcs_turn *turn, uint64_t now_us, pcs_turn_ask *out_ask) {
  *out_ask = (pcs_turn_ask){.task = own_task(turn)};
  if (turn->state != PCS_TURN_ALLOCATING && turn->state != PCS_TURN_READY &&
      turn->state != PCS_TURN_RELEASING) {
    return false;
  }
  if (!turn->asked && turn->ask_us <= now_us) {
    turn->asked = true;
    turn->ask_us = NEVER;
    return true;
  }
  if (turn->state != PCS_TURN_READY) {
    return false;
  }
  pcs_turn_peers *peers = &turn->peers;
  out_ask->task = PCS_TURN_TASK_PERMIT;
  if (next_entry(peers->permissions, PCS_TURN_PERMISSIONS_MAX, now_us, &out_ask->index)) {
    return true;
  }
  out_ask->task = PCS_TURN_TASK_BIND;
  return next_entry(peers->channels, PCS_TURN_CHANNELS_MAX, now_us, &out_ask->index);
}

uint16_t pcs_turn_method_of(pcs_turn_task task) {
  switch (task) {
  case PCS_TURN_TASK_ALLOCATE:
    return PCS_TURN_ALLOCATE;
  case PCS_TURN_TASK_REFRESH:
  case PCS_TURN_TASK_RELEASE:
    return PCS_TURN_REFRESH;
  case PCS_TURN_TASK_PERMIT:
    return PCS_TURN_CREATE_PERMISSION;
  case PCS_TURN_TASK_BIND:
    return PCS_TURN_CHANNEL_BIND;
  }
  return PCS_TURN_REFRESH;
}

/* RFC 8656 7.1. Without an attribute the server allocates IPv4. */
static void write_allocate(const pcs_turn *turn, pcs_writer *writer) {
  pcs_turn_write_transport(writer);
  if (turn->families == PCS_TURN_BOTH_FAMILIES) {
    pcs_turn_write_family(writer, PCS_TURN_ADDITIONAL_ADDRESS_FAMILY, PCS_ADDRESS_IPV6);
  } else if (turn->families == PCS_TURN_IPV6_ONLY) {
    pcs_turn_write_family(writer, PCS_TURN_REQUESTED_ADDRESS_FAMILY, PCS_ADDRESS_IPV6);
  }
}

static void write_task(const pcs_turn *turn, pcs_turn_ask ask, pcs_span id, pcs_writer *writer) {
  const pcs_turn_entry *entry = NULL;
  switch (ask.task) {
  case PCS_TURN_TASK_ALLOCATE:
    write_allocate(turn, writer);
    return;
  case PCS_TURN_TASK_REFRESH:
    pcs_turn_write_lifetime(writer, PCS_TURN_LIFETIME_S_DEFAULT);
    return;
  case PCS_TURN_TASK_RELEASE:
    pcs_turn_write_lifetime(writer, 0);
    return;
  case PCS_TURN_TASK_PERMIT:
    entry = &turn->peers.permissions[ask.index];
    break;
  case PCS_TURN_TASK_BIND:
    entry = &turn->peers.channels[ask.index];
    pcs_turn_write_channel_number(writer, entry->channel);
    break;
  }
  pcs_stun_write_xor_address(writer, PCS_TURN_XOR_PEER_ADDRESS, &entry->address, id);
}

pcs_status pcs_turn_write(const pcs_turn *turn, pcs_turn_ask ask, pcs_span id, pcs_writer *writer,
                          pcs_span *out_message) {
  write_task(turn, ask, id, writer);
  pcs_turn_credential_write(&turn->credential, writer);
  return pcs_stun_finish_by(writer, turn->credential.integrity,
                            pcs_turn_credential_key(&turn->credential), out_message);
}

/* ---- what the server says ---- */

static pcs_turn_entry *entry_of(pcs_turn *turn, pcs_turn_ask ask) {
  switch (ask.task) {
  case PCS_TURN_TASK_PERMIT:
    return &turn->peers.permissions[ask.index];
  case PCS_TURN_TASK_BIND:
    return &turn->peers.channels[ask.index];
  case PCS_TURN_TASK_ALLOCATE:
  case PCS_TURN_TASK_REFRESH:
  case PCS_TURN_TASK_RELEASE:
    return NULL;
  }
  return NULL;
}

static void ask_again(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask) {
  pcs_turn_entry *entry = entry_of(turn, ask);
  if (entry != NULL) {
    pcs_turn_entry_again(entry, now_us);
    return;
  }
  turn->asked = false;
  turn->ask_us = now_us;
}

static pcs_turn_outcome lose(pcs_turn *turn, uint16_t error_code) {
  pcs_turn_end(turn, error_code);
  return PCS_TURN_LOST;
}

/* RFC 8656 8: a minute before the end, or half-way when there is none to spare. */
static void hold_for(pcs_turn *turn, uint64_t now_us, const pcs_turn_attributes *attributes) {
  uint64_t lifetime_s =
      attributes->has_lifetime ? attributes->lifetime_s : PCS_TURN_LIFETIME_S_DEFAULT;
  lifetime_s = lifetime_s < PCS_TURN_LIFETIME_S_MIN ? PCS_TURN_LIFETIME_S_MIN : lifetime_s;
  uint64_t refresh_s = lifetime_s > 120 ? lifetime_s - 60 : lifetime_s / 2;
  turn->asked = false;
  turn->ask_us = now_us + refresh_s * SECOND_US;
  turn->ends_us = now_us + lifetime_s * SECOND_US;
}

/* RFC 8656 7.3. */
static pcs_turn_outcome take_allocation(pcs_turn *turn, uint64_t now_us,
                                        const pcs_turn_response *response,
                                        const pcs_turn_attributes *attributes) {
  const uint32_t mapped = PCS_STUN_HAS_MAPPED | PCS_STUN_HAS_XOR_MAPPED;
  bool has_relayed = attributes->relayed[0].family != PCS_ADDRESS_NONE ||
                     attributes->relayed[1].family != PCS_ADDRESS_NONE;
  if (!has_relayed || (response->message->has & mapped) == 0) {
    return lose(turn, PCS_TURN_UNREACHED);
  }
  turn->relayed[0] = attributes->relayed[0];
  turn->relayed[1] = attributes->relayed[1];
  turn->mapped = response->message->mapped;
  turn->state = PCS_TURN_READY;
  hold_for(turn, now_us, attributes);
  return PCS_TURN_ALLOCATED;
}

static pcs_turn_outcome take_success(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask,
                                     const pcs_turn_response *response,
                                     const pcs_turn_attributes *attributes) {
  turn->num_challenges = 0;
  switch (ask.task) {
  case PCS_TURN_TASK_ALLOCATE:
    return take_allocation(turn, now_us, response, attributes);
  case PCS_TURN_TASK_REFRESH:
    hold_for(turn, now_us, attributes);
    return PCS_TURN_NOTHING;
  case PCS_TURN_TASK_RELEASE:
    return lose(turn, 0);
  case PCS_TURN_TASK_PERMIT:
  case PCS_TURN_TASK_BIND:
    pcs_turn_entry_granted(entry_of(turn, ask), now_us);
    return PCS_TURN_NOTHING;
  }
  return PCS_TURN_NOTHING;
}

static pcs_turn_outcome refuse(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask, uint16_t code) {
  pcs_turn_entry *entry = entry_of(turn, ask);
  if (entry == NULL) {
    return lose(turn, code);
  }
  if (code == PCS_TURN_ALLOCATION_MISMATCH) {
    return lose(turn, code); /* RFC 8656 9.2 and 12.2: the server has forgotten us. */
  }
  pcs_turn_entry_refused(entry, now_us);
  return PCS_TURN_REFUSED;
}

/* RFC 8489 9.2.5: 401 to what had no credentials, or 438, is a question. 401 to what had them is an
 * answer: they are wrong. */
static pcs_turn_outcome take_challenge(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask,
                                       const pcs_turn_response *response,
                                       const pcs_turn_attributes *attributes) {
  uint16_t code = response->message->error_code;
  bool is_wrong = code == PCS_STUN_UNAUTHENTICATED && response->had_credentials;
  if (is_wrong || turn->num_challenges == PCS_TURN_CHALLENGES_MAX ||
      pcs_turn_credential_challenge(&turn->credential, attributes) != PCS_OK) {
    return lose(turn, code);
  }
  turn->num_challenges++;
  ask_again(turn, now_us, ask);
  return PCS_TURN_NOTHING;
}

/* RFC 8656 7.4 and RFC 8489 10: another server of the same family, and no further. */
static pcs_turn_outcome take_redirection(pcs_turn *turn, uint64_t now_us,
                                         const pcs_turn_attributes *attributes) {
  const pcs_address *alternate = &attributes->alternate;
  if (turn->redirected || alternate->family != turn->server.family ||
      pcs_address_equal(alternate, &turn->server)) {
    return lose(turn, PCS_TURN_TRY_ALTERNATE);
  }
  turn->redirected = true;
  turn->server = *alternate;
  turn->num_challenges = 0;
  turn->asked = false;
  pcs_turn_credential_forget(&turn->credential);
  bool is_stream = turn->carrier != PCS_TURN_OVER_UDP;
  turn->state = is_stream ? PCS_TURN_CONNECTING : PCS_TURN_ALLOCATING;
  turn->ask_us = is_stream ? NEVER : now_us;
  return PCS_TURN_REDIRECTED;
}

/* RFC 8656 7.4: a server that has not both families has perhaps one. */
static pcs_turn_outcome take_other_family(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask) {
  if (turn->families == PCS_TURN_IPV6_ONLY) {
    return lose(turn, PCS_TURN_FAMILY_NOT_SUPPORTED);
  }
  turn->families =
      turn->families == PCS_TURN_BOTH_FAMILIES ? PCS_TURN_IPV4_ONLY : PCS_TURN_IPV6_ONLY;
  ask_again(turn, now_us, ask);
  return PCS_TURN_NOTHING;
}

static pcs_turn_outcome take_error(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask,
                                   const pcs_turn_response *response,
                                   const pcs_turn_attributes *attributes) {
  uint16_t code = response->message->error_code;
  if (code == PCS_STUN_UNAUTHENTICATED || code == PCS_STUN_STALE_NONCE) {
    return take_challenge(turn, now_us, ask, response, attributes);
  }
  if (ask.task == PCS_TURN_TASK_ALLOCATE && code == PCS_TURN_TRY_ALTERNATE) {
    return take_redirection(turn, now_us, attributes);
  }
  if (ask.task == PCS_TURN_TASK_ALLOCATE && code == PCS_TURN_FAMILY_NOT_SUPPORTED) {
    return take_other_family(turn, now_us, ask);
  }
  return refuse(turn, now_us, ask, code);
}

pcs_turn_outcome pcs_turn_answer(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask,
                                 const pcs_turn_response *response) {
  pcs_turn_attributes attributes;
  if (pcs_turn_read(response->message, &attributes) != PCS_OK) {
    return pcs_turn_unanswered(turn, now_us, ask); /* RFC 8489 6.3.3: as if it had failed */
  }
  return response->message->kind == PCS_STUN_ERROR
             ? take_error(turn, now_us, ask, response, &attributes)
             : take_success(turn, now_us, ask, response, &attributes);
}

pcs_turn_outcome pcs_turn_unanswered(pcs_turn *turn, uint64_t now_us, pcs_turn_ask ask) {
  pcs_turn_entry *entry = entry_of(turn, ask);
  if (entry != NULL) {
    pcs_turn_entry_unanswered(entry, now_us);
    return PCS_TURN_NOTHING;
  }
  if (ask.task == PCS_TURN_TASK_REFRESH && now_us < turn->ends_us) {
    ask_again(turn, now_us + PCS_TURN_RETRY_US, ask);
    return PCS_TURN_NOTHING;
  }
  return lose(turn, ask.task == PCS_TURN_TASK_RELEASE ? 0 : PCS_TURN_UNREACHED);
}

bool pcs_turn_expire(pcs_turn *turn, uint64_t now_us) {
  if (turn->state != PCS_TURN_READY || now_us < turn->ends_us) {
    return false;
  }
  pcs_turn_end(turn, PCS_TURN_ALLOCATION_MISMATCH);
  return true;
}

uint64_t pcs_turn_wake_at(const pcs_turn *turn) {
  uint64_t wake_us = turn->asked ? NEVER : turn->ask_us;
  if (turn->state != PCS_TURN_READY) {
    return wake_us;
  }
  uint64_t peers_us = pcs_turn_peers_wake_at(&turn->peers);
  wake_us = peers_us < wake_us ? peers_us : wake_us;
  return turn->ends_us < wake_us ? turn->ends_us : wake_us;
}
