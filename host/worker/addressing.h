/*
 * Joins a peer to the machine's addresses as the address mode has it (core/policy/address_mode.h):
 * which sockets it gets, what they are called, and whose names are looked up for it. It keeps
 * nothing of its own.
 */
#ifndef PCS_HOST_WORKER_ADDRESSING_H
#define PCS_HOST_WORKER_ADDRESSING_H

#include "host/worker/listeners.h"
#include "host/worker/names.h"
#include "host/worker/paths.h"
#include "host/worker/peer.h"

/* All borrowed. */
typedef struct pcs_addressing {
  pcs_peer *peer;
  pcs_paths *paths;
  pcs_names *names;
  pcs_listeners *listeners;
  pcs_ice_transports transports;
  pcs_address_mode mode;
} pcs_addressing;

/* pcs_addressing_open opens the sockets that the mode gives the peer and that it lacks.
 * PCS_ERR_SYSTEM: the machine's addresses cannot be listed. */
PCS_MUST_USE pcs_status pcs_addressing_open(const pcs_addressing *parts, uint64_t now_us);
/* pcs_addressing_change brings a peer that has gathered into another mode: sockets that are not
 * allowed any more are closed at once, new ones are opened (requirement A22). */
void pcs_addressing_change(const pcs_addressing *parts, uint64_t now_us);
/* pcs_addressing_follow: the machine's addresses or routes have changed. Opens sockets for those that
 * came, closes those of addresses that went or that the mode has no more, and tells the peer. */
void pcs_addressing_follow(const pcs_addressing *parts, uint64_t now_us);
/* pcs_addressing_look_up asks for the other side's names that the peer wants to know. */
void pcs_addressing_look_up(const pcs_addressing *parts);

#endif
