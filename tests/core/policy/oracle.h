/*
 * What permissions should be, said once more and as simply as possible: small integers in flat
 * lists, one sentence for each rule, no speed. It shares no code and no table with core/policy. It
 * is told what was done, and knows what may run after it.
 */
#ifndef TESTS_CORE_POLICY_ORACLE_H
#define TESTS_CORE_POLICY_ORACLE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { O_PAGES = 8, O_GRANTS = 128, O_USES = 256, O_ANY = -1 };
enum { O_DATA, O_LOCAL, O_MIC, O_CAMERA, O_SPEAKER, O_SCREEN, O_WINDOW, O_LABELS, O_RIGHTS };
enum { O_CALL, O_PAGE, O_SITE };
/* https a, https b, app (ours), http on localhost, http, none at all. */
enum { O_A, O_B, O_APP, O_LOCALHOST, O_HTTP, O_OPAQUE, O_ORIGINS };

typedef struct o_page {
  uint64_t id;
  int origin, embedder;
  bool mixed;
} o_page;

typedef struct o_grant {
  uint64_t id;
  int origin, embedder, right;
  bool allows;
  int duration;
  uint64_t page, call;
  int device;     /* 0: none */
  unsigned peers; /* a bit each; 0: anybody */
  uint64_t expires;
  int uses; /* O_ANY */
} o_grant;

typedef struct o_use {
  uint64_t id, grant, page, call;
  int right, device;
  unsigned peers;
} o_use;

typedef struct oracle {
  bool data_is_asked, speaker_is_denied;
  uint64_t now;
  int num_pages, num_grants, num_uses;
  o_page pages[O_PAGES];
  o_grant grants[O_GRANTS];
  o_use uses[O_USES];
} oracle;

static bool o_is_display(int right) {
  return right == O_SCREEN || right == O_WINDOW;
}

static bool o_has_devices(int right) {
  return right >= O_MIC && right <= O_WINDOW;
}

static bool o_is_secure(int origin) {
  return origin <= O_LOCALHOST;
}

static const o_page *o_find_page(const oracle *o, uint64_t id) {
  for (int i = 0; i < o->num_pages; i++) {
    if (o->pages[i].id == id) {
      return &o->pages[i];
    }
  }
  return NULL;
}

static o_grant *o_find_grant(oracle *o, uint64_t id) {
  for (int i = 0; i < o->num_grants; i++) {
    if (o->grants[i].id == id) {
      return &o->grants[i];
    }
  }
  return NULL;
}

/* What a use is, or would be. */
static bool o_in_scope(const o_grant *g, const o_use *use) {
  return (g->duration == O_SITE || g->page == use->page) &&
         (g->duration != O_CALL || g->call == use->call);
}

static bool o_is_blocked(const oracle *o, const o_use *use) {
  const o_page *page = o_find_page(o, use->page);
  for (int i = 0; i < o->num_grants; i++) {
    const o_grant *g = &o->grants[i];
    bool exact = g->origin == page->origin && g->embedder == page->embedder;
    bool whole_site =
        g->origin == g->embedder && (g->origin == page->origin || g->origin == page->embedder);
    if (!g->allows && g->right == use->right && o_in_scope(g, use) && (exact || whole_site) &&
        (g->device == 0 || g->device == use->device)) {
      return true;
    }
  }
  return false;
}

/* Nothing but the user's own decision is in the way. */
static bool o_is_possible(const oracle *o, const o_use *use) {
  const o_page *page = o_find_page(o, use->page);
  return page != NULL && o_is_secure(page->origin) && o_is_secure(page->embedder) && !page->mixed &&
         !(use->right == O_SPEAKER && o->speaker_is_denied) &&
         (use->device != 0) == o_has_devices(use->right) && !o_is_blocked(o, use);
}

static bool o_peers_fit(const o_grant *g, const o_use *use) {
  return g->peers == 0 || (use->peers != 0 && (use->peers & ~g->peers) == 0);
}

/* answer: what the person has just said to this request. */
static bool o_grant_fits(const oracle *o, const o_grant *g, const o_use *use, uint64_t answer) {
  const o_page *page = o_find_page(o, use->page);
  return g->allows && g->right == use->right && g->origin == page->origin &&
         g->embedder == page->embedder && o_in_scope(g, use) && g->uses != 0 &&
         (g->device == 0 || g->device == use->device) && o_peers_fit(g, use) &&
         (!o_is_display(use->right) || g->id == answer);
}

static bool o_any_grant_fits(const oracle *o, const o_use *use, uint64_t answer) {
  for (int i = 0; i < o->num_grants; i++) {
    if (o_grant_fits(o, &o->grants[i], use, answer)) {
      return true;
    }
  }
  return false;
}

static bool o_is_free(const oracle *o, int right) {
  return right == O_DATA && !o->data_is_asked;
}

static bool o_may_exist(const oracle *o, const o_grant *g) {
  bool remembered = g->duration == O_SITE;
  bool keepable = g->origin <= O_APP && g->embedder <= O_APP && g->uses == O_ANY;
  if (!o_is_secure(g->origin) || !o_is_secure(g->embedder) || (remembered && !keepable)) {
    return false;
  }
  if (g->device != 0 && !o_has_devices(g->right)) {
    return false;
  }
  if (!g->allows) {
    return g->uses == O_ANY && g->peers == 0 && !(remembered && o_is_display(g->right));
  }
  if (o_is_display(g->right)) {
    return g->duration == O_CALL && g->uses == 1;
  }
  return g->uses != 0 && !(g->right == O_SPEAKER && o->speaker_is_denied);
}

static bool o_may_be_added(oracle *o, const o_grant *g) {
  const o_page *page = o_find_page(o, g->page);
  bool placed = g->duration == O_SITE ||
                (page != NULL && page->origin == g->origin && page->embedder == g->embedder);
  return o_may_exist(o, g) && placed && g->expires > o->now && o_find_grant(o, g->id) == NULL;
}

static bool o_same_matter(const o_grant *a, const o_grant *b) {
  return a->origin == b->origin && a->embedder == b->embedder && a->right == b->right &&
         a->duration == b->duration && a->page == b->page && a->call == b->call &&
         a->device == b->device && a->peers == b->peers;
}

static void o_add(oracle *o, const o_grant *g) {
  for (int i = 0; i < o->num_grants; i++) {
    if (o_same_matter(&o->grants[i], g)) {
      for (int j = 0; j < o->num_uses; j++) {
        o->uses[j].grant = o->uses[j].grant == o->grants[i].id ? g->id : o->uses[j].grant;
      }
      o->grants[i] = *g;
      return;
    }
  }
  o->grants[o->num_grants++] = *g;
}

static void o_remove_grant(oracle *o, int at) {
  memmove(&o->grants[at], &o->grants[at + 1],
          (size_t)(o->num_grants - at - 1) * sizeof o->grants[0]);
  o->num_grants--;
}

static bool o_is_used(const oracle *o, uint64_t grant) {
  for (int i = 0; i < o->num_uses; i++) {
    if (o->uses[i].grant == grant) {
      return true;
    }
  }
  return false;
}

static bool o_call_runs(const oracle *o, uint64_t page, uint64_t call) {
  for (int i = 0; i < o->num_uses; i++) {
    if (o->uses[i].page == page && o->uses[i].call == call) {
      return true;
    }
  }
  return false;
}

/* A use is over: with a call's last one go the grants for the call. */
static void o_remove_use(oracle *o, int at) {
  o_use use = o->uses[at];
  memmove(&o->uses[at], &o->uses[at + 1], (size_t)(o->num_uses - at - 1) * sizeof o->uses[0]);
  o->num_uses--;
  for (int i = o->num_grants - 1; i >= 0; i--) {
    const o_grant *g = &o->grants[i];
    bool of_call = g->duration == O_CALL && g->page == use.page && g->call == use.call;
    if ((of_call && !o_call_runs(o, use.page, use.call)) ||
        (g->uses == 0 && !o_is_used(o, g->id))) {
      o_remove_grant(o, i);
    }
  }
}

static bool o_may_go_on(oracle *o, const o_use *use) {
  const o_grant *g = o_find_grant(o, use->grant);
  if (!o_is_possible(o, use)) {
    return false;
  }
  return use->grant == 0 ? o_is_free(o, use->right) : g != NULL && o_peers_fit(g, use);
}

/* Drops what has expired and stops what may not go on. */
static void o_settle(oracle *o) {
  for (int i = o->num_grants - 1; i >= 0; i--) {
    if (o->grants[i].expires <= o->now) {
      o_remove_grant(o, i);
    }
  }
  for (int i = o->num_uses - 1; i >= 0; i--) {
    if (i < o->num_uses && !o_may_go_on(o, &o->uses[i])) {
      o_remove_use(o, i);
    }
  }
}

#endif
