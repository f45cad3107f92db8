#define _GNU_SOURCE
#include "host/sys/user_socket.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/sys/descriptor.h"

/* Few at a time: a person's commands. */
#define BACKLOG 4

/* By the folder's descriptor: its own path may be longer than an address can be, or be moved. */
static struct sockaddr_un address_in(int folder) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  (void)snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", folder,
                 PCS_USER_SOCKET_NAME);
  return address;
}

static bool is_ours(int connection) {
  struct ucred other = {0};
  socklen_t len = sizeof other;
  return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &other, &len) == 0 &&
         other.uid == geteuid();
}

static pcs_status connect_at(int *out_connection, const struct sockaddr_un *address) {
  *out_connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (*out_connection < 0) {
    *out_connection = PCS_DESCRIPTOR_NONE;
    return PCS_ERR_SYSTEM;
  }
  if (connect(*out_connection, (const struct sockaddr *)address, sizeof *address) == 0) {
    return PCS_OK;
  }
  bool nobody = errno == ENOENT || errno == ECONNREFUSED;
  pcs_descriptor_close(out_connection);
  return nobody ? PCS_ERR_NOT_FOUND : PCS_ERR_SYSTEM;
}

pcs_status pcs_user_socket_connect(int *out_connection, int folder) {
  struct sockaddr_un address = address_in(folder);
  pcs_status status = connect_at(out_connection, &address);
  if (status == PCS_OK && !is_ours(*out_connection)) {
    pcs_descriptor_close(out_connection);
    return PCS_ERR_UNTRUSTED;
  }
  return status;
}

static bool bind_private(int listener, const struct sockaddr_un *address) {
  mode_t before = umask(0177);
  bool bound = bind(listener, (const struct sockaddr *)address, sizeof *address) == 0;
  (void)umask(before);
  return bound;
}

pcs_status pcs_user_socket_listen(int *out_listener, int folder) {
  struct sockaddr_un address = address_in(folder);
  int other = PCS_DESCRIPTOR_NONE;
  *out_listener = PCS_DESCRIPTOR_NONE;
  pcs_status status = connect_at(&other, &address);
  pcs_descriptor_close(&other);
  if (status != PCS_ERR_NOT_FOUND) {
    return status == PCS_OK ? PCS_ERR_STATE : PCS_ERR_SYSTEM;
  }
  pcs_user_socket_remove(folder);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0 || !bind_private(listener, &address) || listen(listener, BACKLOG) != 0) {
    pcs_descriptor_close(&listener);
    return PCS_ERR_SYSTEM;
  }
  *out_listener = listener;
  return PCS_OK;
}

void pcs_user_socket_remove(int folder) {
  (void)unlinkat(folder, PCS_USER_SOCKET_NAME, 0);
}

pcs_status pcs_user_socket_accept(int *out_connection, int listener) {
  *out_connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (*out_connection < 0) {
    bool nobody = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
    *out_connection = PCS_DESCRIPTOR_NONE;
    return nobody ? PCS_ERR_NO_SPACE : PCS_ERR_SYSTEM;
  }
  if (!is_ours(*out_connection)) {
    pcs_descriptor_close(out_connection);
    return PCS_ERR_UNTRUSTED;
  }
  return PCS_OK;
}
