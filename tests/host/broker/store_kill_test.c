/*
 * The store under kill -9 at every point at which it touches the disk. The calls by which SQLite
 * writes are defined here, in place of libc's: a child counts them and kills itself before the nth,
 * or with the nth half done; the parent opens what is left. Each grant must be given or not given,
 * as the child was told, whatever n is.
 *
 * A killed process loses nothing that the kernel has, so syncing only counts here. That it happens
 * when it must, for the sake of power cuts, is checked by its place among the writes.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "host/broker/store_certificates.h"
#include "tests/host/broker/store_scene.h"

#define TRACE_MAX 512
#define POINTS_MAX 1000 /* far above what the script has: it ends by itself */

typedef enum death { BEFORE, HALFWAY } death;

static long points_left; /* 0: nobody dies */
static death how;
static char trace[TRACE_MAX]; /* w: written, t: cut, u: removed, s: synced */
static size_t trace_len;

static bool is_last_point(char step) {
  if (trace_len < TRACE_MAX - 1) {
    trace[trace_len++] = step;
  }
  return points_left > 0 && --points_left == 0;
}

static void die(void) {
  kill(getpid(), SIGKILL);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at) {
  if (is_last_point('w')) {
    if (how == HALFWAY) {
      (void)syscall(SYS_pwrite64, fd, bytes, len / 2, at);
    }
    die();
  }
  return syscall(SYS_pwrite64, fd, bytes, len, at);
}

int ftruncate64(int fd, off64_t len) {
  if (is_last_point('t')) {
    die();
  }
  return (int)syscall(SYS_ftruncate, fd, len);
}

int unlink(const char *path) {
  if (is_last_point('u')) {
    die();
  }
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int fdatasync(int fd) {
  (void)fd;
  if (is_last_point('s')) {
    die();
  }
  return 0;
}

int fsync(int fd) {
  return fdatasync(fd);
}

/* ---- what the child does, and what must be there after it ---- */

static pcs_status put_on(uint64_t id, uint32_t right, const char *origin, pcs_effect effect) {
  pcs_grant grant = site_grant(id, right, origin);
  grant.effect = effect;
  if (origin == other_site && effect == PCS_EFFECT_ALLOW) {
    scene_add_certificate(&grant.peer, 1);
  }
  return pcs_store_put(s.store, &grant, SCENE_NOW_US);
}

static pcs_status do_open(void) {
  return scene_open_at(SCENE_NOW_US);
}
static pcs_status put_camera(void) {
  return put_on(1, PCS_RIGHT_CAMERA, site, PCS_EFFECT_ALLOW);
}
static pcs_status put_microphone(void) {
  return put_on(2, PCS_RIGHT_MICROPHONE, site, PCS_EFFECT_ALLOW);
}
static pcs_status block_camera(void) {
  return put_on(3, PCS_RIGHT_CAMERA, site, PCS_EFFECT_BLOCK);
}
static pcs_status put_other(void) {
  return put_on(4, PCS_RIGHT_SPEAKER, other_site, PCS_EFFECT_ALLOW);
}
static pcs_status use_microphone(void) {
  return pcs_store_touch(s.store, 2, SCENE_NOW_US + 2 * DAY_US);
}
static pcs_status remove_microphone(void) {
  return pcs_store_remove(s.store, 2);
}
static pcs_kept_name kept_name(void) {
  pcs_kept_name name = {.handle = {9}, .origin = scene_origin(site), .embedder = scene_origin(site)};
  return name;
}

/* Seen as bit 0 of what is allowed. */
static pcs_status keep_certificate(void) {
  pcs_kept_name name = kept_name();
  pcs_kept_certificate kept = {.expires_us = SCENE_NOW_US + DAY_US,
                               .key = {(const uint8_t *)"key", 3},
                               .certificate = {(const uint8_t *)"certificate", 11}};
  return pcs_store_keep_certificate(s.store, &name, &kept, SCENE_NOW_US);
}

static pcs_status reset_site(void) {
  pcs_origin origin = scene_origin(site);
  return pcs_store_reset_origin(s.store, &origin);
}
static pcs_status put_labels(void) {
  return put_on(5, PCS_RIGHT_DEVICE_LABELS, site, PCS_EFFECT_ALLOW);
}
static pcs_status forget(void) {
  return pcs_store_forget(s.store);
}
static pcs_status put_last(void) {
  return put_on(6, PCS_RIGHT_DATA, other_site, PCS_EFFECT_BLOCK);
}

/* The ids that are allowed and blocked after a step, as bits. */
typedef struct outcome {
  unsigned allowed;
  unsigned blocked;
} outcome;

static const struct {
  pcs_status (*act)(void);
  outcome after;
} script[] = {{do_open, {0, 0}},
              {put_camera, {1u << 1, 0}},
              {put_microphone, {1u << 1 | 1u << 2, 0}},
              {block_camera, {1u << 2, 1u << 3}},
              {put_other, {1u << 2 | 1u << 4, 1u << 3}},
              {use_microphone, {1u << 2 | 1u << 4, 1u << 3}},
              {remove_microphone, {1u << 4, 1u << 3}},
              {keep_certificate, {1u << 4 | 1u, 1u << 3}},
              {reset_site, {1u << 4, 0}},
              {put_labels, {1u << 4 | 1u << 5, 0}},
              {forget, {0, 0}},
              {put_last, {0, 1u << 6}}};
#define NUM_STEPS (sizeof script / sizeof script[0])

/* Tells the parent of each step that is done, as a broker tells a page. */
static void run_script(int tell, long point) {
  points_left = point;
  for (size_t i = 0; i < NUM_STEPS; i++) {
    if (script[i].act() != PCS_OK || write(tell, "", 1) != 1) {
      _exit(1);
    }
  }
  scene_close();
  _exit(0);
}

static size_t count_told(int told) {
  uint8_t bytes[NUM_STEPS];
  size_t num = 0;
  for (ssize_t len = 1; len > 0 && num < NUM_STEPS;) {
    len = read(told, bytes, sizeof bytes);
    num += len > 0 ? (size_t)len : 0;
  }
  return num;
}

/* False when the child came to the end of its script. */
static bool kill_at(long point, size_t *out_told) {
  int ends[2];
  int status = 0;
  CHECK_EQ_INT(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    run_script(ends[1], point);
  }
  close(ends[1]);
  *out_told = count_told(ends[0]);
  close(ends[0]);
  CHECK_EQ_INT(waitpid(child, &status, 0), child);
  bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  CHECK(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
  return killed;
}

static outcome look(void) {
  outcome found = {0, 0};
  pcs_store_entry entry;
  uint64_t cursor = 0;
  while (pcs_store_next(s.store, &entry, &cursor, SCENE_NOW_US) == PCS_OK) {
    unsigned bit = 1u << (entry.grant.id & 31);
    *(entry.grant.effect == PCS_EFFECT_ALLOW ? &found.allowed : &found.blocked) |= bit;
  }
  pcs_kept_bytes bytes;
  pcs_kept_name name = kept_name();
  bool kept = pcs_store_recall_certificate(s.store, &bytes, &name, SCENE_NOW_US) == PCS_OK;
  found.allowed |= kept ? 1u : 0;
  return found;
}

static bool is_after(outcome found, size_t num_done) {
  outcome want = num_done == 0 ? (outcome){0, 0} : script[num_done - 1].after;
  return found.allowed == want.allowed && found.blocked == want.blocked;
}

/* All that was told is there; the step that was under way is there or not, never in part. */
static void check_rest(size_t told) {
  scene_open();
  outcome found = look();
  bool fits = is_after(found, told) || (told < NUM_STEPS && is_after(found, told + 1));
  if (!CHECK(fits)) {
    printf("#   told %zu, allowed %x, blocked %x\n", told, found.allowed, found.blocked);
  }
  pcs_grant more = site_grant(7, PCS_RIGHT_CAMERA, site);
  CHECK_EQ_INT(pcs_store_put(s.store, &more, SCENE_NOW_US), PCS_OK);
  scene_close();
}

static void kill_everywhere(death manner) {
  size_t told = 0;
  long point = 1;
  how = manner;
  for (bool killed = true; killed && point < POINTS_MAX && check_num_failures == 0; point++) {
    scene_begin();
    killed = kill_at(point, &told);
    check_rest(told);
    scene_end();
    if (check_num_failures != 0) {
      printf("#   at point %ld\n", point);
    }
  }
  printf("# %ld points\n", point - 2);
  CHECK_EQ_UINT(told, NUM_STEPS);
  CHECK(point > 50);
}

static void test_before(void) {
  kill_everywhere(BEFORE);
}

static void test_halfway(void) {
  kill_everywhere(HALFWAY);
}

static void start_trace(void) {
  memset(trace, 0, sizeof trace);
  trace_len = 0;
}

/* What is written is synced before the journal goes, and that it is gone before the call returns.
 */
static void check_trace(void) {
  const char *removed = strrchr(trace, 'u');
  const char *written = strrchr(trace, 'w');
  bool complete = removed != NULL && written != NULL && written < removed;
  bool synced = complete && memchr(written, 's', (size_t)(removed - written)) != NULL &&
                strchr(removed, 's') != NULL;
  if (!CHECK(synced)) {
    printf("#   %s\n", trace);
  }
}

static void test_synced(void) {
  scene_begin();
  for (size_t i = 0; i < NUM_STEPS; i++) {
    start_trace();
    CHECK_EQ_INT(script[i].act(), PCS_OK);
    check_trace();
  }
  scene_end();
}

int main(void) {
  RUN("killed before any write, the store has what was told and nothing else", test_before);
  RUN("killed in the middle of any write, the same", test_halfway);
  RUN("what a call says is done is on the disk before it says so", test_synced);
  return check_report();
}
