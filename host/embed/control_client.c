#include "host/embed/control_client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union passing {
  struct cmsghdr header;
  unsigned char bytes[CMSG_SPACE(sizeof(int))];
} passing;

/* A line is shorter than any socket's buffer and answered before the next: it goes in one piece,
 * and the descriptor comes with its last byte. */
bool pcs_control_client_ask(pcs_control_client *client, const char *line, int passed) {
  struct iovec vector = {.iov_len = strlen(line)};
  memcpy(&vector.iov_base, &line, sizeof vector.iov_base); /* the kernel only reads */
  passing room = {.bytes = {0}};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  if (passed >= 0) {
    message.msg_control = room.bytes;
    message.msg_controllen = sizeof room.bytes;
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof passed);
    memcpy(CMSG_DATA(control), &passed, sizeof passed);
  }
  ssize_t sent = 0;
  do {
    sent = sendmsg(client->descriptor, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0 && (size_t)sent == vector.iov_len;
}

static bool read_some(pcs_control_client *client, int patience_ms) {
  struct pollfd waiting = {.fd = client->descriptor, .events = POLLIN};
  int ready = poll(&waiting, 1, patience_ms);
  if (ready < 0 && errno == EINTR) {
    return true;
  }
  if (ready != 1) {
    return false;
  }
  ssize_t got = read(client->descriptor, client->in + client->in_len,
                     sizeof client->in - client->in_len);
  if (got < 0) {
    return errno == EINTR || errno == EAGAIN;
  }
  client->in_len += (size_t)got;
  return got > 0;
}

bool pcs_control_client_has_line(const pcs_control_client *client) {
  return memchr(client->in, '\n', client->in_len) != NULL;
}

static void cut_line(pcs_control_client *client, char out_line[PCS_CONTROL_CLIENT_LINE_BYTES]) {
  const char *end = memchr(client->in, '\n', client->in_len);
  size_t line_len = (size_t)(end - client->in);
  memcpy(out_line, client->in, line_len);
  out_line[line_len] = '\0';
  client->in_len -= line_len + 1;
  memmove(client->in, end + 1, client->in_len);
}

bool pcs_control_client_hear(pcs_control_client *client, int patience_ms,
                             char out_line[PCS_CONTROL_CLIENT_LINE_BYTES]) {
  while (!pcs_control_client_has_line(client)) {
    if (client->in_len == sizeof client->in || !read_some(client, patience_ms)) {
      return false;
    }
  }
  cut_line(client, out_line);
  return true;
}

pcs_control_client_state pcs_control_client_take(pcs_control_client *client,
                                                 char out_line[PCS_CONTROL_CLIENT_LINE_BYTES]) {
  while (!pcs_control_client_has_line(client)) {
    if (client->in_len == sizeof client->in) {
      return PCS_CONTROL_CLIENT_GONE;
    }
    struct pollfd waiting = {.fd = client->descriptor, .events = POLLIN};
    int ready = poll(&waiting, 1, 0);
    if (ready == 0) {
      return PCS_CONTROL_CLIENT_NOTHING;
    }
    if (ready > 0 && !read_some(client, 0)) {
      return PCS_CONTROL_CLIENT_GONE;
    }
  }
  cut_line(client, out_line);
  return PCS_CONTROL_CLIENT_LINE;
}
