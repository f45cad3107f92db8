#define _GNU_SOURCE /* memmem */
#include "host/broker/store.h"

#include "tests/host/broker/store_scene.h"

static void test_made(void) {
  scene_begin();
  rmdir(s.folder);
  mode_t before = umask(0);
  scene_open();
  umask(before);
  check_mode(s.folder, 0700);
  check_mode(s.file, 0600);
  CHECK_EQ_UINT(count(), 0);
  scene_end();
}

static void test_kept(void) {
  pcs_grant block = site_grant(PCS_GRANT_ID_MAX, PCS_RIGHT_DATA, other_site);
  pcs_grant kept[] = {full_grant_of(1), block};
  kept[1].effect = PCS_EFFECT_BLOCK;
  scene_begin();
  scene_open();
  put(kept[1]);
  put(kept[0]);
  scene_close();
  scene_open();
  uint64_t cursor = 0;
  for (size_t i = 0; i < 2; i++) {
    pcs_store_entry entry;
    CHECK_EQ_INT(pcs_store_next(s.store, &entry, &cursor, SCENE_NOW_US), PCS_OK);
    CHECK(pcs_grant_same_matter(&entry.grant, &kept[i]));
    CHECK_EQ_UINT(entry.grant.id, kept[i].id);
    CHECK_EQ_INT(entry.grant.effect, kept[i].effect);
    CHECK_EQ_UINT(entry.grant.expires_us, kept[i].expires_us);
    CHECK_EQ_UINT(entry.grant.uses_left, PCS_GRANT_USES_ANY);
    CHECK_EQ_UINT(entry.made_us, SCENE_NOW_US);
    CHECK_EQ_UINT(entry.used_us, SCENE_NOW_US);
  }
  pcs_store_entry none;
  CHECK_EQ_INT(pcs_store_next(s.store, &none, &cursor, SCENE_NOW_US), PCS_ERR_NOT_FOUND);
  scene_end();
}

static void refuse(pcs_grant grant, pcs_status status) {
  CHECK_EQ_INT(pcs_store_put(s.store, &grant, SCENE_NOW_US), status);
}

static void test_refused(void) {
  scene_begin();
  scene_open();
  static const uint32_t display[] = {PCS_RIGHT_SCREEN, PCS_RIGHT_WINDOW};
  for (size_t i = 0; i < 2; i++) {
    refuse(scene_grant(1, display[i], PCS_EFFECT_ALLOW, PCS_DURATION_CALL), PCS_ERR_RANGE);
    refuse(scene_grant(1, display[i], PCS_EFFECT_BLOCK, PCS_DURATION_SITE), PCS_ERR_DENIED);
    pcs_grant forever = scene_grant(1, display[i], PCS_EFFECT_ALLOW, PCS_DURATION_SITE);
    forever.uses_left = PCS_GRANT_USES_ANY;
    refuse(forever, PCS_ERR_DENIED);
  }
  refuse(scene_grant(1, PCS_RIGHT_CAMERA, PCS_EFFECT_ALLOW, PCS_DURATION_PAGE), PCS_ERR_RANGE);
  refuse(site_grant(1, PCS_RIGHT_CAMERA, "http://meet.example"), PCS_ERR_DENIED);
  refuse(site_grant(1, PCS_RIGHT_CAMERA, "http://localhost"), PCS_ERR_DENIED);
  refuse(site_grant(1, PCS_RIGHT_CAMERA, "null"), PCS_ERR_DENIED);
  pcs_grant expired = site_grant(1, PCS_RIGHT_CAMERA, site);
  expired.expires_us = SCENE_NOW_US;
  refuse(expired, PCS_ERR_TIMEOUT);
  CHECK_EQ_UINT(count(), 0);
  scene_end();
}

static void test_same_matter(void) {
  scene_begin();
  scene_open();
  put(site_grant(1, PCS_RIGHT_CAMERA, site));
  pcs_grant block = site_grant(2, PCS_RIGHT_CAMERA, site);
  block.effect = PCS_EFFECT_BLOCK;
  put(block);
  pcs_store_entry entry;
  uint64_t cursor = 0;
  CHECK_EQ_INT(pcs_store_next(s.store, &entry, &cursor, SCENE_NOW_US), PCS_OK);
  CHECK_EQ_INT(entry.grant.effect, PCS_EFFECT_BLOCK);
  CHECK_EQ_UINT(count(), 1);
  put(site_grant(3, PCS_RIGHT_MICROPHONE, site));
  refuse(site_grant(3, PCS_RIGHT_CAMERA, site), PCS_ERR_RANGE);
  CHECK_EQ_UINT(count(), 2);
  scene_end();
}

static void test_forgotten(void) {
  static uint8_t bytes[FILE_BYTES_MAX];
  scene_begin();
  scene_open();
  put(site_grant(1, PCS_RIGHT_CAMERA, site));
  put(site_grant(2, PCS_RIGHT_CAMERA, other_site));
  pcs_grant inside = site_grant(3, PCS_RIGHT_MICROPHONE, "https://frame.example");
  inside.embedder = scene_origin(site);
  put(inside);
  put(site_grant(4, PCS_RIGHT_SPEAKER, other_site));
  CHECK_EQ_INT(pcs_store_remove(s.store, 4), PCS_OK);
  CHECK_EQ_INT(pcs_store_remove(s.store, 4), PCS_ERR_NOT_FOUND);
  CHECK_EQ_INT(pcs_store_remove(s.store, UINT64_MAX), PCS_ERR_NOT_FOUND);
  pcs_origin origin = scene_origin(site);
  CHECK_EQ_INT(pcs_store_reset_origin(s.store, &origin), PCS_OK);
  uint64_t ids[4];
  CHECK_EQ_UINT(list_at(SCENE_NOW_US, ids, 4), 1);
  CHECK_EQ_UINT(ids[0], 2);
  CHECK_EQ_INT(pcs_store_forget(s.store), PCS_OK);
  scene_close();
  scene_open();
  CHECK_EQ_UINT(count(), 0);
  size_t len = read_file(bytes);
  CHECK(len > 0 && memmem(bytes, len, "example", 7) == NULL);
  scene_end();
}

static void test_expiry(void) {
  scene_begin();
  scene_open();
  pcs_grant until = site_grant(1, PCS_RIGHT_CAMERA, site);
  until.expires_us = SCENE_NOW_US + 10;
  put(until);
  put(site_grant(2, PCS_RIGHT_MICROPHONE, site));
  pcs_grant block = site_grant(3, PCS_RIGHT_SPEAKER, site);
  block.effect = PCS_EFFECT_BLOCK;
  put(block);
  uint64_t ids[4];
  uint64_t late_us = SCENE_NOW_US + PCS_STORE_UNUSED_US;
  CHECK_EQ_UINT(list_at(SCENE_NOW_US + 9, ids, 4), 3);
  CHECK_EQ_UINT(list_at(SCENE_NOW_US + 10, ids, 4), 2);
  CHECK_EQ_UINT(list_at(late_us, ids, 4), 2);
  CHECK_EQ_UINT(list_at(late_us + 1, ids, 4), 1);
  CHECK_EQ_UINT(ids[0], 3);
  CHECK_EQ_INT(pcs_store_expire(s.store, late_us + 1), PCS_OK);
  CHECK_EQ_UINT(count(), 1);
  scene_close();
  CHECK_EQ_INT(scene_open_at(PCS_GRANT_NEVER), PCS_OK);
  CHECK_EQ_UINT(count(), 1);
  scene_end();
}

static uint64_t used_us(void) {
  pcs_store_entry entry = {0};
  uint64_t cursor = 0;
  CHECK_EQ_INT(pcs_store_next(s.store, &entry, &cursor, SCENE_NOW_US), PCS_OK);
  return entry.used_us;
}

static void test_touch(void) {
  scene_begin();
  scene_open();
  put(site_grant(1, PCS_RIGHT_CAMERA, site));
  CHECK_EQ_INT(pcs_store_touch(s.store, 1, SCENE_NOW_US + DAY_US - 1), PCS_OK);
  CHECK_EQ_UINT(used_us(), SCENE_NOW_US);
  CHECK_EQ_INT(pcs_store_touch(s.store, 1, SCENE_NOW_US + DAY_US), PCS_OK);
  CHECK_EQ_UINT(used_us(), SCENE_NOW_US + DAY_US);
  CHECK_EQ_INT(pcs_store_touch(s.store, 1, SCENE_NOW_US), PCS_OK);
  CHECK_EQ_UINT(used_us(), SCENE_NOW_US);
  CHECK_EQ_INT(pcs_store_touch(s.store, 2, SCENE_NOW_US + DAY_US), PCS_OK);
  CHECK_EQ_UINT(count(), 1);
  scene_end();
}

static void test_full(void) {
  scene_begin();
  scene_open();
  put(site_grant(1, PCS_RIGHT_CAMERA, site));
  with_sqlite("WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1024) "
              "INSERT INTO grants SELECT i, origin, embedder, right_name, 'camera-' || i, peers, "
              "effect, made_us, used_us, expires_us FROM grants, n");
  CHECK_EQ_UINT(count(), PCS_GRANTS_MAX);
  pcs_grant grant = site_grant(PCS_GRANTS_MAX + 1, PCS_RIGHT_CAMERA, site);
  grant.effect = PCS_EFFECT_BLOCK;
  grant.device = scene_device("one more");
  refuse(grant, PCS_ERR_NO_SPACE);
  grant.device = scene_device("camera-77");
  put(grant);
  CHECK_EQ_UINT(count(), PCS_GRANTS_MAX);
  scene_end();
}

static void test_rules(void) {
  scene_begin();
  s.rules = (pcs_rules){.schemes = {pcs_span_of_text("app")}, .num_schemes = 1};
  scene_open();
  put(site_grant(1, PCS_RIGHT_CAMERA, "app://demo"));
  put(site_grant(2, PCS_RIGHT_CAMERA, site));
  put(site_grant(3, PCS_RIGHT_MICROPHONE, site));
  scene_close();
  s.rules = (pcs_rules){.denied = PCS_RIGHT_MICROPHONE};
  scene_open();
  uint64_t ids[4];
  CHECK_EQ_UINT(list_at(SCENE_NOW_US, ids, 4), 1);
  CHECK_EQ_UINT(ids[0], 2);
  scene_end();
}

static void test_locked(void) {
  sqlite3 *database;
  make_store();
  scene_open();
  CHECK_EQ_INT(sqlite3_open(s.file, &database), SQLITE_OK);
  CHECK_EQ_INT(sqlite3_exec(database, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
  pcs_grant grant = site_grant(5, PCS_RIGHT_SPEAKER, site);
  CHECK_EQ_INT(pcs_store_put(s.store, &grant, SCENE_NOW_US), PCS_ERR_TIMEOUT);
  CHECK_EQ_STR(pcs_store_problem_name(pcs_store_problem_of(s.store)), "BUSY");
  sqlite3_close(database);
  put(grant);
  CHECK_EQ_UINT(count(), 3);
  scene_end();
}

static void test_sentences(void) {
  for (int i = PCS_STORE_PROBLEM_NONE; i <= PCS_STORE_PROBLEM_MEMORY; i++) {
    const char *sentence = pcs_store_problem_sentence((pcs_store_problem)i);
    CHECK(sentence[0] >= 'A' && sentence[0] <= 'Z');
    CHECK(strcmp(pcs_store_problem_name((pcs_store_problem)i), "UNKNOWN") != 0);
    CHECK_EQ_INT(pcs_store_problem_status((pcs_store_problem)i) == PCS_OK, i == 0);
  }
}

int main(void) {
  RUN("folder and file are made for their user alone, whatever the umask", test_made);
  RUN("a grant comes back from the disk as it was put", test_kept);
  RUN("a screen, a page's grant or an insecure origin is never written", test_refused);
  RUN("a block takes the place of the permission on the same matter", test_same_matter);
  RUN("what is forgotten does not come back, nor stay in the file", test_forgotten);
  RUN("what has expired or was not used for long is gone, a block stays", test_expiry);
  RUN("the last use is noted once a day, and a wrong clock is put right", test_touch);
  RUN("a full store refuses one more but still blocks what it has", test_full);
  RUN("what the rules do not allow today does not count today", test_rules);
  RUN("another program's lock delays and then fails, without harm", test_locked);
  RUN("every problem has a sentence and a status", test_sentences);
  return check_report();
}
