/*
 * Web origins (RFC 6454, HTML "origin"): parse, print, compare. The origin belongs to the link,
 * never to a message. An opaque origin equals nothing, itself included.
 */
#ifndef PCS_CORE_POLICY_ORIGIN_H
#define PCS_CORE_POLICY_ORIGIN_H

#include "core/base/bytes.h"

#define PCS_ORIGIN_BYTES_MAX 300 /* scheme, "://", a 253-byte host, ':', five digits */

typedef struct pcs_origin {
  /* Serialised, lower case, default port left out, NUL at its end; "null" if opaque. */
  char text[PCS_ORIGIN_BYTES_MAX + 1];
  uint8_t scheme_len;
  uint16_t host_len; /* the host follows "://"; an IPv6 address has its brackets */
  uint16_t port;     /* the scheme's own when none is written; 0: the scheme has none */
  bool opaque;
} pcs_origin;

/*
 * pcs_origin_parse reads an Origin header's or a shell's serialised origin. "null" gives an opaque
 * origin and PCS_OK. PCS_ERR_SYNTAX for anything that is not the exact ASCII serialisation: user
 * info, path, trailing slash or dot, space, upper case in scheme or host, default port written out,
 * port out of range, an IPv4 address in any but dotted-decimal form, an IPv6 address in any but its
 * canonical form, an IPv4-mapped one. *out_origin is then opaque, equal to nothing.
 */
PCS_MUST_USE pcs_status pcs_origin_parse(pcs_span text, pcs_origin *out_origin);
bool pcs_origin_equal(const pcs_origin *a, const pcs_origin *b);
/* pcs_origin_is_trustworthy: https, wss, or http on a loopback literal or localhost (W3C Secure
 * Contexts 3.1). */
bool pcs_origin_is_trustworthy(const pcs_origin *origin);
/* pcs_host_is_loopback: host (no port, IPv6 in brackets) is 127.0.0.0/8, [::1] or localhost,
 * literally. */
bool pcs_host_is_loopback(pcs_span host);

#endif
