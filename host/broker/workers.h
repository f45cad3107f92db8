/*
 * The worker processes: one for each link, one in reserve so that a new page does not wait. It
 * starts them, hands each its link, counts them against quotas, and sees them end. A link that was
 * handed over is the worker's alone: when the worker ends, so does the link, and the other way
 * round. It carries what broker and worker say to each other (host/link/office.h) and ends a worker
 * that breaks the rules or does not read; what the messages mean is for pages.h.
 */
#ifndef PCS_HOST_BROKER_WORKERS_H
#define PCS_HOST_BROKER_WORKERS_H

#include "core/policy/transports.h"
#include "host/link/handover.h"
#include "host/link/office.h"
#include "host/sys/process.h"

/* Pages and frames with a link at one time. A person's browser has dozens of tabs, few in calls. */
#define PCS_LINKS_MAX 128
#define PCS_LINKS_PER_ORIGIN_MAX 64

typedef struct pcs_workers pcs_workers;
/* One that has a link. */
typedef struct pcs_worker pcs_worker;

/* Each is called from the loop, with what pcs_workers_hand_over was given as page. */
typedef struct pcs_workers_events {
  /* heard: a message of a row that workers may say; borrowed for the call. False: it breaks the
   * rules, and the worker is ended. */
  bool (*heard)(void *context, void *page, const pcs_office_message *message);
  /* ended: its link has ended with it; the worker is gone when this returns. */
  void (*ended)(void *context, void *page);
  void *context;
} pcs_workers_events;

typedef struct pcs_workers_config {
  pcs_loop *loop;
  const char *path;       /* the worker program, borrowed for the workers' life */
  const char *ca_bundle;  /* likewise; NULL: the system's */
  pcs_ice_transports transports;
  int secrets_descriptor; /* a test worker's side file, or PCS_DESCRIPTOR_NONE */
  bool keeps_reserve;     /* more links may come: one worker always waits */
  bool no_sandbox;        /* they keep files and system calls: for debugging only */
} pcs_workers_config;

/* pcs_workers_new starts the first worker. PCS_ERR_SYSTEM: it could not be started. */
PCS_MUST_USE pcs_status pcs_workers_new(pcs_workers **out_workers,
                                        const pcs_workers_config *config);
/* pcs_workers_free ends every worker at once; no event comes any more. */
void pcs_workers_free(pcs_workers *workers);
/* pcs_workers_follow says who hears what becomes of workers, before the first hand-over. */
void pcs_workers_follow(pcs_workers *workers, const pcs_workers_events *events);
/* pcs_workers_may_link: PCS_OK or PCS_ERR_QUOTA. */
PCS_MUST_USE pcs_status pcs_workers_may_link(const pcs_workers *workers, const pcs_origin *origin);
/* pcs_workers_hand_over gives a link's descriptor, which is closed here whatever happens, to a
 * worker, with the link's share of its origin's questions, until its event ended. page is for the events. PCS_ERR_QUOTA, PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_workers_hand_over(pcs_workers *workers, pcs_worker **out_worker,
                                              const pcs_handover *handover, int descriptor,
                                              void *page);
/* pcs_worker_say sends what an encoder of office.h wrote. A worker that has so much to read that
 * there is no room is ended. */
void pcs_worker_say(pcs_worker *worker, const pcs_writer *writer);
/* pcs_worker_end_now ends it (SIGKILL); the event ended follows. */
void pcs_worker_end_now(pcs_worker *worker);

#endif
