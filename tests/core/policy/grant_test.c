/* Which grants may exist. */
#include "core/policy/grant.h"

#include "tests/core/policy/scene.h"

static const pcs_rules no_rules;

static pcs_grant allow(uint32_t right, pcs_duration duration) {
  return scene_grant(1, right, PCS_EFFECT_ALLOW, duration);
}

static void check_is(pcs_status status, pcs_grant grant) {
  CHECK_EQ_INT(pcs_grant_check(&grant, &no_rules), status);
}

static void test_lengths(void) {
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    const pcs_right_row *row = pcs_right_find(right);
    for (int i = 0; i < PCS_NUM_DURATIONS; i++) {
      pcs_duration duration = (pcs_duration)i;
      pcs_status fits = row == NULL ? PCS_ERR_RANGE : PCS_ERR_DENIED;
      fits = row != NULL && duration <= row->longest ? PCS_OK : fits;
      pcs_grant grant = allow(right, duration);
      grant.uses_left = duration == PCS_DURATION_SITE ? PCS_GRANT_USES_ANY : grant.uses_left;
      check_is(fits, grant);
    }
  }
}

static void test_display(void) {
  static const uint32_t rights[] = {PCS_RIGHT_SCREEN, PCS_RIGHT_WINDOW};
  for (size_t i = 0; i < 2; i++) {
    pcs_grant grant = allow(rights[i], PCS_DURATION_CALL);
    grant.uses_left = 2;
    check_is(PCS_ERR_DENIED, grant);
    grant.uses_left = PCS_GRANT_USES_ANY;
    check_is(PCS_ERR_DENIED, grant);
    check_is(PCS_ERR_DENIED, scene_grant(1, rights[i], PCS_EFFECT_BLOCK, PCS_DURATION_SITE));
    check_is(PCS_OK, scene_grant(1, rights[i], PCS_EFFECT_BLOCK, PCS_DURATION_PAGE));
  }
}

static void test_origins(void) {
  static const struct {
    const char *origin;
    pcs_status page, site;
  } cases[] = {{"https://a.example", PCS_OK, PCS_OK},
               {"http://a.example", PCS_ERR_DENIED, PCS_ERR_DENIED},
               {"http://localhost:8080", PCS_OK, PCS_ERR_DENIED},
               {"null", PCS_ERR_DENIED, PCS_ERR_DENIED},
               {"app://a", PCS_ERR_DENIED, PCS_ERR_DENIED}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    for (int inside = 0; inside < 2; inside++) {
      pcs_grant page = allow(PCS_RIGHT_CAMERA, PCS_DURATION_PAGE);
      pcs_grant site = allow(PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
      pcs_origin origin = scene_origin(cases[i].origin);
      *(inside ? &page.embedder : &page.origin) = origin;
      *(inside ? &site.embedder : &site.origin) = origin;
      check_is(cases[i].page, page);
      check_is(cases[i].site, site);
    }
  }
}

typedef void change(pcs_grant *grant);

static void no_id(pcs_grant *grant) {
  grant->id = 0;
}
static void large_id(pcs_grant *grant) {
  grant->id = (uint64_t)PCS_GRANT_ID_MAX + 1;
}
static void two_rights(pcs_grant *grant) {
  grant->right = PCS_RIGHT_CAMERA | PCS_RIGHT_MICROPHONE;
}
static void host_right(pcs_grant *grant) {
  grant->right = PCS_RIGHT_HOST;
}
static void unknown_duration(pcs_grant *grant) {
  grant->duration = (pcs_duration)3;
}
static void unknown_effect(pcs_grant *grant) {
  grant->effect = (pcs_effect)2;
}
static void no_page(pcs_grant *grant) {
  grant->scope.page = 0;
}
static void page_with_call(pcs_grant *grant) {
  grant->scope.call = 1;
}
static void call_without_call(pcs_grant *grant) {
  grant->duration = PCS_DURATION_CALL;
}
static void site_with_page(pcs_grant *grant) {
  grant->duration = PCS_DURATION_SITE;
}
static void counted_site(pcs_grant *grant) {
  grant->duration = PCS_DURATION_SITE;
  grant->scope.page = 0;
  grant->uses_left = 3;
}
static void no_uses(pcs_grant *grant) {
  grant->uses_left = 0;
}
static void counted_block(pcs_grant *grant) {
  grant->effect = PCS_EFFECT_BLOCK;
  grant->uses_left = 3;
}
static void block_of_peers(pcs_grant *grant) {
  grant->effect = PCS_EFFECT_BLOCK;
  scene_add_certificate(&grant->peer, 1);
}
static void late(pcs_grant *grant) {
  grant->expires_us = (uint64_t)PCS_GRANT_NEVER + 1;
}
static void many_peers(pcs_grant *grant) {
  grant->peer.num_certificates = PCS_FINGERPRINTS_MAX + 1;
}
static void long_device(pcs_grant *grant) {
  grant->device.len = PCS_DEVICE_BYTES_MAX + 1;
}
static void device_of_data(pcs_grant *grant) {
  grant->right = PCS_RIGHT_DATA;
  grant->device = scene_device("mic-1");
}

static void test_nonsense(void) {
  static change *const changes[] = {
      no_id,          large_id,    two_rights,     host_right,        unknown_duration,
      unknown_effect, no_page,     page_with_call, call_without_call, site_with_page,
      counted_site,   no_uses,     counted_block,  block_of_peers,    late,
      many_peers,     long_device, device_of_data};
  check_is(PCS_OK, allow(PCS_RIGHT_CAMERA, PCS_DURATION_PAGE));
  check_is(PCS_ERR_RANGE, (pcs_grant){0});
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    pcs_grant grant = allow(PCS_RIGHT_CAMERA, PCS_DURATION_PAGE);
    changes[i](&grant);
    if (!CHECK_EQ_INT(pcs_grant_check(&grant, &no_rules), PCS_ERR_RANGE)) {
      printf("#   change %zu\n", i);
    }
  }
}

static void test_denied_by_rule(void) {
  pcs_rules rules = {.denied = PCS_RIGHT_CAMERA};
  pcs_grant camera = allow(PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  pcs_grant block = scene_grant(1, PCS_RIGHT_CAMERA, PCS_EFFECT_BLOCK, PCS_DURATION_SITE);
  pcs_grant microphone = allow(PCS_RIGHT_MICROPHONE, PCS_DURATION_SITE);
  CHECK_EQ_INT(pcs_grant_check(&camera, &rules), PCS_ERR_DENIED);
  CHECK_EQ_INT(pcs_grant_check(&block, &rules), PCS_OK);
  CHECK_EQ_INT(pcs_grant_check(&microphone, &rules), PCS_OK);
}

static void test_matter(void) {
  pcs_grant a = allow(PCS_RIGHT_CAMERA, PCS_DURATION_PAGE);
  pcs_grant b = a;
  b.id = 2;
  b.effect = PCS_EFFECT_BLOCK;
  b.expires_us = 5;
  b.uses_left = 1;
  CHECK(pcs_grant_same_matter(&a, &b));
  pcs_grant others[7] = {a, a, a, a, a, a, a};
  others[0].right = PCS_RIGHT_MICROPHONE;
  others[1].origin = scene_origin("https://other.example");
  others[2].embedder = scene_origin("https://other.example");
  others[3].device = scene_device("cam-1");
  scene_add_certificate(&others[4].peer, 1);
  others[5].scope.page = SCENE_PAGE + 1;
  others[6].duration = PCS_DURATION_SITE;
  for (size_t i = 0; i < 7; i++) {
    CHECK(!pcs_grant_same_matter(&a, &others[i]));
  }
}

static void test_expiry(void) {
  pcs_grant grant = allow(PCS_RIGHT_CAMERA, PCS_DURATION_PAGE);
  CHECK(!pcs_grant_has_expired(&grant, UINT64_MAX));
  grant.expires_us = 1000;
  CHECK(!pcs_grant_has_expired(&grant, 999));
  CHECK(pcs_grant_has_expired(&grant, 1000));
  CHECK(pcs_grant_has_expired(&(pcs_grant){0}, 0));
}

static void test_device(void) {
  pcs_device device;
  uint8_t bytes[PCS_DEVICE_BYTES_MAX + 1];
  memset(bytes, 'x', sizeof bytes);
  CHECK_EQ_INT(pcs_device_set(&device, (pcs_span){bytes, PCS_DEVICE_BYTES_MAX}), PCS_OK);
  CHECK_EQ_UINT(device.len, PCS_DEVICE_BYTES_MAX);
  CHECK_EQ_INT(pcs_device_set(&device, (pcs_span){bytes, sizeof bytes}), PCS_ERR_TOO_LARGE);
  CHECK_EQ_UINT(device.len, 0);
  bytes[3] = 0;
  CHECK_EQ_INT(pcs_device_set(&device, (pcs_span){bytes, 8}), PCS_ERR_SYNTAX);
  bytes[3] = 0xff;
  CHECK_EQ_INT(pcs_device_set(&device, (pcs_span){bytes, 8}), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(pcs_device_set(&device, (pcs_span){NULL, 0}), PCS_OK);
}

int main(void) {
  RUN("a grant longer than its right allows is refused", test_lengths);
  RUN("a screen is allowed for one use and never remembered, not even blocked", test_display);
  RUN("an insecure or opaque origin, or one around it, gets no grant", test_origins);
  RUN("a grant that contradicts itself is refused", test_nonsense);
  RUN("a right that the program gives to nobody can be blocked but not allowed",
      test_denied_by_rule);
  RUN("a later decision on the same matter is told from one on another", test_matter);
  RUN("a grant has expired at its time, and an empty one always", test_expiry);
  RUN("a device's name is text of bounded length", test_device);
  return check_report();
}
