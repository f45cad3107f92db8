#include "host/sys/route.h"

#include <sys/socket.h>
#include <unistd.h>

#include "core/policy/address.h"
#include "host/sys/socket_address.h"

/* Addresses that are nobody's (RFC 5737, RFC 3849): the routes to them are the default ones. */
static const pcs_address NOBODY[] = {
    {.family = PCS_ADDRESS_IPV4, .bytes = {198, 51, 100, 1}, .port = 9},
    {.family = PCS_ADDRESS_IPV6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, .port = 9},
};
#define NUM_FAMILIES (sizeof NOBODY / sizeof NOBODY[0])

/* A UDP socket that is connected has its local address, and has sent nothing. */
static pcs_address source_towards(const pcs_address *address) {
  struct sockaddr_storage name;
  pcs_address source = {.family = PCS_ADDRESS_NONE};
  int family = address->family == PCS_ADDRESS_IPV6 ? AF_INET6 : AF_INET;
  int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return source;
  }
  socklen_t name_len = pcs_socket_address_from(&name, address);
  if (connect(descriptor, (struct sockaddr *)&name, name_len) == 0) {
    name_len = sizeof name;
    if (getsockname(descriptor, (struct sockaddr *)&name, &name_len) == 0) {
      source = pcs_socket_address_to((struct sockaddr *)&name);
      source.port = 0;
    }
  }
  close(descriptor);
  return source;
}

/* Without any default route the machine talks to its own network alone: best there comes first. */
static void take_first(pcs_address sources[NUM_FAMILIES], const pcs_interface *interfaces,
                       size_t num) {
  for (size_t i = num; i > 0; i--) {
    const pcs_address *address = &interfaces[i - 1].address;
    if (!pcs_address_is_loopback(address)) {
      sources[address->family == PCS_ADDRESS_IPV6 ? 1 : 0] = *address;
    }
  }
}

void pcs_route_keep(pcs_interface interfaces[PCS_INTERFACES_MAX], size_t *num) {
  pcs_address sources[NUM_FAMILIES];
  for (size_t i = 0; i < NUM_FAMILIES; i++) {
    sources[i] = source_towards(&NOBODY[i]);
  }
  if (sources[0].family == PCS_ADDRESS_NONE && sources[1].family == PCS_ADDRESS_NONE) {
    take_first(sources, interfaces, *num);
  }
  size_t num_kept = 0;
  for (size_t i = 0; i < *num; i++) {
    const pcs_address *address = &interfaces[i].address;
    if (pcs_address_is_loopback(address) || pcs_address_equal(address, &sources[0]) ||
        pcs_address_equal(address, &sources[1])) {
      interfaces[num_kept++] = interfaces[i];
    }
  }
  *num = num_kept;
}
