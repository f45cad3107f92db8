#include "core/plan/address.h"

#include <string.h>

#include "core/base/text.h"

#define GROUPS 8 /* of 16 bits in an IPv6 address */

/* One decimal octet without leading zeros: "010" is 8 to some parsers and 10 to others. */
static bool read_octet(pcs_span text, uint8_t *out_octet) {
  uint64_t value;
  bool leading_zero = text.len > 1 && text.data[0] == '0';
  if (leading_zero || text.len > 3 || pcs_text_decimal(text, UINT8_MAX, &value) != PCS_OK) {
    return false;
  }
  *out_octet = (uint8_t)value;
  return true;
}

static bool read_ipv4(pcs_span text, uint8_t *out_bytes) {
  for (size_t i = 0; i < 4; i++) {
    pcs_span octet;
    bool more = pcs_text_split(text, '.', &octet, &text);
    if (more != (i < 3) || !read_octet(octet, out_bytes + i)) {
      return false;
    }
  }
  return true;
}

/* The 16-bit groups of one side of "::", in order, and how many there are. */
typedef struct groups {
  uint8_t bytes[2 * GROUPS];
  size_t num;
} groups;

static bool add_group(groups *side, uint8_t high, uint8_t low) {
  if (side->num == GROUPS) {
    return false;
  }
  side->bytes[2 * side->num] = high;
  side->bytes[2 * side->num + 1] = low;
  side->num++;
  return true;
}

/* RFC 4291 2.2: one to four hexadecimal digits, or an IPv4 address in the last two groups' place.
 */
static bool read_group(pcs_span text, groups *side, size_t num_after) {
  uint64_t value;
  uint8_t ipv4[4];
  if (text.len <= 4 && pcs_text_hex_number(text, &value) == PCS_OK) {
    return add_group(side, (uint8_t)(value >> 8), (uint8_t)value);
  }
  return num_after == 0 && read_ipv4(text, ipv4) && add_group(side, ipv4[0], ipv4[1]) &&
         add_group(side, ipv4[2], ipv4[3]);
}

static bool read_groups(pcs_span text, groups *side) {
  while (text.len > 0) {
    pcs_span group;
    bool more = pcs_text_split(text, ':', &group, &text);
    if (more && text.len == 0) {
      return false; /* a colon must not end a side */
    }
    if (!read_group(group, side, text.len)) {
      return false;
    }
  }
  return true;
}

/* Where "::" stands, or text.len. */
static size_t find_gap(pcs_span text) {
  for (size_t i = 0; i + 1 < text.len; i++) {
    if (text.data[i] == ':' && text.data[i + 1] == ':') {
      return i;
    }
  }
  return text.len;
}

static bool has_dot(pcs_span text) {
  return pcs_text_find(text, '.') < text.len;
}

static bool read_ipv6(pcs_span text, uint8_t *out_bytes) {
  groups before = {0};
  groups after = {0};
  size_t gap = find_gap(text);
  pcs_span head = pcs_text_slice(text, 0, gap);
  pcs_span tail = pcs_text_slice(text, gap + 2, text.len);
  if (!read_groups(head, &before) || !read_groups(tail, &after)) {
    return false;
  }
  if (gap == text.len) {
    memcpy(out_bytes, before.bytes, sizeof before.bytes);
    return before.num == GROUPS;
  }
  /* "::" stands for one group or more; an IPv4 address can only be at the very end. */
  if (before.num + after.num >= GROUPS || has_dot(head)) {
    return false;
  }
  memcpy(out_bytes, before.bytes, 2 * before.num);
  memcpy(out_bytes + 2 * (GROUPS - after.num), after.bytes, 2 * after.num);
  return true;
}

pcs_status pcs_address_parse(pcs_span text, pcs_address *out_address) {
  pcs_address address = {0};
  *out_address = address;
  if (text.len > PCS_ADDRESS_TEXT_BYTES_MAX) {
    return PCS_ERR_SYNTAX;
  }
  if (read_ipv4(text, address.bytes)) {
    address.family = PCS_ADDRESS_IPV4;
    *out_address = address;
    return PCS_OK;
  }
  memset(address.bytes, 0, sizeof address.bytes);
  if (!read_ipv6(text, address.bytes)) {
    return PCS_ERR_SYNTAX;
  }
  address.family = PCS_ADDRESS_IPV6;
  *out_address = address;
  return PCS_OK;
}

static void write_ipv4(pcs_writer *writer, const uint8_t *bytes) {
  for (size_t i = 0; i < 4; i++) {
    if (i > 0) {
      pcs_writer_u8(writer, '.');
    }
    pcs_writer_decimal(writer, bytes[i]);
  }
}

static uint16_t group_at(const uint8_t *bytes, size_t index) {
  return (uint16_t)(bytes[2 * index] << 8 | bytes[2 * index + 1]);
}

static void write_group(pcs_writer *writer, uint16_t group) {
  static const char digits[] = "0123456789abcdef";
  for (int shift = 12; shift >= 0; shift -= 4) {
    if (shift == 0 || group >> shift != 0) {
      pcs_writer_u8(writer, (uint8_t)digits[group >> shift & 15]);
    }
  }
}

/* RFC 5952 4.2.2, 4.2.3: the first longest run of zero groups, at least two of them. */
static size_t longest_zero_run(const uint8_t *bytes, size_t *out_len) {
  size_t best = GROUPS;
  *out_len = 1;
  for (size_t start = 0; start < GROUPS; start++) {
    size_t len = 0;
    while (start + len < GROUPS && group_at(bytes, start + len) == 0) {
      len++;
    }
    if (len > *out_len) {
      best = start;
      *out_len = len;
    }
  }
  return best;
}

static void write_ipv6(pcs_writer *writer, const uint8_t *bytes) {
  static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
  if (memcmp(bytes, mapped, sizeof mapped) == 0) {
    pcs_writer_text(writer, "::ffff:"); /* RFC 5952 5 */
    write_ipv4(writer, bytes + sizeof mapped);
    return;
  }
  size_t run_len;
  size_t run = longest_zero_run(bytes, &run_len);
  for (size_t i = 0; i < GROUPS; i++) {
    if (i == run) {
      pcs_writer_text(writer, "::");
      i += run_len - 1;
      continue;
    }
    if (i > 0 && i != run + run_len) {
      pcs_writer_u8(writer, ':');
    }
    write_group(writer, group_at(bytes, i));
  }
}

void pcs_address_write(pcs_writer *writer, const pcs_address *address) {
  switch (address->family) {
  case PCS_ADDRESS_IPV4:
    write_ipv4(writer, address->bytes);
    return;
  case PCS_ADDRESS_IPV6:
    write_ipv6(writer, address->bytes);
    return;
  default:
    pcs_writer_fail(writer);
  }
}

bool pcs_address_is_mdns_name(pcs_span name) {
  static const char form[] = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx"; /* RFC 9562 5.4 */
  pcs_span uuid = pcs_text_slice(name, 0, sizeof form - 1);
  pcs_span domain = pcs_text_slice(name, sizeof form - 1, name.len);
  if (!pcs_text_is_ignoring_case(domain, ".local")) {
    return false;
  }
  for (size_t i = 0; i < uuid.len; i++) {
    uint8_t byte = pcs_text_lower(uuid.data[i]);
    bool hex = pcs_text_is_digit(byte) || (byte >= 'a' && byte <= 'f');
    bool variant = byte == '8' || byte == '9' || byte == 'a' || byte == 'b';
    bool fits = form[i] == 'x' ? hex : form[i] == 'v' ? variant : byte == (uint8_t)form[i];
    if (!fits) {
      return false;
    }
  }
  return true;
}

static bool is_label(pcs_span label) {
  if (label.len == 0 || label.len > 63 || label.data[0] == '-' ||
      label.data[label.len - 1] == '-') {
    return false;
  }
  for (size_t i = 0; i < label.len; i++) {
    uint8_t byte = label.data[i];
    if (!pcs_text_is_letter(byte) && !pcs_text_is_digit(byte) && byte != '-' && byte != '_') {
      return false;
    }
  }
  return true;
}

bool pcs_address_is_dns_name(pcs_span name) {
  uint64_t number;
  pcs_span label = {0};
  bool more = name.len > 0 && name.len <= PCS_HOST_NAME_BYTES_MAX;
  if (!more) {
    return false;
  }
  while (more) {
    more = pcs_text_split(name, '.', &label, &name);
    if (!is_label(label)) {
      return false;
    }
  }
  /* WHATWG URL "ends in a number": 1.2.3 and 0x7f.1 must never reach a resolver as a name. */
  bool hex = pcs_text_skip_ignoring_case(&label, "0x");
  bool numeric = hex ? label.len == 0 || pcs_text_hex_number(label, &number) == PCS_OK
                     : pcs_text_decimal(label, UINT64_MAX, &number) != PCS_ERR_SYNTAX;
  return !numeric;
}
