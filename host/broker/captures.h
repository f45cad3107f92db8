/*
 * Capture processes: there is one for each live use of a device of ours, and none without. It follows
 * what stands (core/policy/permissions.h) and decides nothing: whatever ended the use, a word of the
 * person's, an indicator that nobody sees, a page that has gone, the process is ended in the same turn
 * (SIGKILL), so that capture has ended whatever page and worker believe.
 *
 * The devices are synthetic until media arrives: one for each right that captures. A shell that names
 * another device captures by itself, and is told when to stop.
 */
#ifndef PCS_HOST_BROKER_CAPTURES_H
#define PCS_HOST_BROKER_CAPTURES_H

#include "core/policy/permissions.h"
#include "host/sys/process.h"

/* At one time; more than a person's devices. */
#define PCS_CAPTURES_MAX 32

typedef struct pcs_captures pcs_captures;

typedef struct pcs_captures_config {
  pcs_loop *loop;
  const char *path; /* the program; borrowed for the captures' life. NULL: there are no devices */
  /* failed: the process of this use could not be started, or ended by itself. Not called from inside
   * pcs_captures_follow's caller's own use of the permissions: they may be changed by it. */
  void (*failed)(void *context, uint64_t use);
  void *context;
} pcs_captures_config;

PCS_MUST_USE pcs_status pcs_captures_new(pcs_captures **out_captures,
                                         const pcs_captures_config *config);
/* pcs_captures_free ends every process. */
void pcs_captures_free(pcs_captures *captures);
/* pcs_captures_follow ends the processes of uses that have ended, and starts those of new ones. */
void pcs_captures_follow(pcs_captures *captures, const pcs_permissions *permissions);

/* pcs_capture_device is the device of ours for a right; empty when there is none. */
pcs_device pcs_capture_device(uint32_t right);

#endif
