#include "host/sys/address_flags.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_BYTES 16384

typedef struct question {
  struct nlmsghdr header;
  struct ifaddrmsg body;
} question;

static void add(pcs_address_flags *flags, struct nlmsghdr *header) {
  struct ifaddrmsg *body = (struct ifaddrmsg *)NLMSG_DATA(header);
  if (flags->num == PCS_ADDRESS_FLAGS_MAX || body->ifa_family != AF_INET6) {
    return;
  }
  uint32_t value = body->ifa_flags;
  bool has_address = false;
  unsigned left = (unsigned)IFA_PAYLOAD(header);
  for (struct rtattr *part = IFA_RTA(body); RTA_OK(part, left); part = RTA_NEXT(part, left)) {
    if (part->rta_type == IFA_ADDRESS && RTA_PAYLOAD(part) == 16) {
      memcpy(flags->items[flags->num].bytes, RTA_DATA(part), 16);
      has_address = true;
    } else if (part->rta_type == IFA_FLAGS && RTA_PAYLOAD(part) == sizeof value) {
      memcpy(&value, RTA_DATA(part), sizeof value);
    }
  }
  if (has_address) {
    flags->items[flags->num++].flags = value;
  }
}

/* True when the answer goes on in another message. */
static bool take(pcs_address_flags *flags, struct nlmsghdr *header, size_t len) {
  for (; NLMSG_OK(header, len); header = NLMSG_NEXT(header, len)) {
    if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
      return false;
    }
    if (header->nlmsg_type == RTM_NEWADDR) {
      add(flags, header);
    }
  }
  return true;
}

static pcs_status ask(pcs_address_flags *flags, int netlink) {
  question asked = {.header = {.nlmsg_len = sizeof asked,
                               .nlmsg_type = RTM_GETADDR,
                               .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                    .body = {.ifa_family = AF_INET6}};
  if (send(netlink, &asked, sizeof asked, 0) < 0) {
    return PCS_ERR_SYSTEM;
  }
  union {
    struct nlmsghdr header;
    uint8_t bytes[ANSWER_BYTES];
  } answer;
  ssize_t got = 0;
  do {
    got = recv(netlink, answer.bytes, sizeof answer.bytes, 0);
    if (got <= 0) {
      return PCS_ERR_SYSTEM;
    }
  } while (take(flags, &answer.header, (size_t)got));
  return PCS_OK;
}

pcs_status pcs_address_flags_read(pcs_address_flags *out_flags) {
  out_flags->num = 0;
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (netlink < 0) {
    return PCS_ERR_SYSTEM;
  }
  pcs_status status = ask(out_flags, netlink);
  close(netlink);
  return status;
}

uint32_t pcs_address_flags_of(const pcs_address_flags *flags, const pcs_address *address) {
  if (address->family != PCS_ADDRESS_IPV6) {
    return 0;
  }
  for (size_t i = 0; i < flags->num; i++) {
    if (memcmp(flags->items[i].bytes, address->bytes, sizeof flags->items[i].bytes) == 0) {
      return flags->items[i].flags;
    }
  }
  return 0;
}
