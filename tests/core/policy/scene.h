/*
 * What the policy tests are told about: origins, pages, grants and requests in their plainest form,
 * for a test to change one thing in. Every function gives a value; none keeps anything.
 */
#ifndef TESTS_CORE_POLICY_SCENE_H
#define TESTS_CORE_POLICY_SCENE_H

#include "core/policy/request.h"
#include "tests/check.h"

#define SCENE_NOW_US UINT64_C(1800000000000000)
#define SCENE_PAGE 7u
#define SCENE_CALL 70u

static inline pcs_origin scene_origin(const char *text) {
  pcs_origin origin;
  CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text(text), &origin), PCS_OK);
  return origin;
}

static inline pcs_device scene_device(const char *name) {
  pcs_device device;
  CHECK_EQ_INT(pcs_device_set(&device, pcs_span_of_text(name)), PCS_OK);
  return device;
}

/* A peer of one certificate, whose SHA-256 is all fill. */
static inline void scene_add_certificate(pcs_peer *peer, uint8_t fill) {
  uint8_t value[32];
  memset(value, fill, sizeof value);
  pcs_fingerprint fingerprint = {.hash = PCS_HASH_SHA_256, .value = {value, sizeof value}};
  CHECK_EQ_INT(pcs_peer_add(peer, &fingerprint), PCS_OK);
}

static inline pcs_page scene_page(const char *origin, const char *embedder) {
  return (pcs_page){
      .id = SCENE_PAGE, .origin = scene_origin(origin), .embedder = scene_origin(embedder)};
}

/* The right is allowed (a display right for one use) or blocked for the scene's page or call. */
static inline pcs_grant scene_grant(uint64_t id, uint32_t right, pcs_effect effect,
                                    pcs_duration duration) {
  const pcs_right_row *row = pcs_right_find(right);
  bool once = row != NULL && row->tier == PCS_TIER_DISPLAY && effect == PCS_EFFECT_ALLOW;
  return (pcs_grant){.id = id,
                     .origin = scene_origin("https://meet.example"),
                     .embedder = scene_origin("https://meet.example"),
                     .right = right,
                     .effect = effect,
                     .duration = duration,
                     .scope = {duration == PCS_DURATION_SITE ? 0 : SCENE_PAGE,
                               duration == PCS_DURATION_CALL ? SCENE_CALL : 0},
                     .expires_us = PCS_GRANT_NEVER,
                     .uses_left = once ? 1 : PCS_GRANT_USES_ANY};
}

static inline pcs_request scene_request(uint32_t right) {
  return (pcs_request){.scope = {SCENE_PAGE, SCENE_CALL}, .right = right};
}

#endif
