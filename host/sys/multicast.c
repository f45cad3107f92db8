#define _GNU_SOURCE
#include "host/sys/multicast.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "host/sys/descriptor.h"
#include "host/sys/socket_address.h"

/* RFC 6762 3. */
static const pcs_address GROUP_4 = {
    .family = PCS_ADDRESS_IPV4, .bytes = {224, 0, 0, 251}, .port = 5353};
static const pcs_address GROUP_6 = {
    .family = PCS_ADDRESS_IPV6, .bytes = {0xff, 2, [15] = 0xfb}, .port = 5353};
/* RFC 6762 11: all multicast DNS is sent so. */
#define HOPS 255

/* The group as an address to bind or send to; ff02::fb is one of each interface. */
static socklen_t name_group(struct sockaddr_storage *name, pcs_address_family family,
                            uint32_t network) {
  if (family == PCS_ADDRESS_IPV4) {
    return pcs_socket_address_from(name, &GROUP_4);
  }
  struct sockaddr_in6 six;
  socklen_t len = pcs_socket_address_from(name, &GROUP_6);
  memcpy(&six, name, sizeof six);
  six.sin6_scope_id = network;
  memcpy(name, &six, sizeof six);
  return len;
}

static bool set_ipv4(int descriptor) {
  int on = 1;
  return setsockopt(descriptor, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) == 0;
}

static bool set_ipv6(int descriptor, uint32_t network) {
  int on = 1;
  int hops = HOPS;
  struct ipv6_mreq request = {.ipv6mr_interface = network};
  memcpy(&request.ipv6mr_multiaddr, GROUP_6.bytes, sizeof request.ipv6mr_multiaddr);
  return setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0 &&
         setsockopt(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops) == 0 &&
         setsockopt(descriptor, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request) == 0;
}

/* Bound to the group's address, it gets nothing that was sent to this machine alone. */
static pcs_status prepare(int descriptor, pcs_address_family family, uint32_t network) {
  struct sockaddr_storage name;
  socklen_t name_len = name_group(&name, family, network);
  int on = 1;
  bool good = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
              (family == PCS_ADDRESS_IPV4 ? set_ipv4(descriptor) : set_ipv6(descriptor, network)) &&
              bind(descriptor, (struct sockaddr *)&name, name_len) == 0;
  return good ? PCS_OK : PCS_ERR_SYSTEM;
}

pcs_status pcs_multicast_open(int *out_descriptor, pcs_address_family family, uint32_t network) {
  int domain = family == PCS_ADDRESS_IPV4 ? AF_INET : AF_INET6;
  *out_descriptor = socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (*out_descriptor < 0) {
    *out_descriptor = PCS_DESCRIPTOR_NONE;
    return PCS_ERR_SYSTEM;
  }
  pcs_status status = prepare(*out_descriptor, family, network);
  if (status != PCS_OK) {
    pcs_descriptor_close(out_descriptor);
  }
  return status;
}

pcs_status pcs_multicast_join(int descriptor, uint32_t network) {
  struct ip_mreqn request = {.imr_ifindex = (int)network};
  memcpy(&request.imr_multiaddr, GROUP_4.bytes, sizeof request.imr_multiaddr);
  bool good = setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0;
  return good ? PCS_OK : PCS_ERR_SYSTEM;
}

typedef union send_control {
  struct cmsghdr header;
  uint8_t bytes[CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(int))];
} send_control;

static void put_control(struct cmsghdr *header, int type, const void *value, size_t len) {
  header->cmsg_level = IPPROTO_IP;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(len);
  memcpy(CMSG_DATA(header), value, len);
}

/* Interface and hops go with each datagram, so that the filter of system calls has less to allow.
 */
static void add_control(struct msghdr *message, send_control *control, uint32_t network) {
  struct in_pktinfo info = {.ipi_ifindex = (int)network};
  int hops = HOPS;
  message->msg_control = control->bytes;
  message->msg_controllen = sizeof control->bytes;
  struct cmsghdr *header = CMSG_FIRSTHDR(message);
  put_control(header, IP_PKTINFO, &info, sizeof info);
  put_control(CMSG_NXTHDR(message, header), IP_TTL, &hops, sizeof hops);
}

void pcs_multicast_send(int descriptor, pcs_address_family family, uint32_t network,
                        pcs_span bytes) {
  struct sockaddr_storage name;
  socklen_t name_len = name_group(&name, family, network);
  struct iovec vector = {.iov_base = (void *)(uintptr_t)bytes.data, .iov_len = bytes.len};
  send_control control = {.bytes = {0}};
  struct msghdr message = {
      .msg_name = &name, .msg_namelen = name_len, .msg_iov = &vector, .msg_iovlen = 1};
  if (family == PCS_ADDRESS_IPV4) {
    add_control(&message, &control, network);
  }
  ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL);
  (void)sent;
}

static uint32_t network_of(struct msghdr *message) {
  for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
       header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(header), sizeof info);
      return (uint32_t)info.ipi_ifindex;
    }
  }
  return 0;
}

pcs_status pcs_multicast_receive(int descriptor, uint8_t *memory, size_t capacity,
                                 pcs_multicast_arrival *out_arrival) {
  *out_arrival = (pcs_multicast_arrival){.network = 0};
  struct sockaddr_storage name;
  struct iovec vector = {.iov_base = memory, .iov_len = capacity};
  union {
    struct cmsghdr header;
    uint8_t bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
  } control = {.bytes = {0}};
  struct msghdr message = {.msg_name = &name,
                           .msg_namelen = sizeof name,
                           .msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  ssize_t got = recvmsg(descriptor, &message, 0);
  if (got < 0) {
    return PCS_ERR_NO_SPACE;
  }
  out_arrival->network = network_of(&message);
  out_arrival->from = pcs_socket_address_to((struct sockaddr *)&name);
  out_arrival->bytes = (pcs_span){memory, (size_t)got};
  return PCS_OK;
}
