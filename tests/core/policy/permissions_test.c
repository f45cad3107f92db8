/* What lives and ends with what. */
#include "core/policy/permissions.h"

#include "tests/core/policy/scene.h"

static pcs_permissions permissions;
static const pcs_rules no_rules;

static void start(void) {
  pcs_page page = scene_page("https://meet.example", "https://meet.example");
  CHECK_EQ_INT(pcs_permissions_init(&permissions, &no_rules), PCS_OK);
  CHECK_EQ_INT(pcs_permissions_open_page(&permissions, &page), PCS_OK);
}

static void add(pcs_grant grant) {
  CHECK_EQ_INT(pcs_permissions_add(&permissions, &grant, SCENE_NOW_US), PCS_OK);
}

static void allow(uint64_t id, uint32_t right, pcs_duration duration) {
  add(scene_grant(id, right, PCS_EFFECT_ALLOW, duration));
}

static pcs_request request_for(uint32_t right) {
  pcs_request request = scene_request(right);
  if (pcs_right_find(right)->needs == PCS_NEEDS_DEVICE) {
    request.device = scene_device("device-1");
  }
  return request;
}

static uint64_t begin(uint32_t right, uint64_t answer) {
  uint64_t use;
  pcs_verdict verdict;
  pcs_request request = request_for(right);
  request.answer = answer;
  CHECK_EQ_INT(pcs_permissions_begin(&permissions, &use, &verdict, &request, SCENE_NOW_US), PCS_OK);
  CHECK(use != 0);
  return use;
}

static void expect_denied(const pcs_request *request, pcs_reason reason) {
  uint64_t use;
  pcs_verdict verdict;
  CHECK_EQ_INT(pcs_permissions_begin(&permissions, &use, &verdict, request, SCENE_NOW_US),
               PCS_ERR_DENIED);
  CHECK_EQ_STR(pcs_reason_name(verdict.reason), pcs_reason_name(reason));
  CHECK_EQ_UINT(use, 0);
}

static void expect_end(uint64_t use, pcs_reason reason) {
  pcs_use_end end;
  if (CHECK(pcs_permissions_poll(&permissions, &end))) {
    CHECK_EQ_UINT(end.use, use);
    CHECK_EQ_STR(pcs_reason_name(end.reason), pcs_reason_name(reason));
  }
}

static void expect_quiet(void) {
  pcs_use_end end;
  CHECK(!pcs_permissions_poll(&permissions, &end));
}

static void test_last_use(void) {
  start();
  allow(1, PCS_RIGHT_MICROPHONE, PCS_DURATION_CALL);
  allow(2, PCS_RIGHT_CAMERA, PCS_DURATION_CALL);
  allow(3, PCS_RIGHT_SPEAKER, PCS_DURATION_PAGE);
  uint64_t microphone = begin(PCS_RIGHT_MICROPHONE, 0);
  uint64_t connection = begin(PCS_RIGHT_DATA, 0);
  pcs_permissions_end_use(&permissions, microphone);
  CHECK_EQ_UINT(permissions.num_grants, 3);
  pcs_permissions_end_use(&permissions, connection);
  CHECK_EQ_UINT(permissions.num_grants, 1);
  pcs_request request = request_for(PCS_RIGHT_CAMERA);
  expect_denied(&request, PCS_REASON_NO_GRANT);
  expect_quiet();
}

static void test_call(void) {
  start();
  allow(1, PCS_RIGHT_MICROPHONE, PCS_DURATION_CALL);
  uint64_t microphone = begin(PCS_RIGHT_MICROPHONE, 0);
  pcs_permissions_end_call(&permissions, (pcs_scope){SCENE_PAGE, SCENE_CALL + 1});
  expect_quiet();
  pcs_permissions_end_call(&permissions, (pcs_scope){SCENE_PAGE, SCENE_CALL});
  expect_end(microphone, PCS_REASON_CALL_ENDED);
  expect_quiet();
  CHECK_EQ_UINT(permissions.num_grants, 0);
}

static void test_page(void) {
  start();
  allow(1, PCS_RIGHT_MICROPHONE, PCS_DURATION_PAGE);
  allow(2, PCS_RIGHT_CAMERA, PCS_DURATION_CALL);
  allow(3, PCS_RIGHT_SPEAKER, PCS_DURATION_SITE);
  uint64_t speaker = begin(PCS_RIGHT_SPEAKER, 0);
  pcs_permissions_close_page(&permissions, SCENE_PAGE);
  expect_end(speaker, PCS_REASON_PAGE_CLOSED);
  expect_quiet();
  CHECK_EQ_UINT(permissions.num_grants, 1);
  pcs_request request = request_for(PCS_RIGHT_SPEAKER);
  expect_denied(&request, PCS_REASON_UNKNOWN_PAGE);
}

static void test_revoke(void) {
  start();
  allow(1, PCS_RIGHT_MICROPHONE, PCS_DURATION_SITE);
  allow(2, PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  uint64_t microphone = begin(PCS_RIGHT_MICROPHONE, 0);
  uint64_t camera = begin(PCS_RIGHT_CAMERA, 0);
  CHECK_EQ_INT(pcs_permissions_revoke(&permissions, 1), PCS_OK);
  expect_end(microphone, PCS_REASON_GRANT_ENDED);
  expect_quiet();
  CHECK_EQ_INT(pcs_permissions_revoke(&permissions, 1), PCS_ERR_NOT_FOUND);
  pcs_permissions_forget(&permissions);
  expect_end(camera, PCS_REASON_GRANT_ENDED);
}

static void test_block(void) {
  start();
  allow(1, PCS_RIGHT_MICROPHONE, PCS_DURATION_SITE);
  uint64_t microphone = begin(PCS_RIGHT_MICROPHONE, 0);
  uint64_t connection = begin(PCS_RIGHT_DATA, 0);
  add(scene_grant(2, PCS_RIGHT_MICROPHONE, PCS_EFFECT_BLOCK, PCS_DURATION_PAGE));
  expect_end(microphone, PCS_REASON_BLOCKED);
  expect_quiet();
  add(scene_grant(3, PCS_RIGHT_DATA, PCS_EFFECT_BLOCK, PCS_DURATION_SITE));
  expect_end(connection, PCS_REASON_BLOCKED);
  expect_quiet();
}

static void test_same_matter(void) {
  start();
  allow(1, PCS_RIGHT_MICROPHONE, PCS_DURATION_SITE);
  uint64_t microphone = begin(PCS_RIGHT_MICROPHONE, 0);
  allow(2, PCS_RIGHT_MICROPHONE, PCS_DURATION_SITE);
  CHECK_EQ_UINT(permissions.num_grants, 1);
  expect_quiet();
  add(scene_grant(3, PCS_RIGHT_MICROPHONE, PCS_EFFECT_BLOCK, PCS_DURATION_SITE));
  CHECK_EQ_UINT(permissions.num_grants, 1);
  expect_end(microphone, PCS_REASON_BLOCKED);
  CHECK_EQ_INT(pcs_permissions_revoke(&permissions, 3), PCS_OK);
  pcs_request request = request_for(PCS_RIGHT_MICROPHONE);
  expect_denied(&request, PCS_REASON_NO_GRANT);
}

static void test_mixed(void) {
  start();
  allow(1, PCS_RIGHT_MICROPHONE, PCS_DURATION_SITE);
  uint64_t microphone = begin(PCS_RIGHT_MICROPHONE, 0);
  uint64_t connection = begin(PCS_RIGHT_DATA, 0);
  pcs_permissions_mark_mixed(&permissions, SCENE_PAGE + 1);
  expect_quiet();
  pcs_permissions_mark_mixed(&permissions, SCENE_PAGE);
  expect_end(microphone, PCS_REASON_MIXED_CONTENT);
  expect_end(connection, PCS_REASON_MIXED_CONTENT);
}

static void test_expiry(void) {
  start();
  CHECK_EQ_UINT(pcs_permissions_wake_at(&permissions), PCS_GRANT_NEVER);
  pcs_grant grant = scene_grant(1, PCS_RIGHT_CAMERA, PCS_EFFECT_ALLOW, PCS_DURATION_PAGE);
  grant.expires_us = SCENE_NOW_US + 1000;
  add(grant);
  uint64_t camera = begin(PCS_RIGHT_CAMERA, 0);
  CHECK_EQ_UINT(pcs_permissions_wake_at(&permissions), SCENE_NOW_US + 1000);
  pcs_permissions_tick(&permissions, SCENE_NOW_US + 999);
  expect_quiet();
  pcs_permissions_tick(&permissions, SCENE_NOW_US + 1000);
  expect_end(camera, PCS_REASON_GRANT_ENDED);
  CHECK_EQ_INT(pcs_permissions_add(&permissions, &grant, SCENE_NOW_US), PCS_ERR_TIMEOUT);
}

static void test_display(void) {
  start();
  allow(1, PCS_RIGHT_SCREEN, PCS_DURATION_CALL);
  uint64_t screen = begin(PCS_RIGHT_SCREEN, 1);
  CHECK_EQ_UINT(permissions.num_grants, 1);
  pcs_request again = request_for(PCS_RIGHT_SCREEN);
  again.answer = 1;
  expect_denied(&again, PCS_REASON_EACH_TIME);
  expect_quiet();
  uint64_t connection = begin(PCS_RIGHT_DATA, 0);
  pcs_permissions_end_use(&permissions, screen);
  CHECK_EQ_UINT(permissions.num_grants, 0);
  pcs_permissions_end_use(&permissions, connection);
}

static void test_counted(void) {
  start();
  pcs_grant grant = scene_grant(1, PCS_RIGHT_CAMERA, PCS_EFFECT_ALLOW, PCS_DURATION_PAGE);
  grant.uses_left = 2;
  add(grant);
  uint64_t first = begin(PCS_RIGHT_CAMERA, 0);
  uint64_t second = begin(PCS_RIGHT_CAMERA, 0);
  pcs_request request = request_for(PCS_RIGHT_CAMERA);
  expect_denied(&request, PCS_REASON_NO_GRANT);
  pcs_permissions_end_use(&permissions, first);
  expect_denied(&request, PCS_REASON_NO_GRANT);
  expect_quiet();
  CHECK_EQ_UINT(permissions.num_grants, 1);
  pcs_permissions_end_use(&permissions, second);
  CHECK_EQ_UINT(permissions.num_grants, 0);
}

/* A use of a grant for one peer, which has proved who it is. */
static uint64_t begin_with(const pcs_peer *peer) {
  pcs_grant grant = scene_grant(1, PCS_RIGHT_CAMERA, PCS_EFFECT_ALLOW, PCS_DURATION_SITE);
  grant.peer = *peer;
  add(grant);
  pcs_request request = request_for(PCS_RIGHT_CAMERA);
  request.peer = peer;
  uint64_t use = 0;
  pcs_verdict verdict;
  CHECK_EQ_INT(pcs_permissions_begin(&permissions, &use, &verdict, &request, SCENE_NOW_US), PCS_OK);
  return use;
}

static void test_peer_that_is_left(void) {
  start();
  pcs_peer peer = {0};
  scene_add_certificate(&peer, 'a');
  uint64_t use = begin_with(&peer);
  pcs_request request = request_for(PCS_RIGHT_CAMERA);
  pcs_permissions_meet(&permissions, request.scope, &(pcs_peer){0});
  expect_end(use, PCS_REASON_GRANT_ENDED);
}

static void test_peer(void) {
  start();
  pcs_peer peer = {0};
  scene_add_certificate(&peer, 'a');
  pcs_grant grant = scene_grant(1, PCS_RIGHT_CAMERA, PCS_EFFECT_ALLOW, PCS_DURATION_SITE);
  grant.peer = peer;
  add(grant);
  pcs_request request = request_for(PCS_RIGHT_CAMERA);
  expect_denied(&request, PCS_REASON_OTHER_PEER);
  request.peer = &peer;
  uint64_t use;
  pcs_verdict verdict;
  CHECK_EQ_INT(pcs_permissions_begin(&permissions, &use, &verdict, &request, SCENE_NOW_US), PCS_OK);
  pcs_permissions_meet(&permissions, request.scope, &peer);
  expect_quiet();
  pcs_peer other = {0};
  scene_add_certificate(&other, 'b');
  pcs_permissions_meet(&permissions, request.scope, &other);
  expect_end(use, PCS_REASON_GRANT_ENDED);
}

static void test_no_device(void) {
  start();
  allow(1, PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  pcs_request request = scene_request(PCS_RIGHT_CAMERA);
  CHECK_EQ_INT(pcs_permissions_decide(&permissions, &request, SCENE_NOW_US).decision, PCS_ALLOW);
  expect_denied(&request, PCS_REASON_UNKNOWN_DEVICE);
}

static void test_reset(void) {
  start();
  allow(1, PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  pcs_grant inside = scene_grant(2, PCS_RIGHT_CAMERA, PCS_EFFECT_ALLOW, PCS_DURATION_SITE);
  inside.origin = scene_origin("https://frame.example");
  add(inside);
  pcs_grant other = inside;
  other.id = 3;
  other.embedder = scene_origin("https://top.example");
  add(other);
  uint64_t camera = begin(PCS_RIGHT_CAMERA, 0);
  pcs_origin origin = scene_origin("https://meet.example");
  pcs_permissions_reset_origin(&permissions, &origin);
  expect_end(camera, PCS_REASON_GRANT_ENDED);
  CHECK_EQ_UINT(permissions.num_grants, 1);
  CHECK_EQ_UINT(permissions.grants[0].id, 3);
}

static void test_foreign(void) {
  start();
  pcs_grant grant = scene_grant(1, PCS_RIGHT_CAMERA, PCS_EFFECT_ALLOW, PCS_DURATION_PAGE);
  grant.origin = scene_origin("https://other.example");
  CHECK_EQ_INT(pcs_permissions_add(&permissions, &grant, SCENE_NOW_US), PCS_ERR_NOT_FOUND);
  grant = scene_grant(1, PCS_RIGHT_CAMERA, PCS_EFFECT_ALLOW, PCS_DURATION_PAGE);
  grant.scope.page = SCENE_PAGE + 1;
  CHECK_EQ_INT(pcs_permissions_add(&permissions, &grant, SCENE_NOW_US), PCS_ERR_NOT_FOUND);
  allow(1, PCS_RIGHT_CAMERA, PCS_DURATION_PAGE);
  grant = scene_grant(1, PCS_RIGHT_MICROPHONE, PCS_EFFECT_ALLOW, PCS_DURATION_PAGE);
  CHECK_EQ_INT(pcs_permissions_add(&permissions, &grant, SCENE_NOW_US), PCS_ERR_RANGE);
  pcs_page page = scene_page("https://meet.example", "https://meet.example");
  CHECK_EQ_INT(pcs_permissions_open_page(&permissions, &page), PCS_ERR_STATE);
  page.id = 0;
  CHECK_EQ_INT(pcs_permissions_open_page(&permissions, &page), PCS_ERR_RANGE);
}

static void test_full(void) {
  start();
  for (uint64_t i = 1; i <= PCS_USES_MAX; i++) {
    begin(PCS_RIGHT_DATA, 0);
  }
  uint64_t use;
  pcs_verdict verdict;
  pcs_request request = request_for(PCS_RIGHT_DATA);
  CHECK_EQ_INT(pcs_permissions_begin(&permissions, &use, &verdict, &request, SCENE_NOW_US),
               PCS_ERR_NO_SPACE);
  pcs_grant grant = scene_grant(1, PCS_RIGHT_CAMERA, PCS_EFFECT_ALLOW, PCS_DURATION_CALL);
  for (uint64_t i = 1; i <= PCS_GRANTS_MAX; i++) {
    grant.id = i;
    grant.scope.call = i;
    add(grant);
  }
  grant.id = PCS_GRANTS_MAX + 1;
  CHECK_EQ_INT(pcs_permissions_add(&permissions, &grant, SCENE_NOW_US), PCS_OK);
  grant.scope.call = grant.id = PCS_GRANTS_MAX + 2;
  CHECK_EQ_INT(pcs_permissions_add(&permissions, &grant, SCENE_NOW_US), PCS_ERR_NO_SPACE);
  pcs_page page = scene_page("https://meet.example", "https://meet.example");
  for (page.id = 1000; permissions.num_pages < PCS_PAGES_MAX; page.id++) {
    CHECK_EQ_INT(pcs_permissions_open_page(&permissions, &page), PCS_OK);
  }
  CHECK_EQ_INT(pcs_permissions_open_page(&permissions, &page), PCS_ERR_NO_SPACE);
}

static void test_bad_rules(void) {
  pcs_rules rules = {.schemes = {pcs_span_of_text("http")}, .num_schemes = 1};
  CHECK_EQ_INT(pcs_permissions_init(&permissions, &rules), PCS_ERR_DENIED);
  CHECK_EQ_UINT(permissions.rules.num_schemes, 0);
}

int main(void) {
  RUN("a call's grants end with its last track or connection", test_last_use);
  RUN("the end of a call ends its uses and no other's", test_call);
  RUN("a closed page takes along its uses and grants, and leaves the site's", test_page);
  RUN("a grant taken back ends at once what it allowed", test_revoke);
  RUN("a block ends at once what it covers, free or granted", test_block);
  RUN("a new decision takes the place of the old one, which does not come back", test_same_matter);
  RUN("a page that becomes mixed loses what it had", test_mixed);
  RUN("an expired grant ends what it allowed, and a clock set back revives nothing", test_expiry);
  RUN("an answer for a screen is good for one use", test_display);
  RUN("a counted grant is used up, and lives as long as its uses", test_counted);
  RUN("a use by a grant for certain peers ends when another peer appears", test_peer);
  RUN("a use by a grant for one peer ends when that peer is left, before the next has proved anything",
      test_peer_that_is_left);
  RUN("nothing is captured without a device being named", test_no_device);
  RUN("resetting an origin forgets what names it, around a frame too", test_reset);
  RUN("a grant for a page of another origin, or under a taken number, is refused", test_foreign);
  RUN("full tables refuse and change nothing", test_full);
  RUN("rules that open http do not start", test_bad_rules);
  return check_report();
}
