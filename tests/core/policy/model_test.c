/*
 * A hundred thousand things that pages, peers, a person and a shell do to the policy core, in
 * random order, each held against the oracle: what may begin, what runs, what was granted, and what
 * would be written to disk. PCS_TEST_SEED replays a run; the first difference ends it.
 */
#include "core/policy/permissions.h"

#include "tests/core/policy/oracle.h"
#include "tests/core/policy/scene.h"

enum { ACTIONS = 100000, LIVE_GRANTS = 48, LIVE_USES = 64, DEVICES = 2, PEERS = 3 };

static const char *const origins[] = {"https://a.example",     "https://b.example", "app://demo",
                                      "http://localhost:8080", "http://a.example",  "null"};
static const uint32_t rights[] = {PCS_RIGHT_DATA,   PCS_RIGHT_LOCAL_ADDRESSES, PCS_RIGHT_MICROPHONE,
                                  PCS_RIGHT_CAMERA, PCS_RIGHT_SPEAKER,         PCS_RIGHT_SCREEN,
                                  PCS_RIGHT_WINDOW, PCS_RIGHT_DEVICE_LABELS};
static const char *const devices[] = {"", "device-1", "device-2"};

static pcs_permissions permissions;
static oracle model;
/* What the store would hold, by the oracle's word and as the core took it. */
static o_grant disk[O_GRANTS];
static int num_disk;
static uint64_t state;
static uint64_t last_id;
static uint64_t num_begun, num_refused, num_stopped;

/* splitmix64 */
static uint64_t next(void) {
  uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

static int below(int bound) {
  return (int)(next() % (uint64_t)bound);
}

static bool one_in(int n) {
  return below(n) == 0;
}

static pcs_peer peer_of(unsigned peers) {
  pcs_peer peer = {0};
  for (int i = 0; i < PEERS; i++) {
    if ((peers & 1u << i) != 0) {
      scene_add_certificate(&peer, (uint8_t)(i + 1));
    }
  }
  return peer;
}

static pcs_grant grant_of(const o_grant *g) {
  static const pcs_duration durations[] = {PCS_DURATION_CALL, PCS_DURATION_PAGE, PCS_DURATION_SITE};
  return (pcs_grant){.id = g->id,
                     .origin = scene_origin(origins[g->origin]),
                     .embedder = scene_origin(origins[g->embedder]),
                     .right = rights[g->right],
                     .effect = g->allows ? PCS_EFFECT_ALLOW : PCS_EFFECT_BLOCK,
                     .duration = durations[g->duration],
                     .scope = {g->page, g->call},
                     .device = scene_device(devices[g->device]),
                     .peer = peer_of(g->peers),
                     .expires_us = g->expires,
                     .uses_left = g->uses == O_ANY ? PCS_GRANT_USES_ANY : (uint32_t)g->uses};
}

static void forget_on_disk(int at) {
  disk[at] = disk[--num_disk];
}

static void keep_on_disk(const o_grant *g) {
  for (int i = num_disk - 1; i >= 0; i--) {
    if (o_same_matter(&disk[i], g) || disk[i].expires <= model.now) {
      forget_on_disk(i);
    }
  }
  CHECK(!o_is_display(g->right));
  CHECK(g->origin <= O_APP && g->embedder <= O_APP);
  CHECK(num_disk < O_GRANTS);
  disk[num_disk++] = *g;
}

static void try_add(const o_grant *g) {
  bool expected = o_may_be_added(&model, g);
  pcs_grant grant = grant_of(g);
  pcs_status status = pcs_permissions_add(&permissions, &grant, model.now);
  CHECK_EQ_INT(status == PCS_OK, expected);
  if (status != PCS_OK) {
    return;
  }
  o_add(&model, g);
  if (grant.duration == PCS_DURATION_SITE) {
    keep_on_disk(g);
  }
}

static const o_page *some_page(void) {
  static const o_page none = {.id = 999999};
  return model.num_pages == 0 || one_in(50) ? &none : &model.pages[below(model.num_pages)];
}

static uint64_t some_call(const o_page *page) {
  return page->id * 10 + (uint64_t)below(3);
}

static uint64_t some_grant(void) {
  return model.num_grants == 0 || one_in(20) ? (uint64_t)below((int)last_id + 2)
                                             : model.grants[below(model.num_grants)].id;
}

/* ---- what a page does ---- */

static int some_origin(void) {
  return one_in(3) ? below(O_ORIGINS) : below(2);
}

static void page_opens(void) {
  if (model.num_pages == O_PAGES) {
    return;
  }
  o_page page = {.id = ++last_id, .origin = some_origin()};
  page.embedder = one_in(3) ? some_origin() : page.origin;
  pcs_page real = scene_page(origins[page.origin], origins[page.embedder]);
  real.id = page.id;
  CHECK_EQ_INT(pcs_permissions_open_page(&permissions, &real), PCS_OK);
  model.pages[model.num_pages++] = page;
}

static void page_closes(void) {
  uint64_t id = some_page()->id;
  pcs_permissions_close_page(&permissions, id);
  for (int i = model.num_grants - 1; i >= 0; i--) {
    if (model.grants[i].page == id) {
      o_remove_grant(&model, i);
    }
  }
  for (int i = model.num_pages - 1; i >= 0; i--) {
    if (model.pages[i].id == id) {
      model.pages[i] = model.pages[--model.num_pages];
    }
  }
}

static void page_mixes(void) {
  const o_page *page = some_page();
  pcs_permissions_mark_mixed(&permissions, page->id);
  for (int i = 0; i < model.num_pages; i++) {
    model.pages[i].mixed = model.pages[i].mixed || model.pages[i].id == page->id;
  }
}

/* Mostly as a broker would ask, sometimes with nonsense. */
static o_use some_use(void) {
  const o_page *page = some_page();
  o_use use = {.page = page->id, .call = some_call(page), .right = below(O_RIGHTS)};
  use.device = o_has_devices(use.right) != one_in(40) ? 1 + below(DEVICES) : 0;
  use.peers = one_in(2) ? (unsigned)below(1 << PEERS) : 0;
  return use;
}

static void check_begun(o_use *use, pcs_verdict verdict, uint64_t answer) {
  use->grant = verdict.grant;
  o_grant *g = o_find_grant(&model, use->grant);
  if (use->grant != 0 && CHECK(g != NULL) && CHECK(o_grant_fits(&model, g, use, answer))) {
    g->uses -= g->uses == O_ANY ? 0 : 1;
  }
  /* No capture without a live grant. */
  CHECK(use->grant != 0 || use->right == O_DATA);
  model.uses[model.num_uses++] = *use;
  num_begun++;
}

static bool page_begins(o_use use, uint64_t answer) {
  pcs_peer peer = peer_of(use.peers);
  pcs_request request = {.scope = {use.page, use.call},
                         .right = rights[use.right],
                         .device = scene_device(devices[use.device]),
                         .peer = &peer,
                         .answer = answer};
  pcs_verdict verdict;
  bool expected = o_is_possible(&model, &use) &&
                  (o_any_grant_fits(&model, &use, answer) || o_is_free(&model, use.right));
  pcs_status status = pcs_permissions_begin(&permissions, &use.id, &verdict, &request, model.now);
  CHECK_EQ_INT(status == PCS_OK, expected);
  CHECK_EQ_INT(verdict.decision == PCS_ALLOW, expected);
  if (status == PCS_OK) {
    check_begun(&use, verdict, answer);
  } else {
    num_refused++;
  }
  return status == PCS_OK;
}

static void page_asks(void) {
  if (model.num_uses < LIVE_USES) {
    page_begins(some_use(), one_in(2) ? some_grant() : 0);
  }
}

static void use_ends(void) {
  if (model.num_uses > 0) {
    int at = below(model.num_uses);
    pcs_permissions_end_use(&permissions, model.uses[at].id);
    o_remove_use(&model, at);
  }
}

static void call_ends(void) {
  const o_page *page = some_page();
  uint64_t call = some_call(page);
  pcs_permissions_end_call(&permissions, (pcs_scope){page->id, call});
  for (int i = model.num_uses - 1; i >= 0; i--) {
    if (i < model.num_uses && model.uses[i].page == page->id && model.uses[i].call == call) {
      o_remove_use(&model, i);
    }
  }
  for (int i = model.num_grants - 1; i >= 0; i--) {
    const o_grant *g = &model.grants[i];
    if (g->duration == O_CALL && g->page == page->id && g->call == call) {
      o_remove_grant(&model, i);
    }
  }
}

/* ---- what a peer does ---- */

static void peer_appears(void) {
  const o_page *page = some_page();
  pcs_scope call = {page->id, some_call(page)};
  unsigned peers = (unsigned)below(1 << PEERS);
  pcs_peer peer = peer_of(peers);
  pcs_permissions_meet(&permissions, call, &peer);
  for (int i = 0; i < model.num_uses; i++) {
    if (model.uses[i].page == call.page && model.uses[i].call == call.call) {
      model.uses[i].peers = peers;
    }
  }
}

/* ---- what the person does ---- */

static o_grant some_decision(void) {
  o_use use = some_use();
  const o_page *page = o_find_page(&model, use.page);
  o_grant g = {.id = ++last_id,
               .origin = page != NULL && !one_in(20) ? page->origin : some_origin(),
               .right = use.right,
               .allows = !one_in(4),
               .duration = below(3),
               .device = one_in(3) ? use.device : 0,
               .expires = one_in(4) ? model.now + (uint64_t)below(400) : (uint64_t)PCS_GRANT_NEVER,
               .uses = one_in(5) ? below(3) : O_ANY};
  g.embedder = page != NULL && !one_in(20) ? page->embedder : g.origin;
  g.page = g.duration == O_SITE ? 0 : use.page;
  g.call = g.duration == O_CALL ? use.call : 0;
  g.peers = g.allows && one_in(3) ? (unsigned)below(1 << PEERS) : 0;
  if (o_is_display(g.right) && !one_in(10)) {
    g.duration = g.duration == O_SITE ? O_SITE : O_CALL;
    g.call = g.duration == O_CALL ? use.call : 0;
    g.uses = g.allows ? 1 : O_ANY;
  }
  return g;
}

static void person_decides(void) {
  o_grant g = some_decision();
  if (model.num_grants < LIVE_GRANTS) {
    try_add(&g);
  }
}

/* A question, its answer, the use that was asked about: and the same answer once more. */
static void person_answers(void) {
  o_use use = some_use();
  const o_page *page = o_find_page(&model, use.page);
  if (page == NULL || model.num_uses >= LIVE_USES || model.num_grants >= LIVE_GRANTS) {
    return;
  }
  o_grant g = {.id = ++last_id,
               .origin = page->origin,
               .embedder = page->embedder,
               .right = use.right,
               .allows = true,
               .duration = O_CALL,
               .page = use.page,
               .call = use.call,
               .device = use.device,
               .expires = PCS_GRANT_NEVER,
               .uses = 1};
  try_add(&g);
  bool begun = page_begins(use, g.id);
  if (begun && o_is_display(use.right) && model.num_uses < LIVE_USES) {
    CHECK(!page_begins(use, g.id));
  }
}

static void drop_from_disk(uint64_t id) {
  for (int i = num_disk - 1; i >= 0; i--) {
    if (disk[i].id == id) {
      forget_on_disk(i);
    }
  }
}

static void person_revokes(void) {
  uint64_t id = some_grant();
  o_grant *g = o_find_grant(&model, id);
  CHECK_EQ_INT(pcs_permissions_revoke(&permissions, id), g != NULL ? PCS_OK : PCS_ERR_NOT_FOUND);
  if (g != NULL) {
    o_remove_grant(&model, (int)(g - model.grants));
    drop_from_disk(id);
  }
}

/* ---- what the shell and the clock do ---- */

static void shell_resets(void) {
  int origin = some_origin();
  pcs_origin real = scene_origin(origins[origin]);
  pcs_permissions_reset_origin(&permissions, &real);
  for (int i = model.num_grants - 1; i >= 0; i--) {
    if (model.grants[i].origin == origin || model.grants[i].embedder == origin) {
      drop_from_disk(model.grants[i].id);
      o_remove_grant(&model, i);
    }
  }
}

static void shell_forgets(void) {
  pcs_permissions_forget(&permissions);
  model.num_grants = num_disk = 0;
}

static void shell_restarts(void) {
  uint64_t now = model.now;
  model = (oracle){.now = now, .data_is_asked = one_in(2), .speaker_is_denied = one_in(3)};
  pcs_rules rules = {.schemes = {pcs_span_of_text("app")},
                     .num_schemes = 1,
                     .asked = model.data_is_asked ? PCS_RIGHT_DATA : 0,
                     .denied = model.speaker_is_denied ? PCS_RIGHT_SPEAKER : 0};
  CHECK_EQ_INT(pcs_permissions_init(&permissions, &rules), PCS_OK);
  int num = num_disk;
  o_grant kept[O_GRANTS];
  memcpy(kept, disk, sizeof kept);
  for (int i = 0; i < num; i++) {
    try_add(&kept[i]);
  }
}

static void time_passes(void) {
  model.now += (uint64_t)below(60);
  pcs_permissions_tick(&permissions, one_in(4) ? model.now - 50 : model.now);
  pcs_permissions_tick(&permissions, model.now);
}

typedef struct action {
  const char *name;
  void (*act)(void);
  int weight;
} action;

static const action actions[] = {{"a page opens", page_opens, 30},
                                 {"a page closes", page_closes, 8},
                                 {"a page mixes content", page_mixes, 4},
                                 {"a page asks", page_asks, 300},
                                 {"a use ends", use_ends, 60},
                                 {"a call ends", call_ends, 20},
                                 {"a peer appears", peer_appears, 40},
                                 {"the person decides", person_decides, 120},
                                 {"the person answers", person_answers, 60},
                                 {"the person revokes", person_revokes, 50},
                                 {"the shell resets", shell_resets, 4},
                                 {"the shell forgets", shell_forgets, 1},
                                 {"the shell restarts", shell_restarts, 2},
                                 {"time passes", time_passes, 60}};
#define NUM_ACTIONS (sizeof actions / sizeof actions[0])

static const action *some_action(void) {
  int sum = 0;
  for (size_t i = 0; i < NUM_ACTIONS; i++) {
    sum += actions[i].weight;
  }
  int at = below(sum);
  const action *chosen = actions;
  while (at >= chosen->weight) {
    at -= chosen->weight;
    chosen++;
  }
  return chosen;
}

/* ---- what must hold after each ---- */

static bool runs(uint64_t use) {
  for (int i = 0; i < model.num_uses; i++) {
    if (model.uses[i].id == use) {
      return true;
    }
  }
  return false;
}

static void check_runs(void) {
  pcs_use_end end;
  while (pcs_permissions_poll(&permissions, &end)) {
    CHECK(!runs(end.use));
    CHECK_EQ_INT(pcs_reason_decision(end.reason), PCS_DENY);
    num_stopped++;
  }
  CHECK_EQ_UINT(permissions.num_uses, (size_t)model.num_uses);
  for (size_t i = 0; i < permissions.num_uses; i++) {
    CHECK(runs(permissions.uses[i].id));
  }
}

static void check_grants(void) {
  CHECK_EQ_UINT(permissions.num_grants, (size_t)model.num_grants);
  for (size_t i = 0; i < permissions.num_grants; i++) {
    const pcs_grant *grant = &permissions.grants[i];
    CHECK(o_find_grant(&model, grant->id) != NULL);
    CHECK(strncmp(grant->origin.text, "http://a", 8) != 0 && !grant->origin.opaque);
    CHECK(strncmp(grant->embedder.text, "http://a", 8) != 0 && !grant->embedder.opaque);
    CHECK(grant->duration != PCS_DURATION_SITE ||
          (grant->right & (PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)) == 0);
  }
}

static void test_model(void) {
  state = CHECK_SEED(20260803);
  model.now = SCENE_NOW_US;
  shell_restarts();
  for (int i = 0; i < ACTIONS && check_num_failures == 0; i++) {
    const action *chosen = some_action();
    chosen->act();
    o_settle(&model);
    check_runs();
    check_grants();
    if (check_num_failures != 0) {
      printf("#   action %d: %s\n", i, chosen->name);
    }
  }
  printf("# %llu begun, %llu refused, %llu stopped, %d on disk\n", (unsigned long long)num_begun,
         (unsigned long long)num_refused, (unsigned long long)num_stopped, num_disk);
  CHECK(num_begun > ACTIONS / 100 && num_refused > ACTIONS / 100 && num_stopped > ACTIONS / 100);
}

int main(void) {
  RUN("nothing runs without a live grant, whatever is done in whatever order", test_model);
  return check_report();
}
