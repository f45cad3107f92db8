/*
 * A store in a folder of its own that is made for a test and removed with what is in it, and grants
 * to put there. Uses the policy tests' scene.
 */
#ifndef TESTS_HOST_BROKER_STORE_SCENE_H
#define TESTS_HOST_BROKER_STORE_SCENE_H

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/broker/store_certificates.h"
#include "tests/core/policy/scene.h"

#define DAY_US (UINT64_C(24) * 3600 * 1000000)
#define FILE_BYTES_MAX (256 * 1024)

typedef struct store_scene {
  char folder[PATH_MAX];
  char file[PATH_MAX];
  pcs_rules rules;
  pcs_store_config config;
  pcs_store *store;
  pcs_store_problem problem;
} store_scene;

static const char site[] = "https://meet.example";
static const char other_site[] = "https://other.example";
static store_scene s;

static inline void scene_begin(void) {
  const char *base = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
  s = (store_scene){.config = {.rules = &s.rules, .unused_us = PCS_STORE_UNUSED_US}};
  snprintf(s.folder, sizeof s.folder, "%s/portcullis-store-XXXXXX", base);
  if (mkdtemp(s.folder) == NULL) {
    perror(s.folder);
    exit(1);
  }
  s.config.folder = s.folder;
  int len = snprintf(s.file, sizeof s.file, "%s/" PCS_STORE_FILE_NAME, s.folder);
  CHECK(len > 0 && (size_t)len < sizeof s.file);
}

static inline void scene_empty(void) {
  char path[2 * PATH_MAX];
  DIR *folder = opendir(s.folder);
  for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
      snprintf(path, sizeof path, "%s/%s", s.folder, entry->d_name);
      unlink(path);
      rmdir(path);
    }
  }
  if (folder != NULL) {
    closedir(folder);
  }
}

static inline pcs_status scene_open_at(uint64_t now_us) {
  return pcs_store_new(&s.store, &s.problem, &s.config, now_us);
}

/* Without a store no test has sense. */
static inline void scene_open(void) {
  pcs_status status = scene_open_at(SCENE_NOW_US);
  if (status != PCS_OK) {
    printf("#   %s\n", pcs_store_problem_name(s.problem));
  }
  if (!CHECK_EQ_INT(status, PCS_OK)) {
    printf("not ok - the store does not open\n");
    exit(1);
  }
}

static inline void scene_close(void) {
  pcs_store_free(s.store);
  s.store = NULL;
}

static inline void scene_end(void) {
  scene_close();
  chmod(s.folder, S_IRWXU);
  scene_empty();
  rmdir(s.folder);
}

static inline pcs_grant site_grant(uint64_t id, uint32_t right, const char *origin) {
  pcs_grant grant = scene_grant(id, right, PCS_EFFECT_ALLOW, PCS_DURATION_SITE);
  grant.origin = grant.embedder = scene_origin(origin);
  return grant;
}

static inline void put(pcs_grant grant) {
  CHECK_EQ_INT(pcs_store_put(s.store, &grant, SCENE_NOW_US), PCS_OK);
}

/* The ids in the store at that time, in order. */
static inline size_t list_at(uint64_t now_us, uint64_t *ids, size_t num_max) {
  size_t num = 0;
  uint64_t cursor = 0;
  pcs_store_entry entry;
  while (s.store != NULL && num < num_max &&
         pcs_store_next(s.store, &entry, &cursor, now_us) == PCS_OK) {
    ids[num++] = entry.grant.id;
  }
  return num;
}

static inline size_t count(void) {
  uint64_t ids[PCS_GRANTS_MAX];
  return list_at(SCENE_NOW_US, ids, PCS_GRANTS_MAX);
}

/* The whole file, or nothing when there is none. */
static inline size_t read_file(uint8_t *bytes) {
  FILE *file = fopen(s.file, "rb");
  size_t len = file != NULL ? fread(bytes, 1, FILE_BYTES_MAX, file) : 0;
  if (file != NULL) {
    fclose(file);
  }
  return len;
}

static inline void write_file(const uint8_t *bytes, size_t len) {
  int file = open(s.file, O_WRONLY | O_CREAT | O_TRUNC, S_IRUSR | S_IWUSR);
  CHECK_EQ_INT(write(file, bytes, len), len);
  close(file);
}

static inline void with_sqlite(const char *sql) {
  sqlite3 *database;
  CHECK_EQ_INT(sqlite3_open(s.file, &database), SQLITE_OK);
  CHECK_EQ_INT(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
}

static inline void check_mode(const char *path, mode_t mode) {
  struct stat facts;
  CHECK_EQ_INT(lstat(path, &facts), 0);
  CHECK_EQ_UINT(facts.st_mode & 07777, mode);
}

/* With all that a grant can have. */
static inline pcs_grant full_grant_of(uint64_t id) {
  pcs_grant grant = site_grant(id, PCS_RIGHT_CAMERA, "https://frame.example:8443");
  grant.embedder = scene_origin(site);
  grant.device = scene_device("alsa_input.\xc3\xa9t\xc3\xa9");
  grant.expires_us = SCENE_NOW_US + 5;
  scene_add_certificate(&grant.peer, 9);
  scene_add_certificate(&grant.peer, 3);
  return grant;
}

static inline void keep_certificate_of(const char *origin) {
  static const uint8_t bytes[] = {1, 2, 3};
  pcs_kept_name name = {
      .handle = {1}, .origin = scene_origin(origin), .embedder = scene_origin(origin)};
  pcs_kept_certificate kept = {.expires_us = SCENE_NOW_US + DAY_US,
                               .key = {bytes, sizeof bytes},
                               .certificate = {bytes, sizeof bytes}};
  CHECK_EQ_INT(pcs_store_keep_certificate(s.store, &name, &kept, SCENE_NOW_US), PCS_OK);
}

/* Something in every table, two grants, and closed again. */
static inline void make_store(void) {
  scene_begin();
  scene_open();
  keep_certificate_of(site);
  put(site_grant(1, PCS_RIGHT_CAMERA, site));
  put(full_grant_of(2));
  scene_close();
}

#endif
