#include "host/sys/socket_address.h"

#include <netinet/in.h>
#include <string.h>

socklen_t pcs_socket_address_from(struct sockaddr_storage *out_socket, const pcs_address *address) {
  memset(out_socket, 0, sizeof *out_socket);
  if (address->family == PCS_ADDRESS_IPV4) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    memcpy(&in.sin_addr, address->bytes, sizeof in.sin_addr);
    memcpy(out_socket, &in, sizeof in);
    return sizeof in;
  }
  if (address->family == PCS_ADDRESS_IPV6) {
    struct sockaddr_in6 in = {.sin6_family = AF_INET6, .sin6_port = htons(address->port)};
    memcpy(&in.sin6_addr, address->bytes, sizeof in.sin6_addr);
    memcpy(out_socket, &in, sizeof in);
    return sizeof in;
  }
  return 0;
}

pcs_address pcs_socket_address_to(const struct sockaddr *socket) {
  pcs_address address = {.family = PCS_ADDRESS_NONE};
  if (socket->sa_family == AF_INET) {
    struct sockaddr_in in;
    memcpy(&in, socket, sizeof in);
    address.family = PCS_ADDRESS_IPV4;
    address.port = ntohs(in.sin_port);
    memcpy(address.bytes, &in.sin_addr, sizeof in.sin_addr);
  } else if (socket->sa_family == AF_INET6) {
    struct sockaddr_in6 in;
    memcpy(&in, socket, sizeof in);
    address.family = PCS_ADDRESS_IPV6;
    address.port = ntohs(in.sin6_port);
    memcpy(address.bytes, &in.sin6_addr, sizeof in.sin6_addr);
  }
  return address;
}
