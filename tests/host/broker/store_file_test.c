/* Files that are not the store's, not whole, or not private: refused, and left as they are. */
#include "host/broker/store.h"

#include "tests/host/broker/store_scene.h"

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
      {"PRAGMA user_version = 3", PCS_STORE_PROBLEM_NEWER},
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

int main(void) {
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
  return check_report();
}
