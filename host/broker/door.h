/*
 * The door for the user's own command: a socket in the folder of permissions, where programs of the
 * same user list, revoke and forget while the broker runs (counter.h), and ask what it is doing:
 *
 *   state    state JSON      pages, uses, grants, store
 *
 * It knows no origin that asks and gives nothing: what it can do only takes away.
 */
#ifndef PCS_HOST_BROKER_DOOR_H
#define PCS_HOST_BROKER_DOOR_H

#include "host/broker/consent.h"
#include "host/sys/loop.h"

/* Commands that run at one time; a person types one. */
#define PCS_DOOR_VISITORS_MAX 8

typedef struct pcs_door pcs_door;

typedef struct pcs_door_config {
  pcs_loop *loop;
  pcs_consent *consent;      /* borrowed */
  const char *folder;        /* checked by the store before */
  pcs_store_problem problem; /* of the store, for the one who asks */
} pcs_door_config;

/* pcs_door_new: PCS_ERR_STATE another broker listens in this folder; PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_door_new(pcs_door **out_door, const pcs_door_config *config);
void pcs_door_free(pcs_door *door);

#endif
