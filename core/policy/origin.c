#include "core/policy/origin.h"

#include <string.h>

#include "core/base/text.h"
#include "core/plan/address.h"

/* What is left of PCS_ORIGIN_BYTES_MAX beside "://", the longest host, ':' and a port. */
#define SCHEME_BYTES_MAX 38

/* The default port of a special scheme (WHATWG URL 4.2), 0 for any other scheme. */
static uint16_t default_port(pcs_span scheme) {
  if (pcs_span_equal_text(scheme, "https") || pcs_span_equal_text(scheme, "wss")) {
    return 443;
  }
  bool plain = pcs_span_equal_text(scheme, "http") || pcs_span_equal_text(scheme, "ws");
  return plain ? 80 : 0;
}

static bool has_upper_case(pcs_span text) {
  for (size_t i = 0; i < text.len; i++) {
    if (pcs_text_lower(text.data[i]) != text.data[i]) {
      return true;
    }
  }
  return false;
}

/* RFC 3986 3.1, lower case only. */
static bool is_scheme(pcs_span scheme) {
  if (scheme.len == 0 || scheme.len > SCHEME_BYTES_MAX || has_upper_case(scheme) ||
      !pcs_text_is_letter(scheme.data[0])) {
    return false;
  }
  for (size_t i = 1; i < scheme.len; i++) {
    uint8_t byte = scheme.data[i];
    bool mark = byte == '+' || byte == '-' || byte == '.';
    if (!mark && !pcs_text_is_letter(byte) && !pcs_text_is_digit(byte)) {
      return false;
    }
  }
  return true;
}

/*
 * An IPv6 address has one serialisation. An IPv4-mapped one is refused: URL and RFC 5952 write it
 * differently, and no page that should be here has such an origin.
 */
static bool is_ipv6_literal(pcs_span host) {
  uint8_t memory[PCS_ADDRESS_TEXT_BYTES_MAX];
  pcs_writer writer;
  pcs_address address;
  if (!pcs_text_starts_with(host, "[") || !pcs_text_ends_with(host, "]")) {
    return false;
  }
  pcs_span inside = pcs_text_slice(host, 1, host.len - 2);
  if (pcs_address_parse(inside, &address) != PCS_OK || address.family != PCS_ADDRESS_IPV6) {
    return false;
  }
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_address_write(&writer, &address);
  return pcs_span_equal(pcs_writer_span(&writer), inside) &&
         pcs_text_find(inside, '.') == inside.len;
}

static bool is_ipv4_literal(pcs_span host) {
  pcs_address address;
  return pcs_address_parse(host, &address) == PCS_OK && address.family == PCS_ADDRESS_IPV4;
}

static bool is_host(pcs_span host) {
  return is_ipv6_literal(host) || is_ipv4_literal(host) ||
         (pcs_address_is_dns_name(host) && !has_upper_case(host));
}

/* Where the host ends and a port may begin: behind the bracket of an IPv6 address. */
static size_t host_len(pcs_span authority) {
  if (!pcs_text_starts_with(authority, "[")) {
    return pcs_text_find(authority, ':');
  }
  size_t bracket = pcs_text_find(authority, ']');
  return bracket < authority.len ? bracket + 1 : authority.len;
}

/* ":8080" without leading zeros and not the scheme's default, or nothing. */
static bool read_port(pcs_span text, uint16_t scheme_port, uint16_t *out_port) {
  uint64_t port;
  *out_port = scheme_port;
  if (text.len == 0) {
    return true;
  }
  if (!pcs_text_skip_byte(&text, ':') || pcs_text_starts_with(text, "0") ||
      pcs_text_decimal(text, UINT16_MAX, &port) != PCS_OK || port == scheme_port) {
    return false;
  }
  *out_port = (uint16_t)port;
  return true;
}

static pcs_span host_of(const pcs_origin *origin) {
  pcs_span text = pcs_span_of_text(origin->text);
  return pcs_text_slice(text, origin->scheme_len + strlen("://"), origin->host_len);
}

pcs_status pcs_origin_parse(pcs_span text, pcs_origin *out_origin) {
  *out_origin = (pcs_origin){.opaque = true};
  if (text.len == 0 || text.len > PCS_ORIGIN_BYTES_MAX) {
    return PCS_ERR_SYNTAX;
  }
  if (pcs_span_equal_text(text, "null")) {
    memcpy(out_origin->text, text.data, text.len);
    return PCS_OK;
  }
  uint16_t port;
  pcs_span rest = pcs_text_slice(text, pcs_text_find(text, ':'), text.len);
  pcs_span scheme = pcs_text_slice(text, 0, text.len - rest.len);
  if (!is_scheme(scheme) || !pcs_text_skip(&rest, "://")) {
    return PCS_ERR_SYNTAX;
  }
  pcs_span host = pcs_text_slice(rest, 0, host_len(rest));
  pcs_span after = pcs_text_slice(rest, host.len, rest.len);
  if (!is_host(host) || !read_port(after, default_port(scheme), &port)) {
    return PCS_ERR_SYNTAX;
  }
  *out_origin =
      (pcs_origin){.scheme_len = (uint8_t)scheme.len, .host_len = (uint16_t)host.len, .port = port};
  memcpy(out_origin->text, text.data, text.len);
  return PCS_OK;
}

bool pcs_origin_equal(const pcs_origin *a, const pcs_origin *b) {
  return !a->opaque && !b->opaque &&
         pcs_span_equal(pcs_span_of_text(a->text), pcs_span_of_text(b->text));
}

bool pcs_origin_is_trustworthy(const pcs_origin *origin) {
  pcs_span scheme = pcs_text_slice(pcs_span_of_text(origin->text), 0, origin->scheme_len);
  if (origin->opaque) {
    return false;
  }
  if (pcs_span_equal_text(scheme, "https") || pcs_span_equal_text(scheme, "wss")) {
    return true;
  }
  return pcs_span_equal_text(scheme, "http") && pcs_host_is_loopback(host_of(origin));
}

bool pcs_host_is_loopback(pcs_span host) {
  pcs_address address;
  if (pcs_span_equal_text(host, "localhost") || pcs_span_equal_text(host, "[::1]")) {
    return true;
  }
  return pcs_address_parse(host, &address) == PCS_OK && address.family == PCS_ADDRESS_IPV4 &&
         address.bytes[0] == 127;
}
