/*
 * One moment as the inspector's page is told it: every page with a link, what it was granted, and the
 * pictures that its worker gave. It writes JSON and decides nothing.
 *
 * The feed's events, for demo/internals:
 *
 *   snapshot  {time, pages: [{id, origin, embedder, since, grants, connections}]}
 *             times in milliseconds since 1970; ids are text
 *             grants: {id, words, effect: allow|block, lasts, peer: only with verified ones}
 *             connections: inspector_picture.c
 *   call      {time, page, connection or null, name, direction: in|out, detail}: inspector_note.c
 */
#ifndef PCS_HOST_BROKER_INSPECTOR_SNAPSHOT_H
#define PCS_HOST_BROKER_INSPECTOR_SNAPSHOT_H

#include "host/broker/pages.h"

/* Beside a feed's calls in its queue. */
#define PCS_INSPECTOR_SNAPSHOT_BYTES (512 * 1024)

typedef struct pcs_inspector_sight {
  const pcs_pages *pages;
  const pcs_consent *consent;
  /* picture_of: a page's connections, "[...]" */
  pcs_span (*picture_of)(void *context, uint64_t page);
  void *context;
} pcs_inspector_sight;

/* pcs_inspector_snapshot_write: pages that do not fit are left out, their connections before them. */
void pcs_inspector_snapshot_write(pcs_writer *writer, const pcs_inspector_sight *sight,
                                  uint64_t now_us);

#endif
