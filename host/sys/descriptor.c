#include "host/sys/descriptor.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define PARTS_MAX 64

/* Room for one descriptor, aligned as the kernel wants it. */
typedef union passing {
  struct cmsghdr header;
  uint8_t bytes[CMSG_SPACE(sizeof(int))];
} passing;

static pcs_status status_of_errno(void) {
  switch (errno) {
  case EAGAIN:
  case EINTR:
    return PCS_ERR_NO_SPACE;
  case EPIPE:
  case ECONNRESET:
    return PCS_ERR_CLOSED;
  default:
    return PCS_ERR_SYSTEM;
  }
}

pcs_status pcs_descriptor_pair(int out_pair[2], pcs_pair_kind kind) {
  int type = kind == PCS_PAIR_STREAM ? SOCK_STREAM : SOCK_SEQPACKET;
  if (socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, out_pair) != 0) {
    out_pair[0] = out_pair[1] = PCS_DESCRIPTOR_NONE;
    return PCS_ERR_SYSTEM;
  }
  return PCS_OK;
}

pcs_status pcs_descriptor_adopt(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 ||
      fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
    return PCS_ERR_SYSTEM;
  }
  return PCS_OK;
}

void pcs_descriptor_close(int *descriptor) {
  if (*descriptor != PCS_DESCRIPTOR_NONE) {
    close(*descriptor);
    *descriptor = PCS_DESCRIPTOR_NONE;
  }
}

pcs_status pcs_descriptor_read(int descriptor, uint8_t *memory, size_t capacity, size_t *out_len) {
  assert(capacity > 0);
  *out_len = 0;
  ssize_t got = read(descriptor, memory, capacity);
  if (got < 0) {
    return status_of_errno();
  }
  if (got == 0) {
    return PCS_ERR_CLOSED;
  }
  *out_len = (size_t)got;
  return PCS_OK;
}

pcs_status pcs_descriptor_write(int descriptor, pcs_span bytes, size_t *out_len) {
  return pcs_descriptor_write_parts(descriptor, &bytes, 1, out_len);
}

pcs_status pcs_descriptor_write_parts(int descriptor, const pcs_span *parts, size_t num_parts,
                                      size_t *out_len) {
  assert(num_parts <= PARTS_MAX);
  *out_len = 0;
  struct iovec vector[PARTS_MAX];
  for (size_t i = 0; i < num_parts; i++) {
    /* The kernel only reads; iovec has no const form. */
    memcpy(&vector[i].iov_base, &parts[i].data, sizeof vector[i].iov_base);
    vector[i].iov_len = parts[i].len;
  }
  struct msghdr message = {.msg_iov = vector, .msg_iovlen = num_parts};
  ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno == ENOTSOCK) {
    sent = writev(descriptor, vector, (int)num_parts);
  }
  if (sent < 0) {
    return status_of_errno();
  }
  *out_len = (size_t)sent;
  return PCS_OK;
}

void pcs_descriptor_end_output(int descriptor) {
  shutdown(descriptor, SHUT_WR);
}

void pcs_descriptor_enlarge(int descriptor, size_t bytes) {
  int size = (int)bytes;
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

pcs_status pcs_descriptor_send_with(int pair, pcs_span message, int passed) {
  struct iovec vector = {.iov_len = message.len};
  memcpy(&vector.iov_base, &message.data, sizeof vector.iov_base);
  passing room = {.bytes = {0}};
  struct msghdr packet = {.msg_iov = &vector,
                          .msg_iovlen = 1,
                          .msg_control = room.bytes,
                          .msg_controllen = sizeof room.bytes};
  struct cmsghdr *control = CMSG_FIRSTHDR(&packet);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(sizeof passed);
  memcpy(CMSG_DATA(control), &passed, sizeof passed);
  return sendmsg(pair, &packet, MSG_NOSIGNAL) < 0 ? status_of_errno() : PCS_OK;
}

static void wait_readable(int descriptor) {
  struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
  (void)poll(&waiting, 1, -1);
}

static int take_passed(struct msghdr *packet) {
  int passed = PCS_DESCRIPTOR_NONE;
  struct cmsghdr *control = CMSG_FIRSTHDR(packet);
  if (control != NULL && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS &&
      control->cmsg_len == CMSG_LEN(sizeof passed)) {
    memcpy(&passed, CMSG_DATA(control), sizeof passed);
  }
  return passed;
}

pcs_status pcs_descriptor_await_with(int pair, uint8_t *memory, size_t capacity, size_t *out_len,
                                     int *out_passed) {
  *out_len = 0;
  *out_passed = PCS_DESCRIPTOR_NONE;
  struct iovec vector = {.iov_base = memory, .iov_len = capacity};
  passing room = {.bytes = {0}};
  struct msghdr packet = {.msg_iov = &vector, .msg_iovlen = 1};
  ssize_t got = 0;
  do {
    wait_readable(pair);
    packet.msg_control = room.bytes;
    packet.msg_controllen = sizeof room.bytes;
    got = recvmsg(pair, &packet, MSG_CMSG_CLOEXEC);
  } while (got < 0 && (errno == EAGAIN || errno == EINTR));
  if (got < 0) {
    return status_of_errno();
  }
  int passed = take_passed(&packet);
  if (passed != PCS_DESCRIPTOR_NONE && pcs_descriptor_adopt(passed) != PCS_OK) {
    pcs_descriptor_close(&passed);
  }
  *out_passed = passed;
  *out_len = (size_t)got;
  return got == 0 ? PCS_ERR_CLOSED : PCS_OK;
}

pcs_status pcs_descriptor_read_with(int descriptor, uint8_t *memory, size_t capacity,
                                    size_t *out_len, int *out_passed) {
  assert(capacity > 0);
  *out_len = 0;
  *out_passed = PCS_DESCRIPTOR_NONE;
  struct iovec vector = {.iov_base = memory, .iov_len = capacity};
  passing room = {.bytes = {0}};
  /* CMSG_LEN, not CMSG_SPACE: its padding has room for a second one, which must stay out. */
  struct msghdr packet = {.msg_iov = &vector,
                          .msg_iovlen = 1,
                          .msg_control = room.bytes,
                          .msg_controllen = CMSG_LEN(sizeof(int))};
  ssize_t got = recvmsg(descriptor, &packet, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (got < 0 && errno == ENOTSOCK) {
    return pcs_descriptor_read(descriptor, memory, capacity, out_len);
  }
  if (got <= 0) {
    return got < 0 ? status_of_errno() : PCS_ERR_CLOSED;
  }
  int passed = take_passed(&packet);
  if (passed != PCS_DESCRIPTOR_NONE && pcs_descriptor_adopt(passed) != PCS_OK) {
    pcs_descriptor_close(&passed);
  }
  *out_passed = passed;
  *out_len = (size_t)got;
  return PCS_OK;
}
