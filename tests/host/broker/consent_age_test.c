/* Permissions that nobody uses, while the broker runs: a store of its own, and days that pass. */
#include "host/broker/consent_state.h"
#include "tests/host/broker/store_scene.h"

#define DAYS 10

static pcs_random_seeded state;
static pcs_random random_source;
static pcs_consent *consent;
static uint64_t day; /* how many have passed */

static void begin(void) {
  day = 0;
  scene_begin();
  s.config.unused_us = DAYS * DAY_US;
  scene_open();
  put(site_grant(1, PCS_RIGHT_DEVICE_LABELS, site));
  put(site_grant(2, PCS_RIGHT_LOCAL_ADDRESSES, site));
  pcs_grant block = site_grant(3, PCS_RIGHT_SPEAKER, site);
  block.effect = PCS_EFFECT_BLOCK;
  put(block);
  random_source = pcs_random_seeded_init(&state, CHECK_SEED(7));
  pcs_consent_config config = {.rules = s.rules,
                               .memory = pcs_memory_of_store(s.store),
                               .random = &random_source};
  CHECK_EQ_INT(pcs_consent_new(&consent, &config, SCENE_NOW_US), PCS_OK);
}

static void end(void) {
  pcs_consent_free(consent);
  scene_end();
}

static size_t poll_at(uint64_t now_us) {
  pcs_consent_event event;
  size_t num_ended = 0;
  while (pcs_consent_poll(consent, &event, now_us)) {
    num_ended += event.kind == PCS_CONSENT_ENDED ? 1 : 0;
  }
  return num_ended;
}

static uint64_t standing_ids(void) {
  pcs_grant grant;
  uint64_t ids = 0;
  for (uint64_t cursor = 0; pcs_consent_next(consent, &grant, &cursor);) {
    ids = 10 * ids + grant.id;
  }
  return ids;
}

/* Days pass one by one, as a broker lives through them. */
static void live_until(uint64_t end_of_day) {
  while (day < end_of_day) {
    day++;
    CHECK(pcs_consent_wake_at(consent) <= SCENE_NOW_US + day * DAY_US);
    CHECK_EQ_UINT(poll_at(SCENE_NOW_US + day * DAY_US), 0);
  }
}

static void test_nobody_uses_it(void) {
  begin();
  live_until(DAYS);
  CHECK_EQ_UINT(standing_ids(), 123);
  live_until(DAYS + 1);
  CHECK_EQ_UINT(standing_ids(), 3); /* a block stays */
  uint64_t ids[4];
  CHECK_EQ_UINT(list_at(SCENE_NOW_US, ids, 4), 1);
  end();
}

static uint64_t begin_use(void) {
  pcs_visit visit = {.origin = scene_origin(site), .embedder = scene_origin(site)};
  uint64_t page = 0;
  CHECK_EQ_INT(pcs_consent_open_page(consent, &page, &visit, SCENE_NOW_US), PCS_OK);
  pcs_request request = {.scope = {.page = page, .call = 1}, .right = PCS_RIGHT_DEVICE_LABELS};
  pcs_reason reason;
  CHECK_EQ_INT(pcs_consent_begin(consent, &reason, &request, SCENE_NOW_US), PCS_OK);
  return page;
}

static void test_running_use(void) {
  begin();
  uint64_t page = begin_use();
  live_until(3 * DAYS);
  CHECK_EQ_UINT(standing_ids(), 13);
  pcs_scope call = {.page = page, .call = 1};
  pcs_consent_end_call(consent, call, SCENE_NOW_US + day * DAY_US);
  live_until(4 * DAYS + 1);
  CHECK_EQ_UINT(standing_ids(), 3);
  end();
}

/* A machine that slept for a month: what has run all along is not what was forgotten. */
static void test_sleep(void) {
  begin();
  (void)begin_use();
  CHECK_EQ_UINT(poll_at(SCENE_NOW_US + 30 * DAY_US), 0);
  CHECK_EQ_UINT(standing_ids(), 13);
  end();
}

static void test_unreadable(void) {
  begin();
  consent->memory.expire = NULL; /* what cannot be asked takes nothing away */
  CHECK_EQ_UINT(poll_at(SCENE_NOW_US + 30 * DAY_US), 0);
  CHECK_EQ_UINT(standing_ids(), 123);
  end();
}

int main(void) {
  RUN("what a site does not use for long is forgotten while the broker runs, a block is not",
      test_nobody_uses_it);
  RUN("what runs is used, however long ago it began", test_running_use);
  RUN("a sleep of a month ends nothing that runs", test_sleep);
  RUN("without a way to ask the memory nothing is forgotten", test_unreadable);
  return check_report();
}
