/*
 * The worker processes: one for each link, one in reserve so that a new page does not wait. It
 * starts them, hands each its link, counts them against quotas, and sees them end. A link that was
 * handed over is the worker's alone: when the worker ends, so does the link, and the other way
 * round.
 */
#ifndef PCS_HOST_BROKER_WORKERS_H
#define PCS_HOST_BROKER_WORKERS_H

#include "core/policy/transports.h"
#include "host/link/handover.h"
#include "host/sys/process.h"

/* Pages and frames with a link at one time. A person's browser has dozens of tabs, few in calls. */
#define PCS_LINKS_MAX 128
#define PCS_LINKS_PER_ORIGIN_MAX 64

typedef struct pcs_workers pcs_workers;

typedef void (*pcs_link_ended)(void *context, pcs_process_end end);

typedef struct pcs_workers_config {
  pcs_loop *loop;
  const char *path;       /* the worker program, borrowed for the workers' life */
  const char *ca_bundle;  /* likewise; NULL: the system's */
  pcs_ice_transports transports;
  int secrets_descriptor; /* a test worker's side file, or PCS_DESCRIPTOR_NONE */
  bool keeps_reserve;     /* more links may come: one worker always waits */
  bool no_sandbox;        /* they keep files and system calls: for debugging only */
  pcs_link_ended ended;   /* a worker that had a link has ended; may be NULL */
  void *context;
} pcs_workers_config;

/* pcs_workers_new starts the first worker. PCS_ERR_SYSTEM: it could not be started. */
PCS_MUST_USE pcs_status pcs_workers_new(pcs_workers **out_workers,
                                        const pcs_workers_config *config);
/* pcs_workers_free ends every worker at once. */
void pcs_workers_free(pcs_workers *workers);
/* pcs_workers_may_link: PCS_OK or PCS_ERR_QUOTA. */
PCS_MUST_USE pcs_status pcs_workers_may_link(const pcs_workers *workers, const pcs_origin *origin);
/* pcs_workers_hand_over gives a link's descriptor, which is closed here whatever happens, to a
 * worker. PCS_ERR_QUOTA, PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_workers_hand_over(pcs_workers *workers, const pcs_handover *handover,
                                              int descriptor);

#endif
