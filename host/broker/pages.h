/*
 * The pages that have a link: each with its worker and its number in consent.h. It takes what a
 * worker says about its own page, which is not believed but for that page, and tells workers what
 * consent decides. A call that was told to stop and does not say within PCS_STOP_PATIENCE_US that it
 * is silent ends with its worker: the stop works when page and worker hang.
 */
#ifndef PCS_HOST_BROKER_PAGES_H
#define PCS_HOST_BROKER_PAGES_H

#include "host/broker/consent.h"
#include "host/broker/kept.h"
#include "host/broker/workers.h"

/* A worker's turn of the loop takes a few milliseconds; what was taken back must be silent within
 * 100 ms. */
#define PCS_STOP_PATIENCE_US (80ull * 1000)

typedef struct pcs_pages pcs_pages;

typedef struct pcs_pages_config {
  pcs_loop *loop;
  pcs_workers *workers; /* borrowed for the pages' life, as is consent */
  pcs_consent *consent;
  pcs_kept_config kept;     /* borrows as well */
  bool has_devices;         /* captures.h starts captures */
  bool loopback;            /* connections may use loopback addresses */
  pcs_local_network local_network;
  pcs_address_mode addresses;
  pcs_loop_callback closed; /* a page's link has ended; may be NULL */
  void *context;
} pcs_pages_config;

/* Who looks at pages: the inspector. Each is called from the loop. */
typedef struct pcs_pages_watcher {
  void (*opened)(void *context, uint64_t page);
  /* heard: what the page's worker shows (office.h). False: it breaks the rules. */
  bool (*heard)(void *context, uint64_t page, const pcs_office_message *message);
  void (*closed)(void *context, uint64_t page);
  void *context;
} pcs_pages_watcher;

typedef struct pcs_page_view {
  uint64_t id;       /* as consent knows it */
  uint64_t since_us; /* since 1970 */
} pcs_page_view;

PCS_MUST_USE pcs_status pcs_pages_new(pcs_pages **out_pages, const pcs_pages_config *config);
/* pcs_pages_free: the workers were freed before. */
void pcs_pages_free(pcs_pages *pages);
/* pcs_pages_may_open: PCS_OK or PCS_ERR_QUOTA. */
PCS_MUST_USE pcs_status pcs_pages_may_open(const pcs_pages *pages, const pcs_origin *origin);
/* pcs_pages_open gives the link, whose descriptor is closed here whatever happens, to a worker. */
PCS_MUST_USE pcs_status pcs_pages_open(pcs_pages *pages, const pcs_visit *visit,
                                       pcs_link_kind kind, int descriptor);
/* pcs_pages_follow does what an event says, if it is of one of these pages: false if not. */
bool pcs_pages_follow(pcs_pages *pages, const pcs_consent_event *event);
/* pcs_pages_mark_mixed: every page of the origin inside the embedder runs insecure content now. The
 * number of them is the result. */
size_t pcs_pages_mark_mixed(pcs_pages *pages, const pcs_origin *origin,
                            const pcs_origin *embedder);

/* pcs_pages_watch: from now on; without a watcher what workers show is ignored. */
void pcs_pages_watch(pcs_pages *pages, const pcs_pages_watcher *watcher);
/* pcs_pages_at is one of them, by a number from 0; false behind the last. */
bool pcs_pages_at(const pcs_pages *pages, size_t index, pcs_page_view *out_page);
/* pcs_pages_inspect tells a page's worker what is wanted of it; nothing for an unknown page. */
void pcs_pages_inspect(pcs_pages *pages, uint64_t page, const pcs_office_inspect *inspect);

#endif
