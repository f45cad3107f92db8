#include "tests/check.h"

#include "tests/core/jsep/endpoint.h"

/*
 * Two negotiations under random calls: their own texts, each other's, old ones and broken ones, in
 * any order. After each call: the state is what the table says, an error changed nothing, what the
 * host is told is well-formed, and what both agreed on fits together.
 */
#define STEPS 4000
#define TEXTS 12

static endpoint ends[2];
static uint64_t state;
static char texts[TEXTS][ENDPOINT_TEXT_MAX];
static size_t num_texts;
static size_t num_agreed;

static uint32_t draw(uint32_t below) {
  state += UINT64_C(0x9e3779b97f4a7c15);
  uint64_t z = (state ^ state >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  return (uint32_t)((z ^ z >> 27) >> 16) % below;
}

static void remember(const char *text) {
  if (text != NULL) {
    (void)snprintf(texts[num_texts++ % TEXTS], ENDPOINT_TEXT_MAX, "%s", text);
  }
}

static const char *some_text(void) {
  static char broken[ENDPOINT_TEXT_MAX];
  if (num_texts == 0 || draw(8) == 0) {
    return "";
  }
  const char *text = texts[draw((uint32_t)(num_texts < TEXTS ? num_texts : TEXTS))];
  if (draw(8) > 0) {
    return text;
  }
  (void)snprintf(broken, sizeof broken, "%s", text);
  size_t len = strlen(broken);
  if (len > 0) {
    broken[draw((uint32_t)len)] = (char)(1 + draw(126));
  }
  return broken;
}

/* Everything a call may not change when it fails. */
typedef struct picture {
  pcs_signaling_state state;
  pcs_description *slots[4];
  pcs_agreed agreed;
  bool wants_data;
} picture;

static void take_picture(const endpoint *end, picture *out) {
  memset(out, 0, sizeof *out);
  out->state = end->negotiation.state;
  memcpy(out->slots, end->negotiation.slots, sizeof out->slots);
  memcpy(&out->agreed, &end->negotiation.agreed, sizeof out->agreed);
  out->wants_data = end->negotiation.wants_data;
}

static void set_something(endpoint *end) {
  picture before;
  picture after;
  pcs_signaling_event event = {(pcs_description_side)draw(2), (pcs_description_type)draw(4)};
  pcs_signaling_state want;
  take_picture(end, &before);
  pcs_status possible = pcs_signaling_next(before.state, event, &want);
  pcs_status status = endpoint_set(end, event.side, event.type, some_text());
  take_picture(end, &after);
  if (status == PCS_OK) {
    CHECK_EQ_INT(possible, PCS_OK);
    CHECK_EQ_INT(after.state, want);
    remember(endpoint_text(end, PCS_SLOT_PENDING_LOCAL));
    remember(endpoint_text(end, PCS_SLOT_CURRENT_LOCAL));
  } else {
    CHECK(memcmp(&before, &after, sizeof before) == 0);
    CHECK(possible == PCS_OK || status == PCS_ERR_STATE);
  }
}

/* One whole negotiation, from wherever the two are. */
static void negotiate(endpoint *from, endpoint *to) {
  static char text[ENDPOINT_TEXT_MAX];
  pcs_plan plans[2];
  if (from->negotiation.state != PCS_SIGNALING_STABLE ||
      to->negotiation.state != PCS_SIGNALING_STABLE ||
      endpoint_create(from, PCS_DESCRIPTION_OFFER, draw(3) == 0) != PCS_OK) {
    return;
  }
  CHECK_EQ_INT(endpoint_set(from, PCS_SIDE_LOCAL, PCS_DESCRIPTION_OFFER, ""), PCS_OK);
  (void)snprintf(text, sizeof text, "%s", endpoint_text(from, PCS_SLOT_PENDING_LOCAL));
  remember(text);
  if (endpoint_set(to, PCS_SIDE_REMOTE, PCS_DESCRIPTION_OFFER, text) != PCS_OK) {
    return; /* the two have gone different ways before */
  }
  CHECK_EQ_INT(endpoint_create(to, PCS_DESCRIPTION_ANSWER, false), PCS_OK);
  CHECK_EQ_INT(endpoint_set(to, PCS_SIDE_LOCAL, PCS_DESCRIPTION_ANSWER, ""), PCS_OK);
  (void)snprintf(text, sizeof text, "%s", endpoint_text(to, PCS_SLOT_CURRENT_LOCAL));
  remember(text);
  if (endpoint_set(from, PCS_SIDE_REMOTE, PCS_DESCRIPTION_ANSWER, text) != PCS_OK) {
    return;
  }
  bool a = pcs_negotiation_plan(&from->negotiation, &plans[0]);
  bool b = pcs_negotiation_plan(&to->negotiation, &plans[1]);
  CHECK_EQ_INT(a, b);
  if (a && b) {
    num_agreed++;
    CHECK(plans[0].dtls_role != plans[1].dtls_role);
    CHECK_EQ_INT(pcs_plan_check(&plans[0]), PCS_OK);
    CHECK_EQ_INT(pcs_plan_check(&plans[1]), PCS_OK);
  }
}

static void add_something(endpoint *end) {
  static const char *const lines[] = {"", "candidate:1 1 udp 1 192.0.2.1 1 typ host",
                                      "candidate:x"};
  pcs_remote_candidate candidate = {.text = span_of(lines[draw(3)]),
                                    .mid = span_of(draw(2) ? "0" : "1"),
                                    .has_mid = draw(2) == 0,
                                    .section = (uint16_t)draw(2),
                                    .has_section = draw(2) == 0};
  pcs_status status = endpoint_add(end, &candidate);
  CHECK(status != PCS_ERR_NO_SPACE);
  pcs_candidate found = {.foundation = span_of("1"),
                         .component = 1,
                         .priority = 1 + draw(9),
                         .address = {PCS_ADDRESS_IPV4, {192, 0, 2, 1}, 5000}};
  pcs_local_candidate out;
  endpoint_lend(end, 1024);
  status = pcs_negotiation_add_local_candidate(&end->negotiation, 1 + draw(end->next_generation),
                                               draw(3) == 0 ? NULL : &found, &out);
  CHECK(status == PCS_OK || status == PCS_ERR_NOT_FOUND);
  endpoint_tidy(end);
}

/* Every record is one of the four, of our peer, and CONNECT comes with a plan the host will take.
 */
static void check_records(endpoint *end) {
  endpoint_take(end);
  for (size_t n = 0; endpoint_record(end, n).id != 0; n++) {
    pcs_record record = endpoint_record(end, n);
    pcs_msg_connect connect;
    pcs_msg_add_candidate add;
    if (record.id == PCS_MSG_CONNECT) {
      CHECK_EQ_INT(pcs_msg_connect_decode(record.body, &connect), PCS_OK);
      CHECK_EQ_INT(pcs_plan_check(&connect.plan), PCS_OK);
      CHECK_EQ_UINT(connect.peer, 77);
    } else if (record.id == PCS_MSG_ADD_CANDIDATE) {
      CHECK_EQ_INT(pcs_msg_add_candidate_decode(record.body, &add), PCS_OK);
      CHECK_EQ_INT(pcs_candidate_check(&add.candidate), PCS_OK);
    } else {
      CHECK(record.id == PCS_MSG_GATHER || record.id == PCS_MSG_END_OF_CANDIDATES);
    }
  }
}

static void step(endpoint *end, endpoint *other) {
  switch (draw(10)) {
  case 0:
    pcs_negotiation_add_data(&end->negotiation);
    break;
  case 1:
    pcs_negotiation_restart_ice(&end->negotiation);
    break;
  case 2:
  case 3:
    if (endpoint_create(end, draw(2) ? PCS_DESCRIPTION_OFFER : PCS_DESCRIPTION_ANSWER,
                        draw(4) == 0) == PCS_OK) {
      remember(endpoint_text(end, PCS_SLOT_CREATED_OFFER));
      remember(endpoint_text(end, PCS_SLOT_CREATED_ANSWER));
    }
    break;
  case 4:
    negotiate(end, other);
    break;
  case 5:
    add_something(end);
    break;
  case 6:
    (void)endpoint_set(end, (pcs_description_side)draw(2), PCS_DESCRIPTION_ROLLBACK, "");
    break;
  default:
    set_something(end);
  }
  check_records(end);
}

static void test_model(void) {
  state = CHECK_SEED(UINT64_C(20240611));
  for (int round = 0; round < 8; round++) {
    CHECK_EQ_INT(endpoint_init(&ends[0], 'a'), PCS_OK);
    CHECK_EQ_INT(endpoint_init(&ends[1], 'b'), PCS_OK);
    for (int i = 0; i < STEPS / 8; i++) {
      uint32_t which = draw(2);
      step(&ends[which], &ends[1 - which]);
    }
    endpoint_close(&ends[0]);
    endpoint_close(&ends[1]);
  }
  CHECK(num_agreed > 10);
}

int main(void) {
  RUN("no order of calls breaks a negotiation or tells the host what it will not take", test_model);
  return check_report();
}
