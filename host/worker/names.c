#include "host/worker/names.h"

#include <stdlib.h>

#include "host/ice/mdns.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/multicast.h"

/* Interfaces that lookups go over. */
#define NETWORKS_MAX 16
/* Datagrams in one turn of the loop, so that a flood keeps nobody waiting. */
#define RECEIVES_MAX 16

/* A socket, which is NONE until it is needed, and where there is no multicast. */
typedef struct group {
  pcs_names *names;
  pcs_address_family family;
  uint32_t network; /* of the one interface it is for; 0: of all that are listened on */
  int descriptor;
  pcs_watch *watch;
} group;

struct pcs_names {
  pcs_names_config config;
  pcs_mdns mdns;
  bool was_opened;
  pcs_timer *timer;
  uint32_t networks[NETWORKS_MAX];
  size_t num_networks;
  group ipv4;
  group ipv6[NETWORKS_MAX]; /* one for each of networks */
};

/* ---- out ---- */

static void send_to(const group *to, uint32_t network, pcs_span bytes) {
  if (to->descriptor != PCS_DESCRIPTOR_NONE) {
    pcs_multicast_send(to->descriptor, to->family, network, bytes);
  }
}

static void send(const pcs_names *names, uint32_t network, pcs_span bytes) {
  for (size_t i = 0; i < names->num_networks; i++) {
    uint32_t one = names->networks[i];
    if (network == 0 || network == one || one == PCS_MULTICAST_LOOPBACK) {
      send_to(&names->ipv4, one, bytes);
      send_to(&names->ipv6[i], one, bytes);
    }
  }
}

static void run(pcs_names *names) {
  pcs_mdns_event event;
  uint64_t now_us = pcs_clock_now_us();
  for (pcs_mdns_poll(&names->mdns, now_us, &event); event.kind != PCS_MDNS_EVENT_NONE;
       pcs_mdns_poll(&names->mdns, now_us, &event)) {
    if (event.kind == PCS_MDNS_EVENT_SEND) {
      send(names, event.network, event.bytes);
    } else {
      names->config.resolved(names->config.context, pcs_mdns_name_span(&event.name),
                             &event.address);
    }
  }
  uint64_t wake_us = pcs_mdns_wake_at(&names->mdns);
  uint64_t delay_us = wake_us > now_us ? wake_us - now_us : 0;
  pcs_timer_set(names->timer, wake_us == UINT64_MAX ? UINT64_MAX : delay_us);
}

static void on_timer(void *context) {
  run((pcs_names *)context);
}

/* ---- in ---- */

static bool is_listened_on(const pcs_names *names, uint32_t network) {
  for (size_t i = 0; i < names->num_networks; i++) {
    if (names->networks[i] == network) {
      return true;
    }
  }
  return false;
}

/* The kernel gives a socket what came on interfaces that others have joined, too. */
static void on_ready(void *context, unsigned ready_for) {
  (void)ready_for;
  const group *at = (const group *)context;
  pcs_names *names = at->names;
  uint8_t memory[PCS_MDNS_MESSAGE_BYTES_MAX + 1];
  pcs_multicast_arrival got;
  for (size_t i = 0; i < RECEIVES_MAX; i++) {
    if (pcs_multicast_receive(at->descriptor, memory, sizeof memory, &got) != PCS_OK) {
      break;
    }
    uint32_t network = at->network != 0 ? at->network : got.network;
    if (is_listened_on(names, network)) {
      pcs_mdns_arrival arrival = {.network = network, .from = got.from, .bytes = got.bytes};
      pcs_mdns_receive(&names->mdns, pcs_clock_now_us(), &arrival);
    }
  }
  run(names);
}

/* ---- sockets ---- */

static void open_group(pcs_names *names, group *at, pcs_address_family family, uint32_t network) {
  *at = (group){.names = names, .family = family, .network = network};
  if (pcs_multicast_open(&at->descriptor, family, network) != PCS_OK) {
    return;
  }
  if (pcs_watch_new(&at->watch, names->config.loop, at->descriptor, on_ready, at) != PCS_OK) {
    pcs_descriptor_close(&at->descriptor);
    return;
  }
  pcs_watch_want(at->watch, PCS_READABLE);
}

static void close_group(group *at) {
  pcs_watch_free(at->watch);
  pcs_descriptor_close(&at->descriptor);
}

/* An interface without multicast is one more on which nobody answers. On the machine itself IPv4 is
 * always there. */
static void join(pcs_names *names, size_t at) {
  uint32_t network = names->networks[at];
  if (names->ipv4.descriptor != PCS_DESCRIPTOR_NONE) {
    pcs_status status = pcs_multicast_join(names->ipv4.descriptor, network);
    (void)status;
  }
  if (network != PCS_MULTICAST_LOOPBACK) {
    open_group(names, &names->ipv6[at], PCS_ADDRESS_IPV6, network);
  }
}

static void open_sockets(pcs_names *names) {
  if (names->was_opened) {
    return;
  }
  names->was_opened = true;
  open_group(names, &names->ipv4, PCS_ADDRESS_IPV4, 0);
  for (size_t i = 0; i < names->num_networks; i++) {
    join(names, i);
  }
}

void pcs_names_listen(pcs_names *names, uint32_t network) {
  if (is_listened_on(names, network) || names->num_networks == NETWORKS_MAX) {
    return;
  }
  names->networks[names->num_networks++] = network;
  if (names->was_opened) {
    join(names, names->num_networks - 1);
  }
}

/* ---- names ---- */

pcs_mdns_name pcs_names_of(pcs_names *names, const pcs_address *address, uint32_t network) {
  pcs_names_listen(names, network);
  open_sockets(names);
  pcs_mdns_name name = pcs_mdns_name_of(&names->mdns, pcs_clock_now_us(), address, network);
  pcs_timer_set(names->timer, 0);
  return name;
}

void pcs_names_look_up(pcs_names *names, pcs_span name) {
  open_sockets(names);
  pcs_status status = pcs_mdns_ask(&names->mdns, pcs_clock_now_us(), name);
  (void)status; /* it has no answer then */
  pcs_timer_set(names->timer, 0);
}

/* ---- life ---- */

pcs_status pcs_names_new(pcs_names **out_names, const pcs_names_config *config) {
  pcs_names *names = calloc(1, sizeof *names);
  *out_names = NULL;
  if (names == NULL) {
    return PCS_ERR_SYSTEM;
  }
  names->config = *config;
  names->ipv4.descriptor = PCS_DESCRIPTOR_NONE;
  for (size_t i = 0; i < NETWORKS_MAX; i++) {
    names->ipv6[i].descriptor = PCS_DESCRIPTOR_NONE;
  }
  pcs_mdns_init(&names->mdns, config->random);
  if (pcs_timer_new(&names->timer, config->loop, on_timer, names) != PCS_OK) {
    pcs_names_free(names);
    return PCS_ERR_SYSTEM;
  }
  /* Other pages of this machine are always in reach. */
  pcs_names_listen(names, PCS_MULTICAST_LOOPBACK);
  *out_names = names;
  return PCS_OK;
}

static void say_goodbye(const pcs_names *names) {
  uint8_t memory[PCS_MDNS_WRITTEN_BYTES_MAX];
  uint32_t network = 0;
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  for (size_t i = 0; pcs_mdns_goodbye(&names->mdns, i, &writer, &network); i++) {
    send(names, network, pcs_writer_span(&writer));
    pcs_writer_init(&writer, memory, sizeof memory);
  }
}

void pcs_names_free(pcs_names *names) {
  if (names == NULL) {
    return;
  }
  say_goodbye(names);
  close_group(&names->ipv4);
  for (size_t i = 0; i < NETWORKS_MAX; i++) {
    close_group(&names->ipv6[i]);
  }
  pcs_timer_free(names->timer);
  free(names);
}
