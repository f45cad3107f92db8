#include "host/sys/udp.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/text.h"
#include "host/sys/descriptor.h"
#include "host/sys/socket_address.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif

/* The kernel takes at most 64 segments, and in all what one IPv4 datagram could carry. */
#define SEGMENTS_MAX 64
#define RUN_BYTES_MAX 65000
/* Room for what a congestion window may put on the wire before the other end reads. */
#define SOCKET_BUFFER_BYTES (4 * 1024 * 1024)

struct pcs_udp {
  int descriptor;
  pcs_address address;
  bool segments; /* the kernel knows UDP_SEGMENT */
};

typedef union segment_control {
  struct cmsghdr header;
  uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
} segment_control;

typedef union gro_control {
  struct cmsghdr header;
  uint8_t bytes[CMSG_SPACE(sizeof(int))];
} gro_control;

/* A run of datagrams that one call may send. */
typedef struct segment_run {
  size_t num;
  size_t offset; /* in the batch's memory */
  size_t len;
  uint16_t segment_len;
} segment_run;

static void set_options(pcs_udp *udp) {
  int on = 1;
  if (udp->address.family == PCS_ADDRESS_IPV6) {
    setsockopt(udp->descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  pcs_descriptor_enlarge(udp->descriptor, SOCKET_BUFFER_BYTES);
  setsockopt(udp->descriptor, SOL_UDP, UDP_GRO, &on, sizeof on);
  int segment = 0;
  socklen_t segment_len = sizeof segment;
  udp->segments = getsockopt(udp->descriptor, SOL_UDP, UDP_SEGMENT, &segment, &segment_len) == 0;
}

static pcs_status bind_to(pcs_udp *udp, const pcs_address *address) {
  struct sockaddr_storage name;
  socklen_t name_len = pcs_socket_address_from(&name, address);
  if (bind(udp->descriptor, (struct sockaddr *)&name, name_len) != 0) {
    return PCS_ERR_SYSTEM;
  }
  name_len = sizeof name;
  if (getsockname(udp->descriptor, (struct sockaddr *)&name, &name_len) != 0) {
    return PCS_ERR_SYSTEM;
  }
  udp->address = pcs_socket_address_to((struct sockaddr *)&name);
  return PCS_OK;
}

pcs_status pcs_udp_open(pcs_udp **out_udp, const pcs_address *address) {
  *out_udp = NULL;
  if (address->family != PCS_ADDRESS_IPV4 && address->family != PCS_ADDRESS_IPV6) {
    return PCS_ERR_UNSUPPORTED;
  }
  pcs_udp *udp = calloc(1, sizeof *udp);
  if (udp == NULL) {
    return PCS_ERR_SYSTEM;
  }
  int family = address->family == PCS_ADDRESS_IPV6 ? AF_INET6 : AF_INET;
  udp->descriptor = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  udp->address = *address;
  if (udp->descriptor < 0) {
    free(udp);
    return PCS_ERR_SYSTEM;
  }
  set_options(udp);
  if (bind_to(udp, address) != PCS_OK) {
    pcs_udp_free(udp);
    return PCS_ERR_SYSTEM;
  }
  *out_udp = udp;
  return PCS_OK;
}

void pcs_udp_free(pcs_udp *udp) {
  if (udp != NULL) {
    pcs_descriptor_close(&udp->descriptor);
    free(udp);
  }
}

int pcs_udp_descriptor(const pcs_udp *udp) {
  return udp->descriptor;
}

pcs_address pcs_udp_address(const pcs_udp *udp) {
  return udp->address;
}

static size_t offset_of(const pcs_datagrams *batch, size_t index) {
  size_t offset = 0;
  for (size_t i = 0; i < index; i++) {
    offset += batch->lengths[i];
  }
  return offset;
}

/* The longest run from index on: equal lengths, and one shorter may end it. */
static segment_run run_at(const pcs_datagrams *batch, size_t index, size_t offset, bool segments) {
  segment_run found = {.num = 1,
                       .offset = offset,
                       .len = batch->lengths[index],
                       .segment_len = batch->lengths[index]};
  while (segments && index + found.num < batch->num && found.num < SEGMENTS_MAX) {
    uint16_t len = batch->lengths[index + found.num];
    if (len == 0 || len > found.segment_len || found.len + len > RUN_BYTES_MAX) {
      break;
    }
    found.len += len;
    found.num++;
    if (len < found.segment_len) {
      break;
    }
  }
  return found;
}

static ssize_t send_run(const pcs_udp *udp, struct sockaddr_storage *name, socklen_t name_len,
                        const pcs_datagrams *batch, const segment_run *run) {
  struct iovec vector = {.iov_base = batch->memory + run->offset, .iov_len = run->len};
  struct msghdr message = {
      .msg_name = name, .msg_namelen = name_len, .msg_iov = &vector, .msg_iovlen = 1};
  segment_control control = {.bytes = {0}};
  if (run->num > 1) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof run->segment_len);
    memcpy(CMSG_DATA(header), &run->segment_len, sizeof run->segment_len);
  }
  return sendmsg(udp->descriptor, &message, MSG_NOSIGNAL);
}

pcs_status pcs_udp_send(pcs_udp *udp, const pcs_address *to, const pcs_datagrams *batch,
                        size_t *num_sent) {
  assert(*num_sent <= batch->num);
  struct sockaddr_storage name;
  socklen_t name_len = pcs_socket_address_from(&name, to);
  size_t offset = offset_of(batch, *num_sent);
  while (*num_sent < batch->num) {
    segment_run next = run_at(batch, *num_sent, offset, udp->segments);
    if (send_run(udp, &name, name_len, batch, &next) < 0) {
      if (errno == EAGAIN || errno == EINTR) {
        return PCS_ERR_NO_SPACE;
      }
      if (next.num > 1 && (errno == EIO || errno == EINVAL || errno == EMSGSIZE)) {
        /* This device cannot segment, or the path's MTU is smaller than a segment. */
        udp->segments = false;
        continue;
      }
    }
    *num_sent += next.num;
    offset += next.len;
  }
  return PCS_OK;
}

static size_t segment_len_of(struct msghdr *message, size_t len) {
  struct cmsghdr *header = CMSG_FIRSTHDR(message);
  if (header == NULL || header->cmsg_level != SOL_UDP || header->cmsg_type != UDP_GRO) {
    return len;
  }
  int segment_len = 0;
  memcpy(&segment_len, CMSG_DATA(header), sizeof segment_len);
  return segment_len > 0 ? (size_t)segment_len : len;
}

pcs_status pcs_udp_receive(pcs_udp *udp, uint8_t *memory, pcs_udp_arrival *out_arrival) {
  *out_arrival = (pcs_udp_arrival){.segment_len = 0};
  struct sockaddr_storage name;
  struct iovec vector = {.iov_base = memory, .iov_len = PCS_UDP_RECEIVE_BYTES};
  gro_control control = {.bytes = {0}};
  struct msghdr message = {.msg_name = &name,
                           .msg_namelen = sizeof name,
                           .msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  ssize_t got = recvmsg(udp->descriptor, &message, 0);
  if (got < 0) {
    /* Any error here is one ICMP told us of an earlier datagram: there is nothing to read. */
    return PCS_ERR_NO_SPACE;
  }
  out_arrival->from = pcs_socket_address_to((struct sockaddr *)&name);
  out_arrival->rest = (pcs_span){memory, (size_t)got};
  out_arrival->segment_len = segment_len_of(&message, (size_t)got);
  return PCS_OK;
}

bool pcs_udp_arrival_next(pcs_udp_arrival *arrival, pcs_span *out_datagram) {
  *out_datagram = pcs_text_slice(arrival->rest, 0, arrival->segment_len);
  arrival->rest = pcs_text_slice(arrival->rest, arrival->segment_len, arrival->rest.len);
  return out_datagram->len > 0;
}
