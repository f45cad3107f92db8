/* accept4 */
#define _GNU_SOURCE
#include "host/sys/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "host/sys/descriptor.h"
#include "host/sys/socket_address.h"

#define BACKLOG 64

static pcs_status bind_and_listen(int listener, const pcs_address *address) {
  struct sockaddr_storage name;
  socklen_t name_len = pcs_socket_address_from(&name, address);
  int on = 1;
  if (address->family == PCS_ADDRESS_IPV6 &&
      setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) {
    return PCS_ERR_SYSTEM;
  }
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&name, name_len) != 0 || listen(listener, BACKLOG) != 0) {
    return PCS_ERR_SYSTEM;
  }
  return PCS_OK;
}

pcs_status pcs_tcp_listen(int *out_listener, pcs_address *out_bound, const pcs_address *address) {
  *out_listener = PCS_DESCRIPTOR_NONE;
  int family = address->family == PCS_ADDRESS_IPV6 ? AF_INET6 : AF_INET;
  int listener = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) {
    return PCS_ERR_SYSTEM;
  }
  struct sockaddr_storage name;
  socklen_t name_len = sizeof name;
  if (bind_and_listen(listener, address) != PCS_OK ||
      getsockname(listener, (struct sockaddr *)&name, &name_len) != 0) {
    pcs_descriptor_close(&listener);
    return PCS_ERR_SYSTEM;
  }
  *out_bound = pcs_socket_address_to((struct sockaddr *)&name);
  *out_listener = listener;
  return PCS_OK;
}

pcs_status pcs_tcp_accept(int listener, int *out_connection) {
  pcs_address from;
  return pcs_tcp_accept_from(listener, out_connection, &from);
}

pcs_status pcs_tcp_accept_from(int listener, int *out_connection, pcs_address *out_from) {
  struct sockaddr_storage name = {0};
  socklen_t name_len = sizeof name;
  *out_from = (pcs_address){0};
  int connection =
      accept4(listener, (struct sockaddr *)&name, &name_len, SOCK_NONBLOCK | SOCK_CLOEXEC);
  *out_connection = connection;
  if (connection < 0) {
    *out_connection = PCS_DESCRIPTOR_NONE;
    bool none = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
    return none ? PCS_ERR_NO_SPACE : PCS_ERR_SYSTEM;
  }
  int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  *out_from = pcs_socket_address_to((struct sockaddr *)&name);
  return PCS_OK;
}

pcs_status pcs_tcp_connect(int *out_connection, const pcs_address *to) {
  return pcs_tcp_connect_from(out_connection, &(pcs_address){0}, to);
}

static bool bind_from(int connection, const pcs_address *from) {
  struct sockaddr_storage name;
  if (from->family == PCS_ADDRESS_NONE) {
    return true;
  }
  pcs_address any_port = *from;
  any_port.port = 0;
  socklen_t name_len = pcs_socket_address_from(&name, &any_port);
  return bind(connection, (struct sockaddr *)&name, name_len) == 0;
}

pcs_status pcs_tcp_connect_from(int *out_connection, const pcs_address *from,
                                const pcs_address *to) {
  *out_connection = PCS_DESCRIPTOR_NONE;
  struct sockaddr_storage name;
  socklen_t name_len = pcs_socket_address_from(&name, to);
  int family = to->family == PCS_ADDRESS_IPV6 ? AF_INET6 : AF_INET;
  int connection = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connection < 0) {
    return PCS_ERR_SYSTEM;
  }
  int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!bind_from(connection, from) ||
      (connect(connection, (struct sockaddr *)&name, name_len) != 0 && errno != EINPROGRESS)) {
    pcs_descriptor_close(&connection);
    return PCS_ERR_SYSTEM;
  }
  *out_connection = connection;
  return PCS_OK;
}

pcs_status pcs_tcp_connected(int connection) {
  int error = 0;
  socklen_t error_len = sizeof error;
  bool is_known = getsockopt(connection, SOL_SOCKET, SO_ERROR, &error, &error_len) == 0;
  return is_known && error == 0 ? PCS_OK : PCS_ERR_CLOSED;
}
