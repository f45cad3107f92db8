/*
 * A grant: what a person decided once, about one origin inside one page, one right, perhaps one
 * device and certain peers only, for a time. It allows or it blocks. This file says which grants
 * may exist at all; what one means for a request is request.h.
 *
 * Times are microseconds since 1970: a grant outlives the process, so a clock that starts with the
 * machine would not do. An all-zero grant is worthless: it has expired and blocks nobody.
 */
#ifndef PCS_CORE_POLICY_GRANT_H
#define PCS_CORE_POLICY_GRANT_H

#include "core/policy/peer.h"
#include "core/policy/right.h"
#include "core/policy/rules.h"

#define PCS_GRANT_ID_MAX INT64_MAX    /* as the store keeps it */
#define PCS_GRANT_NEVER INT64_MAX     /* expires_us: does not */
#define PCS_GRANT_USES_ANY UINT32_MAX /* uses_left: not counted */

typedef enum pcs_effect { PCS_EFFECT_BLOCK, PCS_EFFECT_ALLOW } pcs_effect;

/* The page and the call that something belongs to, or ends with. 0: none. Both are numbers of the
 * broker's, never used twice, and never the page's to choose. */
typedef struct pcs_scope {
  uint64_t page;
  uint64_t call;
} pcs_scope;

/* A device as the host calls it. Empty: none in particular. */
typedef struct pcs_device {
  uint8_t len;
  uint8_t name[PCS_DEVICE_BYTES_MAX];
} pcs_device;

typedef struct pcs_grant {
  uint64_t id; /* random, the broker's; not 0 */
  pcs_origin origin;
  pcs_origin embedder; /* the page on top; the origin itself when nothing is around it */
  uint32_t right;      /* one pcs_right */
  pcs_effect effect;
  pcs_duration duration;
  pcs_scope scope; /* CALL: both numbers; PAGE: the page; SITE: neither */
  pcs_device device;
  pcs_peer peer; /* empty: with anybody; else only with these, verified */
  uint64_t expires_us;
  uint32_t uses_left; /* uses that may still begin; PCS_GRANT_USES_ANY for SITE */
} pcs_grant;

/* pcs_device_set: PCS_ERR_TOO_LARGE; PCS_ERR_SYNTAX when name is not UTF-8 or has a NUL.
 * *out_device is then empty. */
PCS_MUST_USE pcs_status pcs_device_set(pcs_device *out_device, pcs_span name);
/* pcs_device_name borrows the device's bytes. */
pcs_span pcs_device_name(const pcs_device *device);
bool pcs_device_equal(const pcs_device *a, const pcs_device *b);
bool pcs_scope_equal(pcs_scope a, pcs_scope b);

/*
 * pcs_grant_check: PCS_OK when such a grant may exist. PCS_ERR_RANGE: a field is outside its range
 * or contradicts another. PCS_ERR_DENIED: nobody may be given this: an origin or embedder that is
 * not secure (RFC 8827 6.2), one that is not to be remembered, a right the rules give to nobody, or
 * longer than right.def allows (a screen: for one use, never remembered, blocked or allowed).
 */
PCS_MUST_USE pcs_status pcs_grant_check(const pcs_grant *grant, const pcs_rules *rules);
/* pcs_grant_same_matter: both decide about the same thing, so that the later one takes the place of
 * the earlier: all is equal but id, effect, expiry and uses. */
bool pcs_grant_same_matter(const pcs_grant *a, const pcs_grant *b);
bool pcs_grant_has_expired(const pcs_grant *grant, uint64_t now_us);

#endif
