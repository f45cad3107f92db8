/*
 * The permission store: what a person decided "always on this site", kept over restarts, and the
 * certificates that pages have kept (store_certificates.h). One SQLite
 * file of mode 0600 in a folder of mode 0700. What a call says has happened is on the disk before
 * it returns: a crash at any moment leaves each grant either given or not. So the broker puts a
 * grant here first and into pcs_permissions after; and takes it out of both.
 *
 * When anything is wrong with the file, nothing in it counts and nothing is written: the file stays
 * as it is for a person to look at. It judges no request and keeps no screen, window, page or call.
 *
 * Calls block on the disk. Times are microseconds since 1970, given by the caller.
 */
#ifndef PCS_HOST_BROKER_STORE_H
#define PCS_HOST_BROKER_STORE_H

#include "core/policy/grant.h"
#include "host/broker/store_problem.h"

#define PCS_STORE_FILE_NAME "grants.sqlite"
/* How long a permission stays that is not used: what browsers give a site that is not visited. */
#define PCS_STORE_UNUSED_US (UINT64_C(90) * 24 * 3600 * 1000000)
#define PCS_STORE_UNUSED_NEVER UINT64_MAX
/* How old the noted last use may be: a note for each use would tell the file's reader too much, and
 * wear the disk. */
#define PCS_STORE_USED_STEP_US (UINT64_C(24) * 3600 * 1000000)
/* How long another program's lock is waited for. */
#define PCS_STORE_WAIT_MS 500

typedef struct pcs_store pcs_store;

typedef struct pcs_store_config {
  const char *folder;     /* made when it is not there; what is above it must be */
  const pcs_rules *rules; /* borrowed for the store's life */
  uint64_t unused_us;     /* permissions not used for so long expire; PCS_STORE_UNUSED_US,
                             PCS_STORE_UNUSED_NEVER */
} pcs_store_config;

typedef struct pcs_store_entry {
  pcs_grant grant;
  uint64_t made_us;
  uint64_t used_us; /* to PCS_STORE_USED_STEP_US */
} pcs_store_entry;

/*
 * pcs_store_new opens the store, and makes folder, file and tables when there are none. It checks
 * owner, mode, whole file and each row first, and drops what has expired last. On error there is no
 * store, *out_problem says why, and no file that was there has been changed (what a crash left
 * half-written in it is undone). One store for each folder in a process.
 */
PCS_MUST_USE pcs_status pcs_store_new(pcs_store **out_store, pcs_store_problem *out_problem,
                                      const pcs_store_config *config, uint64_t now_us);
void pcs_store_free(pcs_store *store);
/* pcs_store_problem_of is why the latest call failed with something else than what it says below.
 */
pcs_store_problem pcs_store_problem_of(const pcs_store *store);

/*
 * pcs_store_put remembers a grant, in the place of an earlier one on the same matter. What
 * pcs_grant_check says: a screen or window is PCS_ERR_DENIED. PCS_ERR_RANGE when it is not for ever
 * on its site, or its id is another's; PCS_ERR_TIMEOUT when it has expired; PCS_ERR_NO_SPACE. On
 * error nothing has changed.
 */
PCS_MUST_USE pcs_status pcs_store_put(pcs_store *store, const pcs_grant *grant, uint64_t now_us);
/* pcs_store_remove forgets one grant. PCS_ERR_NOT_FOUND. */
PCS_MUST_USE pcs_status pcs_store_remove(pcs_store *store, uint64_t grant);
/* pcs_store_touch notes that a grant was used, at most once in PCS_STORE_USED_STEP_US. PCS_OK also
 * when there is none. */
PCS_MUST_USE pcs_status pcs_store_touch(pcs_store *store, uint64_t grant, uint64_t now_us);
/* pcs_store_reset_origin forgets every grant and block that names origin, or a page around it, and the
 * certificates that it or pages in it have kept. */
PCS_MUST_USE pcs_status pcs_store_reset_origin(pcs_store *store, const pcs_origin *origin);
/* pcs_store_forget forgets everything. */
PCS_MUST_USE pcs_status pcs_store_forget(pcs_store *store);
/* pcs_store_expire forgets what has expired, certificates too, and permissions that were not used for long; a block
 * stays until it expires by itself. */
PCS_MUST_USE pcs_status pcs_store_expire(pcs_store *store, uint64_t now_us);
/*
 * pcs_store_next reads the grants one by one, in the order of their ids: *cursor is the id of the
 * one before, 0 at first. Those that have expired or that the rules do not allow are passed over.
 * PCS_ERR_NOT_FOUND when there is no more.
 */
PCS_MUST_USE pcs_status pcs_store_next(pcs_store *store, pcs_store_entry *out_entry,
                                       uint64_t *cursor, uint64_t now_us);

#endif
