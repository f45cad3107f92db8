/*
 * Each line of defence of the consent engine by itself, where another one would act later: a
 * question that is shared, a screen's yes, and what is not seen.
 */
#include <string.h>

#include "host/broker/consent_state.h"
#include "tests/check.h"

#define SECOND UINT64_C(1000000)
#define EVENTS_MAX 16

/* A prompter that only notes, an indicator that can always be shown, and what was polled. */
typedef struct scene {
  pcs_random_seeded state;
  pcs_random random;
  pcs_consent *consent;
  uint64_t now_us;
  size_t num_put;
  pcs_question put; /* the latest */
  size_t num_events;
  pcs_consent_event events[EVENTS_MAX];
} scene;

static scene at;

static pcs_status put_question(void *self, const pcs_question *question) {
  scene *noting = (scene *)self;
  noting->num_put++;
  noting->put = *question;
  return PCS_OK;
}

static void withdraw(void *self, uint64_t question) {
  (void)self;
  (void)question;
}

static pcs_status show(void *self, const pcs_indicator_line *lines, size_t num_lines) {
  (void)self;
  (void)lines;
  (void)num_lines;
  return PCS_OK;
}

static bool begin(void) {
  memset(&at, 0, sizeof at);
  at.random = pcs_random_seeded_init(&at.state, 5);
  at.now_us = 1000 * SECOND;
  pcs_consent_config config = {
      .prompter = {.put = put_question, .withdraw = withdraw, .self = &at},
      .indicator = {.show = show, .self = &at},
      .random = &at.random,
  };
  return CHECK_EQ_INT(pcs_consent_new(&at.consent, &config, at.now_us), PCS_OK);
}

static void end(void) {
  pcs_consent_free(at.consent);
}

static pcs_origin origin_of(const char *text) {
  pcs_origin origin;
  CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text(text), &origin), PCS_OK);
  return origin;
}

static uint64_t open_page(const char *origin, const char *embedder) {
  pcs_visit visit = {.origin = origin_of(origin), .embedder = origin_of(embedder)};
  uint64_t page = 0;
  CHECK_EQ_INT(pcs_consent_open_page(at.consent, &page, &visit, at.now_us), PCS_OK);
  return page;
}

static uint64_t open_app(void) {
  return open_page("https://app.example", "https://app.example");
}

static pcs_wish wish_of(uint64_t page, uint64_t call, uint32_t rights, const char *device) {
  pcs_wish wish = {.scope = {.page = page, .call = call}, .rights = rights};
  CHECK_EQ_INT(pcs_device_set(&wish.device, pcs_span_of_text(device)), PCS_OK);
  return wish;
}

static uint64_t ask(const pcs_wish *wish) {
  uint64_t id = 0;
  CHECK_EQ_INT(pcs_consent_ask(at.consent, &id, wish, at.now_us), PCS_OK);
  return id;
}

static void settle(void) {
  at.num_events = 0;
  pcs_consent_event event;
  while (pcs_consent_poll(at.consent, &event, at.now_us)) {
    if (CHECK(at.num_events < EVENTS_MAX)) {
      at.events[at.num_events++] = event;
    }
  }
}

/* What the latest poll said of the ask; NULL: nothing. */
static const pcs_consent_event *verdict_of(uint64_t ask_id) {
  for (size_t i = 0; i < at.num_events; i++) {
    if (at.events[i].kind == PCS_CONSENT_VERDICT && at.events[i].ask == ask_id) {
      return &at.events[i];
    }
  }
  return NULL;
}

static bool is_denied(uint64_t ask_id, pcs_reason reason) {
  const pcs_consent_event *verdict = verdict_of(ask_id);
  return verdict != NULL && !verdict->allowed && verdict->reason == reason;
}

static bool is_allowed(uint64_t ask_id) {
  const pcs_consent_event *verdict = verdict_of(ask_id);
  return verdict != NULL && verdict->allowed;
}

static size_t count_ended(pcs_reason reason) {
  size_t num = 0;
  for (size_t i = 0; i < at.num_events; i++) {
    num += at.events[i].kind == PCS_CONSENT_ENDED && at.events[i].reason == reason ? 1 : 0;
  }
  return num;
}

static void answer(pcs_answer_kind kind) {
  pcs_answer said = {.question = at.put.id, .kind = kind};
  if (kind == PCS_ANSWER_ALLOWED) {
    said.rights = at.put.rights;
    bool for_call = (at.put.durations & (1u << PCS_DURATION_CALL)) != 0;
    said.duration = for_call ? PCS_DURATION_CALL : PCS_DURATION_PAGE;
    for (size_t i = 0; i < at.put.num_devices; i++) {
      said.devices[said.num_devices++] = (uint8_t)i;
    }
  }
  pcs_consent_answer(at.consent, &said, at.now_us);
}

/* ---- who shares a question ---- */

static void test_same(void) {
  if (!begin()) {
    return;
  }
  pcs_wish first = wish_of(open_app(), 1, PCS_RIGHT_MICROPHONE, "usb");
  pcs_wish second = wish_of(open_app(), 2, PCS_RIGHT_MICROPHONE, "usb");
  uint64_t a = ask(&first);
  uint64_t b = ask(&second);
  answer(PCS_ANSWER_DENIED);
  settle();
  CHECK_EQ_UINT(at.num_put, 1);
  CHECK(is_denied(a, PCS_REASON_DECLINED) && is_denied(b, PCS_REASON_DECLINED));
  end();
}

/* The other asks while the first one's question stands; a no to the first says nothing to it. */
static void check_apart(const pcs_wish *first, const pcs_wish *other) {
  uint64_t a = ask(first);
  uint64_t b = ask(other);
  CHECK_EQ_UINT(at.num_put, 1);
  answer(PCS_ANSWER_DENIED);
  settle();
  CHECK(is_denied(a, PCS_REASON_DECLINED));
  CHECK(verdict_of(b) == NULL);
  CHECK_EQ_UINT(at.num_put, 2);
  answer(PCS_ANSWER_ALLOWED);
  settle();
  CHECK(is_allowed(b));
}

static void check_apart_from_usb(const pcs_wish *other) {
  pcs_wish first = wish_of(open_app(), 1, PCS_RIGHT_MICROPHONE, "usb");
  check_apart(&first, other);
  end();
}

static void test_different(void) {
  if (begin()) {
    pcs_wish other = wish_of(open_app(), 2, PCS_RIGHT_MICROPHONE, "built-in");
    check_apart_from_usb(&other);
  }
  if (begin()) {
    pcs_wish other = wish_of(open_app(), 2, PCS_RIGHT_CAMERA, "usb");
    check_apart_from_usb(&other);
  }
  if (begin()) {
    uint64_t framed = open_page("https://app.example", "https://around.example");
    pcs_wish other = wish_of(framed, 2, PCS_RIGHT_MICROPHONE, "usb");
    check_apart_from_usb(&other);
  }
  if (begin()) {
    pcs_wish other = wish_of(open_app(), 2, PCS_RIGHT_MICROPHONE, "usb");
    static const uint8_t hash[32] = {1};
    pcs_fingerprint fingerprint = {.hash = PCS_HASH_SHA_256, .value = {hash, sizeof hash}};
    CHECK_EQ_INT(pcs_peer_add(&other.peer, &fingerprint), PCS_OK);
    check_apart_from_usb(&other);
  }
}

static void test_no_device(void) {
  if (begin()) {
    pcs_wish first = wish_of(open_app(), 1, PCS_RIGHT_DEVICE_LABELS, "");
    pcs_wish other = wish_of(open_app(), 2, PCS_RIGHT_LOCAL_ADDRESSES, "");
    check_apart(&first, &other);
    end();
  }
  if (begin()) { /* for a call, and for the page: what may be offered differs */
    pcs_wish first = wish_of(open_app(), 1, PCS_RIGHT_DEVICE_LABELS, "");
    pcs_wish other = wish_of(open_app(), 0, PCS_RIGHT_DEVICE_LABELS, "");
    check_apart(&first, &other);
    end();
  }
}

static void test_screens_apart(void) {
  if (!begin()) {
    return;
  }
  pcs_consent_seen(at.consent, true, at.now_us);
  pcs_wish first = wish_of(open_app(), 1, PCS_RIGHT_SCREEN, "left");
  pcs_wish second = wish_of(open_app(), 2, PCS_RIGHT_SCREEN, "left");
  check_apart(&first, &second);
  end();
}

/* ---- a screen's yes ---- */

/* Same page, same call, same screen: only the ask that the person was asked about may use the yes,
 * though its one use is still there for the taking. */
static void test_between_yes_and_use(void) {
  if (!begin()) {
    return;
  }
  pcs_consent_seen(at.consent, true, at.now_us);
  pcs_wish wish = wish_of(open_app(), 1, PCS_RIGHT_SCREEN, "left");
  uint64_t asked = ask(&wish);
  answer(PCS_ANSWER_ALLOWED);
  uint64_t quick = ask(&wish);
  settle();
  CHECK(is_allowed(asked));
  CHECK(verdict_of(quick) == NULL);
  CHECK_EQ_UINT(at.num_put, 2);
  end();
}

/* ---- what is not seen ---- */

static uint64_t begin_capture(uint64_t page) {
  pcs_wish wish = wish_of(page, 1, PCS_RIGHT_MICROPHONE, "usb");
  uint64_t id = ask(&wish);
  answer(PCS_ANSWER_ALLOWED);
  settle();
  CHECK(is_allowed(id));
  return id;
}

static void test_unseen_now(void) {
  if (!begin()) {
    return;
  }
  pcs_consent_seen(at.consent, true, at.now_us);
  uint64_t page = open_app();
  (void)begin_capture(page);
  pcs_wish call = wish_of(page, 2, PCS_RIGHT_DATA, "");
  (void)ask(&call);
  settle();
  pcs_consent_seen(at.consent, false, at.now_us);
  settle(); /* no time has passed */
  CHECK_EQ_UINT(count_ended(PCS_REASON_UNSEEN), 1);
  const pcs_permissions *standing = pcs_consent_permissions(at.consent);
  CHECK(CHECK_EQ_UINT(standing->num_uses, 1) && standing->uses[0].right == PCS_RIGHT_DATA);
  end();
}

/* Lives for three seconds more, in which somebody may come to see it, and not a microsecond longer. */
static void check_grace(void) {
  (void)begin_capture(open_app());
  CHECK_EQ_UINT(pcs_consent_wake_at(at.consent), at.now_us + PCS_UNSEEN_US);
  at.now_us += PCS_UNSEEN_US - 1;
  settle();
  CHECK_EQ_UINT(count_ended(PCS_REASON_UNSEEN), 0);
  at.now_us++;
  settle();
  CHECK_EQ_UINT(count_ended(PCS_REASON_UNSEEN), 1);
}

static void test_never_seen(void) {
  if (begin()) {
    check_grace();
    end();
  }
}

static void test_seen_before(void) {
  if (!begin()) {
    return;
  }
  pcs_consent_seen(at.consent, true, at.now_us);
  pcs_consent_seen(at.consent, false, at.now_us); /* nothing was captured: nobody misses it */
  check_grace();
  end();
}

static void test_seen_in_time(void) {
  if (!begin()) {
    return;
  }
  (void)begin_capture(open_app());
  at.now_us += PCS_UNSEEN_US - 1;
  pcs_consent_seen(at.consent, true, at.now_us);
  settle();
  at.now_us += 60 * SECOND;
  settle();
  CHECK_EQ_UINT(count_ended(PCS_REASON_UNSEEN), 0);
  CHECK_EQ_UINT(pcs_consent_permissions(at.consent)->num_uses, 1);
  end();
}

int main(void) {
  RUN("X35: two who ask the same share one question, and a no to it is heard by both", test_same);
  RUN("X35: another device, right, page around or person is another question", test_different);
  RUN("X35: another right is another question without a device too, and so is another time",
      test_no_device);
  RUN("X36: two who ask for the same screen share no question", test_screens_apart);
  RUN("X36: a yes to a screen is not used by an ask that comes before its use",
      test_between_yes_and_use);
  RUN("A9: what nobody sees any more ends at that moment, a connection does not", test_unseen_now);
  RUN("A9: a capture that nobody has ever seen ends after three seconds", test_never_seen);
  RUN("A9: having been seen once does not count for a later capture", test_seen_before);
  RUN("A9: a capture that is seen in time goes on", test_seen_in_time);
  return check_report();
}
