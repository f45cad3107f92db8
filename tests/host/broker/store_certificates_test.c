/* Kept certificates in the store: found by their own origin and embedder only, bounded, forgotten
 * when they should be, and none of it at the cost of the grants of an older file. */
#include "host/broker/store_certificates.h"

#include "tests/host/broker/store_scene.h"

static const uint8_t key_bytes[] = "key";
static const uint8_t certificate_bytes[] = "certificate";

static pcs_kept_name name_of(uint8_t handle, const char *origin, const char *embedder) {
  pcs_kept_name name = {.origin = scene_origin(origin), .embedder = scene_origin(embedder)};
  name.handle[0] = handle;
  name.handle[15] = 0xff;
  return name;
}

static pcs_kept_certificate kept_until(uint64_t expires_us) {
  return (pcs_kept_certificate){.algorithm = PCS_KEY_RSA_2048,
                                .expires_us = expires_us,
                                .key = {key_bytes, sizeof key_bytes},
                                .certificate = {certificate_bytes, sizeof certificate_bytes}};
}

static pcs_status keep(uint8_t handle, const char *origin, const char *embedder) {
  pcs_kept_name name = name_of(handle, origin, embedder);
  pcs_kept_certificate kept = kept_until(SCENE_NOW_US + DAY_US);
  return pcs_store_keep_certificate(s.store, &name, &kept, SCENE_NOW_US);
}

static pcs_status recall_at(uint8_t handle, const char *origin, const char *embedder,
                            uint64_t now_us) {
  pcs_kept_name name = name_of(handle, origin, embedder);
  pcs_kept_bytes bytes;
  pcs_status status = pcs_store_recall_certificate(s.store, &bytes, &name, now_us);
  if (status == PCS_OK) {
    CHECK_EQ_BYTES(bytes.key, bytes.key_len, key_bytes, sizeof key_bytes);
    CHECK_EQ_BYTES(bytes.certificate, bytes.certificate_len, certificate_bytes,
                   sizeof certificate_bytes);
  } else {
    CHECK_EQ_UINT(bytes.key_len, 0);
  }
  return status;
}

static pcs_status recall(uint8_t handle, const char *origin, const char *embedder) {
  return recall_at(handle, origin, embedder, SCENE_NOW_US);
}

static void test_own_only(void) {
  scene_begin();
  scene_open();
  CHECK_EQ_INT(keep(1, site, site), PCS_OK);
  CHECK_EQ_INT(keep(2, site, other_site), PCS_OK);
  scene_close();
  scene_open();
  CHECK_EQ_INT(recall(1, site, site), PCS_OK);
  CHECK_EQ_INT(recall(2, site, other_site), PCS_OK);
  CHECK_EQ_INT(recall(1, other_site, other_site), PCS_ERR_NOT_FOUND);
  CHECK_EQ_INT(recall(1, site, other_site), PCS_ERR_NOT_FOUND);
  CHECK_EQ_INT(recall(2, site, site), PCS_ERR_NOT_FOUND);
  CHECK_EQ_INT(recall(3, site, site), PCS_ERR_NOT_FOUND);
  pcs_kept_name other = name_of(1, other_site, other_site);
  CHECK_EQ_INT(pcs_store_forget_certificate(s.store, &other), PCS_OK);
  CHECK_EQ_INT(recall(1, site, site), PCS_OK);
  pcs_kept_name own = name_of(1, site, site);
  CHECK_EQ_INT(pcs_store_forget_certificate(s.store, &own), PCS_OK);
  CHECK_EQ_INT(recall(1, site, site), PCS_ERR_NOT_FOUND);
  check_mode(s.file, 0600);
  scene_end();
}

static void test_refused(void) {
  static const uint8_t large[PCS_KEPT_KEY_BYTES_MAX + 1] = {1};
  scene_begin();
  scene_open();
  CHECK_EQ_INT(keep(1, "http://meet.example", "http://meet.example"), PCS_ERR_DENIED);
  CHECK_EQ_INT(keep(1, "http://127.0.0.1:8080", "http://127.0.0.1:8080"), PCS_ERR_DENIED);
  CHECK_EQ_INT(keep(1, site, "http://meet.example"), PCS_ERR_DENIED);
  CHECK_EQ_INT(keep(1, "null", site), PCS_ERR_DENIED);
  pcs_kept_name name = name_of(1, site, site);
  pcs_kept_certificate kept = kept_until(SCENE_NOW_US);
  CHECK_EQ_INT(pcs_store_keep_certificate(s.store, &name, &kept, SCENE_NOW_US), PCS_ERR_TIMEOUT);
  kept = kept_until(SCENE_NOW_US + PCS_STORE_CERTIFICATE_US_MAX + 1);
  CHECK_EQ_INT(pcs_store_keep_certificate(s.store, &name, &kept, SCENE_NOW_US), PCS_ERR_RANGE);
  kept = kept_until(SCENE_NOW_US + DAY_US);
  kept.algorithm = 2;
  CHECK_EQ_INT(pcs_store_keep_certificate(s.store, &name, &kept, SCENE_NOW_US), PCS_ERR_RANGE);
  kept.algorithm = 0;
  kept.key = (pcs_span){large, sizeof large};
  CHECK_EQ_INT(pcs_store_keep_certificate(s.store, &name, &kept, SCENE_NOW_US), PCS_ERR_RANGE);
  kept.key = (pcs_span){0};
  CHECK_EQ_INT(pcs_store_keep_certificate(s.store, &name, &kept, SCENE_NOW_US), PCS_ERR_RANGE);
  CHECK_EQ_INT(recall(1, site, site), PCS_ERR_NOT_FOUND);
  scene_end();
}

static void test_quota(void) {
  scene_begin();
  scene_open();
  for (uint8_t i = 1; i <= PCS_KEPT_PER_ORIGIN_MAX; i++) {
    CHECK_EQ_INT(keep(i, site, site), PCS_OK);
  }
  CHECK_EQ_INT(keep(100, site, site), PCS_ERR_QUOTA);
  CHECK_EQ_INT(keep(100, other_site, other_site), PCS_OK);
  pcs_kept_name own = name_of(1, site, site);
  CHECK_EQ_INT(pcs_store_forget_certificate(s.store, &own), PCS_OK);
  CHECK_EQ_INT(keep(101, site, site), PCS_OK);
  /* In all: filled from beside, which is quicker. */
  scene_close();
  with_sqlite("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1024) "
              "INSERT OR IGNORE INTO certificates SELECT randomblob(16), 'https://s' || i || '.example', "
              "'https://top.example', 'ecdsa-p256', 9000000000000000000, x'00', x'00' FROM n");
  scene_open();
  CHECK_EQ_INT(keep(102, "https://new.example", "https://new.example"), PCS_ERR_QUOTA);
  scene_end();
}

static void test_expiry(void) {
  scene_begin();
  scene_open();
  CHECK_EQ_INT(keep(1, site, site), PCS_OK);
  CHECK_EQ_INT(recall_at(1, site, site, SCENE_NOW_US + DAY_US), PCS_ERR_NOT_FOUND);
  CHECK_EQ_INT(recall_at(1, site, site, SCENE_NOW_US + DAY_US - 1), PCS_OK);
  CHECK_EQ_INT(pcs_store_expire(s.store, SCENE_NOW_US + DAY_US), PCS_OK);
  CHECK_EQ_INT(recall(1, site, site), PCS_ERR_NOT_FOUND);
  scene_end();
}

static void test_forgetting(void) {
  scene_begin();
  scene_open();
  pcs_origin origin = scene_origin(site);
  CHECK_EQ_INT(keep(1, site, site), PCS_OK);
  CHECK_EQ_INT(keep(2, other_site, site), PCS_OK);
  CHECK_EQ_INT(keep(3, other_site, other_site), PCS_OK);
  CHECK_EQ_INT(pcs_store_reset_origin(s.store, &origin), PCS_OK);
  CHECK_EQ_INT(recall(1, site, site), PCS_ERR_NOT_FOUND);
  CHECK_EQ_INT(recall(2, other_site, site), PCS_ERR_NOT_FOUND);
  CHECK_EQ_INT(recall(3, other_site, other_site), PCS_OK);
  CHECK_EQ_INT(pcs_store_forget(s.store), PCS_OK);
  CHECK_EQ_INT(recall(3, other_site, other_site), PCS_ERR_NOT_FOUND);
  scene_end();
}

static bool file_has(pcs_span needle) {
  static uint8_t bytes[FILE_BYTES_MAX];
  size_t len = read_file(bytes);
  for (size_t i = 0; i + needle.len <= len; i++) {
    if (memcmp(bytes + i, needle.data, needle.len) == 0) {
      return true;
    }
  }
  return false;
}

/* What was forgotten cannot be read off the disk's file either. */
static void test_overwritten(void) {
  static const uint8_t secret[] = "a private key that nobody must find again";
  scene_begin();
  scene_open();
  pcs_kept_name name = name_of(1, site, site);
  pcs_kept_certificate kept = kept_until(SCENE_NOW_US + DAY_US);
  kept.key = (pcs_span){secret, sizeof secret};
  CHECK_EQ_INT(pcs_store_keep_certificate(s.store, &name, &kept, SCENE_NOW_US), PCS_OK);
  CHECK(file_has(kept.key));
  CHECK_EQ_INT(pcs_store_forget_certificate(s.store, &name), PCS_OK);
  CHECK(!file_has(kept.key));
  scene_end();
}

static void test_migration(void) {
  make_store();
  with_sqlite("DROP TABLE certificates; PRAGMA user_version = 1;");
  scene_open();
  CHECK_EQ_UINT(count(), 2);
  CHECK_EQ_INT(keep(1, site, site), PCS_OK);
  CHECK_EQ_INT(recall(1, site, site), PCS_OK);
  scene_end();
}

static void test_damage(void) {
  static const char *const damages[] = {
      "UPDATE certificates SET origin = 'nowhere'", "UPDATE certificates SET embedder = 'null'"};
  for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
    scene_begin();
    scene_open();
    CHECK_EQ_INT(keep(1, site, site), PCS_OK);
    scene_close();
    with_sqlite(damages[i]);
    CHECK(scene_open_at(SCENE_NOW_US) != PCS_OK);
    CHECK_EQ_STR(pcs_store_problem_name(s.problem), "CORRUPT");
    scene_end();
  }
}

int main(void) {
  RUN("A35: a kept certificate is found by its own origin and embedder only", test_own_only);
  RUN("nothing is kept for an insecure origin, too long, or of another form", test_refused);
  RUN("an origin, and all, keep so many and no more", test_quota);
  RUN("what has expired is not there, and goes", test_expiry);
  RUN("X40: resetting an origin and forgetting everything take kept certificates too",
      test_forgetting);
  RUN("a key that was forgotten is overwritten in the file", test_overwritten);
  RUN("a file of the first version keeps its grants, and keeps certificates from then on",
      test_migration);
  RUN("a row that nobody could have put is damage", test_damage);
  return check_report();
}
