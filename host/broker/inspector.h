/*
 * The inspector (RFC 8827 6.5; requirements A37): a web page of the host's own, on a loopback address
 * and port of its own, that shows a person what every page does and lets them end it. It listens,
 * keeps its visitors, asks the workers once a second while somebody looks and never else, and tells
 * what came back. What it can do only takes away: a grant, everything of one page.
 *
 * Its address is not for pages: it opens with a one-time token (inspector_keys.h), and answers
 * nothing to a page of another site, whatever the browser lets that try (inspector_request.h).
 */
#ifndef PCS_HOST_BROKER_INSPECTOR_H
#define PCS_HOST_BROKER_INSPECTOR_H

#include "host/broker/inspector_keys.h"
#include "host/broker/pages.h"

/* Connections at one time; the oldest that is no feed goes. A browser opens six. */
#define PCS_INSPECTOR_VISITORS_MAX 24
#define PCS_INSPECTOR_FEEDS_MAX 4
#define PCS_INSPECTOR_ROUND_US (1000ull * 1000)
/* "http://", an address, "/?token=" and its digits. */
#define PCS_INSPECTOR_URL_BYTES_MAX 160

typedef struct pcs_inspector pcs_inspector;

typedef struct pcs_inspector_config {
  pcs_loop *loop;
  pcs_pages *pages;     /* borrowed for the inspector's life, as are the others */
  pcs_consent *consent;
  const pcs_random *random;
  const char *folder;   /* of the page's files: read now */
} pcs_inspector_config;

/* pcs_inspector_new listens. PCS_ERR_DENIED: the address is not loopback; PCS_ERR_NOT_FOUND: a file
 * of the page is missing; PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_inspector_new(pcs_inspector **out_inspector,
                                          const pcs_inspector_config *config,
                                          const pcs_address *address);
void pcs_inspector_free(pcs_inspector *inspector);
/* pcs_inspector_write_url writes an address that opens it, once, within a minute. */
void pcs_inspector_write_url(pcs_inspector *inspector, pcs_writer *writer);

#endif
