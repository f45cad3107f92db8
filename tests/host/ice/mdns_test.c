/* The responder and querier of mDNS names, two of them on one simulated wire, and hostile others.
 */
#include "host/ice/mdns.h"

#include "core/plan/address.h"
#include "tests/check.h"

#define SECOND_US 1000000u
#define OTHER "1f4712db-ea17-4bcf-a596-105139dfd8bf.local"

static pcs_mdns us;
static pcs_mdns them;
static pcs_random_seeded states[2];
static pcs_random randoms[2];
static uint64_t now_us;
static size_t num_sent;
static size_t num_resolved;
static pcs_address resolved;

static pcs_address ipv4(uint32_t value, uint16_t port) {
  return (pcs_address){.family = PCS_ADDRESS_IPV4,
                       .bytes = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
                                 (uint8_t)(value >> 8), (uint8_t)value},
                       .port = port};
}

static void begin(void) {
  uint64_t seed = CHECK_SEED(1);
  randoms[0] = pcs_random_seeded_init(&states[0], seed);
  randoms[1] = pcs_random_seeded_init(&states[1], seed + 1);
  pcs_mdns_init(&us, &randoms[0]);
  pcs_mdns_init(&them, &randoms[1]);
  now_us = 3600 * (uint64_t)SECOND_US;
  num_sent = 0;
  num_resolved = 0;
}

static void hear(pcs_mdns *at, pcs_span bytes, uint16_t port) {
  pcs_mdns_arrival arrival = {.network = 2, .from = ipv4(0xc0000209, port), .bytes = bytes};
  pcs_mdns_receive(at, now_us, &arrival);
}

/* Lets one say what it has; the other hears it. */
static void say(pcs_mdns *from, pcs_mdns *to) {
  pcs_mdns_event event;
  for (pcs_mdns_poll(from, now_us, &event); event.kind != PCS_MDNS_EVENT_NONE;
       pcs_mdns_poll(from, now_us, &event)) {
    if (event.kind == PCS_MDNS_EVENT_SEND) {
      uint8_t copy[PCS_MDNS_WRITTEN_BYTES_MAX];
      memcpy(copy, event.bytes.data, event.bytes.len);
      num_sent++;
      if (to != NULL) {
        hear(to, (pcs_span){copy, event.bytes.len}, PCS_MDNS_PORT);
      }
    } else {
      num_resolved++;
      resolved = event.address;
    }
  }
}

static pcs_status ask(const char *name) {
  return pcs_mdns_ask(&us, now_us, pcs_span_of_text(name));
}

static pcs_mdns_name other_name(void) {
  pcs_mdns_name name = {{0}};
  CHECK_EQ_INT(pcs_mdns_name_set(&name, pcs_span_of_text(OTHER)), PCS_OK);
  return name;
}

static void test_names(void) {
  begin();
  pcs_address first = ipv4(0x0a000001, 1000);
  pcs_address again = ipv4(0x0a000001, 2000);
  pcs_address second = ipv4(0x0a000002, 1000);
  pcs_mdns_name a = pcs_mdns_name_of(&us, now_us, &first, 2);
  pcs_mdns_name b = pcs_mdns_name_of(&us, now_us, &again, 2);
  pcs_mdns_name c = pcs_mdns_name_of(&us, now_us, &second, 2);
  CHECK(pcs_address_is_mdns_name(pcs_mdns_name_span(&a)));
  CHECK(pcs_mdns_name_equal(&a, &b));
  CHECK(!pcs_mdns_name_equal(&a, &c));
  pcs_mdns_name d = pcs_mdns_name_of(&them, now_us, &first, 2);
  CHECK(!pcs_mdns_name_equal(&a, &d));
}

/* One more than are answered for is nobody's: told, but never said nor answered. */
static void test_few_names(void) {
  begin();
  for (uint32_t i = 0; i < PCS_MDNS_OWN_MAX; i++) {
    pcs_address address = ipv4(0xc0000201 + i, 0);
    (void)pcs_mdns_name_of(&us, now_us, &address, 1);
  }
  CHECK_EQ_UINT(us.num_own, PCS_MDNS_OWN_MAX);
  pcs_address late = ipv4(0x0a000001, 0);
  pcs_mdns_name name = pcs_mdns_name_of(&us, now_us, &late, 1);
  CHECK_EQ_UINT(us.num_own, PCS_MDNS_OWN_MAX);
  pcs_mdns_name again = pcs_mdns_name_of(&us, now_us, &late, 1);
  CHECK(!pcs_mdns_name_equal(&name, &again));
  CHECK_EQ_INT(pcs_mdns_ask(&them, now_us, pcs_mdns_name_span(&name)), PCS_OK);
  say(&them, &us);
  say(&us, &them);
  CHECK_EQ_INT(them.asked[0].state, PCS_MDNS_ASKING);
}

static void test_look_up(void) {
  begin();
  pcs_address theirs = ipv4(0x0a000002, 1000);
  pcs_mdns_name name = pcs_mdns_name_of(&them, now_us, &theirs, 2);
  say(&them, NULL);
  CHECK_EQ_INT(pcs_mdns_ask(&us, now_us, pcs_mdns_name_span(&name)), PCS_OK);
  say(&us, &them);
  say(&them, &us);
  say(&us, &them);
  CHECK_EQ_UINT(num_resolved, 1);
  CHECK_EQ_BYTES(resolved.bytes, 4, theirs.bytes, 4);
  CHECK_EQ_UINT(pcs_mdns_wake_at(&us), UINT64_MAX);
}

static void test_own_name(void) {
  begin();
  pcs_address ours = ipv4(0x0a000001, 1000);
  pcs_mdns_name name = pcs_mdns_name_of(&us, now_us, &ours, 2);
  CHECK_EQ_INT(pcs_mdns_ask(&us, now_us, pcs_mdns_name_span(&name)), PCS_OK);
  say(&us, NULL);
  CHECK_EQ_UINT(num_resolved, 1);
  CHECK_EQ_UINT(num_sent, 1); /* the announcement */
}

static void test_announced_twice(void) {
  begin();
  pcs_address ours = ipv4(0x0a000001, 1000);
  (void)pcs_mdns_name_of(&us, now_us, &ours, 2);
  say(&us, NULL);
  CHECK_EQ_UINT(num_sent, 1);
  CHECK_EQ_UINT(pcs_mdns_wake_at(&us), now_us + SECOND_US);
  now_us += SECOND_US;
  say(&us, NULL);
  CHECK_EQ_UINT(num_sent, 2);
  CHECK_EQ_UINT(pcs_mdns_wake_at(&us), UINT64_MAX);
}

static void test_nobody_answers(void) {
  begin();
  CHECK_EQ_INT(ask(OTHER), PCS_OK);
  uint64_t begin_us = now_us;
  while (pcs_mdns_wake_at(&us) != UINT64_MAX) {
    now_us = pcs_mdns_wake_at(&us) > now_us ? pcs_mdns_wake_at(&us) : now_us;
    say(&us, &them);
    CHECK(now_us - begin_us < 60 * (uint64_t)SECOND_US);
  }
  CHECK_EQ_UINT(num_sent, 8); /* four times, for each of two types */
  CHECK_EQ_UINT(num_resolved, 0);
}

static void test_only_names(void) {
  static const char *const OTHERS[] = {"",
                                       "printer.local",
                                       "host.example",
                                       "localhost",
                                       "1f4712db-ea17-1bcf-a596-105139dfd8bf.local",
                                       OTHER "."};
  begin();
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    CHECK_EQ_INT(ask(OTHERS[i]), PCS_ERR_SYNTAX);
  }
  say(&us, NULL);
  CHECK_EQ_UINT(num_sent, 0);
}

static pcs_span write_answer(uint8_t *memory, const pcs_mdns_name *name, uint32_t address,
                             uint32_t ttl_s) {
  pcs_writer writer;
  pcs_writer_init(&writer, memory, PCS_MDNS_WRITTEN_BYTES_MAX);
  pcs_address one = ipv4(address, 0);
  pcs_mdns_write_answer(&writer, name, &one, ttl_s);
  return pcs_writer_span(&writer);
}

static void test_hostile_answers(void) {
  begin();
  uint8_t memory[PCS_MDNS_WRITTEN_BYTES_MAX];
  pcs_mdns_name name = other_name();
  pcs_mdns_name wrong = name;
  wrong.text[0] = '2';
  hear(&us, write_answer(memory, &name, 0xc0000207, 120), PCS_MDNS_PORT); /* nobody asked */
  CHECK_EQ_INT(ask(OTHER), PCS_OK);
  hear(&us, write_answer(memory, &wrong, 0xc0000207, 120), PCS_MDNS_PORT);
  hear(&us, write_answer(memory, &name, 0xc0000207, 0), PCS_MDNS_PORT); /* a goodbye */
  hear(&us, write_answer(memory, &name, 0xc0000207, 120), PCS_MDNS_PORT + 1);
  say(&us, NULL);
  CHECK_EQ_UINT(num_resolved, 0);
  hear(&us, write_answer(memory, &name, 0xc0000208, 120), PCS_MDNS_PORT);
  hear(&us, write_answer(memory, &name, 0xc0000209, 120), PCS_MDNS_PORT); /* too late */
  say(&us, NULL);
  CHECK_EQ_UINT(num_resolved, 1);
  CHECK_EQ_UINT(resolved.bytes[3], 8);
}

static void test_two_addresses(void) {
  begin();
  uint8_t memory[2 * PCS_MDNS_WRITTEN_BYTES_MAX];
  pcs_mdns_name name = other_name();
  CHECK_EQ_INT(ask(OTHER), PCS_OK);
  /* One answer and a second address behind it: the header counts one more. */
  pcs_span one = write_answer(memory, &name, 0xc0000207, 120);
  pcs_writer writer = {.data = memory, .capacity = sizeof memory, .len = one.len};
  pcs_writer_u16(&writer, 0xc00c);
  pcs_writer_u16(&writer, PCS_MDNS_A);
  pcs_writer_u16(&writer, 1);
  pcs_writer_u32(&writer, 120);
  pcs_writer_u16(&writer, 4);
  pcs_writer_u32(&writer, 0xc0000208);
  pcs_writer_patch_u16(&writer, 10, 2);
  hear(&us, pcs_writer_span(&writer), PCS_MDNS_PORT);
  num_sent = 0;
  say(&us, NULL);
  CHECK_EQ_UINT(num_resolved, 0);
  CHECK_EQ_UINT(pcs_mdns_wake_at(&us), UINT64_MAX);
}

static void test_floods(void) {
  begin();
  pcs_address ours = ipv4(0x0a000001, 1000);
  pcs_mdns_name name = pcs_mdns_name_of(&us, now_us, &ours, 2);
  now_us += SECOND_US;
  say(&us, NULL);
  now_us += SECOND_US;
  say(&us, NULL);
  num_sent = 0;
  uint8_t memory[PCS_MDNS_WRITTEN_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_mdns_write_question(&writer, &name, PCS_MDNS_A);
  for (int i = 0; i < 10000; i++) { /* ten seconds of a thousand questions each */
    hear(&us, pcs_writer_span(&writer), PCS_MDNS_PORT);
    say(&us, NULL);
    now_us += 1000;
  }
  CHECK(num_sent >= 10 && num_sent <= PCS_MDNS_BURST + 11);
  char text[] = OTHER;
  size_t num_taken = 0;
  for (int i = 0; i < 200; i++) {
    text[0] = "0123456789abcdef"[i % 16];
    text[1] = "0123456789abcdef"[i / 16];
    num_taken += ask(text) == PCS_OK;
  }
  CHECK_EQ_UINT(num_taken, PCS_MDNS_ASKED_MAX);
}

static void test_known_answer(void) {
  begin();
  pcs_address ours = ipv4(0x0a000001, 1000);
  pcs_mdns_name name = pcs_mdns_name_of(&us, now_us, &ours, 2);
  say(&us, NULL);
  num_sent = 0;
  for (uint32_t ttl_s = 30; ttl_s <= 90; ttl_s += 60) {
    uint8_t memory[PCS_MDNS_WRITTEN_BYTES_MAX];
    pcs_writer writer;
    pcs_writer_init(&writer, memory, sizeof memory);
    pcs_mdns_write_question(&writer, &name, PCS_MDNS_A);
    pcs_writer_u16(&writer, 0xc00c);
    pcs_writer_u16(&writer, PCS_MDNS_A);
    pcs_writer_u16(&writer, 1);
    pcs_writer_u32(&writer, ttl_s);
    pcs_writer_u16(&writer, 4);
    pcs_writer_u32(&writer, 0x0a000001);
    pcs_writer_patch_u16(&writer, 6, 1);
    hear(&us, pcs_writer_span(&writer), PCS_MDNS_PORT);
    say(&us, NULL);
    CHECK_EQ_UINT(num_sent, 1);
  }
}

static void test_goodbye(void) {
  begin();
  pcs_address ours = ipv4(0x0a000001, 1000);
  pcs_mdns_name name = pcs_mdns_name_of(&us, now_us, &ours, 7);
  uint8_t memory[PCS_MDNS_WRITTEN_BYTES_MAX];
  pcs_writer writer;
  uint32_t network = 0;
  pcs_mdns_message message;
  pcs_writer_init(&writer, memory, sizeof memory);
  CHECK(pcs_mdns_goodbye(&us, 0, &writer, &network));
  CHECK(!pcs_mdns_goodbye(&us, 1, &writer, &network));
  CHECK_EQ_UINT(network, 7);
  CHECK_EQ_INT(pcs_mdns_read(pcs_writer_span(&writer), &message), PCS_OK);
  CHECK(pcs_mdns_name_equal(&message.records[0].name, &name));
  CHECK_EQ_UINT(message.records[0].ttl_s, 0);
}

int main(void) {
  RUN("M1, M6: an address has one name, a version 4 UUID, of this page alone", test_names);
  RUN("M6: beyond so many addresses a name is told that nobody answers for", test_few_names);
  RUN("a name is looked up and answered", test_look_up);
  RUN("a name of its own has its answer without a packet", test_own_name);
  RUN("M1: a name is announced twice, a second apart", test_announced_twice);
  RUN("a name that nobody answers for is asked for four times, then let go", test_nobody_answers);
  RUN("M4: no other name is asked for", test_only_names);
  RUN("answers to what was not asked, of other names, ports, or late change nothing",
      test_hostile_answers);
  RUN("M4: a name with two addresses has none", test_two_addresses);
  RUN("M6: floods of questions are answered once a second, floods of asking are bounded",
      test_floods);
  RUN("who knows the answer is not told again", test_known_answer);
  RUN("a page that goes takes its names back", test_goodbye);
  return check_report();
}
