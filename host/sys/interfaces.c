#include "host/sys/interfaces.h"

#include <ifaddrs.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <string.h>

#include "host/sys/address_flags.h"
#include "host/sys/socket_address.h"

typedef struct found_address {
  pcs_address address;
  unsigned index; /* of the interface */
  bool loopback;
  bool temporary;
} found_address;

typedef struct found_addresses {
  found_address items[PCS_INTERFACES_MAX];
  size_t num;
} found_addresses;

static bool is_link_local_or_multicast(const pcs_address *address) {
  const uint8_t *bytes = address->bytes;
  if (address->family == PCS_ADDRESS_IPV4) {
    return (bytes[0] == 169 && bytes[1] == 254) || bytes[0] >= 224;
  }
  return bytes[0] == 0xff || (bytes[0] == 0xfe && (bytes[1] & 0xc0u) == 0x80u);
}

static void add(found_addresses *found, const struct ifaddrs *entry, const pcs_address_flags *flags,
                pcs_loopback loopback) {
  bool is_loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
  if (entry->ifa_addr == NULL || (entry->ifa_flags & IFF_UP) == 0 ||
      (is_loopback && loopback == PCS_LOOPBACK_LEFT_OUT) || found->num == PCS_INTERFACES_MAX) {
    return;
  }
  pcs_address address = pcs_socket_address_to(entry->ifa_addr);
  address.port = 0;
  uint32_t state = pcs_address_flags_of(flags, &address);
  if (address.family == PCS_ADDRESS_NONE || is_link_local_or_multicast(&address) ||
      (state & (IFA_F_DEPRECATED | IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0) {
    return;
  }
  for (size_t i = 0; i < found->num; i++) {
    if (pcs_address_equal(&found->items[i].address, &address)) {
      return;
    }
  }
  found->items[found->num++] = (found_address){.address = address,
                                               .index = if_nametoindex(entry->ifa_name),
                                               .loopback = is_loopback,
                                               .temporary = address.family == PCS_ADDRESS_IPV6 &&
                                                            (state & IFA_F_TEMPORARY) != 0};
}

static bool replaced_by_temporary(const found_addresses *found, const found_address *item) {
  if (item->address.family != PCS_ADDRESS_IPV6 || item->temporary) {
    return false;
  }
  for (size_t i = 0; i < found->num; i++) {
    if (found->items[i].temporary && found->items[i].index == item->index) {
      return true;
    }
  }
  return false;
}

/* The next address of that family and kind at or after *at, or NULL. */
static const found_address *next_of(const found_addresses *found, size_t *at, uint8_t family,
                                    bool loopback) {
  for (; *at < found->num; (*at)++) {
    const found_address *item = &found->items[*at];
    if (item->address.family == family && item->loopback == loopback &&
        !replaced_by_temporary(found, item)) {
      (*at)++;
      return item;
    }
  }
  return NULL;
}

static void put(pcs_interface *out, size_t *num, const found_address *item) {
  if (item != NULL) {
    out[*num] = (pcs_interface){.address = item->address,
                                .network = item->index,
                                .preference = (uint16_t)(UINT16_MAX - *num)};
    (*num)++;
  }
}

/* Real interfaces before loopback; IPv6 and IPv4 in turn, as long as there are both. */
static size_t order(pcs_interface *out, const found_addresses *found) {
  size_t num = 0;
  for (int pass = 0; pass < 2; pass++) {
    size_t at_ipv6 = 0;
    size_t at_ipv4 = 0;
    const found_address *ipv6 = NULL;
    const found_address *ipv4 = NULL;
    do {
      ipv6 = next_of(found, &at_ipv6, PCS_ADDRESS_IPV6, pass == 1);
      ipv4 = next_of(found, &at_ipv4, PCS_ADDRESS_IPV4, pass == 1);
      put(out, &num, ipv6);
      put(out, &num, ipv4);
    } while (ipv6 != NULL || ipv4 != NULL);
  }
  return num;
}

pcs_status pcs_interfaces_list(pcs_interface out[PCS_INTERFACES_MAX], size_t *out_num,
                               pcs_loopback loopback) {
  *out_num = 0;
  struct ifaddrs *entries = NULL;
  pcs_address_flags flags;
  if (pcs_address_flags_read(&flags) != PCS_OK || getifaddrs(&entries) != 0) {
    return PCS_ERR_SYSTEM;
  }
  found_addresses found = {.num = 0};
  for (const struct ifaddrs *entry = entries; entry != NULL; entry = entry->ifa_next) {
    add(&found, entry, &flags, loopback);
  }
  freeifaddrs(entries);
  *out_num = order(out, &found);
  return PCS_OK;
}
