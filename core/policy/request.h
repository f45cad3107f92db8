/*
 * A request: what a page asks for, and the verdict on it. Facts in, verdict out: the request, the
 * page it comes from as the broker knows it, what was granted, what the program laid down. The same
 * facts give the same verdict; nothing is changed. What is unknown is denied.
 *
 * First what forbids it whatever was granted; then blocks, which win over every grant; then a grant
 * that fits in every respect; then what the right usually needs.
 */
#ifndef PCS_CORE_POLICY_REQUEST_H
#define PCS_CORE_POLICY_REQUEST_H

#include "core/policy/grant.h"

/* What a page is, as bits. */
typedef enum pcs_page_flag {
  PCS_PAGE_MIXED = 1 << 0, /* runs content from an insecure connection: no WebRTC (RFC 8827 6.1) */
  PCS_PAGE_PRIVATE = 1 << 1, /* nothing about it is to be remembered */
  /* Its origin was forgotten while it was open: what it made before is not to be kept after all. */
  PCS_PAGE_FORGOTTEN = 1 << 2,
  /* Nothing of its connections is gathered or sent before both sides' descriptions are there. */
  PCS_PAGE_UNTIL_ACCEPTED = 1 << 3,
} pcs_page_flag;

/* An open page or frame. Who vouches for the link says what it is; never the page. */
typedef struct pcs_page {
  uint64_t id; /* not 0 */
  pcs_origin origin;
  pcs_origin embedder;
  uint32_t flags; /* pcs_page_flag */
} pcs_page;

typedef struct pcs_request {
  pcs_scope scope;      /* the page that asks and the call that it is for; call 0: none yet */
  uint32_t right;       /* one pcs_right */
  pcs_device device;    /* empty: any, as far as the page cares */
  const pcs_peer *peer; /* whom DTLS has proved to be there; NULL or empty: nobody yet */
  /* The grant that a person has just given for this very request; 0: none. A screen or window is
   * allowed by that one only. */
  uint64_t answer;
} pcs_request;

typedef struct pcs_facts {
  const pcs_rules *rules;
  const pcs_page *page; /* NULL when no such page is open */
  const pcs_grant *grants;
  size_t num_grants;
  uint64_t now_us; /* since 1970 */
} pcs_facts;

/* All-zero denies. */
typedef struct pcs_verdict {
  pcs_decision decision;
  pcs_reason reason;
  uint64_t grant;     /* the one that allowed or blocked it, 0 when none did */
  uint32_t durations; /* ASK: which may be offered, as bits 1 << pcs_duration; else 0 */
} pcs_verdict;

/*
 * pcs_request_obstacle is what forbids the request whatever was granted, a block included:
 * PCS_REASON_NONE when nothing does. *out_grant is the block, or 0.
 */
pcs_reason pcs_request_obstacle(const pcs_request *request, const pcs_facts *facts,
                                uint64_t *out_grant);
/* pcs_request_decide: the verdict. When it is ALLOW by a grant that names a device, and the request
 * names none, that device is the one allowed. */
pcs_verdict pcs_request_decide(const pcs_request *request, const pcs_facts *facts);

#endif
