/*
 * Permissions as they stand: which pages are open, what was granted, and what is in use because of
 * it. It owns all three and ties their lives together: a grant ends with its call or page, a use
 * ends at once when what allowed it ends. It keeps nothing over a restart and asks nobody: the
 * broker reads the store, puts the question to a person, and adds what came of it.
 *
 * A use is a capture, a connection, a choice of speaker: whatever runs because a right was given.
 * After every call the owner polls until nothing is left, and stops what it is told has ended.
 * now_us is the time since 1970; a clock that is set back does not bring back what has expired.
 *
 * The page names nothing here: pages, calls, grants and uses are numbers of the broker's.
 */
#ifndef PCS_CORE_POLICY_PERMISSIONS_H
#define PCS_CORE_POLICY_PERMISSIONS_H

#include "core/policy/request.h"

typedef struct pcs_use {
  uint64_t id;
  uint64_t grant; /* 0: the right is free */
  pcs_scope scope;
  uint32_t right;
  pcs_device device;
  pcs_peer peer;
  pcs_reason ended; /* NONE while it lives */
} pcs_use;

/* About 2 MB, in the caller's memory: allocate it once. */
typedef struct pcs_permissions {
  pcs_rules rules;
  uint64_t now_us;   /* the latest that was heard */
  uint64_t last_use; /* the latest id that was given */
  size_t num_pages;
  size_t num_grants;
  size_t num_uses;
  pcs_page pages[PCS_PAGES_MAX];
  pcs_grant grants[PCS_GRANTS_MAX];
  pcs_use uses[PCS_USES_MAX];
} pcs_permissions;

/* An end that the owner has not caused itself by pcs_permissions_end_use. */
typedef struct pcs_use_end {
  uint64_t use;
  pcs_scope scope;
  uint32_t right;
  pcs_reason reason;
} pcs_use_end;

/* pcs_permissions_init: no page, no grant. What pcs_rules_check says of rules, whose schemes are
 * borrowed for the permissions' life; on error they stand without rules. */
PCS_MUST_USE pcs_status pcs_permissions_init(pcs_permissions *permissions, const pcs_rules *rules);

/* pcs_permissions_open_page: PCS_ERR_RANGE id 0; PCS_ERR_STATE there is one of that id;
 * PCS_ERR_NO_SPACE. Any origin may open a page; what it gets is another matter. */
PCS_MUST_USE pcs_status pcs_permissions_open_page(pcs_permissions *permissions,
                                                  const pcs_page *page);
/* pcs_permissions_mark_mixed: the page has become one with mixed content; its uses end (RFC
 * 8827 6.1).
 */
void pcs_permissions_mark_mixed(pcs_permissions *permissions, uint64_t page);
/* pcs_permissions_close_page ends all that belongs to the page: uses, and grants for it and its
 * calls.
 */
void pcs_permissions_close_page(pcs_permissions *permissions, uint64_t page);

/*
 * pcs_permissions_add adds what a person decided or the store remembers, in the place of an earlier
 * grant on the same matter. What pcs_grant_check says; PCS_ERR_RANGE when the id is another
 * grant's; PCS_ERR_NOT_FOUND when its page is not open or is another's; PCS_ERR_TIMEOUT when it has
 * expired; PCS_ERR_NO_SPACE. A block ends the uses it covers.
 */
PCS_MUST_USE pcs_status pcs_permissions_add(pcs_permissions *permissions, const pcs_grant *grant,
                                            uint64_t now_us);
/* pcs_permissions_revoke takes one grant back. PCS_ERR_NOT_FOUND. */
PCS_MUST_USE pcs_status pcs_permissions_revoke(pcs_permissions *permissions, uint64_t grant);
/* pcs_permissions_reset_origin drops every grant and block that names the origin, or a page around
 * it, and marks its open pages PCS_PAGE_FORGOTTEN.
 */
void pcs_permissions_reset_origin(pcs_permissions *permissions, const pcs_origin *origin);
/* pcs_permissions_forget drops every grant and block, and marks every open page likewise. */
void pcs_permissions_forget(pcs_permissions *permissions);

/* pcs_permissions_decide is pcs_request_decide on what stands now. */
pcs_verdict pcs_permissions_decide(pcs_permissions *permissions, const pcs_request *request,
                                   uint64_t now_us);
/*
 * pcs_permissions_begin begins a use, if the verdict is ALLOW and a right that needs a device names
 * it: *out_use is its id. PCS_ERR_DENIED, with the verdict; PCS_ERR_NO_SPACE. It spends one of the
 * uses that the grant counts.
 */
PCS_MUST_USE pcs_status pcs_permissions_begin(pcs_permissions *permissions, uint64_t *out_use,
                                              pcs_verdict *out_verdict, const pcs_request *request,
                                              uint64_t now_us);
/* pcs_permissions_end_use: a track or connection has ended. With a call's last one the grants for
 * that call end. Nothing happens for an unknown id. */
void pcs_permissions_end_use(pcs_permissions *permissions, uint64_t use);
/* pcs_permissions_end_call ends the uses of a call and the grants for it. */
void pcs_permissions_end_call(pcs_permissions *permissions, pcs_scope call);
/* pcs_permissions_stop ends every use of these rights for a reason of the owner's; poll tells. */
void pcs_permissions_stop(pcs_permissions *permissions, uint32_t rights, pcs_reason reason);
/* pcs_permissions_fail ends one use for a reason of the owner's; poll tells. An unknown id is fine. */
void pcs_permissions_fail(pcs_permissions *permissions, uint64_t use, pcs_reason reason);
/* pcs_permissions_meet: DTLS has proved who is at the other end of the call; empty: whoever it was
 * is left, and nobody has yet. Uses by a grant for other peers end. */
void pcs_permissions_meet(pcs_permissions *permissions, pcs_scope call, const pcs_peer *peer);

/* pcs_permissions_tick drops what has expired. */
void pcs_permissions_tick(pcs_permissions *permissions, uint64_t now_us);
/* pcs_permissions_wake_at is when to tick next; PCS_GRANT_NEVER. */
uint64_t pcs_permissions_wake_at(const pcs_permissions *permissions);
/* pcs_permissions_poll: true with one use that has ended and must be stopped now; false when there
 * is no more. */
bool pcs_permissions_poll(pcs_permissions *permissions, pcs_use_end *out_end);

#endif
