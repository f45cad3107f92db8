/* Origins and tokens: a token is good once, for one origin, for a minute (requirements X32). */
#include <string.h>

#include "host/broker/admission.h"
#include "tests/check.h"

typedef struct scene {
  pcs_random_seeded state;
  pcs_random random;
  pcs_admission *admission;
  pcs_origin ours;
  pcs_origin other;
} scene;

static pcs_surroundings around;

static pcs_origin origin_of(const char *text) {
  pcs_origin origin;
  CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text(text), &origin), PCS_OK);
  return origin;
}

static void open_scene(scene *at) {
  at->random = pcs_random_seeded_init(&at->state, CHECK_SEED(3));
  CHECK_EQ_INT(pcs_admission_new(&at->admission, &at->random), PCS_OK);
  at->ours = origin_of("https://app.example");
  at->other = origin_of("https://other.example");
  CHECK_EQ_INT(pcs_admission_allow(at->admission, &at->ours), PCS_OK);
  CHECK_EQ_INT(pcs_admission_allow(at->admission, &at->other), PCS_OK);
}

static void close_scene(scene *at) {
  pcs_admission_free(at->admission);
}

static pcs_span issue(scene *at, uint64_t now_us, uint8_t token[PCS_TOKEN_BYTES]) {
  CHECK_EQ_INT(pcs_admission_issue(at->admission, now_us, &at->ours, NULL, token), PCS_OK);
  return (pcs_span){token, PCS_TOKEN_BYTES};
}

static void test_origins(void) {
  scene at;
  open_scene(&at);
  pcs_origin stranger = origin_of("https://app.example:8443");
  pcs_origin opaque = origin_of("null");
  uint8_t token[PCS_TOKEN_BYTES];
  CHECK(pcs_admission_is_allowed(at.admission, &at.ours));
  CHECK(!pcs_admission_is_allowed(at.admission, &stranger));
  CHECK(!pcs_admission_is_allowed(at.admission, &opaque));
  CHECK_EQ_INT(pcs_admission_allow(at.admission, &opaque), PCS_ERR_DENIED);
  CHECK_EQ_INT(pcs_admission_issue(at.admission, 0, &stranger, NULL, token), PCS_ERR_DENIED);
  close_scene(&at);
}

static void test_once(void) {
  scene at;
  open_scene(&at);
  uint8_t token[PCS_TOKEN_BYTES];
  pcs_span span = issue(&at, 5, token);
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 6, &at.ours, span, &around), PCS_OK);
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 7, &at.ours, span, &around), PCS_ERR_DENIED);
  close_scene(&at);
}

static void test_wrong_origin_burns(void) {
  scene at;
  open_scene(&at);
  uint8_t token[PCS_TOKEN_BYTES];
  pcs_span span = issue(&at, 5, token);
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 6, &at.other, span, &around), PCS_ERR_DENIED);
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 7, &at.ours, span, &around), PCS_ERR_DENIED);
  close_scene(&at);
}

static void test_lifetime(void) {
  scene at;
  open_scene(&at);
  uint8_t first[PCS_TOKEN_BYTES];
  uint8_t second[PCS_TOKEN_BYTES];
  pcs_span span = issue(&at, 1000, first);
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 1000 + PCS_TOKEN_LIFETIME_US, &at.ours, span, &around),
               PCS_ERR_DENIED);
  span = issue(&at, 1000, second);
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 999 + PCS_TOKEN_LIFETIME_US, &at.ours, span, &around),
               PCS_OK);
  close_scene(&at);
}

static void test_guesses(void) {
  scene at;
  open_scene(&at);
  uint8_t zeros[PCS_TOKEN_BYTES] = {0};
  uint8_t token[PCS_TOKEN_BYTES];
  /* Free places hold zeros: they are no token. */
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 0, &at.ours, (pcs_span){zeros, sizeof zeros}, &around),
               PCS_ERR_DENIED);
  pcs_span span = issue(&at, 5, token);
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 6, &at.ours, (pcs_span){0}, &around), PCS_ERR_DENIED);
  for (size_t len = 0; len < span.len; len++) {
    CHECK_EQ_INT(pcs_admission_redeem(at.admission, 6, &at.ours, (pcs_span){token, len}, &around),
                 PCS_ERR_DENIED);
  }
  for (size_t i = 0; i < 8 * sizeof token; i++) {
    token[i / 8] ^= (uint8_t)(1u << i % 8);
    CHECK_EQ_INT(pcs_admission_redeem(at.admission, 6, &at.ours, span, &around), PCS_ERR_DENIED);
    token[i / 8] ^= (uint8_t)(1u << i % 8);
  }
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 6, &at.ours, span, &around), PCS_OK);
  close_scene(&at);
}

static void test_bounds(void) {
  scene at;
  open_scene(&at);
  static uint8_t tokens[PCS_TOKENS_MAX + 1][PCS_TOKEN_BYTES];
  for (size_t i = 0; i < PCS_TOKENS_MAX + 1; i++) {
    (void)issue(&at, 10 + i, tokens[i]);
  }
  CHECK_EQ_INT(
      pcs_admission_redeem(at.admission, 999, &at.ours, (pcs_span){tokens[0], PCS_TOKEN_BYTES}, &around),
      PCS_ERR_DENIED);
  for (size_t i = 1; i < PCS_TOKENS_MAX + 1; i++) {
    CHECK_EQ_INT(
        pcs_admission_redeem(at.admission, 999, &at.ours, (pcs_span){tokens[i], PCS_TOKEN_BYTES}, &around),
        PCS_OK);
  }
  for (size_t i = 2; i < PCS_ALLOWED_ORIGINS_MAX; i++) {
    char text[] = "https://00.example";
    text[8] = (char)('a' + i / 10);
    text[9] = (char)('0' + i % 10);
    pcs_origin origin = origin_of(text);
    CHECK_EQ_INT(pcs_admission_allow(at.admission, &origin), PCS_OK);
    CHECK_EQ_INT(pcs_admission_allow(at.admission, &origin), PCS_OK);
  }
  pcs_origin one_more = origin_of("https://one.more.example");
  CHECK_EQ_INT(pcs_admission_allow(at.admission, &one_more), PCS_ERR_QUOTA);
  close_scene(&at);
}

static void test_surroundings(void) {
  scene at;
  open_scene(&at);
  uint8_t token[PCS_TOKEN_BYTES];
  pcs_surroundings inside = {.embedder = origin_of("https://top.example"),
                             .flags = PCS_PAGE_PRIVATE};
  CHECK_EQ_INT(pcs_admission_issue(at.admission, 5, &at.ours, &inside, token), PCS_OK);
  CHECK_EQ_INT(
      pcs_admission_redeem(at.admission, 6, &at.ours, (pcs_span){token, sizeof token}, &around),
      PCS_OK);
  CHECK(pcs_origin_equal(&around.embedder, &inside.embedder));
  CHECK_EQ_UINT(around.flags, PCS_PAGE_PRIVATE);
  pcs_span span = issue(&at, 7, token);
  CHECK_EQ_INT(pcs_admission_redeem(at.admission, 8, &at.ours, span, &around), PCS_OK);
  CHECK(pcs_origin_equal(&around.embedder, &at.ours));
  CHECK_EQ_UINT(around.flags, 0);
  close_scene(&at);
}

int main(void) {
  RUN("an origin that was not allowed gets no token, an opaque one is never allowed", test_origins);
  RUN("a token is good once", test_once);
  RUN("a token shown by another origin is void for everybody", test_wrong_origin_burns);
  RUN("a token ends after a minute", test_lifetime);
  RUN("a part of a token, a changed one or zeros are no token", test_guesses);
  RUN("the oldest of too many tokens is void; too many origins are refused", test_bounds);
  RUN("a token says what its page is inside of, as who asked for it vouched", test_surroundings);
  return check_report();
}
