/* The verdict on one request, one fact changed at a time. */
#include "core/policy/request.h"

#include "tests/core/policy/scene.h"

#define GRANTS_MAX 4
#define EVERY_DURATION 7u

typedef struct scene {
  pcs_rules rules;
  pcs_page page;
  pcs_grant grants[GRANTS_MAX];
  size_t num_grants;
  pcs_request request;
} scene;

static scene scene_for(uint32_t right) {
  return (scene){.page = scene_page("https://meet.example", "https://meet.example"),
                 .request = scene_request(right)};
}

static scene scene_granted(uint32_t right, pcs_duration duration) {
  scene s = scene_for(right);
  s.grants[s.num_grants++] = scene_grant(1, right, PCS_EFFECT_ALLOW, duration);
  return s;
}

static pcs_verdict decide(const scene *s) {
  pcs_facts facts = {&s->rules, &s->page, s->grants, s->num_grants, SCENE_NOW_US};
  return pcs_request_decide(&s->request, &facts);
}

static void expect(const scene *s, pcs_reason reason) {
  pcs_verdict verdict = decide(s);
  CHECK_EQ_STR(pcs_reason_name(verdict.reason), pcs_reason_name(reason));
  CHECK_EQ_INT(verdict.decision, pcs_reason_decision(reason));
  CHECK_EQ_INT(verdict.durations != 0, verdict.decision == PCS_ASK);
}

static void test_unasked(void) {
  scene data = scene_for(PCS_RIGHT_DATA);
  expect(&data, PCS_REASON_FREE);
  data.rules.asked = PCS_RIGHT_DATA;
  expect(&data, PCS_REASON_DEMANDED);
  data.grants[data.num_grants++] =
      scene_grant(1, PCS_RIGHT_DATA, PCS_EFFECT_ALLOW, PCS_DURATION_PAGE);
  expect(&data, PCS_REASON_GRANTED);
  scene camera = scene_for(PCS_RIGHT_CAMERA);
  expect(&camera, PCS_REASON_NO_GRANT);
  scene screen = scene_for(PCS_RIGHT_SCREEN);
  expect(&screen, PCS_REASON_EACH_TIME);
}

static void test_unknown(void) {
  static const uint32_t rights[] = {0, PCS_RIGHT_HOST, PCS_RIGHT_CAMERA | PCS_RIGHT_DATA, 1u << 9};
  for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
    scene s = scene_for(PCS_RIGHT_DATA);
    s.request.right = rights[i];
    expect(&s, PCS_REASON_UNKNOWN_RIGHT);
  }
  scene s = scene_for(PCS_RIGHT_DATA);
  pcs_facts facts = {.rules = &s.rules, .now_us = SCENE_NOW_US};
  CHECK_EQ_INT(pcs_request_decide(&s.request, &facts).reason, PCS_REASON_UNKNOWN_PAGE);
  s.request.scope.page = SCENE_PAGE + 1;
  expect(&s, PCS_REASON_UNKNOWN_PAGE);
  s.request.scope.page = s.page.id = 0;
  expect(&s, PCS_REASON_UNKNOWN_PAGE);
  scene device = scene_for(PCS_RIGHT_DATA);
  device.request.device = scene_device("mic-1");
  expect(&device, PCS_REASON_UNKNOWN_DEVICE);
}

static void expect_page(const char *origin, const char *embedder, pcs_reason reason) {
  for (uint32_t right = 1; right < PCS_RIGHT_HOST; right <<= 1) {
    if (pcs_right_find(right) == NULL) {
      continue;
    }
    scene s = scene_granted(right, PCS_DURATION_CALL);
    s.page = scene_page(origin, embedder);
    s.grants[0].origin = s.page.origin;
    s.grants[0].embedder = s.page.embedder;
    s.request.answer = 1;
    expect(&s, reason);
  }
}

static void test_insecure(void) {
  expect_page("http://a.example", "http://a.example", PCS_REASON_INSECURE_ORIGIN);
  expect_page("null", "https://a.example", PCS_REASON_OPAQUE_ORIGIN);
  expect_page("https://a.example", "null", PCS_REASON_INSECURE_EMBEDDER);
  expect_page("https://a.example", "http://b.example", PCS_REASON_INSECURE_EMBEDDER);
  expect_page("app://a", "app://a", PCS_REASON_INSECURE_ORIGIN);
}

static void test_loopback(void) {
  expect_page("https://a.example", "https://a.example", PCS_REASON_GRANTED);
  expect_page("http://localhost:8080", "http://localhost:8080", PCS_REASON_GRANTED);
  scene s = scene_for(PCS_RIGHT_CAMERA);
  s.page = scene_page("http://localhost:8080", "http://localhost:8080");
  CHECK_EQ_UINT(decide(&s).durations, 1u << PCS_DURATION_CALL | 1u << PCS_DURATION_PAGE);
}

static void test_scheme(void) {
  scene s = scene_for(PCS_RIGHT_CAMERA);
  s.page = scene_page("app://demo", "app://demo");
  expect(&s, PCS_REASON_INSECURE_ORIGIN);
  s.rules = (pcs_rules){.schemes = {pcs_span_of_text("app")}, .num_schemes = 1};
  expect(&s, PCS_REASON_NO_GRANT);
  CHECK_EQ_UINT(decide(&s).durations, EVERY_DURATION);
}

static void test_mixed(void) {
  scene s = scene_granted(PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  s.page.flags = PCS_PAGE_MIXED;
  expect(&s, PCS_REASON_MIXED_CONTENT);
  scene data = scene_for(PCS_RIGHT_DATA);
  data.page.flags = PCS_PAGE_MIXED | PCS_PAGE_PRIVATE;
  expect(&data, PCS_REASON_MIXED_CONTENT);
}

static void test_forbidden(void) {
  scene s = scene_granted(PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  s.rules.denied = PCS_RIGHT_CAMERA;
  expect(&s, PCS_REASON_FORBIDDEN);
}

static void test_block_wins(void) {
  for (int first = 0; first < 2; first++) {
    for (int i = 0; i < PCS_NUM_DURATIONS; i++) {
      scene s = scene_granted(PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
      pcs_grant block = scene_grant(2, PCS_RIGHT_CAMERA, PCS_EFFECT_BLOCK, (pcs_duration)i);
      s.num_grants = 2;
      s.grants[1] = first ? s.grants[0] : block;
      s.grants[0] = first ? block : s.grants[0];
      expect(&s, PCS_REASON_BLOCKED);
      CHECK_EQ_UINT(decide(&s).grant, 2);
    }
  }
  scene data = scene_for(PCS_RIGHT_DATA);
  data.grants[data.num_grants++] =
      scene_grant(2, PCS_RIGHT_DATA, PCS_EFFECT_BLOCK, PCS_DURATION_SITE);
  expect(&data, PCS_REASON_BLOCKED);
  data.grants[0].expires_us = SCENE_NOW_US;
  expect(&data, PCS_REASON_FREE);
}

static void test_block_reach(void) {
  static const struct {
    const char *origin, *embedder, *by_origin, *by_embedder;
    bool blocked;
  } cases[] = {
      {"https://a.example", "https://top.example", "https://a.example", "https://a.example", true},
      {"https://a.example", "https://top.example", "https://top.example", "https://top.example",
       true},
      {"https://a.example", "https://top.example", "https://a.example", "https://top.example",
       true},
      {"https://a.example", "https://a.example", "https://a.example", "https://top.example", false},
      {"https://a.example", "https://top.example", "https://a.example", "https://b.example", false},
      {"https://a.example", "https://top.example", "https://b.example", "https://b.example",
       false}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    scene s = scene_for(PCS_RIGHT_DATA);
    s.page = scene_page(cases[i].origin, cases[i].embedder);
    s.num_grants = 1;
    s.grants[0] = scene_grant(1, PCS_RIGHT_DATA, PCS_EFFECT_BLOCK, PCS_DURATION_SITE);
    s.grants[0].origin = scene_origin(cases[i].by_origin);
    s.grants[0].embedder = scene_origin(cases[i].by_embedder);
    expect(&s, cases[i].blocked ? PCS_REASON_BLOCKED : PCS_REASON_FREE);
  }
}

static void test_other_facts(void) {
  scene good = scene_granted(PCS_RIGHT_CAMERA, PCS_DURATION_CALL);
  expect(&good, PCS_REASON_GRANTED);
  scene s[8] = {good, good, good, good, good, good, good, good};
  s[0].grants[0].origin = scene_origin("https://meet.example:8443");
  s[1].page.embedder = scene_origin("https://top.example");
  s[2].grants[0].right = PCS_RIGHT_MICROPHONE;
  s[3].request.scope.call = SCENE_CALL + 1;
  s[4].grants[0].expires_us = SCENE_NOW_US;
  s[5].grants[0].uses_left = 0;
  s[6].grants[0] = (pcs_grant){0};
  s[7].request.scope.page = s[7].page.id = SCENE_PAGE + 1;
  for (size_t i = 0; i < 8; i++) {
    expect(&s[i], PCS_REASON_NO_GRANT);
  }
  good.grants[0].expires_us = SCENE_NOW_US + 1;
  good.grants[0].uses_left = 1;
  expect(&good, PCS_REASON_GRANTED);
}

static void test_scopes(void) {
  scene page = scene_granted(PCS_RIGHT_CAMERA, PCS_DURATION_PAGE);
  page.request.scope.call = SCENE_CALL + 1;
  expect(&page, PCS_REASON_GRANTED);
  page.request.scope.page = page.page.id = SCENE_PAGE + 1;
  expect(&page, PCS_REASON_NO_GRANT);
  scene site = scene_granted(PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  site.request.scope.page = site.page.id = SCENE_PAGE + 1;
  expect(&site, PCS_REASON_GRANTED);
}

static void test_display(void) {
  static const uint32_t rights[] = {PCS_RIGHT_SCREEN, PCS_RIGHT_WINDOW};
  for (size_t i = 0; i < 2; i++) {
    scene s = scene_granted(rights[i], PCS_DURATION_CALL);
    expect(&s, PCS_REASON_EACH_TIME);
    CHECK_EQ_UINT(decide(&s).durations, 1u << PCS_DURATION_CALL);
    s.request.answer = 2;
    expect(&s, PCS_REASON_EACH_TIME);
    s.request.answer = 1;
    expect(&s, PCS_REASON_GRANTED);
    s.grants[0].uses_left = 0;
    expect(&s, PCS_REASON_EACH_TIME);
    s.request.scope.call = 0;
    expect(&s, PCS_REASON_NO_CALL);
  }
}

static void test_peers(void) {
  scene s = scene_granted(PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  scene_add_certificate(&s.grants[0].peer, 'a');
  scene_add_certificate(&s.grants[0].peer, 'b');
  expect(&s, PCS_REASON_OTHER_PEER);
  pcs_peer peer = {0};
  s.request.peer = &peer;
  expect(&s, PCS_REASON_OTHER_PEER);
  scene_add_certificate(&peer, 'b');
  expect(&s, PCS_REASON_GRANTED);
  scene_add_certificate(&peer, 'c');
  expect(&s, PCS_REASON_OTHER_PEER);
}

static void test_devices(void) {
  scene s = scene_granted(PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  s.request.device = scene_device("cam-1");
  expect(&s, PCS_REASON_GRANTED);
  s.grants[0].device = scene_device("cam-2");
  expect(&s, PCS_REASON_OTHER_DEVICE);
  s.request.device = scene_device("");
  expect(&s, PCS_REASON_GRANTED);
}

static void test_blocked_devices(void) {
  scene s = scene_granted(PCS_RIGHT_CAMERA, PCS_DURATION_SITE);
  s.grants[s.num_grants++] = scene_grant(2, PCS_RIGHT_CAMERA, PCS_EFFECT_BLOCK, PCS_DURATION_SITE);
  s.grants[1].device = scene_device("cam-2");
  expect(&s, PCS_REASON_OTHER_DEVICE);
  s.request.device = scene_device("cam-1");
  expect(&s, PCS_REASON_GRANTED);
  s.request.device = scene_device("cam-2");
  expect(&s, PCS_REASON_BLOCKED);
  s.request.device = scene_device("");
  s.grants[0].device = scene_device("cam-1");
  expect(&s, PCS_REASON_GRANTED);
  s.grants[0].device = scene_device("cam-2");
  expect(&s, PCS_REASON_OTHER_DEVICE);
}

static void test_offers(void) {
  scene s = scene_for(PCS_RIGHT_MICROPHONE);
  CHECK_EQ_UINT(decide(&s).durations, EVERY_DURATION);
  s.page.flags = PCS_PAGE_PRIVATE;
  CHECK_EQ_UINT(decide(&s).durations, 1u << PCS_DURATION_CALL | 1u << PCS_DURATION_PAGE);
  s.request.scope.call = 0;
  CHECK_EQ_UINT(decide(&s).durations, 1u << PCS_DURATION_PAGE);
  s.page = scene_page("https://meet.example", "http://localhost");
  CHECK_EQ_UINT(decide(&s).durations, 1u << PCS_DURATION_PAGE);
}

int main(void) {
  RUN("data is free unless the program demands a question, all else is asked", test_unasked);
  RUN("an unknown right, page or device is denied", test_unknown);
  RUN("no insecure or opaque page, nor one inside such a page, gets anything", test_insecure);
  RUN("http on loopback is for development: never remembered", test_loopback);
  RUN("a scheme of the program's own is good by configuration only", test_scheme);
  RUN("a page with mixed content gets nothing, granted or free", test_mixed);
  RUN("what the program forbids no grant allows", test_forbidden);
  RUN("a block wins over every grant and over what is free", test_block_wins);
  RUN("a site blocked by itself is blocked inside others and with what is inside it",
      test_block_reach);
  RUN("a grant of another origin, embedder, right, call or page, expired or used up, is none",
      test_other_facts);
  RUN("a grant reaches as far as its call, page or site", test_scopes);
  RUN("a screen or window is allowed only by the answer to this very request", test_display);
  RUN("a grant for certain peers needs a verified one, and nobody else beside", test_peers);
  RUN("a grant for one device does not open another", test_devices);
  RUN("a blocked device is not opened by a request that names none", test_blocked_devices);
  RUN("a prompt offers only what may be granted", test_offers);
  return check_report();
}
