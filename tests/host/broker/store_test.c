#define _GNU_SOURCE /* memmem */
#include "host/broker/store.h"

#include <sqlite3.h>

#include "tests/host/broker/store_scene.h"

static const char site[] = "https://meet.example";
static const char other_site[] = "https://other.example";

static void with_sqlite(const char *sql) {
  sqlite3 *database;
  CHECK_EQ_INT(sqlite3_open(s.file, &database), SQLITE_OK);
  CHECK_EQ_INT(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
}

static void check_mode(const char *path, mode_t mode) {
  struct stat facts;
  CHECK_EQ_INT(lstat(path, &facts), 0);
  CHECK_EQ_UINT(facts.st_mode & 07777, mode);
}

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

static pcs_grant full_grant_of(uint64_t id) {
  pcs_grant grant = site_grant(id, PCS_RIGHT_CAMERA, "https://frame.example:8443");
  grant.embedder = scene_origin(site);
  grant.device = scene_device("alsa_input.\xc3\xa9t\xc3\xa9");
  grant.expires_us = SCENE_NOW_US + 5;
  scene_add_certificate(&grant.peer, 9);
  scene_add_certificate(&grant.peer, 3);
  return grant;
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

/* ---- what is not ours, or not whole ---- */

static uint8_t before[FILE_BYTES_MAX];
static uint8_t after[FILE_BYTES_MAX];

static void expect_problem(pcs_store_problem problem) {
  size_t before_len = read_file(before);
  CHECK(scene_open_at(SCENE_NOW_US) != PCS_OK);
  CHECK(s.store == NULL);
  CHECK_EQ_STR(pcs_store_problem_name(s.problem), pcs_store_problem_name(problem));
  size_t after_len = read_file(after);
  CHECK_EQ_BYTES(after, after_len, before, before_len);
}

static void make_store(void) {
  scene_begin();
  scene_open();
  put(site_grant(1, PCS_RIGHT_CAMERA, site));
  put(full_grant_of(2));
  scene_close();
}

static void test_modes(void) {
  static const mode_t folders[] = {0710, 0701, 0755, 01777};
  static const mode_t files[] = {0640, 0604, 0620, 0666};
  make_store();
  for (size_t i = 0; i < 4; i++) {
    CHECK_EQ_INT(chmod(s.folder, folders[i]), 0);
    expect_problem(PCS_STORE_PROBLEM_FOLDER_MODE);
    check_mode(s.folder, folders[i]);
    CHECK_EQ_INT(chmod(s.folder, 0700), 0);
    CHECK_EQ_INT(chmod(s.file, files[i]), 0);
    expect_problem(PCS_STORE_PROBLEM_FILE_MODE);
    check_mode(s.file, files[i]);
    CHECK_EQ_INT(chmod(s.file, 0600), 0);
  }
  scene_open();
  CHECK_EQ_UINT(count(), 2);
  scene_end();
}

/* Only root can give a file away; everybody has a folder of root's at hand. */
static void test_owner(void) {
  make_store();
  if (geteuid() == 0) {
    CHECK_EQ_INT(chown(s.file, 65534, 65534), 0);
    expect_problem(PCS_STORE_PROBLEM_FILE_OWNER);
    CHECK_EQ_INT(chown(s.folder, 65534, 65534), 0);
    expect_problem(PCS_STORE_PROBLEM_FOLDER_OWNER);
    CHECK_EQ_INT(chown(s.folder, 0, 0), 0);
  } else {
    s.config.folder = "/usr";
    expect_problem(PCS_STORE_PROBLEM_FOLDER_OWNER);
    s.config.folder = s.folder;
  }
  scene_end();
}

static void path_in_folder(char *out, size_t capacity, const char *name) {
  int len = snprintf(out, capacity, "%s/%s", s.folder, name);
  CHECK(len > 0 && (size_t)len < capacity);
}

static void test_links(void) {
  char elsewhere[2 * PATH_MAX];
  char companion[2 * PATH_MAX];
  make_store();
  path_in_folder(elsewhere, sizeof elsewhere, "elsewhere");
  path_in_folder(companion, sizeof companion, PCS_STORE_FILE_NAME "-journal");
  CHECK_EQ_INT(rename(s.file, elsewhere), 0);
  CHECK_EQ_INT(symlink(elsewhere, s.file), 0);
  expect_problem(PCS_STORE_PROBLEM_FILE_KIND);
  unlink(s.file);
  CHECK_EQ_INT(link(elsewhere, s.file), 0);
  expect_problem(PCS_STORE_PROBLEM_FILE_KIND);
  unlink(elsewhere);
  CHECK_EQ_INT(symlink("/dev/null", companion), 0);
  expect_problem(PCS_STORE_PROBLEM_FILE_KIND);
  unlink(companion);
  scene_open();
  CHECK_EQ_UINT(count(), 2);
  scene_close();
  unlink(s.file);
  CHECK_EQ_INT(mkdir(s.file, 0700), 0);
  expect_problem(PCS_STORE_PROBLEM_FILE_KIND);
  scene_end();
}

static void test_folder_link(void) {
  char real[2 * PATH_MAX];
  char linked[2 * PATH_MAX];
  scene_begin();
  path_in_folder(real, sizeof real, "real");
  path_in_folder(linked, sizeof linked, "linked");
  CHECK_EQ_INT(mkdir(real, 0700), 0);
  CHECK_EQ_INT(symlink(real, linked), 0);
  s.config.folder = linked;
  expect_problem(PCS_STORE_PROBLEM_FOLDER_KIND);
  s.config.folder = s.file;
  write_file((const uint8_t *)"x", 1);
  expect_problem(PCS_STORE_PROBLEM_FOLDER_KIND);
  path_in_folder(linked, sizeof linked, "no/such");
  s.config.folder = linked;
  expect_problem(PCS_STORE_PROBLEM_FOLDER_SYSTEM);
  scene_end();
}

/* A way to the folder that goes over a link is an ordinary home. */
static void test_way_over_link(void) {
  char linked[2 * PATH_MAX];
  char through[3 * PATH_MAX];
  scene_begin();
  path_in_folder(linked, sizeof linked, "way");
  CHECK_EQ_INT(symlink(s.folder, linked), 0);
  snprintf(through, sizeof through, "%s/store", linked);
  s.config.folder = through;
  scene_open();
  put(site_grant(1, PCS_RIGHT_CAMERA, site));
  scene_close();
  path_in_folder(through, sizeof through, "store");
  scene_open();
  CHECK_EQ_UINT(count(), 1);
  scene_close();
  path_in_folder(linked, sizeof linked, "store/" PCS_STORE_FILE_NAME);
  CHECK_EQ_INT(unlink(linked), 0);
  scene_end();
}

static void test_strangers(void) {
  static const struct {
    const char *sql;
    pcs_store_problem problem;
  } cases[] = {
      {"PRAGMA user_version = 2", PCS_STORE_PROBLEM_NEWER},
      {"PRAGMA user_version = 2147483647", PCS_STORE_PROBLEM_NEWER},
      {"PRAGMA user_version = 0", PCS_STORE_PROBLEM_CORRUPT},
      {"PRAGMA user_version = -1", PCS_STORE_PROBLEM_CORRUPT},
      {"PRAGMA application_id = 7", PCS_STORE_PROBLEM_FOREIGN},
      {"DROP TABLE grants", PCS_STORE_PROBLEM_CORRUPT},
      {"ALTER TABLE grants RENAME COLUMN peers TO friends", PCS_STORE_PROBLEM_CORRUPT},
      {"UPDATE grants SET origin = 'https://Meet.example'", PCS_STORE_PROBLEM_CORRUPT},
      {"UPDATE grants SET embedder = 'null'", PCS_STORE_PROBLEM_CORRUPT},
      {"UPDATE grants SET right_name = 'host'", PCS_STORE_PROBLEM_CORRUPT},
      {"UPDATE grants SET device = x'ff' WHERE 0; UPDATE grants SET device = char(0) || 'a'",
       PCS_STORE_PROBLEM_CORRUPT},
      {"UPDATE grants SET peers = x'0300'", PCS_STORE_PROBLEM_CORRUPT},
      {"UPDATE grants SET peers = x'010000000000000000000000000000000000000000'",
       PCS_STORE_PROBLEM_CORRUPT},
      {"UPDATE grants SET peers = CAST(char(3) || 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' || "
       "char(3) || 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' AS BLOB)",
       PCS_STORE_PROBLEM_CORRUPT},
      {"PRAGMA ignore_check_constraints = ON; UPDATE grants SET right_name = 'screen'",
       PCS_STORE_PROBLEM_CORRUPT},
      {"PRAGMA ignore_check_constraints = ON; UPDATE grants SET effect = 'perhaps'",
       PCS_STORE_PROBLEM_CORRUPT},
      {"PRAGMA ignore_check_constraints = ON; UPDATE grants SET expires_us = -1",
       PCS_STORE_PROBLEM_CORRUPT}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    make_store();
    with_sqlite("DELETE FROM grants WHERE id = 2");
    with_sqlite(cases[i].sql);
    expect_problem(cases[i].problem);
    if (check_num_failures != 0) {
      printf("#   %s\n", cases[i].sql);
    }
    scene_end();
  }
}

static void test_trigger(void) {
  make_store();
  with_sqlite("CREATE TRIGGER evil AFTER DELETE ON grants BEGIN "
              "INSERT INTO grants SELECT 99, 'https://evil.example', 'https://evil.example', "
              "'camera', '', x'', 'allow', 0, 9000000000000000000, 9000000000000000000; END");
  scene_open();
  CHECK_EQ_INT(pcs_store_remove(s.store, 1), PCS_OK);
  CHECK_EQ_UINT(count(), 1);
  scene_end();
}

static void test_other_programs(void) {
  static const char text[] = "This is a letter to my aunt, and longer than a header. It is not a "
                             "database and should stay as it is, word for word. Yours truly.";
  scene_begin();
  with_sqlite("CREATE TABLE letters (text TEXT)");
  chmod(s.file, 0600);
  expect_problem(PCS_STORE_PROBLEM_FOREIGN);
  write_file((const uint8_t *)text, sizeof text);
  expect_problem(PCS_STORE_PROBLEM_CORRUPT);
  scene_end();
}

static void expect_known(void) {
  pcs_store_entry entry;
  uint64_t cursor = 0;
  pcs_grant known[] = {site_grant(1, PCS_RIGHT_CAMERA, site), full_grant_of(2)};
  while (pcs_store_next(s.store, &entry, &cursor, SCENE_NOW_US) == PCS_OK) {
    CHECK(pcs_grant_same_matter(&entry.grant, &known[0]) ||
          pcs_grant_same_matter(&entry.grant, &known[1]));
    CHECK_EQ_INT(entry.grant.effect, PCS_EFFECT_ALLOW);
  }
}

static void test_damage(void) {
  static uint8_t bytes[FILE_BYTES_MAX];
  static uint8_t damaged[FILE_BYTES_MAX];
  uint64_t seed = CHECK_SEED(7);
  make_store();
  size_t len = read_file(bytes);
  size_t num_refused = 0;
  for (size_t at = 0; at < len && check_num_failures == 0; at += 17) {
    memcpy(damaged, bytes, len);
    for (size_t i = at; i < at + 1 + seed % 24 && i < len; i++) {
      seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
      damaged[i] = (uint8_t)(seed >> 33);
    }
    write_file(damaged, len);
    if (scene_open_at(SCENE_NOW_US) == PCS_OK) {
      expect_known();
      scene_close();
    } else {
      num_refused++;
      size_t after_len = read_file(after);
      CHECK_EQ_BYTES(after, after_len, damaged, len);
    }
  }
  CHECK(num_refused > 20);
  scene_end();
}

static void test_truncation(void) {
  static uint8_t bytes[FILE_BYTES_MAX];
  make_store();
  size_t len = read_file(bytes);
  /* SQLite takes one byte for none; there is nothing in it to be lost. */
  for (size_t cut = 2; cut < len; cut += cut < 128 ? 1 : 509) {
    write_file(bytes, cut);
    expect_problem(PCS_STORE_PROBLEM_CORRUPT);
  }
  scene_end();
}

static void test_damage_while_open(void) {
  static uint8_t bytes[FILE_BYTES_MAX];
  make_store();
  scene_open();
  size_t len = read_file(bytes);
  memset(bytes, 0x5a, len);
  write_file(bytes, len);
  pcs_grant grant = site_grant(5, PCS_RIGHT_SPEAKER, site);
  CHECK(pcs_store_put(s.store, &grant, SCENE_NOW_US) != PCS_OK);
  CHECK_EQ_STR(pcs_store_problem_name(pcs_store_problem_of(s.store)), "CORRUPT");
  CHECK_EQ_UINT(count(), 0);
  CHECK_EQ_INT(pcs_store_forget(s.store), PCS_ERR_SYNTAX);
  CHECK_EQ_BYTES(after, read_file(after), bytes, len);
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
  RUN("a folder or file that others can reach is refused and left as it is", test_modes);
  RUN("a folder or file of another user is refused", test_owner);
  RUN("a file that is a link, or has two names, is refused, a journal's too", test_links);
  RUN("a folder that is a link, a file or nowhere is refused", test_folder_link);
  RUN("a home behind a link still has its store", test_way_over_link);
  RUN("a newer, foreign or forged file is refused and not written to", test_strangers);
  RUN("a trigger in the file does nothing", test_trigger);
  RUN("another program's file is not taken for ours", test_other_programs);
  RUN("damage anywhere in the file never makes a grant of its own", test_damage);
  RUN("a file cut short is refused and not written to", test_truncation);
  RUN("a file damaged while open is not written to any more", test_damage_while_open);
  RUN("another program's lock delays and then fails, without harm", test_locked);
  RUN("every problem has a sentence and a status", test_sentences);
  return check_report();
}
