/*
 * Every kind of place calls every other, over seeds, in the virtual network: who connects, by which
 * candidates and how fast. The kinds are those of the real network beside it (sites.js), and what
 * must come of each pair is what expected.js says of both. README's table is made of the lines
 * that begin with "# pair" (table.js).
 */
#include "core/plan/address.h"
#include "tests/check.h"
#include "tests/sim/call.h"
#include "tests/sim/turn_server.h"

#define MS_US 1000u
#define SECOND_US 1000000u
#define ROUNDS 40
#define ROUNDS_MAX 1000
#define FIRST_SEED 20000

/* A continent: 20 to 25 ms each way, now and then a loss. */
static const sim_link INTERNET = {
    .delay_us = 20000, .jitter_us = 5000, .loss_ppm = 5000, .duplicate_ppm = 2000};

typedef enum place {
  OPEN,
  FULL_CONE,
  RESTRICTED,
  PORT_RESTRICTED,
  SYMMETRIC,
  DOUBLE,
  NO_UDP,
  IPV6,
  NAT64,
  NUM_PLACES,
  HAIRPIN = NUM_PLACES, /* both ends behind one box, with each other only */
  NO_HAIRPIN,
} place;

static const char *const NAMES[] = {"open",   "full-cone", "restricted", "port-restricted",
                                    "symmetric", "double", "no-udp",     "ipv6",
                                    "nat64",  "hairpin",   "no-hairpin"};

/* What the worse candidate of the selected pair is. */
typedef enum level { BY_HOST, BY_REFLEXIVE, BY_RELAY, NUM_LEVELS } level;

static const char *const LEVELS[] = {"host", "reflexive", "relay"};

typedef struct tally {
  uint32_t num[NUM_LEVELS];
  uint32_t failed;
  uint32_t open_ms[ROUNDS_MAX];
  uint32_t num_open;
} tally;

static uint64_t rounds = ROUNDS; /* of each pair */
static sim_call call;
static sim_turn_server turn_ipv4;
static sim_turn_server turn_ipv6;
static sim_stun_server stun_ipv4;
static sim_stun_server stun_ipv6;

/* ---- the public segment ---- */

static void begin(uint64_t seed) {
  sim_call_init(&call, &(sim_options){.seed = seed,
                                      .link = INTERNET,
                                      .signal_delay_us = 40 * MS_US,
                                      .candidate_delay_us = 40 * MS_US});
  pcs_address stun4 = sim_ipv4(0xcb007101, 3478);
  pcs_address turn4 = sim_ipv4(0xcb007101, 3479);
  pcs_address stun6 = sim_ipv6(0x113, 3478);
  pcs_address turn6 = sim_ipv6(0x113, 3479);
  sim_stun_server_open(&stun_ipv4, call.net, &stun4);
  sim_stun_server_open(&stun_ipv6, call.net, &stun6);
  sim_turn_server_open(&turn_ipv4, call.net, &call.world, &turn4);
  sim_turn_server_open(&turn_ipv6, call.net, &call.world, &turn6);
  /* One server on both families gives addresses of IPv4 to whoever asks for none (RFC 8656 7.2). */
  turn_ipv6.relayed = turn4;
  turn_ipv6.next_port = 60000;
}

static pcs_address servers_of(place kind) {
  switch (kind) {
  case IPV6:
    return stun_ipv6.address;
  case NAT64: {
    pcs_address mapped = {.family = PCS_ADDRESS_IPV6, .bytes = {0, 0x64, 0xff, 0x9b}};
    memcpy(mapped.bytes + 12, stun_ipv4.address.bytes, 4);
    return mapped;
  }
  default:
    return stun_ipv4.address;
  }
}

/* STUN, TURN over UDP and TURN over TCP, as a cautious application asks for. */
static void use_servers(int index, place kind) {
  uint8_t text[PCS_ADDRESS_TEXT_BYTES_MAX];
  pcs_address address = servers_of(kind);
  pcs_writer writer;
  pcs_writer_init(&writer, text, sizeof text);
  pcs_address_write(&writer, &address);
  pcs_ice_server stun = {.scheme = PCS_SERVER_STUN,
                         .transport = PCS_TRANSPORT_UDP,
                         .port = 3478,
                         .host = pcs_writer_span(&writer)};
  pcs_ice_server turn = {.scheme = PCS_SERVER_TURN,
                         .transport = PCS_TRANSPORT_UDP,
                         .port = 3479,
                         .host = pcs_writer_span(&writer),
                         .username = pcs_span_of_text("user"),
                         .credential = pcs_span_of_text("secret")};
  pcs_ice_server turn_tcp = turn;
  turn_tcp.transport = PCS_TRANSPORT_TCP;
  pcs_ice_server servers[] = {stun, turn, turn_tcp};
  CHECK_EQ_INT(pcs_ice_agent_configure(call.ends[index].agent, PCS_ICE_POLICY_ALL, servers, 3),
               PCS_OK);
}

/* ---- places ---- */

static pcs_address outside_of(int index) {
  return sim_ipv4(0xc6336401 + (uint32_t)index, 0);
}

static int add_box(int index, sim_nat_kind kind) {
  pcs_address outside = outside_of(index);
  return sim_net_add_nat(call.net, kind, &outside);
}

/* Both boxes port-restricted; between them a network of the provider's (RFC 6598). */
static int add_two_boxes(int index) {
  pcs_address between = sim_ipv4(0x64400001 + (uint32_t)index, 0);
  int outer = add_box(index, SIM_NAT_PORT_RESTRICTED);
  int inner = sim_net_add_nat(call.net, SIM_NAT_PORT_RESTRICTED, &between);
  sim_net_put_behind(call.net, inner, outer);
  return inner;
}

static int add_place_box(int index, place kind) {
  static const sim_nat_kind KINDS[NUM_PLACES] = {
      [FULL_CONE] = SIM_NAT_FULL_CONE, [RESTRICTED] = SIM_NAT_RESTRICTED,
      [PORT_RESTRICTED] = SIM_NAT_PORT_RESTRICTED, [SYMMETRIC] = SIM_NAT_SYMMETRIC,
      [NO_UDP] = SIM_NAT_PORT_RESTRICTED, [IPV6] = SIM_NAT_FIREWALL, [NAT64] = SIM_NAT_64};
  if (kind == OPEN) {
    return SIM_PUBLIC;
  }
  if (kind == DOUBLE) {
    return add_two_boxes(index);
  }
  int box = add_box(index, KINDS[kind]);
  sim_net_set_traits(call.net, box, kind == NO_UDP ? SIM_NAT_NO_UDP : 0);
  return box;
}

static void add_host(int index, place kind, int box) {
  uint32_t host = (uint32_t)index;
  uint16_t port = (uint16_t)(40000 + index);
  pcs_address address = sim_ipv4(kind == OPEN ? 0xc0000201 + host : 0x0a000001 + (host << 8), port);
  if (kind == IPV6 || kind == NAT64) {
    address = sim_ipv6((uint16_t)(1 + index), port);
  }
  sim_call_add_socket(&call, index, &address, box);
  use_servers(index, kind);
}

static void begin_between(uint64_t seed, place first, place second) {
  begin(seed);
  if (first >= NUM_PLACES) {
    int box = add_box(0, first == HAIRPIN ? SIM_NAT_FULL_CONE : SIM_NAT_PORT_RESTRICTED);
    sim_net_set_traits(call.net, box,
                       SIM_NAT_ISOLATES | (first == HAIRPIN ? 0 : SIM_NAT_NO_HAIRPIN));
    add_host(0, first, box);
    add_host(1, second, box);
  } else {
    add_host(0, first, add_place_box(0, first));
    add_host(1, second, add_place_box(1, second));
  }
  sim_call_offer(&call, 0);
}

/* ---- one call ---- */

/* expected.js says the same, and why: bits of levels. */
static unsigned expected_of(place first, place second) {
  place low = first < second ? first : second;
  place high = first < second ? second : first;
  if (low == HAIRPIN || low == NO_HAIRPIN) {
    return low == HAIRPIN ? 1u << BY_REFLEXIVE : 1u << BY_RELAY;
  }
  if (low == IPV6 && high == IPV6) {
    return 1u << BY_HOST;
  }
  if (high >= NO_UDP) {
    return 1u << BY_RELAY;
  }
  if (low == SYMMETRIC || high == SYMMETRIC) {
    place other = low == SYMMETRIC ? high : low;
    if (other == RESTRICTED) {
      return 1u << BY_REFLEXIVE | 1u << BY_RELAY;
    }
    return other >= PORT_RESTRICTED ? 1u << BY_RELAY : 1u << BY_REFLEXIVE;
  }
  return high == OPEN ? 1u << BY_HOST : 1u << BY_REFLEXIVE;
}

static level level_of(const sim_end *end) {
  if (end->selected_local == PCS_CANDIDATE_RELAY || end->selected_remote == PCS_CANDIDATE_RELAY) {
    return BY_RELAY;
  }
  bool is_host = end->selected_local == PCS_CANDIDATE_HOST &&
                 end->selected_remote == PCS_CANDIDATE_HOST;
  return is_host ? BY_HOST : BY_REFLEXIVE;
}

static bool data_went(const sim_call *at) {
  return at->ends[0].data_received > 0 && at->ends[1].data_received > 0;
}

/* Data goes both ways as soon as it may; then the pair that is there to stay. */
static void play(tally *counted, uint64_t seed, place first, place second) {
  begin_between(seed, first, second);
  uint64_t began_us = call.world.now_us;
  bool opened = sim_call_run(&call, 20 * SECOND_US, sim_both_connected);
  uint64_t open_us = call.world.now_us - began_us;
  call.data_interval_us = 20 * MS_US;
  call.next_data_us = call.world.now_us;
  bool carried = opened && sim_call_run(&call, 5 * SECOND_US, data_went);
  call.data_interval_us = 0;
  sim_call_run(&call, 5 * SECOND_US, NULL);
  if (!opened || !carried || call.spins) {
    counted->failed++;
    printf("#   seed %llu: %s to %s did not connect\n", (unsigned long long)seed, NAMES[first],
           NAMES[second]);
  } else {
    level reached = level_of(&call.ends[0]);
    if ((expected_of(first, second) >> reached & 1) == 0) {
      printf("#   seed %llu: %s to %s by %s\n", (unsigned long long)seed, NAMES[first],
             NAMES[second], LEVELS[reached]);
    }
    counted->num[reached]++;
    counted->open_ms[counted->num_open++] = (uint32_t)(open_us / MS_US);
  }
  sim_call_clear(&call);
}

/* ---- all of them ---- */

static int by_size(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a;
  uint32_t y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void print_pair(place first, place second, tally *counted) {
  qsort(counted->open_ms, counted->num_open, sizeof counted->open_ms[0], by_size);
  printf("# pair %s %s", NAMES[first], NAMES[second]);
  for (int i = 0; i < NUM_LEVELS; i++) {
    printf(" %s %u", LEVELS[i], counted->num[i]);
  }
  printf(" median %u slowest %u\n", counted->open_ms[counted->num_open / 2],
         counted->open_ms[counted->num_open > 0 ? counted->num_open - 1 : 0]);
}

static void check_pair(place first, place second) {
  static tally counted;
  counted = (tally){0};
  uint64_t base = CHECK_SEED(FIRST_SEED + ROUNDS_MAX * (uint64_t)(first * 16 + second));
  for (uint64_t round = 0; round < rounds; round++) {
    play(&counted, base + round, first, second);
  }
  print_pair(first, second, &counted);
  CHECK_EQ_UINT(counted.failed, 0);
  for (int i = 0; i < NUM_LEVELS; i++) {
    if ((expected_of(first, second) >> i & 1) == 0) {
      CHECK_EQ_UINT(counted.num[i], 0);
    }
  }
}

static void test_from_every_place(void) {
  for (int first = 0; first < NUM_PLACES; first++) {
    for (int second = 0; second < NUM_PLACES; second++) {
      check_pair((place)first, (place)second);
    }
  }
}

static void test_shared_box(void) {
  check_pair(HAIRPIN, HAIRPIN);
  check_pair(NO_HAIRPIN, NO_HAIRPIN);
}

/* With a number: so many rounds of each pair. */
int main(int argc, char **argv) {
  if (argc > 1) {
    rounds = strtoull(argv[1], NULL, 10);
    rounds = rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
  }
  RUN("every kind of place reaches every other by the best way there is", test_from_every_place);
  RUN("two hosts behind one box meet by turning back, or by a relay", test_shared_box);
  return check_report();
}
