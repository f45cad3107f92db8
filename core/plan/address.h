/*
 * IP addresses as text and as pcs_address, and the names that stand for one (mDNS candidates).
 * Strict on reading: one form of an address cannot be read as another. Canonical on writing: the
 * same address gives the same text. Nothing here resolves a name or judges where one may send to.
 */
#ifndef PCS_CORE_PLAN_ADDRESS_H
#define PCS_CORE_PLAN_ADDRESS_H

#include "core/plan/plan.h"

/* "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", the longest text an address has. */
#define PCS_ADDRESS_TEXT_BYTES_MAX 45

/*
 * pcs_address_parse reads an IPv4 address in dotted-decimal form (four decimals without leading
 * zeros) or an IPv6 address (RFC 4291 2.2, either case, no zone). The port of *out_address is 0.
 * PCS_ERR_SYNTAX leaves *out_address all zero.
 */
PCS_MUST_USE pcs_status pcs_address_parse(pcs_span text, pcs_address *out_address);
/*
 * pcs_address_write writes the address without its port: dotted decimal, or RFC 5952 4 (and 5 for
 * ::ffff:0:0/96). The writer has failed for family NONE or NAME.
 */
void pcs_address_write(pcs_writer *writer, const pcs_address *address);
/* pcs_address_is_mdns_name: a version 4 UUID and ".local"
 * (draft-ietf-mmusic-mdns-ice-candidates 3.1.1). */
bool pcs_address_is_mdns_name(pcs_span name);
/*
 * pcs_address_is_dns_name: labels of letters, digits, '-' and '_', 1 to 63 bytes each, no '-' at
 * their ends, 253 bytes in all, and the last label is not a number (it would be read as an
 * address). A final dot is not accepted.
 */
bool pcs_address_is_dns_name(pcs_span name);

#endif
